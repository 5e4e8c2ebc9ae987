"""The survey conversation: events in, effects out. No clock, no I/O, no wording.

`step(survey, conversation, event)` is the whole machine. See the rules below; the table is in `step`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from common.survey.questions import Survey



class State(StrEnum):
    """What the conversation is waiting for."""

    NEW = "new"
    SCORE = "score"
    REASON = "reason"
    ASPECT = "aspect"
    HANDOFF = "handoff"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How a conversation ended."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    REFUSED = "refused"
    NO_ANSWER = "no_answer"
    UNREACHABLE = "unreachable"


class TicketReason(StrEnum):
    """Why a person is needed."""

    DETRACTOR = "detractor"
    HUMAN_REQUESTED = "human_requested"
    CALLBACK = "callback"
    REPLY_AFTER_CLOSE = "reply_after_close"


class Timer(StrEnum):
    """Timers of a conversation. `no_input` re-asks after silence, `expiry` closes the open question."""

    NO_INPUT = "no_input"
    EXPIRY = "expiry"


# --- events: what happened, in the past tense ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened at `at` (aware, UTC). The machine owns no clock."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Started(Event):
    """The invitation is due, the call was answered, or the customer opened the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replied(Event):
    """The customer said something.

    choice: the value of a tapped control ("9", "wait_time"), with `question` = the question it belongs to, so that a
    tap on an old question is known as such. kind: text, choice, dtmf, speech, recording or media. carrier: the provider
    already treated these words as opt-out ("opted_out") or opt-in ("opted_in") and confirmed them itself.
    """

    message_id: str
    text: str = ""
    choice: str | None = None
    question: str | None = None
    kind: str = "text"
    carrier: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerFired(Event):
    """A timer ran out. `epoch` is the one it was set with; an older epoch is stale and changes nothing."""

    timer: Timer
    epoch: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Undeliverable(Event):
    """The provider gave up on the prompt that was asked as `prompt_step`."""

    prompt_step: int
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OptedOut(Event):
    """The person opted out elsewhere: another channel, the provider, the console, the API. Never confirmed here."""

    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOver(Event):
    """A supervisor claimed the thread."""

    user_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Released(Event):
    """The supervisor handed the thread back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved(Event):
    """The supervisor resolved the ticket; the bot does not come back."""


# --- effects: what the runner must do, all in one transaction -------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One order to the runner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(Effect):
    """Ask a question. attempt 1 is the first asking; `cause` says why it is asked: first, no_match, no_input, resume."""

    prompt: str
    step: int
    attempt: int = 1
    cause: str = "first"


@dataclass(frozen=True, slots=True, kw_only=True)
class Say(Effect):
    """Say something that expects no answer: closing.*, opted_out, opted_in, human."""

    prompt: str
    step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAnswer(Effect):
    """Store an answer. `revised` True replaces an earlier value (a correction, a reason in several messages)."""

    question: str
    value: int | str
    verbatim: str
    message_id: str
    revised: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SkipQuestion(Effect):
    """The customer chose not to answer."""

    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTicket(Effect):
    """Put the thread into the human queue."""

    reason: TicketReason
    score: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardToTicket(Effect):
    """Show this message to the person who has the ticket; a resolved ticket opens again."""

    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTimer(Effect):
    """Fire `timer` at `due` unless the conversation has moved past `epoch`."""

    timer: Timer
    due: datetime
    epoch: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppress(Effect):
    """Stop asking this person, on every channel, lastingly."""

    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsuppress(Effect):
    """The person asked to be included again."""

    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelUnsent(Effect):
    """Drop the bot's messages that have not left yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopen(Effect):
    """A late answer counts: the closed conversation is opened for this turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Close(Effect):
    """The bot's part is over."""

    outcome: Outcome


# --- values ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A parsed value with the customer's own words and when they came."""

    value: int | str
    verbatim: str
    at: datetime


NO_ANSWERS: Mapping[str, Answer] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """Everything the machine remembers between two events; stored as one row plus its answers.

    step: number of prompts said so far, counted up by every Ask and Say. asked_step: the step of the open question's last
    asking. epoch: counted up by every accepted event; timers carry it. no_match, no_input: failures on the open
    question. waiting: the question that was open when the thread was handed over or closed. comment: words given instead
    of a score. has_ticket: a ticket exists (open or resolved). said: how many times each one-off notice was given.
    """

    locale: str = "en"
    state: State = State.NEW
    step: int = 0
    asked_step: int = 0
    epoch: int = 0
    no_match: int = 0
    no_input: int = 0
    waiting: str | None = None
    answers: Mapping[str, Answer] = field(default_factory=lambda: NO_ANSWERS)
    skipped: frozenset[str] = frozenset()
    comment: str = ""
    has_ticket: bool = False
    opted_out: bool = False
    outcome: Outcome | None = None
    closed_at: datetime | None = None

    @property
    def score(self) -> int | None:
        """The score given, 0-10, or None."""
        answer = self.answers.get("score")
        return answer.value if answer is not None and isinstance(answer.value, int) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One event processed: the conversation after it and what must be done."""

    conversation: Conversation
    effects: tuple[Effect, ...] = ()


class IllegalEvent(Exception):
    """Not accepted in this state; nothing changed."""


def accepts(state: State) -> frozenset[type[Event]]:
    """The events that `state` accepts; the diagram in docs is drawn from it."""
    raise NotImplementedError


def step(survey: Survey, conversation: Conversation, event: Event) -> Turn:
    """Process one event. Raises IllegalEvent, and then nothing changed."""
    raise NotImplementedError
