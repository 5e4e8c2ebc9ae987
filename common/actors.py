"""Who acts: a console user or an API key. Two keys are two actors and compete for a ticket like two people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What an actor may do.

    admin: everything. supervisor: the human queue and the figures. analyst: reads figures and conversations. intake:
    hands interactions in and reads their decisions, nothing else.
    """

    ADMIN = "admin"
    SUPERVISOR = "supervisor"
    ANALYST = "analyst"
    INTAKE = "intake"


Teams = frozenset[str]
"""Teams by their names; the empty name is "without a team"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """One who acts. `id` is stored as owner and author; `name` is what people read.

    teams: whose tickets, threads, responses and figures exist for this actor; None = everybody's. session, network:
    from where it is done, for the audit log.
    """

    id: str
    name: str
    role: Role
    is_person: bool = True
    teams: Teams | None = None
    session: str = ""
    network: str = ""

    def sees(self, team: str | None) -> bool:
        """True if what belongs to `team` (None = to no team) exists for this actor."""
        return self.teams is None or (team or "") in self.teams


def teams_of(stored: Iterable[str] | None) -> Teams | None:
    """Teams as they are stored in a user or a key."""
    return None if stored is None else frozenset(stored)
