"""Token buckets: how many messages a sender may hand to its provider per second."""

from __future__ import annotations

import threading
from collections.abc import Callable

from common import clock


class TokenBucket:
    """Fills at `per_second`, holds one second's worth (at least one). Thread-safe. `now` is a clock in seconds."""

    def __init__(self, per_second: float, now: Callable[[], float] = clock.monotonic) -> None:
        self._now = now
        self._rate = per_second
        self._capacity = max(1.0, per_second)
        self._tokens = self._capacity
        self._at = now()
        self._lock = threading.Lock()

    def available(self) -> int:
        """Whole tokens that could be taken now."""
        with self._lock:
            self._fill()
            return int(self._tokens)

    def take(self, count: int = 1) -> None:
        """Take tokens; the bucket may owe them, and then fills for longer."""
        with self._lock:
            self._fill()
            self._tokens -= count

    def _fill(self) -> None:
        now = self._now()
        self._tokens = min(self._capacity, self._tokens + (now - self._at) * self._rate)
        self._at = now
