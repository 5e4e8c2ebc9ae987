"""Calls, their steps and recordings."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    text,
)

from common.store.schema.columns import Instant, Words, id_column, metadata

calls = Table(  # one telephone call, in or out, from its first webhook to its end
    "calls",
    metadata,
    id_column(primary_key=True),
    Column("call_sid", String(64), nullable=False, unique=True),  # the provider's name of the call
    id_column("conversation_id", index=True),
    id_column("customer_id", index=True),
    id_column("outbox_id", index=True),  # the message that placed it, if we did
    Column("direction", String(16), nullable=False),
    Column("status", String(16), nullable=False),  # the provider's; never leaves a final one
    Column("answered_by", String(32)),  # human or machine, as the provider heard it
    Column("step", Integer, nullable=False, server_default=text("0")),  # number of the last thing we said in it
    Column("awaits", String(16)),  # what that waits for; None = nothing more
    Column("repeats", Integer, nullable=False, server_default=text("0")),
    Column("accepted_at", Instant),  # a person pressed a key to take the caller over
    Column("began_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("updated_at", Instant, nullable=False),
    Index("ix_calls_going", "ended_at", "updated_at"),
)

call_steps = Table(  # what a call was told, so that a request that comes twice hears the same
    "call_steps",
    metadata,
    id_column("call_id", nullable=False),
    Column("step", Integer, nullable=False),
    id_column("customer_id", index=True),
    Column("document", Words, nullable=False),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("call_id", "step"),
)

recordings = Table(  # the spoken words of customers, kept for a time
    "recordings",
    metadata,
    id_column(primary_key=True),
    Column("provider_id", String(64), nullable=False, unique=True),
    id_column("call_id", nullable=False, index=True),
    id_column("conversation_id", nullable=False, index=True),
    id_column("customer_id", nullable=False, index=True),
    id_column("message_id"),
    Column("state", String(16), nullable=False),  # announced, ready, stored, absent, failed, expired
    Column("duration_s", Integer),
    Column("media_type", String(64)),
    Column("audio", LargeBinary),
    Column("transcript", Words),
    Column("transcribed_at", Instant),  # when transcription ended, well or not
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("due_at", Instant),  # when to work on it next; None = nothing to do
    Column("at", Instant, nullable=False),
    Index("ix_recordings_due", "due_at"),
)

sounds = Table(  # recorded prompts, played to callers in place of words; a sound never changes
    "sounds",
    metadata,
    id_column(primary_key=True),
    Column("media_type", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("duration_ms", Integer, nullable=False),
    Column("name", Words, nullable=False),  # what the file was called
    Column("content", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False),
)

files = Table(  # voice notes, pictures and documents of customers and to them, kept for a time
    "files",
    metadata,
    id_column(primary_key=True),
    id_column("message_id", nullable=False, unique=True),
    id_column("conversation_id", nullable=False, index=True),
    id_column("customer_id", nullable=False, index=True),
    Column("channel", String(16), nullable=False),
    Column("provider_id", String(255), nullable=False),  # what the provider gives it out for; "" = it is ours
    Column("state", String(16), nullable=False),  # ready, stored, refused, failed, expired
    Column("name", Words),  # as the customer's device calls it
    Column("media_type", String(64)),  # of its content, when it is stored
    Column("size", Integer),
    Column("content", LargeBinary),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("due_at", Instant),  # when to fetch it next; None = nothing to do
    Column("at", Instant, nullable=False),
    Index("ix_files_due", "due_at"),
)
