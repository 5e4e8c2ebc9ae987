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

from sqlalchemy import Connection, Row, Select, func, select

from common.analysis.tally import (
    BLOCKS,
    WEEKDAY_OF_EPOCH,
    Cell,
    Dimension,
    block_of,
    day_begins,
    day_number,
    heat_key,
)
from common.store.facet_sums import week_of
from common.store.facets import Chooser, Days, Within, sum_by
from common.store.figure_rows import add_rows
from common.store.figure_scope import DAY, DIRECTION, HEAT, WEEK, Groups, Period, Scope
from common.store.schema import FUNNEL, SCORES, tallies
from common.store.scope import teams_now
from common.store.waiting import MOST_WAITING, Waiting, behind

_OF_THE_WHOLE = frozenset({Dimension.ALL.value, DAY, WEEK, DIRECTION, HEAT})
_OF_FACETS = frozenset(
    {
        DIRECTION,
        WEEK,
        HEAT,
        *(each.value for each in Dimension if each is not Dimension.WEEKHOUR and "heat" not in each.value),
    }
)
_ALONE = frozenset({"channel", "team", "topic", "survey", "locale"})
"""Filters by which alone the tallies are kept, too."""
_BOTH = (*SCORES, *FUNNEL)


def snapshot(connection: Connection) -> None:
    """Let all reads of this transaction see the same moment; to be called before the first. SQLite does so anyway."""
    if connection.dialect.name == "postgresql" and not connection.in_transaction():
        connection.execution_options(isolation_level="REPEATABLE READ")


class Reading:
    """The figures of one moment, for whoever asks for several: what they have in common is looked up once."""

    def __init__(self, connection: Connection) -> None:
        snapshot(connection)
        self.connection = connection
        self._teams = teams_now()
        self._chooser = Chooser(connection, self._teams)
        self._waiting = Waiting(connection)

    def groups(self, scope: Scope, dimensions: Sequence[str], *, scores: bool = True, funnel: bool = True) -> Groups:
        """The counts of every group of these dimensions: values of Dimension, DAY, WEEK, DIRECTION or HEAT.

        scores, funnel: False leaves these at nought, for whom has no use for them.
        """
        scope = replace(scope, teams=self._teams)
        groups: Groups = {dimension: {} for dimension in dimensions}
        counted = replace(scope, only=self._chooser.narrowing(scope.fixed, scope.only))
        for period, columns in _passes(scope, scores=scores, funnel=funnel):
            days, rest = _whole_days(period, scope.zone)
            if days is not None:
                self._add_days(groups, counted, days, columns)
            for part in rest:
                self._add_rows(groups, counted, part, columns)
        self._waiting.add(groups, scope, scores=scores, funnel=funnel)
        return {name: {key: cell for key, cell in cells.items() if not cell.is_empty} for name, cells in groups.items()}

    def _add_days(self, groups: Groups, scope: Scope, days: Days, columns: tuple[str, ...]) -> None:
        """Whole days, each dimension from where the fewest rows hold it."""
        summed = {name: cells for name, cells in groups.items() if _is_tallied(name, scope)}
        by_facet = {name: cells for name, cells in groups.items() if name not in summed and name in _OF_FACETS}
        others = {name: cells for name, cells in groups.items() if name not in summed and name not in by_facet}
        _add_tallies(self.connection, summed, scope, days, columns)
        if by_facet:
            inside = Within(self._chooser, scope.fixed, scope.only, scope.teams)
            for name, key, label, counts in sum_by(self.connection, list(by_facet), inside, days, columns):
                _add_counts(by_facet[name], key, label, counts, columns)
        if others:
            self._add_rows(others, scope, _period_of(days, scope.zone), columns)

    def _add_rows(self, groups: Groups, scope: Scope, period: Period, columns: tuple[str, ...]) -> None:
        if columns is not FUNNEL:
            add_rows(self.connection, groups, scope, period, of_scores=True)
        if columns is not SCORES:
            add_rows(self.connection, groups, scope, period, of_scores=False)


def read_groups(
    connection: Connection,
    scope: Scope,
    dimensions: Sequence[str],
    *,
    scores: bool = True,
    funnel: bool = True,
) -> Groups:
    """What `Reading.groups` says, for whoever asks once."""
    return Reading(connection).groups(scope, dimensions, scores=scores, funnel=funnel)


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


def _passes(scope: Scope, *, scores: bool, funnel: bool) -> Iterator[tuple[Period, tuple[str, ...]]]:
    """Which counts are taken together of which period: scores and funnel in one pass where both speak of the same."""
    if scores and funnel and scope.cohorts in {None, scope.period}:
        yield scope.period, _BOTH
        return
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
    whole = Dimension.TEAM.value if scope.teams is not None else next(iter(scope.only), Dimension.ALL.value)
    is_kept = whole == Dimension.ALL.value
    stored = [name for name in groups if name not in _OF_THE_WHOLE or (is_kept and name == whole)]
    if Dimension.ALL.value in groups and not is_kept:
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
    given = 0 if columns is FUNNEL else len(SCORES)
    scores, funnel = counts[:given] or [0] * len(SCORES), counts[given:] or [0] * len(FUNNEL)
    cell.add(scores, funnel, label)


__all__ = [
    "DAY",
    "DIRECTION",
    "HEAT",
    "MOST_WAITING",
    "WEEK",
    "Groups",
    "Period",
    "Reading",
    "Scope",
    "behind",
    "read_groups",
    "snapshot",
]
