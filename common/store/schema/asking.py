"""Surveys, interactions, invitations, and the conversations that come of them."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    text,
)

from common.store.schema.columns import Instant, Words, id_column, json_document, metadata

surveys = Table(
    "surveys",
    metadata,
    Column("key", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", json_document(), nullable=False),
    Column("created_at", Instant, nullable=False),
    PrimaryKeyConstraint("key", "version"),
)

interactions = Table(
    "interactions",
    metadata,
    id_column(primary_key=True),
    Column("ref", String(255), nullable=False, unique=True),  # the caller's own id
    Column("body_hash", String(64), nullable=False),
    Column("body", json_document(), nullable=False),
    id_column("customer_id", nullable=False, index=True),
    Column("customer_ref", String(255), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("direction", String(16), nullable=False),
    Column("ended_at", Instant, nullable=False),
    Column("agent_id", String(255)),  # frozen as it was when the interaction ended
    Column("agent_name", Words),
    Column("team", String(255)),
    Column("topic", String(255)),
    Column("reference", Words),
    Column("survey_key", String(64), nullable=False),
    Column("decision", String(16), nullable=False),
    Column("reason", String(32)),
    Column("explanation", Words, nullable=False),
    Column("trail", json_document(), nullable=False),  # rule, clock and counters behind the decision
    Column("answer", json_document(), nullable=False),  # the reply the caller was given, for repeats
    Column("created_at", Instant, nullable=False),
    Column("reopened_at", Instant),
    Index("ix_interactions_ended", "ended_at"),
)

invitations = Table(
    "invitations",
    metadata,
    id_column(primary_key=True),
    id_column("interaction_id", nullable=False, unique=True),
    id_column("customer_id", nullable=False, index=True),
    id_column("endpoint_id", nullable=False),
    Column("survey_key", String(64), nullable=False),
    Column("survey_version", Integer, nullable=False),
    Column("channel", String(16), nullable=False),
    Column("locale", String(35), nullable=False),
    Column("status", String(16), nullable=False),
    Column("reason", String(32)),  # why it was cancelled, suppressed or undeliverable
    Column("send_at", Instant, nullable=False),
    Column("latest_at", Instant, nullable=False),  # of no use from here on: too late, or quiet again
    Column("started_at", Instant),  # its conversation began; the first question is in the outbox
    Column("sent_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("token_hash", String(64), unique=True),  # the hosted page's address, hashed
    Index("ix_invitations_due", "status", "send_at"),
)

conversations = Table(
    "conversations",
    metadata,
    id_column(primary_key=True),
    id_column("invitation_id", nullable=False, unique=True),
    id_column("interaction_id", nullable=False),
    id_column("customer_id", nullable=False, index=True),
    id_column("endpoint_id", nullable=False, index=True),
    Column("channel", String(16), nullable=False),
    Column("address", String(255), nullable=False),
    Column("survey_key", String(64), nullable=False),
    Column("survey_version", Integer, nullable=False),
    Column("locale", String(35), nullable=False),
    Column("state", String(16), nullable=False),
    Column("outcome", String(16)),
    Column("machine", json_document(), nullable=False),  # the machine's counters: step, epoch, no_match, waiting …
    Column("score", Integer),
    Column("band", String(16)),
    Column("reason", Words),
    Column("aspect", String(64)),
    id_column("ticket_id"),
    Column("owner_epoch", Integer, nullable=False, server_default=text("0")),  # counted up when a person takes over
    Column("sequence", Integer, nullable=False, server_default=text("0")),  # last number given in messages and events
    Column("version", Integer, nullable=False, server_default=text("0")),
    Column("test", Boolean, nullable=False, server_default=text("false")),
    Column("started_at", Instant, nullable=False),
    Column("answered_at", Instant),
    Column("closed_at", Instant),
    Column("updated_at", Instant, nullable=False),
    Column("words_gone_at", Instant),  # when what was said in it was erased: its time was over, or the person's wish
    Index("ix_conversations_started", "started_at", "id"),
    Index("ix_conversations_answered", "answered_at", "id"),
)

answers = Table(
    "answers",
    metadata,
    id_column("conversation_id", nullable=False),
    Column("question", String(16), nullable=False),
    id_column("customer_id", nullable=False, index=True),
    Column("value", Words, nullable=False),
    Column("verbatim", Words, nullable=False),
    id_column("message_id", nullable=False),
    Column("at", Instant, nullable=False),
    Column("revision", Integer, nullable=False, server_default=text("0")),
    PrimaryKeyConstraint("conversation_id", "question"),
)

timers = Table(
    "timers",
    metadata,
    id_column("conversation_id", nullable=False),
    Column("name", String(16), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("due_at", Instant, nullable=False, index=True),
    PrimaryKeyConstraint("conversation_id", "name"),
)
