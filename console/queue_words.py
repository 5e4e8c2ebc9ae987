"""What the thread says of its ticket's road through the queue: routed, passed on, warned, missed, lost, handed back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from common.queue_rules import length_words
from console.language import N_, _

QUEUE_EVENTS = ("ticket_released", "ticket_passed", "ticket_routed", "sla_warned", "sla_breached", "owner_silent")
_NEAR: Mapping[str, str] = {
    "first_reply": N_("The first reply is due soon"),
    "next_reply": N_("The next reply is due soon"),
    "resolve": N_("The ticket is to be resolved soon"),
}
_MISSED: Mapping[str, str] = {
    "first_reply": N_("The first reply is late"),
    "next_reply": N_("The next reply is late"),
    "resolve": N_("The ticket is not resolved in time"),
}


def queue_marker(name: str, data: Mapping[str, Any]) -> tuple[str, str]:
    """The words of a turning point, and who did it; "" = nobody."""
    who = str(data.get("name") or _("A colleague"))
    team, clock = str(data.get("team") or ""), str(data.get("clock"))
    match name:
        case "ticket_released":
            return (_("handed the thread back to the bot") if data.get("to_bot") else _("gave the ticket back")), who
        case "ticket_passed":
            who = str(data.get("by_name") or _("A colleague"))
            return (_("passed the ticket to %(team)s", team=team) if team else _("passed the ticket to everyone")), who
        case "ticket_routed":
            rule = str(data.get("rule") or "")
            words = _("Routed to %(team)s", team=team) if team else _("Routed to everyone")
            return (f"{words} ({rule})" if rule else words), ""
        case "sla_warned":
            return _(_NEAR.get(clock, _NEAR["first_reply"])), ""
        case "sla_breached":
            words, to = _(_MISSED.get(clock, _MISSED["first_reply"])), data.get("escalated_to")
            return (f"{words}. {_('Passed to %(team)s', team=to)}" if to else words), ""
        case _:
            silence = length_words(timedelta(minutes=int(data.get("minutes") or 0)))
            words = _("%(name)s was silent for %(time)s, so the ticket is open again", name=who, time=silence)
            to = data.get("escalated_to")
            return (f"{words}. {_('Passed to %(team)s', team=to)}" if to else words), ""
