"""Telling the outside: webhooks that we call, and alerts."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
    text,
)

from common.store.schema.columns import Instant, Words, id_column, json_document, metadata

occurrences = Table(  # what happened and was not told yet; filled by triggers, so that no path can forget it
    "occurrences",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("name", String(64), nullable=False),
    Column("subject", String(128), nullable=False),  # a conversation, an invitation, a customer or a template's change
    Column("sequence", Integer, nullable=False),  # of the event in its conversation, else 0
)

subscriptions = Table(  # an address of somebody's system that hears what happens here
    "subscriptions",
    metadata,
    id_column(primary_key=True),
    Column("url", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("types", json_document(), nullable=False),  # of what it hears; empty = of everything
    Column("is_on", Boolean, nullable=False),
    Column("why_off", String(64)),  # why we switched it off ourselves
    Column("secret_version", Integer, nullable=False),
    Column("previous_until", Instant),  # the secret before this one signs as well until then
    Column("failing_since", Instant),  # nothing got through since
    Column("paused_until", Instant),  # the receiver told us to wait
    Column("told_at", Instant),  # when something got through last
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
)

announcements = Table(  # one thing that happened, worded once for everybody who subscribes to it
    "announcements",
    metadata,
    id_column(primary_key=True),  # what receivers see as `webhook-id`
    Column("key", String(255), nullable=False, unique=True),
    Column("type", String(64), nullable=False),
    id_column("customer_id", index=True),
    Column("body", Words, nullable=False),  # exactly the bytes that are signed
    Column("at", Instant, nullable=False, index=True),
)

posts = Table(  # an announcement on its way to a subscription
    "posts",
    metadata,
    id_column(primary_key=True),
    id_column("announcement_id", nullable=False),
    id_column("subscription_id", nullable=False),
    Column("state", String(16), nullable=False),  # pending, posting, delivered, dead
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("due_at", Instant, nullable=False),
    Column("lease_until", Instant),  # by the system's clock
    id_column("lease"),
    Column("status", Integer),  # the receiver's last
    Column("error", Words),
    Column("at", Instant, nullable=False),
    Column("ended_at", Instant),
    UniqueConstraint("announcement_id", "subscription_id"),
    Index("ix_posts_due", "state", "due_at"),
    Index("ix_posts_of", "subscription_id", "at", "id"),
)

post_tries = Table(  # every call of an address, kept for a time
    "post_tries",
    metadata,
    id_column("post_id", nullable=False),
    Column("number", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("took_ms", Integer, nullable=False),
    Column("status", Integer),
    Column("error", Words),
    Column("answer", Words),  # how the receiver's answer begins
    PrimaryKeyConstraint("post_id", "number"),
)

alerts = Table(  # something that people should look at: one for all that is alike until somebody has seen it
    "alerts",
    metadata,
    id_column(primary_key=True),
    Column("open_key", String(255), unique=True),  # while nobody has seen it: what is alike is counted here
    Column("kind", String(32), nullable=False),
    Column("severity", String(16), nullable=False),
    Column("team", String(255)),
    Column("subject", Words, nullable=False),  # what it is about: a channel, a template, an address
    Column("facts", json_document(), nullable=False),
    Column("times", Integer, nullable=False),
    Column("first_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("seen_at", Instant),
    id_column("seen_by"),
    Column("seen_by_name", Words),
    Index("ix_alerts_last", "last_at", "id"),
)

alert_routes = Table(  # which alerts leave the console, and to whom
    "alert_routes",
    metadata,
    id_column(primary_key=True),
    Column("name", Words, nullable=False),
    Column("settings", json_document(), nullable=False),  # common.alerts.routes.RouteSettings
    Column("address", Words, nullable=False),  # sealed: never shown again
    Column("scheme", String(16), nullable=False),
    Column("is_on", Boolean, nullable=False),
    Column("sent_at", Instant),
    Column("error", Words),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
)

alert_sends = Table(  # an alert that is to leave on a route, alone or in a digest
    "alert_sends",
    metadata,
    id_column(primary_key=True),
    id_column("alert_id", nullable=False, index=True),
    id_column("route_id", nullable=False),
    Column("times", Integer, nullable=False),  # how many were counted when it was written
    Column("state", String(16), nullable=False),  # pending, sending, sent, failed
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("due_at", Instant, nullable=False),
    Column("lease_until", Instant),  # by the system's clock
    id_column("lease"),
    Column("at", Instant, nullable=False),
    Column("sent_at", Instant),
    Index("ix_alert_sends_due", "state", "due_at"),
    Index("ix_alert_sends_of", "route_id", "alert_id", "at"),
)
