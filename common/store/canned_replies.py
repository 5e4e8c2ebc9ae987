"""Rows of canned replies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update
from sqlalchemy import delete as delete_from

from common.store.schema import canned_replies


def rows(connection: Connection) -> Sequence[Row[Any]]:
    """Those in use, by short name, team and language."""
    order = (canned_replies.c.short, canned_replies.c.team, canned_replies.c.locale)
    return connection.execute(
        select(canned_replies).where(canned_replies.c.deleted_at.is_(None)).order_by(*order)
    ).all()


def find(connection: Connection, reply_id: str) -> Row[Any] | None:
    """One, deleted or not."""
    return connection.execute(select(canned_replies).where(canned_replies.c.id == reply_id)).first()


def named(connection: Connection, short: str, team: str, locale: str) -> Row[Any] | None:
    """The one under this name, deleted or not."""
    key = (canned_replies.c.short == short, canned_replies.c.team == team, canned_replies.c.locale == locale)
    return connection.execute(select(canned_replies).where(*key)).first()


def count(connection: Connection) -> int:
    """How many there are, with those that were deleted lately."""
    return connection.execute(select(func.count()).select_from(canned_replies)).scalar() or 0


def add(connection: Connection, row: Mapping[str, Any]) -> None:
    """Store a new one."""
    connection.execute(insert(canned_replies).values(**row))


def change(connection: Connection, reply_id: str, columns: Mapping[str, Any]) -> None:
    """Set columns of one."""
    connection.execute(update(canned_replies).where(canned_replies.c.id == reply_id).values(**columns))


def remove(connection: Connection, reply_id: str) -> None:
    """Delete one for good."""
    connection.execute(delete_from(canned_replies).where(canned_replies.c.id == reply_id))


def forget_deleted(connection: Connection, before: datetime) -> None:
    """Delete for good what was deleted before then."""
    connection.execute(delete_from(canned_replies).where(canned_replies.c.deleted_at < before))
