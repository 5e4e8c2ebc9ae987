"""Mentions: `@Name` in a note calls a colleague, who then finds the thread in a list of their own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from common.actors import Teams, teams_of
from common.store import mentions as store

MAX_MENTIONS = 20
"""Colleagues who can be named in one note."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody who may be named. handle: what stands behind the `@`: the name, or the e-mail if two share a name."""

    id: str
    name: str
    email: str
    handle: str
    teams: Teams | None = None

    def sees(self, team: str | None) -> bool:
        """True if what belongs to this team exists for this colleague; naming somebody else would call nobody."""
        return self.teams is None or (team or "") in self.teams


def colleagues(connection: Connection) -> list[Colleague]:
    """Everyone with an open account of the console, by name."""
    rows = store.people(connection)
    names = [_folded(row.name) for row in rows]
    return [
        Colleague(
            id=row.id,
            name=row.name,
            email=row.email,
            teams=teams_of(row.teams),
            handle=row.name if names.count(_folded(row.name)) == 1 else row.email,
        )
        for row in rows
    ]


def spans(text: str, people: Iterable[Colleague]) -> list[tuple[int, int, Colleague]]:
    """Where in the text who is named: the first place of the `@`, and the place behind the name. The longest counts."""
    known = sorted(
        ((_folded(name), each) for each in people for name in {each.handle, each.email}),
        key=lambda pair: -len(pair[0]),
    )
    folded = _folded(text)
    found: list[tuple[int, int, Colleague]] = []
    place = folded.find("@")
    while place >= 0:
        end = place + 1
        if place == 0 or not folded[place - 1].isalnum():
            for name, each in known:
                behind = place + 1 + len(name)
                if folded.startswith(name, place + 1) and not folded[behind : behind + 1].isalnum():
                    found.append((place, behind, each))
                    end = behind
                    break
        place = folded.find("@", end)
    return found


def record(
    connection: Connection, ticket: Row[Any], message_id: str, text: str, author_id: str, now: datetime
) -> Sequence[str]:
    """Remember who is named in a new note; their ids. Naming oneself calls nobody."""
    if "@" not in text:
        return ()
    people = [each for each in colleagues(connection) if each.sees(ticket.team)]
    named = dict.fromkeys(each.id for _, _, each in spans(text, people) if each.id != author_id)
    called = list(named)[:MAX_MENTIONS]
    store.add(connection, called, message_id=message_id, ticket_id=ticket.id, customer_id=ticket.customer_id, now=now)
    return called


def _folded(text: str) -> str:
    """In small letters, each in its place: a letter that would become two stays as it is."""
    return "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)
