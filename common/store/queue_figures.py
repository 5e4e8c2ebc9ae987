"""How unhappy customers went through the queue: opened, claimed, answered, resolved, and how long each took."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from common.store.schema import tickets
from common.store.scope import within
from common.store.scopes import Period

NARROWING = ("channel", "team", "locale")
MOST_TIMED = 5_000
"""Of so many tickets, the newest, the times are taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFigures:
    """Tickets that were opened in a period. Times are medians in seconds, of those that came so far; None: of none."""

    opened: int
    claimed: int
    answered: int
    resolved: int
    until_claimed: float | None
    until_answered: float | None
    until_resolved: float | None

    @property
    def steps(self) -> tuple[tuple[str, int, float | None], ...]:
        """Name, how many, and the median until then."""
        return (
            ("opened", self.opened, None),
            ("claimed", self.claimed, self.until_claimed),
            ("answered", self.answered, self.until_answered),
            ("resolved", self.resolved, self.until_resolved),
        )


def queue_figures(
    connection: Connection, period: Period, *, reason: str | None = "detractor", only: Mapping[str, str] | None = None
) -> QueueFigures:
    """The way of the tickets of a reason (None: of all), narrowed by channel, team or language."""
    statement = select(tickets.c.opened_at, tickets.c.claimed_at, tickets.c.first_reply_at, tickets.c.resolved_at)
    where = [within(tickets.c.team), *([] if reason is None else [tickets.c.reason == reason])]
    if period.start is not None:
        where.append(tickets.c.opened_at >= period.start)
    if period.end is not None:
        where.append(tickets.c.opened_at < period.end)
    where += [tickets.c[name] == value for name, value in (only or {}).items() if name in NARROWING]
    rows = connection.execute(statement.where(*where).order_by(tickets.c.opened_at.desc()).limit(MOST_TIMED)).all()
    claimed, answered, resolved = (
        _waits([(row[0], row[place]) for row in rows if row[place] is not None]) for place in (1, 2, 3)
    )
    return QueueFigures(
        opened=len(rows),
        claimed=len(claimed),
        answered=len(answered),
        resolved=len(resolved),
        until_claimed=_median(claimed),
        until_answered=_median(answered),
        until_resolved=_median(resolved),
    )


def _waits(pairs: Sequence[tuple[datetime, datetime]]) -> list[float]:
    return sorted(max(0.0, (then - at).total_seconds()) for at, then in pairs)


def _median(values: Sequence[float]) -> float | None:
    if not values:
        return None
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2
