"""The one clock: aware UTC, movable in tests and in the sandbox.

`now()` is business time: it moves with `ZEROTEN_CLOCK_FILE`, a text file that holds one integer, the seconds to add to
the system's clock. Leases and time-outs must not move with it: they use `wall()` and `monotonic()`.
"""

from __future__ import annotations

import contextlib
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

_REREAD_S = 0.2


class _Offset:
    """The content of the clock file, read again at most five times a second."""

    def __init__(self) -> None:
        self._path: Path | None = None
        self._value = 0
        self._read_at = float("-inf")
        self._lock = threading.Lock()

    def use(self, path: Path | None) -> None:
        with self._lock:
            self._path, self._value, self._read_at = path, 0, float("-inf")

    def seconds(self) -> int:
        if self._path is None:
            return 0
        if time.monotonic() - self._read_at >= _REREAD_S:
            with self._lock:
                self._read_at = time.monotonic()
                with contextlib.suppress(OSError, ValueError):  # being replaced, or not there yet: keep the last
                    self._value = int(self._path.read_text(encoding="ascii").strip() or "0")
        return self._value


_offset = _Offset()


def use_file(path: Path | None) -> None:
    """Let business time follow the offset in `path`; None = the system's clock."""
    _offset.use(path)


def now() -> datetime:
    """Business time: aware UTC, moved by the clock file."""
    return wall() + timedelta(seconds=_offset.seconds())


def wall() -> datetime:
    """The system's clock: aware UTC, never moved. For leases and sign-in sessions."""
    return datetime.now(UTC)


def monotonic() -> float:
    """Seconds that never jump, for deadlines within one process."""
    return time.monotonic()
