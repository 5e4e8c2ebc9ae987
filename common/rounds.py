"""Rounds: chores that a process does again and again in a thread of its own, beside its main work.

What is to be done is in the rows, so a round may be done twice, and begins again where a crash has left it.
"""

from __future__ import annotations

import threading

import structlog

from common import clock
from common.errors import StoreUnavailable

log = structlog.get_logger()

EVERY_S = 2.0


class Rounds:
    """Does one round after another until it is stopped; one that fails is told, and the next tries again."""

    who: str
    """Who does them, for the log."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._next: dict[str, float] = {}

    def round(self) -> None:
        """Do what is due now."""
        raise NotImplementedError

    def run(self) -> None:
        """Work until `stop`."""
        while not self._stopping.is_set():
            try:
                self.round()
            except StoreUnavailable as error:
                log.warning("a round waits for the database", who=self.who, why=str(error))
            except Exception:
                log.exception("a round failed; the next one tries again", who=self.who)
            self._stopping.wait(EVERY_S)

    def stop(self) -> None:
        """End; what is under way is finished."""
        self._stopping.set()

    def is_time(self, chore: str, every_s: float) -> bool:
        """True if this chore of a round was not done for so many seconds; it counts as done then."""
        if clock.monotonic() < self._next.get(chore, 0.0):
            return False
        self._next[chore] = clock.monotonic() + every_s
        return True
