"""When a post is tried again, when it is dead, and what a receiver's answer means for its address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

GAPS = tuple(timedelta(seconds=seconds) for seconds in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400))
"""Between one try and the next: 10 tries over a little more than three days, as the specification proposes."""
JITTER = 0.2
"""A gap is longer by up to this share, never shorter, so that what failed together does not come back together."""
LONGEST_PAUSE = timedelta(hours=24)
"""The most that a receiver's Retry-After is heeded."""
WARN_AFTER = timedelta(hours=24)
"""An address to which nothing got through for so long is worth an alert."""
SWITCH_OFF_AFTER = timedelta(days=5)
"""... and for so long is switched off."""
GONE = 410
_SLOW_DOWN = frozenset({429, 502, 503, 504})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What came of one call. status: None if there was no answer. retry_after: what the receiver asked for."""

    status: int | None = None
    error: str | None = None
    retry_after: timedelta | None = None

    @property
    def is_delivered(self) -> bool:
        """2xx and nothing else: a redirect is not followed and counts as a failure."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        """The receiver wants nothing any more."""
        return self.status == GONE

    @property
    def pause(self) -> timedelta | None:
        """How long to leave the whole address alone: it is overloaded, or says so."""
        if self.status not in _SLOW_DOWN:
            return None
        return min(self.retry_after or timedelta(0), LONGEST_PAUSE) or None


def next_try(tries: int, chance: float, retry_after: timedelta | None = None) -> timedelta | None:
    """The time until the next try after `tries` of them, None = it is dead.

    chance: 0 to 1, drawn by the caller. retry_after: what the receiver asked for, heeded up to a day.
    """
    if tries > len(GAPS):
        return None
    gap = GAPS[tries - 1] * (1 + JITTER * chance)
    return max(gap, min(retry_after or timedelta(0), LONGEST_PAUSE))


def retry_after(header: str | None) -> timedelta | None:
    """A Retry-After header in seconds; its other form, a date, is as good as none."""
    text = (header or "").strip()
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        return None
    return timedelta(seconds=int(text))
