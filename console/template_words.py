"""The console's words for templates: how they stand, what they are for, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import Row

from common.template_book import Entry
from common.templates.shelf import Purpose
from common.templates.standing import EDITS_PER_30_DAYS, Editing
from console.language import N_, _
from console.words import language_name, plain


class Badge(NamedTuple):
    """A state in a word, its colour, and what it means for customers."""

    words: str
    tone: str
    meaning: str


_BADGES: Mapping[str | None, Badge] = {
    None: Badge(N_("Approved"), "good", N_("It may be sent.")),
    "draft": Badge(N_("Not submitted"), "plain", N_("Only we have it. WhatsApp must approve it before it is sent.")),
    "pending": Badge(N_("In review"), "warm", N_("WhatsApp reviews it, within 24 hours. Until then it is not sent.")),
    "rejected": Badge(N_("Rejected"), "bad", N_("It is not sent. Mend it and submit it again, as often as needed.")),
    "paused": Badge(
        N_("Paused"), "bad", N_("Customers did not like it, so WhatsApp holds it back. The next best is sent.")
    ),
    "disabled": Badge(
        N_("Disabled"), "bad", N_("WhatsApp has switched it off for good. Make a new one under another name.")
    ),
    "in_appeal": Badge(N_("Appeal"), "warm", N_("The rejection is being looked at again. Until then it is not sent.")),
    "deleted": Badge(N_("Deleted"), "plain", N_("WhatsApp has it no more. Its name stays blocked for 30 days.")),
    "recategorised": Badge(
        N_("Now marketing"), "warm", N_("WhatsApp made it marketing. It is not sent until you agree.")
    ),
    "unfillable": Badge(
        N_("Cannot be filled"),
        "bad",
        N_("It wants a picture or the end of a web address with each message. It is not sent."),
    ),
    "unseen": Badge(N_("Unknown"), "plain", N_("WhatsApp spoke of it, and its words were not fetched yet.")),
}
PURPOSES: Mapping[str, tuple[str, str]] = {
    Purpose.INTERACTION.value: (N_("After an interaction"), N_("Opens a survey about a call, a chat or a ticket.")),
    Purpose.RELATIONSHIP.value: (N_("About the relationship"), N_("Opens a survey that is not about one contact.")),
    Purpose.FOLLOW_UP.value: (N_("Follow-up to an unhappy customer"), N_("A colleague writes after the 24 hours.")),
    Purpose.CHANGED.value: (N_("You told us, we changed"), N_("Tells customers what came of their words.")),
}
REASONS: Mapping[str, str] = {
    "ABUSIVE_CONTENT": N_("WhatsApp finds the words abusive."),
    "INCORRECT_CATEGORY": N_("The category does not fit the words."),
    "INVALID_FORMAT": N_("A variable or an example is not where or what it must be."),
    "PROMOTIONAL": N_("It promotes something, which its category does not allow."),
    "SCAM": N_("WhatsApp takes it for a fraud."),
    "TAG_CONTENT_MISMATCH": N_("Language or category do not match the words."),
    "FIRST_PAUSE": N_("First pause for low quality: three hours."),
    "SECOND_PAUSE": N_("Second pause for low quality: six hours. A third disables it."),
    "RATE_LIMITING_PAUSE": N_("It is sent too often for its quality."),
}
_QUALITIES = {
    "GREEN": (N_("High quality"), "good"),
    "YELLOW": (N_("Medium quality"), "warm"),
    "RED": (N_("Low quality"), "bad"),
}


def badge(entry: Entry) -> Badge:
    """How a template stands, for a chip."""
    why = entry.obstacle
    if why is None and entry.row is not None and entry.row.components is None:
        why = "unseen"
    found = _BADGES.get(why, _BADGES["draft"])
    return Badge(_(found.words), found.tone, _(found.meaning))


def quality(row: Row[Any] | None) -> tuple[str, str] | None:
    """The provider's word on a template's quality, and its colour; None if it has none."""
    found = _QUALITIES.get(str(row.quality or "").upper()) if row is not None else None
    return None if found is None else (_(found[0]), found[1])


def reason(row: Row[Any] | None) -> str:
    """Why it was rejected or paused, in words; the provider's own for what we do not know."""
    given = str((row.reason if row is not None else None) or "")
    return _(REASONS[given.upper()]) if given.upper() in REASONS else given


def purpose(name: str) -> tuple[str, str]:
    """What a template is for, and more of it."""
    if name in PURPOSES:
        title, more = PURPOSES[name]
        return _(title), _(more)
    return plain(name), _("Made by you; a colleague can send it in a thread.")


def template_language(code: str) -> str:
    """A template's language in words."""
    return language_name(code)


def limits(allowed: Editing) -> str:
    """What may be edited at the provider, in words."""
    if not allowed.is_allowed:
        return _("Cannot be submitted now: %(why)s.", why=_(allowed.why))
    if allowed.left is None:
        return ""
    return _(
        "%(left)s of %(most)s edits left in 30 days, one a day. "
        "Submitting sends it to review again; until then it is not sent.",
        left=allowed.left,
        most=EDITS_PER_30_DAYS,
    )


_WORDS: Mapping[str, str] = {
    "utility": N_("utility"),
    "marketing": N_("marketing"),
    "authentication": N_("authentication"),
    "error": N_("error"),
    "warning": N_("warning"),
    "note": N_("note"),
    "kept": N_("kept"),
    "added": N_("added"),
    "removed": N_("removed"),
}
_SAID_ELSEWHERE = (  # by `Editing.why`, and by keys that are shown as words
    N_("it is being reviewed; wait for the decision"),
    N_("an appeal is being decided; wait for it"),
    N_("the provider has disabled it; make a new one under another name"),
    N_("it is deleted; its name is blocked for 30 days"),
    N_("ten edits in 30 days are made"),
    N_("an approved template is edited once a day"),
    N_("Pending"),
    N_("Buttons"),
)


def category(key: object) -> str:
    """What the provider takes a template for."""
    return _word(str(key))


def severity(key: str) -> str:
    """How bad a finding is."""
    return _word(key)


def line_change(key: str) -> str:
    """What became of a line between two versions."""
    return _word(key)


def _word(key: str) -> str:
    return _(_WORDS[key]) if key in _WORDS else key


CHANGES: Mapping[str, str] = {
    "submitted": N_("Submitted"),
    "deleted": N_("Deleted at WhatsApp"),
    "appealed": N_("Appeal noted"),
    "category_accepted": N_("Category accepted"),
    "fallback": N_("Passed over"),
    "gone": N_("No longer at WhatsApp"),
}


def change(row: Row[Any]) -> str:
    """One line of a template's history."""
    data = row.data
    if row.what == "moved":
        what = [_(plain(str(data["approval"])))] if data.get("approval") else []
        what += (
            [_("category %(category)s", category=category(data["category"]))]
            if data.get("category") and data.get("was", {}).get("category")
            else []
        )
        what += [_("quality %(quality)s", quality=str(data["quality"]).lower())] if data.get("quality") else []
        what += [_("will become %(category)s", category=category(data["expected"]))] if data.get("expected") else []
        words = ", ".join(what) or plain(row.what)
        version = ", " + _("version %(number)s", number=data["version"]) if data.get("version") else ""
        why = str(data.get("reason") or "")
        told = _(REASONS[why.upper()]) if why.upper() in REASONS else why
        return f"{words}{version}{f': {told}' if told else ''}"
    words = _(CHANGES[row.what]) if row.what in CHANGES else plain(row.what)
    if row.what == "fallback":
        sent = _("sent in %(language)s", language=data["sent"]) if data.get("sent") else _("not sent here")
        return f"{words}: {data.get('why')}; {sent}"
    return words


def partly_submitted(sent: int, refused: int, first: tuple[str, str], why: str) -> str:
    """What came of submitting several, when some were refused. first: name and language of the first of those."""
    return _(
        "%(sent)s submitted, %(refused)s not. The first: %(name)s in %(language)s: %(why)s",
        sent=sent,
        refused=refused,
        name=first[0],
        language=template_language(first[1]),
        why=why,
    )
