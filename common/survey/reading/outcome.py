"""What reading one message can find. Values only, so that the machine and the command line may depend on them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class ReadingOutcome(StrEnum):
    """What a message means as the answer to the 0-10 question."""

    SCORE = "score"
    """Exactly one whole number from 0 to 10, said without condition."""
    REPROMPT = "reprompt"
    """An attempt at a score that cannot be taken as it stands: a range, a fraction, eleven, stars, a percentage."""
    OPT_OUT = "opt_out"
    """The customer wants no more messages. Wins over everything else in the message."""
    HUMAN = "human"
    """The customer wants a person, and gave no score."""
    NOT_SCORE = "not_score"
    """No attempt at a score: a comment, a question, an emoji, nothing at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One message, read as the answer to the 0-10 question.

    `score` is set (0 to 10) exactly when `outcome` is SCORE. `also` is "human" when the message held a score and the
    wish for a person. `rest` is what the customer said besides the score, in their own words; None if nothing is left
    that says anything.
    """

    outcome: ReadingOutcome
    score: int | None = None
    also: Literal["human"] | None = None
    rest: str | None = None


class Intent(StrEnum):
    """A wish that is honoured in every state, whatever was asked."""

    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    HUMAN = "human"
    SKIP = "skip"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer of a closed question: `key` is stored, `label` is what the customer saw."""

    key: str
    label: str
