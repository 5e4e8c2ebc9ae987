"""People's lasting wish not to be asked, links to a channel, the copy of their data, and its erasure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Response
from pydantic import BaseModel
from sqlalchemy import Connection, select

from api.calls import Answer, Call
from api.models.customers import LinkIn, OptOutIn
from api.models.fields import Reference
from common.actors import Actor
from common.audit import record
from common.channels import Channel, Linkable, SendError
from common.errors import Conflict, NotFound, StoreUnavailable
from common.files.keeping import file_of
from common.privacy import ordering
from common.privacy.copying import copy_of
from common.privacy.ordering import SOURCE
from common.store import links, people
from common.store.people import find_customer, is_within
from common.store.schema import customers
from common.telephone.recordings import audio_of


class CustomerPath(BaseModel):
    """The caller's own id of a customer."""

    id: Reference


class ErasurePath(BaseModel):
    """The id of a receipt."""

    id: Reference


class RecordingPath(BaseModel):
    """The id of a recording."""

    id: Reference


class FilePath(BaseModel):
    """The id of a file."""

    id: Reference


def opt_out(call: Call, path: CustomerPath, body: OptOutIn) -> Answer:
    """Never ask this person again, or lift that wish

    Counts for the person on every channel, ends open conversations and cancels what was planned. An empty body means
    true. A key with teams finds those customers alone who have been in touch with one of them.
    """

    def work(connection: Connection) -> Answer:
        if find_customer(connection, path.id) is None and call.services.erased.customer(connection, path.id):
            return _of_erased(call, connection, path.id, body)
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


def _of_erased(call: Call, connection: Connection, ref: str, body: OptOutIn) -> Answer:
    """The wish of somebody who was erased: it stands until it is lifted, and then that customer is a new one."""
    erasure = call.services.erased.customer(connection, ref)
    if erasure is None or not is_within(connection, erasure.customer_id, call.actor):
        raise NotFound("no such customer")
    if not body.opted_out:
        call.services.erased.lift(connection, ref)
    shown = {
        "customer_id": ref,
        "opted_out": body.opted_out,
        "opted_out_at": erasure.requested_at.isoformat() if body.opted_out else None,
        "source": SOURCE if body.opted_out else None,
    }
    return Answer(body=shown)


def export(call: Call, path: CustomerPath) -> Answer:
    """Everything that is held about this customer

    One document for the person, or for another system: identity and addresses, how consent and opt-out came about,
    interactions with the decisions, invitations, conversations with every message and event, tickets with replies and
    notes, calls, recordings, and what providers sent. Needs an administrator's key.
    """
    api_url = f"{call.services.settings.public_url}/api/v1"

    def work(connection: Connection) -> Answer:
        customer_id = _within(connection, call, path)
        document = copy_of(connection, path.id, call.now, api_url=api_url)
        record(connection, call.actor, "customer.exported", about=customer_id)
        return Answer(body=document)

    return call.committed(work)


def erase(call: Call, path: CustomerPath) -> Answer:
    """Erase this customer

    From this answer on the customer is opted out and nothing more is sent; soon afterwards every name, address and word
    of theirs is gone, and the receipt says `done`. Scores, bands, channels, teams and times stay as anonymous figures.
    Again: the same receipt. Whoever was erased is not asked again, under this id or any known address, until
    `PUT /customers/{id}/opt-out` with `{"opted_out": false}`. Needs an administrator's key.
    """

    def work(connection: Connection) -> Answer:
        _within(connection, call, path)
        ordered = ordering.order(
            connection, call.services.turns, call.services.erased, ref=path.id, by=call.actor.id, now=call.now
        )
        if ordered.is_new:
            record(connection, call.actor, "customer.erased", about=ordered.customer_id)
        return _receipt(call, ordered.receipt, status=202, rings=ordered.rings)

    return call.write(work)


def erasure(call: Call, path: ErasurePath) -> Answer:
    """How an erasure stands"""
    return call.read(lambda connection: _receipt(call, ordering.find_receipt(connection, path.id)))


def recording(call: Call, path: RecordingPath) -> Response:
    """The audio of a recording"""
    audio = call.read(lambda connection: audio_of(connection, path.id))
    if audio is None:
        raise NotFound("no such recording, or its time is over")
    return Response(audio.data, content_type=audio.media_type, headers={"Cache-Control": "no-store"})


def _within(connection: Connection, call: Call, path: CustomerPath) -> str | None:
    """The customer, if this actor's teams have anything to do with it. Raises NotFound."""
    customer_id = find_customer(connection, path.id)
    if customer_id is not None and not is_within(connection, customer_id, call.actor):
        raise NotFound("no such customer")
    return customer_id


def file(call: Call, path: FilePath) -> Response:
    """A file that a customer attached"""
    found = call.read(lambda connection: file_of(connection, path.id))
    if found is None:
        raise NotFound("no such file, or its time is over")
    return Response(
        found.content,
        content_type=found.kind.media_type,
        headers={
            "Cache-Control": "no-store",
            "Content-Disposition": "attachment",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _receipt(
    call: Call, receipt: Mapping[str, Any], *, status: int = 200, rings: frozenset[str] = frozenset()
) -> Answer:
    url = f"{call.services.settings.public_url}/api/v1/erasures/{receipt['id']}"
    return Answer(status=status, body={**receipt, "url": url}, headers={"Location": url}, rings=rings)


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
        if call.services.erased.customer(connection, path.id) is not None:
            raise Conflict("this customer was erased, and is not asked again", code="erased")
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
