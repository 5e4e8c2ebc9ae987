"""The dispatcher: leases due messages, hands them to the providers, and writes down what came of it.

One thread leases and settles in groups, a pool of threads talks HTTP. On SQLite it runs inside `web` and writes through
the one store writer; on PostgreSQL any number of dispatchers run and `SKIP LOCKED` keeps them apart. It is woken by the
bell and polls anyway, so it works with Redis gone.
"""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import structlog
from sqlalchemy import Connection

from common import clock
from common.bell import OUTBOX, Bell
from common.channels import Adapter, Channel, SendError, SendErrorCode
from common.delivery import Deliveries, Fate, Leased
from common.errors import StoreUnavailable
from common.failpoints import failpoint
from common.rate import TokenBucket
from common.store.writer import Store

log = structlog.get_logger()

POLL_S = 0.5
"""How long a message waits at most when no bell rang for it."""
THREADS = 32
RECOVER_EVERY_S = 5.0
MAX_GROUP = 100


class Dispatcher:
    """Sends what waits in the outbox until it is stopped."""

    def __init__(
        self,
        store: Store,
        deliveries: Deliveries,
        adapters: Mapping[Channel, Adapter],
        bell: Bell,
        *,
        is_only_one: bool,
        threads: int = THREADS,
    ) -> None:
        self._store = store
        self._deliveries = deliveries
        self._adapters = adapters
        self._bell = bell
        self._is_only_one = is_only_one
        self._buckets = {channel: TokenBucket(adapter.per_second) for channel, adapter in adapters.items()}
        self._pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="send")
        self._free = threads * 2
        self._fates: queue.SimpleQueue[Fate] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._in_flight = 0
        self._rung = threading.Event()

    def run(self) -> None:
        """Work until `stop`; then finish what is in flight."""
        has_recovered = not self._is_only_one
        recover_at = 0.0
        with self._bell.listening(OUTBOX) as rung:
            self._rung = rung
            while not self._stopping.is_set():
                rung.clear()
                try:
                    if clock.monotonic() >= recover_at:
                        self._recover(all_leases=not has_recovered)
                        has_recovered, recover_at = True, clock.monotonic() + RECOVER_EVERY_S
                    moved = self._settle() + self._lease()
                except StoreUnavailable as error:
                    log.warning("the dispatcher waits for the database", why=str(error))
                    self._stopping.wait(POLL_S)
                    continue
                if not moved:
                    rung.wait(POLL_S if not self._in_flight else 0.05)
        self._drain()

    def once(self) -> int:
        """Recover, lease, send and settle what is due now, and wait until it is settled: the number of messages."""
        self._recover(all_leases=False)
        count = self._lease()
        settled = 0
        while settled < count:
            settled += self._settle(wait_s=1.0)
        return count

    def close(self) -> None:
        """Finish what is in flight."""
        self._drain()

    def stop(self) -> None:
        """Take no new work; `run` returns when the messages in flight are settled."""
        self._stopping.set()
        self._rung.set()

    def _recover(self, *, all_leases: bool) -> None:
        def work(connection: Connection) -> int:
            return self._deliveries.recover(connection, all_leases=all_leases)

        if count := self._store.write(work):
            log.info("looking up messages whose fate is unknown", count=count)

    def _lease(self) -> int:
        room = min(self._free - self._in_flight, MAX_GROUP)
        limits = {channel: min(room, bucket.available()) for channel, bucket in self._buckets.items()}
        if room <= 0 or not any(limit > 0 for limit in limits.values()):
            return 0
        leased, rings = self._store.write(lambda connection: self._deliveries.lease(connection, limits))
        self._bell.ring(*rings)
        failpoint("outbox.after_lease")
        for one in leased:
            self._buckets[one.adapter.channel].take()
            self._in_flight += 1
            if one.adapter.capabilities.pushes:
                self._send(one)  # nothing leaves this machine, so no thread is needed
            else:
                self._pool.submit(self._send, one)
        return len(leased)

    def _send(self, leased: Leased) -> None:
        try:
            fate = self._look_up(leased) if leased.is_look_up else self._hand_over(leased)
        except Exception:
            # An adapter that raises what it should not must not stop the others; what it sent is not known.
            log.exception("an adapter failed", channel=leased.adapter.channel)
            fate = Fate(leased=leased, error=SendError(SendErrorCode.AMBIGUOUS, "the adapter failed"))
        failpoint("outbox.after_http")
        self._fates.put(fate)
        self._rung.set()

    def _hand_over(self, leased: Leased) -> Fate:
        def before_request() -> None:
            failpoint("outbox.before_http")
            if clock.monotonic() >= leased.deadline:
                raise SendError(SendErrorCode.UNREACHABLE, "the send deadline passed before the request")

        payload = leased.adapter.render(leased.address, leased.prompt)
        try:
            return Fate(leased=leased, result=leased.adapter.send(payload, before_request=before_request))
        except SendError as error:
            return Fate(leased=leased, error=error)

    def _look_up(self, leased: Leased) -> Fate:
        payload = leased.adapter.render(leased.address, leased.prompt)
        try:
            lookup = leased.adapter.look_up(payload, leased.since, known=leased.known)
        except SendError as error:
            # That the question failed says nothing about the message: its fate stays unknown.
            return Fate(leased=leased, error=SendError(SendErrorCode.AMBIGUOUS, f"look-up: {error.code}"))
        return Fate(leased=leased, lookup=lookup)

    def _settle(self, *, wait_s: float = 0.0) -> int:
        """Settle what has come back, waiting so long for the first."""
        fates: list[Fate] = []
        with contextlib.suppress(queue.Empty):
            fates.append(self._fates.get(block=wait_s > 0, timeout=wait_s or None))
            while len(fates) < MAX_GROUP:
                fates.append(self._fates.get_nowait())
        if not fates:
            return 0
        self._bell.ring(*self._write_fates(fates))
        self._in_flight -= len(fates)
        failpoint("outbox.after_settle")
        return len(fates)

    def _write_fates(self, fates: Sequence[Fate]) -> frozenset[str]:
        """Settle until the database takes it: a message that was sent must not be forgotten for want of a commit."""
        while True:
            try:
                return self._store.write(lambda connection: self._deliveries.settle(connection, fates))
            except StoreUnavailable as error:
                if self._stopping.wait(POLL_S):
                    raise
                log.warning("settling waits for the database", why=str(error))

    def _drain(self) -> None:
        self._pool.shutdown(wait=True)
        try:
            while self._settle():
                pass
        except StoreUnavailable:
            log.warning("stopped with messages whose fate is unknown; they will be looked up")
