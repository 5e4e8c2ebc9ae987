"""Telling the outside: webhooks that we call, alerts, and what is said and asked after a survey's end.

Triggers notice what happened, for the reason given in `0050_insight`: whoever subscribes must hear of everything, on
whatever path it came. They write in the transaction that makes it happen, so an occurrence is there if and only if the
thing itself is.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from common.store.schema import Instant, Words, json_document

revision = "0075"
down_revision = "0070"

_EVENTS = (
    "answered",
    "closed",
    "ticket_opened",
    "ticket_resolved",
    "sla_warned",
    "sla_breached",
    "owner_silent",
    "interview_completed",
)


def _watched(unlike: str) -> list[tuple[str, str, str, str, str]]:
    """Name, table, when, condition, and what is written down: name, subject, sequence."""
    names = ", ".join(f"'{name}'" for name in _EVENTS)
    opted_out = f"OLD.opted_out_at IS NULL AND OLD.opted_out_at {unlike} NEW.opted_out_at"
    sent = f"OLD.sent_at IS NULL AND OLD.sent_at {unlike} NEW.sent_at"
    return [
        ("event", "events", "INSERT", f"NEW.name IN ({names})", "NEW.name, NEW.conversation_id, NEW.sequence"),
        ("sent", "invitations", "UPDATE", sent, "'invitation_sent', NEW.id, 0"),
        ("opted_out", "customers", "UPDATE", opted_out, "'customer_opted_out', NEW.id, 0"),
        ("moved", "template_changes", "INSERT", "NEW.what = 'moved'", "'template_moved', NEW.id, 0"),
    ]


def _watch_sqlite() -> None:
    for name, table, when, condition, values in _watched("IS NOT"):
        op.execute(
            f"CREATE TRIGGER occurrences_{table}_{name} AFTER {when} ON {table} WHEN {condition} "
            f"BEGIN INSERT INTO occurrences (name, subject, sequence) SELECT {values}; END"
        )


def _watch_postgresql() -> None:
    for name, table, when, condition, values in _watched("IS DISTINCT FROM"):
        op.execute(
            f"CREATE FUNCTION occurrences_{table}_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN INSERT INTO occurrences (name, subject, sequence) SELECT {values}; RETURN NULL; END $$"
        )
        op.execute(
            f"CREATE TRIGGER occurrences_{table}_{name} AFTER {when} ON {table} FOR EACH ROW WHEN ({condition}) "
            f"EXECUTE FUNCTION occurrences_{table}_{name}()"
        )


def upgrade() -> None:
    """Forwards only: a database is never taken backwards. What happened before is not told."""
    op.create_table(
        "alert_routes",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", Words(), nullable=False),
        sa.Column("settings", json_document(), nullable=False),
        sa.Column("address", Words(), nullable=False),
        sa.Column("scheme", sa.String(length=16), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.Column("error", Words(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_routes")),
    )
    op.create_table(
        "alert_sends",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("alert_id", sa.String(length=64), nullable=False),
        sa.Column("route_id", sa.String(length=64), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("lease_until", Instant(), nullable=True),
        sa.Column("lease", sa.String(length=64), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_sends")),
    )
    op.create_index(op.f("ix_alert_sends_alert_id"), "alert_sends", ["alert_id"], unique=False)
    op.create_index("ix_alert_sends_due", "alert_sends", ["state", "due_at"], unique=False)
    op.create_index("ix_alert_sends_of", "alert_sends", ["route_id", "alert_id", "at"], unique=False)
    op.create_table(
        "alerts",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("open_key", sa.String(length=255), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("team", sa.String(length=255), nullable=True),
        sa.Column("subject", Words(), nullable=False),
        sa.Column("facts", json_document(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_at", Instant(), nullable=False),
        sa.Column("last_at", Instant(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=True),
        sa.Column("seen_by", sa.String(length=64), nullable=True),
        sa.Column("seen_by_name", Words(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
        sa.UniqueConstraint("open_key", name=op.f("uq_alerts_open_key")),
    )
    op.create_index("ix_alerts_last", "alerts", ["last_at", "id"], unique=False)
    op.create_table(
        "announcements",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=True),
        sa.Column("body", Words(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcements")),
        sa.UniqueConstraint("key", name=op.f("uq_announcements_key")),
    )
    op.create_index(op.f("ix_announcements_at"), "announcements", ["at"], unique=False)
    op.create_index(op.f("ix_announcements_customer_id"), "announcements", ["customer_id"], unique=False)
    op.create_table(
        "follow_ups",
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("why", sa.String(length=32), nullable=True),
        sa.Column("slots", json_document(), nullable=True),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_follow_ups")),
    )
    op.create_index(op.f("ix_follow_ups_customer_id"), "follow_ups", ["customer_id"], unique=False)
    op.create_index("ix_follow_ups_due", "follow_ups", ["state", "due_at"], unique=False)
    op.create_table(
        "occurrences",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=128), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occurrences")),
    )
    op.create_table(
        "post_tries",
        sa.Column("post_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("took_ms", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", Words(), nullable=True),
        sa.Column("answer", Words(), nullable=True),
        sa.PrimaryKeyConstraint("post_id", "number", name=op.f("pk_post_tries")),
    )
    op.create_table(
        "posts",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("announcement_id", sa.String(length=64), nullable=False),
        sa.Column("subscription_id", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("lease_until", Instant(), nullable=True),
        sa.Column("lease", sa.String(length=64), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", Words(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
        sa.UniqueConstraint(
            "announcement_id", "subscription_id", name=op.f("uq_posts_announcement_id_subscription_id")
        ),
    )
    op.create_index("ix_posts_due", "posts", ["state", "due_at"], unique=False)
    op.create_index("ix_posts_of", "posts", ["subscription_id", "at", "id"], unique=False)
    op.create_table(
        "recoveries",
        sa.Column("ticket_id", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("survey_key", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("why", sa.String(length=32), nullable=True),
        sa.Column("invitation_id", sa.String(length=64), nullable=True),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_recoveries")),
    )
    op.create_index(op.f("ix_recoveries_customer_id"), "recoveries", ["customer_id"], unique=False)
    op.create_index("ix_recoveries_due", "recoveries", ["state", "due_at"], unique=False)
    op.create_index(op.f("ix_recoveries_invitation_id"), "recoveries", ["invitation_id"], unique=False)
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("url", Words(), nullable=False),
        sa.Column("name", Words(), nullable=False),
        sa.Column("types", json_document(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("why_off", sa.String(length=64), nullable=True),
        sa.Column("secret_version", sa.Integer(), nullable=False),
        sa.Column("previous_until", Instant(), nullable=True),
        sa.Column("failing_since", Instant(), nullable=True),
        sa.Column("paused_until", Instant(), nullable=True),
        sa.Column("told_at", Instant(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
    )
    op.add_column("tickets", sa.Column("callback_from", Instant(), nullable=True))
    op.add_column("tickets", sa.Column("callback_to", Instant(), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        _watch_sqlite()
    else:
        _watch_postgresql()
