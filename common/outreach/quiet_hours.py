"""Quiet hours: wall-clock hours in the customer's own zone during which nothing is sent unasked.

An instant is quiet or not; hours are never added to a wall clock. On the night a clock springs forward some wall times
do not exist, on the night it falls back some exist twice, and some zones move by 30 minutes or skip a whole day. All of
that comes out right by itself as long as one only ever asks "what does the wall clock show at this instant?".

An instant stops being quiet in one of two ways: the wall clock reaches the end of the quiet hours, or the wall clock
jumps past it. `next_allowed` tries both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """The hours from `start` (quiet) to `end` (no longer quiet) on the wall clock.

    A start later than the end runs over midnight (21:00-09:00). Equal ends are an empty window: nothing is quiet.
    Raises ValueError for times that carry a zone, for a wall clock has none.
    """

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.start.tzinfo is not None or self.end.tzinfo is not None:
            raise ValueError("quiet hours are wall-clock times; they carry no zone")

    @classmethod
    def parse(cls, hours: Sequence[str] | None) -> QuietHours | None:
        """Read ["21:00", "09:00"]; None stays None. Raises ValueError that says what is wrong."""
        if hours is None:
            return None
        if isinstance(hours, str) or len(hours) != 2:
            raise ValueError('quiet hours are two times like ["21:00", "09:00"], or null')
        return cls(start=_wall_time(hours[0]), end=_wall_time(hours[1]))

    def holds(self, wall: time) -> bool:
        """True if this wall-clock time is quiet."""
        if self.start <= self.end:
            return self.start <= wall < self.end
        return wall >= self.start or wall < self.end

    def holds_at(self, instant: datetime, zone: ZoneInfo) -> bool:
        """True if this instant is quiet for somebody who lives in `zone`."""
        return self.holds(instant.astimezone(zone).time())

    @property
    def is_empty(self) -> bool:
        """True if nothing is ever quiet."""
        return self.start == self.end

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


def next_allowed(instant: datetime, quiet_hours: QuietHours, zone: ZoneInfo) -> datetime:
    """The first instant at or after `instant`, in UTC, that is not quiet in `zone`."""
    if not quiet_hours.holds_at(instant, zone):
        return instant.astimezone(UTC)
    reached = min(
        end
        for end in _instants_showing(quiet_hours.end, instant, zone)
        if end > instant and not quiet_hours.holds_at(end, zone)
    )
    jumped = _first_jump(instant, reached, zone)
    return reached if quiet_hours.holds_at(jumped, zone) else jumped


def next_quiet(instant: datetime, quiet_hours: QuietHours, zone: ZoneInfo) -> datetime | None:
    """The first instant at or after `instant`, in UTC, that is quiet in `zone`; None if nothing ever is."""
    if quiet_hours.is_empty:
        return None
    return next_allowed(instant, QuietHours(start=quiet_hours.end, end=quiet_hours.start), zone)


def _wall_time(text: object) -> time:
    if not isinstance(text, str):
        raise ValueError(f"{text!r} is not a time like 21:00")
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a time like 21:00") from None


def _instants_showing(wall: time, around: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """Instants from the day before to four days after at which the wall clock shows `wall`.

    Both readings of a time that exists twice are given. For one that does not exist, instants come that show something
    else: the caller looks at the clock again. Four days, because a zone may skip one (Apia, December 2011) and a window
    of 23 hours may lose its only open hour.
    """
    today = around.astimezone(zone).date()
    for days in range(-1, 5):
        shown = datetime.combine(today + timedelta(days=days), wall, tzinfo=zone)
        yield shown.replace(fold=0).astimezone(UTC)
        yield shown.replace(fold=1).astimezone(UTC)


def _first_jump(after: datetime, until: datetime, zone: ZoneInfo) -> datetime:
    """The first instant after `after` at which the zone's offset is a new one, or `until` if there is none.

    Offsets change on whole seconds, and never twice within the day or two that are searched.
    """
    offset = after.astimezone(zone).utcoffset()
    low, high = int(after.timestamp()), int(until.timestamp())
    if until.astimezone(zone).utcoffset() == offset:
        return until
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return datetime.fromtimestamp(high, UTC)
