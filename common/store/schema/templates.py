"""Wording that a provider approves."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
)

from common.store.schema.columns import Instant, Words, json_document, metadata

templates = Table(  # our words, every version; the newest is what is submitted next
    "templates",
    metadata,
    Column("name", String(512), nullable=False),
    Column("language", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("category", String(16), nullable=False),
    Column("components", json_document(), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", Words),
    PrimaryKeyConstraint("name", "language", "version"),
)

approvals = Table(  # how a template stands with the provider
    "approvals",
    metadata,
    Column("channel", String(16), nullable=False),
    Column("name", String(512), nullable=False),
    Column("language", String(16), nullable=False),
    Column("provider_id", String(64), index=True),
    Column("approval", String(16), nullable=False),
    Column("category", String(16), nullable=False),  # what the provider takes it for
    Column("asked", String(16), nullable=False),  # what a person agreed to
    Column("expected", String(16)),  # what the provider said it will take it for soon
    Column("quality", String(16)),
    Column("reason", Words),  # why it was rejected or paused, in the provider's words
    Column("components", json_document()),  # what the provider has; null = nobody has seen it
    Column("version", Integer),  # our version that was submitted last
    Column("edits", json_document(), nullable=False),  # when an approved version was edited, for the provider's limit
    Column("appeal", Words),
    Column("appealed_at", Instant),
    Column("submitted_at", Instant),
    Column("changed_at", Instant, nullable=False),
    PrimaryKeyConstraint("channel", "name", "language"),
)

template_changes = Table(  # what became of a template, one row for each change
    "template_changes",
    metadata,
    Column("id", String(128), primary_key=True),
    Column("channel", String(16), nullable=False),
    Column("name", String(512), nullable=False),
    Column("language", String(16), nullable=False),
    Column("at", Instant, nullable=False),
    Column("what", String(32), nullable=False),
    Column("data", json_document(), nullable=False),
    Index("ix_template_changes_of", "channel", "name", "language", "at"),
)
