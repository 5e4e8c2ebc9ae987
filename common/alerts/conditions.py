"""When a state of things is an alert: a response rate that fell, a channel that does not send, a template that fell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from common.alerts import AlertKind, Raised, Urgency

LEAST_REACHED = 50
"""Below so many reached customers, now or before, nothing is said about a rate."""
LEAST_IN_TROUBLE = 5
"""So many messages that do not leave are trouble of the channel, not of a customer."""
WORSE = frozenset({"rejected", "paused", "disabled", "deleted"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How many of those who were reached answered, with its interval; shares on 0..1."""

    answered: int
    reached: int
    low: float
    high: float

    @property
    def share(self) -> float:
        return self.answered / self.reached if self.reached else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """Messages of a channel: how many do not leave, by the reason, and how many left in the same time."""

    stuck: Mapping[str, int]
    sent: int


def response_rate_fell(channel: str, now: Rate, before: Rate, *, difference_high: float) -> Raised | None:
    """An alert if the rate fell and chance does not explain it.

    difference_high: the upper end of the interval of now minus before; below 0, the fall is real.
    """
    if min(now.reached, before.reached) < LEAST_REACHED or difference_high >= 0:
        return None
    facts = {
        "rate": round(now.share, 4),
        "rate_low": round(now.low, 4),
        "rate_high": round(now.high, 4),
        "rate_before": round(before.share, 4),
        "reached": now.reached,
    }
    return Raised(kind=AlertKind.RESPONSE_RATE, severity=Urgency.WARNING, subject=channel, facts=facts)


def channel_fails(channel: str, sending: Sending) -> Raised | None:
    """An alert if a channel's messages do not leave: our settings are refused, or most of them are stuck."""
    total = sum(sending.stuck.values())
    is_config = sending.stuck.get("config", 0) > 0
    if not is_config and (total < LEAST_IN_TROUBLE or total <= sending.sent):
        return None
    worst = "config" if is_config else max(sending.stuck, key=lambda code: sending.stuck[code])
    facts = {"code": worst, "why": _WHY.get(worst, worst), "stuck": total, "sent": sending.sent}
    return Raised(kind=AlertKind.PROVIDER_ERRORS, severity=Urgency.CRITICAL, subject=channel, facts=facts)


_WHY = {
    "config": "The provider refuses our settings or credentials.",
    "unreachable": "The provider cannot be reached.",
    "throttled": "The provider takes no more messages for now.",
    "needs_human": "Nobody knows whether messages arrived.",
    "dead": "The provider refuses the messages.",
}


def template_moved(name: str, language: str, status: str, reason: str | None) -> Raised | None:
    """An alert if a template can no longer be relied on."""
    if status not in WORSE:
        return None
    facts = {"name": name, "language": language, "status": status, "reason": reason}
    subject = f"{name} ({language})"
    return Raised(kind=AlertKind.TEMPLATE_STATE, severity=Urgency.WARNING, subject=subject, facts=facts)
