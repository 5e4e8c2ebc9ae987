"""Small groups pulled towards everyone, so that nobody leads a list by three lucky answers."""

from __future__ import annotations

from common.analysis.counts import Counts

STRENGTH = 10.0
"""As many answers of the whole are added to each group; a judgement, not a law."""


def shrunk(group: Counts, everyone: Counts, strength: float = STRENGTH) -> Counts:
    """The group's counts plus `strength` answers with everyone's shares. ZeroDivisionError if nobody answered."""
    weight = strength / everyone.n
    return group + Counts(everyone.detractors * weight, everyone.passives * weight, everyone.promoters * weight)
