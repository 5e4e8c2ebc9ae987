"""Control charts: has the score left the noise? EWMA for slow drifts, CUSUM for a lasting step.

Centre and variance come from a frozen baseline, never from the data under watch. Defaults: an EWMA of λ = 0.2 with
L = 2.962 raises a false alarm once in about 500 buckets and sees a shift of one standard error after about 10; a
two-sided CUSUM with k = 0.5 and h = 4.774 once in about 370, and after about 10 (R package spc 0.6.7).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from common.analysis.counts import Counts, together

LEAST_BUCKETS, LEAST_ANSWERS = 8, 200
LAMBDA, LIMIT = 0.2, 2.962
SLACK, DECISION = 0.5, 4.774


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What is usual: the score in points, and the variance of one answer."""

    score: float
    variance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ewma:
    """One bucket of the chart; `value` is the smoothed score, and it is a signal outside `low`..`high`."""

    value: float
    low: float
    high: float

    @property
    def is_signal(self) -> bool:
        return not self.low <= self.value <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Cusum:
    """One bucket: the sums of what exceeds the slack, upwards and downwards, in standard errors."""

    up: float
    down: float
    is_signal: bool


def baseline_of(buckets: Sequence[Counts]) -> Baseline | None:
    """The baseline of these buckets; None while they are too few (8 with answers, and 200 answers)."""
    filled = [bucket for bucket in buckets if bucket.n]
    whole = together(filled)
    if len(filled) < LEAST_BUCKETS or whole.n < LEAST_ANSWERS:
        return None
    return Baseline(score=whole.score, variance=whole.adjusted().variance)


def ewma(buckets: Sequence[Counts], base: Baseline, *, weight: float = LAMBDA, limit: float = LIMIT) -> list[Ewma]:
    """The chart over buckets of any size, with the exact variance for unequal ones; an empty bucket carries over."""
    value, variance, points = base.score, 0.0, []
    for bucket in buckets:
        if bucket.n:
            value = weight * bucket.score + (1 - weight) * value
            variance = weight**2 * base.variance / bucket.n + (1 - weight) ** 2 * variance
        reach = limit * math.sqrt(variance)
        points.append(Ewma(value=value, low=base.score - reach, high=base.score + reach))
    return points


def cusum(
    buckets: Sequence[Counts], base: Baseline, *, slack: float = SLACK, decision: float = DECISION
) -> list[Cusum]:
    """The two-sided sums over buckets of any size; an empty bucket carries over."""
    up, down, points = 0.0, 0.0, []
    for bucket in buckets:
        if bucket.n:
            distance = (bucket.score - base.score) / math.sqrt(base.variance / bucket.n)
            up, down = max(0.0, up + distance - slack), max(0.0, down - distance - slack)
        points.append(Cusum(up=up, down=down, is_signal=max(up, down) > decision))
    return points
