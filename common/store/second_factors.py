"""Rows of second factors: the sealed secret, the codes for a lost telephone, and sign-ins that wait for a code."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from common.store.schema import half_sign_ins, recovery_codes, second_factors, users


def find(connection: Connection, user_id: str) -> Row[Any] | None:
    """The second factor of a user, confirmed or not."""
    return connection.execute(select(second_factors).where(second_factors.c.user_id == user_id)).first()


def confirmed(connection: Connection) -> set[str]:
    """The users who have one."""
    statement = select(second_factors.c.user_id).where(second_factors.c.confirmed_at.is_not(None))
    return set(connection.execute(statement).scalars())


def begin(connection: Connection, user_id: str, secret: str, now: datetime) -> None:
    """Keep the secret of an app that has not proved itself yet, instead of an earlier one."""
    connection.execute(delete(second_factors).where(second_factors.c.user_id == user_id))
    values = {"user_id": user_id, "secret": secret, "last_step": 0, "created_at": now}
    connection.execute(insert(second_factors).values(**values))


def confirm(connection: Connection, user_id: str, now: datetime) -> None:
    """From now on it is asked for."""
    connection.execute(update(second_factors).where(second_factors.c.user_id == user_id).values(confirmed_at=now))


def take_step(connection: Connection, user_id: str, step: int) -> bool:
    """Use up the code of this half minute; False if this one or a later one was used before."""
    statement = update(second_factors).where(second_factors.c.user_id == user_id, second_factors.c.last_step < step)
    return connection.execute(statement.values(last_step=step)).rowcount == 1


def reseal(connection: Connection, user_id: str, secret: str) -> None:
    """Keep the same secret under the newest key."""
    connection.execute(update(second_factors).where(second_factors.c.user_id == user_id).values(secret=secret))


def forget(connection: Connection, user_id: str) -> None:
    """Take the second factor away, with all that belongs to it."""
    for table in (second_factors, recovery_codes, half_sign_ins):
        connection.execute(delete(table).where(table.c.user_id == user_id))


def replace_codes(connection: Connection, user_id: str, hashes: Iterable[str]) -> None:
    """New recovery codes; the old ones open nothing any more."""
    connection.execute(delete(recovery_codes).where(recovery_codes.c.user_id == user_id))
    connection.execute(insert(recovery_codes), [{"user_id": user_id, "code_hash": each} for each in hashes])


def use_code(connection: Connection, user_id: str, code_hash: str, now: datetime) -> bool:
    """Take a recovery code; False if there is none such, or it was used."""
    statement = update(recovery_codes).where(
        recovery_codes.c.user_id == user_id, recovery_codes.c.code_hash == code_hash, recovery_codes.c.used_at.is_(None)
    )
    return connection.execute(statement.values(used_at=now)).rowcount == 1


def codes_left(connection: Connection, user_id: str) -> int:
    """How many recovery codes were not used yet."""
    return connection.execute(
        select(func.count())
        .select_from(recovery_codes)
        .where(recovery_codes.c.user_id == user_id, recovery_codes.c.used_at.is_(None))
    ).scalar_one()


# --- sign-ins that wait for a code --------------------------------------------------------------------------------


def insert_half(connection: Connection, *, token_hash: str, user_id: str, now: datetime, until: datetime) -> None:
    connection.execute(delete(half_sign_ins).where(half_sign_ins.c.expires_at < now))
    values = {"token_hash": token_hash, "user_id": user_id, "created_at": now, "expires_at": until}
    connection.execute(insert(half_sign_ins).values(**values))


def find_half(connection: Connection, token_hash: str, now: datetime) -> Row[Any] | None:
    """The account whose password was right a moment ago."""
    return connection.execute(
        select(users)
        .join(half_sign_ins, half_sign_ins.c.user_id == users.c.id)
        .where(
            half_sign_ins.c.token_hash == token_hash, half_sign_ins.c.expires_at > now, users.c.disabled_at.is_(None)
        )
    ).first()


def delete_half(connection: Connection, token_hash: str) -> None:
    connection.execute(delete(half_sign_ins).where(half_sign_ins.c.token_hash == token_hash))
