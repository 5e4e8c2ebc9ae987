"""The telephone's webhooks while calls are going on: how long a caller waits in silence for what is said next.

So many callers are on the line at once, each with a request every few seconds, as keys and recordings come; a call that
ends is followed by the next. The product runs in its own processes, as `zeroten up` starts them. Every request is
signed, stores what it brought in one transaction, and is answered with the words that follow.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import hmac
import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from common import clock
from zeroten.benchmarks.customers import ACCOUNT, TOKEN, environment
from zeroten.benchmarks.databases import Prepared, prepared
from zeroten.benchmarks.machine import Meter, synced_writes
from zeroten.benchmarks.processes import free_port, running, wait_until_ready
from zeroten.benchmarks.raw_driver import RawDriver
from zeroten.benchmarks.report import Figure, Table, quantile
from zeroten.benchmarks.setting import Setting
from zeroten.embedded_redis import embedded_redis, wait_for_redis
from zeroten.supervisor import zeroten_command

NUMBER = "+15005550007"
WITHIN_MS = 50.0
"""What is promised for 99 of 100 requests at 100 calls in progress."""
_IN_PROGRESS = (100, 200, 400)
_THINKING_S = 5.0
"""From what we say to the caller's next key or the end of a recording: prompts take longer than that when heard."""
_WARM_UP_S = 5.0
_SCORES = ("9", "10", "8", "3", "10", "7", "0", "10", "2", "8")
_ACTION = re.compile(rb'action="([^"]+)"')


def run(setting: Setting) -> Iterator[Table]:
    """One table per kind of database."""
    with prepared(setting, 100) as kinds:
        for kind in kinds:
            setting.say(f"  {kind.name}")
            yield _measure(setting, kind)


def _measure(setting: Setting, kind: Prepared) -> Table:
    rows: list[dict[str, Figure]] = []
    synced = synced_writes(setting.folder, 0.5)["per_s"]
    commit_ms = _raw_commit_ms(kind)
    with kind.copy() as database, _installed(setting, kind, database) as (port, processes):
        numbers = 0
        for count in _IN_PROGRESS[: setting.either(len(_IN_PROGRESS), 1)]:
            setting.say(f"    {count} calls")
            meter = Meter(processes=processes)
            callers = Callers(port=port, count=count, first=numbers, lasts_s=setting.either(30, 4) + _WARM_UP_S)
            asyncio.run(callers.live())
            numbers += callers.begun
            rows.append(_row(callers, meter.stop()))
    note = (
        f"Each caller acts every {_THINKING_S:.0f} seconds; a call is six requests. Milliseconds from when one was"
        f" due to the last byte of the answer; /healthz of the same process, asked meanwhile, is what a request costs"
        f" that does nothing. Just before: {commit_ms:.2f} ms (99 of 100) for a commit of one row by the raw driver,"
        f" {synced:,.0f} synced writes/s. Promised: 99 of 100 within {WITHIN_MS:.0f} ms at 100 calls."
    )
    return Table(benchmark="calls", title=f"Calls in progress on {kind.name}", rows=rows, note=note)


def _row(callers: Callers, meter: Meter) -> dict[str, Figure]:
    taken, idle = sorted(callers.taken), sorted(callers.idle)
    return {
        "calls": float(callers.count),
        "requests/s": len(taken) / (callers.lasts_s - _WARM_UP_S),
        "answered 200, %": 100 * callers.right / max(1, callers.right + callers.wrong),
        "p50": 1000 * quantile(taken, 0.5),
        "p99": 1000 * quantile(taken, 0.99),
        "longest": 1000 * (taken[-1] if taken else 0.0),
        "first request p99": 1000 * quantile(sorted(callers.arrivals), 0.99),
        "healthz p50": 1000 * quantile(idle, 0.5),
        "healthz p99": 1000 * quantile(idle, 0.99),
        "web CPU ms each": meter.spent_s("web") * 1000 / max(1, callers.right + callers.wrong),
        "other programs %": meter.others_percent,
    }


@dataclass(slots=True)
class Callers:
    """`count` callers at any time, for `lasts_s` seconds. taken: seconds per request; arrivals: of first requests."""

    port: int
    count: int
    first: int
    lasts_s: float
    begun: int = 0
    right: int = 0
    wrong: int = 0
    taken: list[float] = field(default_factory=list)
    arrivals: list[float] = field(default_factory=list)
    idle: list[float] = field(default_factory=list)
    _began: float = 0.0

    async def live(self) -> None:
        """Let them call. The first ones begin spread over a caller's pause, as they would be by chance."""
        self._began = clock.monotonic()
        end = self._began + self.lasts_s
        step = _THINKING_S / self.count
        await asyncio.gather(
            *(self._one_after_the_other(self._began + place * step, end) for place in range(self.count)),
            self._look(end),
        )

    async def _one_after_the_other(self, due: float, end: float) -> None:
        while due < end:
            number = self.first + self.begun
            self.begun += 1
            connection = await Connection.open(self.port)
            async with contextlib.aclosing(connection):
                due = await self._call(connection, number, due, end)

    async def _call(self, connection: Connection, number: int, due: float, end: float) -> float:
        """One call from its beginning to its end; when the next one may begin."""
        sid, recording = f"CA{number:032x}", {"RecordingSid": f"RE{number:032x}", "RecordingDuration": "4"}
        params = {"CallSid": sid, "AccountSid": ACCOUNT, "From": f"+3165{number:07d}", "To": NUMBER}
        params |= {"CallStatus": "in-progress", "ApiVersion": "2010-04-01", "Direction": "inbound"}
        acts = (
            {"Digits": _SCORES[number % len(_SCORES)], "FinishedOnKey": "#"},
            recording | {"Digits": "#"},
            {"Digits": str(1 + number % 4)},
        )
        answer = await self._ask(connection, "/webhooks/voice", params, due, self.arrivals)
        for act in acts:
            due += _THINKING_S
            if due > end:
                return due
            found = _ACTION.search(answer)
            parts = urlsplit(html.unescape(found[1].decode()) if found else "/webhooks/voice")
            answer = await self._ask(connection, f"{parts.path}?{parts.query}", params | act, due, self.taken)
            if act.keys() >= recording.keys():
                told = params | recording | {"RecordingStatus": "completed"}
                await self._ask(connection, "/webhooks/voice/recording", told, due + 0.5, self.taken)
        due += 2.0
        done = params | {"CallStatus": "completed", "CallDuration": "20"}
        await self._ask(connection, "/webhooks/voice/status", done, due, self.taken)
        return due

    async def _ask(
        self, connection: Connection, path: str, fields: Mapping[str, str], due: float, into: list[float]
    ) -> bytes:
        await asyncio.sleep(max(0.0, due - clock.monotonic()))
        status, body = await connection.post(path, fields)
        took = clock.monotonic() - due
        if due >= self._began + _WARM_UP_S:
            self.right, self.wrong = self.right + (status == 200), self.wrong + (status != 200)
            self.taken.append(took)
            if into is not self.taken:
                into.append(took)
        return body

    async def _look(self, end: float) -> None:
        """What a request costs that does nothing."""
        connection = await Connection.open(self.port)
        async with contextlib.aclosing(connection):
            while clock.monotonic() < end:
                began = clock.monotonic()
                await connection.request(b"GET /healthz HTTP/1.1\r\nHost: bench\r\n\r\n")
                self.idle.append(clock.monotonic() - began)
                await asyncio.sleep(0.1)


@dataclass(slots=True)
class Connection:
    """One open connection to the product, used for one request at a time."""

    port: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @classmethod
    async def open(cls, port: int) -> Connection:
        return cls(port, *await asyncio.open_connection("127.0.0.1", port))

    async def aclose(self) -> None:
        self.writer.close()
        with contextlib.suppress(OSError):
            await self.writer.wait_closed()

    async def post(self, path: str, fields: Mapping[str, str]) -> tuple[int, bytes]:
        """A webhook as Twilio sends and signs it: HMAC-SHA1 over the address and the sorted fields."""
        text = f"http://127.0.0.1:{self.port}{path}" + "".join(f"{name}{fields[name]}" for name in sorted(fields))
        proof = base64.b64encode(hmac.new(TOKEN.encode(), text.encode(), hashlib.sha1).digest())
        body = urlencode(fields).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"X-Twilio-Signature: {proof.decode()}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return await self.request(head.encode() + body)

    async def request(self, data: bytes) -> tuple[int, bytes]:
        self.writer.write(data)
        head = await self.reader.readuntil(b"\r\n\r\n")
        found = re.search(rb"(?i)content-length: *([0-9]+)", head)
        body = await self.reader.readexactly(int(found[1])) if found else b""
        return int(head[9:12]), body


def _raw_commit_ms(kind: Prepared) -> float:
    """What 99 of 100 transactions of one row take by the raw driver, in milliseconds."""
    with kind.copy() as database, contextlib.closing(RawDriver(database)) as driver:
        took = []
        for number in range(200):
            began = clock.monotonic()
            driver.commit(number)
            took.append(clock.monotonic() - began)
    return 1000 * quantile(sorted(took), 0.99)


@contextlib.contextmanager
def _installed(setting: Setting, kind: Prepared, database: str) -> Iterator[tuple[int, dict[str, int]]]:
    """A running installation with the telephone on: its port, and the ids of its processes by name."""
    port = free_port()
    with contextlib.ExitStack() as ends:
        redis, redis_url = embedded_redis(setting.folder / "redis")
        ends.enter_context(running("redis", list(redis.command), {}, setting.folder))
        wait_for_redis(redis_url)
        settings = environment(
            database,
            ZEROTEN_REDIS_URL=redis_url,
            ZEROTEN_PORT=str(port),
            ZEROTEN_PUBLIC_URL=f"http://127.0.0.1:{port}",
            ZEROTEN_TWILIO_VOICE_FROM=NUMBER,
        )
        names = ("web",) if kind.is_sqlite else ("web", "dispatcher", "tick")
        processes = {
            name: ends.enter_context(running(name, zeroten_command(name), settings, setting.folder)) for name in names
        }
        wait_until_ready(port)
        yield port, processes
