"""What is not counted yet: worked out on the spot, so that no figure is ever late."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo

from sqlalchemy import Connection, func, select

from common.analysis.tally import Cell, Dimension, Measure, block_of, week_begins, week_number
from common.store.figure_scope import DAY, DIRECTION, HEAT, WEEK, Groups, Scope
from common.store.measures import known, truths
from common.store.schema import untallied

MOST_WAITING = 4_000
"""Beyond this much that is not counted yet (a database just migrated), figures are served as they stand."""


def behind(connection: Connection) -> int:
    """How many changes wait to be counted, up to one more than MOST_WAITING."""
    some = select(untallied.c.id).limit(MOST_WAITING + 1).subquery()
    return connection.execute(select(func.count()).select_from(some)).scalar_one()


class Waiting:
    """What waits in one snapshot, looked up when it is first asked for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._ids: list[str] | None = None
        self._signed: dict[tzinfo, list[tuple[int, list[Measure]]]] = {}

    def add(self, groups: Groups, scope: Scope, *, scores: bool, funnel: bool) -> None:
        """Add the difference that it makes to these groups."""
        for sign, measures in self._measures(scope.zone):
            add_measures(groups, scope, measures, sign, scores=scores, funnel=funnel)

    def _measures(self, zone: tzinfo) -> list[tuple[int, list[Measure]]]:
        if self._ids is None:
            ids = self._connection.execute(select(untallied.c.interaction_id).limit(MOST_WAITING + 1)).scalars().all()
            self._ids = sorted(set(ids)) if len(ids) <= MOST_WAITING else []
        if zone not in self._signed:
            before, now = known(self._connection, self._ids), truths(self._connection, self._ids, zone)
            self._signed[zone] = [(-1, list(before.values())), (1, list(now.values()))]
        return self._signed[zone]


def add_measures(
    groups: Groups, scope: Scope, measures: Iterable[Measure], sign: int, *, scores: bool, funnel: bool
) -> None:
    cohorts = scope.cohorts or scope.period
    for measure in measures:
        if not scope.has(measure):
            continue
        for dimension, cells in groups.items():
            if (
                scores
                and measure.score is not None
                and measure.answered_at is not None
                and scope.period.holds(measure.answered_at)
            ):
                cell = cells.setdefault(_key_in(dimension, measure, measure.answered_on), Cell.empty())
                cell.add_score(measure.score, sign)
                cell.label = cell.label or _label_in(dimension, measure)
            if funnel and cohorts.holds(measure.cohort_at):
                cell = cells.setdefault(_key_in(dimension, measure, measure.cohort_on), Cell.empty())
                cell.add_steps(measure.reached(), sign)
                cell.label = cell.label or _label_in(dimension, measure)


def _key_in(dimension: str, measure: Measure, day: int | None) -> str:
    if dimension == DAY or day is None:
        return str(day)
    if dimension == WEEK:
        return str(week_begins(week_number(day)))
    if dimension == HEAT:
        return block_of(measure.weekhour)
    return measure.direction if dimension == DIRECTION else measure.key(Dimension(dimension))


def _label_in(dimension: str, measure: Measure) -> str:
    return measure.agent_name if dimension == Dimension.AGENT.value else ""
