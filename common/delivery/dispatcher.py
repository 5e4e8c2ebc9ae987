"""The dispatcher: leases due messages, hands them to the providers, and writes down what came of it.

One thread settles and leases in groups, in one transaction; a pool of threads talks HTTP. On SQLite it runs inside
`web` and writes through the one store writer; on PostgreSQL any number of dispatchers run and `SKIP LOCKED` keeps them
apart. It is woken by the bell and polls anyway, so it works with Redis gone.
"""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Mapping, Sequence

import structlog
from sqlalchemy import Connection

from common import clock
from common.bell import OUTBOX, Bell
from common.channels import Adapter, Channel, Retires, SendError, SendErrorCode
from common.delivery import Deliveries, Fate, Leased
from common.delivery.retiring import Spent
from common.delivery.senders import Senders
from common.errors import StoreUnavailable
from common.failpoints import failpoint
from common.rate import TokenBucket
from common.store.writer import Store

log = structlog.get_logger()

POLL_S = 0.5
"""How long a message waits at most when no bell rang for it."""
GATHER_S = 0.004
"""Woken, it waits so long for more to do together: a transaction for one message costs as much as one for ten."""
THREADS = 32
RECOVER_EVERY_S = 5.0
MAX_GROUP = 100
Round = tuple[Sequence[Fate], Mapping[Channel, int]]
"""What one transaction settles, and how much of each channel it leases at most."""


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
        self._bell = bell
        self._is_only_one = is_only_one
        self._buckets = {channel: TokenBucket(adapter.per_second) for channel, adapter in adapters.items()}
        self._senders = Senders(self._send, threads)
        self._free = threads * 2
        self._fates: queue.SimpleQueue[Fate] = queue.SimpleQueue()
        self._unsettled: list[Fate] = []
        """Fates that the database has not taken yet."""
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
                    leased = self._round(self._limits())
                except StoreUnavailable as error:
                    log.warning("the dispatcher waits for the database", why=str(error))
                    self._stopping.wait(POLL_S)
                    continue
                except Exception:
                    log.exception("a round of the dispatcher failed; the next one tries again")
                    self._stopping.wait(POLL_S)
                    continue
                if leased < MAX_GROUP:
                    rung.wait(min(POLL_S, self._deliveries.again_in or POLL_S))
                    self._stopping.wait(GATHER_S)
        self._drain()

    def once(self) -> int:
        """Recover, lease, send and settle what is due now, and wait until it is settled: the number of messages."""
        self._recover(all_leases=False)
        count = self._round(self._limits())
        while self._in_flight:
            self._unsettled.append(self._fates.get())
            self._round({})
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

    # --- one round ------------------------------------------------------------------------------------------------

    def _limits(self) -> dict[Channel, int]:
        """How many messages of each channel may be leased now."""
        room = min(self._free - self._in_flight + self._fates.qsize() + len(self._unsettled), MAX_GROUP)
        limits = {channel: min(room, bucket.available()) for channel, bucket in self._buckets.items()}
        return {channel: limit for channel, limit in limits.items() if limit > 0}

    def _round(self, limits: Mapping[Channel, int]) -> int:
        """Settle what has come back, lease what is due and hand it over: the number leased."""
        fates = self._returned()
        if not fates and not limits:
            return 0
        try:
            leased, rings = self._store.submit(self._move, (fates, limits))
        except StoreUnavailable:
            self._unsettled = fates  # a message that was sent must not be forgotten for want of a commit
            raise
        except Exception:
            if not fates:
                raise
            log.exception("settling failed; now one by one")
            self._settle_apart(fates)
            return 0
        self._in_flight -= len(fates)
        self._bell.ring(*rings)
        if fates:
            failpoint("outbox.after_settle")
        if leased:
            failpoint("outbox.after_lease")
        self._hand_out(leased)
        return len(leased)

    def _move(self, connection: Connection, rounds: Sequence[Round]) -> list[tuple[list[Leased], frozenset[str]]]:
        return [self._deliveries.move(connection, fates, limits) for fates, limits in rounds]

    def _returned(self) -> list[Fate]:
        """What has come back from the providers and is not settled."""
        fates, self._unsettled = self._unsettled, []
        with contextlib.suppress(queue.Empty):
            while len(fates) < MAX_GROUP:
                fates.append(self._fates.get_nowait())
        return fates

    def _settle_apart(self, fates: Sequence[Fate]) -> None:
        """One of them is poisonous: it is left to its lease, which runs out, and the others are settled."""
        for place, fate in enumerate(fates):
            try:
                _, rings = self._store.submit(self._move, ([fate], {}))
                self._bell.ring(*rings)
            except StoreUnavailable:
                self._unsettled = list(fates[place:])
                raise
            except Exception:
                log.exception("a fate cannot be settled", outbox=fate.leased.outbox_id)
            self._in_flight -= 1

    def _hand_out(self, leased: Sequence[Leased]) -> None:
        for one in leased:
            self._buckets[one.adapter.channel].take()
            self._in_flight += 1
            if one.adapter.capabilities.pushes:
                self._send(one)  # nothing leaves this machine, so no thread is needed
            else:
                self._senders.submit(one)

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
        if fate.result is not None and leased.spent is not None:
            self._retire(leased.adapter, leased.spent)

    def _retire(self, adapter: Adapter, spent: Spent) -> None:
        """Take the controls off the question before. What fails here has no consequence but a button that stays."""
        try:
            if isinstance(adapter, Retires):
                adapter.retire(spent.provider_id, spent.prompt, spent.answer)
        except Exception as error:
            log.info("controls were not taken away", channel=adapter.channel, why=type(error).__name__)

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

    def _drain(self) -> None:
        self._senders.close()
        try:
            while self._unsettled or not self._fates.empty():
                self._round({})
        except StoreUnavailable:
            log.warning("stopped with messages whose fate is unknown; they will be looked up")
