"""Who may come in, and what they did."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

from common.store.schema.columns import Instant, Words, id_column, json_document, metadata

users = Table(
    "users",
    metadata,
    id_column(primary_key=True),
    Column("email", String(255), nullable=False, unique=True),
    Column("name", Words, nullable=False),
    Column("role", String(16), nullable=False),
    Column("password_hash", Words, nullable=False),  # empty: has none
    Column("phone", String(32)),  # rung first when this user calls a customer
    Column("teams", json_document()),  # whose tickets this user sees; null = everybody's, "" = those without a team
    Column("disabled_at", Instant),
    Column("created_at", Instant, nullable=False),
)

user_sessions = Table(
    "user_sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    id_column("user_id", nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("agent", Words),
    Column("method", String(16)),  # how it was opened; null = by password
)

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    id_column(primary_key=True),
    Column("subject", String(255), nullable=False),  # an account or an address
    Column("at", Instant, nullable=False),
    Index("ix_sign_in_failures_subject", "subject", "at"),
)

api_keys = Table(
    "api_keys",
    metadata,
    id_column(primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("key_hash", String(64), nullable=False, unique=True),
    Column("teams", json_document()),  # as of a user
    Column("created_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("used_at", Instant),  # about when it last let a program in, to the minute
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    id_column("actor", nullable=False),
    Column("key", String(255), nullable=False),
    Column("request_hash", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", json_document()),
    Column("at", Instant, nullable=False, index=True),
    PrimaryKeyConstraint("actor", "key"),
)

leases = Table(  # who is the one active tick; since when our doors are open (common/doorkeeper.py)
    "leases",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("until", Instant, nullable=False),
)

welcomes = Table(  # a link that works once: its user chooses a password
    "welcomes",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    id_column("user_id", nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
)

second_factors = Table(  # the authenticator app of a user
    "second_factors",
    metadata,
    id_column("user_id", primary_key=True),
    Column("secret", Text, nullable=False),  # sealed with ZEROTEN_SECRET_KEY
    Column("last_step", BigInteger, nullable=False),  # the newest half minute whose code was taken: none twice
    Column("created_at", Instant, nullable=False),
    Column("confirmed_at", Instant),  # null: shown, and no code has come yet
)

recovery_codes = Table(  # each stands in for one code of a lost telephone
    "recovery_codes",
    metadata,
    id_column("user_id", nullable=False),
    Column("code_hash", String(64), nullable=False),
    Column("used_at", Instant),
    PrimaryKeyConstraint("user_id", "code_hash"),
)

half_sign_ins = Table(  # the password was right, the second factor is awaited
    "half_sign_ins",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    id_column("user_id", nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

identities = Table(  # who a user is at the identity provider
    "identities",
    metadata,
    Column("issuer", String(255), nullable=False),
    Column("subject", String(255), nullable=False),
    id_column("user_id", nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    PrimaryKeyConstraint("issuer", "subject"),
)

audit = Table(  # what people did, each entry bound to the one before it: common/audit.py
    "audit",
    metadata,
    id_column(primary_key=True),
    Column("position", BigInteger, unique=True),  # 1, 2, 3 …; null only inside the transaction that writes it
    Column("at", Instant, nullable=False),
    id_column("actor", nullable=False),
    Column("act", String(64), nullable=False),
    Column("about", String(255)),  # the id or key of what it was done to
    Column("facts", json_document(), nullable=False),  # ids, counts and closed words; never anybody's own words
    Column("session", String(16)),  # the first digits of the session's id
    Column("network", String(64)),  # from where: an IPv4 /24 or an IPv6 /48
    Column("hash", String(64)),  # of this entry and the hash before it
    Index("ix_audit_actor", "actor", "position"),
    Index("ix_audit_act", "act", "position"),
    Index("ix_audit_about", "about", "position"),
)
