"""The declaration of `inventory.py` as statements: a person's rows in a table, their emptying, their end."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    LargeBinary,
    Table,
    case,
    delete,
    false,
    literal,
    select,
    tuple_,
    union_all,
    update,
)

from common.privacy.inventory import BY_TABLE, ERASED, INVENTORY, End, Holding
from common.store.dialect import among
from common.store.schema import (
    announcements,
    answers,
    calls,
    conversations,
    customer_refs,
    customers,
    endpoints,
    inbound,
    interactions,
    invitations,
    messages,
    metadata,
    outbox,
    posts,
    receipts,
    tickets,
)
from common.survey.questions import REASON

_PARENTS = {
    "conversation_id": conversations,
    "interaction_id": interactions,
    "invitation_id": invitations,
    "ticket_id": tickets,
    "message_id": messages,
    "call_id": calls,
    "announcement_id": announcements,
}
SEARCHED = frozenset({"raw", "body", "query"})
"""Ways to be found that take reading: `searching.py`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody of whom we hold something. refs: the callers' own ids. places: (channel, address), past and present."""

    id: str
    name: str | None = None
    refs: tuple[str, ...]
    interactions: tuple[str, ...]
    places: tuple[tuple[str, str], ...]
    sent: tuple[tuple[str, str], ...]
    """Our messages by channel and provider's id."""


def person(connection: Connection, customer_id: str) -> Person:
    """By what this customer is known."""

    def column(*wanted: ColumnElement[Any], of: Table) -> list[Any]:
        return list(connection.execute(select(*wanted).where(of.c.customer_id == customer_id)).all())

    refs = {row[0] for row in column(customer_refs.c.ref, of=customer_refs)}
    refs |= {row[0] for row in column(interactions.c.customer_ref, of=interactions)}
    places = {tuple(row) for row in column(endpoints.c.channel, endpoints.c.address, of=endpoints)}
    places |= {tuple(row) for row in column(conversations.c.channel, conversations.c.address, of=conversations)}
    sent = {
        tuple(row)
        for table in (messages, outbox)
        for row in column(table.c.channel, table.c.provider_id, of=table)
        if row[1] is not None
    }
    return Person(
        id=customer_id,
        name=connection.execute(select(customers.c.name).where(customers.c.id == customer_id)).scalar(),
        refs=tuple(sorted(refs)),
        interactions=tuple(sorted(row[0] for row in column(interactions.c.ref, of=interactions))),
        places=tuple(sorted(places)),
        sent=tuple(sorted(sent)),
    )


def theirs(holding: Holding, person: Person) -> ColumnElement[bool]:
    """The rows of a table that are this person's."""
    table = metadata.tables[holding.table]
    match holding.by:
        case None:
            return false()
        case "customer_id" | "id":
            return table.c[holding.by] == person.id
        case "sender":
            said = select(messages.c.channel, messages.c.provider_id).where(
                messages.c.customer_id == person.id, messages.c.provider_id.is_not(None)
            )
            key = tuple_(*inbound.primary_key.columns)
            ways = (  # one after the other, each along an index; together in one condition they would read it all
                among(tuple_(inbound.c.channel, inbound.c.sender), "places"),
                inbound.c.customer_id == person.id,
                tuple_(inbound.c.channel, inbound.c.provider_id).in_(said),
            )
            return key.in_(union_all(*(select(*inbound.primary_key.columns).where(way) for way in ways)))
        case "provider_id":
            return among(tuple_(receipts.c.channel, receipts.c.provider_id), "sent")
        case "post_id":
            told = select(announcements.c.id).where(announcements.c.customer_id == person.id)
            return table.c.post_id.in_(select(posts.c.id).where(posts.c.announcement_id.in_(told)))
        case name:
            parent = _PARENTS[name]
            return table.c[name].in_(select(parent.c.id).where(parent.c.customer_id == person.id))


def keys(person: Person) -> dict[str, Any]:
    """The values that a condition of `theirs` takes when it runs."""
    return {"places": list(person.places), "sent": list(person.sent)}


def rows(connection: Connection, holding: Holding, person: Person) -> list[dict[str, Any]]:
    """A person's rows of a table as they are handed out: without secrets and sound."""
    table = metadata.tables[holding.table]
    columns = [
        column
        for column in table.columns
        if column.name not in holding.hide and not isinstance(column.type, LargeBinary)
    ]
    order = [table.c[name] for name in ("at", "created_at", "sequence") if name in table.c]
    statement = select(*columns).where(theirs(holding, person)).order_by(*order, *table.primary_key.columns)
    return [dict(row) for row in connection.execute(statement, keys(person)).mappings()]


def erase(connection: Connection, person: Person) -> dict[str, int]:
    """Delete or empty everything of a person in the order of the inventory; how many rows of each table."""
    counts: dict[str, int] = {}
    for holding in INVENTORY:
        if holding.by in SEARCHED or holding.by is None or holding.end is End.KEPT:
            continue
        table, mine = metadata.tables[holding.table], theirs(holding, person)
        if holding.end is End.DELETED:
            count = connection.execute(delete(table).where(mine), keys(person)).rowcount
        elif values := emptied(holding.table):
            count = connection.execute(update(table).where(mine).values(values), keys(person)).rowcount
        else:
            continue
        if count:
            counts[holding.table] = count
    return counts


def emptied(table_name: str, only: Collection[str] | None = None) -> dict[str, Any]:
    """What the columns of a table are set to when they are emptied; `only` some of them."""
    table = metadata.tables[table_name]
    names = BY_TABLE[table_name].blank if only is None else BY_TABLE[table_name].blank & set(only)
    special = _SPECIAL.get(table_name, {})
    return {name: special[name] if name in special else _empty(table, name) for name in sorted(names)}


def _empty(table: Table, name: str) -> Any:
    column = table.c[name]
    if column.nullable:
        return None
    if isinstance(column.type, JSON):
        return {}
    return literal("erased:") + table.c.id if column.unique else ""


_IS_WORDS = answers.c.question == REASON
_SPECIAL: Mapping[str, Mapping[str, Any]] = {
    # Unique together with the channel.
    "endpoints": {"address": literal("erased:") + endpoints.c.id},
    # That there was a reason is a figure; so are the score and the aspect.
    "conversations": {
        "reason": case((conversations.c.reason.is_not(None), ERASED), else_=None),
    },
    "messages": {"text": case((messages.c.text != "", ERASED), else_="")},
    "answers": {"value": case((_IS_WORDS, ERASED), else_=answers.c.value)},
    "interactions": {"customer_ref": ERASED},
}

__all__ = ["Person", "emptied", "erase", "keys", "person", "rows", "theirs"]
