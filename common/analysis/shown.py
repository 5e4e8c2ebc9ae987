"""How much of a group is shown, by how many answers it has."""

from __future__ import annotations

from enum import StrEnum

COUNTS_FROM, INDICATIVE_FROM, FULL_FROM = 5, 10, 30
"""Thresholds; a judgement. Below five answers a slice points at people; below ten no interval holds its level."""


class Shown(StrEnum):
    """hidden: only the number of answers. counts: the three counts. indicative: a score, greyed. full: a score."""

    HIDDEN = "hidden"
    COUNTS = "counts"
    INDICATIVE = "indicative"
    FULL = "full"

    @property
    def has_counts(self) -> bool:
        return self is not Shown.HIDDEN

    @property
    def has_score(self) -> bool:
        return self in {Shown.INDICATIVE, Shown.FULL}


def shown(n: int) -> Shown:
    """What may be shown of a group with `n` scores."""
    if n < COUNTS_FROM:
        return Shown.HIDDEN
    if n < INDICATIVE_FROM:
        return Shown.COUNTS
    return Shown.INDICATIVE if n < FULL_FROM else Shown.FULL
