"""Figures counted from single interactions: parts of days, and what no sums are kept of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    String,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)

from common.analysis.tally import DEPTH_OF_SCORE, WEEKDAY_OF_EPOCH, Cell, Dimension, block_of
from common.store.facet_sums import week_of
from common.store.figure_scope import DAY, HEAT, WEEK, Groups, Period, Scope
from common.store.schema import SCORES, tallied
from common.store.scope import within


def add_rows(connection: Connection, groups: Groups, scope: Scope, period: Period, *, of_scores: bool) -> None:
    """Add what the interactions of a period contribute; of_scores: their scores, else their steps of the funnel."""
    if not groups:
        return
    for dimension, key, label, *counts in connection.execute(
        _counting(list(groups), scope, period, of_scores=of_scores)
    ):
        cell = groups[dimension].setdefault(block_of(int(key)) if dimension == HEAT else key, Cell.empty())
        cell.label = label or cell.label
        if of_scores:
            cell.add_score(counts[0], int(counts[1]))
        else:
            cell.add([0] * len(SCORES), [int(count) for count in counts])


def _counting(dimensions: Sequence[str], scope: Scope, period: Period, *, of_scores: bool) -> CompoundSelect[Any]:
    """Every dimension in one statement: the rows are read once, those alike are counted, and each dimension adds up."""
    at = tallied.c.answered_at if of_scores else tallied.c.cohort_at
    facts = [tallied.c.score] if of_scores else [tallied.c.depth, tallied.c.has_reason, tallied.c.is_complete]
    keys = [_key_of(dimension, of_scores=of_scores).label(f"by_{dimension}") for dimension in dimensions]
    conditions = [
        within(tallied.c.team),
        *_narrowing(scope),
        *_within(at, period),
        *([tallied.c.score.is_not(None)] if of_scores else []),
    ]
    rows = select(*keys, tallied.c.agent_name, *facts).where(*conditions).subquery("rows")
    names = [rows.c[name] for name in ("agent_name",) if Dimension.AGENT.value in dimensions]
    alike = [*(rows.c[f"by_{dimension}"] for dimension in dimensions), *names, *(rows.c[fact.name] for fact in facts)]
    counted = select(*alike, func.count().label("count")).group_by(*alike)
    chosen = counted.cte("chosen").prefix_with("MATERIALIZED")
    parts = []
    for dimension in dimensions:
        key = chosen.c[f"by_{dimension}"]
        label = func.max(chosen.c.agent_name) if dimension == Dimension.AGENT.value else cast(literal(""), String)
        counts: list[Any] = [chosen.c.score, func.sum(chosen.c["count"])] if of_scores else _steps_of(chosen)
        by = (key, chosen.c.score) if of_scores else (key,)
        parts.append(select(cast(literal(dimension), String), key, label, *counts).group_by(*by))
    return union_all(*parts)


def _steps_of(chosen: Any) -> list[Any]:
    conditions = [*(chosen.c.depth > place for place in range(DEPTH_OF_SCORE)), chosen.c.has_reason]
    return [func.sum(case((each, chosen.c["count"]), else_=0)) for each in (*conditions, chosen.c.is_complete)]


def _key_of(dimension: str, *, of_scores: bool) -> Any:
    if dimension == DAY:
        return cast(tallied.c.answered_on if of_scores else tallied.c.cohort_on, String)
    if dimension == WEEK:
        return cast(week_of(tallied.c.answered_on if of_scores else tallied.c.cohort_on) * 7 - WEEKDAY_OF_EPOCH, String)
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
