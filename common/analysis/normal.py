"""The two distributions that every test here ends at: the normal, and the chi-square of whole degrees of freedom."""

from __future__ import annotations

import math
from statistics import NormalDist


def quantile(level: object) -> float:
    """How many standard errors a two-sided interval of this level reaches: 1.96 for 0.95.

    Raises ValueError unless `level` is a float strictly between 0 and 1.
    """
    if type(level) is not float or not 0 < level < 1:
        raise ValueError(f"level must be a number strictly between 0 and 1, not {level!r}")
    # Through the lower tail, where the floats are dense: the upper tail would round to 1 for levels very near 1.
    return -NormalDist().inv_cdf((1 - level) / 2)


def two_sided(z: float) -> float:
    """The chance of a standard normal value at least as far from 0 as `z`."""
    return math.erfc(abs(z) / math.sqrt(2))


def chi_square_tail(value: float, degrees: int) -> float:
    """The chance that a chi-square of `degrees` ≥ 1 exceeds `value` ≥ 0.

    Whole degrees of freedom have a closed form: a sum of (value/2)^k / Γ(k+1) over k = 0, 1 … (even) or ½, 1½ … (odd).
    Abramowitz and Stegun, 26.4.4 and 26.4.5.
    """
    if degrees < 1 or value < 0:
        raise ValueError("a chi-square has at least one degree of freedom and no negative values")
    half = value / 2
    if degrees % 2 == 0:
        total, power = 0.0, 0.0
    else:
        total, power = math.erfc(math.sqrt(half)), 0.5
    while power <= degrees / 2 - 1:
        total += math.exp(power * math.log(half) - half - math.lgamma(power + 1)) if half else float(power == 0)
        power += 1
    return min(1.0, total)
