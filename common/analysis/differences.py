"""Do groups differ? A signed difference with its test, an exact test for small groups, and many groups at once.

Test and interval come from one standard error, so that they never disagree. Whether two intervals overlap is no test:
two groups may differ clearly while their intervals touch.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from common.analysis.counts import Counts
from common.analysis.normal import chi_square_tail, quantile, two_sided

SMALL = 20
"""Below this many answers in a group the exact test decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Second minus first, in points of score. p: the chance of a difference this large between equal groups.

    The interval is centred on the adjusted difference; `points` is the raw one.
    """

    points: float
    low: float
    high: float
    p: float
    method: str


def difference(first: Counts, second: Counts, level: float = 0.95) -> Difference:
    """How much higher the second group's score is, with interval and two-sided test (z, on adjusted counts).

    Raises ValueError if a group is empty.
    """
    if not first.n or not second.n:
        raise ValueError("a group without answers cannot be compared")
    z, one, two = quantile(level), first.adjusted(), second.adjusted()
    error = math.sqrt(one.squared_error + two.squared_error)
    centre = two.score - one.score
    return Difference(
        points=second.score - first.score,
        low=max(-200.0, centre - z * error),
        high=min(200.0, centre + z * error),
        p=two_sided(centre / error),
        method="adjusted-wald",
    )


def permutation_p(first: Counts, second: Counts) -> float:
    """The exact two-sided p for two groups: of all ways to deal these answers, the share that differ at least as much.

    Exact in whole numbers (multivariate hypergeometric). Meant for groups below SMALL; time grows with n².
    """
    n_first, n_second = round(first.n), round(second.n)
    detractors, promoters = round(first.detractors + second.detractors), round(first.promoters + second.promoters)
    passives = n_first + n_second - detractors - promoters
    seen = abs(_apart(round(first.promoters - first.detractors), promoters - detractors, n_first, n_second))
    ways = as_far = 0
    for d in range(min(detractors, n_first) + 1):
        for p in range(min(promoters, n_first - d) + 1):
            dealt = math.comb(detractors, d) * math.comb(promoters, p) * math.comb(passives, n_first - d - p)
            ways += dealt
            if abs(_apart(p - d, promoters - detractors, n_first, n_second)) >= seen:
                as_far += dealt
    return as_far / ways


def _apart(balance: int, total: int, n_first: int, n_second: int) -> int:
    """The difference of two scores times both group sizes: a whole number, so that equal is equal."""
    return (total - balance) * n_first - balance * n_second


def chance_of(first: Counts, second: Counts) -> float:
    """The p that is right for the size of the groups: exact for small ones, otherwise by z."""
    return permutation_p(first, second) if min(first.n, second.n) < SMALL else difference(first, second).p


@dataclass(frozen=True, slots=True, kw_only=True)
class Heterogeneity:
    """Cochran's Q over groups: how far their scores scatter beyond what chance gives."""

    q: float
    degrees: int
    p: float


def cochran(groups: Sequence[Counts]) -> Heterogeneity:
    """Cochran's Q (1954, Biometrics 10) on adjusted counts. Raises ValueError for fewer than two groups."""
    if len(groups) < 2:
        raise ValueError("one group cannot differ from itself")
    adjusted = [group.adjusted() for group in groups]
    weights = [1 / group.squared_error for group in adjusted]
    pairs = list(zip(weights, adjusted, strict=True))
    centre = sum(weight * group.score for weight, group in pairs) / sum(weights)
    q = sum(weight * (group.score - centre) ** 2 for weight, group in pairs)
    return Heterogeneity(q=q, degrees=len(groups) - 1, p=chi_square_tail(q, len(groups) - 1))


def holm(values: Sequence[float]) -> list[float]:
    """p values adjusted for their number by Holm (1979), in the order given."""
    order = sorted(range(len(values)), key=lambda place: values[place])
    adjusted, highest = [0.0] * len(values), 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, (len(values) - rank) * values[place]))
        adjusted[place] = highest
    return adjusted


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two groups that differ, by their keys; `p` is adjusted for the number of pairs."""

    first: str
    second: str
    points: float
    p: float


def compare(groups: Mapping[str, Counts], alpha: float = 0.05) -> tuple[Heterogeneity, list[Pair]]:
    """All groups first, by Cochran's Q; only if that is significant, the pairs that differ, by Holm."""
    whole = cochran(list(groups.values()))
    if whole.p >= alpha:
        return whole, []
    pairs = list(itertools.combinations(groups, 2))
    adjusted = holm([chance_of(groups[one], groups[two]) for one, two in pairs])
    found = [
        Pair(first=one, second=two, points=groups[two].score - groups[one].score, p=p)
        for (one, two), p in zip(pairs, adjusted, strict=True)
        if p < alpha
    ]
    return whole, found
