"""Reading figures: sums over the tallies, exact to the instant and to the last turn.

Whole days come from `tallies`, the whole of a single filter and its days, too; what a period has beyond whole days,
and groups within a filter, are counted from `tallied`. What waits in `untallied` is worked out on the spot and added.
All of it is read in one snapshot.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
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

from common.actors import Teams
from common.analysis.tally import (
    DEPTH_OF_SCORE,
    Cell,
    Dimension,
    Measure,
    day_begins,
    day_number,
)
from common.store.measures import known, truths
from common.store.schema import FUNNEL, SCORES, tallied, tallies, untallied
from common.store.scope import teams_now, within

MOST_WAITING = 4_000
"""Beyond this much that is not counted yet (a database just migrated), figures are served as they stand."""
DAY = "day"
"""Beside the dimensions of the tallies: grouped by the day's number."""
DIRECTION = "direction"
_OF_THE_WHOLE = frozenset({Dimension.ALL.value, DAY, DIRECTION})
_ALONE = frozenset({"channel", "team", "topic", "survey", "locale"})
"""Filters by which alone the tallies are kept, too."""

Groups = dict[str, dict[str, Cell]]
"""Dimension → key → counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From `start` (included) to `end` (excluded); None = without end."""

    start: datetime | None = None
    end: datetime | None = None

    def holds(self, at: datetime) -> bool:
        return (self.start is None or at >= self.start) and (self.end is None or at < self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whose figures: of which period, kind and direction (None = all), narrowed by `only`: column of tallied → value.

    cohorts: another period for the funnel, by when the interaction ended; None = the same. teams: see
    common/store/scope.py; `read_groups` fills it in.
    """

    zone: tzinfo
    period: Period = field(default_factory=Period)
    cohorts: Period | None = None
    kind: str | None = None
    direction: str | None = None
    only: Mapping[str, str] = field(default_factory=dict)
    teams: Teams | None = None

    @property
    def narrowed(self) -> dict[str, str]:
        """Every condition, by column."""
        fixed = {"kind": self.kind, "direction": self.direction}
        return {name: value for name, value in fixed.items() if value is not None} | dict(self.only)

    def has(self, measure: Measure) -> bool:
        """True if the interaction belongs here, whenever it was."""
        if self.teams is not None and measure.team not in self.teams:
            return False
        return all(
            value in {measure.agent, measure.agent_name} if name == "agent" else getattr(measure, name) == value
            for name, value in self.narrowed.items()
        )


def snapshot(connection: Connection) -> None:
    """Let all reads of this transaction see the same moment; to be called before the first. SQLite does so anyway."""
    if connection.dialect.name == "postgresql" and not connection.in_transaction():
        connection.execution_options(isolation_level="REPEATABLE READ")


def read_groups(connection: Connection, scope: Scope, dimensions: Sequence[str]) -> Groups:
    """The counts of every group of these dimensions: values of Dimension, DAY or DIRECTION."""
    snapshot(connection)
    scope = replace(scope, teams=teams_now())
    groups: Groups = {dimension: {} for dimension in dimensions}
    summed = {name: cells for name, cells in groups.items() if _is_tallied(name, scope)}
    counted = {name: cells for name, cells in groups.items() if name not in summed}
    for period, columns in _clocks(scope):
        days, rest = _whole_days(period, scope.zone)
        if days is not None:
            _add_tallies(connection, summed, scope, days, columns)
        for part in rest:
            _add_raw(connection, summed, scope, part, columns)
        _add_raw(connection, counted, scope, period, columns)
    _add_waiting(connection, groups, scope)
    return {name: {key: cell for key, cell in cells.items() if not cell.is_empty} for name, cells in groups.items()}


def _is_tallied(name: str, scope: Scope) -> bool:
    """True if tallies hold this dimension of this scope: every one unfiltered, the whole and its days of one filter.

    Teams are a filter, too.
    """
    if scope.teams is not None:
        return not scope.only and name in _OF_THE_WHOLE
    return not scope.only or (len(scope.only) == 1 and scope.only.keys() <= _ALONE and name in _OF_THE_WHOLE)


def _clocks(scope: Scope) -> Iterator[tuple[Period, tuple[str, ...]]]:
    yield scope.period, SCORES
    yield scope.cohorts or scope.period, FUNNEL


def _whole_days(period: Period, zone: tzinfo) -> tuple[tuple[int | None, int | None] | None, list[Period]]:
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
    days: tuple[int | None, int | None],
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
    for name, column in ((DAY, tallies.c.day), (DIRECTION, tallies.c.direction)):
        if name in groups:
            for row in connection.execute(_summing((column,), [whole], scope, days, columns)):
                _add_sum(groups[name], str(row[0]), row, columns)


def _summing(
    key: tuple[Any, ...],
    dimensions: Sequence[str],
    scope: Scope,
    days: tuple[int | None, int | None],
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
    counts = [int(row._mapping[column]) for column in columns]
    cell = cells.setdefault(key, Cell.empty())
    if columns is SCORES:
        cell.add(counts, [0] * len(FUNNEL), row.label)
    else:
        cell.add([0] * len(SCORES), counts, row.label)


# --- from the interactions themselves ---------------------------------------------------------------------------------


def _add_raw(connection: Connection, groups: Groups, scope: Scope, period: Period, columns: tuple[str, ...]) -> None:
    if not groups:
        return
    is_scores = columns is SCORES
    for dimension, key, label, *counts in connection.execute(
        _counting(list(groups), scope, period, is_scores=is_scores)
    ):
        cell = groups[dimension].setdefault(key, Cell.empty())
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
    if dimension == DIRECTION:
        return cast(tallied.c.direction, String)
    if dimension == Dimension.ALL.value:
        return cast(literal(""), String)
    if dimension == Dimension.CHANNEL_TOPIC.value:
        return tallied.c.channel.concat("/").concat(tallied.c.topic)
    return cast(tallied.c[dimension], String)


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


# --- what is not counted yet ------------------------------------------------------------------------------------------


def behind(connection: Connection) -> int:
    """How many changes wait to be counted, up to one more than MOST_WAITING."""
    some = select(untallied.c.id).limit(MOST_WAITING + 1).subquery()
    return connection.execute(select(func.count()).select_from(some)).scalar_one()


def _add_waiting(connection: Connection, groups: Groups, scope: Scope) -> None:
    ids = list(connection.execute(select(untallied.c.interaction_id).limit(MOST_WAITING + 1)).scalars())
    if not ids or len(ids) > MOST_WAITING:
        return
    distinct = sorted(set(ids))
    for found, sign in ((known(connection, distinct), -1), (truths(connection, distinct, scope.zone), 1)):
        _add_measures(groups, scope, found.values(), sign)


def _add_measures(groups: Groups, scope: Scope, measures: Iterable[Measure], sign: int) -> None:
    cohorts = scope.cohorts or scope.period
    for measure in measures:
        if not scope.has(measure):
            continue
        for dimension, cells in groups.items():
            if (
                measure.score is not None
                and measure.answered_at is not None
                and scope.period.holds(measure.answered_at)
            ):
                cell = cells.setdefault(_key_in(dimension, measure, measure.answered_on), Cell.empty())
                cell.add_score(measure.score, sign)
                cell.label = cell.label or _label_in(dimension, measure)
            if cohorts.holds(measure.cohort_at):
                cell = cells.setdefault(_key_in(dimension, measure, measure.cohort_on), Cell.empty())
                cell.add_steps(measure.steps(), sign)
                cell.label = cell.label or _label_in(dimension, measure)


def _key_in(dimension: str, measure: Measure, day: int | None) -> str:
    if dimension == DAY:
        return str(day)
    return measure.direction if dimension == DIRECTION else measure.key(Dimension(dimension))


def _label_in(dimension: str, measure: Measure) -> str:
    return measure.agent_name if dimension == Dimension.AGENT.value else ""


__all__ = ["DAY", "DIRECTION", "Groups", "Period", "Scope", "behind", "read_groups", "snapshot"]
