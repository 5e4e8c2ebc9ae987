"""People's wish to be forgotten."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Index,
    Integer,
    String,
    Table,
    text,
)

from common.store.schema.columns import Instant, id_column, json_document, metadata

erasures = Table(  # the receipts: who was erased cannot be read out of them
    "erasures",
    metadata,
    id_column(primary_key=True),
    id_column("customer_id", nullable=False, index=True),  # ours; the row of that person is empty afterwards
    Column("state", String(16), nullable=False),  # queued, running, done, failed
    id_column("requested_by", nullable=False),
    Column("requested_at", Instant, nullable=False),
    Column("started_at", Instant),
    Column("done_at", Instant),
    Column("due_at", Instant),  # by the system's clock: when to work on it next; None = nothing to do
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("error", String(64)),
    Column("counts", json_document(), nullable=False),  # rows erased, by table
    Index("ix_erasures_due", "due_at"),
)

tombstones = Table(  # by what an erased person could be known again, as keyed hashes
    "tombstones",
    metadata,
    Column("mark", String(64), primary_key=True),
    id_column("erasure_id", nullable=False, index=True),
)
