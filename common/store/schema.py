"""Every table, with the keys that make the product's promises.

The unique keys do the work: a webhook that comes twice, a job that runs twice, a question asked twice all end at one of
them. Rows that belong to a person carry `customer_id`, so that tables can be partitioned by it and a person can
be found and erased everywhere.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime; `timestamptz` on PostgreSQL, naive UTC text on SQLite. Refuses naive values."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime has no place in the store")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text that both databases can hold: NUL and lone surrogates, which people never type, become U+FFFD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value)


_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def storable(text: str) -> str:
    """`text` without what UTF-8 or PostgreSQL cannot hold."""
    return _UNSTORABLE.sub("\ufffd", text)


def json_document() -> JSON:
    """A JSON column: `jsonb` on PostgreSQL. Python None is stored as SQL NULL."""
    return JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def _id(name: str = "id", **options: Any) -> Column[str]:
    return Column(name, String(64), **options)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# --- people -----------------------------------------------------------------------------------------------------------

customers = Table(
    "customers",
    metadata,
    _id(primary_key=True),
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
    _id("customer_id", nullable=False, index=True),
)

endpoints = Table(
    "endpoints",
    metadata,
    _id(primary_key=True),
    _id("customer_id", nullable=False, index=True),
    Column("channel", String(16), nullable=False),
    Column("address", String(255), nullable=False),
    _id("conversation_id"),  # the conversation that an inbound message on this endpoint belongs to: the latest
    Column("last_inbound_at", Instant),
    Column("blocked_at", Instant),
    _id("same_as"),  # another address of the same person on the channel: the endpoint that stands for both
    Column("holds_reply", Boolean, nullable=False, server_default=text("false")),  # a reply waits for the next message
    UniqueConstraint("channel", "address"),
)

links = Table(  # a customer follows one to a channel, and the address from which they come is theirs
    "links",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    _id("customer_id", nullable=False, index=True),
    Column("channel", String(16), nullable=False),
    Column("address", String(255)),  # who followed it
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
)

# --- asking -----------------------------------------------------------------------------------------------------------

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
    _id(primary_key=True),
    Column("ref", String(255), nullable=False, unique=True),  # the caller's own id
    Column("body_hash", String(64), nullable=False),
    Column("body", json_document(), nullable=False),
    _id("customer_id", nullable=False, index=True),
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
    _id(primary_key=True),
    _id("interaction_id", nullable=False, unique=True),
    _id("customer_id", nullable=False, index=True),
    _id("endpoint_id", nullable=False),
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
    _id(primary_key=True),
    _id("invitation_id", nullable=False, unique=True),
    _id("interaction_id", nullable=False),
    _id("customer_id", nullable=False, index=True),
    _id("endpoint_id", nullable=False, index=True),
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
    _id("ticket_id"),
    Column("owner_epoch", Integer, nullable=False, server_default=text("0")),  # counted up when a person takes over
    Column("sequence", Integer, nullable=False, server_default=text("0")),  # last number given in messages and events
    Column("version", Integer, nullable=False, server_default=text("0")),
    Column("test", Boolean, nullable=False, server_default=text("false")),
    Column("started_at", Instant, nullable=False),
    Column("answered_at", Instant),
    Column("closed_at", Instant),
    Column("updated_at", Instant, nullable=False),
    Index("ix_conversations_started", "started_at", "id"),
    Index("ix_conversations_answered", "answered_at", "id"),
)

answers = Table(
    "answers",
    metadata,
    _id("conversation_id", nullable=False),
    Column("question", String(16), nullable=False),
    _id("customer_id", nullable=False, index=True),
    Column("value", Words, nullable=False),
    Column("verbatim", Words, nullable=False),
    _id("message_id", nullable=False),
    Column("at", Instant, nullable=False),
    Column("revision", Integer, nullable=False, server_default=text("0")),
    PrimaryKeyConstraint("conversation_id", "question"),
)

timers = Table(
    "timers",
    metadata,
    _id("conversation_id", nullable=False),
    Column("name", String(16), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("due_at", Instant, nullable=False, index=True),
    PrimaryKeyConstraint("conversation_id", "name"),
)

# --- the thread -------------------------------------------------------------------------------------------------------

inbound = Table(  # every provider message once, for ever
    "inbound",
    metadata,
    Column("channel", String(16), nullable=False),
    Column("account", String(255), nullable=False),
    Column("provider_id", String(255), nullable=False),
    Column("sender", String(255), nullable=False),
    _id("customer_id", index=True),
    _id("message_id"),
    Column("fields", json_document(), nullable=False),
    Column("received_at", Instant, nullable=False),
    PrimaryKeyConstraint("channel", "account", "provider_id"),
    Index("ix_inbound_sender", "channel", "sender", "received_at"),
)

messages = Table(
    "messages",
    metadata,
    _id(primary_key=True),
    _id("conversation_id", nullable=False),
    _id("customer_id", nullable=False, index=True),
    Column("sequence", Integer, nullable=False),  # order within the conversation, and the stream's resume point
    Column("at", Instant, nullable=False),
    Column("direction", String(3), nullable=False),
    Column("author", String(16), nullable=False),
    _id("author_id"),
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
    _id("conversation_id", nullable=False),
    Column("sequence", Integer, nullable=False),
    _id("customer_id", nullable=False),
    Column("at", Instant, nullable=False),
    Column("name", String(64), nullable=False),
    Column("data", json_document(), nullable=False),
    PrimaryKeyConstraint("conversation_id", "sequence"),
)

outbox = Table(
    "outbox",
    metadata,
    _id(primary_key=True),
    _id("conversation_id", nullable=False),
    _id("customer_id", nullable=False, index=True),
    _id("message_id", nullable=False),
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
    _id("lease"),
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
    _id(primary_key=True),
    Column("channel", String(16), nullable=False),
    Column("raw", Words, nullable=False),
    Column("error", Words, nullable=False),
    Column("at", Instant, nullable=False),
)

# --- the telephone ----------------------------------------------------------------------------------------------------

calls = Table(  # one telephone call, in or out, from its first webhook to its end
    "calls",
    metadata,
    _id(primary_key=True),
    Column("call_sid", String(64), nullable=False, unique=True),  # the provider's name of the call
    _id("conversation_id", index=True),
    _id("customer_id", index=True),
    _id("outbox_id", index=True),  # the message that placed it, if we did
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
    _id("call_id", nullable=False),
    Column("step", Integer, nullable=False),
    _id("customer_id", index=True),
    Column("document", Words, nullable=False),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("call_id", "step"),
)

recordings = Table(  # the spoken words of customers, kept for a time
    "recordings",
    metadata,
    _id(primary_key=True),
    Column("provider_id", String(64), nullable=False, unique=True),
    _id("call_id", nullable=False, index=True),
    _id("conversation_id", nullable=False, index=True),
    _id("customer_id", nullable=False, index=True),
    _id("message_id"),
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

# --- the human queue --------------------------------------------------------------------------------------------------

tickets = Table(
    "tickets",
    metadata,
    _id(primary_key=True),
    _id("conversation_id", nullable=False, unique=True),
    _id("customer_id", nullable=False, index=True),
    Column("channel", String(16), nullable=False),
    Column("team", String(255)),
    Column("locale", String(35)),
    Column("status", String(16), nullable=False),
    _id("owner"),
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
    Column("updated_at", Instant, nullable=False),
    Index("ix_tickets_queue", "status", "priority", "opened_at"),
    Index("ix_tickets_opened", "opened_at", "id"),
)

feed = Table(  # what the console's stream resumes from: something changed, go and look
    "feed",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False, index=True),
    Column("kind", String(32), nullable=False),
    _id("ticket_id"),
    _id("conversation_id"),
)

# --- web chat in other sites ------------------------------------------------------------------------------------------

sites = Table(
    "sites",
    metadata,
    _id(primary_key=True),
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
    _id("site_id", nullable=False, index=True),
    _id("customer_id", index=True),  # None: has not been asked anything yet
    Column("customer_ref", String(255), nullable=False),
    _id("invitation_id"),
    Column("origin", String(255), nullable=False),
    Column("is_signed", Boolean, nullable=False),
    Column("claims", json_document(), nullable=False),  # what the site's token said of customer and interaction
    Column("opened_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
)

nonces = Table(  # every identity token opens one visit
    "nonces",
    metadata,
    _id("site_id", nullable=False),
    Column("nonce_hash", String(64), nullable=False),
    Column("key_hash", String(64), nullable=False),  # of the visit that it opened
    Column("expires_at", Instant, nullable=False, index=True),
    PrimaryKeyConstraint("site_id", "nonce_hash"),
)

# --- wording that a provider approves ---------------------------------------------------------------------------------

templates = Table(  # our words, every version; the newest is what is submitted next
    "templates",
    metadata,
    Column("name", String(512), nullable=False),
    Column("language", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("category", String(16), nullable=False),
    Column("components", json_document(), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", Words),
    PrimaryKeyConstraint("name", "language", "version"),
)

approvals = Table(  # how a template stands with the provider
    "approvals",
    metadata,
    Column("channel", String(16), nullable=False),
    Column("name", String(512), nullable=False),
    Column("language", String(16), nullable=False),
    Column("provider_id", String(64), index=True),
    Column("approval", String(16), nullable=False),
    Column("category", String(16), nullable=False),  # what the provider takes it for
    Column("asked", String(16), nullable=False),  # what a person agreed to
    Column("expected", String(16)),  # what the provider said it will take it for soon
    Column("quality", String(16)),
    Column("reason", Words),  # why it was rejected or paused, in the provider's words
    Column("components", json_document()),  # what the provider has; null = nobody has seen it
    Column("version", Integer),  # our version that was submitted last
    Column("edits", json_document(), nullable=False),  # when an approved version was edited, for the provider's limit
    Column("appeal", Words),
    Column("appealed_at", Instant),
    Column("submitted_at", Instant),
    Column("changed_at", Instant, nullable=False),
    PrimaryKeyConstraint("channel", "name", "language"),
)

template_changes = Table(  # what became of a template, one row for each change
    "template_changes",
    metadata,
    Column("id", String(128), primary_key=True),
    Column("channel", String(16), nullable=False),
    Column("name", String(512), nullable=False),
    Column("language", String(16), nullable=False),
    Column("at", Instant, nullable=False),
    Column("what", String(32), nullable=False),
    Column("data", json_document(), nullable=False),
    Index("ix_template_changes_of", "channel", "name", "language", "at"),
)

# --- figures ----------------------------------------------------------------------------------------------------------

untallied = Table(  # what changed and is not in the tallies yet; filled by triggers, so that no path can forget it
    "untallied",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    _id("interaction_id", nullable=False),
)

tallied = Table(  # what each interaction that may be asked about contributes to the tallies, as they count it now
    "tallied",
    metadata,
    _id("interaction_id", primary_key=True),
    _id("conversation_id"),
    Column("kind", String(16), nullable=False),
    Column("direction", String(16), nullable=False),
    Column("channel", String(16), nullable=False),  # where was asked
    Column("survey", String(64), nullable=False),
    Column("team", String(255), nullable=False),  # empty: unknown
    Column("agent", Words, nullable=False),
    Column("agent_name", Words, nullable=False),
    Column("topic", String(255), nullable=False),
    Column("locale", String(35), nullable=False),
    Column("zone", String(64), nullable=False),  # in which the days and hours below were read
    Column("cohort_at", Instant, nullable=False),  # when the interaction ended
    Column("cohort_on", Integer, nullable=False),  # that day, counted from 1 January 1970
    Column("weekhour", Integer, nullable=False),  # its hour of the week: 0 is Monday from 0 to 1
    Column("answered_at", Instant),  # when the response counts; null without a score
    Column("answered_on", Integer),
    Column("score", Integer),
    Column("depth", Integer, nullable=False),  # how far it got: common/analysis/tally.py
    Column("has_reason", Boolean, nullable=False),
    Column("is_complete", Boolean, nullable=False),
    Column("facet", BigInteger, nullable=False),  # all that can be filtered by but the agent
    Column("staff", BigInteger, nullable=False),  # the agent's facet
    Index("ix_tallied_answered", "answered_at"),
    Index("ix_tallied_cohort", "cohort_at"),
    # These hold all that is asked of them, so that the rows need not be fetched.
    Index("ix_tallied_facet_answered", "facet", "answered_on", "score", "weekhour", "staff"),
    Index("ix_tallied_facet_cohort", "facet", "cohort_on", "depth", "has_reason", "is_complete", "staff"),
    Index("ix_tallied_staff_answered", "staff", "answered_on", "score", "weekhour", "facet"),
    Index("ix_tallied_staff_cohort", "staff", "cohort_on", "depth", "has_reason", "is_complete", "facet"),
)

FUNNEL = ("eligible", "invited", "accepted", "delivered", "read", "scored", "reasoned", "completed")
SCORES = tuple(f"score_{score}" for score in range(11))

tallies = Table(  # counts of one day by one dimension: scores by the day of the answer, the funnel by the cohort's day
    "tallies",
    metadata,
    Column("dimension", String(16), nullable=False),
    Column("day", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("direction", String(16), nullable=False),
    Column("key", Words, nullable=False),
    Column("label", Words, nullable=False),
    *(Column(name, Integer, nullable=False) for name in (*SCORES, *FUNNEL)),
    PrimaryKeyConstraint("dimension", "day", "kind", "direction", "key"),
)

facets = Table(  # what interactions can be told apart by, as it occurs together; what a pattern leaves open is null
    "facets",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),  # made of the values alone
    Column("pattern", String(32), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("direction", String(16), nullable=False),
    Column("channel", String(16)),
    Column("survey", String(64)),
    Column("team", String(255)),
    Column("topic", String(255)),
    Column("locale", String(35)),
    Column("agent", Words),
    Column("agent_name", Words),
)

facet_weeks = Table(  # counts of one week by facet, for figures within filters; both clocks as in tallies
    "facet_weeks",
    metadata,
    Column("facet", BigInteger, nullable=False),
    Column("week", Integer, nullable=False),
    *(Column(name, Integer, nullable=False) for name in (*SCORES, *FUNNEL)),
    PrimaryKeyConstraint("facet", "week"),
    Index("ix_facet_weeks_week", "week"),
    sqlite_with_rowid=False,
)

# --- actors -----------------------------------------------------------------------------------------------------------

users = Table(
    "users",
    metadata,
    _id(primary_key=True),
    Column("email", String(255), nullable=False, unique=True),
    Column("name", Words, nullable=False),
    Column("role", String(16), nullable=False),
    Column("password_hash", Words, nullable=False),
    Column("phone", String(32)),  # rung first when this user calls a customer
    Column("disabled_at", Instant),
    Column("created_at", Instant, nullable=False),
)

user_sessions = Table(
    "user_sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    _id("user_id", nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("agent", Words),
)

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    _id(primary_key=True),
    Column("subject", String(255), nullable=False),  # an account or an address
    Column("at", Instant, nullable=False),
    Index("ix_sign_in_failures_subject", "subject", "at"),
)

api_keys = Table(
    "api_keys",
    metadata,
    _id(primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("key_hash", String(64), nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("revoked_at", Instant),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    _id("actor", nullable=False),
    Column("key", String(255), nullable=False),
    Column("request_hash", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", json_document()),
    Column("at", Instant, nullable=False, index=True),
    PrimaryKeyConstraint("actor", "key"),
)

leases = Table(  # who is the one active tick
    "leases",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("until", Instant, nullable=False),
)

# --- themes -----------------------------------------------------------------------------------------------------------

theme_books = Table(  # the code book, in all its versions
    "theme_books",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("actor", Words, nullable=False),
    Column("note", Words, nullable=False),
    Column("body", json_document(), nullable=False),
)

uncoded = Table(  # whose comment changed and was not read since; filled by triggers
    "uncoded",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    _id("conversation_id", nullable=False),
)

coded = Table(  # comments that were read, with what is needed to count them
    "coded",
    metadata,
    _id("conversation_id", primary_key=True),
    _id("customer_id", nullable=False, index=True),
    Column("version", Integer, nullable=False),  # of the code book
    Column("answered_at", Instant, nullable=False),
    Column("week", Integer, nullable=False),  # of the answer: common/analysis/tally.py
    Column("score", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("direction", String(16), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("locale", String(35), nullable=False),
    Column("has_theme", Boolean, nullable=False),
    Index("ix_coded_answered", "answered_at"),
    Index("ix_coded_week", "week"),
)

theme_marks = Table(  # where a comment speaks of a theme
    "theme_marks",
    metadata,
    _id("conversation_id", nullable=False),
    Column("theme_id", String(64), nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("term", Words, nullable=False),  # empty: a person said so
    PrimaryKeyConstraint("conversation_id", "theme_id", "start"),
    Index("ix_theme_marks_theme", "theme_id", "conversation_id"),
)

theme_verdicts = Table(  # what people say about a mark; kept, and stronger than the book
    "theme_verdicts",
    metadata,
    _id("conversation_id", nullable=False),
    Column("theme_id", String(64), nullable=False),
    Column("is_right", Boolean, nullable=False),
    Column("term", Words, nullable=False),  # by which it had been found
    Column("actor", Words, nullable=False),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("conversation_id", "theme_id"),
)

theme_states = Table(  # what became of a theme, every step
    "theme_states",
    metadata,
    _id(primary_key=True),
    Column("theme_id", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor", Words, nullable=False),  # empty: the figures
    Column("note", Words, nullable=False),
    Column("baseline_count", Integer, nullable=False),
    Column("baseline_base", Integer, nullable=False),
    Index("ix_theme_states_theme", "theme_id", "at"),
)

theme_candidates = Table(  # proposals for new themes, and what people made of them
    "theme_candidates",
    metadata,
    _id(primary_key=True),
    Column("at", Instant, nullable=False),
    Column("words", json_document(), nullable=False),
    Column("members", json_document(), nullable=False),
    Column("quotes", json_document(), nullable=False),
    Column("state", String(16), nullable=False),  # offered, accepted, dismissed, outdated
    Column("theme_id", String(64)),
    Column("actor", Words, nullable=False),
)
