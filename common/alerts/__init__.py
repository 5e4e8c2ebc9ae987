"""Alerts: what people should look at, what is alike, who hears of it and when. Pure.

An alert is one for all that is alike until somebody has seen it: the second low score of a team counts the first one
up and tells nobody again for an hour. Routes lead alerts out of the console, by kind, team and severity; what must
wait for the morning leaves in one digest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
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
    FORM_REFUSED = "form_refused"
    PROVIDER_ERRORS = "provider_errors"
    WEBHOOK_FAILING = "webhook_failing"
    THEME_RISING = "theme_rising"
    WEEKLY_REPORT = "weekly_report"


class Urgency(StrEnum):
    """How soon somebody should look: critical, now; warning, today; notice, some time."""

    CRITICAL = "critical"
    WARNING = "warning"
    NOTICE = "notice"

    @property
    def rank(self) -> int:
        """The higher, the more urgent."""
        return _RANKS[self]


STANDING = frozenset({AlertKind.RESPONSE_RATE, AlertKind.PROVIDER_ERRORS, AlertKind.THEME_RISING})
"""Kinds that are a state of things: they go on until they are over, and seeing them ends nothing."""
_RANKS = {Urgency.NOTICE: 0, Urgency.WARNING: 1, Urgency.CRITICAL: 2}
AGAIN_AFTER = timedelta(hours=1)
"""An alert that goes on is told again on a route after so long, with its count, and not before."""
KEEP_TICKETS = 20
"""How many tickets an alert remembers, the newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """Something to look at. subject: a channel, a template …, empty where the team says it all. facts: for machines.

    times: how often it happened.
    """

    kind: AlertKind
    severity: Urgency
    team: str | None = None
    subject: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    times: int = 1

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


def gathered(raised: Iterable[Raised]) -> list[Raised]:
    """What is alike taken together, so that a flood is written down once."""
    found: dict[str, Raised] = {}
    for each in raised:
        if (before := found.get(each.key)) is not None:
            severity = max(before.severity, each.severity, key=lambda one: one.rank)
            facts = merged(before.facts, each.facts)
            each = replace(each, severity=severity, facts=facts, times=before.times + each.times)
        found[each.key] = each
    return list(found.values())
