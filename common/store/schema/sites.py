"""Other sites that show our web chat."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
)

from common.store.schema.columns import Instant, id_column, json_document, metadata

sites = Table(
    "sites",
    metadata,
    id_column(primary_key=True),
    Column("key", String(32), nullable=False, unique=True),  # public: stands in the source of the site's pages
    Column("settings", json_document(), nullable=False),  # common.sites.site.SiteSettings
    Column("secret_version", Integer, nullable=False),
    Column("previous_until", Instant),  # the secret before this one counts until then
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
)

visits = Table(  # one tab of one visitor, for a day
    "visits",
    metadata,
    Column("key_hash", String(64), primary_key=True),  # of the secret that the tab made for itself
    id_column("site_id", nullable=False, index=True),
    id_column("customer_id", index=True),  # None: has not been asked anything yet
    Column("customer_ref", String(255), nullable=False),
    id_column("invitation_id"),
    Column("origin", String(255), nullable=False),
    Column("is_signed", Boolean, nullable=False),
    Column("claims", json_document(), nullable=False),  # what the site's token said of customer and interaction
    Column("opened_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
)

nonces = Table(  # every identity token opens one visit
    "nonces",
    metadata,
    id_column("site_id", nullable=False),
    Column("nonce_hash", String(64), nullable=False),
    Column("key_hash", String(64), nullable=False),  # of the visit that it opened
    Column("expires_at", Instant, nullable=False, index=True),
    PrimaryKeyConstraint("site_id", "nonce_hash"),
)
