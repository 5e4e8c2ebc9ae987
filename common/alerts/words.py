"""What an alert says outside the console: one line each, in English, in a message of its own or in a digest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from common.alerts import AlertKind, Urgency

LONGEST_DIGEST = 40
"""Lines; what is more is counted."""
_TITLES: Mapping[AlertKind, tuple[str, str]] = {
    AlertKind.LOW_SCORE: ("A low score{team}", "{count} low scores{team}"),
    AlertKind.SLA_WARNED: ("A ticket is about to be late{team}", "{count} tickets are about to be late{team}"),
    AlertKind.SLA_BREACHED: ("A ticket is late{team}", "{count} tickets are late{team}"),
    AlertKind.OWNER_SILENT: ("A ticket's owner was silent{team}", "{count} tickets' owners were silent{team}"),
    AlertKind.RESPONSE_RATE: ("Fewer customers answer on {subject}", "Fewer customers answer on {subject}"),
    AlertKind.TEMPLATE_STATE: ("The template {subject} is {status}", "The template {subject} is {status}"),
    AlertKind.FORM_REFUSED: ("The form {subject} is refused", "The form {subject} is refused"),
    AlertKind.PROVIDER_ERRORS: ("Messages do not leave on {subject}", "Messages do not leave on {subject}"),
    AlertKind.THEME_RISING: ("More customers speak of {subject}", "More customers speak of {subject}"),
    AlertKind.WEEKLY_REPORT: ("The report of week {subject}", "The report of week {subject}"),
    AlertKind.WEBHOOK_FAILING: ("The webhook {subject} {fails}", "The webhook {subject} {fails}"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An alert as it is told."""

    id: str
    kind: AlertKind
    severity: Urgency
    team: str | None
    subject: str
    facts: Mapping[str, Any]
    count: int


def title(alert: Told) -> str:
    """One line."""
    one, many = _TITLES[alert.kind]
    team = f" in {alert.team}" if alert.team else ""
    fails = "was switched off" if alert.facts.get("is_off") else "fails"
    status = str(alert.facts.get("status", "changed")).replace("_", " ")
    words = one if alert.count == 1 else many
    return words.format(count=alert.count, team=team, subject=alert.subject, fails=fails, status=status)


def message(alerts: Sequence[Told], console_url: str) -> tuple[str, str]:
    """Title and body of what is sent: of one alert, or a digest of several, the most urgent first.

    Nothing in it is a customer's: who wants to know more opens the console.
    """
    if len(alerts) == 1:
        return title(alerts[0]), f"{_detail(alerts[0])}{console_url}/alerts?alert={alerts[0].id}"
    ranked = sorted(alerts, key=lambda alert: -alert.severity.rank)
    lines = [f"- {title(alert)}" for alert in ranked[:LONGEST_DIGEST]]
    if len(ranked) > LONGEST_DIGEST:
        lines.append(f"- and {len(ranked) - LONGEST_DIGEST} more")
    return f"Zeroten: {len(alerts)} alerts", "\n".join([*lines, "", f"{console_url}/alerts"])


def _detail(alert: Told) -> str:
    facts = alert.facts
    if alert.kind is AlertKind.RESPONSE_RATE:
        now, before = facts.get("rate"), facts.get("rate_before")
        if isinstance(now, float) and isinstance(before, float):
            return f"{now:.0%} of those who were reached answered, before it was {before:.0%}.\n"
    if why := facts.get("why") or facts.get("reason"):
        return f"{why}\n"
    return ""
