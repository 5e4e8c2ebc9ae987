"""Customers: who they are and where they are reached."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    String,
    Table,
    UniqueConstraint,
    text,
)

from common.store.schema.columns import Instant, Words, id_column, metadata

customers = Table(
    "customers",
    metadata,
    id_column(primary_key=True),
    Column("name", Words),
    Column("locale", String(35)),
    Column("timezone", String(64)),
    Column("consent", Boolean),
    Column("opted_out_at", Instant),
    Column("opted_out_by", String(64)),
    Column("created_at", Instant, nullable=False),
)

customer_refs = Table(  # the caller's own ids; several may turn out to be one person
    "customer_refs",
    metadata,
    Column("ref", String(255), primary_key=True),
    id_column("customer_id", nullable=False, index=True),
)

endpoints = Table(
    "endpoints",
    metadata,
    id_column(primary_key=True),
    id_column("customer_id", nullable=False, index=True),
    Column("channel", String(16), nullable=False),
    Column("address", String(255), nullable=False),
    id_column("conversation_id"),  # the conversation that an inbound message on this endpoint belongs to: the latest
    Column("last_inbound_at", Instant),
    Column("blocked_at", Instant),
    id_column("same_as"),  # another address of the same person on the channel: the endpoint that stands for both
    Column("holds_reply", Boolean, nullable=False, server_default=text("false")),  # a reply waits for the next message
    UniqueConstraint("channel", "address"),
)

links = Table(  # a customer follows one to a channel, and the address from which they come is theirs
    "links",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    id_column("customer_id", nullable=False, index=True),
    Column("channel", String(16), nullable=False),
    Column("address", String(255)),  # who followed it
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
)
