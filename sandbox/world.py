"""What the emulators remember: a fold over the ledger.

Every change is first a line of the ledger and then applied from that line, by the same code that applies the lines of
an earlier run at start. So what a restarted sandbox knows is what a running one would know, and no change can be
missing from the record. A room (messages, handsets, a later phone or bot) joins by naming its folds.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.ledger import Ledger, Record
from sandbox.schedule import Schedule
from sandbox.settings import Settings

Fold = Callable[[Record], None]


class World:
    """Settings, clock, ledger, schedule and faults: what every room shares. `lock` guards all that folds change."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = Clock(settings.clock_file)
        self.ledger = Ledger(settings.ledger, self.clock)
        self.schedule = Schedule()
        self.faults = Faults(settings.seed)
        self.lock = threading.RLock()
        self._folds: dict[str, list[Fold]] = {}

    def join(self, folds: Mapping[str, Fold]) -> None:
        """Adds a room's folds, by the kind of line that each applies."""
        for kind, fold in folds.items():
            self._folds.setdefault(kind, []).append(fold)

    def commit(self, kind: str, **fields: Any) -> Record:
        """Writes the line, applies it, and returns it."""
        with self.lock:
            record = self.ledger.append(kind, fields)
            self._apply(record)
            return record

    def replay(self) -> int:
        """Applies the lines of earlier runs; returns how many there were."""
        with self.lock:
            seq, last = 0, self.ledger.last
            while seq < last:
                for record in self.ledger.read(after=seq, limit=1_000):
                    self._apply(record)
                seq += 1_000
        return last

    def close(self) -> None:
        """Ends the threads; the ledger is brought to the disk."""
        self.schedule.close()
        self.ledger.close()

    def _apply(self, record: Record) -> None:
        for fold in self._folds.get(record["kind"], ()):
            fold(record)


def moment(record: Record) -> datetime:
    """When the line was written, by the moved clock."""
    return datetime.fromisoformat(record["virtual_at"]).astimezone(UTC)
