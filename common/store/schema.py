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
    Column("words_gone_at", Instant),  # when what was said in it was erased: its time was over, or the person's wish
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

files = Table(  # voice notes, pictures and documents of customers, kept for a time
    "files",
    metadata,
    _id(primary_key=True),
    _id("message_id", nullable=False, unique=True),
    _id("conversation_id", nullable=False, index=True),
    _id("customer_id", nullable=False, index=True),
    Column("channel", String(16), nullable=False),
    Column("provider_id", String(255), nullable=False),  # what the provider gives it out for
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

# --- working together in the inbox ------------------------------------------------------------------------------------

mentions = Table(  # who was named in a note, and has not looked yet
    "mentions",
    metadata,
    _id("user_id", nullable=False),
    _id("message_id", nullable=False),
    _id("ticket_id", nullable=False),
    _id("customer_id", nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("seen_at", Instant),
    PrimaryKeyConstraint("user_id", "message_id"),
    Index("ix_mentions_ticket", "user_id", "ticket_id"),
)

canned_replies = Table(  # words that are written often; "" = every team, every language
    "canned_replies",
    metadata,
    _id(primary_key=True),
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
    _id(primary_key=True),
    _id("user_id", nullable=False),
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
    _id("ticket_id", nullable=False, index=True),
    _id("user_id", nullable=False),
    Column("user_name", Words, nullable=False),
    Column("typing_until", Instant),
    Column("until", Instant, nullable=False, index=True),
)

sought = Table(  # how far each thread with a ticket is in the words below
    "sought",
    metadata,
    _id("conversation_id", primary_key=True),
    _id("customer_id", nullable=False, index=True),
    Column("sequence", Integer, nullable=False),
)

sought_words = Table(  # folded words of threads with a ticket, to find them by
    "sought_words",
    metadata,
    Column("word", String(48).with_variant(String(48, collation="C"), "postgresql"), nullable=False),
    _id("conversation_id", nullable=False),
    _id("customer_id", nullable=False, index=True),
    PrimaryKeyConstraint("word", "conversation_id"),
)

# --- actors -----------------------------------------------------------------------------------------------------------

users = Table(
    "users",
    metadata,
    _id(primary_key=True),
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
    _id("user_id", nullable=False, index=True),
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
    Column("teams", json_document()),  # as of a user
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

leases = Table(  # who is the one active tick; since when our doors are open (common/doorkeeper.py)
    "leases",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("until", Instant, nullable=False),
)

# --- people's wish to be forgotten ------------------------------------------------------------------------------------

erasures = Table(  # the receipts: who was erased cannot be read out of them
    "erasures",
    metadata,
    _id(primary_key=True),
    _id("customer_id", nullable=False, index=True),  # ours; the row of that person is empty afterwards
    Column("state", String(16), nullable=False),  # queued, running, done, failed
    _id("requested_by", nullable=False),
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
    _id("erasure_id", nullable=False, index=True),
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
    Column("team", String(255), nullable=False),  # empty: unknown
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

# --- who may come in, and what they did -------------------------------------------------------------------------------

welcomes = Table(  # a link that works once: its user chooses a password
    "welcomes",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    _id("user_id", nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
)

second_factors = Table(  # the authenticator app of a user
    "second_factors",
    metadata,
    _id("user_id", primary_key=True),
    Column("secret", Text, nullable=False),  # sealed with ZEROTEN_SECRET_KEY
    Column("last_step", BigInteger, nullable=False),  # the newest half minute whose code was taken: none twice
    Column("created_at", Instant, nullable=False),
    Column("confirmed_at", Instant),  # null: shown, and no code has come yet
)

recovery_codes = Table(  # each stands in for one code of a lost telephone
    "recovery_codes",
    metadata,
    _id("user_id", nullable=False),
    Column("code_hash", String(64), nullable=False),
    Column("used_at", Instant),
    PrimaryKeyConstraint("user_id", "code_hash"),
)

half_sign_ins = Table(  # the password was right, the second factor is awaited
    "half_sign_ins",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    _id("user_id", nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

identities = Table(  # who a user is at the identity provider
    "identities",
    metadata,
    Column("issuer", String(255), nullable=False),
    Column("subject", String(255), nullable=False),
    _id("user_id", nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    PrimaryKeyConstraint("issuer", "subject"),
)

audit = Table(  # what people did, each entry bound to the one before it: common/audit.py
    "audit",
    metadata,
    _id(primary_key=True),
    Column("position", BigInteger, unique=True),  # 1, 2, 3 …; null only inside the transaction that writes it
    Column("at", Instant, nullable=False),
    _id("actor", nullable=False),
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

# --- telling the outside: webhooks that we call, alerts ---------------------------------------------------------------

occurrences = Table(  # what happened and was not told yet; filled by triggers, so that no path can forget it
    "occurrences",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("name", String(64), nullable=False),
    Column("subject", String(128), nullable=False),  # a conversation, an invitation, a customer or a template's change
    Column("sequence", Integer, nullable=False),  # of the event in its conversation, else 0
)

subscriptions = Table(  # an address of somebody's system that hears what happens here
    "subscriptions",
    metadata,
    _id(primary_key=True),
    Column("url", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("types", json_document(), nullable=False),  # of what it hears; empty = of everything
    Column("is_on", Boolean, nullable=False),
    Column("why_off", String(64)),  # why we switched it off ourselves
    Column("secret_version", Integer, nullable=False),
    Column("previous_until", Instant),  # the secret before this one signs as well until then
    Column("failing_since", Instant),  # nothing got through since
    Column("paused_until", Instant),  # the receiver told us to wait
    Column("told_at", Instant),  # when something got through last
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
)

announcements = Table(  # one thing that happened, worded once for everybody who subscribes to it
    "announcements",
    metadata,
    _id(primary_key=True),  # what receivers see as `webhook-id`
    Column("key", String(255), nullable=False, unique=True),
    Column("type", String(64), nullable=False),
    _id("customer_id", index=True),
    Column("body", Words, nullable=False),  # exactly the bytes that are signed
    Column("at", Instant, nullable=False, index=True),
)

posts = Table(  # an announcement on its way to a subscription
    "posts",
    metadata,
    _id(primary_key=True),
    _id("announcement_id", nullable=False),
    _id("subscription_id", nullable=False),
    Column("state", String(16), nullable=False),  # pending, posting, delivered, dead
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("due_at", Instant, nullable=False),
    Column("lease_until", Instant),  # by the system's clock
    _id("lease"),
    Column("status", Integer),  # the receiver's last
    Column("error", Words),
    Column("at", Instant, nullable=False),
    Column("ended_at", Instant),
    UniqueConstraint("announcement_id", "subscription_id"),
    Index("ix_posts_due", "state", "due_at"),
    Index("ix_posts_of", "subscription_id", "at", "id"),
)

post_tries = Table(  # every call of an address, kept for a time
    "post_tries",
    metadata,
    _id("post_id", nullable=False),
    Column("number", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("took_ms", Integer, nullable=False),
    Column("status", Integer),
    Column("error", Words),
    Column("answer", Words),  # how the receiver's answer begins
    PrimaryKeyConstraint("post_id", "number"),
)

alerts = Table(  # something that people should look at: one for all that is alike until somebody has seen it
    "alerts",
    metadata,
    _id(primary_key=True),
    Column("open_key", String(255), unique=True),  # while nobody has seen it: what is alike is counted here
    Column("kind", String(32), nullable=False),
    Column("severity", String(16), nullable=False),
    Column("team", String(255)),
    Column("subject", Words, nullable=False),  # what it is about: a channel, a template, an address
    Column("facts", json_document(), nullable=False),
    Column("times", Integer, nullable=False),
    Column("first_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("seen_at", Instant),
    _id("seen_by"),
    Column("seen_by_name", Words),
    Index("ix_alerts_last", "last_at", "id"),
)

alert_routes = Table(  # which alerts leave the console, and to whom
    "alert_routes",
    metadata,
    _id(primary_key=True),
    Column("name", Words, nullable=False),
    Column("settings", json_document(), nullable=False),  # common.alerts.routes.RouteSettings
    Column("address", Words, nullable=False),  # sealed: never shown again
    Column("scheme", String(16), nullable=False),
    Column("is_on", Boolean, nullable=False),
    Column("sent_at", Instant),
    Column("error", Words),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
)

alert_sends = Table(  # an alert that is to leave on a route, alone or in a digest
    "alert_sends",
    metadata,
    _id(primary_key=True),
    _id("alert_id", nullable=False, index=True),
    _id("route_id", nullable=False),
    Column("times", Integer, nullable=False),  # how many were counted when it was written
    Column("state", String(16), nullable=False),  # pending, sending, sent, failed
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("due_at", Instant, nullable=False),
    Column("lease_until", Instant),  # by the system's clock
    _id("lease"),
    Column("at", Instant, nullable=False),
    Column("sent_at", Instant),
    Index("ix_alert_sends_due", "state", "due_at"),
    Index("ix_alert_sends_of", "route_id", "alert_id", "at"),
)

# --- closing the loop -------------------------------------------------------------------------------------------------

follow_ups = Table(  # what a survey says after its end: an offer to call back, or a few words
    "follow_ups",
    metadata,
    _id("conversation_id", primary_key=True),
    _id("customer_id", nullable=False, index=True),
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
    _id("ticket_id", primary_key=True),
    _id("customer_id", nullable=False, index=True),
    Column("survey_key", String(64), nullable=False),
    Column("state", String(16), nullable=False),  # planned, asked, dropped
    Column("why", String(32)),
    _id("invitation_id", index=True),
    Column("due_at", Instant, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_recoveries_due", "state", "due_at"),
)
