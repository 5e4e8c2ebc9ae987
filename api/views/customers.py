"""People's lasting wish not to be asked."""

from __future__ import annotations

from pydantic import BaseModel
from sqlalchemy import Connection, select

from api.calls import Answer, Call
from api.models.customers import OptOutIn
from api.models.fields import Reference
from common.errors import NotFound
from common.store.people import find_customer
from common.store.schema import customers


class CustomerPath(BaseModel):
    """The caller's own id of a customer."""

    id: Reference


def opt_out(call: Call, path: CustomerPath, body: OptOutIn) -> Answer:
    """Never ask this person again, or lift that wish

    Counts for the person on every channel, ends open conversations and cancels what was planned. An empty body means
    true.
    """

    def work(connection: Connection) -> Answer:
        customer_id = find_customer(connection, path.id)
        if customer_id is None:
            raise NotFound("no such customer")
        rings: frozenset[str] = frozenset()
        if body.opted_out:
            rings = call.services.turns.opt_out(connection, customer_id, body.source, call.now)
        else:
            call.services.turns.opt_in(connection, customer_id)
        row = connection.execute(select(customers).where(customers.c.id == customer_id)).one()
        shown = {
            "customer_id": path.id,
            "opted_out": row.opted_out_at is not None,
            "opted_out_at": row.opted_out_at.isoformat() if row.opted_out_at else None,
            "source": row.opted_out_by,
        }
        return Answer(body=shown, rings=rings)

    return call.write(work)
