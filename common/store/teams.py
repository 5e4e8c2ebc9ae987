"""Which teams there are: those that interactions named, and those that somebody is limited to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, func, select

from common.analysis.tally import Dimension
from common.store.schema import api_keys, tallies, tickets, users


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """One team. name "": what has none. people, keys: names of those limited to it; open: tickets not resolved."""

    name: str
    people: tuple[tuple[str, str], ...]
    keys: tuple[str, ...]
    open: int


def list_teams(connection: Connection) -> list[Team]:
    """All teams by name; what has no team comes last."""
    members = [(row.id, row.name, row.teams) for row in _limited(connection, users, users.c.disabled_at)]
    keys = [(row.name, row.teams) for row in _limited(connection, api_keys, api_keys.c.revoked_at)]
    waiting = _open_tickets(connection)
    names = {*_named(connection), *waiting, *(team for _, _, teams in members for team in teams)}
    names |= {team for _, teams in keys for team in teams} | {""}
    return [
        Team(
            name=name,
            people=tuple((user_id, user) for user_id, user, teams in members if name in teams),
            keys=tuple(key for key, teams in keys if name in teams),
            open=waiting.get(name, 0),
        )
        for name in sorted(names, key=lambda each: (each == "", each.casefold()))
    ]


def names_of_teams(connection: Connection) -> list[str]:
    """The names to choose from."""
    return [team.name for team in list_teams(connection) if team.name]


def _named(connection: Connection) -> set[str]:
    statement = select(tallies.c.key).where(tallies.c.dimension == Dimension.TEAM.value).distinct()
    return set(connection.execute(statement).scalars())


def _open_tickets(connection: Connection) -> dict[str, int]:
    team = func.coalesce(tickets.c.team, "")
    statement = select(team, func.count()).where(tickets.c.status != "resolved").group_by(team)
    return {row[0]: row[1] for row in connection.execute(statement)}


def _limited(connection: Connection, table: Table, ended_at: ColumnElement[Any]) -> Sequence[Any]:
    """The users or keys that still count and have teams."""
    statement = select(table.c.id, table.c.name, table.c.teams).where(table.c.teams.is_not(None), ended_at.is_(None))
    return connection.execute(statement.order_by(table.c.name)).all()
