"""The movable clock: the system's time plus a number of seconds kept in a text file that other processes read too."""

from __future__ import annotations

import os
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

REREAD_S = 0.2  # readers are promised at least once a second
LIMIT_S = 100 * 365 * 86_400  # far enough for any test, near enough for datetime


class Clock:
    """Reads and writes the clock file. A missing or empty file is an offset of 0."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._offset = 0
        self._read_at = float("-inf")

    @property
    def path(self) -> Path:
        return self._path

    def offset_s(self) -> int:
        """Seconds between this clock and the system's, as of at most `REREAD_S` ago."""
        with self._lock:
            if time.monotonic() - self._read_at >= REREAD_S:
                self._read_at = time.monotonic()
                self._offset = self._read()
            return self._offset

    def now(self) -> datetime:
        """The moved time, UTC."""
        return datetime.now(UTC) + timedelta(seconds=self.offset_s())

    def set_offset(self, seconds: int) -> int:
        """Moves the clock for every process that reads the file. Raises ValueError when out of range."""
        if abs(seconds) > LIMIT_S:
            raise ValueError(f"an offset of {seconds} s is out of range")
        with self._lock:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            draft = self._path.with_name(f".{self._path.name}.{os.getpid()}")
            draft.write_text(f"{seconds}\n", encoding="ascii")
            draft.replace(self._path)  # readers see the old number or the new one, never half of it
            self._offset = seconds
            self._read_at = time.monotonic()
            return seconds

    def advance(self, seconds: int) -> int:
        """Moves on by `seconds` (or back, when negative) from where it is."""
        with self._lock:
            self._read_at = float("-inf")
        return self.set_offset(self.offset_s() + seconds)

    def _read(self) -> int:
        try:
            text = self._path.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return 0
        try:
            return int(text) if text else 0
        except ValueError:
            return self._offset  # somebody else's half-written file: the last good number stands
