"""The tick's part in searching: it learns the words of threads that changed, a moment after they did.

The feed says which threads those are; it also holds what a transaction made visible late. After a start, and whenever
the feed may have been missed, all threads with a ticket are looked at once.
"""

from __future__ import annotations

from collections.abc import Collection

from common import clock
from common.store import search
from common.store.inbox import FEED_LIMIT, feed_after, newest_feed_id
from common.store.writer import Store

AT_ONCE = 100
"""Threads learned in one transaction."""
LOOK_AT_ALL_EVERY_S = 3_600.0


class Indexer:
    """Keeps the words up to date; several at a time do no harm."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._position: int | None = None
        self._seen: set[int] = set()
        self._look_at_all_at = 0.0

    def once(self) -> int:
        """Learn some of what is new; the number of threads that were dealt with."""
        if self._position is None or clock.monotonic() >= self._look_at_all_at:
            return self._look_at_all()
        with self._store.read() as connection:
            rows = feed_after(connection, self._position)
        if len(rows) >= FEED_LIMIT:
            self._position = None
            return 0
        fresh = [row for row in rows if row.id not in self._seen]
        if not fresh:
            return 0
        ids = sorted({row.conversation_id for row in fresh if row.conversation_id})
        for start in range(0, len(ids), AT_ONCE):
            self._learn(ids[start : start + AT_ONCE])
        self._seen = {row.id for row in rows}
        self._position = max(self._position, rows[-1].id)
        return len(ids)

    def _look_at_all(self) -> int:
        """Some of those that are behind; from then on the feed is followed from where it was before."""
        with self._store.read() as connection:
            position = newest_feed_id(connection)
            ids = search.behind(connection, AT_ONCE)
        if ids:
            self._learn(ids)
        if len(ids) < AT_ONCE:
            self._position, self._seen = position, set()
            self._look_at_all_at = clock.monotonic() + LOOK_AT_ALL_EVERY_S
        return len(ids)

    def _learn(self, ids: Collection[str]) -> None:
        self._store.write(lambda connection: search.learn(connection, ids))


def catch_up(store: Store) -> int:
    """Learn everything that is new now; the number of threads that were dealt with."""
    count = 0
    while True:
        with store.read() as connection:
            ids = search.behind(connection, AT_ONCE)
        if not ids:
            return count
        store.write(lambda connection, ids=ids: search.learn(connection, ids))  # type: ignore[misc]
        count += len(ids)
