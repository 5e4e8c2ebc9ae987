"""Comparing a week of facets with the interactions, and putting right what differs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    bindparam,
    cast,
    delete,
    func,
    insert,
    literal,
    null,
    select,
    union_all,
)

from common.analysis.tally import AGENT, CONTACT, PATTERNS, day_begins, facet_number, week_begins
from common.store.facet_sums import singles
from common.store.schema import FUNNEL, SCORES, facet_weeks, facets, tallied


def true_week(connection: Connection, week: int) -> dict[int, tuple[int, ...]]:
    """What `facet_weeks` should hold of a week, by what is tallied: the counts by facet. The rows are read once.

    They are found by their time, as wide as any zone makes a day, and then by their day.
    """
    first, end, wide = week_begins(week), week_begins(week + 1), timedelta(hours=14)
    values = {"first": first, "end": end, "from": day_begins(first, UTC) - wide, "until": day_begins(end, UTC) + wide}
    found: dict[int, tuple[int, ...]] = {}
    for pattern, *row in connection.execute(_true_week(), values):
        counts = tuple(int(count) for count in row[len(_NAMES) :])
        if any(counts):
            told = dict(zip(_NAMES, row, strict=False))
            names = (told[name] for name in ("kind", "direction", *PATTERNS[pattern]))
            found[facet_number(pattern, *names)] = counts
    return found


_COUNTS = (*SCORES, *FUNNEL)
_NAMES = ("kind", "direction", *PATTERNS[CONTACT], *PATTERNS[AGENT])


@cache
def _true_week() -> Any:
    both = union_all(*(_of_week(of_scores=of_scores) for of_scores in (True, False))).subquery("both")
    fine = select(both.c.facet, both.c.staff, *(func.sum(both.c[name]).label(name) for name in _COUNTS))
    each = fine.group_by(both.c.facet, both.c.staff).cte("each").prefix_with("MATERIALIZED")
    contact, staff = facets.alias(), facets.alias()
    named = (
        select(
            *(contact.c[name] for name in ("kind", "direction", *PATTERNS[CONTACT])),
            *(staff.c[name] for name in PATTERNS[AGENT]),
            *(each.c[name] for name in _COUNTS),
        )
        .select_from(each.join(contact, contact.c.id == each.c.facet).join(staff, staff.c.id == each.c.staff))
        .cte("named")
        .prefix_with("MATERIALIZED")
    )
    return union_all(*(_by_pattern(named, pattern) for pattern in PATTERNS))


def _by_pattern(named: Any, pattern: str) -> Select[Any]:
    """The sums by facet of a pattern; what it leaves open is null."""
    told = ("kind", "direction", *PATTERNS[pattern])
    values = [named.c[name] if name in told else cast(null(), String).label(name) for name in _NAMES]
    sums = [func.sum(named.c[name]) for name in _COUNTS]
    return select(literal(pattern), *values, *sums).group_by(*(named.c[name] for name in told))


def _of_week(*, of_scores: bool) -> Select[Any]:
    """What each interaction adds to a week."""
    at, on = (tallied.c.answered_at, tallied.c.answered_on) if of_scores else (tallied.c.cohort_at, tallied.c.cohort_on)
    nothing: list[ColumnElement[Any]] = [literal(0).label(name) for name in (FUNNEL if of_scores else SCORES)]
    one = singles(of_scores=of_scores)
    return select(tallied.c.facet, tallied.c.staff, *([*one, *nothing] if of_scores else [*nothing, *one])).where(
        at >= bindparam("from", type_=at.type),
        at < bindparam("until", type_=at.type),
        on >= bindparam("first", type_=on.type),
        on < bindparam("end", type_=on.type),
    )


def wrong_week(connection: Connection, week: int) -> dict[int, tuple[int, ...] | None]:
    """The facets of which a week is not the sum of what is tallied, with what should stand there."""
    should = true_week(connection, week)
    columns = [facet_weeks.c[name] for name in ("facet", *SCORES, *FUNNEL)]
    stands = {
        row[0]: tuple(row[1:])
        for row in connection.execute(select(*columns).where(facet_weeks.c.week == week))
        if any(row[1:])
    }
    differing = [facet for facet in {**should, **stands} if should.get(facet) != stands.get(facet)]
    return {facet: should.get(facet) for facet in differing}


def mend_week(connection: Connection, week: int) -> int:
    """Put a week right; how many lines were wrong."""
    wrong = wrong_week(connection, week)
    for facet in wrong:
        connection.execute(delete(facet_weeks).where(facet_weeks.c.week == week, facet_weeks.c.facet == facet))
    write_week(connection, week, {facet: counts for facet, counts in wrong.items() if counts is not None})
    return len(wrong)


def write_week(connection: Connection, week: int, counts: Mapping[int, tuple[int, ...]]) -> None:
    """Write these lines of a week, none of which is there."""
    names = (*SCORES, *FUNNEL)
    rows = [{"facet": facet, "week": week} | dict(zip(names, counts[facet], strict=True)) for facet in sorted(counts)]
    if rows:
        connection.execute(insert(facet_weeks).inline(), rows)
