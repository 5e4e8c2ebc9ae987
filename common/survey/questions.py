"""What a survey asks: at most three questions, the score first.

A survey is versioned; a conversation keeps the version with which it began, so nothing here changes under its feet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

SCORE = "score"
REASON = "reason"
ASPECT = "aspect"
MAX_QUESTIONS = 3
"""More than three questions costs answers; the product refuses a fourth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question. `choices` are the keys of the closed options in the order shown; empty for open questions."""

    key: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """The part of a survey that the conversation machine needs.

    max_attempts: askings of one question in all, the first included (1-5). answer_within: how long a question stays
    open. late_answers: how long after closing an answer still counts. reminder_after: ask once more after this
    silence, None = never.
    """

    key: str
    version: int
    questions: tuple[Question, ...]
    max_attempts: int = 3
    answer_within: timedelta = timedelta(days=1)
    late_answers: timedelta = timedelta(days=7)
    reminder_after: timedelta | None = None

    def __post_init__(self) -> None:
        keys = [question.key for question in self.questions]
        if not keys or keys[0] != SCORE:
            raise ValueError("the first question must be the score")
        if len(keys) > MAX_QUESTIONS:
            raise ValueError(f"a survey asks at most {MAX_QUESTIONS} questions, this one asks {len(keys)}")
        if len(set(keys)) != len(keys) or not set(keys) <= {SCORE, REASON, ASPECT}:
            raise ValueError("questions are score, reason and aspect, each at most once")

    def after(self, key: str) -> Question | None:
        """The question that follows `key`, or None if it is the last."""
        keys = [question.key for question in self.questions]
        position = keys.index(key) + 1
        return self.questions[position] if position < len(keys) else None

    def question(self, key: str) -> Question | None:
        """The question called `key`, or None if this survey does not ask it."""
        return next((question for question in self.questions if question.key == key), None)
