"""The team scope: reads made for somebody see what belongs to that somebody's teams, and nothing else.

Whoever answers a request says once for whom (`narrowed_to`); every query that shows people's tickets, threads,
responses or figures asks `within` about its team column. What lies outside is not refused but absent: an id of another
team finds nothing, as an id that was never given. Nobody's request (a job, a command) is not narrowed.

Writes run in another thread (common/store/writer.py) and decide by their actor: `Actor.sees`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import ColumnElement, or_, select, true

from common.actors import Teams
from common.store.schema import conversations, interactions, tickets

_NARROWED: ContextVar[Teams | None] = ContextVar("teams that reads are narrowed to", default=None)


def narrow(teams: Teams | None) -> None:
    """Narrow this thread's reads from now on; None = not at all. For whoever cannot use `narrowed_to`."""
    _NARROWED.set(teams)


@contextmanager
def narrowed_to(teams: Teams | None) -> Iterator[None]:
    """Reads inside see what belongs to `teams` alone; None = everything."""
    token = _NARROWED.set(teams)
    try:
        yield
    finally:
        _NARROWED.reset(token)


def teams_now() -> Teams | None:
    """To whose things reads are narrowed in this thread just now; None = not at all."""
    return _NARROWED.get()


def within(team: Any) -> ColumnElement[bool]:
    """The condition that a row with this team column exists for whoever asks. Asked anew for each statement."""
    teams = _NARROWED.get()
    if teams is None:
        return true()
    named: ColumnElement[bool] = team.in_(sorted(teams))
    return or_(named, team.is_(None)) if "" in teams else named


def thread_within() -> ColumnElement[bool]:
    """The condition that a thread exists for whoever asks: as the interaction's team, or the team that has its ticket.

    For statements over `conversations` joined with `interactions`.
    """
    if _NARROWED.get() is None:
        return true()
    ticket = select(tickets.c.id).where(tickets.c.conversation_id == conversations.c.id, within(tickets.c.team))
    return or_(within(interactions.c.team), ticket.correlate(conversations).exists())
