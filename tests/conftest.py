"""Fixtures for every test: both databases for real, a real Valkey, and no socket beyond this machine."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from common import clock
from common.store import writer
from common.store.engine import Database
from common.store.migrations import migrate
from tests import servers
from tests.browser import a_browser

MEMORY = Path("/dev/shm")
ROOM_BYTES = 4 * 1024**3

# Some thousand databases are made and thrown away here: a disk would be busier with them than the processor
# with the tests. What a killed process has written is there all the same. Without the room, the disk it is.
if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM_BYTES:
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


@pytest.fixture(autouse=True, scope="session")
def _stay_on_this_machine() -> Iterator[None]:
    """Any connection to another machine fails the test that tries it."""
    connect = socket.socket.connect

    def only_here(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if host not in ("", "localhost", "::1") and not str(host).startswith("127."):
            raise AssertionError(f"a test tried to reach {host}")
        connect(self, address)

    socket.socket.connect = only_here  # type: ignore[method-assign,assignment]
    yield
    socket.socket.connect = connect  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _own_clock() -> Iterator[None]:
    """No test leaves its clock file behind."""
    yield
    clock.use_file(None)


@pytest.fixture(autouse=True, scope="session")
def _patient_with_a_busy_machine() -> Iterator[None]:
    """A write in this process may take long: that a customer's page would have given up by then is no fault of it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writer, "PATIENCE_S", 60.0)
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[servers.Postgres]:
    """One PostgreSQL for all tests of this process; each test makes its own database in it."""
    server = servers.start_postgres()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of this process: Playwright's loop cannot be had twice in a thread."""
    with a_browser() as made:
        yield made


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real Valkey."""
    url, process = servers.start_valkey(tmp_path_factory.mktemp("valkey"))
    yield url
    servers.stop(process)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy: migrating for every test would cost more than the tests."""
    path = tmp_path_factory.mktemp("template") / "zeroten.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres: servers.Postgres) -> str:
    """The name of a migrated PostgreSQL database to copy."""
    url = postgres.create_database()
    _migrate(url)
    return url.split("@/")[1].partition("?")[0]


def _migrate(url: str) -> None:
    opened = Database(url)
    migrate(opened)
    opened.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated, empty database: every test that uses it runs on both kinds."""
    if request.param == "sqlite":
        path = tmp_path / "zeroten.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server: servers.Postgres = request.getfixturevalue("postgres")
    url = server.create_database(template=request.getfixturevalue("postgres_template"))
    yield url
    server.drop_database(url)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated database, opened."""
    opened = Database(database_url)
    yield opened
    opened.close()
