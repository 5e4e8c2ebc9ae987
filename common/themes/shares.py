"""What may be said of a theme: which share of the customers speaks of it, and how the score differs with it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from common.analysis.counts import Counts
from common.analysis.differences import Difference, chance_of, difference
from common.analysis.normal import two_sided
from common.analysis.nps import Share, wilson
from common.analysis.shown import INDICATIVE_FROM

LEAST_CUSTOMERS, LEAST_SHARE = 5, 0.02
"""Fewer customers than either point at people rather than at a theme."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """`count` of `base` customers who said why: customers, not mentions. The rate's interval is Wilson's."""

    count: int
    base: int

    @property
    def rate(self) -> Share:
        return wilson(self.count, self.base)

    @property
    def is_shown(self) -> bool:
        """True if enough customers speak of it."""
        return self.count >= LEAST_CUSTOMERS and self.count >= LEAST_SHARE * self.base


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """The score of those who speak of a theme beside the score of those who said why without it.

    It is no cause: who waited may be unhappy with something else, too.
    """

    with_it: Counts
    without: Counts
    difference: Difference
    p: float


def weight(with_it: Counts, without: Counts) -> Weight | None:
    """The difference; None where either side has too few answers for a score."""
    if min(with_it.n, without.n) < INDICATIVE_FROM:
        return None
    return Weight(
        with_it=with_it,
        without=without,
        difference=difference(without, with_it),
        p=chance_of(without, with_it),
    )


def change_of_share(before: Reach, now: Reach) -> float | None:
    """The chance of a difference as large as this between two shares (pooled two-proportion z test); None without any.

    As large by chance alone: small means that the share has moved.
    """
    if not before.base or not now.base:
        return None
    pooled = (before.count + now.count) / (before.base + now.base)
    error = math.sqrt(pooled * (1 - pooled) * (1 / before.base + 1 / now.base))
    if error == 0:
        return 1.0
    return two_sided((now.count / now.base - before.count / before.base) / error)
