"""What one page may ask of the server: so many messages a minute, so many open streams."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from common import clock

_MANY = 10_000
"""Pages remembered at once before the idle ones are forgotten."""


class Pace:
    """A token bucket per page: `burst` messages at once, refilled at `per_minute`."""

    def __init__(self, *, per_minute: float = 30, burst: int = 30) -> None:
        self._rate, self._burst = per_minute / 60, float(burst)
        self._left: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def take(self, key: str) -> float:
        """Use up one message of page `key`: 0.0, or the seconds to wait if there is none left."""
        now = clock.monotonic()
        with self._lock:
            if len(self._left) > _MANY:
                self._forget(now)
            level, at = self._left.get(key, (self._burst, now))
            level = min(self._burst, level + (now - at) * self._rate)
            if level < 1:
                self._left[key] = (level, now)
                return (1 - level) / self._rate
            self._left[key] = (level - 1, now)
            return 0.0

    def _forget(self, now: float) -> None:
        """Drop the full buckets: a page that is not remembered starts with a full one anyway."""
        full = [key for key, (level, at) in self._left.items() if level + (now - at) * self._rate >= self._burst]
        for key in full:
            del self._left[key]


@dataclass(eq=False, slots=True)
class Seat:
    """The right to hold one request open. `left` is set when the seat is wanted back."""

    key: str
    left: bool = False
    wake: Callable[[], None] = field(default=lambda: None)


class Seats:
    """A hard cap on requests held open by this process.

    Every open stream holds a thread; without a cap a few dozen forgotten tabs would leave none for anybody else. A page
    that opens more than `per_page` takes the oldest of its own: after a reload that one is dead and only looks alive.
    """

    def __init__(self, *, total: int, per_page: int) -> None:
        self._total, self._per_page = total, per_page
        self._taken: dict[str, deque[Seat]] = {}
        self._count = 0
        self._lock = threading.Lock()

    @property
    def taken(self) -> int:
        """Seats in use now."""
        return self._count

    def take(self, key: str) -> Seat | None:
        """A seat for page `key`, or None if the process has none left. Give it back with `release`."""
        seat = Seat(key)
        with self._lock:
            own = self._taken.get(key, deque())
            oldest = own.popleft() if len(own) >= self._per_page else None
            if oldest is not None:
                self._count -= 1
            if self._count >= self._total:
                if oldest is not None:
                    own.appendleft(oldest)
                    self._count += 1
                return None
            self._taken.setdefault(key, own).append(seat)
            self._count += 1
        if oldest is not None:
            _ask_to_leave(oldest)
        return seat

    def release(self, seat: Seat) -> None:
        """Give the seat back. May be called again."""
        with self._lock:
            own = self._taken.get(seat.key)
            if own is not None and seat in own:
                own.remove(seat)
                self._count -= 1
                if not own:
                    del self._taken[seat.key]


def _ask_to_leave(seat: Seat) -> None:
    seat.left = True
    seat.wake()
