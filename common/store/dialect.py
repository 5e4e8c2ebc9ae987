"""The few statements that SQLite and PostgreSQL spell alike but SQLAlchemy keeps in two places.

Statements of the hot path are built once and given their values when they run: building one costs more than running it.
Rows go to the driver as a list of values for one text, so that ten rows and eleven rows are the same statement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, Table, bindparam
from sqlalchemy.dialects import postgresql, sqlite


def among(column: ColumnElement[Any], name: str = "ids") -> ColumnElement[bool]:
    """A condition for a prepared statement: `column` is one of the values given as `name` when it runs."""
    values: BindParameter[Any] = bindparam(name, expanding=True)
    return column.in_(values)


def insert_new(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> set[tuple[Any, ...]]:
    """Insert `rows`, leaving out those whose primary key is there already; the primary keys of the new ones."""
    if not rows:
        return set()
    return {tuple(row) for row in connection.execute(_insert_new(connection.dialect.name, table), list(rows))}


def upsert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert `rows`; where the primary key is there already, overwrite the other columns given."""
    if rows:
        connection.execute(_upsert(connection.dialect.name, table, tuple(rows[0])), list(rows))


@cache
def _insert_new(dialect: str, table: Table) -> Any:
    return _insert(dialect, table).on_conflict_do_nothing().returning(*table.primary_key.columns)


@cache
def _upsert(dialect: str, table: Table, names: tuple[str, ...]) -> Any:
    statement = _insert(dialect, table).inline()
    keys = [column.name for column in table.primary_key.columns]
    changed = {name: statement.excluded[name] for name in names if name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)


def _insert(dialect: str, table: Table) -> Any:
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
