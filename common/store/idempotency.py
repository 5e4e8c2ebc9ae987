"""Answers that were given under an `Idempotency-Key`, so that a repeated request gets the first answer again.

The row is reserved in the same transaction as the effect: a crash leaves neither, and a second request with the same
key waits at the primary key until the first is through. There is no moment at which one exists without the other.
Rows are kept for two days (`common/privacy/retention.py` deletes them); the promise is one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from common.errors import Conflict
from common.store.dialect import insert_new
from common.store.schema import idempotency_keys


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAnswer:
    """The first answer: HTTP status and JSON body."""

    status: int
    body: Any


def reserve(
    connection: Connection, *, actor_id: str, key: str, request_hash: str, now: datetime
) -> StoredAnswer | None:
    """The answer given before under this key; None = the key is new and now reserved, so the work is to be done.

    Raises Conflict if the key was used for another request.
    """
    row = {"actor": actor_id, "key": key, "request_hash": request_hash, "status": 0, "body": None, "at": now}
    if insert_new(connection, idempotency_keys, [row]):
        return None
    stored = connection.execute(
        select(idempotency_keys).where(idempotency_keys.c.actor == actor_id, idempotency_keys.c.key == key)
    ).one()
    if stored.request_hash != request_hash:
        raise Conflict("this Idempotency-Key was used for another request", code="idempotency_key_reused")
    return StoredAnswer(status=stored.status, body=stored.body)


def keep(connection: Connection, *, actor_id: str, key: str, answer: StoredAnswer) -> None:
    """Store the answer under the key that `reserve` reserved."""
    connection.execute(
        update(idempotency_keys)
        .where(idempotency_keys.c.actor == actor_id, idempotency_keys.c.key == key)
        .values(status=answer.status, body=answer.body)
    )
