"""The tick's part in the figures: it counts what waits, and now and then compares a day with the truth."""

from __future__ import annotations

from datetime import timedelta, tzinfo

import structlog

from common import clock
from common.analysis.tally import day_number
from common.store.figures import snapshot
from common.store.recount import is_wrong, recount
from common.store.tallies import AT_ONCE, days_tallied, fold, note_other_zones, waiting
from common.store.writer import Store

log = structlog.get_logger()

RECOUNT_EVERY = timedelta(minutes=5)
"""How often a day is compared: every second time a day of the last week, otherwise one of all days, in turn."""
RECENT_DAYS = 7
BATCHES, CATCH_UP_BATCHES = 3, 10
REST, REST_WHEN_BEHIND = 4, 1
"""How long it rests after counting, in times of what that took: answers come first, figures are exact all the same."""


class Tallier:
    """Counts; one process at a time has any use for it, several do no harm."""

    def __init__(self, store: Store, zone: tzinfo) -> None:
        self._store = store
        self._zone = zone
        self._knows_zone = False
        self._recount_at = 0.0
        self._recounts = 0
        self._rests_until = 0.0

    def once(self) -> int:
        """Count some of what waits; the number of changes dealt with."""
        if not self._knows_zone:
            self._store.write(lambda connection: note_other_zones(connection, self._zone))
            self._knows_zone = True
        if clock.monotonic() >= self._recount_at:
            self._recount_at = clock.monotonic() + RECOUNT_EVERY.total_seconds()
            self._compare_next_day()
        if clock.monotonic() < self._rests_until:
            return 0
        with self._store.read() as connection:
            if not waiting(connection):
                return 0
        began = clock.monotonic()
        count = 0
        for _ in range(BATCHES):
            counted = self._store.write(lambda connection: fold(connection, self._zone))
            count += counted
            if counted < AT_ONCE:
                break
        took = clock.monotonic() - began
        self._rests_until = clock.monotonic() + took * (REST_WHEN_BEHIND if count >= AT_ONCE else REST)
        return count

    def _compare_next_day(self) -> None:
        day = self._next_day()
        if day is None:
            return
        with self._store.read() as connection:
            snapshot(connection)
            if not is_wrong(connection, day, self._zone):
                return
        mended = self._store.write(lambda connection: recount(connection, day, self._zone))
        if mended:
            log.warning("figures were put right", day=day, count=mended)

    def _next_day(self) -> int | None:
        with self._store.read() as connection:
            span = days_tallied(connection)
        if span is None:
            return None
        first, last = span
        turn, self._recounts = self._recounts, self._recounts + 1
        if turn % 2 == 0:
            return max(first, min(last, day_number(clock.now(), self._zone)) - turn // 2 % RECENT_DAYS)
        return last - turn // 2 % (last - first + 1)


def catch_up(store: Store, zone: tzinfo) -> int:
    """Count what has just happened, for a page that lists what was counted; the number of changes dealt with.

    A second's worth at most: a long backlog is left to the tick.
    """
    with store.read() as connection:
        if not waiting(connection):
            return 0
    count = 0
    for _ in range(CATCH_UP_BATCHES):
        counted = store.write(lambda connection: fold(connection, zone))
        count += counted
        if counted < AT_ONCE:
            break
    return count
