"""Rows of who users are at an identity provider."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from common.store.schema import identities, users


def find_user(connection: Connection, issuer: str, subject: str) -> Row[Any] | None:
    """The account of somebody at a provider."""
    return connection.execute(
        select(users)
        .join(identities, identities.c.user_id == users.c.id)
        .where(identities.c.issuer == issuer, identities.c.subject == subject)
    ).first()


def of_user(connection: Connection, user_id: str, issuer: str) -> str | None:
    """Who an account is at a provider."""
    statement = select(identities.c.subject).where(identities.c.user_id == user_id, identities.c.issuer == issuer)
    return connection.execute(statement).scalar()


def with_identity(connection: Connection) -> set[str]:
    """The accounts that have one, at any provider."""
    return set(connection.execute(select(identities.c.user_id)).scalars())


def insert_identity(connection: Connection, *, issuer: str, subject: str, user_id: str, now: datetime) -> None:
    values = {"issuer": issuer, "subject": subject, "user_id": user_id, "created_at": now}
    connection.execute(insert(identities).values(**values))


def forget(connection: Connection, user_id: str) -> None:
    """Whoever this account was at a provider is a stranger from now on."""
    connection.execute(delete(identities).where(identities.c.user_id == user_id))
