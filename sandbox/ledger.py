"""The append-only record of everything that happened: one JSON object a line, in one order, for ever.

Each line is handed to the operating system in one write before what it describes can be seen from outside, so a
`kill -9` of the sandbox loses nothing. The disk is told in the background (at most `SYNC_EVERY_S` behind): syncing on
every line would steal the very disk time that the product under test is measured by.

A line has `seq` (1, 2, 3 …), `at` (the system's time, UTC), `virtual_at` (the moved clock) and `kind`; docs/sandbox.md
lists the kinds. A line torn by a power cut is left where it is and skipped by readers.
"""

from __future__ import annotations

import fcntl
import json
import os
import threading
from array import array
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sandbox.clock import Clock

SYNC_EVERY_S = 0.25
Record = dict[str, Any]


class LedgerBusy(Exception):
    """Another sandbox writes to this ledger."""


class Ledger:
    """One writer process, which holds a lock on the file; any number of threads. Raises LedgerBusy."""

    def __init__(self, path: Path, clock: Clock) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._clock = clock
        self._grown = threading.Condition()
        self._file = path.open("a+b", buffering=0)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise LedgerBusy(f"another sandbox writes to {path}") from None
        self._starts = array("Q")  # byte offset of line seq-1
        self._end = 0
        self._index()
        self._dirty = threading.Event()
        self._closed = threading.Event()
        self._syncer = threading.Thread(target=self._sync, name="ledger-sync", daemon=True)
        self._syncer.start()

    @property
    def last(self) -> int:
        """The newest `seq`; 0 in an empty ledger."""
        return len(self._starts)

    def append(self, kind: str, fields: Record) -> Record:
        """Writes one line and returns it as written."""
        with self._grown:
            at = datetime.now(UTC)
            record: Record = {
                "seq": self.last + 1,
                "at": at.isoformat(timespec="microseconds"),
                "virtual_at": (at + timedelta(seconds=self._clock.offset_s())).isoformat(timespec="microseconds"),
                "kind": kind,
                **fields,
            }
            line = (
                json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass") + b"\n"
            )
            self._file.write(line)
            self._starts.append(self._end)
            self._end += len(line)
            self._grown.notify_all()
        self._dirty.set()
        return record

    def read(self, after: int = 0, limit: int = 1_000, kinds: Collection[str] = ()) -> list[Record]:
        """Lines with `seq` above `after`, oldest first, at most `limit`; all kinds unless some are named."""
        found: list[Record] = []
        position = max(after, 0)
        while len(found) < limit and position < self.last:
            for record in self._chunk(position, min(position + 1_000, self.last)):
                if (not kinds or record["kind"] in kinds) and len(found) < limit:
                    found.append(record)
            position += 1_000
        return found

    def wait(self, after: int, timeout_s: float) -> bool:
        """Sleeps until there is a line with `seq` above `after`; False when `timeout_s` passed without one."""
        with self._grown:
            return self._grown.wait_for(lambda: self.last > after or self._closed.is_set(), timeout_s) and (
                self.last > after
            )

    def close(self) -> None:
        """Brings what was written to the disk and lets waiting readers go."""
        self._closed.set()
        with self._grown:
            self._grown.notify_all()
        self._dirty.set()
        self._syncer.join(timeout=5)
        self._file.close()

    def wait_closed(self, timeout_s: float) -> bool:
        """Sleeps until the sandbox ends, at most `timeout_s`; True when it did end."""
        return self._closed.wait(timeout_s)

    @property
    def closed(self) -> bool:
        return self._closed.is_set()

    def _chunk(self, first: int, beyond: int) -> Iterator[Record]:
        start = self._starts[first]
        stop = self._starts[beyond] if beyond < self.last else self._end
        for line in os.pread(self._file.fileno(), stop - start, start).splitlines():
            record = _parse(line)
            if record is not None:
                yield record

    def _index(self) -> None:
        """Finds the lines of an earlier run; a torn last line gets its line end, so that the next one starts clean."""
        position = 0
        with self.path.open("rb") as earlier:
            for line in earlier:
                if _parse(line) is not None:
                    self._starts.append(position)
                position += len(line)
                if not line.endswith(b"\n"):
                    self._file.write(b"\n")
                    position += 1
        self._end = position

    def _sync(self) -> None:
        while True:
            self._dirty.wait()
            self._dirty.clear()
            os.fsync(self._file.fileno())
            if self._closed.wait(SYNC_EVERY_S):
                os.fsync(self._file.fileno())
                return


def _parse(line: bytes) -> Record | None:
    try:
        record = json.loads(line.decode("utf-8", "surrogatepass"))
    except ValueError:
        return None
    return record if isinstance(record, dict) and "seq" in record and "kind" in record else None
