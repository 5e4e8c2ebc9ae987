"""Figures within filters: sums over facets, which are the combinations that occur of all that can be filtered by.

There are far fewer combinations in a week than answers, and any set of filters chooses whole facets, so a year within a
filter is a sum over weeks. Days beside whole weeks are counted from an index of `tallied` that holds all it takes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    case,
    cast,
    delete,
    except_,
    func,
    insert,
    literal,
    or_,
    select,
    union_all,
)

from common.analysis.tally import DEPTH_OF_SCORE, WEEKDAY_OF_EPOCH, Dimension, week_begins, week_number
from common.store.schema import FUNNEL, SCORES, facet_weeks, facets, tallied

Days = tuple[int | None, int | None]
"""The first day's number, and the one after the last; None = without end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spans:
    """Whole days as whole weeks and what is left of them at both ends. weeks: first, and the one after the last."""

    weeks: tuple[int | None, int | None] | None
    days: list[tuple[int, int]]


def spans_of(days: Days) -> Spans:
    """Weeks as far as they go."""
    first, end = days
    week = None if first is None else week_number(first + 6)
    after = None if end is None else week_number(end)
    if first is not None and end is not None and week is not None and after is not None and week >= after:
        return Spans(weeks=None, days=[(first, end)])
    ends = []
    if first is not None and week is not None and first < week_begins(week):
        ends.append((first, week_begins(week)))
    if end is not None and after is not None and week_begins(after) < end:
        ends.append((week_begins(after), end))
    return Spans(weeks=(week, after), days=ends)


def chosen(narrowed: Mapping[str, str]) -> Select[Any]:
    """The facets of these values; an agent goes by id or name."""
    return select(facets.c.id).where(
        *(
            or_(facets.c.agent == value, facets.c.agent_name == value) if name == "agent" else facets.c[name] == value
            for name, value in narrowed.items()
        )
    )


def sum_by(
    connection: Connection, names: Sequence[str], narrowed: Mapping[str, str], days: Days, *, of_scores: bool
) -> Iterator[tuple[str, str, str, list[int]]]:
    """Dimension, key, label and counts of every group; names: values of Dimension that facets know, or `direction`."""
    columns = SCORES if of_scores else FUNNEL
    rows = union_all(*_parts(narrowed, days, of_scores=of_scores, by_week=False)).subquery("rows")
    sums = [func.sum(rows.c[name]).label(name) for name in columns]
    each = select(rows.c.facet, *sums).group_by(rows.c.facet).cte("each").prefix_with("MATERIALIZED")
    parts = []
    for name in names:
        key = _key_of(name)
        label = func.max(facets.c.agent_name) if name == Dimension.AGENT.value else cast(literal(""), String)
        summed = [func.sum(each.c[column]) for column in columns]
        parts.append(
            select(cast(literal(name), String), key, label, *summed)
            .join_from(each, facets, facets.c.id == each.c.facet)
            .group_by(key)
        )
    for dimension, group, words, *counts in connection.execute(union_all(*parts)):
        yield dimension, group, words, [int(count) for count in counts]


def sum_by_week(
    connection: Connection, narrowed: Mapping[str, str], days: Days, *, of_scores: bool
) -> Iterator[tuple[int, list[int]]]:
    """Week and counts of all of them together."""
    columns = SCORES if of_scores else FUNNEL
    rows = union_all(*_parts(narrowed, days, of_scores=of_scores, by_week=True)).subquery("rows")
    sums = [func.sum(rows.c[name]) for name in columns]
    for week, *counts in connection.execute(select(rows.c.week, *sums).group_by(rows.c.week)):
        yield week, [int(count) for count in counts]


def scores_by_hour(connection: Connection, narrowed: Mapping[str, str], days: Days) -> Iterator[tuple[int, int, int]]:
    """Hour of the week, score, how often."""
    on = tallied.c.answered_on
    statement = (
        select(tallied.c.weekhour, tallied.c.score, func.count())
        .where(tallied.c.facet.in_(chosen(narrowed)), on.is_not(None), *_within(on, days))
        .group_by(tallied.c.weekhour, tallied.c.score)
    )
    return ((weekhour, score, count) for weekhour, score, count in connection.execute(statement))


def _parts(narrowed: Mapping[str, str], days: Days, *, of_scores: bool, by_week: bool) -> list[Select[Any]]:
    spans, among = spans_of(days), chosen(narrowed)
    columns = SCORES if of_scores else FUNNEL
    on = tallied.c.answered_on if of_scores else tallied.c.cohort_on
    stem, week = facet_weeks.c.facet, facet_weeks.c.week
    parts = []
    if spans.weeks is not None:
        kept = [week if by_week else stem, *(facet_weeks.c[name] for name in columns)]
        parts.append(select(*kept).where(stem.in_(among), *_within(week, spans.weeks)))
    for span in spans.days:
        single = [week_of(on).label("week") if by_week else tallied.c.facet, *_singles(of_scores=of_scores)]
        parts.append(select(*single).where(tallied.c.facet.in_(among), *_within(on, span)))
    return parts


def _singles(*, of_scores: bool) -> list[ColumnElement[Any]]:
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


def _within(column: Any, span: tuple[int | None, int | None]) -> list[ColumnElement[bool]]:
    first, end = span
    return [*([column >= first] if first is not None else []), *([column < end] if end is not None else [])]


def _key_of(name: str) -> Any:
    if name == Dimension.ALL.value:
        return cast(literal(""), String)
    if name == Dimension.CHANNEL_TOPIC.value:
        return facets.c.channel.concat("/").concat(facets.c.topic)
    return cast(facets.c[name], String)


# --- comparing with the interactions ----------------------------------------------------------------------------------


def true_weeks(first: int, end: int) -> Select[Any]:
    """What `facet_weeks` should hold of the weeks from `first` to before `end`, by what is tallied."""
    halves = []
    for is_scores, on in ((True, tallied.c.answered_on), (False, tallied.c.cohort_on)):
        nothing: list[ColumnElement[Any]] = [
            cast(literal(0), facet_weeks.c.week.type).label(name) for name in (FUNNEL if is_scores else SCORES)
        ]
        one = _singles(of_scores=is_scores)
        halves.append(
            select(tallied.c.facet, week_of(on).label("week"), *(one + nothing if is_scores else nothing + one)).where(
                on >= week_begins(first), on < week_begins(end)
            )
        )
    both = union_all(*halves).subquery("both")
    sums = [cast(func.sum(both.c[name]), facet_weeks.c.week.type).label(name) for name in (*SCORES, *FUNNEL)]
    return select(both.c.facet, both.c.week, *sums).group_by(both.c.facet, both.c.week)


def wrong_weeks(connection: Connection, week: int) -> int:
    """How many lines of a week are not the sum of what is tallied."""
    columns = [facet_weeks.c[name] for name in ("facet", "week", *SCORES, *FUNNEL)]
    is_counted = or_(*(facet_weeks.c[name] != 0 for name in (*SCORES, *FUNNEL)))
    stands = select(*columns).where(facet_weeks.c.week == week, is_counted)
    should = true_weeks(week, week + 1)
    differing = (except_(should, stands), except_(stands, should))
    return sum(connection.execute(select(func.count()).select_from(each.subquery())).scalar_one() for each in differing)


def mend_weeks(connection: Connection, week: int) -> int:
    """Put a week right; how many lines were wrong."""
    wrong = wrong_weeks(connection, week)
    if wrong:
        connection.execute(delete(facet_weeks).where(facet_weeks.c.week == week))
        names = ["facet", "week", *SCORES, *FUNNEL]
        connection.execute(insert(facet_weeks).inline().from_select(names, true_weeks(week, week + 1)))
    return wrong
