"""People and their endpoints: who is meant by a caller's customer, when the same person may have several ids."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, tuple_, update

from common.actors import Actor
from common.channels import Channel
from common.ids import new_id
from common.store.dialect import insert_new
from common.store.schema import (
    announcements,
    answers,
    call_steps,
    calls,
    coded,
    conversations,
    customer_refs,
    customers,
    endpoints,
    erasures,
    events,
    files,
    follow_ups,
    inbound,
    interactions,
    invitations,
    links,
    mentions,
    messages,
    outbox,
    recordings,
    recoveries,
    sought,
    sought_words,
    tickets,
    visits,
)
from common.store.scope import narrowed_to, within
from common.store.threads import lock_customers

BELONGING = (
    *(interactions, invitations, conversations, answers, inbound, messages, events, outbox, tickets),
    *(links, visits, calls, call_steps, recordings, erasures, announcements, follow_ups, recoveries),
    *(mentions, sought, sought_words, files, coded),
)


def find_or_create(
    connection: Connection,
    given: Mapping[str, Any],
    addresses: Mapping[Channel, str],
    now: datetime,
    *,
    aliases: Mapping[Channel, Sequence[str]] | None = None,
) -> dict[str, Any]:
    """The person behind a caller's customer, locked, with name, locale and zone brought up to date.

    The caller's id and every address lead to a person; where they lead to several, those are one person from now on,
    so that a second id or a second channel is no way around an opt-out or the fatigue limit. aliases: further addresses
    of the person on a channel, beside the one in `addresses`.
    """
    ref, others = given["id"], aliases or {}
    places = [(channel, address) for channel, address in addresses.items()]
    places += [(channel, address) for channel, more in others.items() for address in more]
    created = new_id("cus")
    if insert_new(connection, customer_refs, [{"ref": ref, "customer_id": created}]):
        connection.execute(insert(customers).values(id=created, created_at=now))
    while True:
        ids = _known_as(connection, ref, places)
        found = lock_customers(connection, ids)
        if found.keys() == ids:
            customer = min(found.values(), key=lambda row: (row["created_at"], row["id"]))
            for other in found.values():
                if other["id"] != customer["id"]:
                    customer = _merge(connection, customer, other)
            for channel, address in sorted(addresses.items()):
                endpoint(connection, customer["id"], channel, address)
                if others.get(channel):
                    unite(connection, channel, (address, *others[channel]), {customer["id"]: customer})
            if _known_as(connection, ref, places) == {customer["id"]}:
                break
        # Another process made them one with somebody else, or gave the address to somebody, while we waited for it.
    known = {name: given.get(name) for name in ("name", "locale", "timezone", "consent") if given.get(name) is not None}
    if any(customer[name] != value for name, value in known.items()):
        connection.execute(update(customers).where(customers.c.id == customer["id"]).values(known))
    return customer | known


def give_address(connection: Connection, customer_id: str, channel: Channel, address: str) -> bool:
    """This person is at this address, too: whoever was known there is the same person. False if nobody has this id."""
    where = (endpoints.c.channel == channel.value, endpoints.c.address == address)
    owner = connection.execute(select(endpoints.c.customer_id).where(*where)).scalar()
    ids = {customer_id, owner or customer_id}
    found = lock_customers(connection, ids)
    if found.keys() != ids:
        return False
    kept = min(found.values(), key=lambda row: (row["created_at"], row["id"]))
    for other in found.values():
        if other["id"] != kept["id"]:
            kept = _merge(connection, kept, other)
    endpoint(connection, kept["id"], channel, address)
    return True


def _known_as(connection: Connection, ref: str, places: Collection[tuple[Channel, str]]) -> set[str]:
    """Everyone to whom the caller's id or one of the addresses leads, as of now."""
    ids = {connection.execute(select(customer_refs.c.customer_id).where(customer_refs.c.ref == ref)).scalar_one()}
    named = [(channel.value, address) for channel, address in places]
    if named:
        owners = select(endpoints.c.customer_id).where(tuple_(endpoints.c.channel, endpoints.c.address).in_(named))
        ids |= set(connection.execute(owners).scalars())
    return ids


def endpoint(connection: Connection, customer_id: str, channel: Channel, address: str) -> str:
    """The id of the endpoint that stands for this address; a new one belongs to `customer_id`.

    Somebody may have written before we knew who it was: that opened the provider's window, too.
    """
    key = new_id("end")
    row = {"id": key, "customer_id": customer_id, "channel": channel.value, "address": address}
    if insert_new(connection, endpoints, [row]):
        wrote = (inbound.c.channel == channel.value, inbound.c.sender == address)
        if (last := connection.execute(select(func.max(inbound.c.received_at)).where(*wrote)).scalar()) is not None:
            connection.execute(update(endpoints).where(endpoints.c.id == key).values(last_inbound_at=last))
        return key
    where = (endpoints.c.channel == channel.value, endpoints.c.address == address)
    found = connection.execute(select(endpoints.c.id, endpoints.c.same_as).where(*where)).one()
    return str(found.same_as or found.id)


def learn(connection: Connection, channel: Channel, address: str, aliases: Sequence[str]) -> None:
    """The provider calls the person at `address` by `aliases`, too; what leads to somebody already is left alone."""
    where = (endpoints.c.channel == channel.value, endpoints.c.address == address)
    known = connection.execute(select(endpoints).where(*where)).first()
    if known is not None:
        _add_aliases(connection, channel, aliases, customer_id=known.customer_id, head=known.same_as or known.id)


def unite(
    connection: Connection, channel: Channel, addresses: Sequence[str], locked: dict[str, dict[str, Any]]
) -> None:
    """These addresses are one person's: from now on one endpoint stands for all of them, and one customer has it.

    Addresses of which none is known stay unknown. locked: the customers behind the addresses, by id, locked; whoever
    becomes part of somebody else is taken out.
    """
    heads = _heads(connection, channel, addresses)
    if not heads:
        return
    if any(head["customer_id"] not in locked for head in heads):
        return  # somebody else's since we looked: whoever locks both will see it
    owners = sorted({head["customer_id"] for head in heads}, key=lambda key: (locked[key]["created_at"], key))
    kept = owners[0]
    for gone in owners[1:]:
        locked[kept] = _merge(connection, locked[kept], locked.pop(gone))
    places = {address: place for place, address in enumerate(addresses)}
    head, *rest = sorted(heads, key=lambda row: (places.get(row["address"], len(places)), row["id"]))
    for other in rest:
        _stand_for(connection, head, other)
    _add_aliases(connection, channel, addresses, customer_id=kept, head=head["id"])


def move(connection: Connection, channel: Channel, old: str, new: str) -> frozenset[str]:
    """The person at `old` is now at `new`, and `old` may soon be somebody else's. The person's id, if there is one."""
    at_old = (endpoints.c.channel == channel.value, endpoints.c.address == old)
    places = [(channel.value, old), (channel.value, new)]
    wanted = select(endpoints).where(tuple_(endpoints.c.channel, endpoints.c.address).in_(places))
    people = lock_customers(connection, set(connection.execute(wanted).scalars("customer_id")))
    found = {row.address: row for row in connection.execute(wanted)}
    if old not in found or any(row.customer_id not in people for row in found.values()):
        return frozenset()
    if new in found:
        unite(connection, channel, (new, old), people)
        connection.execute(endpoints.delete().where(*at_old, endpoints.c.same_as.is_not(None)))
    else:
        connection.execute(update(endpoints).where(*at_old).values(address=new))
    for table in (conversations, outbox):
        mine = (table.c.channel == channel.value, table.c.address == old, table.c.customer_id.in_(list(people)))
        connection.execute(update(table).where(*mine).values(address=new))
    return frozenset(people)


def _heads(connection: Connection, channel: Channel, addresses: Sequence[str]) -> list[dict[str, Any]]:
    """The endpoints that stand for these addresses, each once."""
    places = [(channel.value, address) for address in addresses]
    found = connection.execute(
        select(endpoints).where(tuple_(endpoints.c.channel, endpoints.c.address).in_(places))
    ).mappings()
    ids = {row["same_as"] or row["id"] for row in found}
    rows = connection.execute(select(endpoints).where(endpoints.c.id.in_(ids))).mappings() if ids else ()
    return [dict(row) for row in rows]


def _stand_for(connection: Connection, head: dict[str, Any], other: Mapping[str, Any]) -> None:
    """Let `head` stand for `other` as well: the newest conversation is the one that is going on."""
    latest = connection.execute(
        select(conversations.c.id)
        .where(conversations.c.id.in_([key for key in (head["conversation_id"], other["conversation_id"]) if key]))
        .order_by(conversations.c.started_at.desc(), conversations.c.id)
        .limit(1)
    ).scalar()
    heard = [at for at in (head["last_inbound_at"], other["last_inbound_at"]) if at is not None]
    head |= {
        "conversation_id": latest,
        "last_inbound_at": max(heard, default=None),
        "holds_reply": head["holds_reply"] or other["holds_reply"],
    }
    kept = {name: head[name] for name in ("conversation_id", "last_inbound_at", "holds_reply")}
    connection.execute(update(endpoints).where(endpoints.c.id == head["id"]).values(**kept))
    is_other = (endpoints.c.id == other["id"]) | (endpoints.c.same_as == other["id"])
    connection.execute(update(endpoints).where(is_other).values(same_as=head["id"]))
    for table in (conversations, invitations):
        connection.execute(update(table).where(table.c.endpoint_id == other["id"]).values(endpoint_id=head["id"]))


def _add_aliases(
    connection: Connection, channel: Channel, addresses: Sequence[str], *, customer_id: str, head: str
) -> None:
    rows = [
        {"id": new_id("end"), "customer_id": customer_id, "channel": channel.value, "address": each, "same_as": head}
        for each in addresses
    ]
    insert_new(connection, endpoints, rows)


def _merge(connection: Connection, kept: dict[str, Any], gone: dict[str, Any]) -> dict[str, Any]:
    """Make `gone` part of `kept`. An opt-out of either is an opt-out of both."""
    for table in (*BELONGING, endpoints, customer_refs):
        connection.execute(update(table).where(table.c.customer_id == gone["id"]).values(customer_id=kept["id"]))
    merged = dict(kept)
    for name in ("name", "locale", "timezone", "consent", "opted_out_at", "opted_out_by"):
        if merged[name] is None:
            merged[name] = gone[name]
    values = {name: merged[name] for name in merged if name != "id"}
    connection.execute(update(customers).where(customers.c.id == kept["id"]).values(values))
    connection.execute(customers.delete().where(customers.c.id == gone["id"]))
    return merged


def find_customer(connection: Connection, ref: str) -> str | None:
    """The person whom a caller calls `ref`."""
    return connection.execute(select(customer_refs.c.customer_id).where(customer_refs.c.ref == ref)).scalar()


def is_within(connection: Connection, customer_id: str, actor: Actor) -> bool:
    """True if this customer exists for the actor: one of the actor's teams was in touch with them."""
    if actor.teams is None:
        return True
    with narrowed_to(actor.teams):
        statement = select(interactions.c.id).where(interactions.c.customer_id == customer_id)
        return connection.execute(statement.where(within(interactions.c.team)).limit(1)).first() is not None
