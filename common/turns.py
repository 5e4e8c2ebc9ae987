"""The runner around the machine: lock, load, step, and put every effect into one transaction.

`Turns.run` takes what happened to many conversations and does all of it in the caller's transaction: it claims inbound
messages by their unique key (a message that comes twice does nothing the second time), locks people, then
conversations, steps the pure machine once per event, and writes answers, tickets, timers and outbox rows together.
Nothing is sent here. The caller commits, and then rings `TurnResult.rings`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection, bindparam, insert, select, tuple_, update

from common import clock
from common.actors import Actor
from common.bell import FEED
from common.channels import Adapter, Channel, InboundMessage, ProviderSignal
from common.errors import Conflict, NotFound
from common.failpoints import failpoint
from common.ids import new_id
from common.prompts import aspect_choices
from common.store import thread_changes
from common.store import threads as thread_store
from common.store.dialect import among, insert_new
from common.store.schema import (
    conversations,
    customers,
    endpoints,
    inbound,
    interactions,
    invitations,
    messages,
    outbox,
)
from common.store.threads import Thread
from common.survey.machine import OPEN_STATES, Event, IllegalEvent, OptedOut, Replied, Started, State, step
from common.survey.reading import Intent, Option, read_intent
from common.surveys import Surveys
from common.turn_effects import Applied, apply_effects
from common.wording import resolve_locale

log = structlog.get_logger()


# --- statements, built once ---------------------------------------------------------------------------------------

_ENDPOINTS = select(endpoints).where(among(tuple_(endpoints.c.channel, endpoints.c.address), "places"))
_BEGINNING = (
    select(invitations, endpoints.c.address, interactions)
    .join(endpoints, endpoints.c.id == invitations.c.endpoint_id)
    .join(interactions, interactions.c.id == invitations.c.interaction_id)
    .where(among(invitations.c.id), invitations.c.started_at.is_(None), invitations.c.status == "scheduled")
    .order_by(invitations.c.id)
)
_BEGIN_AT_ENDPOINT = (
    update(endpoints).where(endpoints.c.id == bindparam("_id")).values(conversation_id=bindparam("_conversation"))
)
_BEGIN = update(invitations).where(among(invitations.c.id)).values(started_at=bindparam("_now"))
_HEAR = update(endpoints).where(among(endpoints.c.id)).values(last_inbound_at=bindparam("_now"))
_WITHDRAW = (
    update(invitations)
    .where(
        among(invitations.c.customer_id),
        invitations.c.channel == bindparam("_channel"),
        invitations.c.status == "scheduled",
        invitations.c.started_at.is_(None),
    )
    .values(status="cancelled", reason="customer_wrote")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StartInvitation:
    """The invitation is due, or the customer opened its page."""

    invitation_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationEvent:
    """An event of the machine that did not come from the customer: a timer, a supervisor, the provider."""

    conversation_id: str
    event: Event


TurnInput = InboundMessage | StartInvitation | ConversationEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnResult:
    """What came of one input. fresh: False if it had been processed before. rings: topics to ring after the commit.

    counts: False if it changed nothing in its conversation, like a tap on a question that is answered.
    """

    conversation_id: str | None = None
    message_id: str | None = None
    fresh: bool = True
    counts: bool = True
    rings: frozenset[str] = frozenset()


ALREADY_DONE = TurnResult(fresh=False)


class Turns:
    """Runs turns for every channel that is switched on."""

    def __init__(self, surveys: Surveys, adapters: Mapping[Channel, Adapter]) -> None:
        self.surveys = surveys
        self.adapters = adapters

    def run(self, connection: Connection, inputs: Sequence[TurnInput]) -> list[TurnResult]:
        """Process `inputs` in order, in the caller's transaction; one result each."""
        now = clock.now()
        fresh = _claim_inbound(connection, inputs, now)
        people = _lock_people(connection, inputs)
        started = self._begin(connection, inputs, people, now)
        senders = _senders(connection, inputs, people)
        wanted = {item.conversation_id for item in inputs if isinstance(item, ConversationEvent)}
        wanted |= {row["conversation_id"] for row in senders.values() if row["conversation_id"]}
        new = {thread.id for thread in started.values()}
        threads = thread_store.load(connection, self.surveys, wanted - new, people)
        threads |= {thread.id: thread for thread in started.values()}
        results, wishes = [], []
        heard = _Heard()
        for item in inputs:
            result, applied = self._one(connection, item, fresh, started, senders, threads, heard, now)
            results.append(result)
            if applied is not None and (applied.opted_out_by or applied.opted_in):
                wishes.append(applied)
        failpoint("turn.after_step")
        heard.store(connection, now)
        thread_changes.store(connection, threads.values(), now)
        for applied in wishes:
            customer_id = applied.thread.row["customer_id"]
            if applied.opted_out_by:
                self._opt_out_elsewhere(connection, customer_id, applied.opted_out_by, applied.thread.id, now)
            else:
                self.opt_in(connection, customer_id)
        return results

    def opt_out(self, connection: Connection, customer_id: str, source: str, now: datetime) -> frozenset[str]:
        """Never ask this person again, on any channel; for opt-outs that did not come as a message. Topics to ring."""
        thread_store.lock_customers(connection, [customer_id])
        self._opt_out_elsewhere(connection, customer_id, source, None, now)
        return frozenset({FEED})

    def opt_in(self, connection: Connection, customer_id: str) -> None:
        """Lift a person's opt-out, because that person asked for it."""
        thread_store.lock_customers(connection, [customer_id])
        connection.execute(
            update(customers).where(customers.c.id == customer_id).values(opted_out_at=None, opted_out_by=None)
        )

    def reply(
        self, connection: Connection, *, conversation_id: str, text: str, actor: Actor, client_id: str, now: datetime
    ) -> TurnResult:
        """Put a person's message into the thread and the outbox. The same `client_id` again is the same message.

        Raises NotFound, and Conflict if `client_id` was used for other words. Whether the actor may is the caller's
        business.
        """
        threads = thread_store.load(connection, self.surveys, [conversation_id])
        if conversation_id not in threads:
            raise NotFound("no such conversation")
        earlier = connection.execute(
            select(messages.c.id, messages.c.text).where(
                messages.c.conversation_id == conversation_id, messages.c.client_id == client_id
            )
        ).first()
        if earlier is not None:
            if earlier.text != text:
                raise Conflict("this client_id was used for another message", code="client_id_reused")
            return replace(ALREADY_DONE, conversation_id=conversation_id, message_id=earlier.id)
        thread = threads[conversation_id]
        applied = Applied(thread=thread, adapters=self.adapters, now=now)
        message_id = applied.say_as_person(text, actor, client_id)
        thread_changes.store(connection, [thread], now)
        return TurnResult(conversation_id=conversation_id, message_id=message_id, rings=applied.rings())

    # --- parts of a run -------------------------------------------------------------------------------------------

    def _begin(
        self,
        connection: Connection,
        inputs: Sequence[TurnInput],
        people: dict[str, dict[str, Any]],
        now: datetime,
    ) -> dict[str, Thread]:
        """New threads, by invitation, for the invitations in `inputs` that have not begun."""
        ids = [item.invitation_id for item in inputs if isinstance(item, StartInvitation)]
        if not ids:
            return {}
        rows = connection.execute(_BEGINNING, {"ids": ids}).mappings().all()
        thread_store.lock_others(connection, people, (row[invitations.c.customer_id] for row in rows))
        begun: dict[str, Thread] = {}
        for row in rows:
            definition = self.surveys.get(connection, row[invitations.c.survey_key], row[invitations.c.survey_version])
            columns = {
                "id": row[invitations.c.id],
                "interaction_id": row[invitations.c.interaction_id],
                "customer_id": row[invitations.c.customer_id],
                "endpoint_id": row[invitations.c.endpoint_id],
                "channel": row[invitations.c.channel],
                "address": row[endpoints.c.address],
                "team": row[interactions.c.team],
                "values": _values(row),
            }
            locale = resolve_locale(row[invitations.c.locale], definition.default_locale, offered=definition.wording)
            thread = thread_store.new_thread(
                row=columns, customer=people[columns["customer_id"]], definition=definition, locale=locale, now=now
            )
            thread.row["machine"]["latest_at"] = row[invitations.c.latest_at].isoformat()
            begun[columns["id"]] = thread
        if begun:
            places = [{"_id": thread.row["endpoint_id"], "_conversation": thread.id} for thread in begun.values()]
            connection.execute(_BEGIN_AT_ENDPOINT, places)
            connection.execute(_BEGIN, {"ids": list(begun), "_now": now})
        return begun

    def _one(
        self,
        connection: Connection,
        item: TurnInput,
        fresh: set[tuple[Any, ...]],
        started: Mapping[str, Thread],
        senders: Mapping[tuple[str, str], Mapping[str, Any]],
        threads: Mapping[str, Thread],
        heard: _Heard,
        now: datetime,
    ) -> tuple[TurnResult, Applied | None]:
        """One input's result, and what its turn put into the rows."""
        if isinstance(item, StartInvitation):
            thread = started.get(item.invitation_id)
            return (ALREADY_DONE, None) if thread is None else self._step(thread, Started(at=now), now)
        if isinstance(item, ConversationEvent):
            thread = threads.get(item.conversation_id)
            if thread is None:
                raise NotFound("no such conversation")
            return self._step(thread, item.event, now)
        key = (item.channel.value, item.account, item.provider_id)
        if key not in fresh:
            return ALREADY_DONE, None
        fresh.discard(key)  # the same message twice in one batch counts once
        sender = senders.get((item.channel.value, item.sender))
        if sender is None:
            return self._from_stranger(connection, item, now), None
        thread = threads.get(sender["conversation_id"] or "")
        is_answering = thread is not None and thread.value.state in OPEN_STATES
        heard.note(item, sender, is_answering=is_answering)
        if thread is None:
            return self._outside_conversation(connection, item, sender, now), None
        return self._message(thread, item, now)

    def _message(self, thread: Thread, item: InboundMessage, now: datetime) -> tuple[TurnResult, Applied | None]:
        message_id = new_id("msg")
        thread.message(
            message_id=message_id,
            at=now,
            direction="in",
            author="customer",
            kind="media" if item.media and not item.text else item.kind,
            text=item.text or _shown_choice(thread, item) or " ".join(f"[{kind}]" for kind in item.media),
            provider_id=item.provider_id,
        )
        thread.is_changed = True
        choices = aspect_choices(thread.definition, thread.value.locale)
        event = Replied(
            at=now,
            message_id=message_id,
            text=item.text,
            choice=item.choice,
            question=item.question,
            kind="media" if item.media and not item.text else item.kind,
            carrier=item.signal.value if item.signal else None,
            options=tuple(Option(key=choice.key, label=choice.label) for choice in choices),
        )
        result, applied = self._step(thread, event, now)
        return replace(result, message_id=message_id), applied

    def _step(self, thread: Thread, event: Event, now: datetime) -> tuple[TurnResult, Applied | None]:
        try:
            turn = step(thread.definition.survey, thread.value, event)
        except IllegalEvent:
            if not isinstance(event, Replied):
                raise
            log.warning("a reply came in a state that takes none", conversation=thread.id, state=thread.value.state)
            return TurnResult(conversation_id=thread.id, rings=frozenset({f"conversation:{thread.id}"})), None
        if turn.conversation == thread.value and not turn.effects and not thread.is_changed:
            return TurnResult(conversation_id=thread.id, fresh=False), None
        applied = Applied(thread=thread, adapters=self.adapters, now=now)
        apply_effects(applied, event, turn)
        return TurnResult(conversation_id=thread.id, counts=bool(turn.effects), rings=applied.rings()), applied

    def _outside_conversation(
        self, connection: Connection, item: InboundMessage, sender: Mapping[str, Any], now: datetime
    ) -> TurnResult:
        """A message of someone we know while nothing is being asked: an opt-out counts, anything else cancels."""
        customer_id = sender["customer_id"]
        wish = _wish(item, sender["locale"])
        if wish is Intent.OPT_OUT:
            return TurnResult(rings=self.opt_out(connection, customer_id, item.channel.value, now))
        if wish is Intent.OPT_IN:
            self.opt_in(connection, customer_id)
        return TurnResult()

    def _from_stranger(self, connection: Connection, item: InboundMessage, now: datetime) -> TurnResult:
        """A message of someone we never met. Only an opt-out leaves more than the message itself."""
        if _wish(item, None) is not Intent.OPT_OUT:
            return TurnResult()
        customer_id = new_id("cus")
        connection.execute(
            insert(customers).values(id=customer_id, created_at=now, opted_out_at=now, opted_out_by=item.channel.value)
        )
        connection.execute(
            insert(endpoints).values(
                id=new_id("end"), customer_id=customer_id, channel=item.channel.value, address=item.sender
            )
        )
        return TurnResult()

    def _opt_out_elsewhere(
        self, connection: Connection, customer_id: str, source: str, origin: str | None, now: datetime
    ) -> None:
        """Opt-out is per person: close their other conversations and drop what has not been sent.

        The conversation that an endpoint's next message would belong to hears of it too, ended or not. Older ones are
        history.
        """
        latest = select(endpoints.c.conversation_id).where(endpoints.c.customer_id == customer_id)
        is_alive = (conversations.c.state != State.CLOSED.value) | conversations.c.id.in_(latest)
        others = connection.execute(
            select(conversations.c.id).where(conversations.c.customer_id == customer_id, is_alive)
        ).scalars()
        threads = thread_store.load(connection, self.surveys, {key for key in others if key != origin})
        for thread in threads.values():
            self._step(thread, OptedOut(at=now, source=source), now)
        thread_changes.store(connection, threads.values(), now)
        connection.execute(
            update(customers)
            .where(customers.c.id == customer_id, customers.c.opted_out_at.is_(None))
            .values(opted_out_at=now, opted_out_by=source)
        )
        connection.execute(
            update(invitations)
            .where(
                invitations.c.customer_id == customer_id,
                invitations.c.status == "scheduled",
                invitations.c.started_at.is_(None),
            )
            .values(status="cancelled", reason="opt_out")
        )
        finished = connection.execute(
            select(outbox.c.conversation_id).where(
                outbox.c.customer_id == customer_id, outbox.c.state == "pending", outbox.c.kind == "prompt"
            )
        ).scalars()
        rest = sorted({key for key in finished if key != origin})
        if rest:
            thread_changes.cancel_unsent(connection, rest, reason="opted out")


def _claim_inbound(connection: Connection, inputs: Sequence[TurnInput], now: datetime) -> set[tuple[Any, ...]]:
    """Record the inbound messages; the keys of those that had not been there."""
    rows = {
        (item.channel.value, item.account, item.provider_id): {
            "channel": item.channel.value,
            "account": item.account,
            "provider_id": item.provider_id,
            "sender": item.sender,
            "fields": dict(item.raw),
            "received_at": now,
        }
        for item in inputs
        if isinstance(item, InboundMessage)
    }
    return insert_new(connection, inbound, [rows[key] for key in sorted(rows)])


def _lock_people(connection: Connection, inputs: Sequence[TurnInput]) -> dict[str, dict[str, Any]]:
    """Everybody whom `inputs` concern, by id, locked all at once and so in the one order that cannot deadlock."""
    return thread_store.lock_owners(
        connection,
        places=_places(inputs),
        conversations={item.conversation_id for item in inputs if isinstance(item, ConversationEvent)},
        invitations={item.invitation_id for item in inputs if isinstance(item, StartInvitation)},
    )


def _places(inputs: Sequence[TurnInput]) -> set[tuple[str, str]]:
    """Where the messages came from."""
    return {(item.channel.value, item.sender) for item in inputs if isinstance(item, InboundMessage)}


def _senders(
    connection: Connection, inputs: Sequence[TurnInput], people: dict[str, dict[str, Any]]
) -> dict[tuple[str, str], dict[str, Any]]:
    """The endpoints from which the messages came, as they are now that their owners are locked."""
    places = _places(inputs)
    if not places:
        return {}
    found = connection.execute(_ENDPOINTS, {"places": list(places)}).all()
    thread_store.lock_others(connection, people, (row.customer_id for row in found))
    return {
        (row.channel, row.address): dict(row._mapping) | {"locale": people[row.customer_id]["locale"]} for row in found
    }


@dataclass(slots=True)
class _Heard:
    """Who wrote: the session window opens; unless they answer a question, they are not asked about the past."""

    endpoints: set[str] = field(default_factory=set)
    cancelled: dict[str, set[str]] = field(default_factory=dict)
    """Channel → the customers whose invitations on it are withdrawn."""

    def note(self, item: InboundMessage, sender: Mapping[str, Any], *, is_answering: bool) -> None:
        self.endpoints.add(sender["id"])
        if not is_answering:
            self.cancelled.setdefault(item.channel.value, set()).add(sender["customer_id"])

    def store(self, connection: Connection, now: datetime) -> None:
        if self.endpoints:
            connection.execute(_HEAR, {"ids": list(self.endpoints), "_now": now})
        for channel, people in self.cancelled.items():
            connection.execute(_WITHDRAW, {"ids": list(people), "_channel": channel})


def _values(row: Mapping[Any, Any]) -> dict[str, str]:
    """What wording may name, as it was when the interaction ended; the customer's name comes from the customer."""
    named = {
        "agent": row[interactions.c.agent_name],
        "topic": row[interactions.c.topic],
        "reference": row[interactions.c.reference],
    }
    return {key: value for key, value in named.items() if value}


def _shown_choice(thread: Thread, item: InboundMessage) -> str:
    """A tap in words, for the thread."""
    labels = {choice.key: choice.label for choice in aspect_choices(thread.definition, thread.value.locale)}
    return labels.get(item.choice or "", item.choice or "")


def _wish(item: InboundMessage, locale: str | None) -> Intent | None:
    if item.signal is ProviderSignal.OPTED_OUT:
        return Intent.OPT_OUT
    if item.signal is ProviderSignal.OPTED_IN:
        return Intent.OPT_IN
    return read_intent(item.text, locale or "en")


__all__ = ["ConversationEvent", "StartInvitation", "TurnInput", "TurnResult", "Turns"]
