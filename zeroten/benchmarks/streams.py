"""Open streams of customers' pages on one web process: what they take of the memory, and how soon news reaches them.

Every stream belongs to a page of its own, as it is in life, and each message is one that a customer has sent: it counts
from the POST until it arrives in that page's stream, so the commit is in it.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import resource
import selectors
import socket
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from common import clock
from common.config import read_settings
from common.store.migrations import migrate
from zeroten.benchmarks.machine import Meter
from zeroten.benchmarks.processes import free_port, running, wait_until_ready
from zeroten.benchmarks.report import Figure, Table, quantile
from zeroten.benchmarks.setting import Setting
from zeroten.supervisor import zeroten_command

_STEPS = (24, 250, 1_000)
_CLIENTS = 16
_ONE_BY_ONE = 200
_PAUSE_S = 0.02
_WITHIN_S = 60.0
_SCORE = "2"
"""An unhappy customer's thread stays open for a person, however often they write."""
_SURVEY = {"key": "bench", "brand": "Acme", "quiet_hours": None, "fatigue_days": 0}


def run(setting: Setting) -> Iterator[Table]:
    """One table: more and more streams on one process, on SQLite."""
    steps = _STEPS if not setting.quick else (24, 100)
    _allow_sockets(2 * steps[-1] + 200)
    port = free_port()
    environment = {
        "ZEROTEN_DATABASE_URL": f"sqlite:///{setting.folder}/streams.db",
        "ZEROTEN_SECRET_KEY": "benchmarks only",
        "ZEROTEN_PORT": str(port),
        "ZEROTEN_WEBCHAT_STREAMS": str(steps[-1]),
    }
    pages = _invited(environment, steps[-1])
    rows = []
    with running("web", zeroten_command("web"), environment, setting.folder) as pid:
        wait_until_ready(port)
        setting.say(f"  begin {len(pages)} conversations")
        with ThreadPoolExecutor(_CLIENTS) as clients:
            list(clients.map(lambda page: _get(port, page), pages))
        empty = _memory_mb(pid)
        with Listener(port) as listener:
            for count in steps:
                setting.say(f"  {count} streams")
                listener.open(pages[len(listener.pages) : count])
                rows.append(_measure(port, pid, listener, empty))
    note = (
        "One `web` process on SQLite, with dispatcher and tick inside. Each message is committed and read back for the"
        " stream of its own page. One by one: 50 a second; at once: one for every stream, by 16 clients. Memory is"
        " proportional set size of the process and its children. Milliseconds from the POST to the event."
    )
    yield Table(benchmark="streams", title="Open streams on one process", rows=rows, note=note)


def _measure(port: int, pid: int, listener: Listener, empty: float) -> dict[str, Figure]:
    memory = _memory_mb(pid)
    meter = Meter(processes={"web": pid})
    count = len(listener.pages)
    step = max(1, count // _ONE_BY_ONE)
    listener.begin()
    for page in listener.pages[::step]:
        listener.say(port, page)
        threading.Event().wait(_PAUSE_S)
    alone = listener.finish()
    requests = []
    for _ in range(50):
        began = clock.monotonic()
        _get(port, "/healthz")
        requests.append(clock.monotonic() - began)
    listener.begin()
    with ThreadPoolExecutor(_CLIENTS) as clients:
        list(clients.map(lambda page: listener.say(port, page), listener.pages))
    together = listener.finish()
    meter.stop()
    return {
        "streams": float(count),
        "memory, MB": memory,
        "kB each": 1000 * (memory - empty) / count,
        "one by one p50": 1000 * quantile(alone, 0.5),
        "one by one p99": 1000 * quantile(alone, 0.99),
        "at once p50": 1000 * quantile(together, 0.5),
        "at once p99": 1000 * quantile(together, 0.99),
        "missed": float(listener.missed),
        "another request p50": 1000 * quantile(sorted(requests), 0.5),
        "other programs %": meter.others_percent,
    }


@dataclass(slots=True)
class Listener:
    """All the open streams, read by one thread."""

    port: int
    pages: list[str] = field(default_factory=list)
    missed: int = 0
    _selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    _sent: dict[str, float] = field(default_factory=dict)
    _heard: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _number: int = 0
    _is_closing: bool = False

    def __enter__(self) -> Listener:
        threading.Thread(target=self._read, name="listener", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_closing = True

    def open(self, pages: Sequence[str]) -> None:
        """Open the streams of these pages and wait until each has answered."""
        for page in pages:
            connection = socket.create_connection(("127.0.0.1", self.port), timeout=30)
            connection.sendall(f"GET {page}/stream HTTP/1.1\r\nHost: bench\r\n\r\n".encode("ascii"))
            head = connection.recv(4096)
            if not head.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(f"a stream was refused: {head[:80]!r}")
            connection.setblocking(False)
            self._selector.register(connection, selectors.EVENT_READ, bytearray())
            self.pages.append(page)

    def begin(self) -> None:
        """A new measurement."""
        self._sent, self._heard = {}, {}

    def say(self, port: int, page: str) -> None:
        """Send a message as the customer of this page."""
        with self._lock:
            self._number += 1
            client_id = f"bench-{self._number:08d}"
        self._sent[client_id] = clock.monotonic()
        body = json.dumps({"client_id": client_id, "text": _SCORE})
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        with contextlib.closing(connection):
            connection.request("POST", f"{page}/messages", body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            if answer.status != 200:
                raise RuntimeError(f"a message was refused: {answer.status} {answer.read()[:200]!r}")

    def finish(self) -> list[float]:
        """How long each message took, sorted; those that never came are counted as missed."""
        end = clock.monotonic() + _WITHIN_S
        while len(self._heard) < len(self._sent) and clock.monotonic() < end:
            threading.Event().wait(0.01)
        self.missed += len(self._sent) - len(self._heard)
        return sorted(at - self._sent[client_id] for client_id, at in self._heard.items())

    def _read(self) -> None:
        while not self._is_closing:
            for key, _ in self._selector.select(timeout=0.2):
                connection = key.fileobj
                assert isinstance(connection, socket.socket)
                with contextlib.suppress(BlockingIOError, OSError):
                    key.data.extend(connection.recv(65536))
                self._take(key.data, clock.monotonic())

    def _take(self, received: bytearray, now: float) -> None:
        """Note the messages in what was received; what is left of it is kept."""
        lines = bytes(received).split(b"\n")
        received[:] = lines.pop()
        for line in lines:
            if line.startswith(b'data: {"sequence"'):
                client_id = json.loads(line[6:])["id"]
                if client_id in self._sent:
                    self._heard.setdefault(client_id, now)


def _invited(environment: dict[str, str], count: int) -> list[str]:
    """The addresses of so many pages, each of a customer whose survey waits there."""
    from zeroten.root import create_services

    services = create_services(read_settings(environment), has_writer=False)
    migrate(services.store.database)
    now = clock.now()
    services.store.write(lambda connection: services.surveys.save(connection, "bench", _SURVEY, now))
    bodies = [
        {
            "id": f"chat-{number}",
            "channel": "webchat",
            "direction": "inbound",
            "ended_at": (now - timedelta(minutes=1)).isoformat(),
            "customer": {"id": f"c-{number}", "consent": True},
            "survey": "bench",
        }
        for number in range(count)
    ]
    answers = services.store.write(lambda c: [services.intake.take(c, body, now).body for body in bodies])
    services.close()
    return ["/s/" + answer["invitation"]["url"].rpartition("/")[2] for answer in answers]


def _get(port: int, path: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    with contextlib.closing(connection):
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")


def _memory_mb(root: int) -> float:
    """Proportional set size of a process and all below it; 0 where the system does not tell."""
    parents = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError):
            parents[int(status.parent.name)] = int(status.read_text().rpartition(")")[2].split()[1])
    found, family = 0, {root}
    while more := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= more
    for pid in family:
        with contextlib.suppress(OSError):
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            found += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return found / 1000


def _allow_sockets(count: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(count, hard), hard))
