"""How many answers are needed: for an interval of a given width, or to see a change."""

from __future__ import annotations

import math
from statistics import NormalDist

from common.analysis.normal import quantile

WORST_VARIANCE = 10_000.0
"""Half promoters, half detractors: no group's answers vary more (squared points)."""
TYPICAL_VARIANCE = 6_500.0


def answers_for_margin(points: float, *, variance: float = WORST_VARIANCE, level: float = 0.95) -> int:
    """Answers until the interval reaches `points` to either side. Raises ValueError unless points > 0."""
    if points <= 0:
        raise ValueError("a margin is greater than nothing")
    return math.ceil(variance * (quantile(level) / points) ** 2 - 1e-9)


def answers_for_change(
    points: float, *, variance: float = TYPICAL_VARIANCE, level: float = 0.95, power: float = 0.8
) -> int:
    """Answers per group until a true change of `points` is seen with this power. ValueError unless points > 0."""
    if points <= 0:
        raise ValueError("a change is greater than nothing")
    reach = quantile(level) + NormalDist().inv_cdf(power)
    return math.ceil(2 * variance * (reach / points) ** 2 - 1e-9)
