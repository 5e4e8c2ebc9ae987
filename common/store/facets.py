"""Figures within filters: sums over facets, which are the combinations that occur of what can be filtered by.

There are far fewer combinations in a week than answers, and filters choose whole facets, so a year within a filter is a
sum over weeks. Days beside whole weeks, the hours of the heat map, and an agent with three things more are counted from
indexes of `tallied` that hold all it takes. Whatever is asked for, it is one statement that reads every row once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select

from common.actors import Teams
from common.analysis.tally import (
    AGENT,
    CONTACT,
    PATTERNS,
    Dimension,
    block_of,
    pattern_of,
    week_begins,
    week_number,
)
from common.store.facet_sums import HOURS_OF_A_SLOT, Shape, Source, Span, statement_of
from common.store.figure_scope import DIRECTION, HEAT, WEEK
from common.store.schema import facets

Days = tuple[int | None, int | None]
"""The first day's number, and the one after the last; None = without end."""
Found = tuple[str, str, str, list[int]]
"""Dimension, key, label and counts."""
_TOLD_BY = {Dimension.ALL.value: (), DIRECTION: (), WEEK: (), Dimension.CHANNEL_TOPIC.value: ("channel", "topic")}
"""What tells the groups of a dimension apart, where it is not the dimension alone; direction and week always do."""


class Chooser:
    """Which facets filters choose, looked up once in a snapshot: few, and the database then knows how few."""

    def __init__(self, connection: Connection, teams: Teams | None) -> None:
        self._connection = connection
        self._teams = teams
        self._numbers: dict[tuple[str, frozenset[tuple[str, str]]], list[int]] = {}
        self._idle: dict[tuple[str, str, frozenset[tuple[str, str]]], bool] = {}

    def numbers(self, pattern: str, values: Mapping[str, str]) -> list[int]:
        """The facets of a pattern with these values, of the teams that reads are narrowed to."""
        asked = (pattern, frozenset(values.items()))
        if asked not in self._numbers:
            statement = select(facets.c.id).where(facets.c.pattern == pattern, *_conditions(values))
            if self._teams is not None and "team" in PATTERNS[pattern]:
                statement = statement.where(facets.c.team.in_(sorted(self._teams)))
            self._numbers[asked] = list(self._connection.execute(statement).scalars())
        return self._numbers[asked]

    def narrowing(self, fixed: Mapping[str, str], only: Mapping[str, str]) -> dict[str, str]:
        """The filters without those that leave out nothing, such as the only survey there is."""
        return {name: value for name, value in only.items() if not self._leaves_all(name, value, fixed)}

    def _leaves_all(self, name: str, value: str, fixed: Mapping[str, str]) -> bool:
        if name == AGENT:
            return False
        asked = (name, value, frozenset(fixed.items()))
        if asked not in self._idle:
            others = select(facets.c.id).where(
                facets.c.pattern == CONTACT, facets.c[name] != value, *_conditions(fixed)
            )
            self._idle[asked] = self._connection.execute(others.limit(1)).first() is None
        return self._idle[asked]


def _conditions(values: Mapping[str, str]) -> list[ColumnElement[bool]]:
    """By column; an agent goes by id or name."""
    return [
        or_(facets.c.agent == value, facets.c.agent_name == value) if name == AGENT else facets.c[name] == value
        for name, value in values.items()
    ]


class Within:
    """What is summed. fixed: kind and direction; only: the filters, at least one unless `teams` narrow reads.

    teams: those that reads are narrowed to, which is one filter more; None: not at all.
    """

    def __init__(
        self, chooser: Chooser, fixed: Mapping[str, str], only: Mapping[str, str], teams: Teams | None
    ) -> None:
        self._chooser = chooser
        self._fixed = dict(fixed)
        self._only = dict(only)
        self._has_teams = teams is not None
        self._names = set(only) | ({"team"} if teams is not None else set())

    def pattern_for(self, name: str) -> str | None:
        """Whose facets hold the groups of this dimension within these filters; None: there is no such pattern."""
        return pattern_of(self._names | set(_TOLD_BY.get(name, (name,))))

    def numbers(self, pattern: str) -> list[int]:
        """The facets of a pattern that these filters choose."""
        return self._chooser.numbers(pattern, self._fixed | self._only)

    def of_interactions(self) -> dict[str, list[int]]:
        """The same by column of `tallied`."""
        contact = {name: value for name, value in self._only.items() if name != AGENT}
        found = {}
        if contact or self._has_teams or AGENT not in self._only:
            found["facet"] = self._chooser.numbers(CONTACT, self._fixed | contact)
        if AGENT in self._only:
            found["staff"] = self._chooser.numbers(AGENT, self._fixed | {AGENT: self._only[AGENT]})
        return found


def sum_by(
    connection: Connection, names: Sequence[str], within: Within, days: Days, columns: tuple[str, ...]
) -> Iterator[Found]:
    """The groups of these dimensions on these days: WEEK, HEAT, and values of Dimension that facets know.

    columns: scores, funnel, or both in this order.
    """
    chosen = within.of_interactions()
    values: dict[str, Any] = {f"of_{column}": numbers for column, numbers in chosen.items()}
    sources = {name: _source(name, within, days, values) for name in names}
    shape = Shape(sources=tuple(sources.items()), columns=columns, chosen=tuple(sorted(chosen)))
    for name, key, label, *counts in connection.execute(statement_of(shape), values):
        yield name, _key(name, key), label, [int(count) for count in counts]


def _source(name: str, within: Within, days: Days, values: dict[str, Any]) -> Source:
    """Where a dimension's counts come from; what is compared with is put into `values`."""
    by = "hour" if name == HEAT else "week" if name == WEEK else "staff" if name == AGENT else "facet"
    pattern = None if name == HEAT else within.pattern_for(name)
    weeks, rest = _whole_weeks(days) if pattern is not None else (None, {"days": days})
    if pattern is not None and weeks is not None:
        values[f"of_{pattern}_weeks"] = within.numbers(pattern)
    return Source(
        by=by,
        pattern=pattern if weeks is not None else None,
        weeks=None if weeks is None else _span("weeks", weeks, values),
        days=tuple(_span(place, span, values) for place, span in rest.items()),
    )


def _span(name: str, span: Days, values: dict[str, Any]) -> Span:
    first, end = span
    values |= {} if first is None else {f"{name}_first": first}
    values |= {} if end is None else {f"{name}_end": end}
    return name, first is not None, end is not None


def _key(name: str, key: str) -> str:
    if name == HEAT:
        return block_of(int(key) * HOURS_OF_A_SLOT)
    return str(week_begins(int(key))) if name == WEEK else key


def _whole_weeks(days: Days) -> tuple[Days | None, dict[str, Days]]:
    """Whole days as whole weeks (first, and the one after the last), and what is left of them at both ends."""
    first, end = days
    week = None if first is None else week_number(first + 6)
    after = None if end is None else week_number(end)
    if first is not None and end is not None and week is not None and after is not None and week >= after:
        return None, {"days": days}
    rest: dict[str, Days] = {}
    if first is not None and week is not None and first < week_begins(week):
        rest["before"] = (first, week_begins(week))
    if end is not None and after is not None and week_begins(after) < end:
        rest["after"] = (week_begins(after), end)
    return (week, after), rest
