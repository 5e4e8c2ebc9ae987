"""Saved views: a search with its filters under a name, for oneself or for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, insert, or_, select, update
from sqlalchemy import delete as delete_from

from common.actors import Actor, Role
from common.errors import Conflict, Forbidden, Invalid, NotFound
from common.ids import new_id
from common.store.schema import saved_views

MAX_NAME = 60
MAX_VIEWS = 50
"""Views that one person may keep."""
TAKEN_BACK_WITHIN = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedView:
    """query: the address of the list behind its question mark. is_own: of the person who asks."""

    id: str
    name: str
    query: str
    is_shared: bool
    is_own: bool


def listed(connection: Connection, user_id: str) -> list[SavedView]:
    """A person's own views, then those that others share, each by name."""
    mine = or_(saved_views.c.user_id == user_id, saved_views.c.is_shared.is_(True))
    rows = connection.execute(select(saved_views).where(mine, saved_views.c.deleted_at.is_(None))).all()
    return sorted((_view(row, user_id) for row in rows), key=lambda view: (not view.is_own, view.name.lower()))


def save(connection: Connection, actor: Actor, *, name: str, query: str, is_shared: bool, now: datetime) -> SavedView:
    """Keep a view; a name of one's own that exists is given the new search. Raises Invalid, Conflict.

    Only people who work on tickets share views.
    """
    name = " ".join(name.replace("\0", "").split())
    if not 0 < len(name) <= MAX_NAME:
        raise Invalid("A name of 1 to 60 characters.", [("name", f"1 to {MAX_NAME} characters")])
    is_shared = is_shared and actor.role in (Role.ADMIN, Role.SUPERVISOR)
    key = (saved_views.c.user_id == actor.id, saved_views.c.name == name)
    row = {"query": query, "is_shared": is_shared, "created_at": now, "deleted_at": None}
    found = connection.execute(select(saved_views.c.id).where(*key)).scalar()
    if found is None:
        own = select(func.count()).select_from(saved_views).where(saved_views.c.user_id == actor.id)
        if (connection.execute(own).scalar() or 0) >= MAX_VIEWS:
            raise Conflict(f"you have {MAX_VIEWS} views already; delete one first", code="full")
        found = new_id("vie")
        connection.execute(insert(saved_views).values(id=found, user_id=actor.id, name=name, **row))
    else:
        connection.execute(update(saved_views).where(saved_views.c.id == found).values(**row))
    return SavedView(id=found, name=name, query=query, is_shared=is_shared, is_own=True)


def delete(connection: Connection, actor: Actor, view_id: str, now: datetime) -> None:
    """Take a view away: one's own, or as an admin any that is shared. Raises NotFound, Forbidden."""
    _own(connection, actor, view_id)
    connection.execute(update(saved_views).where(saved_views.c.id == view_id).values(deleted_at=now))
    connection.execute(delete_from(saved_views).where(saved_views.c.deleted_at < now - TAKEN_BACK_WITHIN))


def deleted(connection: Connection, actor: Actor, view_id: str) -> SavedView | None:
    """A view that this actor has deleted and may bring back."""
    row = connection.execute(select(saved_views).where(saved_views.c.id == view_id)).first()
    if row is None or row.deleted_at is None or not _may_change(row, actor):
        return None
    return _view(row, actor.id)


def bring_back(connection: Connection, actor: Actor, view_id: str) -> None:
    """Undo a deletion. Raises NotFound, Forbidden."""
    _own(connection, actor, view_id)
    connection.execute(update(saved_views).where(saved_views.c.id == view_id).values(deleted_at=None))


def _own(connection: Connection, actor: Actor, view_id: str) -> None:
    row = connection.execute(select(saved_views).where(saved_views.c.id == view_id)).first()
    if row is None or (row.user_id != actor.id and not row.is_shared):
        raise NotFound("no such view")
    if not _may_change(row, actor):
        raise Forbidden("somebody else shares this view", code="not_yours")


def _may_change(row: Row[Any], actor: Actor) -> bool:
    return bool(row.user_id == actor.id or (row.is_shared and actor.role is Role.ADMIN))


def _view(row: Row[Any], user_id: str) -> SavedView:
    return SavedView(id=row.id, name=row.name, query=row.query, is_shared=row.is_shared, is_own=row.user_id == user_id)
