"""Figures: the net promoter score with its uncertainty, by group."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from api.calls import Answer, Call
from api.models.metrics import ClosingQuery, MetricsQuery
from common.analysis.closing import Closing, by_team, closing
from common.figures import GroupBy, read_figures, scope_of, shown_group
from common.store.closing import read_facts

_NARROW = ("channel", "survey", "agent", "team", "topic")


def nps(call: Call, query: MetricsQuery) -> Answer:
    """The net promoter score by group

    Every group with its counts, interval, funnel and response rate. Figures are current to the last committed answer.
    """
    group_by = GroupBy(query.group_by) if query.group_by else None
    scope = scope_of(
        ZoneInfo(call.services.settings.get("TIMEZONE") or "UTC"),
        start=query.from_,
        end=query.to,
        kind=query.kind,
        direction=query.direction,
        group_by=group_by,
        only={name: value for name in _NARROW if (value := getattr(query, name)) is not None},
    )
    groups = call.read(lambda connection: read_figures(connection, scope, group_by))
    return Answer(body={"data": [shown_group(group) for group in groups], "next_cursor": None})


def closing_the_loop(call: Call, query: ClosingQuery) -> Answer:
    """What became of unhappy customers, by team

    How soon a person replied, how tickets ended, and how many detractors were won back.
    """
    zone = call.services.settings.get("TIMEZONE") or "UTC"
    facts = call.read(
        lambda connection: read_facts(connection, zone=zone, start=query.from_, end=query.to, team=query.team)
    )
    groups = [_closing(each) for each in by_team(facts)]
    return Answer(body={"whole": _closing(closing("", facts)), "data": groups, "next_cursor": None})


def _closing(found: Closing) -> dict[str, Any]:
    return {
        "team": found.team or None,
        "tickets": found.tickets,
        "replied": found.replied,
        "first_reply_median_s": _seconds(found.reply_median),
        "first_reply_p90_s": _seconds(found.reply_slow),
        "resolved": found.resolved,
        "resolutions": found.resolutions,
        "asked_again": found.asked,
        "answered": found.answered,
        "recovered": found.recovered_count,
        "recovered_rate": found.recovered.share,
        "recovered_low": found.recovered.low,
        "recovered_high": found.recovered.high,
    }


def _seconds(wait: timedelta | None) -> float | None:
    return wait.total_seconds() if wait is not None else None
