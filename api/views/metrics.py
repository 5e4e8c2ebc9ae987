"""Figures: the net promoter score with its uncertainty, by group."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from api.calls import Answer, Call
from api.models.metrics import MetricsQuery
from common.figures import GroupBy, read_figures, scope_of, shown_group

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
