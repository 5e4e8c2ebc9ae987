"""The provider's news about our messages: kept whole, applied only forward.

A receipt may come before our own commit of the send: it waits until the message with that provider id is known. Then it
takes effect with the send (`mark_sent`), or a little later (`apply_waiting`); always for many messages at once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, select, tuple_, union_all, update

from common import clock
from common.bell import FEED
from common.channels import Channel, Delivery, DeliveryReceipt, SendErrorCode, SendResult
from common.delivery.shutting import shut_windows
from common.delivery.without_form import ask_in_words, is_refused_form
from common.store.dialect import among, insert_new
from common.store.people import learn
from common.store.schema import conversations, invitations, messages, outbox, receipts
from common.store.threads import hold_customers
from common.survey.machine import Undeliverable
from common.turns import ConversationEvent, Turns

Row = Mapping[Any, Any]
"""A row by column name."""
Place = tuple[str, str]
"""A message as its provider names it: channel and provider id."""

_GONE = {
    SendErrorCode.UNDELIVERABLE.value,
    SendErrorCode.REJECTED.value,
    SendErrorCode.ENDPOINT_BLOCKED.value,
    SendErrorCode.WINDOW_CLOSED.value,
    SendErrorCode.TEMPLATE_NOT_APPROVED.value,
}
_BY_PLACE = (among(tuple_(messages.c.channel, messages.c.provider_id), "places"), messages.c.direction == "out")
_CONCERNED = union_all(
    select(messages.c.customer_id).where(*_BY_PLACE),
    select(outbox.c.customer_id).where(among(outbox.c.id, "references"), outbox.c.provider_id.is_(None)),
)
# Whatever we think of it meanwhile: `sending` while its answer is on the way (and may yet be lost), `cancelled` because
# it was to be sent again and was not wanted any more.
_UNSETTLED = select(outbox).where(
    among(outbox.c.id, "references"), outbox.c.provider_id.is_(None), outbox.c.attempts > 0
)
_MESSAGES = select(
    messages.c.id, messages.c.conversation_id, messages.c.channel, messages.c.provider_id, messages.c.delivery
).where(*_BY_PLACE)
_WAITING = select(receipts).where(
    among(tuple_(receipts.c.channel, receipts.c.provider_id), "places"), receipts.c.applied.is_(False)
)
_FAILED = select(receipts.c.channel, receipts.c.provider_id).where(
    among(tuple_(receipts.c.channel, receipts.c.provider_id), "places"),
    receipts.c.delivery == Delivery.FAILED.value,
    receipts.c.applied.is_(True),
)
_APPLIED = (
    update(receipts)
    .where(receipts.c.channel == bindparam("_channel"), receipts.c.provider_id == bindparam("_provider_id"))
    .values(applied=True)
)
_MOVE = (
    update(messages)
    .where(messages.c.id == bindparam("_id"))
    .values(delivery=bindparam("_delivery"), error=bindparam("_error"))
)
_ROWS = select(outbox).where(among(outbox.c.message_id))
_SENT = (
    update(outbox)
    .where(outbox.c.id == bindparam("_id"))
    .values(state="sent", provider_id=bindparam("_provider_id"), error=None, lease_until=None)
)
_HANDED_OVER = (
    update(messages)
    .where(messages.c.id == bindparam("_id"))
    .values(provider_id=bindparam("_provider_id"), delivery=bindparam("_delivery"), error=bindparam("_error"))
)
_INVITED = (
    update(invitations)
    .where(
        invitations.c.id.in_(select(conversations.c.invitation_id).where(among(conversations.c.id)).scalar_subquery())
    )
    .values(
        sent_at=func.coalesce(invitations.c.sent_at, bindparam("_now", type_=invitations.c.sent_at.type)),
        status=case((invitations.c.status == "scheduled", "sent"), else_=invitations.c.status),
    )
)


def record(connection: Connection, turns: Turns, news: Sequence[DeliveryReceipt]) -> list[frozenset[str]]:
    """Keep and apply receipts; for each the topics to ring. The same receipt again changes nothing."""
    now = clock.now()
    gone = turns.erased.messages(connection, {_place(receipt) for receipt in news}) if turns.erased else set()
    rows = {
        (receipt.channel.value, receipt.provider_id, receipt.delivery.value): {
            "channel": receipt.channel.value,
            "provider_id": receipt.provider_id,
            "delivery": receipt.delivery.value,
            "error": receipt.error,
            "fate": receipt.fate.value if receipt.fate else None,
            "at": now,
            "applied": False,
        }
        for receipt in reversed(news)  # of two that say the same in one batch, the first counts
        if _place(receipt) not in gone  # of somebody who was erased, not even the provider's ids are kept
    }
    references = {receipt.reference: receipt for receipt in reversed(news) if receipt.reference}
    places = {_place(receipt) for receipt in news}
    # News may come while the dispatcher writes down the send. One of us must see what the other has committed.
    hold_customers(connection, _CONCERNED, {"places": list(places), "references": list(references)})
    fresh = insert_new(connection, receipts, [rows[key] for key in sorted(rows)])
    if not fresh:
        return [frozenset()] * len(news)
    settled = _settle_named(connection, turns, fresh, references, now)
    applied = apply_waiting(connection, turns, {(channel, provider_id) for channel, provider_id, _ in fresh}, now)
    return [settled.get(_place(receipt), frozenset()) | applied.get(_place(receipt), frozenset()) for receipt in news]


def _place(receipt: DeliveryReceipt) -> Place:
    return (receipt.channel.value, receipt.provider_id)


def _settle_named(
    connection: Connection,
    turns: Turns,
    fresh: Collection[tuple[Any, ...]],
    references: Mapping[str, DeliveryReceipt],
    now: datetime,
) -> dict[Place, frozenset[str]]:
    """News that names our own reference proves that a send of unknown fate arrived: no look-up is needed any more."""
    named = {
        reference: receipt
        for reference, receipt in references.items()
        if (*_place(receipt), receipt.delivery.value) in fresh
    }
    if not named:
        return {}
    # Of what failed for good, and is to be said in another way, an older status may come late: it proves nothing.
    failed = connection.execute(_FAILED, {"places": [_place(receipt) for receipt in named.values()]}).all()
    old = {(row.channel, row.provider_id) for row in failed}
    rows = connection.execute(_UNSETTLED, {"references": list(named)}).mappings()
    sent = [
        (row, _proof(named[row["id"]], row["address"]))
        for row in rows
        if row["channel"] == named[row["id"]].channel.value and _place(named[row["id"]]) not in old
    ]
    rings = mark_sent(connection, turns, sent, now)
    return {(row["channel"], result.provider_id): rings for row, result in sent}


def _proof(receipt: DeliveryReceipt, address: str) -> SendResult:
    """What the answer of the send would have said, as far as the receipt says it, too."""
    aliases = tuple(name for name in receipt.recipients if name != address)
    return SendResult(provider_id=receipt.provider_id, aliases=aliases)


def mark_sent(
    connection: Connection,
    turns: Turns,
    sent: Sequence[tuple[Row, SendResult]],
    now: datetime,
    *,
    has_news: bool = True,
) -> frozenset[str]:
    """The provider has the messages of these outbox rows: say so wherever it matters; the topics to ring.

    What the provider has said about them already takes effect, too. Their customers must be locked. has_news: False =
    the provider never says anything about them.
    """
    if not sent:
        return frozenset()
    places = {(row["channel"], result.provider_id) for row, result in sent}
    waiting = _waiting(connection, places) if has_news else {}
    connection.execute(_SENT, [{"_id": row["id"], "_provider_id": result.provider_id} for row, result in sent])
    for row, result in sent:
        if result.aliases:
            learn(connection, Channel(row["channel"]), row["address"], result.aliases)
    failed: list[tuple[Row, _News]] = []
    handed_over = []
    for row, result in sent:
        best = waiting.get((row["channel"], result.provider_id))
        news = best if best is not None and best.outranks(result.delivery) else _News(delivery=result.delivery)
        handed_over.append(
            {
                "_id": row["message_id"],
                "_provider_id": result.provider_id,
                "_delivery": news.delivery.value,
                "_error": news.error,
            }
        )
        if news.is_failure:
            failed.append((row, news))
    connection.execute(_HANDED_OVER, handed_over)
    if first := [row["conversation_id"] for row, _ in sent if row["step"] == 1 and row["kind"] == "prompt"]:
        connection.execute(_INVITED, {"ids": first, "_now": now})
    rings = frozenset({f"conversation:{row['conversation_id']}" for row, _ in sent} | {FEED})
    return rings | _take_failures(connection, turns, failed, now)


def apply_waiting(
    connection: Connection, turns: Turns, places: Collection[Place], now: datetime
) -> dict[Place, frozenset[str]]:
    """Apply the receipts that are there for messages we know by now; by message that moved, the topics to ring."""
    found = connection.execute(_MESSAGES, {"places": list(places)}).mappings().all() if places else []
    if not found:
        return {}
    waiting = _waiting(connection, {(row["channel"], row["provider_id"]) for row in found})
    moved: dict[str, tuple[Row, _News]] = {}
    for row in found:
        news = waiting.get((row["channel"], row["provider_id"]))
        if news is not None and news.outranks(Delivery(row["delivery"]) if row["delivery"] else None):
            moved[row["id"]] = (row, news)
    if not moved:
        return {}
    connection.execute(
        _MOVE,
        [{"_id": key, "_delivery": news.delivery.value, "_error": news.error} for key, (_, news) in moved.items()],
    )
    bad = {key: news for key, (_, news) in moved.items() if news.is_failure}
    extra: frozenset[str] = frozenset()
    if bad:
        rows = connection.execute(_ROWS, {"ids": list(bad)}).mappings()
        extra = _take_failures(connection, turns, [(row, bad[row["message_id"]]) for row in rows], now)
    return {
        (row["channel"], row["provider_id"]): frozenset({f"conversation:{row['conversation_id']}", FEED}) | extra
        for row, _ in moved.values()
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _News:
    """The furthest that a message is known to have come."""

    delivery: Delivery
    error: str | None = None
    fate: str | None = None

    @property
    def is_failure(self) -> bool:
        """True if it was taken and could then not be delivered, for good."""
        return self.delivery is Delivery.FAILED and self.fate in _GONE

    def outranks(self, delivery: Delivery | None) -> bool:
        return delivery is None or self.delivery.rank > delivery.rank


def _waiting(connection: Connection, places: Collection[Place]) -> dict[Place, _News]:
    """The best of what waits for each of these messages; it counts as applied from here on."""
    rows = connection.execute(_WAITING, {"places": list(places)}).all()
    best: dict[Place, _News] = {}
    for row in rows:
        key = (row.channel, row.provider_id)
        news = _News(delivery=Delivery(row.delivery), error=row.error, fate=row.fate)
        if key not in best or news.outranks(best[key].delivery):
            best[key] = news
    if best:
        keys = [{"_channel": channel, "_provider_id": provider_id} for channel, provider_id in sorted(best)]
        connection.execute(_APPLIED, keys)
    return best


def _take_failures(
    connection: Connection, turns: Turns, failed: Sequence[tuple[Row, _News]], now: datetime
) -> frozenset[str]:
    """Tell the machine about messages that the provider took and could then not deliver; the topics to ring."""
    unformed = [(row, news.error or "") for row, news in failed if is_refused_form(row, news.fate)]
    failed = [(row, news) for row, news in failed if not is_refused_form(row, news.fate)]
    shut = [row for row, news in failed if news.fate == SendErrorCode.WINDOW_CLOSED.value]
    rings_of_shut, over = shut_windows(connection, shut, now)
    ended = {row["id"] for row in over}
    events, blocked = [], []
    for row, news in failed:
        if news.fate == SendErrorCode.WINDOW_CLOSED.value and row["id"] not in ended:
            continue
        if row["kind"] == "prompt":
            event = Undeliverable(at=now, prompt_step=row["step"], code=news.error or "")
            events.append(ConversationEvent(conversation_id=row["conversation_id"], event=event))
        if news.fate == SendErrorCode.ENDPOINT_BLOCKED.value:
            blocked.append(row["customer_id"])
    rings = set(rings_of_shut | ask_in_words(connection, unformed, now))
    if events:
        rings.update(*(result.rings for result in turns.run(connection, events)))
    for customer_id in dict.fromkeys(blocked):
        rings |= turns.opt_out(connection, customer_id, "provider", now)
    return frozenset(rings)
