"""Whose figures: of which period, kind and direction, narrowed by which filters, and grouped by what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from common.actors import Teams
from common.analysis.tally import Cell, Measure

DAY = "day"
"""Beside the dimensions of the tallies: grouped by the day's number."""
WEEK = "week"
"""Grouped by week: the key is the number of its Monday."""
DIRECTION = "direction"
HEAT = "heat"
"""Grouped by the blocks of the heat map: common/analysis/tally.py."""
Groups = dict[str, dict[str, Cell]]
"""Dimension → key → counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From `start` (included) to `end` (excluded); None = without end."""

    start: datetime | None = None
    end: datetime | None = None

    def holds(self, at: datetime) -> bool:
        return (self.start is None or at >= self.start) and (self.end is None or at < self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whose figures: of which period, kind and direction (None = all), narrowed by `only`: column of tallied → value.

    cohorts: another period for the funnel, by when the interaction ended; None = the same. teams: see
    common/store/scope.py; `read_groups` fills it in.
    """

    zone: tzinfo
    period: Period = field(default_factory=Period)
    cohorts: Period | None = None
    kind: str | None = None
    direction: str | None = None
    only: Mapping[str, str] = field(default_factory=dict)
    teams: Teams | None = None

    @property
    def fixed(self) -> dict[str, str]:
        """The conditions that every scope may have."""
        fixed = {"kind": self.kind, "direction": self.direction}
        return {name: value for name, value in fixed.items() if value is not None}

    @property
    def narrowed(self) -> dict[str, str]:
        """Every condition, by column."""
        return self.fixed | dict(self.only)

    def has(self, measure: Measure) -> bool:
        """True if the interaction belongs here, whenever it was."""
        if self.teams is not None and measure.team not in self.teams:
            return False
        return all(
            value in {measure.agent, measure.agent_name} if name == "agent" else getattr(measure, name) == value
            for name, value in self.narrowed.items()
        )
