"""Rows of mentions: who was named where, and who has looked since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select, update

from common.actors import Role
from common.store.dialect import insert_new
from common.store.schema import mentions, tickets, users
from common.store.scope import within

_READERS = (Role.ADMIN.value, Role.SUPERVISOR.value, Role.ANALYST.value)


def people(connection: Connection) -> Sequence[Row[Any]]:
    """Users who can open the console: id, name, e-mail, role and teams, by name."""
    statement: Select[Any] = (
        select(users.c.id, users.c.name, users.c.email, users.c.role, users.c.teams)
        .where(users.c.disabled_at.is_(None), users.c.role.in_(_READERS))
        .order_by(func.lower(users.c.name), users.c.email)
    )
    return connection.execute(statement).all()


def add(
    connection: Connection,
    user_ids: Sequence[str],
    *,
    message_id: str,
    ticket_id: str,
    customer_id: str,
    now: datetime,
) -> None:
    """These users are named in this message."""
    facts = {"message_id": message_id, "ticket_id": ticket_id, "customer_id": customer_id, "at": now}
    insert_new(connection, mentions, [{"user_id": user_id, **facts} for user_id in user_ids])


def unseen(connection: Connection, user_id: str) -> int:
    """In how many tickets this user was named and has not looked."""
    return len(unseen_tickets(connection, user_id))


def unseen_tickets(connection: Connection, user_id: str) -> set[str]:
    """Those tickets."""
    mine = (mentions.c.user_id == user_id, mentions.c.seen_at.is_(None), within(tickets.c.team))
    statement = select(mentions.c.ticket_id).join(tickets, tickets.c.id == mentions.c.ticket_id).where(*mine)
    return set(connection.execute(statement).scalars())


def see(connection: Connection, user_id: str, ticket_id: str, now: datetime) -> int:
    """This user has the ticket's thread open; how many mentions were new."""
    mine = (mentions.c.user_id == user_id, mentions.c.ticket_id == ticket_id, mentions.c.seen_at.is_(None))
    return connection.execute(update(mentions).where(*mine).values(seen_at=now)).rowcount
