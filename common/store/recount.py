"""Comparing one day's tallies with the truth, and putting right what differs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, insert, or_, select

from common.analysis.tally import Cell, Measure, day_begins, week_number
from common.store.dialect import among
from common.store.facet_recount import mend_week, wrong_week
from common.store.measures import MEASURED, known, truths
from common.store.schema import FUNNEL, SCORES, conversations, interactions, tallied, tallies, untallied
from common.store.tallies import AT_ONCE, Place, count_again, lock, row_of, spread

T = TypeVar("T")


def is_wrong(connection: Connection, day: int, zone: tzinfo) -> bool:
    """True if a day differs from the truth, by more than what waits to be counted. Changes nothing, locks nothing."""
    return bool(
        _wrong_interactions(connection, day, zone)
        or _wrong_counts(connection, day)
        or wrong_week(connection, week_number(day))
    )


def recount(connection: Connection, day: int, zone: tzinfo) -> int:
    """Compare one day with the truth and put it right; how much was wrong: interactions and counts. Again: 0."""
    lock(connection)
    wrong = _wrong_interactions(connection, day, zone)
    days = {day}
    for some in batched(sorted(wrong), AT_ONCE):
        # What was counted wrongly was taken from other days, too, and is now given back to them.
        days |= {number for measure in known(connection, some).values() for number in _days(measure)}
        count_again(connection, some, zone)
        days |= {number for measure in known(connection, some).values() for number in _days(measure)}
    counts = sum(_mend_counts(connection, number) for number in sorted(days))
    weeks = sum(mend_week(connection, week) for week in sorted({week_number(number) for number in days}))
    return len(wrong) + counts + weeks


def _days(measure: Measure) -> set[int]:
    return {measure.cohort_on} | ({measure.answered_on} if measure.answered_on is not None else set())


def _mend_counts(connection: Connection, day: int) -> int:
    counts = _wrong_counts(connection, day)
    for place in counts:
        connection.execute(delete(tallies).where(_is_at(place)))
    if rows := [row_of(place, cell) for place, cell in sorted(counts.items()) if cell is not None]:
        connection.execute(insert(tallies), rows)
    return len(counts)


def _wrong_interactions(connection: Connection, day: int, zone: tzinfo) -> set[str]:
    """Interactions of a day that are counted otherwise than they are, and do not wait to be counted."""
    wrong: set[str] = set()
    for some in batched(sorted(_of_day(connection, day)), AT_ONCE):
        before, now = known(connection, some), truths(connection, some, zone)
        wrong |= {key for key in some if before.get(key) != now.get(key)}
    for some in batched(sorted(wrong), AT_ONCE):
        waits = select(untallied.c.interaction_id).where(among(untallied.c.interaction_id))
        wrong -= set(connection.execute(waits, {"ids": list(some)}).scalars())
    return wrong


def _wrong_counts(connection: Connection, day: int) -> dict[Place, Cell | None]:
    """Where a day's tallies are not the sum of what is tallied, with what should stand there."""
    should: dict[Place, Cell] = {}
    for row in connection.execute(select(*MEASURED).where(_near(day))):
        spread(should, Measure(**row._mapping), 1)
    should = {place: cell for place, cell in should.items() if place[1] == day and not cell.is_empty}
    stands = _cells(connection.execute(select(tallies).where(tallies.c.day == day)))
    differing = [place for place in {**should, **stands} if _counts(should, place) != _counts(stands, place)]
    return {place: should.get(place) for place in differing}


def _of_day(connection: Connection, day: int) -> set[str]:
    """Interactions that stand in this day's counts, or should; and some of the days beside it."""
    start, end = _widely(day)
    ended = select(interactions.c.id).where(
        interactions.c.ended_at >= start, interactions.c.ended_at < end, interactions.c.decision == "invite"
    )
    answered = select(conversations.c.interaction_id).where(
        conversations.c.answered_at >= start, conversations.c.answered_at < end
    )
    counted = select(tallied.c.interaction_id).where(_near(day))
    return {key for statement in (ended, answered, counted) for key in connection.execute(statement).scalars()}


def _near(day: int) -> ColumnElement[bool]:
    start, end = _widely(day)
    at, then = tallied.c.cohort_at, tallied.c.answered_at
    return or_(and_(at >= start, at < end), and_(then >= start, then < end))


def _widely(day: int) -> tuple[datetime, datetime]:
    """From the first to the last instant that any zone counts to this day."""
    start = day_begins(day, UTC)
    return start - timedelta(hours=14), start + timedelta(hours=38)


def _cells(rows: Iterable[Row[Any]]) -> dict[Place, Cell]:
    found = {}
    for row in rows:
        values = row._mapping
        cell = Cell([values[name] for name in SCORES], [values[name] for name in FUNNEL], row.label)
        if not cell.is_empty:
            found[(row.dimension, row.day, row.kind, row.direction, row.key)] = cell
    return found


def _counts(cells: Mapping[Place, Cell], place: Place) -> Sequence[int] | None:
    cell = cells.get(place)
    return None if cell is None else (*cell.scores, *cell.funnel)


def _is_at(place: Place) -> ColumnElement[bool]:
    names = ("dimension", "day", "kind", "direction", "key")
    return and_(*(tallies.c[name] == value for name, value in zip(names, place, strict=True)))


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """`items` in lists of at most `size`: databases take only so many values in one statement."""
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some
