"""The runner of a call: what the caller did becomes a turn, and what the turn orders to be said becomes the reply.

Everything happens in the caller's transaction. A call is told one thing after the other, numbered by `step`; whoever
brings what the caller did names the step that it answers. A step that has been answered before is a request that came
twice, and hears the stored reply again, word for word. So the natural key of an act is (call, step), and each asking
has a step of its own.

The machine asks, counts attempts and closes. What only a telephone knows is decided here: a bare 1 is asked about, a
star repeats, two stars show the way out, and an unhappy caller may be put through to a person at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from common.channels import Channel, Delivery, DeliveryReceipt, InboundMessage, Prompt, SendResult
from common.delivery.receipts import mark_sent, record
from common.intake import Intake
from common.prompts import prompt_from_json
from common.queue.priority import FIRST
from common.queueing import spoken
from common.store import calls as store
from common.store import tickets as ticket_store
from common.survey.events import SKIP_CHOICE
from common.survey.machine import OPEN_STATES, State, TicketReason, Timer
from common.survey.questions import ASPECT, REASON, SCORE
from common.survey.score import Band
from common.surveys import SurveyDefinition
from common.telephone import menu
from common.telephone.arrivals import Arrivals, waiting_question
from common.telephone.keypad import understood
from common.telephone.turn import CallTurn, choices_of, heard_as, silence
from common.telephone.values import Act, Arrival, Awaits, CallReply, Dialled, Heard, Keys, Recorded, Spoken
from common.telephone.words import worded
from common.turns import TurnInput, Turns
from common.wording import say

MOST_LATE = 3
"""How often somebody who rings back after the end is asked the question that was open."""
Conversation = Mapping[str, Any]
"""A conversation's row."""
MOST_REPEATS = 5
"""A caller who presses the star oftener than this is taken for silent."""
_QUESTIONS = {SCORE: Awaits.SCORE, REASON: Awaits.REASON, ASPECT: Awaits.ASPECT}
_WORDS = {Act.OPT_OUT: "STOP", Act.HUMAN: "human"}
"""What a key stands for, in words that every language's reader knows."""


class Calls:
    """The calls of one sender. render: a document in the provider's form. has_people: somebody can be rung at once."""

    def __init__(
        self,
        turns: Turns,
        intake: Intake,
        *,
        channel: Channel,
        account: str,
        render: Callable[[Spoken], str],
        has_people: bool,
    ) -> None:
        self._turns = turns
        self._arrivals = Arrivals(turns, intake, channel)
        self._channel = channel
        self._account = account
        self._render = render
        self._has_people = has_people

    def arrive(self, connection: Connection, arrival: Arrival, now: datetime) -> CallReply:
        """A call reaches the survey: find what it is about and ask the open question. The same call again hears the
        same words."""
        columns = {"direction": arrival.direction, "answered_by": arrival.answered_by, "outbox_id": arrival.reference}
        store.claim(connection, arrival.call_sid, now, **columns)
        call = store.hold(connection, arrival.call_sid)
        assert call is not None
        if call.step > 0:
            return self._again(connection, call, 1)
        conversation_id = self._arrivals.find(connection, arrival, now)
        if conversation_id is not None:
            row = store.conversation(connection, conversation_id)
            owner = {"conversation_id": conversation_id, "customer_id": row["customer_id"]}
            store.change(connection, call.id, now, answered_by=arrival.answered_by or call.answered_by, **owner)
            call = store.hold(connection, arrival.call_sid)
            assert call is not None
        turn = CallTurn(call=call, now=now, is_late=conversation_id is not None)
        if arrival.is_machine:
            turn.is_over = True
            return self._reply(connection, turn)
        if call.outbox_id is not None and conversation_id is not None:
            self._picked_up(connection, turn, conversation_id)
        return self._reply(connection, turn)

    def hear(
        self, connection: Connection, call_sid: str, step: int, what: Keys | Recorded | Dialled, now: datetime
    ) -> CallReply:
        """What the caller did on `step` of the call, and the next words. Heard before, the same words come again."""
        call = store.hold(connection, call_sid)
        if call is None:
            return CallReply(document=self._render(Spoken()))
        if step < call.step:
            return self._again(connection, call, step + 1)
        turn = CallTurn(call=call, now=now, repeats=call.repeats)
        if call.conversation_id is None or call.awaits is None:
            turn.is_over = True
            return self._reply(connection, turn)
        row = store.conversation(connection, call.conversation_id)
        store.belongs_here(connection, row)
        awaits = Awaits(call.awaits)
        definition = self._definition(connection, row)
        heard = understood(awaits, what, choices_of(definition, awaits))
        turn.has_score = awaits in {Awaits.SCORE, Awaits.ONE_OR_TEN}
        turn.is_late = waiting_question(row) is not None
        self._take(connection, turn, row, awaits, heard)
        turn.repeats += turn.is_late
        return self._reply(connection, turn)

    def _picked_up(self, connection: Connection, turn: CallTurn, conversation_id: str) -> None:
        """The customer answers the call that we placed: that is how its message is delivered."""
        receipt = DeliveryReceipt(
            channel=self._channel,
            account=self._account,
            provider_id=turn.call.call_sid,
            delivery=Delivery.DELIVERED,
            reference=turn.call.outbox_id,
        )
        (rings,) = record(connection, self._turns, [receipt])
        turn.rings |= rings
        row = store.conversation(connection, conversation_id)
        turn.lines.append(self._words(connection, turn, row, "voice.greeting"))

    # --- hearing --------------------------------------------------------------------------------------------------

    def _take(self, connection: Connection, turn: CallTurn, row: Conversation, awaits: Awaits, heard: Heard) -> None:
        """Let the act take effect: as a turn of the machine, or in what is said next."""
        match heard.act, awaits:
            case Act.BARE_ONE, _:
                turn.awaits = Awaits.ONE_OR_TEN
            case Act.WAY_OUT, _:
                turn.awaits = Awaits.OPT_OUT
            case Act.TALK, _:
                turn.awaits = Awaits.HANDOFF
            case (Act.DIALLED, _) | (_, Awaits.HANDOFF):
                self._after_dialling(connection, turn, row)
            case ((Act.LANGUAGE | Act.SILENCE | Act.REPEAT | Act.ANSWER), Awaits.LANGUAGE):
                self._choose_language(connection, turn, row, heard.choice)
            case Act.REPEAT, _ if turn.repeats < MOST_REPEATS:
                turn.repeats += 1
            case Act.RECORDED, _:
                self._recorded(connection, turn, row, awaits, heard)
            case _, Awaits.MESSAGE:
                self._skip(connection, turn, row, REASON)
            case Act.GO_ON, (Awaits.REASON | Awaits.ASPECT):
                self._skip(connection, turn, row, awaits.value)
            case Act.GO_ON, _:
                pass
            case ((Act.SILENCE | Act.REPEAT), _) if turn.is_late:
                pass  # no timer of the machine is running any more
            case ((Act.SILENCE | Act.REPEAT), _):
                self._run(connection, turn, silence(row, Timer.NO_INPUT, turn.now))
            case _:
                self._run(connection, turn, self._message(turn, row, awaits, heard))

    def _choose_language(self, connection: Connection, turn: CallTurn, row: Conversation, language: str | None) -> None:
        """Go on in it; without one ask again, as often as for any question, and then go on in the survey's."""
        definition = self._definition(connection, row)
        turn.repeats += 1
        if language or turn.repeats >= definition.survey.max_attempts:
            turn.repeats = 0
            capabilities = self._turns.adapters[self._channel].capabilities
            menu.choose(connection, definition, row, language or None, capabilities=capabilities, now=turn.now)

    def _message(self, turn: CallTurn, row: Conversation, awaits: Awaits, heard: Heard) -> InboundMessage:
        kind = "recording" if heard.recorded else "speech" if heard.is_speech else "dtmf"
        asked = SCORE if awaits is Awaits.ONE_OR_TEN else awaits.value
        return InboundMessage(
            channel=self._channel,
            account=self._account,
            provider_id=heard.recorded.provider_id if heard.recorded else f"{turn.call.call_sid}/{turn.call.step}",
            sender=row["address"],
            text=_WORDS.get(heard.act, heard.shown),
            kind=kind,
            choice=heard.choice,
            question=asked if heard.choice is not None else None,
        )

    def _skip(self, connection: Connection, turn: CallTurn, row: Conversation, question: str) -> None:
        skipped = Heard(act=Act.ANSWER, choice=SKIP_CHOICE)
        self._run(connection, turn, self._message(turn, row, _QUESTIONS[question], skipped))

    def _recorded(
        self, connection: Connection, turn: CallTurn, row: Conversation, awaits: Awaits, heard: Heard
    ) -> None:
        assert heard.recorded is not None
        store.keep_recording(
            connection,
            heard.recorded.provider_id,
            call_id=turn.call.id,
            conversation_id=row["id"],
            customer_id=row["customer_id"],
            state="announced",
            duration_s=heard.recorded.duration_s,
            at=turn.now,
        )
        message_id = self._run(connection, turn, self._message(turn, row, awaits, heard))
        if message_id is not None:
            store.keep_recording(connection, heard.recorded.provider_id, message_id=message_id)

    def _after_dialling(self, connection: Connection, turn: CallTurn, row: Conversation) -> None:
        """They have talked, and that was better than any further question; or nobody was there."""
        if turn.call.accepted_at is None:
            self._call_back(connection, turn, row)  # also of somebody who leaves no message
            turn.awaits = Awaits.MESSAGE
            return
        store.log(connection, row["id"], turn.now, "spoke_with_person", {"call_sid": turn.call.call_sid})
        if row["ticket_id"] and (ticket := ticket_store.hold(connection, row["ticket_id"], None)) is not None:
            spoken(connection, ticket, turn.now)
        self._run(connection, turn, silence(row, Timer.EXPIRY, turn.now))
        turn.is_over = True
        turn.lines.append(self._words(connection, turn, row, "voice.goodbye"))

    def _call_back(self, connection: Connection, turn: CallTurn, row: Conversation) -> None:
        """The caller wanted to talk and nobody was there: the ticket is a promise to call, and comes first."""
        ticket = ticket_store.hold(connection, row["ticket_id"], None) if row["ticket_id"] else None
        if ticket is None or ticket.reason == TicketReason.CALLBACK.value:
            return
        columns = {"reason": TicketReason.CALLBACK.value, "priority": FIRST, "check_at": turn.now}
        ticket_store.change(connection, ticket.id, turn.now, **columns)
        store.log(connection, row["id"], turn.now, "callback_requested", {"ticket_id": ticket.id})
        ticket_store.say_changed(connection, ticket, turn.now)

    def _run(self, connection: Connection, turn: CallTurn, item: TurnInput) -> str | None:
        """One turn of the machine; the id of the message that it stored."""
        (result,) = self._turns.run(connection, [item])
        turn.rings |= result.rings
        return result.message_id

    # --- speaking -------------------------------------------------------------------------------------------------

    def _reply(self, connection: Connection, turn: CallTurn) -> CallReply:
        """Say what waits to be said, and keep the document for whoever asks again."""
        spoken = self._next(connection, turn)
        call, step = turn.call, turn.call.step + 1
        document = self._render(replace(spoken, call_id=call.id, step=step))
        awaits = spoken.awaits.value if spoken.awaits else None
        store.change(connection, call.id, turn.now, step=step, awaits=awaits, repeats=turn.repeats)
        store.keep_document(connection, call.id, step, document, call.customer_id, turn.now)
        return CallReply(document=document, rings=frozenset(turn.rings))

    def _next(self, connection: Connection, turn: CallTurn) -> Spoken:
        if turn.call.conversation_id is None:
            return Spoken() if turn.is_over else Spoken(lines=(say("voice.goodbye", **_NOBODYS),))
        conversation_id = turn.call.conversation_id
        if turn.is_over:
            row = store.conversation(connection, conversation_id)
            return self._spoken(connection, turn, row, turn.lines)
        prompts = self._say_what_waits(connection, turn, conversation_id)
        row = store.conversation(connection, conversation_id)
        late = self._late_question(connection, turn, row, prompts)
        if row["state"] not in OPEN_STATES and late is None:
            lines = [*turn.lines, *(prompt.text for prompt in prompts)]
            if not lines:
                last = "human" if row["state"] == State.HANDOFF else "voice.goodbye"
                lines = [self._words(connection, turn, row, last)]
            return self._spoken(connection, turn, row, lines)
        question = late or str(row["state"])
        asked = next((prompt for prompt in reversed(prompts) if prompt.key == question), None)
        if asked is None and (stored := store.last_asked(connection, conversation_id, question)) is not None:
            asked = heard_as(turn, prompt_from_json(stored["prompt"]))
        assert asked is not None, "an open question was asked"
        before = [prompt.text for prompt in prompts if prompt is not asked]
        return self._ask(connection, turn, row, [*turn.lines, *before], asked)

    def _late_question(
        self, connection: Connection, turn: CallTurn, row: Conversation, prompts: Sequence[Prompt]
    ) -> str | None:
        """What somebody who rings back after the end is asked; None if that is over, or something else was said."""
        if not turn.is_late or prompts or (turn.repeats >= MOST_LATE and turn.awaits is None):
            return None
        question = waiting_question(row)
        return question if question and store.may_be_asked(connection, row["id"]) else None

    def _ask(
        self, connection: Connection, turn: CallTurn, row: Conversation, lines: Sequence[str], asked: Prompt
    ) -> Spoken:
        """The open question, or what a telephone asks before it."""
        definition = self._definition(connection, row)
        if turn.awaits is None and menu.is_open(connection, definition, row):
            lines_of = menu.lines_of(definition, self._channel)
            return self._spoken(connection, turn, row, lines, menu=lines_of, awaits=Awaits.LANGUAGE)
        instead = turn.awaits
        if instead is None and self._is_offered(turn, row, asked):
            instead = Awaits.OFFER
        if instead is not None:
            words = self._words(connection, turn, row, f"voice.{instead.value}")
            return self._spoken(connection, turn, row, lines, question=words, awaits=instead)
        return self._spoken(
            connection,
            turn,
            row,
            lines,
            question=asked.text,
            options=tuple(choice.label for choice in asked.choices),
            hint=self._words(connection, turn, row, "voice.keys") if asked.choices else "",
            awaits=_QUESTIONS[asked.key],
        )

    def _spoken(
        self, connection: Connection, turn: CallTurn, row: Conversation, lines: Sequence[str], **more: Any
    ) -> Spoken:
        """In the conversation's language, by the survey's voice for it."""
        voice = self._definition(connection, row).speech.voice_for(row["locale"])
        return Spoken(lines=tuple(lines), locale=row["locale"], voice=voice, played=turn.played, **more)

    def _is_offered(self, turn: CallTurn, row: Conversation, asked: Prompt) -> bool:
        """An unhappy caller is offered a person right after the score, once."""
        is_unhappy = row["band"] == Band.DETRACTOR.value and row["ticket_id"] is not None
        return self._has_people and turn.has_score and is_unhappy and asked.key != SCORE

    def _say_what_waits(self, connection: Connection, turn: CallTurn, conversation_id: str) -> list[Prompt]:
        """What the machine wants said. Saying it is delivering it: nothing is left for the dispatcher."""
        sid = turn.call.call_sid
        said = [
            (row, SendResult(provider_id=f"{sid}/{row['sequence']}", delivery=Delivery.DELIVERED))
            for row in store.unspoken(connection, conversation_id, self._channel.value)
        ]
        turn.rings |= mark_sent(connection, self._turns, said, turn.now, has_news=False)
        return [heard_as(turn, prompt_from_json(row["prompt"])) for row, _ in said]

    def _again(self, connection: Connection, call: Row[Any], step: int) -> CallReply:
        return CallReply(document=store.document(connection, call.id, step) or self._render(Spoken()))

    def _definition(self, connection: Connection, row: Conversation) -> SurveyDefinition:
        return self._turns.surveys.get(connection, row["survey_key"], row["survey_version"])

    def _words(self, connection: Connection, turn: CallTurn, row: Conversation, key: str) -> str:
        """What only a telephone says; where it was recorded, the turn plays it."""
        values = {name: value for name, value in row["machine"].get("values", {}).items() if name != "name"}
        line = worded(self._definition(connection, row), key, self._channel, locale=row["locale"], values=values)
        turn.played |= line.played
        return line.lines[0]


_NOBODYS: Mapping[str, Any] = {"locale": "en", "channel": "", "brand": ""}
