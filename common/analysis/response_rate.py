"""How many of those who were reached answered, what to say about it, and what the silent could change."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from common.analysis.nps import Share, wilson

WARN_BELOW, GOOD_FROM, GOOD_TO = 0.15, 0.20, 0.30
LEAST_DELIVERED = 50


class Verdict(StrEnum):
    """What may be said of a response rate, given how well it is known."""

    TOO_FEW = "too_few"
    LOW = "low"
    MAY_BE_LOW = "may_be_low"
    FAIR = "fair"
    GOOD = "good"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseRate:
    """Scores per delivered invitation, with Wilson's interval, on 0..1."""

    rate: Share
    verdict: Verdict


def response_rate(scores: int, delivered: int) -> ResponseRate:
    """The rate and its verdict. Below 50 delivered nothing is said; below 15 % the interval chooses the words.

    Raises ValueError if either is not a count, or if there are more scores than delivered invitations.
    """
    rate = wilson(scores, delivered)
    if rate.share is None or rate.high is None or delivered < LEAST_DELIVERED:
        verdict = Verdict.TOO_FEW
    elif rate.share < WARN_BELOW:
        verdict = Verdict.LOW if rate.high < WARN_BELOW else Verdict.MAY_BE_LOW
    else:
        verdict = Verdict.GOOD if rate.share >= GOOD_FROM else Verdict.FAIR
    return ResponseRate(rate=rate, verdict=verdict)


def bounds_with_the_silent(score: float, rate: float) -> tuple[float, float]:
    """Where the score would lie if all who were silent were detractors, or promoters; on -100..100."""
    return rate * score - 100 * (1 - rate), rate * score + 100 * (1 - rate)
