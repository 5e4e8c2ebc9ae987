"""Does the score rise or fall? A straight line through buckets, each weighing as much as it knows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from common.analysis.counts import Counts
from common.analysis.normal import quantile, two_sided

TOO_EARLY: Mapping[str, timedelta] = {"transactional": timedelta(weeks=4), "relational": timedelta(weeks=13)}
"""By kind of survey: how long after its first answers a change is not judged yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slope:
    """Points of score per bucket, with interval and two-sided test."""

    per_bucket: float
    low: float
    high: float
    p: float


def slope(buckets: Sequence[Counts], level: float = 0.95) -> Slope | None:
    """Weighted least squares over the buckets in order, weights n/Var on adjusted counts; None below three filled ones.

    Where the buckets scatter more than chance, the error is widened by the square root of Q/(k-2).
    """
    points = [(place, bucket.adjusted(), bucket.score) for place, bucket in enumerate(buckets) if bucket.n]
    if len(points) < 3:
        return None
    weights = [1 / adjusted.squared_error for _, adjusted, _ in points]
    total = sum(weights)
    x_mean = sum(w * x for w, (x, _, _) in zip(weights, points, strict=True)) / total
    y_mean = sum(w * y for w, (_, _, y) in zip(weights, points, strict=True)) / total
    spread = sum(w * (x - x_mean) ** 2 for w, (x, _, _) in zip(weights, points, strict=True))
    rise = sum(w * (x - x_mean) * (y - y_mean) for w, (x, _, y) in zip(weights, points, strict=True)) / spread
    scatter = sum(w * (y - y_mean - rise * (x - x_mean)) ** 2 for w, (x, _, y) in zip(weights, points, strict=True)) / (
        len(points) - 2
    )
    error = math.sqrt(max(1.0, scatter) / spread)
    reach = quantile(level) * error
    return Slope(per_bucket=rise, low=rise - reach, high=rise + reach, p=two_sided(rise / error))


def is_too_early(first_on: date | None, today: date, kind: str) -> bool:
    """True while a survey of this kind has run too short a time for its changes to mean anything."""
    return first_on is None or today - first_on < TOO_EARLY[kind]
