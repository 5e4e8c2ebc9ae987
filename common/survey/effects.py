"""What the runner must do after a turn, in the imperative and all in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from common.survey.conversation import Outcome, TicketReason
from common.survey.events import Timer


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One order to the runner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(Effect):
    """Ask a question. attempt 1 is the first asking; `cause` says why: first, no_match, no_input, resume."""

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
    """Show this message to the person who has the ticket; a resolved ticket opens again.

    is_courtesy: thanks, a goodbye or a friendly sign and nothing else: kept in the thread, it calls nobody.
    """

    message_id: str
    is_courtesy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTimer(Effect):
    """Fire `timer` at `due` unless the conversation has moved past `epoch`."""

    timer: Timer
    due: datetime
    epoch: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppress(Effect):
    """Stop asking this person, on every channel, lastingly. source: reply, carrier, or where else it was said."""

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
    """The bot's part is over. A conversation may be closed again with another outcome (late answer, opt-out)."""

    outcome: Outcome
