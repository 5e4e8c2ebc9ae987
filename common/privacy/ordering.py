"""Ordering an erasure: the wish, the marks that count from that moment, and the receipt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from common import clock
from common.errors import NotFound
from common.ids import new_id
from common.privacy import belongings
from common.privacy.belongings import Person
from common.privacy.erased import ErasedPeople
from common.privacy.inventory import ERASED
from common.store import tombstones
from common.store.people import find_customer
from common.store.schema import erasures
from common.store.threads import lock_customers
from common.turns import Turns

SOURCE = "erased"
"""Who opted the person out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """An erasure that was asked for. is_new: False if it had been before. customer_id: our own."""

    receipt: Mapping[str, Any]
    customer_id: str
    is_new: bool
    rings: frozenset[str] = frozenset()


def receipt_of(row: Row[Any]) -> dict[str, Any]:
    """A receipt as it is shown; nothing in it tells whose it is."""
    return {
        "id": row.id,
        "state": row.state,
        "requested_at": row.requested_at.isoformat(),
        "started_at": row.started_at.isoformat() if row.started_at else None,
        "done_at": row.done_at.isoformat() if row.done_at else None,
        "error": row.error,
        "erased": row.counts,
    }


def find_receipt(connection: Connection, erasure_id: str) -> dict[str, Any]:
    """The receipt. Raises NotFound."""
    row = connection.execute(select(erasures).where(erasures.c.id == erasure_id)).first()
    if row is None:
        raise NotFound("no such receipt")
    return receipt_of(row)


def order(connection: Connection, turns: Turns, erased: ErasedPeople, *, ref: str, by: str, now: datetime) -> Ordered:
    """Take the wish: opt out, put up the marks, write the receipt. Again: the receipt there is. Raises NotFound."""
    customer_id = find_customer(connection, ref)
    if customer_id is None:
        known = erased.customer(connection, ref)
        if known is None:
            raise NotFound("no such customer")
        return Ordered(receipt=receipt_of(known), customer_id=known.customer_id, is_new=False)
    lock_customers(connection, [customer_id])
    open_one = connection.execute(
        select(erasures).where(erasures.c.customer_id == customer_id, erasures.c.state != "done")
    ).first()
    if open_one is not None:
        return Ordered(receipt=receipt_of(open_one), customer_id=customer_id, is_new=False)
    row = {
        "id": new_id("era"),
        "customer_id": customer_id,
        "state": "queued",
        "requested_by": by,
        "requested_at": now,
        "due_at": clock.wall(),
        "attempts": 0,
        "counts": {},
    }
    connection.execute(insert(erasures).values(row))
    put_up_marks(connection, erased, str(row["id"]), belongings.person(connection, customer_id))
    rings = turns.opt_out(connection, customer_id, SOURCE, now)
    receipt = find_receipt(connection, str(row["id"]))
    return Ordered(receipt=receipt, customer_id=customer_id, is_new=True, rings=rings)


def put_up_marks(connection: Connection, erased: ErasedPeople, erasure_id: str, person: Person) -> None:
    """By everything that names the person now, somebody who comes later is known as erased."""
    marks = {erased.marks.of_customer(ref) for ref in person.refs if ref != ERASED}
    marks |= {erased.marks.of_interaction(ref) for ref in person.interactions if not is_emptied(ref)}
    marks |= {erased.marks.of_address(*place) for place in person.places if place[1] and not is_emptied(place[1])}
    marks |= {erased.marks.of_message(*each) for each in person.sent}
    tombstones.add(connection, erasure_id, marks)


def is_emptied(text: str) -> bool:
    return text.startswith("erased:")
