"""A whole installation in processes of its own, each of which can be killed and started again."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests import servers
from zeroten.simulation.doors import Api, Door, Sandbox, Unreachable

REPOSITORY = Path(__file__).parents[2]
ACCOUNT, TOKEN, SERVICE, NUMBER = "AC" + "12ab" * 8, "f00d" * 8, "MG" + "34cd" * 8, "+15005550006"
GRAPH = {
    "token": "EAAGchaos0a0a0a0a0a0a0a0a0a0a0a0a",
    "phone-number-id": "106540352242922",
    "business-account-id": "102290129340398",
    "app-secret": "6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b",
}
BOT = "123456789:AAchaosBot00000000000000000000000000"
SETTLES_S = 8
"""Meta's statuses come within a second here; the product's own patience would make every refusal half a minute."""
READY_WITHIN_S = 40.0
LEASE_S = 6


@dataclass(slots=True)
class Managed:
    """One process by name; its output goes to `log`."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self) -> None:
        with self.lock, self.log.open("ab") as log:
            self.starts += 1
            self.process = subprocess.Popen(
                self.command, env=self.environment, stdout=log, stderr=log, cwd=REPOSITORY, start_new_session=True
            )

    def kill(self) -> None:
        """SIGKILL, and nobody's goodbye."""
        with self.lock:
            if self.process is not None:
                self.process.kill()
                self.process.wait(timeout=10)

    def kill_children(self) -> bool:
        """SIGKILL for what this process has started, not for itself; False if there was nothing."""
        children = self.children()
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        return bool(children)

    def children(self) -> list[int]:
        """The process ids of what this process has started, without helpers of the interpreter."""
        if self.process is None:
            return []
        found = []
        for path in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                fields = path.read_text().rpartition(")")[2].split()
                is_tracker = b"resource_tracker" in (path.parent / "cmdline").read_bytes()
                if int(fields[1]) == self.process.pid and not is_tracker:
                    found.append(int(path.parent.name))
        return found

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        with self.lock:
            if self.process is not None:
                servers.stop(self.process)
                self.process = None


class Installation:
    """Web, dispatchers, ticks and a worker on one database, with Valkey, the sandbox and a clock of its own."""

    def __init__(
        self, folder: Path, database_url: str, *, failpoints: str = "", victim: str = "", webs: int = 1
    ) -> None:
        """`failpoints` are armed in the process called `victim` at its first start only. `webs`: on PostgreSQL."""
        self.folder = folder
        self.is_sqlite = database_url.startswith("sqlite")
        self._more_ports = {} if self.is_sqlite else {f"web-{n}": servers.free_port() for n in range(2, webs + 1)}
        self._port, self._redis_port = servers.free_port(), servers.free_port()
        self._redis: subprocess.Popen[bytes] | None = None
        self._failpoints = (victim, failpoints)
        (folder / "clock").write_text("0\n", encoding="ascii")
        self.sandbox = self._start_sandbox()
        self.url = f"http://127.0.0.1:{self._port}"
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith("ZEROTEN_")} | {
            "ZEROTEN_DATABASE_URL": database_url,
            "ZEROTEN_REDIS_URL": f"redis://127.0.0.1:{self._redis_port}/0",
            "ZEROTEN_PORT": str(self._port),
            "ZEROTEN_PUBLIC_URL": self.url,
            "ZEROTEN_SECRET_KEY": "chaos-secret-of-at-least-32-characters",
            "ZEROTEN_TWILIO_ACCOUNT_SID": ACCOUNT,
            "ZEROTEN_TWILIO_AUTH_TOKEN": TOKEN,
            "ZEROTEN_TWILIO_MESSAGING_SERVICE_SID": SERVICE,
            "ZEROTEN_TWILIO_API_URL": self.sandbox.base,
            **{f"ZEROTEN_WHATSAPP_{name.replace('-', '_').upper()}": value for name, value in GRAPH.items()},
            "ZEROTEN_WHATSAPP_VERIFY_TOKEN": "chaos",
            "ZEROTEN_WHATSAPP_API_URL": self.sandbox.base,
            "ZEROTEN_WHATSAPP_SETTLES_S": str(SETTLES_S),
            "ZEROTEN_TELEGRAM_BOT_TOKEN": BOT,
            "ZEROTEN_TELEGRAM_WEBHOOK_SECRET": "chaos-secret",
            "ZEROTEN_TELEGRAM_API_URL": self.sandbox.base,
            "ZEROTEN_CLOCK_FILE": str(folder / "clock"),
            "ZEROTEN_LEASE_S": str(LEASE_S),
            "ZEROTEN_TIMEZONE": "Europe/Amsterdam",
        }
        self.processes = {name: self._managed(name) for name in self._names()}
        self.run("migrate")
        self.key = self.run("api-key", "create", "--name", "chaos")
        self.api = Api(self.url, self.key)
        self.apis = [self.api, *(Api(f"http://127.0.0.1:{port}", self.key) for port in self._more_ports.values())]

    # --- life -----------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start everything and wait until it answers."""
        self.start_redis()
        for process in self.processes.values():
            process.start()
        self.wait_until_ready()

    def wait_until_ready(self, within_s: float = READY_WITHIN_S) -> None:
        """Until every web process says that it can work. Raises AssertionError after `within_s`."""
        end = time.monotonic() + within_s
        for api in self.apis:
            while not _is_ready(Door(api.base, timeout_s=2)):
                assert time.monotonic() < end, f"not ready within {within_s} s:\n{self.logs()}"
                time.sleep(0.05)

    def open_all_doors(self, templates: Sequence[str] = ()) -> None:
        """Let Telegram know where to bring updates, and Meta approve these templates, before anything goes wrong."""
        self.run("doctor", "--fix", is_judged=False)
        assert self.sandbox.has_telegram(), self.logs()
        pushed = sum(len(self.run("templates", "push", "--name", name).splitlines()) for name in templates)
        end = time.monotonic() + READY_WITHIN_S
        while len([*self.sandbox.ledger(0, "whatsapp_webhook_end")]) < pushed:
            assert time.monotonic() < end, self.logs()
            time.sleep(0.1)

    def stop(self) -> None:
        for process in reversed(self.processes.values()):
            process.stop()
        self.kill_redis()
        self._sandbox_process.stop()

    def start_redis(self) -> None:
        _, self._redis = servers.start_valkey(self.folder / "redis", self._redis_port)

    def kill_redis(self) -> None:
        if self._redis is not None:
            self._redis.kill()
            self._redis.wait(timeout=10)
            self._redis = None

    def revive(self, name: str) -> None:
        """Start a process again that was killed, without its failpoints."""
        process = self.processes[name]
        process.environment = dict(process.environment) | {"ZEROTEN_FAILPOINTS": ""}
        process.start()

    def arm(self, name: str, failpoints: str) -> None:
        """Start a process anew with these failpoints."""
        process = self.processes[name]
        process.kill()
        process.environment = dict(process.environment) | {"ZEROTEN_FAILPOINTS": failpoints}
        process.start()

    # --- tools ----------------------------------------------------------------------------------------------------

    def run(self, *arguments: str, is_judged: bool = True) -> str:
        """One command of the product; its output. is_judged: its exit status must be 0."""
        command = [sys.executable, "-m", "zeroten", *arguments]
        done = subprocess.run(
            command, env=self._environment, cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=60
        )
        assert done.returncode == 0 or not is_judged, f"zeroten {' '.join(arguments)}: {done.stderr}"
        return done.stdout.strip()

    def new_key(self, name: str) -> Api:
        """Another actor: the API with a key of its own."""
        return Api(self.url, self.run("api-key", "create", "--name", name))

    def logs(self, last: int = 15) -> str:
        """The end of every process's output."""
        parts = []
        for path in sorted(self.folder.glob("*.log")):
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()[-last:]
            parts.append("\n".join([f"--- {path.name}", *lines]))
        return "\n".join(parts)

    def ledger_lines(self) -> list[dict[str, object]]:
        return list(self.sandbox.ledger())

    def _names(self) -> tuple[str, ...]:
        if self.is_sqlite:
            return ("web", "worker")
        return ("web", *self._more_ports, "dispatcher-1", "dispatcher-2", "tick-1", "tick-2", "worker")

    def _managed(self, name: str) -> Managed:
        victim, failpoints = self._failpoints
        own = {"ZEROTEN_FAILPOINTS": failpoints} if name == victim else {}
        if name in self._more_ports:
            own["ZEROTEN_PORT"] = str(self._more_ports[name])
        return Managed(
            name=name,
            command=[sys.executable, "-m", "zeroten", name.partition("-")[0]],
            environment=self._environment | own,
            log=self.folder / f"{name}.log",
        )

    def _start_sandbox(self) -> Sandbox:
        port = servers.free_port()
        flags = {
            "--port": str(port),
            "--product-url": f"http://127.0.0.1:{self._port}",
            "--status-step": "0.03",
            "--twilio-account-sid": ACCOUNT,
            "--twilio-auth-token": TOKEN,
            "--twilio-from": NUMBER,
            "--twilio-messaging-service-sid": SERVICE,
            **{f"--whatsapp-{name}": value for name, value in GRAPH.items()},
            "--whatsapp-review": "auto",
            "--whatsapp-backoff": "0.25",
            "--telegram-token": BOT,
            "--telegram-backoff": "0.25",
            "--ledger": str(self.folder / "ledger.jsonl"),
            "--clock-file": str(self.folder / "clock"),
        }
        self._sandbox_process = Managed(
            name="sandbox",
            command=[sys.executable, "-m", "sandbox", *(part for pair in flags.items() for part in pair)],
            environment=dict(os.environ),
            log=self.folder / "sandbox.log",
        )
        self._sandbox_process.start()
        sandbox = Sandbox(f"http://127.0.0.1:{port}")
        sandbox.insist("GET", "/healthz", patience_s=20)
        return sandbox


def _is_ready(door: Door) -> bool:
    with contextlib.suppress(Unreachable):
        return door.ask("GET", "/readyz").status == 200
    return False


@contextlib.contextmanager
def installed(
    folder: Path, database_url: str, *, failpoints: str = "", victim: str = "", webs: int = 1
) -> Iterator[Installation]:
    """A running installation, stopped at the end whatever happened."""
    installation = Installation(folder, database_url, failpoints=failpoints, victim=victim, webs=webs)
    try:
        installation.start()
        yield installation
    finally:
        installation.stop()
