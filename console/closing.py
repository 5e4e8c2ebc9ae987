"""Closing the loop: how soon a person replied, how tickets ended, and how many detractors were won back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from common import clock
from common.analysis.closing import RESOLUTIONS, by_team, closing
from common.services import Services
from common.store.closing import read_facts, teams
from common.surveys import keys_of_surveys
from console.filters import PRESETS, read_filters
from console.language import N_, _

RESOLUTION_WORDS: Mapping[str, str] = {
    "recovered": N_("Recovered"),
    "explained": N_("Explained"),
    "no_contact": N_("No contact"),
    "escalated": N_("Escalated"),
}
DAYS = 91


def add_routes(blueprint: Blueprint, services: Services) -> None:
    """Register the route on `blueprint`."""
    zone = ZoneInfo(services.settings.get("TIMEZONE") or "UTC")

    @blueprint.get("/closing-the-loop")
    def loop() -> ResponseReturnValue:
        filters = read_filters(request.args, zone=zone, now=clock.now(), may_see_agents=False, default_days=DAYS)
        team = filters.only.get("team")
        with services.store.read() as connection:
            period = filters.period
            facts = read_facts(connection, zone=str(zone), start=period.start, end=period.end, team=team)
            known = teams(connection)
            asks = any(
                found.recovery
                for key in keys_of_surveys(connection)
                if (found := services.surveys.find(connection, key)) is not None
            )
        return render_template(
            "console/loop.html",
            whole=closing("", facts),
            groups=by_team(facts),
            filters=filters,
            presets=PRESETS,
            teams=known,
            team=team,
            asks=asks,
            resolutions=RESOLUTIONS,
            words=RESOLUTION_WORDS,
            span=span,
            parts=parts,
            here="console.loop",
        )


def span(wait: timedelta | None) -> str:
    """A wait in two units at most: `3 h 20 min`."""
    if wait is None:
        return "–"
    minutes = round(wait.total_seconds() / 60)
    if minutes < 1:
        return _("under a minute")
    if minutes < 60:
        return _("%(minutes)s min", minutes=minutes)
    if minutes < 48 * 60:
        hours, rest = divmod(minutes, 60)
        return _("%(hours)s h %(minutes)s min", hours=hours, minutes=rest) if rest else _("%(hours)s h", hours=hours)
    return _("%(days)s d", days=round(minutes / 1440, 1))


def parts(ended: Mapping[str, int]) -> list[dict[str, Any]]:
    """How tickets ended, as parts of a bar of 100 units."""
    total = sum(ended.values()) or 1
    found, start = [], 0.0
    for name in RESOLUTIONS:
        width = 100 * ended[name] / total
        found.append({"name": name, "count": ended[name], "start": round(start, 2), "width": round(width, 2)})
        start += width
    return found
