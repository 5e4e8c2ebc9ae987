"""Telegram: one speed for all dispatchers of a sender, and links that make a customer's address known."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from common.store.schema import Instant

revision = "0030"
down_revision = "0020"


def upgrade() -> None:
    """Forwards only: a database is never taken backwards."""
    op.create_table(
        "pacing",
        sa.Column("sender", sa.String(length=320), nullable=False),
        sa.Column("full_at", Instant(), nullable=False),
        sa.Column("paused_until", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("sender", name=op.f("pk_pacing")),
    )
    op.create_table(
        "links",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("address", sa.String(length=255), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_links")),
    )
    with op.batch_alter_table("links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_links_customer_id"), ["customer_id"], unique=False)
