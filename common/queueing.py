"""The queue's upkeep: new tickets find their team, and every change of a ticket leaves its deadlines as they should be.

The rules are pure and live in `common/queue/`; here they meet the rows. Everything works in the caller's transaction,
under the customer's lock.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from common.errors import Conflict
from common.queue.deadlines import standing
from common.queue.life import Change, IllegalChange, TicketStatus, after
from common.queue.priority import customer_value
from common.queue.routing import Arrival, route
from common.store import queue as store
from common.store import tickets as ticket_store
from common.store.threads import Thread


def place(connection: Connection, threads: Iterable[Thread], zone: str, now: datetime) -> None:
    """Route the tickets that were opened in these threads, and set the clocks of those that were opened or changed.

    Three statements for all of them, and none where nothing happened to a ticket.
    """
    touched = [each for each in threads if each.ticket and (each.ticket_is_new or each.ticket_is_changed)]
    if not touched:
        return
    book = store.load_book(connection, zone)
    opened = [each for each in touched if each.ticket_is_new]
    values = store.customer_values(connection, {each.row["interaction_id"] for each in opened}) if opened else {}
    for thread in touched:
        assert thread.ticket is not None
        if thread.ticket_is_new:
            thread.ticket["value"] = customer_value(values.get(thread.row["interaction_id"]))
            arrival = Arrival(
                team=thread.ticket["team"],
                language=thread.value.locale,
                survey=thread.row["survey_key"],
                reason=thread.ticket["reason"],
            )
            team, rule = route(book.rules, arrival)
            if rule is not None:
                thread.ticket["team"] = team
                thread.log(now, "ticket_routed", ticket_id=thread.ticket["id"], team=team, rule=rule.name)
        thread.ticket |= standing(thread.ticket, book.policy(thread.ticket["team"]), now)


def move(connection: Connection, ticket: Row[Any], change: Change, zone: str, now: datetime, **columns: Any) -> None:
    """One step of a ticket's life, if it is still where it was seen; `columns` change with it.

    Raises Conflict if the step is impossible, or somebody else was there first in spite of the lock.
    """
    try:
        status = after(TicketStatus(ticket.status), change).value
    except IllegalChange as error:
        raise Conflict(str(error), code="wrong_state", facts={"owner": ticket.owner_name}) from error
    row = dict(ticket._mapping) | columns | {"status": status}
    kept = standing(row, store.load_book(connection, zone).policy(row["team"]), now)
    if not ticket_store.move(connection, ticket, now, status=status, **{**kept, **columns}):
        raise Conflict("somebody changed this ticket just now", code="wrong_state", facts={"owner": ticket.owner_name})


def active(connection: Connection, ticket_id: str, now: datetime) -> None:
    """The owner did something for the customer: the time of silence begins anew."""
    ticket_store.change(connection, ticket_id, now, owner_active_at=now)


def spoken(connection: Connection, ticket: Row[Any], now: datetime) -> None:
    """A person and the customer have talked on the telephone: nobody waits for an answer any more."""
    first = ticket.first_reply_at or now
    columns = {"first_reply_at": first, "awaiting_since": None, "owner_active_at": now, "check_at": now}
    ticket_store.change(connection, ticket.id, now, **columns)
