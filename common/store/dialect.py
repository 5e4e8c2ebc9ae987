"""The few statements that SQLite and PostgreSQL spell alike but SQLAlchemy keeps in two places.

Statements of the hot path are built once and given their values when they run: building one costs more than running it.
Rows go to the driver as a list of values for one text, so that ten rows and eleven rows are the same statement.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Connection,
    Dialect,
    Integer,
    Table,
    Text,
    Tuple,
    TypeDecorator,
    bindparam,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeEngine

from common.store.schema import storable


def among(column: ColumnElement[Any], name: str = "ids") -> ColumnElement[bool]:
    """A condition for a prepared statement: `column` is one of the values given as `name` when it runs.

    column: text, a whole number, or a tuple of text columns, whose values are then tuples. The values travel as one
    parameter, so that three values and four are the same statement for the database, too, which has planned it once.
    """
    kind: TypeEngine[Any] = _Tuples() if isinstance(column, Tuple) else _Strings()
    return _Among(column, bindparam(name, type_=_Numbers() if isinstance(column.type, Integer) else kind))


class _Strings(TypeDecorator[Any]):
    """Many strings in one parameter: an array, or JSON on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        kind: TypeEngine[Any] = postgresql.ARRAY(Text()) if dialect.name == "postgresql" else Text()
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return list(value) if dialect.name == "postgresql" else json.dumps(list(value))


class _Numbers(_Strings):
    """Many whole numbers in one parameter."""

    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        kind: TypeEngine[Any] = postgresql.ARRAY(BigInteger()) if dialect.name == "postgresql" else Text()
        return dialect.type_descriptor(kind)


class _Tuples(TypeDecorator[Any]):
    """Many tuples of strings in one parameter, as JSON."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return json.dumps([[storable(part) for part in one] for one in value])


class _Among(FunctionElement[bool]):
    name = "among"
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: OperatorType | None = None) -> Any:
        """As it is: where there is no boolean type SQLAlchemy would say `= 1`, and no index would be used."""
        return self


@compiles(_Among, "sqlite")
def _among_sqlite(element: _Among, compiler: SQLCompiler, **more: Any) -> str:
    column, values = (compiler.process(clause, **more) for clause in element.clauses)
    if isinstance(one := element.clauses.clauses[0], Tuple):
        parts = ", ".join(f"json_extract(value, '$[{place}]')" for place in range(len(one.clauses)))
        return f"{column} IN (SELECT {parts} FROM json_each({values}))"  # noqa: S608 - built of compiled parts
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - built of compiled parts


@compiles(_Among, "postgresql")
def _among_postgresql(element: _Among, compiler: SQLCompiler, **more: Any) -> str:
    column, values = (compiler.process(clause, **more) for clause in element.clauses)
    if isinstance(one := element.clauses.clauses[0], Tuple):
        parts = ", ".join(f"one ->> {place}" for place in range(len(one.clauses)))
        source = f"jsonb_array_elements(CAST({values} AS JSONB)) AS one"
        return f"{column} IN (SELECT {parts} FROM {source})"  # noqa: S608 - built of compiled parts
    return f"{column} = ANY ({values})"


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
