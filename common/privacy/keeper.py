"""The keeper of people's data: works on erasures that are due, and once a day on what was kept long enough.

It has a thread of its own beside the tick. All of it can be done twice, and each begins where a crash has left it.
"""

from __future__ import annotations

import threading

import structlog

from common import clock
from common.errors import StoreUnavailable
from common.privacy import erasing
from common.privacy.erasing import Erasing
from common.privacy.retention import Retention
from common.store.writer import Store

log = structlog.get_logger()

EVERY_S = 2.0
RETENTION_EVERY_S = 60.0
"""How often it is looked at whether the day's round is due."""


class PrivacyKeeper:
    """Keeps people's data no longer than it may, until it is stopped."""

    def __init__(self, store: Store, erasures: Erasing, retention: Retention) -> None:
        self._store = store
        self._erasures = erasures
        self._retention = retention
        self._stopping = threading.Event()

    def run(self) -> None:
        """Work until `stop`."""
        retention_at = clock.monotonic() + RETENTION_EVERY_S
        while not self._stopping.wait(EVERY_S):
            try:
                self.erase_what_is_due()
                if clock.monotonic() >= retention_at:
                    self._retention.round(self._stopping.is_set)
                    retention_at = clock.monotonic() + RETENTION_EVERY_S
            except StoreUnavailable as error:
                log.warning("the keeper of people's data waits for the database", why=str(error))
            except Exception:
                log.exception("the keeper of people's data failed; the next round tries again")

    def stop(self) -> None:
        """End; what is under way is finished."""
        self._stopping.set()

    def erase_what_is_due(self) -> int:
        """Go on with every erasure that is due; how many were looked at."""
        with self._store.read() as connection:
            ids = erasing.due(connection)
        for erasure_id in ids:
            self._erasures.work(erasure_id)
        return len(ids)
