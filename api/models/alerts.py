"""Alerts as they are read and acknowledged."""

from __future__ import annotations

from typing import Literal

from api.models.fields import Cursor, Label, Limit, Query, Shown, ShownTime
from api.models.webhooks import AlertTold

AlertName = Literal[
    "low_score",
    "sla_warned",
    "sla_breached",
    "owner_silent",
    "response_rate",
    "template_state",
    "form_refused",
    "provider_errors",
    "webhook_failing",
]
UrgencyName = Literal["critical", "warning", "notice"]


class AlertOut(AlertTold):
    """An alert. `acknowledged_by` null with `acknowledged_at` set: it was over by itself."""

    acknowledged_at: ShownTime | None
    acknowledged_by: str | None


class AlertPage(Shown):
    """Alerts, the latest first."""

    data: list[AlertOut]
    next_cursor: str | None


class AlertQuery(Query):
    """Which alerts to list: open ones, unless `acknowledged` is true."""

    acknowledged: bool = False
    kind: AlertName | None = None
    severity: UrgencyName | None = None
    team: Label | None = None
    cursor: Cursor | None = None
    limit: Limit = 100
