"""The net promoter score of a group, and the share of a group, each with its interval.

A score of -1, 0 or +1 per customer has mean p - d and variance p + d - (p - d)^2, where p and d are the shares of
promoters and detractors. The plain (Wald) interval from that variance is far too narrow in small or lopsided groups:
with 5 customers, 85 % of them promoters, a nominal 95 % interval covers the truth 55 % of the time. The adjusted Wald
interval of Rocks (2016), "Interval estimation for the Net Promoter Score", The American Statistician 70(4), adds
3/4 detractor, 3/2 passives and 3/4 promoter before it computes; it holds its level from about 10 answers on.

The interval is centred on the adjusted score while the score shown is the raw one, so in very small groups of one mind
the raw score may lie outside its own interval (one promoter: 100, interval -48.5 to 98.5). That is the method, not a
slip: one answer is no evidence for 100.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from common.analysis.counts import Counts, refuse_unless_count
from common.analysis.normal import quantile

METHOD = "adjusted-wald"


@dataclass(frozen=True, slots=True, kw_only=True)
class NetPromoterScore:
    """An NPS on -100..100 with its interval, unrounded.

    n: answers counted. With n = 0 there is nothing to say: nps, low and high are None.
    """

    nps: float | None
    low: float | None
    high: float | None
    method: str
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share on 0..1 with its interval, unrounded; all None when there were no cases."""

    share: float | None
    low: float | None
    high: float | None
    n: int


def nps(detractors: int, passives: int, promoters: int, level: float = 0.95) -> NetPromoterScore:
    """The net promoter score of three counts, with the adjusted Wald interval clipped to -100..100.

    level: the confidence level, strictly between 0 and 1. Raises ValueError for anything that is not a count (negative,
    True, 1.0, "3") or not a level.
    """
    refuse_unless_count(detractors, "detractors")
    refuse_unless_count(passives, "passives")
    refuse_unless_count(promoters, "promoters")
    z = quantile(level)
    if detractors + passives + promoters == 0:
        return NetPromoterScore(nps=None, low=None, high=None, method=METHOD, n=0)
    counts = Counts(detractors, passives, promoters)
    adjusted = counts.adjusted()
    reach = z * math.sqrt(adjusted.squared_error)
    return NetPromoterScore(
        nps=100 * (promoters - detractors) / (detractors + passives + promoters),
        low=max(-100.0, adjusted.score - reach),
        high=min(100.0, adjusted.score + reach),
        method=METHOD,
        n=detractors + passives + promoters,
    )


def wilson(successes: int, n: int, level: float = 0.95) -> Share:
    """A share of `n` cases with its score interval (Wilson 1927, JASA 22).

    Raises ValueError if either is not a count, if there are more successes than cases, or for a level outside (0, 1).
    """
    refuse_unless_count(successes, "successes")
    refuse_unless_count(n, "n")
    z = quantile(level)
    if successes > n:
        raise ValueError(f"{successes} successes in {n} cases is impossible")
    if n == 0:
        return Share(share=None, low=None, high=None, n=0)
    share = successes / n
    shrink = 1 + z * z / n
    centre = (share + z * z / (2 * n)) / shrink
    reach = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / shrink
    # At the ends centre and reach are equal up to rounding: say exactly 0 and 1.
    return Share(
        share=share,
        low=0.0 if successes == 0 else max(0.0, centre - reach),
        high=1.0 if successes == n else min(1.0, centre + reach),
        n=n,
    )
