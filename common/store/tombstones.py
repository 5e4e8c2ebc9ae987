"""Tombstones: the marks of erased people, and the receipts they lead to."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Row, delete, select

from common.store.dialect import among, insert_new
from common.store.schema import erasures, tombstones

_FOUND = select(tombstones.c.mark).where(among(tombstones.c.mark))
_ERASURE = (
    select(erasures)
    .join(tombstones, tombstones.c.erasure_id == erasures.c.id)
    .where(among(tombstones.c.mark))
    .order_by(erasures.c.requested_at.desc(), erasures.c.id.desc())
    .limit(1)
)


def which(connection: Connection, marks: Collection[str]) -> set[str]:
    """Those of the marks that are an erased person's."""
    return set(connection.execute(_FOUND, {"ids": list(marks)}).scalars()) if marks else set()


def erasure_of(connection: Connection, marks: Collection[str]) -> Row[Any] | None:
    """The latest receipt to which one of these marks leads."""
    return connection.execute(_ERASURE, {"ids": list(marks)}).first() if marks else None


def add(connection: Connection, erasure_id: str, marks: Collection[str]) -> None:
    """Put up marks; those that stand already stay."""
    insert_new(connection, tombstones, [{"mark": mark, "erasure_id": erasure_id} for mark in sorted(marks)])


def lift(connection: Connection, erasure_id: str) -> None:
    """Take down all marks of one person: whoever comes back is new."""
    connection.execute(delete(tombstones).where(tombstones.c.erasure_id == erasure_id))
