"""Themes: the code book, what it finds, what people say about it, and the triggers that notice a changed comment."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from common.store.schema import Instant, Words, json_document

revision = "0081"
down_revision = "0080"

_WATCHED = (
    ("new", "INSERT", "NEW.reason IS NOT NULL", "NEW"),
    ("gone", "DELETE", "OLD.reason IS NOT NULL", "OLD"),
)
_CHANGED = ("reason", "score", "test", "answered_at")
_LOG = "INSERT INTO uncoded (conversation_id)"


def _triggers(unlike: str) -> list[tuple[str, str, str, str]]:
    changed = " OR ".join(f"OLD.{name} {unlike} NEW.{name}" for name in _CHANGED)
    return [
        *_WATCHED,
        ("changed", "UPDATE", f"(OLD.reason IS NOT NULL OR NEW.reason IS NOT NULL) AND ({changed})", "NEW"),
    ]


def _watch_sqlite() -> None:
    for name, when, condition, row in _triggers("IS NOT"):
        op.execute(
            f"CREATE TRIGGER uncoded_conversations_{name} AFTER {when} ON conversations WHEN {condition} "
            f"BEGIN {_LOG} VALUES ({row}.id); END"
        )


def _watch_postgresql() -> None:
    for name, when, condition, row in _triggers("IS DISTINCT FROM"):
        op.execute(
            f"CREATE FUNCTION uncoded_conversations_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN {_LOG} VALUES ({row}.id); RETURN NULL; END $$"
        )
        op.execute(
            f"CREATE TRIGGER uncoded_conversations_{name} AFTER {when} ON conversations FOR EACH ROW "
            f"WHEN ({condition}) EXECUTE FUNCTION uncoded_conversations_{name}()"
        )


def upgrade() -> None:
    """Forwards only: a database is never taken backwards. Comments that are there already are put into the log."""
    op.create_table(
        "theme_books",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor", Words(), nullable=False),
        sa.Column("note", Words(), nullable=False),
        sa.Column("body", json_document(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_theme_books")),
    )
    op.create_table(
        "uncoded",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uncoded")),
    )
    op.create_table(
        "coded",
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("answered_at", Instant(), nullable=False),
        sa.Column("week", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("direction", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("locale", sa.String(length=35), nullable=False),
        sa.Column("team", sa.String(length=255), nullable=False),
        sa.Column("has_theme", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_coded")),
    )
    op.create_index(op.f("ix_coded_customer_id"), "coded", ["customer_id"], unique=False)
    op.create_index("ix_coded_answered", "coded", ["answered_at"], unique=False)
    op.create_index("ix_coded_week", "coded", ["week"], unique=False)
    _create_marks()
    _create_states()
    if op.get_bind().dialect.name == "sqlite":
        _watch_sqlite()
    else:
        _watch_postgresql()
    op.execute(
        "INSERT INTO uncoded (conversation_id) SELECT id FROM conversations WHERE reason IS NOT NULL ORDER BY id"
    )


def _create_marks() -> None:
    op.create_table(
        "theme_marks",
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("theme_id", sa.String(length=64), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("term", Words(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "theme_id", "start", name=op.f("pk_theme_marks")),
    )
    op.create_index("ix_theme_marks_theme", "theme_marks", ["theme_id", "conversation_id"], unique=False)
    op.create_table(
        "theme_verdicts",
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("theme_id", sa.String(length=64), nullable=False),
        sa.Column("is_right", sa.Boolean(), nullable=False),
        sa.Column("term", Words(), nullable=False),
        sa.Column("actor", Words(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "theme_id", name=op.f("pk_theme_verdicts")),
    )


def _create_states() -> None:
    op.create_table(
        "theme_states",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("theme_id", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor", Words(), nullable=False),
        sa.Column("note", Words(), nullable=False),
        sa.Column("baseline_count", sa.Integer(), nullable=False),
        sa.Column("baseline_base", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme_states")),
    )
    op.create_index("ix_theme_states_theme", "theme_states", ["theme_id", "at"], unique=False)
    op.create_table(
        "theme_candidates",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("words", json_document(), nullable=False),
        sa.Column("members", json_document(), nullable=False),
        sa.Column("quotes", json_document(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("theme_id", sa.String(length=64), nullable=True),
        sa.Column("actor", Words(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme_candidates")),
    )
