"""The herald's thread: takes what happened, words it, and posts what is due, until it is stopped.

It lives beside the dispatcher; any number of them may run. It polls, so no bell and no Redis is needed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection, Row

from common import clock
from common.errors import StoreUnavailable
from common.failpoints import failpoint
from common.guarded_http import GuardedHttp
from common.herald import alarms, announcing, posting
from common.herald.posting import Called
from common.store.posts import KEEP, Leased, forget_old, is_due
from common.store.writer import Store
from common.tickets import Tickets

log = structlog.get_logger()

POLL_S = 0.5
THREADS = 8
DRAIN_S = 5.0
"""How long it waits at its end for what is on its way."""
Plan = Callable[[Connection, Iterable[Row[Any]], datetime], None]
CLEAN_EVERY = timedelta(hours=1)


class Herald:
    """Announces and posts."""

    def __init__(
        self,
        store: Store,
        desk: Tickets,
        http: GuardedHttp,
        *,
        secret_key: str | None,
        threads: int = THREADS,
        lease: timedelta = posting.LEASE,
        plan: Plan | None = None,
    ) -> None:
        """plan: who else hears of events, in the transaction that takes them."""
        self._plan = plan
        self._length = lease
        self._store = store
        self._desk = desk
        self._http = http
        self._secret_key = secret_key
        self._threads = threads
        self._in_flight = 0
        self._counting = threading.Lock()
        self._settled = threading.Event()
        self._stopping = threading.Event()
        self._clean_at = 0.0

    def run(self) -> None:
        """Work until `stop`; what is on its way then is settled. Without a key nothing could be signed."""
        if not self._secret_key:
            log.error("webhooks are not called: ZEROTEN_SECRET_KEY is not set")
            return
        while not self._stopping.is_set():
            try:
                begun = clock.monotonic()
                moved = self.announce()
                self._stopping.wait(min(clock.monotonic() - begun, POLL_S))  # answers come first: it rests as it worked
                moved += len(self._hand_out(self._lease(self._threads - self._in_flight)))
                self._clean()
            except StoreUnavailable as error:
                log.warning("the herald waits for the database", why=str(error))
                moved = 0
            except Exception:
                log.exception("a round of the herald failed; the next one tries again")
                moved = 0
            if not moved:
                self._stopping.wait(POLL_S)
        self.close()

    def stop(self) -> None:
        """Take no new work."""
        self._stopping.set()

    def close(self) -> None:
        """Wait a little for what is on its way; the rest is left to its lease."""
        end = clock.monotonic() + DRAIN_S
        while self._in_flight and clock.monotonic() < end:
            self._settled.wait(0.1)
            self._settled.clear()

    def once(self) -> int:
        """Announce what happened and post what is due, until nothing moves: the number of posts."""
        while self.announce():
            pass
        total = 0
        while leased := self._lease(self._threads):
            for thread in self._hand_out(leased):
                thread.join()
            total += len(leased)
        return total

    def announce(self) -> int:
        """Word some of what happened; the number of occurrences."""
        with self._store.read() as connection:
            if not announcing.something_happened(connection):
                return 0

        def work(connection: Connection) -> int:
            taken = announcing.take(connection)
            if taken:
                self._tell(connection, taken)
                failpoint("announce.before_commit")
            return len(taken)

        return self._store.write(work)

    def _tell(self, connection: Connection, taken: Sequence[Row[Any]]) -> None:
        """Tell them together or, if one of them is poisonous, each for itself: it must not hold up the others."""
        try:
            with connection.begin_nested():
                self._tell_and_sound(connection, taken)
            return
        except StoreUnavailable:
            raise
        except Exception:
            log.exception("what happened could not be told together; now one by one")
        for one in taken:
            try:
                with connection.begin_nested():
                    self._tell_and_sound(connection, [one])
            except StoreUnavailable:
                raise
            except Exception:
                log.exception("what happened could not be told", name=one.name, subject=one.subject)

    def _tell_and_sound(self, connection: Connection, taken: Sequence[Row[Any]]) -> None:
        now = clock.now()
        announcing.tell(connection, self._desk, taken, now)
        alarms.sound_for(connection, taken, now)
        if self._plan is not None:
            self._plan(connection, announcing.events_of(connection, taken).values(), now)

    def _lease(self, room: int) -> Sequence[Leased]:
        if room <= 0:
            return ()
        with self._store.read() as connection:
            if not is_due(connection, clock.now(), clock.wall()):
                return ()
        return self._store.write(lambda connection: posting.lease(connection, room, self._length))

    def _hand_out(self, leased: Sequence[Leased]) -> Sequence[threading.Thread]:
        threads = [threading.Thread(target=self._post_apart, args=(one,), name="post", daemon=True) for one in leased]
        for thread in threads:
            self._count(1)
            thread.start()
        return threads

    def _post_apart(self, leased: Leased) -> None:
        try:
            self._post(leased)
        except Exception:
            log.exception("a webhook could not be settled; its lease runs out and it is posted again")
        finally:
            self._count(-1)
            self._settled.set()

    def _count(self, change: int) -> None:
        with self._counting:
            self._in_flight += change

    def _post(self, leased: Leased) -> None:
        assert self._secret_key is not None
        called = posting.call(self._http, self._secret_key, leased)
        self._store.write(lambda connection: self._settle(connection, called))

    def _settle(self, connection: Connection, called: Called) -> None:
        if (trouble := posting.settle(connection, called)) is not None:
            alarms.sound_for_webhook(connection, trouble, clock.now())

    def _clean(self) -> None:
        if clock.monotonic() >= self._clean_at:
            self._clean_at = clock.monotonic() + CLEAN_EVERY.total_seconds()
            self._store.write(lambda connection: forget_old(connection, clock.now() - KEEP))
