"""What is said and asked after a survey has ended."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Index,
    String,
    Table,
)

from common.store.schema.columns import Instant, id_column, json_document, metadata

follow_ups = Table(  # what a survey says after its end: an offer to call back, or a few words
    "follow_ups",
    metadata,
    id_column("conversation_id", primary_key=True),
    id_column("customer_id", nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("state", String(16), nullable=False),  # planned, sent, accepted, dropped
    Column("why", String(32)),  # it was dropped
    Column("slots", json_document()),  # that were offered
    Column("due_at", Instant, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_follow_ups_due", "state", "due_at"),
)

recoveries = Table(  # the question whether a resolved ticket mended things
    "recoveries",
    metadata,
    id_column("ticket_id", primary_key=True),
    id_column("customer_id", nullable=False, index=True),
    Column("survey_key", String(64), nullable=False),
    Column("state", String(16), nullable=False),  # planned, asked, dropped
    Column("why", String(32)),
    id_column("invitation_id", index=True),
    Column("due_at", Instant, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_recoveries_due", "state", "due_at"),
)
