"""The second interval of a score: Tango's, which is best where nearly everybody thinks alike.

The score test asks of every conceivable true value whether these counts would surprise under it; the interval holds the
values under which they would not. Promoters and detractors are the two discordant cells of Tango (1998), "Equivalence
test and confidence interval for the difference in proportions for the paired-sample design", Statistics in Medicine 17.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from common.analysis.counts import refuse_unless_count
from common.analysis.normal import quantile
from common.analysis.nps import NetPromoterScore

METHOD = "tango"
_HALVINGS = 60


def tango(detractors: int, passives: int, promoters: int, level: float = 0.95) -> NetPromoterScore:
    """The net promoter score of three counts with Tango's score interval, on -100..100.

    Raises ValueError as `nps` does.
    """
    for value, name in ((detractors, "detractors"), (passives, "passives"), (promoters, "promoters")):
        refuse_unless_count(value, name)
    z, n = quantile(level), detractors + passives + promoters
    if n == 0:
        return NetPromoterScore(nps=None, low=None, high=None, method=METHOD, n=0)
    point = (promoters - detractors) / n

    def surprise(delta: float) -> float:
        return _statistic(detractors, promoters, n, delta)

    low = -1.0 if point == -1 else _root(lambda delta: surprise(delta) - z, -1.0, point)
    high = 1.0 if point == 1 else _root(lambda delta: surprise(delta) + z, point, 1.0)
    return NetPromoterScore(nps=100 * point, low=100 * low, high=100 * high, method=METHOD, n=n)


def _statistic(detractors: int, promoters: int, n: int, delta: float) -> float:
    """How many standard errors the counts lie above a true score of `delta`; falls as delta rises."""
    b = -promoters - detractors + (2 * n - promoters + detractors) * delta
    c = -detractors * delta * (1 - delta)
    # The share of detractors that fits best if the score were delta.
    share = (math.sqrt(max(0.0, b * b - 8 * n * c)) - b) / (4 * n)
    error = math.sqrt(max(0.0, n * (2 * share + delta * (1 - delta))))
    distance = promoters - detractors - n * delta
    return distance / error if error else math.copysign(math.inf, distance) if distance else 0.0


def _root(falling: Callable[[float], float], low: float, high: float) -> float:
    """Where a falling function crosses 0 between `low` and `high`."""
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if falling(middle) > 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2
