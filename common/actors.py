"""Who acts: a console user or an API key. Two keys are two actors and compete for a ticket like two people."""

from __future__ import annotations

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """One who acts. `id` is stored as owner and author; `name` is what people read."""

    id: str
    name: str
    role: Role
    is_person: bool = True
