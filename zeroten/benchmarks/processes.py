"""The processes that a benchmark starts and ends: the product's own, and the world outside."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from common import clock
from zeroten.supervisor import end_with_parent

_READY_WITHIN_S = 30.0


@contextlib.contextmanager
def running(name: str, command: list[str], environment: Mapping[str, str], folder: Path) -> Iterator[int]:
    """A process until the end of the block: its id. Its output goes to a file, the end of which is told if it fails."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("ZEROTEN_")}
    log = folder / f"{name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            env=clean | dict(environment),
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=end_with_parent,
        )
    try:
        yield process.pid
    except BaseException:
        print(f"--- {name}", log.read_text(encoding="utf-8", errors="replace")[-2000:], file=sys.stderr, sep="\n")
        raise
    finally:
        process.terminate()
        try:
            process.wait(timeout=12)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Outside:
    """The process of `outside.py`. `port` is the provider's."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.pid = process.pid
        self.port = int(self._answer()["port"])

    def do(self, order: str, **arguments: object) -> dict[str, Any]:
        """Give an order and wait for what came of it."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": order, **arguments}) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the process that plays the world outside has ended")
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextlib.contextmanager
def outside(product_port: int) -> Iterator[Outside]:
    """The world outside, whose customers text to this port."""
    command = [sys.executable, "-m", "zeroten.benchmarks.outside", str(product_port)]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=end_with_parent,
    )
    try:
        yield Outside(process)
    finally:
        process.kill()
        process.communicate()


def wait_until_ready(port: int) -> None:
    """Until the web process on this port can work. Raises RuntimeError."""
    end = clock.monotonic() + _READY_WITHIN_S
    while clock.monotonic() < end:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                connection.close()
                return
        connection.close()
        threading.Event().wait(0.1)
    raise RuntimeError(f"the web process was not ready within {_READY_WITHIN_S:.0f} s")


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
