"""A group's answers as three counts, and the mean and variance of its score."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MOST_COUNTED = 2**53
"""Above this a float no longer tells neighbouring counts apart."""
EXTRA_DETRACTORS, EXTRA_PASSIVES, EXTRA_PROMOTERS = 0.75, 1.5, 0.75
"""What Rocks (2016) adds to a group before its interval or its difference to another is computed."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many gave 0 to 6, 7 or 8, and 9 or 10. Fractions are allowed: weighted and adjusted groups have them."""

    detractors: float
    passives: float
    promoters: float

    @property
    def n(self) -> float:
        return self.detractors + self.passives + self.promoters

    @property
    def score(self) -> float:
        """The score on -100..100. Raises ZeroDivisionError for a group without answers."""
        return 100 * (self.promoters - self.detractors) / self.n

    @property
    def variance(self) -> float:
        """The variance of one answer on -100..100: 10,000 · (p + d - (p - d)²), at most 10,000."""
        p, d, a = self.promoters / self.n, self.detractors / self.n, self.passives / self.n
        # Written as a sum of positive terms, so that rounding never makes it negative.
        return 10_000 * (a * (p + d) + 4 * p * d)

    @property
    def squared_error(self) -> float:
        """The squared standard error of the score."""
        return self.variance / self.n

    def adjusted(self) -> Counts:
        """With the three answers that make small groups honest."""
        return Counts(
            self.detractors + EXTRA_DETRACTORS, self.passives + EXTRA_PASSIVES, self.promoters + EXTRA_PROMOTERS
        )

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.detractors + other.detractors, self.passives + other.passives, self.promoters + other.promoters
        )


NOBODY = Counts(0, 0, 0)


def counts_of(distribution: Sequence[int]) -> Counts:
    """The three counts of how often each score from 0 to 10 was given."""
    if len(distribution) != 11:
        raise ValueError("a distribution has eleven counts, for 0 to 10")
    return Counts(sum(distribution[:7]), sum(distribution[7:9]), sum(distribution[9:]))


def together(groups: Iterable[Counts]) -> Counts:
    """All groups as one."""
    return sum(groups, NOBODY)


def refuse_unless_count(value: object, name: str) -> None:
    """Raise ValueError unless `value` is a whole number of customers; a bool or 3.0 is a mistake of the caller."""
    if type(value) is not int:
        raise ValueError(f"{name} must be a whole number, not {value!r}")
    if not 0 <= value <= MOST_COUNTED:
        raise ValueError(f"{name} must lie between 0 and {MOST_COUNTED}, not {value}")
