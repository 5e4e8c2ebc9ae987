"""Customers who answer more than once: their answers resemble each other and count for less than as many people."""

from __future__ import annotations

import math
from collections.abc import Iterable

from common.analysis.counts import Counts, together


def clustered_error(customers: Iterable[Counts]) -> float:
    """The standard error of the score in points, robust to dependence within a customer; one Counts per customer.

    The sandwich estimator of a mean with the small-sample factor G/(G-1) ("CR1"), as statsmodels' `cov_type="cluster"`.
    Raises ValueError for fewer than two customers.
    """
    groups = [group for group in customers if group.n]
    if len(groups) < 2:
        raise ValueError("one customer has nobody to vary from")
    whole = together(groups)
    residues = (100 * (group.promoters - group.detractors) - group.n * whole.score for group in groups)
    squared = sum(residue * residue for residue in residues)
    return math.sqrt(len(groups) / (len(groups) - 1) * squared) / whole.n
