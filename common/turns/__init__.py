"""The runner around the machine: lock, load, step, and put every effect into one transaction.

`Turns.run` takes what happened to many conversations and does all of it in the caller's transaction: it claims inbound
messages by their unique key (a message that comes twice does nothing the second time), locks people, then
conversations, steps the pure machine once per event, and writes answers, tickets, timers and outbox rows together.
Nothing is sent here. The caller commits, and then rings `TurnResult.rings`.

Its parts: `hearing.py` (whose message this is), `beginnings.py` (new conversations), `stepping.py` (one thread through
the machine), `effects.py` and `speaking.py` (what an effect means in rows), `opting_out.py` (a wish that holds
everywhere).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from common import clock, queueing
from common.actors import Actor
from common.bell import FEED
from common.channels import Adapter, Channel, EndpointBlocked, InboundMessage, OutboundFile
from common.errors import Conflict, NotFound
from common.failpoints import failpoint
from common.privacy.erased import ErasedPeople
from common.store import held, thread_changes
from common.store import threads as thread_store
from common.store.follow_ups import note_accepted
from common.store.schema import messages
from common.store.threads import Thread
from common.survey.machine import OPEN_STATES, Started
from common.survey.reading import Intent
from common.surveys import Surveys
from common.templates import TemplateUse
from common.turns import beginnings, following_up, hearing, opting_out
from common.turns.effects import Applied
from common.turns.hearing import EARLIER
from common.turns.inputs import ALREADY_DONE, ConversationEvent, StartInvitation, TurnInput, TurnResult
from common.turns.opting_out import PROVIDER
from common.turns.stepping import advance, hear


@dataclass(frozen=True, slots=True)
class _Wish:
    """A person's wish, said in `conversation_id` or outside of any. source: None = to be asked again."""

    customer_id: str
    source: str | None
    conversation_id: str | None = None


@dataclass(slots=True, kw_only=True)
class _Run:
    """What one run has found and gathered."""

    connection: Connection
    now: datetime
    fresh: set[tuple[Any, ...]]
    started: Mapping[str, Thread]
    senders: Mapping[tuple[str, str], Mapping[str, Any]]
    threads: Mapping[str, Thread]
    shown_in: Mapping[str, str]
    heard: hearing.Heard = field(default_factory=hearing.Heard)
    wishes: list[_Wish] = field(default_factory=list)


class Turns:
    """Runs turns for every channel that is switched on."""

    def __init__(
        self,
        surveys: Surveys,
        adapters: Mapping[Channel, Adapter],
        *,
        zone: str | None = None,
        erased: ErasedPeople | None = None,
    ) -> None:
        """zone: of the working hours until an administrator sets them; None = UTC. erased: who is not taken in any
        more; None = nobody was ever erased.
        """
        self.surveys = surveys
        self.adapters = adapters
        self.zone = zone or "UTC"
        self.erased = erased

    def run(self, connection: Connection, inputs: Sequence[TurnInput]) -> list[TurnResult]:
        """Process `inputs` in order, in the caller's transaction; one result each."""
        run = self._load(connection, inputs)
        results = [self._one(run, item) for item in inputs]
        failpoint("turn.after_step")
        run.heard.store(connection, run.now)
        queueing.place(connection, run.threads.values(), self.zone, run.now)
        thread_changes.store(connection, run.threads.values(), run.now)
        for wish in run.wishes:  # after the store: a wish loads the person's other threads, as they are then
            self._grant(run, wish)
        return results

    def opt_out(self, connection: Connection, customer_id: str, source: str, now: datetime) -> frozenset[str]:
        """Never ask this person again, on any channel; for opt-outs that did not come as a message. Topics to ring."""
        thread_store.lock_customers(connection, [customer_id])
        opting_out.opt_out(connection, self.surveys, self.adapters, customer_id, source, now)
        return frozenset({FEED})

    def opt_in(self, connection: Connection, customer_id: str) -> None:
        """Lift a person's opt-out, because that person asked for it."""
        thread_store.lock_customers(connection, [customer_id])
        opting_out.opt_in(connection, customer_id)

    def refuse_stranger(self, connection: Connection, block: EndpointBlocked, now: datetime) -> None:
        """Someone we never met blocked us at the provider: whoever reports that address later will hear of it."""
        opting_out.remember_stranger(connection, block, now, source=PROVIDER)

    def is_erased(self, connection: Connection, said: InboundMessage | EndpointBlocked) -> bool:
        """Whether somebody who was erased says this: then nothing of it may be kept."""
        places = {(said.channel.value, address) for address in (said.sender, *said.aliases)}
        return self.erased is not None and bool(self.erased.places(connection, places))

    def reply(
        self,
        connection: Connection,
        *,
        conversation_id: str,
        text: str,
        actor: Actor,
        client_id: str,
        now: datetime,
        template: TemplateUse | None = None,
        is_held: bool = False,
        file: OutboundFile | None = None,
    ) -> TurnResult:
        """Put a person's message into the thread and the outbox. The same `client_id` again is the same message.

        template: the approved template that it is sent as. is_held: it waits until the customer writes. file: what goes
        with it.
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
        message_id = applied.say_as_person(text, actor, client_id, template=template, is_held=is_held, file=file)
        if is_held:
            held.mark(connection, thread.row["endpoint_id"])
        thread_changes.store(connection, [thread], now)
        return TurnResult(conversation_id=conversation_id, message_id=message_id, rings=applied.rings())

    # --- parts of a run -------------------------------------------------------------------------------------------

    def _load(self, connection: Connection, inputs: Sequence[TurnInput]) -> _Run:
        """Claim the messages, lock the people, and load or begin the threads that `inputs` concern."""
        now = clock.now()
        fresh = hearing.claim(connection, inputs, now)
        people = hearing.lock_people(connection, inputs)
        hearing.recognise(connection, inputs, people)
        started = beginnings.begin(connection, self.surveys, inputs, people, now)
        senders = hearing.senders_of(connection, inputs, people)
        fresh -= hearing.turn_away_erased(connection, inputs, fresh, senders, self.erased)
        wanted = {item.conversation_id for item in inputs if isinstance(item, ConversationEvent)}
        wanted |= {row["conversation_id"] for row in senders.values() if row["conversation_id"]}
        new = {thread.id: thread for thread in started.values()}
        threads = thread_store.load(connection, self.surveys, wanted - new.keys(), people) | new
        return _Run(
            connection=connection,
            now=now,
            fresh=fresh,
            started=started,
            senders=senders,
            threads=threads,
            shown_in=hearing.shown_in(connection, inputs),
        )

    def _one(self, run: _Run, item: TurnInput) -> TurnResult:
        if isinstance(item, StartInvitation):
            started = run.started.get(item.invitation_id)
            if started is None:
                return ALREADY_DONE
            return self._noted(run, advance(started, Started(at=run.now), self.adapters, run.now))
        if isinstance(item, ConversationEvent):
            thread = run.threads.get(item.conversation_id)
            if thread is None:
                raise NotFound("no such conversation")
            return self._noted(run, advance(thread, item.event, self.adapters, run.now))
        key = (item.channel.value, item.account, item.provider_id)
        if key not in run.fresh:
            return ALREADY_DONE
        run.fresh.discard(key)  # the same message twice in one batch counts once
        return self._message(run, item)

    def _message(self, run: _Run, item: InboundMessage) -> TurnResult:
        """A new message: of someone we know or not, in a conversation or outside of any."""
        sender = run.senders.get((item.channel.value, item.sender))
        if sender is None:
            if opting_out.wish_in(item, None) is Intent.OPT_OUT:
                opting_out.remember_stranger(run.connection, item, run.now)
            return TurnResult()
        thread = run.threads.get(sender["conversation_id"] or "")
        is_answering = thread is not None and thread.value.state in OPEN_STATES
        run.heard.note(item, sender, is_answering=is_answering)
        if thread is not None:
            is_earlier = run.shown_in.get(item.prompt or "", thread.id) != thread.id
            heard = replace(item, question=EARLIER) if is_earlier else item
            if (chosen := following_up.hear_choice(thread, heard, self.adapters, run.now)) is not None:
                note_accepted(run.connection, thread.id)
                return self._noted(run, chosen)
            return self._noted(run, hear(thread, heard, self.adapters, run.now))
        wish = opting_out.wish_in(item, sender["locale"])  # while nothing is asked, only a wish means something
        if wish is Intent.OPT_OUT:
            run.wishes.append(_Wish(sender["customer_id"], item.channel.value))
            return TurnResult(rings=frozenset({FEED}))
        if wish is Intent.OPT_IN:
            run.wishes.append(_Wish(sender["customer_id"], None))
        return TurnResult()

    def _noted(self, run: _Run, stepped: tuple[TurnResult, Applied | None]) -> TurnResult:
        """The result of a turn; the wish that was heard in it is kept for the end of the run."""
        result, applied = stepped
        if applied is not None and (applied.opted_out_by or applied.opted_in):
            thread = applied.thread
            run.wishes.append(_Wish(thread.row["customer_id"], applied.opted_out_by, thread.id))
        return result

    def _grant(self, run: _Run, wish: _Wish) -> None:
        if wish.source is None:
            opting_out.opt_in(run.connection, wish.customer_id)
            return
        opting_out.opt_out(
            run.connection,
            self.surveys,
            self.adapters,
            wish.customer_id,
            wish.source,
            run.now,
            origin=wish.conversation_id,
        )


__all__ = ["ConversationEvent", "StartInvitation", "TurnInput", "TurnResult", "Turns"]
