"""Rows of the links with which users choose a password."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from common.store.schema import half_sign_ins, users, welcomes


def insert_welcome(connection: Connection, *, token_hash: str, user_id: str, now: datetime, until: datetime) -> None:
    values = {"token_hash": token_hash, "user_id": user_id, "created_at": now, "expires_at": until}
    connection.execute(insert(welcomes).values(**values))


def find(connection: Connection, token_hash: str, now: datetime) -> Row[Any] | None:
    """The account that a living link is for; None for a link that was used, has expired, or was never given."""
    return connection.execute(
        select(users)
        .join(welcomes, welcomes.c.user_id == users.c.id)
        .where(
            welcomes.c.token_hash == token_hash,
            welcomes.c.used_at.is_(None),
            welcomes.c.expires_at > now,
            users.c.disabled_at.is_(None),
        )
    ).first()


def use(connection: Connection, token_hash: str, now: datetime) -> bool:
    """Take the link; False if somebody was faster."""
    return (
        connection.execute(
            update(welcomes)
            .where(welcomes.c.token_hash == token_hash, welcomes.c.used_at.is_(None), welcomes.c.expires_at > now)
            .values(used_at=now)
        ).rowcount
        == 1
    )


def forget(connection: Connection, user_id: str) -> None:
    """Links of this account open nothing any more."""
    connection.execute(delete(welcomes).where(welcomes.c.user_id == user_id))


def waiting(connection: Connection, now: datetime) -> dict[str, datetime]:
    """Until when each living link counts, by user."""
    statement = select(welcomes.c.user_id, welcomes.c.expires_at).where(
        welcomes.c.used_at.is_(None), welcomes.c.expires_at > now
    )
    return {row.user_id: row.expires_at for row in connection.execute(statement)}


def forget_expired(connection: Connection, now: datetime) -> None:
    """Drop links, and sign-ins that wait for a code, which count no more."""
    for table in (welcomes, half_sign_ins):
        connection.execute(delete(table).where(table.c.expires_at < now))
