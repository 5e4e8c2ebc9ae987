"""What happens to a conversation, in the past tense. Adapters, timers and the console produce these events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from common.survey.reading import Option

OPTED_OUT = "opted_out"
OPTED_IN = "opted_in"
SKIP_CHOICE = "skip"
"""The value of a tapped "skip" control, unless the question has a choice of that very name."""


class Timer(StrEnum):
    """Timers of a conversation. `no_input` re-asks after silence, `expiry` closes the open question."""

    NO_INPUT = "no_input"
    EXPIRY = "expiry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A form that asks the whole survey at once, as the customer sent it.

    score: 0-10, or None if what came is none. reason: the words, "" = left blank. aspect: the key that was chosen, "" =
    left blank; one that the survey does not have (any more) answers nothing.
    """

    score: int | None
    reason: str = ""
    aspect: str = ""


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

    choice: the value of a tapped control ("9", "wait_time", "skip"), with `question` = the question it belongs to, so
    that a tap on an old question is known as such; None = the open one. kind: text, choice, dtmf, speech, recording or
    media. carrier: the provider already treated these words as opt-out ("opted_out") or opt-in ("opted_in") and
    confirmed them itself; any other value means that it has answered them ("help"), so that we do not. options: the
    choices of the survey's closed question with their words in the conversation's language, in the order shown; without
    them a choice is read by its number and its key. is_edit: these words take the place of words that were sent before.
    filled: a form with all answers, that was shown with the question `question`; `text` is then the reason in it.
    """

    message_id: str
    text: str = ""
    choice: str | None = None
    question: str | None = None
    kind: str = "text"
    carrier: str | None = None
    options: tuple[Option, ...] = ()
    is_edit: bool = False
    filled: Filled | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerFired(Event):
    """A timer ran out. `epoch` is the one it was set with; an older epoch is stale and changes nothing."""

    timer: Timer
    epoch: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Undeliverable(Event):
    """The provider gave up on the prompt that was asked as `prompt_step`. `code` is its reason, for the record."""

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
    """The supervisor handed the thread back to the bot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned(Event):
    """The thread went back into the queue of people, or was taken from a silent owner: the bot stays silent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved(Event):
    """The supervisor resolved the ticket; the bot does not come back."""
