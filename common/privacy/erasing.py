"""Erasing a person: from the wish to the receipt that says it is done.

With the wish, in one transaction, the person is opted out and the marks are put up: from that moment nothing leaves and
nobody is taken in anew. The rest is a coarse job, due by its row in the database, that may be lost, repeated, or killed
anywhere: what was done is done, and what is left is found again. Everything that names the person goes in one
transaction; before it, what only the provider can forget; after it, what the database file may still remember.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog
from sqlalchemy import Connection, Row, func, literal, select, update

from common import clock
from common.bell import FEED, Bell
from common.channels import SendError
from common.failpoints import failpoint
from common.privacy import belongings, searching
from common.privacy.erased import ErasedPeople
from common.privacy.inventory import ERASED
from common.privacy.ordering import SOURCE, is_emptied, put_up_marks
from common.store import horizon
from common.store.compacting import NotNow, compact
from common.store.schema import (
    conversations,
    erasures,
    follow_ups,
    invitations,
    messages,
    outbox,
    recordings,
    recoveries,
    tickets,
)
from common.store.threads import lock_customers
from common.store.writer import Store
from common.turns import Turns

log = structlog.get_logger()

LEASE = timedelta(seconds=10)
"""How long one process works on an erasure before another may take it up."""
BACKOFF = timedelta(seconds=20)
MOST_ATTEMPTS_AT_PROVIDER = 5
PROVIDER_KEEPS = "provider_keeps_recordings"
"""What a receipt says if the provider could not be moved to delete its copy."""
_UNSENT = ("pending", "held", "sending", "unknown", "needs_human")
_LONGEST_SEARCH = 5_000
LOOK_EVERY_S = 0.1
_LOOKS = 100


class Provider(Protocol):
    """What the telephone's provider is asked for."""

    def forget_recording(self, provider_id: str) -> None:
        """Delete a recording; one that is gone is no error. Raises SendError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What came of the sweep. leaves_at: when to come again, a message is on its way. number: of its transaction."""

    number: int = 0
    leaves_at: datetime | None = None
    rings: frozenset[str] = frozenset()


def due(connection: Connection) -> list[str]:
    """The erasures to be worked on now, the oldest first."""
    statement = select(erasures.c.id).where(erasures.c.due_at <= clock.wall()).order_by(erasures.c.due_at).limit(20)
    return list(connection.execute(statement).scalars())


class Erasing:
    """Works on erasures."""

    def __init__(
        self,
        store: Store,
        turns: Turns,
        erased: ErasedPeople,
        bell: Bell,
        *,
        provider: Provider | None = None,
    ) -> None:
        self._store = store
        self._turns = turns
        self._erased = erased
        self._bell = bell
        self._provider = provider

    def work(self, erasure_id: str) -> bool:
        """Go on with an erasure; True when it is done. False: somebody else has it, or it waits for something."""
        row = self._store.write(lambda connection: _take(connection, erasure_id))
        if row is None:
            return False
        try:
            return self._work(row)
        except Exception as error:
            self._later(row, BACKOFF * min(row.attempts, 15), state="failed", error=type(error).__name__[:64])
            raise

    def _work(self, row: Row[Any]) -> bool:
        failpoint("erasure.before_rows")
        has_forgotten = self._forget_at_provider(row)
        if not has_forgotten and row.attempts < MOST_ATTEMPTS_AT_PROVIDER:
            self._later(row, BACKOFF * row.attempts, error=PROVIDER_KEEPS)
            return False
        began = clock.now()
        with self._store.read() as connection:
            words = _words(connection, row.customer_id)
        searched = self._store.write(lambda connection: _forget_searched(connection, row.customer_id, None))
        swept = self._store.write(lambda c: self._erase(c, row, searched, began))
        if swept.leaves_at is not None:
            self._later(row, swept.leaves_at - clock.wall())
            return False
        failpoint("erasure.after_rows")
        self._bell.ring(*swept.rings)
        if not self._wait_for_others(swept.number):
            self._later(row, BACKOFF)
            return False
        self._store.write(lambda c: belongings.erase(c, belongings.person(c, row.customer_id)))
        try:
            compact(self._store.database, words)
        except NotNow:
            self._later(row, BACKOFF)
            return False
        failpoint("erasure.before_done")
        values = {"state": "done", "done_at": clock.now(), "due_at": None}
        values["error"] = None if has_forgotten else PROVIDER_KEEPS
        self._store.write(lambda c: c.execute(update(erasures).where(erasures.c.id == row.id).values(values)))
        log.info("a person was erased", erasure=row.id)
        return True

    def _forget_at_provider(self, row: Row[Any]) -> bool:
        """Have the provider delete the recordings that it may still have; False if it did not."""
        with self._store.read() as connection:
            mine = select(recordings.c.provider_id).where(recordings.c.customer_id == row.customer_id)
            ids = list(connection.execute(mine.where(recordings.c.state != "absent")).scalars())
        if ids and self._provider is None:
            return False
        for provider_id in ids:
            try:
                self._provider.forget_recording(provider_id)  # type: ignore[union-attr]
            except SendError as error:
                log.warning("the provider keeps a recording", erasure=row.id, why=error.code.value)
                return False
        return True

    def _erase(self, connection: Connection, row: Row[Any], searched: Mapping[str, int], began: datetime) -> Swept:
        """Everything that names the person, in one transaction; nothing while a message is on its way."""
        now = clock.now()
        lock_customers(connection, [row.customer_id])
        if (leaves_at := _on_its_way(connection, row.customer_id)) is not None:
            return Swept(leaves_at=leaves_at)
        rings = self._turns.opt_out(connection, row.customer_id, SOURCE, now)
        _end_everything(connection, row.customer_id, now)
        person = belongings.person(connection, row.customer_id)
        put_up_marks(connection, self._erased, row.id, person)
        again = _forget_searched(connection, row.customer_id, began)
        counts = _most(row.counts, _sum(searched, again), belongings.erase(connection, person))
        connection.execute(update(erasures).where(erasures.c.id == row.id).values(counts=counts))
        failpoint("erasure.before_commit")
        return Swept(number=horizon.number(connection), rings=rings | {FEED})

    def _wait_for_others(self, number: int) -> bool:
        """Whoever wrote about the person while they were erased is through; False if somebody takes too long."""
        for _ in range(_LOOKS):
            with self._store.read() as connection:
                if horizon.is_passed(connection, number):
                    return True
            threading.Event().wait(LOOK_EVERY_S)
        return False

    def _later(self, row: Row[Any], delay: timedelta, *, state: str = "running", error: str | None = None) -> None:
        values = {"state": state, "due_at": clock.wall() + delay, "error": error}
        mine = (erasures.c.id == row.id, erasures.c.state != "done")
        self._store.write(lambda connection: connection.execute(update(erasures).where(*mine).values(values)))


def _take(connection: Connection, erasure_id: str) -> Row[Any] | None:
    """The erasure, ours to work on for a while; None if it is done or another process has it."""
    wall = clock.wall()
    free = (erasures.c.id == erasure_id, erasures.c.state != "done", erasures.c.due_at <= wall)
    values = {
        "state": "running",
        "started_at": func.coalesce(erasures.c.started_at, literal(clock.now(), erasures.c.started_at.type)),
        "due_at": wall + LEASE,
        "attempts": erasures.c.attempts + 1,
    }
    return connection.execute(update(erasures).where(*free).values(values).returning(erasures)).first()


def _forget_searched(connection: Connection, customer_id: str, since: datetime | None) -> dict[str, int]:
    person = belongings.person(connection, customer_id)
    counts = {
        "quarantine": searching.forget_quarantined(connection, person, since),
        "idempotency_keys": searching.forget_answered(connection, person, since),
        "saved_views": searching.forget_viewed(connection, person),
    }
    return {name: count for name, count in counts.items() if count}


def _sum(*parts: Mapping[str, int]) -> dict[str, int]:
    names = sorted({name for part in parts for name in part})
    return {name: sum(part.get(name, 0) for part in parts) for name in names}


def _most(*parts: Mapping[str, int]) -> dict[str, int]:
    """Rows by table; a sweep that is made again empties the same rows again."""
    return {
        name: max(part.get(name, 0) for part in parts) for name in sorted({name for part in parts for name in part})
    }


def _on_its_way(connection: Connection, customer_id: str) -> datetime | None:
    """When the lease ends of a message that is being handed over to a provider; None if none is."""
    leaving = (outbox.c.customer_id == customer_id, outbox.c.state == "sending", outbox.c.lease_until > clock.wall())
    latest: datetime | None = connection.execute(select(func.max(outbox.c.lease_until)).where(*leaving)).scalar()
    return latest


def _end_everything(connection: Connection, customer_id: str, now: datetime) -> None:
    """What opting out leaves open: threads in people's hands, tickets, what was held or is in doubt."""
    connection.execute(
        update(outbox)
        .where(outbox.c.customer_id == customer_id, outbox.c.state.in_(_UNSENT))
        .values(state="cancelled", lease=None, lease_until=None)
    )
    connection.execute(
        update(invitations)
        .where(invitations.c.customer_id == customer_id, invitations.c.status == "scheduled")
        .values(status="cancelled", reason="opt_out")
    )
    connection.execute(
        update(tickets)
        .where(tickets.c.customer_id == customer_id, tickets.c.status != "resolved")
        .values(status="resolved", resolution="no_contact", resolved_at=now, updated_at=now, check_at=None)
    )
    connection.execute(
        update(conversations)
        .where(conversations.c.customer_id == customer_id, conversations.c.state != "closed")
        .values(
            state="closed",
            outcome=func.coalesce(conversations.c.outcome, "refused"),
            closed_at=now,
            version=conversations.c.version + 1,
        )
    )
    for table in (follow_ups, recoveries):
        waits = (table.c.customer_id == customer_id, table.c.state.not_in(("dropped", "accepted", "asked")))
        connection.execute(update(table).where(*waits).values(state="dropped", why=SOURCE))
    words = (conversations.c.customer_id == customer_id, conversations.c.words_gone_at.is_(None))
    connection.execute(update(conversations).where(*words).values(words_gone_at=now))


def _words(connection: Connection, customer_id: str) -> tuple[str, ...]:
    """What to look for in the database's file when the rows are gone; empty if they are gone already."""
    person = belongings.person(connection, customer_id)
    said = select(messages.c.text).where(messages.c.customer_id == customer_id).limit(_LONGEST_SEARCH)
    names = [*person.refs, *person.interactions, *(address for _, address in person.places), person.name or ""]
    found = [text for text in (*names, *connection.execute(said).scalars()) if text and not is_emptied(text)]
    return tuple(dict.fromkeys(text for text in found if text != ERASED))
