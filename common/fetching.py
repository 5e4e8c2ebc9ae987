"""What is fetched from providers piece by piece and kept for a time: when to try again, and when to let go.

For tables with the columns `id`, `state`, `attempts`, `due_at` and `at`, and one that holds the content.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Connection, Table, update

BACKOFF = tuple(timedelta(seconds=each) for each in (5, 30, 120, 600, 3600, 3600, 3600))


def postpone(
    connection: Connection, table: Table, content: Column[Any], key: str, attempts: int, now: datetime
) -> bool:
    """Try again later; False if it was tried often enough and is given up."""
    mine = table.c.id == key
    if attempts >= len(BACKOFF):
        connection.execute(update(table).where(mine).values(due_at=None, attempts=attempts + 1))
        connection.execute(update(table).where(mine, content.is_(None)).values(state="failed"))
        return False
    connection.execute(update(table).where(mine).values(due_at=now + BACKOFF[attempts], attempts=attempts + 1))
    return True


def expire(connection: Connection, table: Table, content: Column[Any], states: Sequence[str], before: datetime) -> int:
    """Let go of what came before that instant and is in one of these states; how many."""
    old = (table.c.at < before, table.c.state.in_(states))
    values = {"state": "expired", content.name: None, "due_at": None}
    return connection.execute(update(table).where(*old).values(values)).rowcount
