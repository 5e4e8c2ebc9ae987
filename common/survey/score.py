"""The score and its band. The only place that knows where detractors end and promoters begin."""

from __future__ import annotations

from enum import StrEnum

LOWEST = 0
HIGHEST = 10
LAST_DETRACTOR = 6
FIRST_PROMOTER = 9


class Band(StrEnum):
    """What a score makes of a customer: detractor 0-6, passive 7-8, promoter 9-10 (Reichheld 2003)."""

    DETRACTOR = "detractor"
    PASSIVE = "passive"
    PROMOTER = "promoter"


def band_of(score: int) -> Band:
    """The band of a score, which is a whole number 0-10.

    Raises ValueError for anything else, True and 7.0 included: a value that is not a score must never become a band.
    """
    if type(score) is not int or not LOWEST <= score <= HIGHEST:
        raise ValueError(f"a score is a whole number from {LOWEST} to {HIGHEST}, not {score!r}")
    if score <= LAST_DETRACTOR:
        return Band.DETRACTOR
    if score < FIRST_PROMOTER:
        return Band.PASSIVE
    return Band.PROMOTER
