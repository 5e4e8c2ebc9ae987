"""Insight: the tallies, what each interaction contributes to them, and the triggers that notice every change.

Triggers, because a figure is wrong for ever if one of the many paths that change an answer forgets to say so. They only
add a line to a log; counting is done by the tick.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from common.store.schema import FUNNEL, SCORES, Instant, Words

revision = "0050"
down_revision = "0040"

_DIMENSIONS = ("channel", "direction", "ended_at", "agent_id", "agent_name", "team", "topic", "survey_key", "decision")
_ASKED = ("status", "started_at", "sent_at", "channel", "locale", "survey_key", "survey_version")
_SAID = ("score", "answered_at", "outcome", "reason", "test", "locale", "channel")


def _differs(columns: tuple[str, ...], unlike: str) -> str:
    return " OR ".join(f"OLD.{name} {unlike} NEW.{name}" for name in columns)


def _watched(unlike: str) -> list[tuple[str, str, str, str, str]]:
    """Name, table, when, condition, and which interaction."""
    of_message = "interaction_id FROM conversations WHERE id = NEW.conversation_id"
    arrived = f"NEW.direction = 'out' AND NEW.delivery IN ('delivered', 'read') AND OLD.delivery {unlike} NEW.delivery"
    return [
        ("new", "interactions", "INSERT", "NEW.decision = 'invite'", "NEW.id"),
        ("changed", "interactions", "UPDATE", _differs(_DIMENSIONS, unlike), "NEW.id"),
        ("gone", "interactions", "DELETE", "OLD.decision = 'invite'", "OLD.id"),
        ("changed", "invitations", "UPDATE", _differs(_ASKED, unlike), "NEW.interaction_id"),
        ("gone", "invitations", "DELETE", "1 = 1", "OLD.interaction_id"),
        ("new", "conversations", "INSERT", "1 = 1", "NEW.interaction_id"),
        ("changed", "conversations", "UPDATE", _differs(_SAID, unlike), "NEW.interaction_id"),
        ("gone", "conversations", "DELETE", "1 = 1", "OLD.interaction_id"),
        ("heard", "messages", "INSERT", "NEW.direction = 'in'", of_message),
        ("arrived", "messages", "UPDATE", arrived, of_message),
    ]


def _watch_sqlite() -> None:
    for name, table, when, condition, interaction in _watched("IS NOT"):
        op.execute(
            f"CREATE TRIGGER untallied_{table}_{name} AFTER {when} ON {table} WHEN {condition} "
            f"BEGIN INSERT INTO untallied (interaction_id) SELECT {interaction}; END"
        )


def _watch_postgresql() -> None:
    for name, table, when, condition, interaction in _watched("IS DISTINCT FROM"):
        op.execute(
            f"CREATE FUNCTION untallied_{table}_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN INSERT INTO untallied (interaction_id) SELECT {interaction}; RETURN NULL; END $$"
        )
        op.execute(
            f"CREATE TRIGGER untallied_{table}_{name} AFTER {when} ON {table} FOR EACH ROW WHEN ({condition}) "
            f"EXECUTE FUNCTION untallied_{table}_{name}()"
        )


def upgrade() -> None:
    """Forwards only: a database is never taken backwards. What is there already is put into the log, to be counted."""
    op.create_table(
        "untallied",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("interaction_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_untallied")),
    )
    op.create_table(
        "tallied",
        sa.Column("interaction_id", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("direction", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("survey", sa.String(length=64), nullable=False),
        sa.Column("team", sa.String(length=255), nullable=False),
        sa.Column("agent", Words(), nullable=False),
        sa.Column("agent_name", Words(), nullable=False),
        sa.Column("topic", sa.String(length=255), nullable=False),
        sa.Column("locale", sa.String(length=35), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("cohort_at", Instant(), nullable=False),
        sa.Column("cohort_on", sa.Integer(), nullable=False),
        sa.Column("weekhour", sa.Integer(), nullable=False),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("answered_on", sa.Integer(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("has_reason", sa.Boolean(), nullable=False),
        sa.Column("is_complete", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("interaction_id", name=op.f("pk_tallied")),
    )
    op.create_index("ix_tallied_answered", "tallied", ["answered_at"], unique=False)
    op.create_index("ix_tallied_cohort", "tallied", ["cohort_at"], unique=False)
    op.create_table(
        "tallies",
        sa.Column("dimension", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("direction", sa.String(length=16), nullable=False),
        sa.Column("key", Words(), nullable=False),
        sa.Column("label", Words(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in (*SCORES, *FUNNEL)),
        sa.PrimaryKeyConstraint("dimension", "day", "kind", "direction", "key", name=op.f("pk_tallies")),
    )
    op.create_index("ix_interactions_ended", "interactions", ["ended_at"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        _watch_sqlite()
    else:
        _watch_postgresql()
    op.execute(
        "INSERT INTO untallied (interaction_id) "
        "SELECT id FROM interactions WHERE decision = 'invite' ORDER BY ended_at, id"
    )
