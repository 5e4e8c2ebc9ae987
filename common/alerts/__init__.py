"""Alerts: what people should look at, what is alike, who hears of it and when. Pure.

An alert is one for all that is alike until somebody has seen it: the second low score of a team counts the first one
up and tells nobody again for an hour. Routes lead alerts out of the console, by kind, team and severity; what must
wait for the morning leaves in one digest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any


class AlertKind(StrEnum):
    """What an alert is about."""

    LOW_SCORE = "low_score"
    SLA_WARNED = "sla_warned"
    SLA_BREACHED = "sla_breached"
    OWNER_SILENT = "owner_silent"
    RESPONSE_RATE = "response_rate"
    TEMPLATE_STATE = "template_state"
    PROVIDER_ERRORS = "provider_errors"
    WEBHOOK_FAILING = "webhook_failing"


class Urgency(StrEnum):
    """How soon somebody should look: critical, now; warning, today; notice, some time."""

    CRITICAL = "critical"
    WARNING = "warning"
    NOTICE = "notice"

    @property
    def rank(self) -> int:
        """The higher, the more urgent."""
        return _RANKS[self]


_RANKS = {Urgency.NOTICE: 0, Urgency.WARNING: 1, Urgency.CRITICAL: 2}
AGAIN_AFTER = timedelta(hours=1)
"""An alert that goes on is told again on a route after so long, with its count, and not before."""
KEEP_TICKETS = 20
"""How many tickets an alert remembers, the newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """Something to look at. subject: a channel, a template …, empty where the team says it all. facts: for machines."""

    kind: AlertKind
    severity: Urgency
    team: str | None = None
    subject: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What is alike has the same key, and is counted instead of told."""
        return f"{self.kind}|{self.team or ''}|{self.subject}"[:255]


def merged(before: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of an alert that goes on: the newest, and of tickets the last few."""
    facts = {**before, **new}
    if "tickets" in new:
        both = [*new["tickets"], *before.get("tickets", ())]
        facts["tickets"] = list(dict.fromkeys(both))[:KEEP_TICKETS]
    if "score" in new and "score" in before:
        facts["score"] = min(before["score"], new["score"])
    return facts
