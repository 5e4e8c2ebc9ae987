"""What is not counted yet: worked out on the spot, so that no figure is ever late."""

from __future__ import annotations

from collections.abc import Iterable

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


def add_waiting(connection: Connection, groups: Groups, scope: Scope, *, scores: bool, funnel: bool) -> None:
    ids = list(connection.execute(select(untallied.c.interaction_id).limit(MOST_WAITING + 1)).scalars())
    if not ids or len(ids) > MOST_WAITING:
        return
    distinct = sorted(set(ids))
    for found, sign in ((known(connection, distinct), -1), (truths(connection, distinct, scope.zone), 1)):
        add_measures(groups, scope, found.values(), sign, scores=scores, funnel=funnel)


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
                cell.add_steps(measure.steps(), sign)
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
