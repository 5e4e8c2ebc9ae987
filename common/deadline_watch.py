"""The tick's part of the queue: warns before a deadline, escalates after it, takes tickets from silent owners.

Due times live in the database (`tickets.check_at`), so it may die at any time, and looking twice changes nothing: what
was done is written on the ticket in the transaction that did it. Each thing is an event of the thread, for people and
for whoever listens: `sla_warned`, `sla_breached`, `owner_silent`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection, Row

from common import clock
from common.bell import FEED, Bell
from common.errors import StoreUnavailable
from common.failpoints import failpoint
from common.queue.book import Book, Policy
from common.queue.deadlines import Clock, Due, Duty, Running, look, standing
from common.queue.life import Change, TicketStatus, after, has_owner
from common.store import queue as store
from common.store import tickets as ticket_store
from common.store.writer import Store
from common.survey.machine import Returned, State
from common.turns import ConversationEvent, Turns

log = structlog.get_logger()

MAX_GROUP = 100


def watch(database: Store, turns: Turns, bell: Bell) -> int:
    """Do what is due on tickets, a group at most; the number of tickets looked at."""
    with database.read() as connection:
        found = store.due(connection, clock.now(), MAX_GROUP)
    if not found:
        return 0
    try:
        _take(database, turns, bell, found)
    except StoreUnavailable:
        raise
    except Exception:  # one of them is poisonous; it must not hold up the others
        for each in found:
            try:
                _take(database, turns, bell, [each])
            except StoreUnavailable:
                raise
            except Exception:
                log.exception("a due ticket failed", ticket=each[0])
    return len(found)


def _take(database: Store, turns: Turns, bell: Bell, found: Sequence[tuple[str, str]]) -> None:
    bell.ring(*database.write(lambda connection: keep(connection, turns, found, clock.now())))


def keep(connection: Connection, turns: Turns, found: Sequence[tuple[str, str]], now: datetime) -> frozenset[str]:
    """Do what is due on these tickets (with their customers) in one transaction; the topics to ring."""
    book = store.load_book(connection, turns.zone)
    rings: frozenset[str] = frozenset()
    for ticket in store.hold_due(connection, found, now):
        rings |= _keep(connection, turns, ticket, book, now)
    failpoint("sla.before_commit")
    return rings


def _keep(connection: Connection, turns: Turns, ticket: Row[Any], book: Book, now: datetime) -> frozenset[str]:
    policy = book.policy(ticket.team)
    seen = look(dict(ticket._mapping), policy, now)
    goes_to = _goes_to(ticket, {due.duty for due in seen.due}, policy)
    columns: dict[str, Any] = {"team": goes_to} if goes_to else {}
    for due in seen.due:
        columns |= _do(connection, ticket, due, policy, goes_to, now)
    row = {**ticket._mapping, **columns}
    kept = standing(row, book.policy(row["team"]), now)
    if not ticket_store.move(connection, ticket, now, **{**kept, **columns}):
        raise StoreUnavailable("a ticket changed while it was locked")
    if any(due.duty is Duty.LOSE_OWNER for due in seen.due):
        return _return_thread(connection, turns, ticket, now)
    if seen.due or kept["priority"] != ticket.priority:
        ticket_store.say_changed(connection, ticket, now)
        return frozenset({FEED, f"conversation:{ticket.conversation_id}"})
    return frozenset()


def _goes_to(ticket: Row[Any], duties: set[Duty], policy: Policy) -> str | None:
    """The team that gets the ticket now, because it is late and nobody has it, or will have it; None = it stays."""
    is_late = Duty.BREACH in duties or (Duty.LOSE_OWNER in duties and ticket.escalated_at is not None)
    is_nobodys = Duty.LOSE_OWNER in duties or not has_owner(TicketStatus(ticket.status))
    return policy.escalates_to if is_late and is_nobodys and policy.escalates_to != ticket.team else None


def _do(
    connection: Connection, ticket: Row[Any], due: Due, policy: Policy, goes_to: str | None, now: datetime
) -> dict[str, Any]:
    """Write what happens into the thread; the columns of the ticket that change with it."""
    data: dict[str, Any] = {"ticket_id": ticket.id, "team": ticket.team, "owner": ticket.owner}
    data["name"] = ticket.owner_name
    if goes_to and due.duty is not Duty.WARN:
        data["escalated_to"] = goes_to
    if due.running is None:
        data["minutes"] = int((policy.silent_after or policy.first_reply).total_seconds()) // 60
        columns: dict[str, Any] = {"status": after(TicketStatus(ticket.status), Change.LOST).value}
        columns |= {"owner": None, "owner_name": None, "silences": ticket.silences + 1}
    else:
        data |= {"clock": due.running.clock.value, "due_at": due.running.due_at.isoformat()}
        columns = _mark(due.running, due.duty, now)
        if due.duty is Duty.BREACH:
            columns["escalated_at"] = ticket.escalated_at or now
    ticket_store.log_event(connection, ticket, now, due.duty.value, data)
    return columns


def _mark(missed: Running, duty: Duty, now: datetime) -> dict[str, Any]:
    kind = "resolve" if missed.clock is Clock.RESOLVE else "reply"
    return {f"{kind}_{'warned' if duty is Duty.WARN else 'breached'}_at": now}


def _return_thread(connection: Connection, turns: Turns, ticket: Row[Any], now: datetime) -> frozenset[str]:
    """The thread goes back into the queue with the ticket, and the bot stays silent."""
    found = ticket_store.find(connection, ticket.id)
    if found is None or found.conversation_state != State.HANDOFF:
        ticket_store.say_changed(connection, ticket, now)
        return frozenset({FEED, f"conversation:{ticket.conversation_id}"})
    event = ConversationEvent(conversation_id=ticket.conversation_id, event=Returned(at=now))
    (result,) = turns.run(connection, [event])
    return result.rings
