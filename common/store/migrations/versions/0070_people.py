"""People: teams of users and keys, second factors, welcome links, identities at a provider, and the audit log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from common.store.schema import Instant, json_document

revision = "0070"
down_revision = "0065"


def upgrade() -> None:
    op.add_column("users", sa.Column("teams", json_document()))
    op.add_column("api_keys", sa.Column("teams", json_document()))
    op.add_column("user_sessions", sa.Column("method", sa.String(16)))
    _ways_in()
    _audit()


def _ways_in() -> None:
    op.create_table(
        "welcomes",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("user_id", sa.String(64), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.Column("used_at", Instant),
        sa.PrimaryKeyConstraint("token_hash", name="pk_welcomes"),
    )
    op.create_index("ix_welcomes_user_id", "welcomes", ["user_id"])
    op.create_table(
        "second_factors",
        sa.Column("user_id", sa.String(64), nullable=False),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("last_step", sa.BigInteger, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("confirmed_at", Instant),
        sa.PrimaryKeyConstraint("user_id", name="pk_second_factors"),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("user_id", sa.String(64), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("used_at", Instant),
        sa.PrimaryKeyConstraint("user_id", "code_hash", name="pk_recovery_codes"),
    )
    op.create_table(
        "half_sign_ins",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("user_id", sa.String(64), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_half_sign_ins"),
    )
    op.create_index("ix_half_sign_ins_user_id", "half_sign_ins", ["user_id"])
    op.create_table(
        "identities",
        sa.Column("issuer", sa.String(255), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("user_id", sa.String(64), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_identities"),
    )
    op.create_index("ix_identities_user_id", "identities", ["user_id"])


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("position", sa.BigInteger),
        sa.Column("at", Instant, nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("act", sa.String(64), nullable=False),
        sa.Column("about", sa.String(255)),
        sa.Column("facts", json_document(), nullable=False),
        sa.Column("session", sa.String(16)),
        sa.Column("network", sa.String(64)),
        sa.Column("hash", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sa.UniqueConstraint("position", name="uq_audit_position"),
    )
    for column in ("actor", "act", "about"):
        op.create_index(f"ix_audit_{column}", "audit", [column, "position"])
