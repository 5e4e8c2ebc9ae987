"""Templates with their versions, how they stand with the provider, and replies that wait for the customer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from common.store.schema import Instant, Words, json_document

revision = "0010"
down_revision = "0001"


def upgrade() -> None:
    """Forwards only: a database is never taken backwards."""
    op.create_table(
        "templates",
        sa.Column("name", sa.String(length=512), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("components", json_document(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by", Words(), nullable=True),
        sa.PrimaryKeyConstraint("name", "language", "version", name=op.f("pk_templates")),
    )
    op.create_table(
        "approvals",
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=512), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("provider_id", sa.String(length=64), nullable=True),
        sa.Column("approval", sa.String(length=16), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("asked", sa.String(length=16), nullable=False),
        sa.Column("expected", sa.String(length=16), nullable=True),
        sa.Column("quality", sa.String(length=16), nullable=True),
        sa.Column("reason", Words(), nullable=True),
        sa.Column("components", json_document(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("edits", json_document(), nullable=False),
        sa.Column("appeal", Words(), nullable=True),
        sa.Column("appealed_at", Instant(), nullable=True),
        sa.Column("submitted_at", Instant(), nullable=True),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "name", "language", name=op.f("pk_approvals")),
    )
    op.create_index(op.f("ix_approvals_provider_id"), "approvals", ["provider_id"], unique=False)
    op.create_table(
        "template_changes",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=512), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("data", json_document(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template_changes")),
    )
    op.create_index("ix_template_changes_of", "template_changes", ["channel", "name", "language", "at"], unique=False)
    op.add_column("endpoints", sa.Column("holds_reply", sa.Boolean(), server_default=sa.text("false"), nullable=False))
