"""After the end: the offer to call back, a few words by band, and the customer's choice of a slot.

The machine is not asked: the survey is over and stays so. Choosing a slot is work for a person, so it ends at the
ticket, which is opened if there is none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_time

from common.channels import Adapter, Channel, Choice, InboundMessage
from common.follow_up.slots import CALLBACK, Slot, chosen
from common.ids import new_id
from common.store.threads import Thread
from common.survey.machine import ForwardToTicket, OpenTicket, State, TicketReason
from common.turns.effects import Applied
from common.turns.inputs import TurnResult
from common.wording import fill, say, widening

OFFER = "offer"
"""Where the slots that were offered stand in a conversation's counters, until one is chosen."""


def offer_slots(
    thread: Thread, adapters: Mapping[Channel, Adapter], slots: Sequence[Slot], zone: ZoneInfo, now: datetime
) -> Applied:
    """Ask when to call back."""
    applied = Applied(thread=thread, adapters=adapters, now=now)
    labels = [label(slot, thread.value.locale, zone) for slot in slots]
    choices = [Choice(key=str(number), label=text) for number, text in enumerate(labels, start=1)]
    stored = [
        {"begin": slot.begin.isoformat(), "end": slot.end.isoformat(), "label": text}
        for slot, text in zip(slots, labels, strict=True)
    ]
    thread.row["machine"] = {**thread.row["machine"], OFFER: stored}
    thread.is_changed = True
    applied.say_apart(CALLBACK, _words(applied, CALLBACK), choices=choices, until=slots[0].begin)
    thread.log(now, "callback_offered", slots=stored)
    return applied


def say_words(
    thread: Thread, adapters: Mapping[Channel, Adapter], words: Mapping[str, str], now: datetime
) -> Applied | None:
    """Say a few words in the customer's language or the survey's; None if there are none in either."""
    tags = [*widening(thread.value.locale), thread.definition.default_locale]
    text = next((words[tag] for tag in tags if tag in words), None)
    if text is None:
        return None
    applied = Applied(thread=thread, adapters=adapters, now=now)
    thread.is_changed = True
    applied.say_apart("follow_up", fill(text, {**applied.values(), "brand": thread.definition.brand}))
    thread.log(now, "followed_up", band=thread.row["band"])
    return applied


def hear_choice(
    thread: Thread, item: InboundMessage, adapters: Mapping[Channel, Adapter], now: datetime
) -> tuple[TurnResult, Applied] | None:
    """The customer chooses a slot that was offered: it stands on the ticket. None if these words are no such choice."""
    slots: list[dict[str, Any]] | None = thread.row["machine"].get(OFFER)
    is_over = thread.value.state in (State.CLOSED, State.HANDOFF)
    if not slots or not is_over or item.signal or item.is_edit or thread.value.opted_out:
        return None
    is_tap = item.choice is not None
    if is_tap and item.question != CALLBACK:
        return None
    place = chosen(item.choice or "" if is_tap else item.text, len(slots))
    if place is None:
        return None
    slot = slots[place]
    machine = dict(thread.row["machine"])
    del machine[OFFER]
    thread.row["machine"] = machine
    thread.is_changed = True
    message_id = new_id("msg")
    thread.message(
        message_id=message_id,
        at=now,
        direction="in",
        author="customer",
        kind=item.kind,
        text=item.text or slot["label"],
        provider_id=item.provider_id,
    )
    applied = Applied(thread=thread, adapters=adapters, now=now)
    _onto_ticket(applied, slot, message_id)
    if thread.value.state is State.CLOSED and (thread.ticket or {}).get("owner") is None:
        applied.say_apart(f"{CALLBACK}.confirmed", f"{_words(applied, f'{CALLBACK}.confirmed')}\n{slot['label']}")
    return TurnResult(conversation_id=thread.id, message_id=message_id, rings=applied.rings()), applied


def _onto_ticket(applied: Applied, slot: Mapping[str, Any], message_id: str) -> None:
    thread = applied.thread
    if thread.ticket is None:
        applied.apply(OpenTicket(reason=TicketReason.CALLBACK, score=thread.value.score))
        thread.value = replace(thread.value, has_ticket=True)
    applied.apply(ForwardToTicket(message_id=message_id))
    assert thread.ticket is not None
    thread.ticket |= {
        "reason": TicketReason.CALLBACK.value,
        "callback_from": datetime.fromisoformat(slot["begin"]),
        "callback_to": datetime.fromisoformat(slot["end"]),
    }
    thread.ticket_is_changed = True
    thread.log(applied.now, "callback_requested", ticket_id=thread.ticket["id"], begin=slot["begin"], end=slot["end"])


def label(slot: Slot, locale: str, zone: ZoneInfo) -> str:
    """A slot in words: `Thu 27 Nov, 09:00–12:00`, on the customer's clock."""
    begin, end = slot.begin.astimezone(zone), slot.end.astimezone(zone)
    day = format_datetime(begin, "EEE d MMM", locale=locale)
    return f"{day}, {format_time(begin, 'HH:mm', locale=locale)}–{format_time(end, 'HH:mm', locale=locale)}"


def _words(applied: Applied, key: str) -> str:
    thread = applied.thread
    return say(
        key,
        locale=thread.value.locale,
        channel=thread.row["channel"],
        brand=thread.definition.brand,
        overrides=thread.definition.wording,
        values=applied.values(),
    )
