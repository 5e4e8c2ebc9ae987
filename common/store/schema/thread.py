"""What comes in and goes out: messages, events, the inbox of webhooks and the outbox."""

from __future__ import annotations

from sqlalchemy import (
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

inbound = Table(  # every provider message once, for ever
    "inbound",
    metadata,
    Column("channel", String(16), nullable=False),
    Column("account", String(255), nullable=False),
    Column("provider_id", String(255), nullable=False),
    Column("sender", String(255), nullable=False),
    id_column("customer_id", index=True),
    id_column("message_id"),
    Column("fields", json_document(), nullable=False),
    Column("received_at", Instant, nullable=False),
    PrimaryKeyConstraint("channel", "account", "provider_id"),
    Index("ix_inbound_sender", "channel", "sender", "received_at"),
)

messages = Table(
    "messages",
    metadata,
    id_column(primary_key=True),
    id_column("conversation_id", nullable=False),
    id_column("customer_id", nullable=False, index=True),
    Column("sequence", Integer, nullable=False),  # order within the conversation, and the stream's resume point
    Column("at", Instant, nullable=False),
    Column("direction", String(3), nullable=False),
    Column("author", String(16), nullable=False),
    id_column("author_id"),
    Column("author_name", Words),
    Column("kind", String(16), nullable=False),
    Column("prompt", String(64)),  # prompt key of the bot's messages
    Column("text", Words, nullable=False),
    Column("extra", json_document()),  # the prompt's choices and scale, for pages that draw controls
    Column("channel", String(16), nullable=False),
    Column("provider_id", String(255)),
    Column("delivery", String(16)),
    Column("error", String(64)),
    Column("client_id", String(128)),  # the sender's own id: a double click is one message
    UniqueConstraint("conversation_id", "sequence"),
    UniqueConstraint("conversation_id", "client_id"),
    Index("ix_messages_provider", "channel", "provider_id"),
)

events = Table(
    "events",
    metadata,
    id_column("conversation_id", nullable=False),
    Column("sequence", Integer, nullable=False),
    id_column("customer_id", nullable=False),
    Column("at", Instant, nullable=False),
    Column("name", String(64), nullable=False),
    Column("data", json_document(), nullable=False),
    PrimaryKeyConstraint("conversation_id", "sequence"),
)

outbox = Table(
    "outbox",
    metadata,
    id_column(primary_key=True),
    id_column("conversation_id", nullable=False),
    id_column("customer_id", nullable=False, index=True),
    id_column("message_id", nullable=False),
    Column("channel", String(16), nullable=False),
    Column("address", String(255), nullable=False),
    Column("step", Integer, nullable=False),
    Column("kind", String(16), nullable=False),  # ask, say, notice, reply
    Column("prompt", json_document(), nullable=False),
    Column("owner_epoch", Integer, nullable=False),
    Column("state", String(16), nullable=False),  # pending, sending, unknown, sent, dead, needs_human, cancelled
    Column("sequence", Integer, nullable=False),  # order within the conversation
    Column("due_at", Instant, nullable=False),
    Column("useful_until", Instant),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("lease_until", Instant),  # by the system's clock, which tests do not move
    id_column("lease"),
    Column("first_leased_at", Instant),  # when it may first have reached the provider: the look-up's lower end
    Column("provider_id", String(255)),
    Column("error", Words),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("conversation_id", "step", "kind"),
    Index("ix_outbox_due", "state", "due_at"),
    Index("ix_outbox_conversation", "conversation_id", "state"),
)

pacing = Table(  # how much a sender may send now, for all dispatchers together; by the system's clock
    "pacing",
    metadata,
    Column("sender", String(320), primary_key=True),  # channel:account
    Column("full_at", Instant, nullable=False),  # when a whole burst may leave again
    Column("paused_until", Instant),  # the provider told us to wait
)

receipts = Table(  # the provider's news, all of it; news that comes before our own commit waits here
    "receipts",
    metadata,
    Column("channel", String(16), nullable=False),
    Column("provider_id", String(255), nullable=False),
    Column("delivery", String(16), nullable=False),
    Column("error", String(64)),
    Column("fate", String(32)),
    Column("at", Instant, nullable=False),
    Column("applied", Boolean, nullable=False),
    PrimaryKeyConstraint("channel", "provider_id", "delivery"),
    Index("ix_receipts_waiting", "applied", "at"),
)

quarantine = Table(
    "quarantine",
    metadata,
    id_column(primary_key=True),
    Column("channel", String(16), nullable=False),
    Column("raw", Words, nullable=False),
    Column("error", Words, nullable=False),
    Column("at", Instant, nullable=False),
)
