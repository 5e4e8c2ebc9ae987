"""What a thread says in words of its own: its turning points, what a message answered, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from babel.lists import format_list
from sqlalchemy import Row

from common.channels import Delivery
from common.store.held import HELD
from console.language import N_, _, chosen
from console.queue_words import QUEUE_EVENTS, queue_marker
from console.words import DELIVERIES, REASONS, RESOLUTIONS, channel_name, language_name, plain

MARKERS: Mapping[str, str] = {
    "ticket_opened": N_("Ticket opened"),
    "ticket_reopened": N_("Ticket opened again"),
    "ticket_claimed": N_("took over"),
    "ticket_transferred": N_("was handed the ticket"),
    "ticket_resolved": N_("Resolved"),
    "opted_out": N_("The customer opted out"),
    "opted_in": N_("The customer opted in again"),
    "call_missed": N_("Nobody answered our call"),
    "hung_up": N_("The caller hung up"),
    "spoke_with_person": N_("The caller was put through to a person"),
    "callback_offered": N_("A call back was offered"),
    "callback_requested": N_("The customer wants to be called back"),
    "user_calls": N_("calls the customer"),
    "user_called": N_("Call with the customer ended"),
    "template_fallback": N_("Sent in another language"),
    "asked_elsewhere": N_("Asked on another channel"),
}
"""Events that stand in the thread. Words that begin small in English follow the name of whoever did it."""
_QUESTIONS: Mapping[str, str] = {"score": N_("Score"), "reason": N_("Reason"), "aspect": N_("Aspect")}
_RECORDINGS: Mapping[str, str] = {
    "absent": N_("Nothing was recorded"),
    "failed": N_("The recording was lost"),
    "expired": N_("The recording is deleted"),
}


def marker(row: Row[Any]) -> tuple[str, str]:
    """The words of an event, and who did it; "" = nobody."""
    data = row.data or {}
    if row.name in QUEUE_EVENTS:
        return queue_marker(row.name, data)
    english = MARKERS[row.name]
    words = _(english)
    if row.name == "ticket_opened":
        reason = str(data.get("reason", ""))
        why = _(REASONS[reason]) if reason in REASONS else plain(reason)
        return _("Ticket opened: %(why)s", why=_small(why)), ""
    if row.name == "ticket_resolved" and data.get("resolution") in RESOLUTIONS:
        return _("Resolved: %(how)s", how=_small(_(RESOLUTIONS[data["resolution"]][0]))), ""
    if row.name == "template_fallback":
        passed = ", ".join(
            _("%(language)s is %(why)s", language=language_name(each["language"]), why=_(plain(each["why"])).lower())
            for each in data.get("passed", ())
        )
        language = language_name(data.get("language"))
        return _("Sent in %(language)s, because the template in %(passed)s", language=language, passed=passed), ""
    if row.name == "asked_elsewhere":
        to, since = channel_name(data.get("to")), channel_name(data.get("from"))
        return _("Asked by %(to)s, because %(since)s has no approved template for it", to=to, since=since), ""
    return words, str(data.get("name") or _("A colleague")) if english[0].islower() else ""


def answered(questions: Sequence[str]) -> str:
    """What a message answered: "Score and reason"."""
    names = [_(_QUESTIONS[each]) if each in _QUESTIONS else plain(each) for each in questions]
    if not names:
        return ""
    return format_list([names[0], *(_small(name) for name in names[1:])], locale=chosen())


def fate(row: Row[Any], *, by_person: bool) -> tuple[str | None, str]:
    """What became of a message of ours, as a word for the page and in words for people."""
    delivery, error = row.delivery, row.error
    words = _(DELIVERIES[delivery]) if delivery in DELIVERIES else ""
    if error == HELD:
        return HELD, _("Waits for the customer")
    if delivery != Delivery.FAILED.value or not error:
        return delivery, words
    if error == "cancelled":
        by_hand = _("Not sent: it was taken back, or the conversation ended first")
        return "cancelled", by_hand if by_person else _("Not sent: the bot fell silent first")
    if error == "template_not_approved":
        return delivery, _("Not delivered: WhatsApp has not approved a template for it")
    return delivery, f"{words} ({error})"


def recording_words(recording: Row[Any] | None) -> str:
    """What stands for a recording that has no words (yet)."""
    state = recording.state if recording is not None else "announced"
    if state in _RECORDINGS:
        return _(_RECORDINGS[state])
    length = f", {recording.duration_s} s" if recording is not None and recording.duration_s else ""
    return (_("Recording%(length)s") if state == "stored" else _("Recording%(length)s, on its way")) % {
        "length": length
    }


def _small(words: str) -> str:
    """Within a sentence."""
    return words[:1].lower() + words[1:]
