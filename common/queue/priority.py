"""How urgent a ticket is, from 1 (first) to 3, by points.

    points = 5 x (10 - score)           0 to 50; without a score 10
             at least 40                for whoever asked for a person or a call back
           + 0.15 x customer value      0 to 15, of a value from 0 to 100
           + 15 x share of the time     0 to 15: how much of the time allowed for an answer has passed unanswered

35 points and more are priority 1, 20 and more are 2, fewer are 3. A ticket whose deadline was missed is 1.
"""

from __future__ import annotations

from dataclasses import dataclass

PER_MISSING_POINT = 5.0
WITHOUT_SCORE = 10.0
ASKED_FOR_A_PERSON = 40.0
PER_VALUE = 0.15
FOR_WAITING = 15.0
FIRST, SECOND, LAST = 1, 2, 3
THRESHOLDS = ((FIRST, 35.0), (SECOND, 20.0))
VALUE_WORDS = {"low": 0, "normal": 25, "high": 75, "vip": 100}
"""What an interaction may say as `attributes.customer_value` instead of a number from 0 to 100."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """What counts besides waiting. value: of the customer, 0 to 100. asked: for a person, or for a call back."""

    score: int | None
    value: int = 0
    asked: bool = False

    @property
    def points(self) -> float:
        """The points before anybody waited."""
        points = WITHOUT_SCORE if self.score is None else PER_MISSING_POINT * (10 - self.score)
        return max(points, ASKED_FOR_A_PERSON if self.asked else 0.0) + PER_VALUE * self.value


def priority(weight: Weight, share: float, *, is_late: bool = False) -> int:
    """1 to 3. share: how much of the time allowed for an answer has passed, 0 to 1 (more counts as 1)."""
    points = weight.points + FOR_WAITING * min(max(share, 0.0), 1.0)
    if is_late:
        return FIRST
    return next((level for level, least in THRESHOLDS if points >= least), LAST)


def rises_at(weight: Weight, share: float) -> float | None:
    """The next share of the time at which the priority rises; None if waiting alone raises it no more."""
    steps = sorted((least - weight.points) / FOR_WAITING for _, least in THRESHOLDS)
    return next((step for step in steps if max(share, 0.0) < step <= 1.0), None)


def customer_value(given: object) -> int:
    """The value of a customer as a caller stated it: a number from 0 to 100 or one of `VALUE_WORDS`; 0 if neither."""
    if isinstance(given, str):
        return VALUE_WORDS.get(given.strip().lower(), 0)
    if isinstance(given, bool) or not isinstance(given, int | float):
        return 0
    return round(min(max(given, 0), 100))
