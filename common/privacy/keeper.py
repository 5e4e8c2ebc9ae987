"""The keeper of people's data: works on erasures that are due, and once a day on what was kept long enough.

It has a thread of its own beside the tick. All of it can be done twice, and each begins where a crash has left it.
"""

from __future__ import annotations

import structlog

from common.privacy import erasing
from common.privacy.erasing import Erasing
from common.privacy.retention import Retention
from common.rounds import Rounds
from common.store.writer import Store

log = structlog.get_logger()

RETENTION_EVERY_S = 60.0
"""How often it is looked at whether the day's round is due."""


class PrivacyKeeper(Rounds):
    """Keeps people's data no longer than it may, until it is stopped."""

    who = "keeper of people's data"

    def __init__(self, store: Store, erasures: Erasing, retention: Retention) -> None:
        super().__init__()
        self._store = store
        self._erasures = erasures
        self._retention = retention

    def round(self) -> None:
        """Go on with what is due, and now and then look whether the day's round of retention is."""
        self.erase_what_is_due()
        if self.is_time("retention", RETENTION_EVERY_S):
            self._retention.round(self._stopping.is_set)

    def erase_what_is_due(self) -> int:
        """Go on with every erasure that is due; how many were looked at."""
        with self._store.read() as connection:
            ids = erasing.due(connection)
        for erasure_id in ids:
            self._erasures.work(erasure_id)
        return len(ids)
