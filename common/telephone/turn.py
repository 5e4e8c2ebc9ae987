"""One turn of a call while it is worked out, and what its parts share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from common.channels import Prompt
from common.survey.machine import Timer, TimerFired
from common.survey.questions import ASPECT
from common.surveys import SurveyDefinition
from common.telephone.values import Awaits
from common.turns import ConversationEvent


@dataclass(slots=True, kw_only=True)
class CallTurn:
    """One turn of a call while it is worked out."""

    call: Row[Any]
    now: datetime
    lines: list[str] = field(default_factory=list)
    awaits: Awaits | None = None
    """What to wait for instead of the open question; None = that question."""
    is_over: bool = False
    has_score: bool = False
    is_late: bool = False
    """The conversation had ended before this turn: what is said now are late answers."""
    repeats: int = 0
    rings: set[str] = field(default_factory=set)
    played: dict[str, str] = field(default_factory=dict)
    """Words of this turn → the sound that is played in their place."""


def heard_as(turn: CallTurn, prompt: Prompt) -> Prompt:
    """The prompt; where it was recorded, the turn plays it."""
    if prompt.sound is not None:
        turn.played[prompt.text] = prompt.sound
    return prompt


def choices_of(definition: SurveyDefinition, awaits: Awaits) -> Sequence[str]:
    """What keys stand for, in the order in which it was said."""
    if awaits is Awaits.LANGUAGE:
        return definition.speech.languages
    question = definition.survey.question(ASPECT)
    return question.choices if question else ()


def silence(row: Mapping[str, Any], timer: Timer, now: datetime) -> ConversationEvent:
    """Silence is a timer of the machine that the telephone fires itself."""
    event = TimerFired(at=now, timer=timer, epoch=int(row["machine"]["epoch"]))
    return ConversationEvent(conversation_id=row["id"], event=event)
