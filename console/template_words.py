"""The console's words for templates: how they stand, what they are for, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import Row

from common.template_book import Entry
from common.templates.shelf import Purpose
from common.templates.standing import EDITS_PER_30_DAYS, Editing
from console.words import language_name, plain


class Badge(NamedTuple):
    """A state in a word, its colour, and what it means for customers."""

    words: str
    tone: str
    meaning: str


_BADGES: Mapping[str | None, Badge] = {
    None: Badge("Approved", "good", "It may be sent."),
    "draft": Badge("Not submitted", "plain", "Only we have it. WhatsApp must approve it before it is sent."),
    "pending": Badge("In review", "warm", "WhatsApp reviews it, within 24 hours. Until then it is not sent."),
    "rejected": Badge("Rejected", "bad", "It is not sent. Mend it and submit it again, as often as needed."),
    "paused": Badge("Paused", "bad", "Customers did not like it, so WhatsApp holds it back. The next best is sent."),
    "disabled": Badge("Disabled", "bad", "WhatsApp has switched it off for good. Make a new one under another name."),
    "in_appeal": Badge("Appeal", "warm", "The rejection is being looked at again. Until then it is not sent."),
    "deleted": Badge("Deleted", "plain", "WhatsApp has it no more. Its name stays blocked for 30 days."),
    "recategorised": Badge("Now marketing", "warm", "WhatsApp made it marketing. It is not sent until you agree."),
    "unfillable": Badge(
        "Cannot be filled", "bad", "It wants a picture or the end of a web address with each message. It is not sent."
    ),
    "unseen": Badge("Unknown", "plain", "WhatsApp spoke of it, and its words were not fetched yet."),
}
PURPOSES: Mapping[str, tuple[str, str]] = {
    Purpose.INTERACTION.value: ("After an interaction", "Opens a survey about a call, a chat or a ticket."),
    Purpose.RELATIONSHIP.value: ("About the relationship", "Opens a survey that is not about one contact."),
    Purpose.FOLLOW_UP.value: ("Follow-up to an unhappy customer", "A colleague writes after the 24 hours."),
    Purpose.CHANGED.value: ("You told us, we changed", "Tells customers what came of their words."),
}
REASONS: Mapping[str, str] = {
    "ABUSIVE_CONTENT": "WhatsApp finds the words abusive.",
    "INCORRECT_CATEGORY": "The category does not fit the words.",
    "INVALID_FORMAT": "A variable or an example is not where or what it must be.",
    "PROMOTIONAL": "It promotes something, which its category does not allow.",
    "SCAM": "WhatsApp takes it for a fraud.",
    "TAG_CONTENT_MISMATCH": "Language or category do not match the words.",
    "FIRST_PAUSE": "First pause for low quality: three hours.",
    "SECOND_PAUSE": "Second pause for low quality: six hours. A third disables it.",
    "RATE_LIMITING_PAUSE": "It is sent too often for its quality.",
}
_QUALITIES = {
    "GREEN": ("High quality", "good"),
    "YELLOW": ("Medium quality", "warm"),
    "RED": ("Low quality", "bad"),
}


def badge(entry: Entry) -> Badge:
    """How a template stands, for a chip."""
    why = entry.obstacle
    if why is None and entry.row is not None and entry.row.components is None:
        why = "unseen"
    return _BADGES.get(why, _BADGES["draft"])


def quality(row: Row[Any] | None) -> tuple[str, str] | None:
    """The provider's word on a template's quality, and its colour; None if it has none."""
    return _QUALITIES.get(str(row.quality or "").upper()) if row is not None else None


def reason(row: Row[Any] | None) -> str:
    """Why it was rejected or paused, in words; the provider's own for what we do not know."""
    given = str((row.reason if row is not None else None) or "")
    return REASONS.get(given.upper(), given)


def purpose(name: str) -> tuple[str, str]:
    """What a template is for, and more of it."""
    return PURPOSES.get(name, (plain(name), "Made by you; a colleague can send it in a thread."))


def template_language(code: str) -> str:
    """A template's language in words."""
    return language_name(code)


def limits(allowed: Editing) -> str:
    """What may be edited at the provider, in words."""
    if not allowed.is_allowed:
        return f"Cannot be submitted now: {allowed.why}."
    if allowed.left is None:
        return ""
    left = f"{allowed.left} of {EDITS_PER_30_DAYS} edits left in 30 days, one a day"
    return f"{left}. Submitting sends it to review again; until then it is not sent."


CHANGES: Mapping[str, str] = {
    "submitted": "Submitted",
    "deleted": "Deleted at WhatsApp",
    "appealed": "Appeal noted",
    "category_accepted": "Category accepted",
    "fallback": "Passed over",
    "gone": "No longer at WhatsApp",
}


def change(row: Row[Any]) -> str:
    """One line of a template's history."""
    data = row.data
    if row.what == "moved":
        what = [plain(str(data["approval"]))] if data.get("approval") else []
        what += [f"category {data['category']}"] if data.get("category") and data.get("was", {}).get("category") else []
        what += [f"quality {str(data['quality']).lower()}"] if data.get("quality") else []
        what += [f"will become {data['expected']}"] if data.get("expected") else []
        words = ", ".join(what) or plain(row.what)
        version = f", version {data['version']}" if data.get("version") else ""
        told = REASONS.get(str(data.get("reason") or "").upper(), data.get("reason") or "")
        return f"{words}{version}{f': {told}' if told else ''}"
    words = CHANGES.get(row.what, plain(row.what))
    if row.what == "fallback":
        return f"{words}: {data.get('why')}; {'sent in ' + data['sent'] if data.get('sent') else 'not sent here'}"
    return words
