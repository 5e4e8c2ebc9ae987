"""Rows of telephone calls: the call, what it was told, and what belongs to it.

Whoever changes a call has locked its customer first, as every turn does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, exists, func, insert, select, update

from common.ids import new_id
from common.store.dialect import insert_new
from common.store.schema import (
    call_steps,
    calls,
    conversations,
    customer_refs,
    customers,
    endpoints,
    events,
    interactions,
    invitations,
    messages,
    outbox,
    recordings,
    surveys,
)
from common.store.threads import lock_customers

# Every request of a call runs these, while its caller listens to silence: they are built once, and few.
_FIND = select(calls).where(calls.c.call_sid == bindparam("_sid"))
# The customer first, as everybody locks. Locked as well, the call is read as it is when the wait is over.
_HOLD = _FIND.join(customers, customers.c.id == calls.c.customer_id).with_for_update(of=[customers, calls])
_CHANGE = update(calls).where(calls.c.id == bindparam("_id"))
_CONVERSATION = (
    select(conversations, endpoints.c.conversation_id.label("endpoint_is_about"))
    .outerjoin(endpoints, endpoints.c.id == conversations.c.endpoint_id)
    .where(conversations.c.id == bindparam("_id"))
)
_UNSPOKEN = (
    select(outbox)
    .where(
        outbox.c.conversation_id == bindparam("_id"),
        outbox.c.channel == bindparam("_channel"),
        outbox.c.kind == "prompt",
        outbox.c.state == "pending",
    )
    .order_by(outbox.c.sequence)
)
_KEEP_DOCUMENT = insert(call_steps).inline()


def find(connection: Connection, call_sid: str) -> Row[Any] | None:
    """The call that the provider calls `call_sid`."""
    return connection.execute(_FIND, {"_sid": call_sid}).first()


def hold(connection: Connection, call_sid: str) -> Row[Any] | None:
    """The call as it is now that its customer is locked."""
    if (held := connection.execute(_HOLD, {"_sid": call_sid}).first()) is not None:
        return held
    call = find(connection, call_sid)
    if call is None or call.customer_id is None:
        return call
    lock_customers(connection, [call.customer_id])
    return find(connection, call_sid)


def by_id(connection: Connection, call_id: str) -> Row[Any] | None:
    """The call that we call `call_id`."""
    return connection.execute(select(calls).where(calls.c.id == call_id)).first()


def claim(connection: Connection, call_sid: str, now: datetime, **columns: Any) -> str | None:
    """Write a call that was not known; its id, or None if it is known."""
    row = {
        "id": new_id("call"),
        "call_sid": call_sid,
        "conversation_id": None,
        "customer_id": None,
        "outbox_id": None,
        "status": "in-progress",
        "answered_by": None,
        "began_at": now,
        "updated_at": now,
    } | columns
    return str(row["id"]) if insert_new(connection, calls, [row]) else None


def change(connection: Connection, call_id: str, now: datetime, **columns: Any) -> None:
    """Set columns of a call."""
    connection.execute(_CHANGE, {"_id": call_id, "updated_at": now, **columns})


def document(connection: Connection, call_id: str, step: int) -> str | None:
    """What the call was told as its `step`."""
    where = (call_steps.c.call_id == call_id, call_steps.c.step == step)
    return connection.execute(select(call_steps.c.document).where(*where)).scalar()


def keep_document(
    connection: Connection, call_id: str, step: int, text: str, customer: str | None, at: datetime
) -> None:
    """Remember what the call is told as its `step`."""
    row = {"call_id": call_id, "step": step, "customer_id": customer, "document": text, "at": at}
    connection.execute(_KEEP_DOCUMENT, row)


def is_on_the_line(connection: Connection, conversation_id: str) -> bool:
    """True while a call of this conversation has not ended."""
    going = exists().where(calls.c.conversation_id == conversation_id, calls.c.ended_at.is_(None), calls.c.step > 0)
    return bool(connection.execute(select(going)).scalar())


def count_placed(connection: Connection, outbox_id: str) -> int:
    """How many calls this message has placed."""
    return len(connection.execute(select(calls.c.id).where(calls.c.outbox_id == outbox_id)).all())


def was_rung(connection: Connection, conversation_id: str) -> bool:
    """True if a question of this conversation has rung the customer's telephone."""
    rung = (
        select(calls.c.id)
        .join(outbox, outbox.c.id == calls.c.outbox_id)
        .where(calls.c.conversation_id == conversation_id, outbox.c.kind == "prompt")
    )
    return connection.execute(rung).first() is not None


def may_be_asked(connection: Connection, conversation_id: str) -> bool:
    """True unless this person opted out."""
    mine = conversations.c.customer_id == customers.c.id
    wish = select(customers.c.opted_out_at).join(conversations, mine).where(conversations.c.id == conversation_id)
    return connection.execute(wish).scalar() is None


def conversation(connection: Connection, conversation_id: str) -> Mapping[str, Any]:
    """The conversation's row, and which conversation its endpoint is about (`endpoint_is_about`)."""
    return dict(connection.execute(_CONVERSATION, {"_id": conversation_id}).mappings().one())


def interaction_ended_at(connection: Connection, conversation_row: Mapping[str, Any]) -> datetime:
    """When the interaction ended that this conversation is about."""
    mine = interactions.c.id == conversation_row["interaction_id"]
    ended_at: datetime = connection.execute(select(interactions.c.ended_at).where(mine)).scalar_one()
    return ended_at


def placing(connection: Connection, outbox_id: str) -> Row[Any] | None:
    """The message that places, or placed, a call."""
    return connection.execute(select(outbox).where(outbox.c.id == outbox_id)).first()


def unspoken(connection: Connection, conversation_id: str, channel: str) -> list[Mapping[Any, Any]]:
    """The bot's words of a conversation that wait to be said, in order."""
    return list(connection.execute(_UNSPOKEN, {"_id": conversation_id, "_channel": channel}).mappings())


def last_asked(connection: Connection, conversation_id: str, question: str) -> Mapping[str, Any] | None:
    """The row of the prompt in which a question was last asked: its id, its message and what was asked."""
    rows = connection.execute(
        select(outbox.c.id, outbox.c.message_id, outbox.c.prompt)
        .where(outbox.c.conversation_id == conversation_id, outbox.c.kind == "prompt")
        .order_by(outbox.c.sequence.desc())
    ).mappings()
    return next((dict(row) for row in rows if row["prompt"]["key"] == question), None)


def person(connection: Connection, customer_id: str) -> Row[Any, Any]:
    """Name and locale of this person, as a caller of the API told them."""
    wanted = select(customers.c.name, customers.c.locale).where(customers.c.id == customer_id)
    return connection.execute(wanted).one()


def speak_in(
    connection: Connection, conversation_id: str, locale: str, machine: Mapping[str, Any], now: datetime
) -> None:
    """From now on this conversation, whose customer is locked, is held in that language."""
    values = {"locale": locale, "machine": dict(machine), "updated_at": now, "version": conversations.c.version + 1}
    connection.execute(update(conversations).where(conversations.c.id == conversation_id).values(values))


def reword(connection: Connection, asked: Mapping[str, Any], prompt: Mapping[str, Any], text: str) -> None:
    """Put other words into a question that nobody has heard yet."""
    connection.execute(update(outbox).where(outbox.c.id == asked["id"]).values(prompt=dict(prompt)))
    connection.execute(update(messages).where(messages.c.id == asked["message_id"]).values(text=text))


def invited_for(connection: Connection, interaction_ref: str) -> tuple[bool, Row[Any] | None]:
    """Whether this interaction is known, and its invitation with the conversation that it has begun, if any."""
    known = connection.execute(select(interactions.c.id).where(interactions.c.ref == interaction_ref)).scalar()
    if known is None:
        return False, None
    return True, connection.execute(
        select(invitations, conversations.c.id.label("conversation_id"))
        .outerjoin(conversations, conversations.c.invitation_id == invitations.c.id)
        .where(invitations.c.interaction_id == known)
    ).first()


def latest_at(connection: Connection, channel: str, address: str) -> Row[Any] | None:
    """The latest conversation with this address."""
    return connection.execute(
        select(conversations)
        .join(endpoints, endpoints.c.conversation_id == conversations.c.id)
        .where(endpoints.c.channel == channel, endpoints.c.address == address)
    ).first()


def known_as(connection: Connection, address: str) -> str | None:
    """The caller's own id of the person at this address on any channel, the first by order."""
    return connection.execute(
        select(customer_refs.c.ref)
        .join(endpoints, endpoints.c.customer_id == customer_refs.c.customer_id)
        .where(endpoints.c.address == address)
        .order_by(customer_refs.c.ref)
        .limit(1)
    ).scalar()


def log(connection: Connection, conversation_id: str, now: datetime, name: str, data: Mapping[str, Any]) -> None:
    """Write into the log of a conversation, whose customer is locked."""
    counted = (
        update(conversations)
        .where(conversations.c.id == conversation_id)
        .values(sequence=conversations.c.sequence + 1)
        .returning(conversations.c.sequence, conversations.c.customer_id)
    )
    row = connection.execute(counted).one()
    keys = {"conversation_id": conversation_id, "sequence": row.sequence, "customer_id": row.customer_id}
    connection.execute(insert(events).values(**keys, at=now, name=name, data=dict(data)))


def newest_surveys(connection: Connection) -> dict[str, int]:
    """Every survey's newest version, by its key."""
    newest = select(surveys.c.key, func.max(surveys.c.version).label("version")).group_by(surveys.c.key)
    return {row.key: row.version for row in connection.execute(newest)}


def belongs_here(connection: Connection, conversation_row: Mapping[str, Any]) -> None:
    """From now on what comes from the conversation's endpoint is about this conversation."""
    if conversation_row["endpoint_is_about"] == conversation_row["id"]:
        return
    mine = endpoints.c.id == conversation_row["endpoint_id"]
    connection.execute(update(endpoints).where(mine).values(conversation_id=conversation_row["id"]))


def recordings_by_message(connection: Connection, conversation_id: str) -> dict[str, Row[Any]]:
    """The recordings of a thread, without their audio, by the message that each is."""
    columns = (recordings.c.id, recordings.c.message_id, recordings.c.state, recordings.c.duration_s)
    rows: Sequence[Any] = connection.execute(
        select(*columns).where(recordings.c.conversation_id == conversation_id)
    ).all()
    return {row.message_id: row for row in rows if row.message_id is not None}


def keep_recording(connection: Connection, provider_id: str, **columns: Any) -> str:
    """Write a recording or complete the one that is there; its id."""
    row = connection.execute(select(recordings.c.id).where(recordings.c.provider_id == provider_id)).first()
    if row is None:
        key = new_id("rec")
        connection.execute(insert(recordings).values(id=key, provider_id=provider_id, **columns))
        return key
    known = {name: value for name, value in columns.items() if value is not None and name not in {"at", "state"}}
    if known:
        connection.execute(update(recordings).where(recordings.c.id == row.id).values(known))
    return str(row.id)
