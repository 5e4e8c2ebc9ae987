"""The figures of the API and the console: groups with their counts, their score and how much of it may be shown.

Denominators. `n`: responses with a score whose first answer came in the period. The funnel: interactions that ended in
the period and were to be asked; suppressed ones and those of our own tests are in none of its steps. The response rate:
scores per delivered invitation of the funnel. Unless asked otherwise, only transactional surveys about inbound contacts
count: outbound contacts and relational surveys are series of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from enum import StrEnum

from sqlalchemy import Connection

from common.analysis.counts import Counts, counts_of
from common.analysis.nps import NetPromoterScore, nps
from common.analysis.response_rate import ResponseRate, response_rate
from common.analysis.shown import Shown, shown
from common.analysis.tally import STEPS, Cell, Dimension, Step, day_of
from common.store.figures import DAY, DIRECTION, Period, Scope, read_groups

INBOUND, TRANSACTIONAL, RELATIONAL = "inbound", "transactional", "relational"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WHOLE = "all"
"""The key of the one group that is everybody."""


class GroupBy(StrEnum):
    """By what figures can be grouped."""

    CHANNEL = "channel"
    TEAM = "team"
    AGENT = "agent"
    TOPIC = "topic"
    HOUR = "hour"
    WEEKDAY = "weekday"
    DIRECTION = "direction"
    SURVEY = "survey"
    WEEK = "week"
    LOCALE = "locale"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One group. key None: those of whom it is not known. The cell is what was counted."""

    key: str | None
    label: str
    cell: Cell
    counts: Counts = field(init=False)
    shown: Shown = field(init=False)
    score: NetPromoterScore = field(init=False)
    rate: ResponseRate = field(init=False)

    def __post_init__(self) -> None:
        counts = counts_of(self.cell.scores)
        detractors, passives, promoters = int(counts.detractors), int(counts.passives), int(counts.promoters)
        delivered = self.cell.step(Step.DELIVERED)
        for name, value in (
            ("counts", counts),
            ("shown", shown(self.cell.n)),
            ("score", nps(detractors, passives, promoters)),
            ("rate", response_rate(self.cell.step(Step.SCORE), delivered)),
        ):
            object.__setattr__(self, name, value)

    @property
    def n(self) -> int:
        return self.cell.n

    @property
    def funnel(self) -> dict[str, int]:
        return dict(zip((step.value for step in STEPS), self.cell.funnel, strict=True))


def scope_of(
    zone: tzinfo,
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    kind: str | None = None,
    direction: str | None = None,
    group_by: GroupBy | None = None,
    only: Mapping[str, str] | None = None,
) -> Scope:
    """The scope of a request with the product's defaults: transactional and inbound, unless grouped or asked otherwise.

    A named survey has its own kind; relational surveys have no direction worth separating.
    """
    only = dict(only or {})
    if kind is None and group_by is not GroupBy.SURVEY and "survey" not in only:
        kind = TRANSACTIONAL
    if direction is None and group_by is not GroupBy.DIRECTION and kind != RELATIONAL and "survey" not in only:
        direction = INBOUND
    return Scope(zone=zone, period=Period(start=start, end=end), kind=kind, direction=direction, only=only)


_READ: Mapping[GroupBy, str] = {
    GroupBy.HOUR: Dimension.WEEKHOUR.value,
    GroupBy.WEEKDAY: Dimension.WEEKHOUR.value,
    GroupBy.WEEK: DAY,
    GroupBy.DIRECTION: DIRECTION,
}


def read_figures(connection: Connection, scope: Scope, group_by: GroupBy | None) -> list[Group]:
    """The groups, those of time in their order, all others by size. Without `group_by` one group, be it empty."""
    if group_by is None:
        cells = read_groups(connection, scope, [Dimension.ALL.value])[Dimension.ALL.value]
        return [Group(key=WHOLE, label="", cell=cells.get("", Cell.empty()))]
    name = _READ.get(group_by, group_by.value)
    return groups_of(read_groups(connection, scope, [name])[name], group_by)


def groups_of(cells: Mapping[str, Cell], group_by: GroupBy) -> list[Group]:
    """Groups from counts as they were read."""
    if group_by in _REGROUPED:
        cells = regroup(cells, _REGROUPED[group_by])
        keys = sorted(cells, key=int) if group_by is not GroupBy.WEEK else sorted(cells)
    else:
        keys = sorted(cells, key=lambda key: (key == "", -cells[key].n, -cells[key].step(Step.ELIGIBLE), key))
    name = (lambda key: WEEKDAYS[int(key)]) if group_by is GroupBy.WEEKDAY else str
    return [Group(key=name(key) or None, label=cells[key].label, cell=cells[key]) for key in keys]


def regroup(cells: Mapping[str, Cell], key_of: Callable[[str], str]) -> dict[str, Cell]:
    """The same counts under coarser keys."""
    found: dict[str, Cell] = {}
    for key, cell in cells.items():
        found.setdefault(key_of(key), Cell.empty()).add(cell.scores, cell.funnel, cell.label)
    return found


def week_of(day: str) -> str:
    """The ISO week of a day's number: 2026-W48."""
    year, week, _ = day_of(int(day)).isocalendar()
    return f"{year}-W{week:02d}"


_REGROUPED: Mapping[GroupBy, Callable[[str], str]] = {
    GroupBy.HOUR: lambda key: str(int(key) % 24),
    GroupBy.WEEKDAY: lambda key: str(int(key) // 24),
    GroupBy.WEEK: week_of,
}


def shown_group(group: Group) -> dict[str, object]:
    """A group as the API shows it: what its number of answers does not carry is null."""
    has_counts, has_score = group.shown.has_counts, group.shown.has_score
    rate = group.rate.rate
    return {
        "key": group.key,
        "n": group.n,
        "detractors": int(group.counts.detractors) if has_counts else None,
        "passives": int(group.counts.passives) if has_counts else None,
        "promoters": int(group.counts.promoters) if has_counts else None,
        "nps": group.score.nps if has_score else None,
        "low": group.score.low if has_score else None,
        "high": group.score.high if has_score else None,
        "shown": group.shown.value,
        "distribution": list(group.cell.scores) if has_counts else None,
        "funnel": group.funnel,
        "response_rate": rate.share,
        "response_rate_low": rate.low,
        "response_rate_high": rate.high,
    }
