"""The provider's news about our messages: kept whole, applied only forward.

A receipt may come before our own commit of the send: it waits until the message with that provider id is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from common import clock
from common.bell import FEED
from common.channels import Channel, Delivery, DeliveryReceipt, SendErrorCode, SendResult
from common.store.dialect import insert_new
from common.store.people import learn
from common.store.schema import conversations, invitations, messages, outbox, receipts
from common.store.threads import lock_customers
from common.survey.machine import Undeliverable
from common.turns import ConversationEvent, Turns

_GONE = {
    SendErrorCode.UNDELIVERABLE.value,
    SendErrorCode.REJECTED.value,
    SendErrorCode.ENDPOINT_BLOCKED.value,
}


def record(connection: Connection, turns: Turns, news: Sequence[DeliveryReceipt]) -> list[frozenset[str]]:
    """Keep and apply receipts; the topics to ring. The same receipt again changes nothing."""
    _wait_for_settling(connection, news)
    return [_record(connection, turns, receipt) for receipt in news]


def _wait_for_settling(connection: Connection, news: Sequence[DeliveryReceipt]) -> None:
    """News may come while the dispatcher writes down the send. One of us must see what the other has committed."""
    named = {receipt.reference for receipt in news if receipt.reference}
    if named:
        unsettled = select(outbox.c.customer_id).where(outbox.c.id.in_(named), outbox.c.provider_id.is_(None))
        lock_customers(connection, set(connection.execute(unsettled).scalars()))


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
    rings = _settled_by(connection, receipt, now)
    message = connection.execute(
        select(messages.c.id, messages.c.conversation_id, messages.c.customer_id).where(
            messages.c.channel == receipt.channel.value,
            messages.c.provider_id == receipt.provider_id,
            messages.c.direction == "out",
        )
    ).first()
    if message is None:
        return rings  # it waits for `apply_waiting`
    changed = apply_waiting(connection, receipt.channel.value, receipt.provider_id, message.id) or bool(rings)
    rings |= frozenset({f"conversation:{message.conversation_id}", FEED}) if changed else frozenset()
    return rings | (take_failure(connection, turns, message.id, now) if changed else frozenset())


def _settled_by(connection: Connection, receipt: DeliveryReceipt, now: datetime) -> frozenset[str]:
    """News that names our own reference proves that a send of unknown fate arrived: no look-up is needed any more."""
    if receipt.reference is None:
        return frozenset()
    row = (
        connection.execute(
            select(outbox)
            .where(outbox.c.id == receipt.reference, outbox.c.channel == receipt.channel.value)
            .where(
                outbox.c.state.in_(("unknown", "pending", "needs_human")),
                outbox.c.provider_id.is_(None),
                outbox.c.attempts > 0,
            )
        )
        .mappings()
        .first()
    )
    if row is None:
        return frozenset()
    return mark_sent(connection, row, SendResult(provider_id=receipt.provider_id), now)


def mark_sent(connection: Connection, row: Mapping[Any, Any], result: SendResult, now: datetime) -> frozenset[str]:
    """The provider has the message of outbox row `row`: say so wherever it matters; the topics to ring."""
    values = {"state": "sent", "provider_id": result.provider_id, "error": None, "lease_until": None}
    connection.execute(update(outbox).where(outbox.c.id == row["id"]).values(values))
    connection.execute(
        update(messages)
        .where(messages.c.id == row["message_id"])
        .values(provider_id=result.provider_id, delivery=result.delivery.value, error=None)
    )
    if result.aliases:
        learn(connection, Channel(row["channel"]), row["address"], result.aliases)
    apply_waiting(connection, row["channel"], result.provider_id, row["message_id"])
    if row["step"] == 1 and row["kind"] == "prompt":
        mine = select(conversations.c.invitation_id).where(conversations.c.id == row["conversation_id"])
        is_new = (invitations.c.id.in_(mine), invitations.c.sent_at.is_(None))
        connection.execute(update(invitations).where(*is_new).values(sent_at=now))
        is_scheduled = (invitations.c.id.in_(mine), invitations.c.status == "scheduled")
        connection.execute(update(invitations).where(*is_scheduled).values(status="sent"))
    return frozenset({f"conversation:{row['conversation_id']}", FEED})


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


def take_failure(connection: Connection, turns: Turns, message_id: str, now: datetime) -> frozenset[str]:
    """If the provider took a message and could then not deliver it, for good, tell the machine; the topics to ring."""
    failed = connection.execute(
        select(outbox, receipts.c.error.label("why"), receipts.c.fate)
        .join(messages, messages.c.id == outbox.c.message_id)
        .join(
            receipts,
            (receipts.c.channel == messages.c.channel)
            & (receipts.c.provider_id == messages.c.provider_id)
            & (receipts.c.delivery == Delivery.FAILED.value),
        )
        .where(outbox.c.message_id == message_id, messages.c.delivery == Delivery.FAILED.value)
    ).first()
    if failed is None or failed.fate not in _GONE:
        return frozenset()
    rings: frozenset[str] = frozenset()
    if failed.kind == "prompt":
        event = Undeliverable(at=now, prompt_step=failed.step, code=failed.why or "")
        results = turns.run(connection, [ConversationEvent(conversation_id=failed.conversation_id, event=event)])
        rings = rings.union(*(result.rings for result in results))
    if failed.fate == SendErrorCode.ENDPOINT_BLOCKED.value:
        rings |= turns.opt_out(connection, failed.customer_id, "provider", now)
    return rings
