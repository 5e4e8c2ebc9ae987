"""The difference of two shares of different people, with its interval."""

from __future__ import annotations

import math

from common.analysis.nps import wilson


def share_difference(
    first: tuple[int, int], second: tuple[int, int], level: float = 0.95
) -> tuple[float, float, float] | None:
    """Second minus first, and the ends of its interval, on -1..1; None if either group is empty.

    Each group is (successes, cases). The interval is Newcombe's hybrid of two score intervals (1998, Statistics in
    Medicine 17, method 10): it keeps its level also for shares near 0 and 1. Raises ValueError as `wilson` does.
    """
    one, two = wilson(*first, level), wilson(*second, level)
    if one.share is None or two.share is None:
        return None
    assert one.low is not None
    assert one.high is not None
    assert two.low is not None
    assert two.high is not None
    points = two.share - one.share
    below = math.sqrt((two.share - two.low) ** 2 + (one.high - one.share) ** 2)
    above = math.sqrt((two.high - two.share) ** 2 + (one.share - one.low) ** 2)
    return points, max(-1.0, points - below), min(1.0, points + above)
