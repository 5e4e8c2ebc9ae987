"""Database engines with the settings on which the store's promises rest.

SQLite: WAL, synchronous=FULL (a commit survives power loss), secure_delete (what is deleted is overwritten), foreign
keys off (keys are checked by the turns), and every writing transaction is BEGIN IMMEDIATE: a deferred one that turns
into a writer fails at once under load, whatever the busy time-out. PostgreSQL: READ COMMITTED with explicit row locks.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from common.errors import StoreUnavailable
from common.store import audit
from common.store.schema import storable

BUSY_TIMEOUT_S = 5
"""How long a writer waits for another process on SQLite."""
_POSTGRES_OPTIONS = "-c statement_timeout=30000 -c lock_timeout=10000 -c jit=off"
"""No JIT: it compiles for longer than any of our statements runs."""
_PREPARED_AFTER = 5
"""Uses after which a writer's statement is prepared, as psycopg would have it. Readers' are not: what is read is asked
for over all sorts of ranges, and a plan for all of them fits none."""
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON")


class Database:
    """One database: `write()` and `read()` transactions with the right locking for its kind."""

    def __init__(self, url: str, *, pool_size: int = 16) -> None:
        self.url = make_url(_with_driver(url))
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self._writer = _sqlite(self.url.render_as_string(hide_password=False), immediate=True)
            self._reader = _sqlite(self.url.render_as_string(hide_password=False), immediate=False)
        else:
            self._writer = create_engine(
                self.url,
                pool_size=pool_size,
                max_overflow=pool_size,
                pool_timeout=5,
                pool_pre_ping=True,
                json_serializer=_to_json,
                hide_parameters=True,
                connect_args={"connect_timeout": 5, "options": _POSTGRES_OPTIONS},
            )
            # READ COMMITTED promises readers nothing between two statements, so a transaction would only be two waits
            # more for each page. The connections are the same.
            self._reader = self._writer.execution_options(isolation_level="AUTOCOMMIT")

    @property
    def engine(self) -> Engine:
        """The engine of writing transactions, for migrations."""
        return self._writer

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A writing transaction, committed at the end. Raises StoreUnavailable if the database cannot be reached.

        What people did in it is bound to the audit log's chain just before the commit.
        """
        with _translated(), self._writer.begin() as connection:
            _prepare_after(connection, _PREPARED_AFTER)
            yield connection
            audit.seal(connection)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection to read with: on SQLite a consistent transaction, on PostgreSQL each statement for itself.

        Raises StoreUnavailable if the database cannot be reached.
        """
        with _translated(), self._reader.connect() as connection:
            _prepare_after(connection, None)
            yield connection

    def close(self) -> None:
        self._writer.dispose()
        self._reader.dispose()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise StoreUnavailable(str(error.orig)) from error
    except PoolTimeout as error:
        raise StoreUnavailable("no free connection") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise StoreUnavailable(str(error.orig)) from error
        raise


def _prepare_after(connection: Connection, uses: int | None) -> None:
    """Prepare a statement at the server once it was used so often; None = never: each is planned for its values."""
    if connection.dialect.name == "postgresql":
        driver: Any = connection.connection.dbapi_connection
        driver.prepare_threshold = uses


def _to_json(value: object) -> str:
    """JSON that both databases can hold: NUL, which is escaped in JSON, and lone surrogates become U+FFFD."""
    return storable(json.dumps(value, ensure_ascii=False).replace("\\u0000", "\ufffd"))


def _with_driver(url: str) -> str:
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _sqlite(url: str, *, immediate: bool) -> Engine:
    database = make_url(url).database
    if database and database != ":memory:":
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        connect_args={"timeout": BUSY_TIMEOUT_S, "check_same_thread": False},
        pool_size=16,
        json_serializer=_to_json,
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions are ours to begin
        for pragma in (*_PRAGMAS, f"busy_timeout={BUSY_TIMEOUT_S * 1000}"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine
