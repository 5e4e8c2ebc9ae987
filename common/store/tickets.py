"""Rows of the human queue: lists, one ticket, and the changes that a person makes.

Whoever changes a ticket has locked its customer first (`hold`), as every turn does: customer, conversation, ticket.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, or_, select, update

from common.actors import Actor, Role
from common.ids import new_id
from common.store.cursors import Order, Page, read_page
from common.store.schema import (
    api_keys,
    conversations,
    customers,
    endpoints,
    events,
    feed,
    interactions,
    messages,
    tickets,
    users,
)
from common.store.scope import within
from common.store.threads import lock_customers

NOTE = "note"
"""The kind of a message between colleagues: stored in the thread's order, never sent, never shown to the customer."""
WORKERS = (Role.ADMIN.value, Role.SUPERVISOR.value)
"""The roles that may have tickets."""


def _statement() -> Select[Any]:
    return (
        select(
            tickets,
            conversations.c.owner_epoch,
            conversations.c.sequence,
            conversations.c.state.label("conversation_state"),
            interactions.c.customer_ref,
            customers.c.opted_out_at,
            endpoints.c.last_inbound_at,
            endpoints.c.blocked_at,
            tickets.c.opened_at.label("page_at"),
            tickets.c.id.label("page_id"),
        )
        .join(conversations, conversations.c.id == tickets.c.conversation_id)
        .join(interactions, interactions.c.id == conversations.c.interaction_id)
        .join(customers, customers.c.id == tickets.c.customer_id)
        .outerjoin(endpoints, endpoints.c.id == conversations.c.endpoint_id)
    )


def find(connection: Connection, ticket_id: str) -> Row[Any] | None:
    """A ticket with what decides about it: its conversation, its customer and the endpoint's session window."""
    return connection.execute(_statement().where(tickets.c.id == ticket_id, within(tickets.c.team))).first()


def hold(connection: Connection, ticket_id: str, actor: Actor | None) -> Row[Any] | None:
    """As `find`, and nobody else changes the ticket, its conversation or its customer until the transaction ends.

    actor: for whom; what belongs to no team of theirs is not there. None = the product itself.
    """
    customer_id = connection.execute(select(tickets.c.customer_id).where(tickets.c.id == ticket_id)).scalar()
    if customer_id is None:
        return None
    lock_customers(connection, [customer_id])
    ticket = find(connection, ticket_id)
    return ticket if ticket is None or actor is None or actor.sees(ticket.team) else None


def list_page(connection: Connection, *, status: str | None, cursor: str | None, limit: int) -> Page[Row[Any]]:
    """Tickets, the longest open first. Raises Invalid for a foreign cursor."""
    statement = _statement().where(within(tickets.c.team))
    if status is not None:
        statement = statement.where(tickets.c.status == status)
    order = Order(at=tickets.c.opened_at, id=tickets.c.id, newest_first=False)
    return read_page(connection, statement, order, cursor=cursor, limit=limit)


def take(connection: Connection, ticket_id: str, *, owner: str, owner_name: str, now: datetime, **columns: Any) -> bool:
    """Give a ticket that nobody has to `owner`; False if somebody was faster. columns: what changes with it."""
    result = connection.execute(
        update(tickets)
        .where(tickets.c.id == ticket_id, tickets.c.status == "open", tickets.c.owner.is_(None))
        .values(columns | {"status": "claimed", "owner": owner, "owner_name": owner_name})
        .values(claimed_at=now, owner_active_at=now, updated_at=now)
    )
    return result.rowcount == 1


def move(connection: Connection, ticket: Row[Any], now: datetime, **columns: Any) -> bool:
    """Change a ticket whose status and owner are those of `ticket`; False if they are not any more."""
    is_as_seen = (tickets.c.status == ticket.status) & tickets.c.owner.is_not_distinct_from(ticket.owner)
    result = connection.execute(
        update(tickets).where(tickets.c.id == ticket.id, is_as_seen).values(**columns, updated_at=now)
    )
    return result.rowcount == 1


def change(connection: Connection, ticket_id: str, now: datetime, **columns: Any) -> None:
    """Set columns of a ticket that is held; its status and owner are changed by `move` and `take` alone."""
    connection.execute(update(tickets).where(tickets.c.id == ticket_id).values(**columns, updated_at=now))


def raise_epoch(connection: Connection, conversation_id: str) -> None:
    """From now on, what was queued for an earlier owner is not sent (the lease compares epochs)."""
    connection.execute(
        update(conversations)
        .where(conversations.c.id == conversation_id)
        .values(owner_epoch=conversations.c.owner_epoch + 1)
    )


def log_event(connection: Connection, ticket: Row[Any], now: datetime, name: str, data: dict[str, Any]) -> None:
    """Write into the conversation's log that something happened to its ticket."""
    row = {
        "conversation_id": ticket.conversation_id,
        "sequence": _next_sequence(connection, ticket.conversation_id),
        "customer_id": ticket.customer_id,
        "at": now,
        "name": name,
        "data": data,
    }
    connection.execute(insert(events).values(**row))


def say_changed(connection: Connection, ticket: Row[Any], now: datetime) -> None:
    """Tell everyone who looks at the queue to look again."""
    row = {"at": now, "kind": "ticket", "ticket_id": ticket.id, "conversation_id": ticket.conversation_id}
    connection.execute(insert(feed).values(**row))


def find_message(connection: Connection, conversation_id: str, client_id: str) -> Row[Any] | None:
    """The message that its sender called `client_id`."""
    return connection.execute(
        select(messages).where(messages.c.conversation_id == conversation_id, messages.c.client_id == client_id)
    ).first()


def message(connection: Connection, message_id: str) -> Row[Any]:
    """One message that is known to exist."""
    return connection.execute(select(messages).where(messages.c.id == message_id)).one()


def find_reply(connection: Connection, conversation_id: str, message_id: str) -> Row[Any] | None:
    """A person's free words to the customer in this conversation, or a file."""
    mine = (messages.c.conversation_id == conversation_id, messages.c.id == message_id)
    kind = (messages.c.author == "user", messages.c.direction == "out", messages.c.kind.in_(("text", "media")))
    return connection.execute(select(messages).where(*mine, *kind)).first()


def add_note(
    connection: Connection, ticket: Row[Any], author: Actor, *, text: str, client_id: str, now: datetime
) -> str:
    """Store a note in the thread's order; its id."""
    note_id = new_id("msg")
    row = {
        "id": note_id,
        "conversation_id": ticket.conversation_id,
        "customer_id": ticket.customer_id,
        "sequence": _next_sequence(connection, ticket.conversation_id),
        "at": now,
        "direction": "out",
        "author": "user",
        "author_id": author.id,
        "author_name": author.name,
        "kind": NOTE,
        "text": text,
        "channel": ticket.channel,
        "client_id": client_id,
    }
    connection.execute(insert(messages).values(**row))
    return note_id


def unanswered_since(connection: Connection, ticket: Row[Any]) -> datetime | None:
    """When the first words came after the last that a person sent to the customer; None if there are none.

    Words that are held, were taken back or never arrived count as not sent.
    """
    mine = messages.c.conversation_id == ticket.conversation_id
    answered = select(func.max(messages.c.sequence)).where(
        mine,
        messages.c.author == "user",
        messages.c.kind != NOTE,
        messages.c.error.is_(None),
        messages.c.delivery.is_distinct_from("failed"),
    )
    last = connection.execute(answered).scalar()
    if last is None:
        opened_at: datetime = ticket.opened_at
        return opened_at
    heard = select(func.min(messages.c.at)).where(mine, messages.c.direction == "in", messages.c.sequence > last)
    return connection.execute(heard).scalar()


def phone_of(connection: Connection, user_id: str) -> str | None:
    """The telephone of a user, if it is known."""
    return connection.execute(select(users.c.phone).where(users.c.id == user_id)).scalar()


def remember_phone(connection: Connection, user_id: str, phone: str) -> None:
    """The telephone that this user wants to be rung on, from now on; an API key has none."""
    connection.execute(update(users).where(users.c.id == user_id).values(phone=phone))


def find_worker(connection: Connection, who: str, team: str | None) -> tuple[str, str] | None:
    """Id and name of the user (by e-mail or id) or API key (by name or id) that may have tickets of `team`."""
    user = connection.execute(
        select(users.c.id, users.c.name, users.c.teams).where(
            or_(users.c.id == who, users.c.email == who.strip().lower()),
            users.c.disabled_at.is_(None),
            users.c.role.in_(WORKERS),
        )
    ).first()
    key = connection.execute(
        select(api_keys.c.id, api_keys.c.name, api_keys.c.teams).where(
            or_(api_keys.c.id == who, api_keys.c.name == who),
            api_keys.c.revoked_at.is_(None),
            api_keys.c.role.in_(WORKERS),
        )
    ).first()
    found = user or key
    if found is None or (found.teams is not None and (team or "") not in found.teams):
        return None
    return found.id, found.name


def _next_sequence(connection: Connection, conversation_id: str) -> int:
    """The next number in the thread's one order of messages and events."""
    return int(
        connection.execute(
            update(conversations)
            .where(conversations.c.id == conversation_id)
            .values(sequence=conversations.c.sequence + 1)
            .returning(conversations.c.sequence)
        ).scalar_one()
    )
