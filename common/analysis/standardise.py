"""Channels compared fairly: each with the same mix of contacts, and a gap split into mix and rate.

A channel that gets the complaints scores lower than one that gets the praise, even if both serve every kind of contact
equally well. Standardising fixes the composition only: who chooses a channel, and how people answer on it, stay.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from common.analysis.counts import Counts, together
from common.analysis.normal import quantile


class NotComparable(Exception):
    """A group has no answers in a stratum of the reference. `stratum` names it. Nothing is imputed."""

    def __init__(self, stratum: str) -> None:
        super().__init__(stratum)
        self.stratum = stratum


@dataclass(frozen=True, slots=True, kw_only=True)
class Standardised:
    """A score as it would be with the reference's mix, with its interval, on -100..100."""

    score: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """A gap between two groups: what their mix explains, and what remains at equal mix. They add up to the gap."""

    mix: float
    rate: float

    @property
    def gap(self) -> float:
        return self.mix + self.rate


def mix_of(strata: Mapping[str, Counts]) -> dict[str, float]:
    """The share of each stratum. Raises ValueError if there are no answers at all."""
    total = together(strata.values()).n
    if not total:
        raise ValueError("no answers, no mix")
    return {key: counts.n / total for key, counts in strata.items()}


def standardise(strata: Mapping[str, Counts], mix: Mapping[str, float], level: float = 0.95) -> Standardised:
    """Direct standardisation: Σ W·score over the strata of `mix`; SE² = Σ W²·Var/n on adjusted counts.

    Raises NotComparable where the group has no answers in a stratum that the mix gives weight.
    """
    score = squared = 0.0
    for key, weight in mix.items():
        counts = strata.get(key)
        if weight and (counts is None or not counts.n):
            raise NotComparable(key)
        if weight and counts is not None:
            score += weight * counts.score
            squared += weight * weight * counts.adjusted().squared_error
    reach = quantile(level) * math.sqrt(squared)
    return Standardised(score=score, low=max(-100.0, score - reach), high=min(100.0, score + reach))


def expected(strata: Mapping[str, Counts], everyone: Mapping[str, Counts]) -> float:
    """The score that this group would have if it did in each stratum as everyone does: its mix, their rates."""
    return sum(share * everyone[key].score for key, share in mix_of(strata).items() if share)


def kitagawa(first: Mapping[str, Counts], second: Mapping[str, Counts]) -> Split:
    """The gap second - first, split by Kitagawa (1955, JASA 50). Strata that only one group has count as mix."""
    one, two = mix_of(first), mix_of(second)
    mix = rate = 0.0
    for key in {**one, **two}:
        share_one, share_two = one.get(key, 0.0), two.get(key, 0.0)
        score_one = first[key].score if share_one else second[key].score if share_two else 0.0
        score_two = second[key].score if share_two else score_one
        mix += (share_two - share_one) * (score_one + score_two) / 2
        rate += (score_two - score_one) * (share_one + share_two) / 2
    return Split(mix=mix, rate=rate)
