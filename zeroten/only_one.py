"""SQLite has one writing process: a lock file beside the database keeps a second `web` out."""

from __future__ import annotations

import fcntl
import threading
from pathlib import Path
from typing import IO

from common import clock
from common.config import BadSettings
from common.store.engine import Database

PATIENCE_S = 10.0
"""A process that was just killed needs a moment to let go."""


class OnlyOne:
    """Held until the process ends, however it ends; child processes inherit it."""

    def __init__(self, database: Database) -> None:
        self._path = Path(f"{database.url.database}.lock")
        self._file: IO[str] | None = None

    def acquire(self) -> None:
        """Wait for a predecessor to be gone. Raises BadSettings if it stays."""
        self._file = self._path.open("w", encoding="ascii")
        end = clock.monotonic() + PATIENCE_S
        while True:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                if clock.monotonic() >= end:
                    raise BadSettings(
                        f"another `zeroten web` is using {self._path.with_suffix('')}; SQLite has one writing process"
                    ) from None
                threading.Event().wait(0.1)
            else:
                return
