"""People and their endpoints: who is meant by a caller's customer, when the same person may have several ids."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, tuple_, update

from common.channels import Channel
from common.ids import new_id
from common.store.dialect import insert_new
from common.store.schema import (
    answers,
    conversations,
    customer_refs,
    customers,
    endpoints,
    events,
    inbound,
    interactions,
    invitations,
    links,
    messages,
    outbox,
    tickets,
)
from common.store.threads import lock_customers

_BELONGING = (interactions, invitations, conversations, answers, inbound, messages, events, outbox, tickets, links)


def find_or_create(
    connection: Connection, given: Mapping[str, Any], addresses: Mapping[Channel, str], now: datetime
) -> dict[str, Any]:
    """The person behind a caller's customer, locked, with name, locale and zone brought up to date.

    The caller's id and every address lead to a person; where they lead to several, those are one person from now on,
    so that a second id or a second channel is no way around an opt-out or the fatigue limit.
    """
    ref = given["id"]
    created = new_id("cus")
    if insert_new(connection, customer_refs, [{"ref": ref, "customer_id": created}]):
        connection.execute(insert(customers).values(id=created, created_at=now))
    while True:
        ids = _known_as(connection, ref, addresses)
        found = lock_customers(connection, ids)
        if found.keys() == ids:
            customer = min(found.values(), key=lambda row: (row["created_at"], row["id"]))
            for other in found.values():
                if other["id"] != customer["id"]:
                    customer = _merge(connection, customer, other)
            for channel, address in sorted(addresses.items()):
                endpoint(connection, customer["id"], channel, address)
            if _known_as(connection, ref, addresses) == {customer["id"]}:
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


def _known_as(connection: Connection, ref: str, addresses: Mapping[Channel, str]) -> set[str]:
    """Everyone to whom the caller's id or one of the addresses leads, as of now."""
    ids = {connection.execute(select(customer_refs.c.customer_id).where(customer_refs.c.ref == ref)).scalar_one()}
    places = [(channel.value, address) for channel, address in addresses.items()]
    if places:
        owners = select(endpoints.c.customer_id).where(tuple_(endpoints.c.channel, endpoints.c.address).in_(places))
        ids |= set(connection.execute(owners).scalars())
    return ids


def endpoint(connection: Connection, customer_id: str, channel: Channel, address: str) -> str:
    """The id of the endpoint at this address; a new one belongs to `customer_id`."""
    key = new_id("end")
    row = {"id": key, "customer_id": customer_id, "channel": channel.value, "address": address}
    if insert_new(connection, endpoints, [row]):
        return key
    where = (endpoints.c.channel == channel.value, endpoints.c.address == address)
    return str(connection.execute(select(endpoints.c.id).where(*where)).scalar_one())


def _merge(connection: Connection, kept: dict[str, Any], gone: dict[str, Any]) -> dict[str, Any]:
    """Make `gone` part of `kept`. An opt-out of either is an opt-out of both."""
    for table in (*_BELONGING, endpoints, customer_refs):
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
