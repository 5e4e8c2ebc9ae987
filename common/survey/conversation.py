"""The values of a conversation: its state, its answers, and how it ended. Plain and frozen; one row and its answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from common.survey.questions import SCORE


class State(StrEnum):
    """What the conversation is waiting for. The three open states bear the key of their question."""

    NEW = "new"
    SCORE = "score"
    REASON = "reason"
    ASPECT = "aspect"
    HANDOFF = "handoff"
    CLOSED = "closed"


OPEN_STATES = frozenset({State.SCORE, State.REASON, State.ASPECT})
"""A question is open: the next words are read as its answer."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A parsed value with the customer's own words and when they came (for a reason in parts: the latest part)."""

    value: int | str
    verbatim: str
    at: datetime


NO_ANSWERS: Mapping[str, Answer] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """Everything the machine remembers between two events; stored as one row plus its answers.

    step: number of prompts said so far, counted up by every Ask and Say. asked_step: the step of the open
    question's last asking. epoch: counted up by every event that changes anything; timers carry it. no_match,
    no_input: failures on the open question. waiting: the question that was open when the thread was handed over or
    closed, None = none. comment: words given instead of a score, one line per message; comment_id: the message that
    brought the last of them. heard: the customer said something. said: prompts that are said once in a
    conversation's life and were. has_ticket: a ticket exists (open or resolved). is_returned: the thread is between two
    people; the bot is silent. closed_at: when it was last closed.
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
    comment_id: str = ""
    heard: bool = False
    said: frozenset[str] = frozenset()
    has_ticket: bool = False
    is_returned: bool = False
    opted_out: bool = False
    outcome: Outcome | None = None
    closed_at: datetime | None = None

    @property
    def score(self) -> int | None:
        """The score given, 0-10, or None."""
        answer = self.answers.get(SCORE)
        return answer.value if answer is not None and isinstance(answer.value, int) else None
