"""The one statement that sums facets. It is built once for each shape of question and given its values when it runs.

Rows come from weeks of facets and, where there are none, from single interactions. Of these, equal ones are counted
first and spread over the columns of counts afterwards: adding up eleven columns for each of half a million rows costs
several times as much as counting them. A stretch of days that several dimensions need is read once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, String, bindparam, case, cast, func, literal, select, union_all

from common.analysis.tally import DEPTH_OF_SCORE, WEEKDAY_OF_EPOCH, Dimension
from common.store.dialect import among
from common.store.figure_scope import HEAT, WEEK
from common.store.schema import FUNNEL, SCORES, facet_weeks, facets, tallied

HOURS_OF_A_SLOT = 3
"""Hours are counted by slots of so many, of which the blocks of the heat map (common/analysis/tally.py) are made."""
Span = tuple[str, bool, bool]
"""A stretch of days or weeks by name, and whether it has a beginning and an end: the values `<name>_first`, `_end`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a dimension's counts come from: by facet, staff, week or hour; weeks of a pattern, and days beside them."""

    by: str
    pattern: str | None
    weeks: Span | None
    days: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """All that a statement depends on but values. chosen: which columns of `tallied` are compared with `of_<column>`;
    facets of a pattern are `of_<pattern>_weeks`.
    """

    sources: tuple[tuple[str, Source], ...]
    columns: tuple[str, ...]
    chosen: tuple[str, ...]

    @property
    def clocks(self) -> tuple[bool, ...]:
        """True: scores by the day of the answer; False: the funnel by the cohort's."""
        return tuple(of for of, first in ((True, SCORES[0]), (False, FUNNEL[0])) if first in self.columns)


@lru_cache(maxsize=512)
def statement_of(shape: Shape) -> Any:
    """Dimension, key, label and counts of every group. Of HEAT the key is a slot, of WEEK the week's number."""
    numbers = {source: number for number, source in enumerate(dict.fromkeys(source for _, source in shape.sources))}
    rows = union_all(*_weeks(shape, numbers), *_days(shape, numbers)).subquery("rows")
    sums = [func.sum(rows.c[name]).label(name) for name in shape.columns]
    each = select(rows.c.source, rows.c.key, *sums).group_by(rows.c.source, rows.c.key)
    summed = each.cte("each").prefix_with("MATERIALIZED")
    known = None
    if not all(name in {HEAT, WEEK} for name, _ in shape.sources):
        columns = [facets.c[name] for name in ("direction", "channel", "survey", "team", "topic", "locale")]
        joined = select(summed, *columns, facets.c.agent, facets.c.agent_name).join(facets, facets.c.id == summed.c.key)
        known = joined.cte("known").prefix_with("MATERIALIZED")
    return union_all(*(_group(shape, name, numbers[source], summed, known) for name, source in shape.sources))


def _group(shape: Shape, name: str, number: int, summed: Any, known: Any) -> Select[Any]:
    """One dimension's groups. Of weeks and hours the key is already what they are grouped by."""
    source = summed if name in {HEAT, WEEK} else known
    sums = [func.sum(source.c[column]) for column in shape.columns]
    key = cast(source.c.key, String) if name in {HEAT, WEEK} else _key_of(name, source)
    label = func.max(source.c.agent_name) if name == Dimension.AGENT.value else cast(literal(""), String)
    return select(cast(literal(name), String), key, label, *sums).where(source.c.source == number).group_by(key)


def _key_of(name: str, known: Any) -> Any:
    if name == Dimension.ALL.value:
        return cast(literal(""), String)
    if name == Dimension.CHANNEL_TOPIC.value:
        return known.c.channel.concat("/").concat(known.c.topic)
    return cast(known.c[name], String)


def _weeks(shape: Shape, numbers: dict[Source, int]) -> Iterator[Select[Any]]:
    for source, number in numbers.items():
        if source.pattern is not None and source.weeks is not None:
            key = facet_weeks.c.week if source.by == "week" else facet_weeks.c.facet
            counts = [facet_weeks.c[name] for name in shape.columns]
            yield select(literal(number, Integer).label("source"), key.label("key"), *counts).where(
                among(facet_weeks.c.facet, f"of_{source.pattern}_weeks"), *_between(facet_weeks.c.week, source.weeks)
            )


def _days(shape: Shape, numbers: dict[Source, int]) -> Iterator[Select[Any]]:
    """Single interactions: each stretch of days once for each clock, by all the keys that are asked for of it."""
    for span in dict.fromkeys(span for source in numbers for span in source.days):
        for of_scores in shape.clocks:
            wanted = [source for source in numbers if span in source.days]
            keys = sorted({source.by for source in wanted})
            counted: Any = _counted(shape, span, keys, of_scores=of_scores)
            name = f"{span[0]}_{'scores' if of_scores else 'funnel'}"
            few = counted.cte(name).prefix_with("MATERIALIZED") if len(wanted) > 1 else counted.subquery(name)
            for source in wanted:
                counts = {each.name: each for each in _spread(few, of_scores=of_scores)}
                nought: Any = literal(0, Integer)
                columns = [counts[name] if name in counts else nought.label(name) for name in shape.columns]
                number = literal(numbers[source], Integer).label("source")
                yield select(number, few.c[f"by_{source.by}"].label("key"), *columns)


def _counted(shape: Shape, span: Span, keys: list[str], *, of_scores: bool) -> Select[Any]:
    """How many interactions of a stretch of days are alike in these keys and in what they contribute."""
    on: Any = tallied.c.answered_on if of_scores else tallied.c.cohort_on
    facts = (tallied.c.score,) if of_scores else (tallied.c.depth, tallied.c.has_reason, tallied.c.is_complete)
    of: dict[str, Any] = {
        "facet": tallied.c.facet,
        "staff": tallied.c.staff,
        "week": week_of(on),
        "hour": tallied.c.weekhour // HOURS_OF_A_SLOT,
    }
    by = [of[key].label(f"by_{key}") for key in keys]
    chosen = [among(tallied.c[column], f"of_{column}") for column in shape.chosen]
    return (
        select(*by, *facts, cast(func.count(), Integer).label("count"))
        .where(*chosen, on.is_not(None), *_between(on, span))
        .group_by(*(of[key] for key in keys), *facts)
    )


def _spread(few: Any, *, of_scores: bool) -> list[ColumnElement[Any]]:
    """So many of a kind, in the columns in which each of them counts."""
    if of_scores:
        return [case((few.c.score == number, few.c.count), else_=0).label(name) for number, name in enumerate(SCORES)]
    conditions = [few.c.depth > place for place in range(DEPTH_OF_SCORE)]
    conditions += [few.c.has_reason, few.c.is_complete]
    return [case((each, few.c.count), else_=0).label(name) for each, name in zip(conditions, FUNNEL, strict=True)]


def _between(column: Any, span: Span) -> list[ColumnElement[bool]]:
    name, has_first, has_end = span
    first: Any = bindparam(f"{name}_first", type_=Integer)
    end: Any = bindparam(f"{name}_end", type_=Integer)
    return [*([column >= first] if has_first else []), *([column < end] if has_end else [])]


def singles(*, of_scores: bool) -> list[ColumnElement[Any]]:
    """What one interaction adds to each count."""
    if of_scores:
        return [case((tallied.c.score == number, 1), else_=0).label(name) for number, name in enumerate(SCORES)]
    conditions: list[Any] = [tallied.c.depth > place for place in range(DEPTH_OF_SCORE)]
    conditions += [tallied.c.has_reason, tallied.c.is_complete]
    return [case((each, 1), else_=0).label(name) for each, name in zip(conditions, FUNNEL, strict=True)]


def week_of(on: Any) -> ColumnElement[Any]:
    """The number of a day's week, in SQL."""
    return cast((on + WEEKDAY_OF_EPOCH) // 7, facet_weeks.c.week.type)
