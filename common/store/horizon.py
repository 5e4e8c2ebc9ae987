"""Whether everybody who was writing at a moment is through.

A transaction that read somebody's words before they were erased may write them down afterwards. On PostgreSQL its
number is lower than the erasure's, so it can be waited for; on SQLite there is no second writer.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

_OURS = text("SELECT CAST(CAST(pg_current_xact_id() AS text) AS bigint)")
_OLDEST = text("SELECT CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint)")


def number(connection: Connection) -> int:
    """The number of this writing transaction; 0 on SQLite."""
    return 0 if connection.dialect.name == "sqlite" else int(connection.execute(_OURS).scalar_one())


def is_passed(connection: Connection, number: int) -> bool:
    """True once every transaction that was writing when `number` did has ended."""
    return connection.dialect.name == "sqlite" or int(connection.execute(_OLDEST).scalar_one()) > number
