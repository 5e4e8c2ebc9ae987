"""Figures within filters: sums over facets, which are the combinations that occur of what can be filtered by.

There are far fewer combinations in a week than answers, and filters choose whole facets, so a year within a filter is a
sum over weeks. Days beside whole weeks, and an agent within several filters, are counted from indexes of `tallied` that
hold all it takes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)

from common.actors import Teams
from common.analysis.tally import (
    DEPTH_OF_SCORE,
    PATTERNS,
    WEEKDAY_OF_EPOCH,
    Dimension,
    week_begins,
    week_number,
)
from common.store.dialect import among
from common.store.schema import FUNNEL, SCORES, facet_weeks, facets, tallied

Days = tuple[int | None, int | None]
"""The first day's number, and the one after the last; None = without end."""
AGENT, CONTACT = "agent", "contact"


class Within:
    """What is summed. fixed: kind and direction; only: the filters, at least one; of_scores: else the funnel.

    teams: those that reads are narrowed to, which is one filter more; None: not at all.

    The facets that the filters choose are looked up once and handed over as numbers: few, and the database then knows
    how few.
    """

    def __init__(
        self,
        connection: Connection,
        fixed: Mapping[str, str],
        only: Mapping[str, str],
        days: Days,
        *,
        of_scores: bool,
        teams: Teams | None = None,
    ) -> None:
        self.connection = connection
        self.days = days
        self.of_scores = of_scores
        self.columns = SCORES if of_scores else FUNNEL
        self.on: Any = tallied.c.answered_on if of_scores else tallied.c.cohort_on
        self._fixed = dict(fixed)
        self._only = dict(only)
        self._teams = teams
        self._names = set(only) | ({"team"} if teams is not None else set())
        self.values: dict[str, list[int]] = {}

    def pattern_for(self, name: str) -> str | None:
        """Whose facets hold the groups of this dimension within these filters; None: there is no such pattern."""
        if AGENT not in self._names:
            return CONTACT if name != AGENT else f"{next(iter(self._names))}_agent" if len(self._names) == 1 else None
        if len(self._names) == 2:
            (other,) = self._names - {AGENT}
            return f"{other}_agent" if name in {Dimension.ALL.value, "direction", other, AGENT} else None
        if len(self._names) > 2:
            return None
        return f"{name}_agent" if f"{name}_agent" in PATTERNS else AGENT

    def is_of(self, pattern: str) -> ColumnElement[bool]:
        """A condition on `facet_weeks`: of the facets of a pattern that these filters choose."""
        return self._among(facet_weeks.c.facet, pattern, self._only)

    def is_chosen(self) -> list[ColumnElement[bool]]:
        """Conditions on `tallied`."""
        contact = {name: value for name, value in self._only.items() if name != AGENT}
        found: list[ColumnElement[bool]] = []
        if contact or self._teams is not None or AGENT not in self._only:
            found.append(self._among(tallied.c.facet, CONTACT, contact))
        if AGENT in self._only:
            found.append(self._among(tallied.c.staff, AGENT, {AGENT: self._only[AGENT]}))
        return found

    def _among(self, column: Any, pattern: str, values: Mapping[str, str]) -> ColumnElement[bool]:
        name = f"of_{pattern}_{column.name}"
        if name not in self.values:
            statement = select(facets.c.id).where(facets.c.pattern == pattern, *_conditions({**self._fixed, **values}))
            if self._teams is not None and "team" in PATTERNS[pattern]:
                statement = statement.where(facets.c.team.in_(sorted(self._teams)))
            self.values[name] = list(self.connection.execute(statement).scalars())
        return among(column, name)


def _conditions(values: Mapping[str, str]) -> list[ColumnElement[bool]]:
    """By column; an agent goes by id or name."""
    return [
        or_(facets.c.agent == value, facets.c.agent_name == value) if name == AGENT else facets.c[name] == value
        for name, value in values.items()
    ]


def narrowing(connection: Connection, fixed: Mapping[str, str], only: Mapping[str, str]) -> dict[str, str]:
    """The filters without those that leave out nothing, such as the only survey there is."""
    left = dict(only)
    for name, value in only.items():
        if name != AGENT:
            others = select(facets.c.id).where(
                facets.c.pattern == CONTACT,
                facets.c[name] != value,
                *(facets.c[key] == of for key, of in fixed.items()),
            )
            if connection.execute(others.limit(1)).first() is None:
                del left[name]
    return left


def sum_by(names: Sequence[str], within: Within) -> Iterator[tuple[str, str, str, list[int]]]:
    """Dimension, key, label and counts of every group; names: values of Dimension that facets know, or `direction`."""
    by_pattern: dict[tuple[str | None, bool], list[str]] = {}
    for name in names:
        by_pattern.setdefault((within.pattern_for(name), name == AGENT), []).append(name)
    for (pattern, is_agent), some in by_pattern.items():
        for dimension, key, label, *counts in within.connection.execute(
            _summing(some, within, pattern, is_agent), within.values
        ):
            yield dimension, key, label, [int(count) for count in counts]


def _summing(names: Sequence[str], within: Within, pattern: str | None, is_agent: bool) -> Any:
    columns, number = within.columns, tallied.c.staff if is_agent else tallied.c.facet
    rows = union_all(*_parts(within, pattern, facet_weeks.c.facet, number)).subquery("rows")
    sums = [func.sum(rows.c[name]).label(name) for name in columns]
    each = select(rows.c.key, *sums).group_by(rows.c.key).cte("each").prefix_with("MATERIALIZED")
    parts = []
    for name in names:
        key = _key_of(name)
        label = func.max(facets.c.agent_name) if name == AGENT else cast(literal(""), String)
        summed = [func.sum(each.c[column]) for column in columns]
        parts.append(
            select(cast(literal(name), String), key, label, *summed)
            .join_from(each, facets, facets.c.id == each.c.key)
            .group_by(key)
        )
    return union_all(*parts)


def sum_by_week(within: Within) -> Iterator[tuple[int, list[int]]]:
    """Week and counts of all of them together."""
    pattern = within.pattern_for(Dimension.ALL.value)
    rows = union_all(*_parts(within, pattern, facet_weeks.c.week, week_of(within.on))).subquery("rows")
    sums = [func.sum(rows.c[name]) for name in within.columns]
    for week, *counts in within.connection.execute(select(rows.c.key, *sums).group_by(rows.c.key), within.values):
        yield week, [int(count) for count in counts]


def scores_by_hour(within: Within) -> Iterator[tuple[int, int, int]]:
    """Hour of the week, score, how often."""
    statement = (
        select(tallied.c.weekhour, tallied.c.score, func.count())
        .where(*within.is_chosen(), within.on.is_not(None), *_between(within.on, within.days))
        .group_by(tallied.c.weekhour, tallied.c.score)
    )
    return ((weekhour, score, count) for weekhour, score, count in within.connection.execute(statement, within.values))


def _parts(within: Within, pattern: str | None, week_key: Any, day_key: Any) -> list[Select[Any]]:
    """What is to be summed, under `key`: weeks of facets as far as there are any, and single interactions beside."""
    weeks, spans = _whole_weeks(within.days) if pattern is not None else (None, [within.days])
    parts = []
    if weeks is not None and pattern is not None:
        kept = [week_key.label("key"), *(facet_weeks.c[name] for name in within.columns)]
        parts.append(select(*kept).where(within.is_of(pattern), *_between(facet_weeks.c.week, weeks)))
    for span in spans:
        single = [day_key.label("key"), *singles(of_scores=within.of_scores)]
        parts.append(select(*single).where(*within.is_chosen(), within.on.is_not(None), *_between(within.on, span)))
    return parts


def _whole_weeks(days: Days) -> tuple[Days | None, list[Days]]:
    """Whole days as whole weeks (first, and the one after the last), and what is left of them at both ends."""
    first, end = days
    week = None if first is None else week_number(first + 6)
    after = None if end is None else week_number(end)
    if first is not None and end is not None and week is not None and after is not None and week >= after:
        return None, [(first, end)]
    ends: list[Days] = []
    if first is not None and week is not None and first < week_begins(week):
        ends.append((first, week_begins(week)))
    if end is not None and after is not None and week_begins(after) < end:
        ends.append((week_begins(after), end))
    return (week, after), ends


def singles(*, of_scores: bool) -> list[ColumnElement[Any]]:
    """What one interaction adds to each count."""
    if of_scores:
        return [case((tallied.c.score == number, 1), else_=0).label(name) for number, name in enumerate(SCORES)]
    reached: list[ColumnElement[Any]] = [
        case((tallied.c.depth > place, 1), else_=0).label(FUNNEL[place]) for place in range(DEPTH_OF_SCORE)
    ]
    return [
        *reached,
        case((tallied.c.has_reason, 1), else_=0).label("reasoned"),
        case((tallied.c.is_complete, 1), else_=0).label("completed"),
    ]


def week_of(on: Any) -> ColumnElement[Any]:
    """The number of a day's week, in SQL."""
    return cast((on + WEEKDAY_OF_EPOCH) // 7, facet_weeks.c.week.type)


def _between(column: Any, span: Days) -> list[ColumnElement[bool]]:
    first, end = span
    return [*([column >= first] if first is not None else []), *([column < end] if end is not None else [])]


def _key_of(name: str) -> Any:
    if name == Dimension.ALL.value:
        return cast(literal(""), String)
    if name == Dimension.CHANNEL_TOPIC.value:
        return facets.c.channel.concat("/").concat(facets.c.topic)
    return cast(facets.c[name], String)
