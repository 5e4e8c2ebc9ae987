"""What turns are made of, and what comes of them."""

from __future__ import annotations

from dataclasses import dataclass

from common.channels import InboundMessage
from common.survey.machine import Event


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
