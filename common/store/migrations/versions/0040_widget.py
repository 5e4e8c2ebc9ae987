"""Web chat in other sites: the sites, their visitors' tabs, and the tokens that were used."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from common.store.schema import Instant, json_document

revision = "0040"
down_revision = "0030"


def upgrade() -> None:
    """Forwards only: a database is never taken backwards."""
    op.create_table(
        "sites",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("settings", json_document(), nullable=False),
        sa.Column("secret_version", sa.Integer(), nullable=False),
        sa.Column("previous_until", Instant(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sites")),
        sa.UniqueConstraint("key", name=op.f("uq_sites_key")),
    )
    op.create_table(
        "visits",
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("site_id", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=True),
        sa.Column("customer_ref", sa.String(length=255), nullable=False),
        sa.Column("invitation_id", sa.String(length=64), nullable=True),
        sa.Column("origin", sa.String(length=255), nullable=False),
        sa.Column("is_signed", sa.Boolean(), nullable=False),
        sa.Column("claims", json_document(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_visits")),
    )
    op.create_index(op.f("ix_visits_site_id"), "visits", ["site_id"])
    op.create_index(op.f("ix_visits_customer_id"), "visits", ["customer_id"])
    op.create_index(op.f("ix_visits_expires_at"), "visits", ["expires_at"])
    op.create_table(
        "nonces",
        sa.Column("site_id", sa.String(length=64), nullable=False),
        sa.Column("nonce_hash", sa.String(length=64), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "nonce_hash", name=op.f("pk_nonces")),
    )
    op.create_index(op.f("ix_nonces_expires_at"), "nonces", ["expires_at"])
