"""What became of a theme: people say what they plan and ship, the figures say whether it helped.

`resolved`: over at least two waves after shipping, with at least 30 comments, the share is surely below half of what it
was (the upper end of Wilson's interval), or it fell by more than chance. `regressed`: it was resolved and is back.
`faded`: it fell without anybody having done anything, which is no success to report.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from common.themes.shares import Reach, change_of_share

ALPHA = 0.05
LEAST_WAVES, LEAST_BASE = 2, 30
_WAVES_BEFORE = 4


class ThemeState(StrEnum):
    """Where a theme stands. The first three are set by people, the others follow from the figures."""

    OPEN = "open"
    PLANNED = "planned"
    SHIPPED = "shipped"
    WATCHING = "watching"
    RESOLVED = "resolved"
    REGRESSED = "regressed"
    FADED = "faded"


BY_PEOPLE = (ThemeState.OPEN, ThemeState.PLANNED, ThemeState.SHIPPED)
"""What a person can set."""


def judge(state: ThemeState, baseline: Reach, after: Sequence[Reach]) -> ThemeState:
    """The state as the figures have it.

    baseline: the waves before it was shipped (or before it was opened); after: the waves since then, oldest first, only
    those that are over.
    """
    if state is ThemeState.SHIPPED and after:
        state = ThemeState.WATCHING
    if state in {ThemeState.WATCHING, ThemeState.REGRESSED}:
        return ThemeState.RESOLVED if _has_fallen(baseline, after) else state
    if state is ThemeState.RESOLVED:
        return ThemeState.REGRESSED if is_back(baseline, after) else state
    if state in {ThemeState.OPEN, ThemeState.FADED}:
        return ThemeState.FADED if _has_fallen(baseline, after) else ThemeState.OPEN
    return state


def _has_fallen(baseline: Reach, after: Sequence[Reach]) -> bool:
    if len(after) < LEAST_WAVES or not baseline.base or not baseline.count:
        return False
    now = together(after[-LEAST_WAVES:])
    if now.base < LEAST_BASE:
        return False
    was = baseline.count / baseline.base
    if now.rate.high is not None and now.rate.high < was / 2:
        return True
    p = change_of_share(baseline, now)
    return p is not None and p < ALPHA and now.count / now.base < was


def is_back(baseline: Reach, after: Sequence[Reach]) -> bool:
    """True if the newest waves are no better than before it was shipped, and worse than when it was resolved."""
    if len(after) < 2 * LEAST_WAVES:
        return False
    now, best = together(after[-LEAST_WAVES:]), together(after[:-LEAST_WAVES])
    if now.base < LEAST_BASE or not best.base or not baseline.base:
        return False
    p = change_of_share(best, now)
    return (
        p is not None
        and p < ALPHA
        and now.count / now.base > best.count / best.base
        and not _has_fallen(baseline, after)
    )


def is_rising(waves: Sequence[Reach]) -> bool:
    """True if the newest wave speaks of it more than the four before, by more than chance, and enough do to be shown.

    The level is a hundredth: many themes are watched every week.
    """
    *earlier, now = waves
    before = together(earlier[-_WAVES_BEFORE:])
    if not now.is_shown or now.base < LEAST_BASE or before.base < LEAST_BASE:
        return False
    p = change_of_share(before, now)
    return p is not None and p < ALPHA / 5 and now.count / now.base > before.count / before.base


def together(shares: Sequence[Reach]) -> Reach:
    """Several waves as one."""
    return Reach(count=sum(each.count for each in shares), base=sum(each.base for each in shares))
