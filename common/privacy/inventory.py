"""What is held about people, table by table: how it is found, handed out, and erased. The one place that says so.

A new table or a new column with text in it fails a test until it is declared here: one line in `INVENTORY`. Columns
whose names are in `HARMLESS` say nothing about anybody wherever they stand, and need no mention.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

ERASED = "[erased]"
"""Stands where words of a person were and something has to stand, so that figures still count them."""

HARMLESS = frozenset(
    {
        *("id", "customer_id", "conversation_id", "interaction_id", "invitation_id", "endpoint_id", "ticket_id"),
        *("message_id", "call_id", "outbox_id", "site_id", "user_id", "owner", "author_id", "erasure_id", "lease"),
        *("channel", "direction", "locale", "language", "survey_key", "band", "state", "status", "outcome", "decision"),
        *("kind", "delivery", "role", "same_as"),
    }
)
"""Columns that hold our own ids, or one word of a closed list."""


class End(StrEnum):
    """What becomes of a person's rows of a table when the person is erased."""

    DELETED = "deleted"
    BLANKED = "blanked"
    KEPT = "kept"


class Until(StrEnum):
    """The classes of retention: what ends a row's time if no person asks (common/privacy/retention.py)."""

    FOR_EVER = "kept"
    WORDS = "words"
    RECORDINGS = "recordings"
    FILES = "files"
    WEBHOOKS = "webhooks"
    QUARANTINE = "quarantine"
    OUTBOX = "outbox"
    REPEATS = "repeats"
    SIGN_INS = "sign_ins"
    SHORT = "short"
    """Goes by itself within days, with or without the retention job."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """One table. by: the column through which a person's rows are found; None = it holds nothing of customers.

    blank: columns with personal data, emptied when the person is erased and, with Until.WORDS, when their time is over.
    keep: columns with text that says nothing about the person. hide: columns that are not handed out to the person,
    because they are secrets or hashes. about: in a few words, for docs/privacy.md.
    """

    table: str
    about: str
    by: str | None
    end: End
    until: Until
    blank: frozenset[str] = frozenset()
    keep: frozenset[str] = frozenset()
    hide: frozenset[str] = frozenset()

    @property
    def declared(self) -> frozenset[str]:
        """The columns of which something is said here."""
        return self.blank | self.keep | self.hide


def blanked(
    table: str, about: str, *, by: str = "customer_id", until: Until, blank: str, keep: str = "", hide: str = ""
) -> Holding:
    """The rows stay as figures; these columns are emptied."""
    return Holding(
        table=table,
        about=about,
        by=by,
        end=End.BLANKED,
        until=until,
        blank=frozenset(blank.split()),
        keep=frozenset(keep.split()),
        hide=frozenset(hide.split()),
    )


def deleted(table: str, about: str, *, by: str = "customer_id", until: Until, hide: str = "") -> Holding:
    """The rows go whole."""
    return Holding(table=table, about=about, by=by, end=End.DELETED, until=until, hide=frozenset(hide.split()))


def figures(table: str, about: str, *, by: str | None = None, keep: str = "") -> Holding:
    """Rows of a person that hold no name, address or word of theirs: they stay, and are not handed out."""
    return Holding(table=table, about=about, by=by, end=End.KEPT, until=Until.FOR_EVER, keep=frozenset(keep.split()))


def ours(table: str, about: str, *, until: Until = Until.FOR_EVER, keep: str = "") -> Holding:
    """Nothing of customers: our own settings, colleagues and machinery."""
    return Holding(table=table, about=about, by=None, end=End.KEPT, until=until, keep=frozenset(keep.split()))


INVENTORY = (
    # --- found by what the person's other rows say: erased before them ---
    deleted("inbound", "what providers sent, as it came", by="sender", until=Until.WEBHOOKS),
    deleted("receipts", "the provider's news of our messages", by="provider_id", until=Until.WEBHOOKS),
    deleted("quarantine", "webhooks that nobody understood", by="raw", until=Until.QUARANTINE),
    deleted("idempotency_keys", "answers of the API, for repeats", by="body", until=Until.REPEATS),
    deleted("saved_views", "colleagues' searches, where they name the person", by="query", until=Until.FOR_EVER),
    # --- what others were told: the parts before the whole ---
    deleted("post_tries", "how our webhooks were answered", by="post_id", until=Until.SHORT),
    deleted("posts", "our webhooks on their way", by="announcement_id", until=Until.SHORT),
    deleted("announcements", "what our webhooks tell", until=Until.SHORT),
    # --- the thread ---
    blanked(
        "messages",
        "every word of a thread",
        until=Until.WORDS,
        blank="text extra provider_id client_id",
        keep="author author_name prompt error",
    ),
    blanked("events", "what happened in a thread", by="conversation_id", until=Until.WORDS, blank="data", keep="name"),
    blanked("answers", "answers and their words", until=Until.WORDS, blank="value verbatim", keep="question"),
    deleted("timers", "what a thread waits for", by="conversation_id", until=Until.SHORT),
    blanked(
        "outbox",
        "what was to be sent, and where to",
        until=Until.OUTBOX,
        blank="address prompt provider_id error",
    ),
    blanked(
        "conversations",
        "score, reason, aspect, and the address of a thread",
        until=Until.WORDS,
        blank="address machine reason",
        keep="aspect",
    ),
    deleted("sought_words", "single words of a thread, to find it by", until=Until.WORDS),
    deleted("sought", "how far a thread can be found by its words", until=Until.SHORT),
    figures("mentions", "colleagues who were named in a note", by="customer_id"),
    # --- the telephone ---
    deleted("call_steps", "what a caller was told", until=Until.WORDS),
    deleted("recordings", "what a caller said, as audio and in words", until=Until.RECORDINGS, hide="audio"),
    blanked(
        "calls", "that and when there was a call", until=Until.FOR_EVER, blank="call_sid", keep="answered_by awaits"
    ),
    deleted(
        "files",
        "what the person or a colleague attached, and its name",
        until=Until.FILES,
        hide="content provider_id",
    ),
    # --- figures of themes: which ones a comment speaks of; the comment itself stands with the answers ---
    figures("uncoded", "comments that are to be read for themes", by="conversation_id"),
    figures("coded", "comments that were read for themes", by="customer_id", keep="team"),
    figures("theme_marks", "where a comment speaks of a theme", by="conversation_id", keep="theme_id term"),
    figures("theme_verdicts", "what colleagues say of a mark", by="conversation_id", keep="theme_id term actor"),
    # --- asking ---
    blanked(
        "tickets", "what people had to settle", until=Until.FOR_EVER, blank="", keep="team owner_name reason resolution"
    ),
    blanked(
        "invitations",
        "when and where somebody was asked",
        until=Until.FOR_EVER,
        blank="token_hash",
        keep="reason",
        hide="token_hash",
    ),
    blanked(
        "interactions",
        "what was reported about a contact, whole",
        until=Until.WORDS,
        blank="ref body_hash body customer_ref reference explanation trail answer",
        keep="agent_id agent_name team topic reason",
        hide="body_hash",
    ),
    blanked("follow_ups", "what is said after a survey's end", until=Until.FOR_EVER, blank="slots", keep="why"),
    figures("recoveries", "whether a resolved ticket mended things", by="customer_id", keep="why"),
    # --- who somebody is: last ---
    deleted("links", "by which somebody became known on a channel", until=Until.FOR_EVER, hide="token_hash"),
    deleted("visits", "tabs with our web chat, and what the site said", until=Until.SHORT, hide="key_hash"),
    blanked("endpoints", "addresses", until=Until.FOR_EVER, blank="address"),
    deleted("customer_refs", "the callers' own ids of a person", until=Until.FOR_EVER),
    blanked(
        "customers",
        "name, language, zone, consent, opt-out",
        by="id",
        until=Until.FOR_EVER,
        blank="name locale timezone",
        keep="opted_out_by",
    ),
    figures("erasures", "receipts of erasures", by="customer_id", keep="requested_by error counts"),
    figures("tombstones", "keyed hashes by which an erased person stays unasked", keep="mark"),
    # --- figures ---
    figures(
        "tallied", "what an interaction counts for", by="interaction_id", keep="survey team agent agent_name topic zone"
    ),
    figures("tallies", "counts by day", keep="dimension key label"),
    ours("untallied", "what is to be counted again", until=Until.SHORT),
    # --- ours ---
    ours("surveys", "what is asked", keep="key body"),
    ours("sounds", "prompts that a user recorded", keep="media_type name content"),
    ours("pacing", "how fast we may send", keep="sender"),
    ours("sla_policies", "how soon somebody must act", keep="team body updated_by"),
    ours("routing_rules", "whose a ticket is", keep="body updated_by"),
    ours("canned_replies", "words that are written often", keep="short team text updated_by"),
    ours("presence", "who has which thread open", until=Until.SHORT, keep="tab user_name"),
    ours("feed", "that something changed", until=Until.SHORT),
    ours("sites", "who shows our web chat", keep="key settings"),
    ours("nonces", "tokens that were used", until=Until.SHORT, keep="nonce_hash key_hash"),
    ours("templates", "wording", keep="name category components created_by"),
    ours(
        "approvals",
        "how wording stands",
        keep="name provider_id approval category asked expected quality reason components edits appeal",
    ),
    ours("template_changes", "what became of wording", keep="name what data"),
    ours("users", "colleagues", keep="email name password_hash phone teams"),
    ours("user_sessions", "colleagues' browsers", until=Until.SIGN_INS, keep="token_hash agent method"),
    ours("welcomes", "links by which colleagues choose a password", keep="token_hash"),
    ours("second_factors", "colleagues' authenticator apps", keep="secret"),
    ours("recovery_codes", "what stands in for them", keep="code_hash"),
    ours("half_sign_ins", "sign-ins that wait for a code", until=Until.SHORT, keep="token_hash"),
    ours("identities", "colleagues at their identity provider", keep="issuer subject"),
    ours("audit", "who did what, by ids", keep="actor act about facts session network hash"),
    ours("occurrences", "what is to be told", until=Until.SHORT, keep="name subject"),
    ours("subscriptions", "who hears our webhooks", keep="url name types why_off"),
    ours("alerts", "what people should look at", keep="open_key severity team subject facts seen_by seen_by_name"),
    ours("alert_routes", "where alerts go", keep="name settings address scheme error"),
    ours("alert_sends", "alerts on their way", keep="alert_id route_id"),
    ours("sign_in_failures", "wrong passwords", until=Until.SIGN_INS, keep="subject"),
    ours("api_keys", "programs that may call", keep="name key_hash teams"),
    ours("facets", "kinds of answers that are counted", keep="pattern survey team topic agent agent_name"),
    ours("facet_weeks", "their counts"),
    ours("theme_books", "what themes there are", keep="actor note body"),
    ours("theme_states", "what became of themes", keep="theme_id actor note"),
    ours("theme_candidates", "themes that were proposed", keep="words members quotes theme_id actor"),
    ours("leases", "who is the one active tick", until=Until.SHORT, keep="name holder"),
)

BY_TABLE = {holding.table: holding for holding in INVENTORY}
