"""The tick: begins invitations that are due, fires timers, keeps the deadlines of tickets.

Due times live in the database, so it may die any time.

One tick is active, holding a lease row; others stand by. Everything it does can be done twice: a second start of an
invitation finds it begun, a second firing of a timer finds the conversation in a later epoch.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Connection, delete, select, update

from common import clock
from common.bell import Bell
from common.channels import Adapter, Channel
from common.deadline_watch import watch
from common.delivery.recheck import Asked, Verdict, recheck
from common.errors import StoreUnavailable
from common.failpoints import failpoint
from common.ids import new_id
from common.jobs import Jobs, is_overdue, is_untold
from common.outreach.decision import Defer, Suppress
from common.reconcile import reconcile
from common.search.indexer import Indexer
from common.store.dialect import insert_new
from common.store.schema import conversations, customers, endpoints, invitations, leases, timers
from common.store.writer import Store
from common.survey.machine import State, Timer, TimerFired
from common.tallier import Tallier
from common.theme_coder import ThemeCoder
from common.theme_watch import ThemeWatch
from common.turns import ConversationEvent, StartInvitation, TurnInput, TurnResult, Turns

log = structlog.get_logger()

EVERY_S = 0.5
LEASE = timedelta(seconds=10)
RECONCILE_EVERY_S = 60.0
MAX_GROUP = 100
AGAIN_AFTER = timedelta(minutes=10)
"""When an invitation is looked at again whose customer is in a person's hands."""


class Tick:
    """Begins what is due until it is stopped."""

    def __init__(
        self,
        store: Store,
        turns: Turns,
        adapters: Mapping[Channel, Adapter],
        bell: Bell,
        *,
        zone: str | None,
        is_only_one: bool,
        jobs: Jobs | None = None,
    ) -> None:
        self._store = store
        self._turns = turns
        self._adapters = adapters
        self._bell = bell
        self._zone = zone
        self._is_only_one = is_only_one
        self._jobs = jobs
        self._holder = new_id("tic")
        self._stopping = threading.Event()
        self._tallier = Tallier(store, ZoneInfo(zone or "UTC"))
        self._theme_coder = ThemeCoder(store, ZoneInfo(zone or "UTC"))
        self._theme_watch = ThemeWatch(store, ZoneInfo(zone or "UTC"))
        self._indexer = Indexer(store)

    def run(self) -> None:
        """Work until `stop`."""
        reconcile_at = 0.0
        while not self._stopping.is_set():
            try:
                if self._is_only_one or self._store.write(self._hold_lease):
                    moved = self.once()
                    self._tallier.once()
                    self._theme_coder.once()
                    self._theme_watch.once()
                    self._indexer.once()
                    if clock.monotonic() >= reconcile_at:
                        self._store.write(lambda connection: reconcile(connection, self._turns))
                        self._ring_for_overdue()
                        reconcile_at = clock.monotonic() + RECONCILE_EVERY_S
                    if moved >= MAX_GROUP:
                        continue
            except StoreUnavailable as error:
                log.warning("the tick waits for the database", why=str(error))
            except Exception:
                log.exception("a tick failed; the next one tries again")
            self._stopping.wait(EVERY_S)

    def stop(self) -> None:
        """End after the tick that is under way."""
        self._stopping.set()

    def once(self) -> int:
        """One tick: the number of invitations begun, timers fired and tickets looked at."""
        failpoint("tick.before_start")
        count, due = self._store.write(self._due_invitations)
        self._take(due)
        failpoint("tick.after_start")
        expired = self._store.write(self._due_timers)
        self._take(expired)
        return count + len(expired) + watch(self._store, self._turns, self._bell)

    def _ring_for_overdue(self) -> None:
        """The safety net: with no dispatcher alive, a worker sends."""
        if self._jobs is not None:
            with self._store.read() as connection:
                overdue, untold = is_overdue(connection), is_untold(connection)
            if overdue:
                self._jobs.drain_outbox()
            if untold:
                self._jobs.tell_outside()

    def _hold_lease(self, connection: Connection) -> bool:
        """Take or keep the lease of the one active tick, by the system's clock."""
        wall = clock.wall()
        row = {"name": "tick", "holder": self._holder, "until": wall + LEASE}
        if insert_new(connection, leases, [row]):
            return True
        mine = (leases.c.holder == self._holder) | (leases.c.until < wall)
        taken = connection.execute(
            update(leases).where(leases.c.name == "tick", mine).values(holder=self._holder, until=wall + LEASE)
        )
        return taken.rowcount == 1

    def _due_invitations(self, connection: Connection) -> tuple[int, list[TurnInput]]:
        """How many were looked at, and those that are to begin; the others wait or are suppressed."""
        now = clock.now()
        found = connection.execute(
            select(invitations, endpoints.c.address, conversations.c.state)
            .join(endpoints, endpoints.c.id == invitations.c.endpoint_id)
            .join(conversations, conversations.c.id == endpoints.c.conversation_id, isouter=True)
            .where(
                invitations.c.status == "scheduled", invitations.c.started_at.is_(None), invitations.c.send_at <= now
            )
            .order_by(invitations.c.send_at)
            .limit(MAX_GROUP)
        )
        rows = [dict(row) for row in found.mappings()]
        wanted: list[TurnInput] = []
        for row, verdict in zip(rows, self._verdicts(connection, rows, now), strict=True):
            mine = invitations.c.id == row["id"]
            if row["state"] == State.HANDOFF and not isinstance(verdict, Suppress):
                # A person is talking with this customer on this very thread; the bot waits its turn.
                connection.execute(update(invitations).where(mine).values(send_at=now + AGAIN_AFTER))
            elif isinstance(verdict, Suppress):
                values = {"status": "suppressed", "reason": verdict.reason.value}
                connection.execute(update(invitations).where(mine).values(values))
            elif isinstance(verdict, Defer):
                connection.execute(update(invitations).where(mine).values(send_at=verdict.at))
            else:
                wanted.append(StartInvitation(invitation_id=row["id"]))
        return len(rows), wanted

    def _verdicts(self, connection: Connection, rows: Sequence[Mapping[Any, Any]], now: datetime) -> list[Verdict]:
        """The outreach rules as they stand now, for each of these due invitations."""
        ids = {row["customer_id"] for row in rows}
        people = {row.id: row._mapping for row in connection.execute(select(customers).where(customers.c.id.in_(ids)))}
        asked = [
            Asked(
                invitation_id=row["id"],
                interaction_id=row["interaction_id"],
                survey=(row["survey_key"], row["survey_version"]),
                customer=people[row["customer_id"]],
                address=row["address"],
                adapter=self._adapters.get(Channel(row["channel"])),
            )
            for row in rows
        ]
        return recheck(connection, self._turns.surveys, asked, zone=self._zone, now=now)

    def _due_timers(self, connection: Connection) -> list[TurnInput]:
        now = clock.now()
        due = connection.execute(
            select(timers).where(timers.c.due_at <= now).order_by(timers.c.due_at).limit(MAX_GROUP)
        ).all()
        return [
            ConversationEvent(
                conversation_id=row.conversation_id,
                event=TimerFired(at=now, timer=Timer(row.name), epoch=row.epoch),
            )
            for row in due
        ]

    def _take(self, inputs: Sequence[TurnInput]) -> None:
        """Run the turns as one group, or one by one if one of them is poisonous; it must not hold up the others."""
        try:
            self._run_turns(inputs)
        except StoreUnavailable:
            raise
        except Exception:
            for each in inputs:
                try:
                    self._run_turns([each])
                except StoreUnavailable:
                    raise
                except Exception:
                    log.exception("a due turn failed", turn=each)

    def _run_turns(self, inputs: Sequence[TurnInput]) -> None:
        def work(connection: Connection) -> list[TurnResult]:
            results = self._turns.run(connection, inputs)
            for each in inputs:
                if isinstance(each, ConversationEvent) and isinstance(each.event, TimerFired):
                    connection.execute(
                        delete(timers).where(
                            timers.c.conversation_id == each.conversation_id,
                            timers.c.name == each.event.timer.value,
                            timers.c.epoch == each.event.epoch,
                        )
                    )
            return results

        if inputs:
            self._bell.ring(*frozenset().union(*(result.rings for result in self._store.write(work))))
