"""A turn while it is being written: a mutable copy of the conversation and the effects so far.

The rules in `machine`, `replies` and `after_close` speak in these verbs; what every verb must keep true (steps counted,
one ticket, timers renewed, notices said once) is kept here and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from common.survey.conversation import OPEN_STATES, Answer, Conversation, Outcome, State, TicketReason
from common.survey.effects import (
    Ask,
    CancelUnsent,
    Close,
    Effect,
    ForwardToTicket,
    OpenTicket,
    RecordAnswer,
    Say,
    SetTimer,
    SkipQuestion,
    Suppress,
)
from common.survey.events import Timer
from common.survey.questions import REASON, SCORE, Survey
from common.survey.score import Band, band_of

STATE_OF = {state.value: state for state in OPEN_STATES}
"""Question key → the state that waits for its answer."""
HUMAN_NOTICE = "human"
OPT_OUT_NOTICE = "opted_out"
OPT_IN_NOTICE = "opted_in"
_CLOSINGS = {score: f"closing.{band_of(score)}" for score in range(11)}
_DETRACTOR_CLOSING = f"closing.{Band.DETRACTOR}"
_DETRACTORS = frozenset(score for score in range(11) if band_of(score) is Band.DETRACTOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One event processed: the conversation after it and what must be done."""

    conversation: Conversation
    effects: tuple[Effect, ...] = ()


def closing_prompt(score: int | None) -> str:
    """The prompt that ends a conversation: by the score's band, "closing.partial" without a score."""
    return "closing.partial" if score is None else _CLOSINGS[score]


class Draft:
    """One turn of `base` in the making. Attributes are those of Conversation; `at` is the event's time."""

    __slots__ = (
        "answers",
        "asked_step",
        "at",
        "base",
        "closed_at",
        "comment",
        "comment_id",
        "effects",
        "epoch",
        "has_ticket",
        "heard",
        "is_returned",
        "no_input",
        "no_match",
        "opted_out",
        "outcome",
        "said",
        "skipped",
        "state",
        "step",
        "survey",
        "waiting",
    )

    def __init__(self, survey: Survey, base: Conversation, at: datetime) -> None:
        self.survey = survey
        self.base = base
        self.at = at
        self.effects: list[Effect] = []
        self.state = base.state
        self.step = base.step
        self.asked_step = base.asked_step
        self.epoch = base.epoch + 1
        self.no_match = base.no_match
        self.no_input = base.no_input
        self.waiting = base.waiting
        self.answers = base.answers
        self.skipped = base.skipped
        self.comment = base.comment
        self.comment_id = base.comment_id
        self.heard = base.heard
        self.said = base.said
        self.has_ticket = base.has_ticket
        self.is_returned = base.is_returned
        self.opted_out = base.opted_out
        self.outcome = base.outcome
        self.closed_at = base.closed_at

    def turn(self) -> Turn:
        """The finished turn. Without an effect or a new state nothing happened, and the conversation is the same."""
        if not self.effects and self.state is self.base.state:
            return Turn(conversation=self.base)
        if self.state in OPEN_STATES:
            self._set_timers()
        conversation = Conversation(
            locale=self.base.locale,
            state=self.state,
            step=self.step,
            asked_step=self.asked_step,
            epoch=self.epoch,
            no_match=self.no_match,
            no_input=self.no_input,
            waiting=self.waiting,
            answers=self.answers,
            skipped=self.skipped,
            comment=self.comment,
            comment_id=self.comment_id,
            heard=self.heard,
            said=self.said,
            has_ticket=self.has_ticket,
            is_returned=self.is_returned,
            opted_out=self.opted_out,
            outcome=self.outcome,
            closed_at=self.closed_at,
        )
        return Turn(conversation=conversation, effects=tuple(self.effects))

    def _set_timers(self) -> None:
        """Both timers anew: the question is open for `answer_within` from now, and is reminded of once in its life."""
        survey = self.survey
        reminder = survey.reminder_after
        if reminder is not None and reminder < survey.answer_within and self.no_input == 0 and self.can_ask_again:
            self.effects.append(SetTimer(timer=Timer.NO_INPUT, due=self.at + reminder, epoch=self.epoch))
        self.effects.append(SetTimer(timer=Timer.EXPIRY, due=self.at + survey.answer_within, epoch=self.epoch))

    # --- what is known --------------------------------------------------------------------------------------------

    @property
    def score(self) -> int | None:
        """The score given so far, 0-10, or None."""
        answer = self.answers.get(SCORE)
        return answer.value if answer is not None and isinstance(answer.value, int) else None

    @property
    def can_ask_again(self) -> bool:
        """True while the open question was asked fewer than `max_attempts` times. Resumptions do not count."""
        return 1 + self.no_match + self.no_input < self.survey.max_attempts

    def next_question(self) -> str | None:
        """The first question neither answered nor skipped, or None when all are."""
        for question in self.survey.questions:
            key = question.key
            if key not in self.answers and key not in self.skipped:
                return key
        return None

    def asks(self, key: str) -> bool:
        """True if this survey asks `key` and the customer did not decline it."""
        return key not in self.skipped and self.survey.question(key) is not None

    def outcome_by_answers(self) -> Outcome:
        """How the conversation stands, by what the customer gave."""
        if self.next_question() is None:
            return Outcome.COMPLETE
        return Outcome.PARTIAL if self.heard else Outcome.NO_ANSWER

    def is_within(self, key: str, limit: timedelta) -> bool:
        """True if the answer to `key` exists and its latest part came no longer than `limit` ago."""
        answer = self.answers.get(key)
        return answer is not None and self.at - answer.at <= limit

    # --- speaking -------------------------------------------------------------------------------------------------

    def ask(self, key: str, cause: str = "first") -> None:
        """Ask `key` now; the attempt follows from the failures counted."""
        self.state = STATE_OF[key]
        self.step += 1
        self.asked_step = self.step
        self.effects.append(Ask(prompt=key, step=self.step, attempt=1 + self.no_match + self.no_input, cause=cause))

    def say(self, prompt: str) -> None:
        """Say something that expects no answer."""
        self.step += 1
        self.effects.append(Say(prompt=prompt, step=self.step))

    def say_once(self, prompt: str) -> None:
        """Say it unless it was said in this conversation before."""
        if prompt not in self.said:
            self.said = self.said | {prompt}
            self.say(prompt)

    def go_on(self) -> None:
        """Ask the next question, or end well when there is none."""
        following = self.next_question()
        if following is None:
            self.close(Outcome.COMPLETE, closing_prompt(self.score))
        else:
            self.no_match = self.no_input = 0
            self.ask(following)

    # --- keeping --------------------------------------------------------------------------------------------------

    def record(self, key: str, value: int | str, verbatim: str, message_id: str) -> None:
        """Store an answer; one that exists is revised. A score that makes a detractor opens the ticket in this turn."""
        revised = key in self.answers
        self.heard = True
        self.answers = {**self.answers, key: Answer(value=value, verbatim=verbatim, at=self.at)}
        self.effects.append(
            RecordAnswer(question=key, value=value, verbatim=verbatim, message_id=message_id, revised=revised)
        )
        if key == SCORE and value in _DETRACTORS:
            self.open_ticket(TicketReason.DETRACTOR)

    def add_reason(self, text: str, message_id: str) -> None:
        """Store words as the reason, after those that came before."""
        before = self.answers.get(REASON)
        whole = text if before is None else f"{before.value}\n{text}"
        self.record(REASON, whole, whole, message_id)

    def skip(self, key: str) -> None:
        self.heard = True
        self.skipped = self.skipped | {key}
        self.effects.append(SkipQuestion(question=key))

    def keep_comment(self, text: str, message_id: str) -> None:
        """Remember words that came in place of a score: if no score ever comes they are the reason."""
        self.comment = f"{self.comment}\n{text}" if self.comment else text
        self.comment_id = message_id

    # --- people ---------------------------------------------------------------------------------------------------

    def open_ticket(self, reason: TicketReason) -> None:
        """Put the thread into the human queue, unless it has been there: a conversation has one ticket."""
        if not self.has_ticket:
            self.has_ticket = True
            self.effects.append(OpenTicket(reason=reason, score=self.score))

    def forward(self, message_id: str, *, is_courtesy: bool = False) -> None:
        """Show the message to the person who has the ticket, once."""
        order = ForwardToTicket(message_id=message_id, is_courtesy=is_courtesy)
        if order not in self.effects:
            self.effects.append(order)

    def call_human(self, message_id: str) -> None:
        """The customer wishes for a person: a ticket, or a nudge to the one that exists, and word of it once."""
        self.heard = True
        if self.base.has_ticket:
            self.forward(message_id)
        self.open_ticket(TicketReason.HUMAN_REQUESTED)
        if _DETRACTOR_CLOSING not in self.said:
            self.say_once(HUMAN_NOTICE)

    # --- ending ---------------------------------------------------------------------------------------------------

    def suppress(self, source: str) -> None:
        """The person is not to be asked again, and what has not left stays here."""
        self.opted_out = True
        self.effects += (Suppress(source=source), CancelUnsent())

    def close(self, outcome: Outcome, prompt: str | None = None) -> None:
        """End the bot's part, with a last word if given. Words in place of a score that never came are the reason."""
        if self.comment and self.score is None and REASON not in self.answers and self.asks(REASON):
            self.record(REASON, self.comment, self.comment, self.comment_id)
        if prompt is not None:
            self.say_once(prompt)
        if self.state in OPEN_STATES:
            self.waiting = None if outcome is Outcome.COMPLETE else self.state.value
        self.state = State.CLOSED
        self.outcome = outcome
        self.closed_at = self.at
        self.effects.append(Close(outcome=outcome))
