"""Tickets, their deadlines and routing, and how people work on them together."""

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

tickets = Table(
    "tickets",
    metadata,
    id_column(primary_key=True),
    id_column("conversation_id", nullable=False, unique=True),
    id_column("customer_id", nullable=False, index=True),
    Column("channel", String(16), nullable=False),
    Column("team", String(255)),
    Column("locale", String(35)),
    Column("status", String(16), nullable=False),
    id_column("owner"),
    Column("owner_name", Words),
    Column("reason", String(32), nullable=False),
    Column("score", Integer),
    Column("priority", Integer, nullable=False),
    Column("resolution", String(32)),
    Column("opened_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("claimed_at", Instant),
    Column("first_reply_at", Instant),
    Column("resolved_at", Instant),
    Column("last_message_at", Instant),
    Column("callback_from", Instant),  # when the customer wants to be called
    Column("callback_to", Instant),
    Column("updated_at", Instant, nullable=False),
    Column("value", Integer, nullable=False, server_default=text("0")),  # of the customer, 0 to 100, at the opening
    Column("reopened_at", Instant),
    Column("awaiting_since", Instant),  # the first words of the customer that nobody has answered
    Column("owner_active_at", Instant),  # the owner's last act
    Column("reply_warned_at", Instant),  # a mark older than the clock's beginning belongs to an earlier run
    Column("reply_breached_at", Instant),
    Column("resolve_warned_at", Instant),
    Column("resolve_breached_at", Instant),
    Column("escalated_at", Instant),
    Column("silences", Integer, nullable=False, server_default=text("0")),  # how often a silent owner lost it
    Column("check_at", Instant),  # when the tick looks next; None = nothing will change by itself
    Index("ix_tickets_queue", "status", "priority", "due_at"),
    Index("ix_tickets_opened", "opened_at", "id"),
    Index("ix_tickets_check", "check_at"),
)

sla_policies = Table(  # how soon somebody must act; the team "" is everyone's
    "sla_policies",
    metadata,
    Column("team", String(255), primary_key=True),
    Column("body", json_document(), nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("updated_by", Words, nullable=False),
)

routing_rules = Table(  # whose queue a ticket comes into; the first that fits decides
    "routing_rules",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("body", json_document(), nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("updated_by", Words, nullable=False),
)

feed = Table(  # what the console's stream resumes from: something changed, go and look
    "feed",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False, index=True),
    Column("kind", String(32), nullable=False),
    id_column("ticket_id"),
    id_column("conversation_id"),
)

mentions = Table(  # who was named in a note, and has not looked yet
    "mentions",
    metadata,
    id_column("user_id", nullable=False),
    id_column("message_id", nullable=False),
    id_column("ticket_id", nullable=False),
    id_column("customer_id", nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("seen_at", Instant),
    PrimaryKeyConstraint("user_id", "message_id"),
    Index("ix_mentions_ticket", "user_id", "ticket_id"),
)

canned_replies = Table(  # words that are written often; "" = every team, every language
    "canned_replies",
    metadata,
    id_column(primary_key=True),
    Column("short", String(32), nullable=False),
    Column("team", String(255), nullable=False, server_default=text("''")),
    Column("locale", String(35), nullable=False, server_default=text("''")),
    Column("text", Words, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("updated_by", Words),
    Column("deleted_at", Instant),  # may be taken back for a while
    UniqueConstraint("short", "team", "locale"),
)

saved_views = Table(  # a search and filters under a name
    "saved_views",
    metadata,
    id_column(primary_key=True),
    id_column("user_id", nullable=False),
    Column("name", Words, nullable=False),
    Column("query", Words, nullable=False),  # the part of the address behind the question mark
    Column("is_shared", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("deleted_at", Instant),
    UniqueConstraint("user_id", "name"),
)

presence = Table(  # who has which thread open just now, by browser tab; by the system's clock
    "presence",
    metadata,
    Column("tab", String(64), primary_key=True),
    id_column("ticket_id", nullable=False, index=True),
    id_column("user_id", nullable=False),
    Column("user_name", Words, nullable=False),
    Column("typing_until", Instant),
    Column("until", Instant, nullable=False, index=True),
)

sought = Table(  # how far each thread with a ticket is in the words below
    "sought",
    metadata,
    id_column("conversation_id", primary_key=True),
    id_column("customer_id", nullable=False, index=True),
    Column("sequence", Integer, nullable=False),
)

sought_words = Table(  # folded words of threads with a ticket, to find them by
    "sought_words",
    metadata,
    Column("word", String(48).with_variant(String(48, collation="C"), "postgresql"), nullable=False),
    id_column("conversation_id", nullable=False),
    id_column("customer_id", nullable=False, index=True),
    PrimaryKeyConstraint("word", "conversation_id"),
)
