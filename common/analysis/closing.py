"""Closing the loop: how soon a person replied, how tickets ended, and how many unhappy customers were won back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from common.analysis.nps import Share, wilson
from common.analysis.shown import Shown, shown

RESOLUTIONS = ("recovered", "explained", "no_contact", "escalated")
HAPPY_FROM = 7
"""A detractor who later gives this or more is no detractor any more: recovered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketFacts:
    """One ticket. waited: from its opening to the first word of a person. asked_again: its customer was asked whether
    things are mended; second_score: the answer."""

    team: str
    waited: timedelta | None
    resolution: str | None
    asked_again: bool
    second_score: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """The figures of a group of tickets. reply_median and reply_slow: half, and nine in ten, were answered so soon.

    recovered: of those who answered the later question, who gives 7 or more now, with Wilson's interval.
    """

    team: str
    tickets: int
    replied: int
    reply_median: timedelta | None
    reply_slow: timedelta | None
    resolved: int
    resolutions: dict[str, int]
    asked: int
    answered: int
    recovered: Share
    recovered_count: int
    shown: Shown


def closing(team: str, facts: Sequence[TicketFacts]) -> Closing:
    """The figures of these tickets."""
    waits = sorted(each.waited for each in facts if each.waited is not None)
    scores = [each.second_score for each in facts if each.second_score is not None]
    happy = sum(score >= HAPPY_FROM for score in scores)
    ended = Counter(each.resolution for each in facts if each.resolution is not None)
    return Closing(
        team=team,
        tickets=len(facts),
        replied=len(waits),
        reply_median=_quantile(waits, 50),
        reply_slow=_quantile(waits, 90),
        resolved=sum(ended.values()),
        resolutions={name: ended.get(name, 0) for name in RESOLUTIONS},
        asked=sum(each.asked_again for each in facts),
        answered=len(scores),
        recovered=wilson(happy, len(scores)),
        recovered_count=happy,
        shown=shown(len(scores)),
    )


def by_team(facts: Iterable[TicketFacts]) -> list[Closing]:
    """The figures of each team, the one with the most tickets first; "" = of no team."""
    teams: dict[str, list[TicketFacts]] = {}
    for each in facts:
        teams.setdefault(each.team, []).append(each)
    return sorted((closing(team, of_it) for team, of_it in teams.items()), key=lambda one: (-one.tickets, one.team))


def _quantile(waits: Sequence[timedelta], percent: int) -> timedelta | None:
    """The wait that `percent` of a hundred did not exceed (nearest rank), so it is one that really happened."""
    if not waits:
        return None
    rank = -(-percent * len(waits) // 100)
    return waits[max(rank, 1) - 1]
