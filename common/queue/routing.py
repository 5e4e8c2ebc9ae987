"""Routing: whose queue a new ticket comes into. The first rule that fits decides; without one, the interaction's team.

A ticket without a team is everyone's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What is known of a ticket when it opens. language: a locale, such as "nl-NL"."""

    team: str | None
    language: str
    survey: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """An empty set fits everything. to_team: where the ticket goes; None = to everyone."""

    name: str
    teams: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    surveys: frozenset[str] = frozenset()
    reasons: frozenset[str] = frozenset()
    to_team: str | None = None

    def fits(self, arrival: Arrival) -> bool:
        """True if every named condition holds. A language fits its regions: "pt" fits "pt-BR", not the reverse."""
        return (
            (not self.teams or (arrival.team or "").casefold() in {team.casefold() for team in self.teams})
            and (not self.languages or any(_speaks(arrival.language, wanted) for wanted in self.languages))
            and (not self.surveys or arrival.survey in self.surveys)
            and (not self.reasons or arrival.reason in self.reasons)
        )


def route(rules: Sequence[Rule], arrival: Arrival) -> tuple[str | None, Rule | None]:
    """The team whose queue the ticket comes into, and the rule that said so."""
    rule = next((each for each in rules if each.fits(arrival)), None)
    return (arrival.team, None) if rule is None else (rule.to_team, rule)


def _speaks(language: str, wanted: str) -> bool:
    spoken, asked = (tag.replace("_", "-").casefold() for tag in (language, wanted))
    return spoken == asked or spoken.startswith(f"{asked}-")
