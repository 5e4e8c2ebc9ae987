"""Reading figures: sums over the tallies, exact to the instant and to the last turn.

Whole days come from `tallies`: every dimension, and the whole, the days and the heat map of a single filter. Groups
within filters come from weeks of facets (common/store/facets.py). What a period has beyond whole days is counted from
`tallied`; what waits in `untallied` is worked out on the spot and added. All of it is read in one snapshot.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import tzinfo
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Row,
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

from common.analysis.tally import (
    BLOCKS,
    DEPTH_OF_SCORE,
    WEEKDAY_OF_EPOCH,
    Cell,
    Dimension,
    block_of,
    day_begins,
    day_number,
    heat_key,
    week_begins,
)
from common.store.facets import Days, Within, narrowing, scores_by_hour, sum_by, sum_by_week, week_of
from common.store.figure_scope import DAY, DIRECTION, HEAT, WEEK, Groups, Period, Scope
from common.store.schema import FUNNEL, SCORES, tallied, tallies
from common.store.scope import teams_now, within
from common.store.waiting import MOST_WAITING, add_waiting, behind

_OF_THE_WHOLE = frozenset({Dimension.ALL.value, DAY, WEEK, DIRECTION, HEAT})
_OF_FACETS = frozenset(
    {DIRECTION, *(each.value for each in Dimension if each is not Dimension.WEEKHOUR and "heat" not in each.value)}
)
_ALONE = frozenset({"channel", "team", "topic", "survey", "locale"})
"""Filters by which alone the tallies are kept, too."""


def snapshot(connection: Connection) -> None:
    """Let all reads of this transaction see the same moment; to be called before the first. SQLite does so anyway."""
    if connection.dialect.name == "postgresql" and not connection.in_transaction():
        connection.execution_options(isolation_level="REPEATABLE READ")


def read_groups(
    connection: Connection,
    scope: Scope,
    dimensions: Sequence[str],
    *,
    scores: bool = True,
    funnel: bool = True,
) -> Groups:
    """The counts of every group of these dimensions: values of Dimension, DAY, WEEK, DIRECTION or HEAT.

    scores, funnel: False leaves these at nought, for whom has no use for them.
    """
    snapshot(connection)
    scope = replace(scope, teams=teams_now())
    groups: Groups = {dimension: {} for dimension in dimensions}
    counted = replace(scope, only=narrowing(connection, scope.fixed, scope.only))
    for period, columns in _clocks(scope, scores=scores, funnel=funnel):
        days, rest = _whole_days(period, scope.zone)
        if days is not None:
            _add_days(connection, groups, counted, days, columns)
        for part in rest:
            _add_raw(connection, groups, counted, part, columns)
    add_waiting(connection, groups, scope, scores=scores, funnel=funnel)
    return {name: {key: cell for key, cell in cells.items() if not cell.is_empty} for name, cells in groups.items()}


def _add_days(connection: Connection, groups: Groups, scope: Scope, days: Days, columns: tuple[str, ...]) -> None:
    """Whole days, each dimension from where the fewest rows hold it."""
    summed = {name: cells for name, cells in groups.items() if _is_tallied(name, scope)}
    by_facet = {name: cells for name, cells in groups.items() if name not in summed and name in _OF_FACETS}
    others = {name: cells for name, cells in groups.items() if name not in summed and name not in by_facet}
    of_scores = columns is SCORES
    _add_tallies(connection, summed, scope, days, columns)
    inside = Within(connection, scope.fixed, scope.only, days, of_scores=of_scores, teams=scope.teams)
    for name, key, label, counts in sum_by(list(by_facet), inside):
        _add_counts(by_facet[name], key, label, counts, columns)
    if (cells := others.pop(WEEK, None)) is not None:
        for week, counts in sum_by_week(inside):
            _add_counts(cells, str(week_begins(week)), "", counts, columns)
    if of_scores and (cells := others.pop(HEAT, None)) is not None:
        for weekhour, score, count in scores_by_hour(inside):
            cells.setdefault(block_of(weekhour), Cell.empty()).add_score(score, count)
    if others:
        _add_raw(connection, others, scope, _period_of(days, scope.zone), columns)


def _period_of(days: Days, zone: tzinfo) -> Period:
    first, end = days
    return Period(
        start=None if first is None else day_begins(first, zone), end=None if end is None else day_begins(end, zone)
    )


def _is_tallied(name: str, scope: Scope) -> bool:
    """True if tallies hold this dimension of this scope: every one unfiltered, the whole and its days of one filter.

    Teams are a filter, too.
    """
    if scope.teams is not None:
        return not scope.only and name in _OF_THE_WHOLE
    return not scope.only or (len(scope.only) == 1 and scope.only.keys() <= _ALONE and name in _OF_THE_WHOLE)


def _clocks(scope: Scope, *, scores: bool, funnel: bool) -> Iterator[tuple[Period, tuple[str, ...]]]:
    if scores:
        yield scope.period, SCORES
    if funnel:
        yield scope.cohorts or scope.period, FUNNEL


def _whole_days(period: Period, zone: tzinfo) -> tuple[Days | None, list[Period]]:
    """The whole days in a period (first, and the one after the last), and what is left of it at both ends."""
    first = last = None
    rest: list[Period] = []
    if period.start is not None:
        first = day_number(period.start, zone)
        if day_begins(first, zone) != period.start:
            first += 1
    if period.end is not None:
        last = day_number(period.end, zone)
    if first is not None and last is not None and first >= last:
        return None, [period]
    if period.start is not None and first is not None and day_begins(first, zone) != period.start:
        rest.append(Period(start=period.start, end=day_begins(first, zone)))
    if period.end is not None and last is not None and day_begins(last, zone) != period.end:
        rest.append(Period(start=day_begins(last, zone), end=period.end))
    return (first, last), rest


def _add_tallies(
    connection: Connection,
    groups: Groups,
    scope: Scope,
    days: Days,
    columns: tuple[str, ...],
) -> None:
    stored = [name for name in groups if name not in _OF_THE_WHOLE]
    whole = Dimension.TEAM.value if scope.teams is not None else next(iter(scope.only), Dimension.ALL.value)
    if Dimension.ALL.value in groups:
        for row in connection.execute(_summing((tallies.c.dimension,), [whole], scope, days, columns)):
            _add_sum(groups[Dimension.ALL.value], "", row, columns)
    if stored:
        key = (tallies.c.dimension, tallies.c.key)
        for row in connection.execute(_summing(key, stored, scope, days, columns)):
            _add_sum(groups[row.dimension], row.key, row, columns)
    for name, column in _BESIDE.items():
        if name in groups:
            for row in connection.execute(_summing((column,), [whole], scope, days, columns)):
                _add_sum(groups[name], str(row[0]), row, columns)
    if HEAT in groups:
        _add_heat(connection, groups[HEAT], scope, days, columns)


_BESIDE = {DAY: tallies.c.day, WEEK: week_of(tallies.c.day) * 7 - WEEKDAY_OF_EPOCH, DIRECTION: tallies.c.direction}
_BLOCKS = tuple(f"{day}/{place}" for day in range(7) for place in range(len(BLOCKS)))


def _add_heat(
    connection: Connection, cells: dict[str, Cell], scope: Scope, days: Days, columns: tuple[str, ...]
) -> None:
    if not scope.only and scope.teams is None:
        key = (tallies.c.key,)
        for row in connection.execute(_summing(key, [Dimension.WEEKHOUR.value], scope, days, columns)):
            _add_sum(cells, block_of(int(row.key)), row, columns)
        return
    ((name, values),) = {"team": sorted(scope.teams)}.items() if scope.teams is not None else _single(scope)
    blocks = {heat_key(value, block): block for value in values for block in _BLOCKS}
    whole = replace(scope, only={}, teams=None)
    statement = _summing((tallies.c.key,), [f"{name}_heat"], whole, days, columns).where(tallies.c.key.in_(blocks))
    for row in connection.execute(statement):
        _add_sum(cells, blocks[row.key], row, columns)


def _single(scope: Scope) -> Iterable[tuple[str, list[str]]]:
    return [(name, [value]) for name, value in scope.only.items()]


def _summing(
    key: tuple[Any, ...],
    dimensions: Sequence[str],
    scope: Scope,
    days: Days,
    columns: tuple[str, ...],
) -> Select[Any]:
    sums = [func.sum(tallies.c[column]).label(column) for column in columns]
    statement = (
        select(*key, func.max(tallies.c.label).label("label"), *sums)
        .where(tallies.c.dimension.in_(dimensions))
        .group_by(*key)
    )
    first, last = days
    if first is not None:
        statement = statement.where(tallies.c.day >= first)
    if last is not None:
        statement = statement.where(tallies.c.day < last)
    if scope.teams is not None:
        statement = statement.where(tallies.c.key.in_(sorted(scope.teams)))
    for column, value in scope.narrowed.items():
        statement = statement.where((tallies.c.key if column in scope.only else tallies.c[column]) == value)
    return statement


def _add_sum(cells: dict[str, Cell], key: str, row: Row[Any], columns: tuple[str, ...]) -> None:
    _add_counts(cells, key, row.label, [int(row._mapping[column]) for column in columns], columns)


def _add_counts(cells: dict[str, Cell], key: str, label: str, counts: list[int], columns: tuple[str, ...]) -> None:
    cell = cells.setdefault(key, Cell.empty())
    if columns is SCORES:
        cell.add(counts, [0] * len(FUNNEL), label)
    else:
        cell.add([0] * len(SCORES), counts, label)


# --- from the interactions themselves ---------------------------------------------------------------------------------


def _add_raw(connection: Connection, groups: Groups, scope: Scope, period: Period, columns: tuple[str, ...]) -> None:
    if not groups:
        return
    is_scores = columns is SCORES
    for dimension, key, label, *counts in connection.execute(
        _counting(list(groups), scope, period, is_scores=is_scores)
    ):
        cell = groups[dimension].setdefault(block_of(int(key)) if dimension == HEAT else key, Cell.empty())
        cell.label = label or cell.label
        if is_scores:
            cell.add_score(counts[0], counts[1])
        else:
            cell.add([0] * len(SCORES), [int(count) for count in counts])


def _counting(dimensions: Sequence[str], scope: Scope, period: Period, *, is_scores: bool) -> CompoundSelect[Any]:
    """Every dimension in one statement: the rows are chosen once, and what was chosen is counted by each."""
    at = tallied.c.answered_at if is_scores else tallied.c.cohort_at
    facts = [tallied.c.score] if is_scores else [tallied.c.depth, tallied.c.has_reason, tallied.c.is_complete]
    keys = [_key_of(dimension, is_scores=is_scores).label(f"by_{dimension}") for dimension in dimensions]
    conditions = [
        within(tallied.c.team),
        *_narrowing(scope),
        *_within(at, period),
        *([tallied.c.score.is_not(None)] if is_scores else []),
    ]
    chosen = select(*keys, tallied.c.agent_name, *facts).where(*conditions).cte("chosen").prefix_with("MATERIALIZED")
    parts = []
    for dimension in dimensions:
        key = chosen.c[f"by_{dimension}"]
        label = func.max(chosen.c.agent_name) if dimension == Dimension.AGENT.value else cast(literal(""), String)
        counts: list[Any] = [chosen.c.score, func.count()] if is_scores else _steps_of(chosen)
        by = (key, chosen.c.score) if is_scores else (key,)
        parts.append(select(cast(literal(dimension), String), key, label, *counts).group_by(*by))
    return union_all(*parts)


def _steps_of(chosen: Any) -> list[Any]:
    reached = [func.sum(case((chosen.c.depth > place, 1), else_=0)) for place in range(DEPTH_OF_SCORE)]
    ended = [func.sum(case((flag, 1), else_=0)) for flag in (chosen.c.has_reason, chosen.c.is_complete)]
    return [*reached, *ended]


def _key_of(dimension: str, *, is_scores: bool) -> Any:
    if dimension == DAY:
        return cast(tallied.c.answered_on if is_scores else tallied.c.cohort_on, String)
    if dimension == WEEK:
        return cast(week_of(tallied.c.answered_on if is_scores else tallied.c.cohort_on) * 7 - WEEKDAY_OF_EPOCH, String)
    if dimension == HEAT:
        return cast(tallied.c.weekhour, String)
    if dimension == Dimension.ALL.value:
        return cast(literal(""), String)
    if dimension.endswith("_heat"):
        return _heat_key_of(dimension)
    if dimension == Dimension.CHANNEL_TOPIC.value:
        return tallied.c.channel.concat("/").concat(tallied.c.topic)
    return cast(tallied.c[dimension], String)


def _heat_key_of(dimension: str) -> Any:
    hours = {hour: block_of(hour) for hour in range(168)}
    return tallied.c[dimension.removesuffix("_heat")].concat("/").concat(case(hours, value=tallied.c.weekhour))


def _narrowing(scope: Scope) -> list[ColumnElement[bool]]:
    return [
        or_(tallied.c.agent == value, tallied.c.agent_name == value) if name == "agent" else tallied.c[name] == value
        for name, value in scope.narrowed.items()
    ]


def _within(at: Any, period: Period) -> list[ColumnElement[bool]]:
    bounds = []
    if period.start is not None:
        bounds.append(at >= period.start)
    if period.end is not None:
        bounds.append(at < period.end)
    return bounds


__all__ = [
    "DAY",
    "DIRECTION",
    "HEAT",
    "MOST_WAITING",
    "WEEK",
    "Groups",
    "Period",
    "Scope",
    "behind",
    "read_groups",
    "snapshot",
]
