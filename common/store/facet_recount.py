"""Comparing a week of facets with the interactions, and putting right what differs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, func, insert, literal, select, union_all

from common.analysis.tally import PATTERNS, day_begins, facet_number, week_begins
from common.store.facets import AGENT, singles
from common.store.schema import FUNNEL, SCORES, facet_weeks, facets, tallied


def true_week(connection: Connection, week: int) -> dict[int, tuple[int, ...]]:
    """What `facet_weeks` should hold of a week, by what is tallied: the counts by facet."""
    names = (*SCORES, *FUNNEL)
    both = union_all(*(_of_week(week, of_scores=of_scores) for of_scores in (True, False))).subquery("both")
    fine = select(both.c.facet, both.c.staff, *(func.sum(both.c[name]).label(name) for name in names))
    each = fine.group_by(both.c.facet, both.c.staff).cte("each").prefix_with("MATERIALIZED")
    contact, staff = facets.alias(), facets.alias()
    source = each.join(contact, contact.c.id == each.c.facet).join(staff, staff.c.id == each.c.staff)
    found: dict[int, tuple[int, ...]] = {}
    for pattern, columns in PATTERNS.items():
        values = [(staff if name in PATTERNS[AGENT] else contact).c[name] for name in columns]
        by = [contact.c.kind, contact.c.direction, *values]
        sums = [func.sum(each.c[name]) for name in names]
        for row in connection.execute(select(*by, *sums).select_from(source).group_by(*by)):
            counts = tuple(int(count) for count in row[len(by) :])
            if any(counts):
                found[facet_number(pattern, *row[: len(by)])] = counts
    return found


def _of_week(week: int, *, of_scores: bool) -> Select[Any]:
    """What each interaction adds to a week; found by its time, as wide as any zone makes a day, and then by its day."""
    at, on = (tallied.c.answered_at, tallied.c.answered_on) if of_scores else (tallied.c.cohort_at, tallied.c.cohort_on)
    first, end = week_begins(week), week_begins(week + 1)
    wide = timedelta(hours=14)
    nothing: list[ColumnElement[Any]] = [literal(0).label(name) for name in (FUNNEL if of_scores else SCORES)]
    one = singles(of_scores=of_scores)
    return select(tallied.c.facet, tallied.c.staff, *([*one, *nothing] if of_scores else [*nothing, *one])).where(
        at >= day_begins(first, UTC) - wide, at < day_begins(end, UTC) + wide, on >= first, on < end
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
