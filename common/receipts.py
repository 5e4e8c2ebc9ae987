"""The provider's news about our messages: kept whole, applied only forward.

A receipt may come before our own commit of the send: it waits until the message with that provider id is known.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select, update

from common import clock
from common.bell import FEED
from common.channels import Delivery, DeliveryReceipt, SendErrorCode
from common.store.dialect import insert_new
from common.store.schema import messages, outbox, receipts
from common.survey.machine import Undeliverable
from common.turns import ConversationEvent, Turns

_GONE = {SendErrorCode.UNDELIVERABLE, SendErrorCode.REJECTED, SendErrorCode.ENDPOINT_BLOCKED}


def record(connection: Connection, turns: Turns, news: Sequence[DeliveryReceipt]) -> list[frozenset[str]]:
    """Keep and apply receipts; the topics to ring. The same receipt again changes nothing."""
    return [_record(connection, turns, receipt) for receipt in news]


def _record(connection: Connection, turns: Turns, receipt: DeliveryReceipt) -> frozenset[str]:
    now = clock.now()
    row = {
        "channel": receipt.channel.value,
        "provider_id": receipt.provider_id,
        "delivery": receipt.delivery.value,
        "error": receipt.error,
        "fate": receipt.fate.value if receipt.fate else None,
        "at": now,
        "applied": False,
    }
    if not insert_new(connection, receipts, [row]):
        return frozenset()
    message = connection.execute(
        select(messages.c.id, messages.c.conversation_id, messages.c.customer_id).where(
            messages.c.channel == receipt.channel.value,
            messages.c.provider_id == receipt.provider_id,
            messages.c.direction == "out",
        )
    ).first()
    if message is None:
        return frozenset()  # it waits for `apply_waiting`
    changed = apply_waiting(connection, receipt.channel.value, receipt.provider_id, message.id)
    rings = frozenset({f"conversation:{message.conversation_id}", FEED}) if changed else frozenset()
    if changed and receipt.delivery is Delivery.FAILED and receipt.fate in _GONE:
        rings |= _gone(connection, turns, receipt, message.id, message.conversation_id, message.customer_id)
    return rings


def apply_waiting(connection: Connection, channel: str, provider_id: str, message_id: str) -> bool:
    """Apply the receipts that are there for a message; True if its delivery moved. Never moves it back."""
    mine = (receipts.c.channel == channel, receipts.c.provider_id == provider_id)
    waiting = connection.execute(select(receipts).where(*mine, receipts.c.applied.is_(False))).all()
    if not waiting:
        return False
    connection.execute(update(receipts).where(*mine).values(applied=True))
    current = connection.execute(select(messages.c.delivery).where(messages.c.id == message_id)).scalar()
    best = max(waiting, key=lambda row: Delivery(row.delivery).rank)
    if current is not None and Delivery(best.delivery).rank <= Delivery(current).rank:
        return False
    connection.execute(
        update(messages).where(messages.c.id == message_id).values(delivery=best.delivery, error=best.error)
    )
    return True


def _gone(
    connection: Connection, turns: Turns, receipt: DeliveryReceipt, message_id: str, conversation_id: str, customer: str
) -> frozenset[str]:
    """The provider took it and then could not deliver it, for good: the machine must know."""
    now = clock.now()
    rings: frozenset[str] = frozenset()
    row = connection.execute(select(outbox.c.step, outbox.c.kind).where(outbox.c.message_id == message_id)).first()
    if row is not None and row.kind == "prompt":
        event = Undeliverable(at=now, prompt_step=row.step, code=receipt.error or "")
        results = turns.run(connection, [ConversationEvent(conversation_id=conversation_id, event=event)])
        rings = rings.union(*(result.rings for result in results))
    if receipt.fate is SendErrorCode.ENDPOINT_BLOCKED:
        rings |= turns.opt_out(connection, customer, "provider", now)
    return rings
