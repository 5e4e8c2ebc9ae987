"""Working together in the inbox: mentions, canned replies, saved views, who is looking, and the words to search by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from common.store.schema import Instant, Words

revision = "0065"
down_revision = "0060"


def upgrade() -> None:
    """Forwards only: a database is never taken backwards."""
    _people()
    _presence()
    _words()


def _people() -> None:
    op.create_table(
        "mentions",
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.String(length=64), nullable=False),
        sa.Column("ticket_id", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("user_id", "message_id", name=op.f("pk_mentions")),
    )
    op.create_index(op.f("ix_mentions_customer_id"), "mentions", ["customer_id"])
    op.create_index("ix_mentions_ticket", "mentions", ["user_id", "ticket_id"])
    op.create_table(
        "canned_replies",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("short", sa.String(length=32), nullable=False),
        sa.Column("team", sa.String(length=255), server_default=sa.text("''"), nullable=False),
        sa.Column("locale", sa.String(length=35), server_default=sa.text("''"), nullable=False),
        sa.Column("text", Words(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.Column("updated_by", Words(), nullable=True),
        sa.Column("deleted_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_replies")),
        sa.UniqueConstraint("short", "team", "locale", name=op.f("uq_canned_replies_short_team_locale")),
    )
    op.create_table(
        "saved_views",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("name", Words(), nullable=False),
        sa.Column("query", Words(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("deleted_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("user_id", "name", name=op.f("uq_saved_views_user_id_name")),
    )


def _presence() -> None:
    op.create_table(
        "presence",
        sa.Column("tab", sa.String(length=64), nullable=False),
        sa.Column("ticket_id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("user_name", Words(), nullable=False),
        sa.Column("typing_until", Instant(), nullable=True),
        sa.Column("until", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("tab", name=op.f("pk_presence")),
    )
    op.create_index(op.f("ix_presence_ticket_id"), "presence", ["ticket_id"])
    op.create_index(op.f("ix_presence_until"), "presence", ["until"])


def _words() -> None:
    op.create_table(
        "sought",
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_sought")),
    )
    op.create_index(op.f("ix_sought_customer_id"), "sought", ["customer_id"])
    word = sa.String(length=48).with_variant(sa.String(length=48, collation="C"), "postgresql")
    op.create_table(
        "sought_words",
        sa.Column("word", word, nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("word", "conversation_id", name=op.f("pk_sought_words")),
    )
    op.create_index(op.f("ix_sought_words_customer_id"), "sought_words", ["customer_id"])
