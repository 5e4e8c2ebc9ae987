"""Working time: several intervals a day, holidays, any IANA zone. What is counted is real time that passes while open.

An interval is written on the wall clock and counted on the line of instants: across a change of the clocks 01:00-04:00
lasts two hours, or four. A time that the clock jumps over begins when the clock comes to rest behind it; of a time
that comes twice the first is meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

DAY = 24 * 60
LEAST_WEEK = 60
"""Minutes that a week must have, so that every length of time comes to an end."""
_MINUTE = timedelta(minutes=1)
_ONE_DAY = timedelta(days=1)

Interval = tuple[int, int]
"""From and to, in minutes after midnight by the wall clock; `to` may be 1440."""
Span = tuple[datetime, datetime]
"""From and to as instants, in UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingHours:
    """week: the intervals of Monday to Sunday. holidays: days on which nobody works. Raises ValueError for no hours."""

    zone: str
    week: tuple[tuple[Interval, ...], ...]
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError("a week has seven days")
        for day in self.week:
            if any(not 0 <= start < end <= DAY for start, end in day):
                raise ValueError("an interval begins before it ends, within one day")
            if any(later[0] < earlier[1] for earlier, later in pairwise(day)):
                raise ValueError("the intervals of a day follow each other")
        if sum(end - start for day in self.week for start, end in day) < LEAST_WEEK:
            raise ValueError("a week has at least an hour")

    def add(self, start: datetime, length: timedelta) -> datetime:
        """The instant at which `length` of working time has passed since `start`; with no length, `start` itself."""
        left = max(length, timedelta(0))
        if not left:
            return start.astimezone(UTC)
        for begins, ends in self.spans(start):
            if ends - begins >= left:
                return begins + left
            left -= ends - begins
        raise OverflowError("the calendar ends first")

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time from `start` to `end`; nothing if `end` comes first."""
        total = timedelta(0)
        if end <= start:
            return total
        for begins, ends in self.spans(start):
            if begins >= end:
                break
            total += min(ends, end) - begins
        return total

    def is_open(self, at: datetime) -> bool:
        """True while somebody works."""
        return next(self.spans(at))[0] <= at

    def opens_at(self, at: datetime) -> datetime:
        """The first instant from `at` on at which somebody works."""
        return next(self.spans(at))[0]

    def spans(self, start: datetime) -> Iterator[Span]:
        """The open times from `start` on, each cut to what lies after it, in order and without end."""
        day = start.astimezone(ZoneInfo(self.zone)).date() - _ONE_DAY  # a zone may be set back over midnight
        while True:
            if day not in self.holidays:
                for begins, ends in _instants(self.zone, day, self.week[day.weekday()]):
                    if ends > start:
                        yield max(begins, start.astimezone(UTC)), ends
            day += _ONE_DAY


@lru_cache(maxsize=8192)
def _instants(zone: str, day: date, intervals: tuple[Interval, ...]) -> tuple[Span, ...]:
    """The intervals of one day on the line of instants; those that the clock jumps over are left out."""
    spans = ((_instant(zone, day, start), _instant(zone, day, end)) for start, end in intervals)
    return tuple((begins, ends) for begins, ends in spans if begins < ends)


def _instant(zone: str, day: date, minute: int) -> datetime:
    """The first instant at which the clock shows this minute, or has jumped over it."""
    place = ZoneInfo(zone)
    shown = datetime.combine(day, time(0)) + minute * _MINUTE
    while True:
        instant = shown.replace(tzinfo=place).astimezone(UTC)
        if instant.astimezone(place).replace(tzinfo=None) == shown:
            return instant
        shown += _MINUTE


def whole_week(zone: str) -> WorkingHours:
    """Somebody works at any time."""
    return WorkingHours(zone=zone, week=(((0, DAY),),) * 7)


def office_week(zone: str) -> WorkingHours:
    """Monday to Friday from nine to five: what counts until somebody says otherwise."""
    return WorkingHours(zone=zone, week=(((9 * 60, 17 * 60),),) * 5 + ((),) * 2)
