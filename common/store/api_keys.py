"""API keys: shown once when they are made, stored as a hash, revoked for good.

A key is `zt_` and 32 random bytes in base 62. So much chance needs no slow hash: SHA-256 is enough, and a look-up by
the hash tells a caller nothing about the key by the time it takes.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from common.actors import Actor, Role, Teams, teams_of
from common.audit import command_line, record
from common.errors import Conflict, Invalid, NotFound
from common.ids import new_id
from common.store.schema import api_keys

PREFIX = "zt_"
USED_EVERY = timedelta(minutes=1)
"""How often the use of a key is written down."""
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_LENGTH = 43
"""Digits of base 62 that hold 32 bytes."""
_KEY = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{_LENGTH}}}")
_NAME = re.compile(r"[^\W_][\w .@:-]{0,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """What is known of a key after it was made: everything but the key. used_at: of its last use, to the minute."""

    id: str
    name: str
    role: Role
    created_at: datetime
    revoked_at: datetime | None
    used_at: datetime | None = None
    teams: Teams | None = None


def create(
    connection: Connection,
    *,
    name: str,
    role: Role,
    now: datetime,
    teams: Teams | None = None,
    by: Actor | None = None,
) -> str:
    """Make a key and return it; it cannot be read again. teams: whose things exist for it; None = everybody's.

    Raises Invalid for an admin with teams and for a name that people could not read back, Conflict if the name was ever
    given: the name stands in tickets and threads, so it means one key for ever.
    """
    if not _NAME.fullmatch(name):
        raise Invalid("a key's name is 1-64 letters, digits, spaces and . - _ : @", [("name", "not a name")])
    key = PREFIX + _base62(int.from_bytes(os.urandom(32), "big"))
    if teams is not None and role is Role.ADMIN:
        raise Invalid("an admin's key sees every team", [("teams", "an admin's key sees every team")])
    scope = None if teams is None else sorted(teams)
    values = {"id": new_id("key"), "name": name, "role": role.value, "key_hash": hash_of(key), "created_at": now}
    row: dict[str, Any] = values | {"teams": scope}
    try:
        with connection.begin_nested():
            connection.execute(insert(api_keys).values(**row))
    except IntegrityError as error:
        raise Conflict(f"there is, or was, a key named {name!r}", code="name_taken") from error
    record(connection, by or command_line(), "api_key.created", about=row["id"], role=role.value, teams=scope)
    return key


def listed(connection: Connection) -> Sequence[ApiKey]:
    """Every key, the revoked ones included, by name."""
    rows = connection.execute(select(api_keys).order_by(api_keys.c.name))
    return [
        ApiKey(
            id=row.id,
            name=row.name,
            role=Role(row.role),
            created_at=row.created_at,
            revoked_at=row.revoked_at,
            used_at=row.used_at,
            teams=teams_of(row.teams),
        )
        for row in rows
    ]


def note_use(connection: Connection, key_id: str, now: datetime) -> None:
    """The key let a program in. Written once a minute, whoever notes it: a use more changes nothing for people.

    Who else is just noting it has the row locked, and need not be waited for.
    """
    is_stale = or_(api_keys.c.used_at.is_(None), api_keys.c.used_at < now - USED_EVERY)
    free = select(api_keys.c.id).where(api_keys.c.id == key_id, is_stale).with_for_update(skip_locked=True)
    connection.execute(update(api_keys).where(api_keys.c.id.in_(free)).values(used_at=now))


def revoke(connection: Connection, name: str, now: datetime, *, by: Actor | None = None) -> None:
    """Refuse the key from now on. Revoking twice is revoking once. Raises NotFound."""
    known = connection.execute(select(api_keys.c.id).where(api_keys.c.name == name)).scalar()
    if known is None:
        raise NotFound(f"no key is named {name!r}")
    revoked = connection.execute(
        update(api_keys).where(api_keys.c.id == known, api_keys.c.revoked_at.is_(None)).values(revoked_at=now)
    )
    if revoked.rowcount:
        record(connection, by or command_line(), "api_key.revoked", about=known)


def actor_of(connection: Connection, key: str) -> Actor | None:
    """Who acts with this key; None for a key that is unknown, revoked or no key at all."""
    if not _KEY.fullmatch(key):
        return None
    row = connection.execute(
        select(api_keys.c.id, api_keys.c.name, api_keys.c.role, api_keys.c.teams).where(
            api_keys.c.key_hash == hash_of(key), api_keys.c.revoked_at.is_(None)
        )
    ).first()
    if row is None:
        return None
    return Actor(id=row.id, name=row.name, role=Role(row.role), is_person=False, teams=teams_of(row.teams))


def hash_of(key: str) -> str:
    """What is stored of a key: SHA-256 in 64 hexadecimal digits."""
    return hashlib.sha256(key.encode("ascii")).hexdigest()


def _base62(number: int) -> str:
    digits = []
    for _ in range(_LENGTH):
        number, digit = divmod(number, 62)
        digits.append(_ALPHABET[digit])
    return "".join(digits)
