"""Policies and rules of the queue, the teams that there are, and the tickets that the tick has to look at."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from common.queue.book import Book, Policy, shipped_policy
from common.queue.life import TicketStatus
from common.queue.routing import Rule
from common.queue_rules import policy_as_json, policy_from_json, rule_as_json, rule_from_json
from common.store.dialect import among, upsert
from common.store.schema import interactions, routing_rules, sla_policies, tickets, users
from common.store.teams import names_of_teams
from common.store.threads import lock_customers
from common.store.tickets import WORKERS

EVERYONE = ""
"""The team of the policy that holds where no other does."""
_FACTS = select(interactions.c.id, interactions.c.body).where(among(interactions.c.id))


def load_book(connection: Connection, zone: str) -> Book:
    """What the administrators decided. zone: of the policy that holds until they do."""
    policies = {row.team: policy_from_json(row.body) for row in connection.execute(select(sla_policies))}
    rows = connection.execute(select(routing_rules.c.body).order_by(routing_rules.c.position)).scalars()
    default = policies.pop(EVERYONE, None) or shipped_policy(zone)
    return Book(default=default, policies=policies, rules=tuple(rule_from_json(body) for body in rows))


def holiday_names(connection: Connection, team: str) -> dict[date, str]:
    """What the holidays of a team's policy are called."""
    body = connection.execute(select(sla_policies.c.body).where(sla_policies.c.team == team)).scalar()
    return {date.fromisoformat(day): name for day, name in (body or {}).get("holidays", {}).items()}


def save_policy(
    connection: Connection, team: str, policy: Policy, names: dict[date, str], *, by: str, now: datetime
) -> None:
    """Put a policy in force; every ticket that it may concern is looked at anew by the tick."""
    row = {"team": team, "body": policy_as_json(policy, names), "updated_at": now, "updated_by": by}
    upsert(connection, sla_policies, [row])
    _look_again(connection, team, now)


def drop_policy(connection: Connection, team: str, now: datetime) -> None:
    """From now on everyone's policy holds for this team."""
    connection.execute(delete(sla_policies).where(sla_policies.c.team == team))
    _look_again(connection, team, now)


def save_rules(connection: Connection, rules: Sequence[Rule], *, by: str, now: datetime) -> None:
    """Put these rules in the place of all that were; tickets that are there stay where they are."""
    connection.execute(delete(routing_rules))
    rows = [
        {"position": position, "body": rule_as_json(rule), "updated_at": now, "updated_by": by}
        for position, rule in enumerate(rules)
    ]
    if rows:
        connection.execute(insert(routing_rules), rows)


def _look_again(connection: Connection, team: str, now: datetime) -> None:
    mine = tickets.c.status != TicketStatus.RESOLVED
    if team != EVERYONE:
        mine = mine & (tickets.c.team == team)
    connection.execute(update(tickets).where(mine).values(check_at=now))


def customer_values(connection: Connection, interaction_ids: Collection[str]) -> dict[str, object]:
    """What the caller said the customers of these interactions are worth: `attributes.customer_value`."""
    rows = connection.execute(_FACTS, {"ids": list(interaction_ids)})
    return {row.id: (row.body.get("attributes") or {}).get("customer_value") for row in rows}


# --- who there is -----------------------------------------------------------------------------------------------------


def known_teams(connection: Connection) -> list[str]:
    """The teams that people, keys, interactions, open tickets, policies and rules name, by name."""
    found = set(names_of_teams(connection))
    found |= set(connection.execute(select(sla_policies.c.team)).scalars())
    for body in connection.execute(select(routing_rules.c.body)).scalars():
        found |= {body["to_team"], *body["teams"]}
    return sorted((team for team in found if team), key=str.casefold)


def workers(connection: Connection, team: str | None) -> list[Row[Any, Any, Any, Any]]:
    """The active users who may have tickets of `team`: id, name, email and their teams, by name."""
    rows = connection.execute(
        select(users.c.id, users.c.name, users.c.email, users.c.teams)
        .where(users.c.disabled_at.is_(None), users.c.role.in_(WORKERS))
        .order_by(users.c.name, users.c.id)
    )
    return [row for row in rows if row.teams is None or (team or "") in row.teams]


# --- what is due ------------------------------------------------------------------------------------------------------


def due(connection: Connection, now: datetime, limit: int) -> list[tuple[str, str]]:
    """The tickets that something is due on, with their customers, the longest overdue first."""
    rows = connection.execute(
        select(tickets.c.id, tickets.c.customer_id)
        .where(tickets.c.check_at <= now)
        .order_by(tickets.c.check_at)
        .limit(limit)
    )
    return [(row.id, row.customer_id) for row in rows]


def hold_due(connection: Connection, found: Sequence[tuple[str, str]], now: datetime) -> Sequence[Row[Any]]:
    """Those of `found` that are still due, now that their customers are locked."""
    lock_customers(connection, {customer_id for _, customer_id in found})
    ids = [ticket_id for ticket_id, _ in found]
    return connection.execute(
        select(tickets).where(tickets.c.id.in_(ids), tickets.c.check_at <= now).order_by(tickets.c.id)
    ).all()
