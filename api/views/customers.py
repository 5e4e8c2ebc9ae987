"""People's lasting wish not to be asked, and links by which they become known on a channel."""

from __future__ import annotations

from datetime import timedelta

from pydantic import BaseModel
from sqlalchemy import Connection, select

from api.calls import Answer, Call
from api.models.customers import LinkIn, OptOutIn
from api.models.fields import Reference
from common.actors import Actor
from common.audit import record
from common.channels import Channel, Linkable, SendError
from common.errors import Conflict, NotFound, StoreUnavailable
from common.store import links, people
from common.store.people import find_customer, is_within
from common.store.schema import customers


class CustomerPath(BaseModel):
    """The caller's own id of a customer."""

    id: Reference


def opt_out(call: Call, path: CustomerPath, body: OptOutIn) -> Answer:
    """Never ask this person again, or lift that wish

    Counts for the person on every channel, ends open conversations and cancels what was planned. An empty body means
    true. A key with teams finds those customers alone who have been in touch with one of them.
    """

    def work(connection: Connection) -> Answer:
        customer_id = _refuse_other_teams(connection, path.id, call.actor)
        rings: frozenset[str] = frozenset()
        if body.opted_out:
            rings = call.services.turns.opt_out(connection, customer_id, body.source, call.now)
        else:
            call.services.turns.opt_in(connection, customer_id)
        act = "customer.opted_out" if body.opted_out else "customer.opted_in"
        record(connection, call.actor, act, about=customer_id)
        row = connection.execute(select(customers).where(customers.c.id == customer_id)).one()
        shown = {
            "customer_id": path.id,
            "opted_out": row.opted_out_at is not None,
            "opted_out_at": row.opted_out_at.isoformat() if row.opted_out_at else None,
            "source": row.opted_out_by,
        }
        return Answer(body=shown, rings=rings)

    return call.write(work)


def link(call: Call, path: CustomerPath, body: LinkIn) -> Answer:
    """A link by which this customer becomes known on a channel

    For channels on which we cannot write first, like Telegram. Hand it to the customer; it works once, for whoever
    comes with it first. From then on interactions of this customer need not name an address there.
    """
    if call.actor.teams is not None:
        call.read(lambda connection: _refuse_other_teams(connection, path.id, call.actor))
    adapter = call.services.adapters.get(Channel(body.channel))
    if not isinstance(adapter, Linkable):
        raise Conflict(f"customers are not linked to {body.channel}, or it is switched off", code="channel_off")

    try:
        prefix = adapter.link_prefix()
    except SendError as error:
        raise StoreUnavailable(f"the provider cannot be asked for the address now ({error.code})") from None

    def work(connection: Connection) -> Answer:
        customer = people.find_or_create(connection, {"id": path.id}, {}, call.now)
        life = timedelta(seconds=body.valid_for_s)
        token, expires_at = links.create(
            connection, customer_id=customer["id"], channel=Channel(body.channel), now=call.now, life=life
        )
        shown = {"customer_id": path.id, "channel": body.channel, "expires_at": expires_at.isoformat()}
        return Answer(status=201, body=shown | {"url": prefix + token})

    return call.write(work)


def _refuse_other_teams(connection: Connection, ref: str, actor: Actor) -> str:
    """Our id of the customer. Raises NotFound for one who is unknown, to everybody or to this actor's teams."""
    customer_id = find_customer(connection, ref)
    if customer_id is None or not is_within(connection, customer_id, actor):
        raise NotFound("no such customer")
    return customer_id
