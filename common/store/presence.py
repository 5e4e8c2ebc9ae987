"""Who has which thread open just now, and who is typing there. By the system's clock; rows die by themselves.

A tab says again and again that it is there, so a browser that dies, a network that breaks and a process that is
killed all end in the same way: the row is too old, and nobody is shown it any more.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, delete, select

from common.store.dialect import upsert
from common.store.schema import presence

VIEWING = timedelta(seconds=40)
"""How long a tab counts after its last word; it speaks every 15 seconds."""
TYPING = timedelta(seconds=6)
"""How long a key counts as typing; a tab says so every 3 seconds while keys are pressed."""


class Person(NamedTuple):
    """One who is there, in however many tabs."""

    id: str
    name: str
    is_typing: bool


def note(
    connection: Connection, tab: str, *, ticket_id: str, user_id: str, user_name: str, is_typing: bool, now: datetime
) -> None:
    """This tab has this thread open, and perhaps types."""
    row = {"tab": tab, "ticket_id": ticket_id, "user_id": user_id, "user_name": user_name, "until": now + VIEWING}
    upsert(connection, presence, [row | {"typing_until": now + TYPING if is_typing else None}])
    connection.execute(delete(presence).where(presence.c.until < now - VIEWING))


def leave(connection: Connection, tab: str, user_id: str) -> None:
    """This tab was closed, hidden or moved on."""
    connection.execute(delete(presence).where(presence.c.tab == tab, presence.c.user_id == user_id))


def owner_of_tab(connection: Connection, tab: str) -> str | None:
    """Whose tab this is, if it is known."""
    return connection.execute(select(presence.c.user_id).where(presence.c.tab == tab)).scalar()


def people(connection: Connection, ticket_id: str, now: datetime, *, but: str) -> tuple[Person, ...]:
    """Who else has this thread open, those who type first; `but`: the user who asks."""
    rows = connection.execute(
        select(presence).where(presence.c.ticket_id == ticket_id, presence.c.until > now, presence.c.user_id != but)
    ).all()
    found: dict[str, Person] = {}
    for row in rows:
        is_typing = row.typing_until is not None and row.typing_until > now
        known = found.get(row.user_id)
        found[row.user_id] = Person(row.user_id, row.user_name, is_typing or (known is not None and known.is_typing))
    return tuple(sorted(found.values(), key=lambda person: (not person.is_typing, person.name.lower())))
