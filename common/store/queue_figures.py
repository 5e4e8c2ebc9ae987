"""How unhappy customers went through the queue: opened, claimed, answered, resolved, and how long each took."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, or_, select

from common.store.figure_scope import Period
from common.store.schema import invitations, tallied, tickets
from common.store.scope import within

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


NEWEST = 2_000
"""Of so many responses of the period, the newest, the time to answer is taken."""


def time_to_answer(connection: Connection, period: Period, narrowed: Mapping[str, str]) -> tuple[float, int] | None:
    """Median seconds from the first question to the score, and of how many; None where nobody answered.

    narrowed: conditions on `tallied`. Only the newest responses are looked at, so that the time it takes has a limit.
    """
    at = tallied.c.answered_at
    bounds = [at >= period.start] if period.start is not None else []
    bounds += [at < period.end] if period.end is not None else []
    newest = select(tallied).where(at.is_not(None), within(tallied.c.team), *bounds).order_by(at.desc()).limit(NEWEST)
    some = newest.subquery("newest")
    chosen = [
        or_(some.c.agent == value, some.c.agent_name == value) if name == "agent" else some.c[name] == value
        for name, value in narrowed.items()
    ]
    rows = connection.execute(
        select(func.coalesce(invitations.c.sent_at, invitations.c.started_at).label("asked_at"), some.c.answered_at)
        .join(some, some.c.interaction_id == invitations.c.interaction_id)
        .where(*chosen, invitations.c.started_at.is_not(None))
    ).all()
    median = _median(_waits([(row.asked_at, row.answered_at) for row in rows]))
    return None if median is None else (median, len(rows))


def _waits(pairs: Sequence[tuple[datetime, datetime]]) -> list[float]:
    return sorted(max(0.0, (then - at).total_seconds()) for at, then in pairs)


def _median(values: Sequence[float]) -> float | None:
    if not values:
        return None
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2
