"""The world outside in one process of its own: customers who text when it is time, and the provider that hears us.

It speaks HTTP over bare asyncio protocols, because what it takes of the processors is missing to what is measured. It
is told what to do by JSON lines on standard input and answers each with one on standard output:

    {"do": "offer", "first": 0, "count": 2000, "block": 1000, "rate": 200, "patience_s": 5}
        these customers' messages, at this rate; then wait for the replies
    {"do": "count"}
        how many sends the provider has taken

The load is open-loop: a message is sent when it is due, on another connection if those before have not come back, and
every latency counts from when it was due. A reply belongs to the oldest unanswered message of its customer.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import sys
import time
from collections import Counter, deque
from typing import Any
from urllib.parse import parse_qs, urlencode

from zeroten.benchmarks.customers import ACCOUNT, NUMBER, SERVICE, TOKEN, answer, phone
from zeroten.benchmarks.report import quantile

_MAX_CONNECTIONS = 1_000
_CREATED = {
    "account_sid": ACCOUNT,
    "api_version": "2010-04-01",
    "body": "",
    "date_created": "Sun, 22 Nov 2026 10:00:00 +0000",
    "date_sent": None,
    "date_updated": "Sun, 22 Nov 2026 10:00:00 +0000",
    "direction": "outbound-api",
    "error_code": None,
    "error_message": None,
    "from": None,
    "messaging_service_sid": SERVICE,
    "num_media": "0",
    "num_segments": "1",
    "price": None,
    "price_unit": "USD",
    "status": "accepted",
}
"""The fields of Twilio's answer to a create call."""


class Provider(asyncio.Protocol):
    """One connection to the provider: every create call is taken at once."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._received = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (found := _split(self._received)) is not None:
            _, body, self._received = found
            created = self._meta(json.loads(body)) if body.startswith(b"{") else self._twilio(parse_qs(body.decode()))
            self._say(json.dumps(created).encode())

    def _twilio(self, fields: dict[str, list[str]]) -> dict[str, Any]:
        sid = self._world.took(fields["To"][0])
        return {**_CREATED, "sid": sid, "to": fields["To"][0], "body": fields["Body"][0]}

    def _meta(self, message: dict[str, Any]) -> dict[str, Any]:
        key = self._world.took(f"+{message['to']}")
        contact = {"input": message["to"], "wa_id": message["to"]}
        return {"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": f"wamid.{key}"}]}

    def _say(self, created: bytes) -> None:
        assert self._transport is not None
        self._transport.write(
            b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
            % (len(created), created)
        )


class Line(asyncio.Protocol):
    """One connection to the product, on which one message at a time is on its way."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._received = b""
        self._due: float | None = None
        self._sender = ""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def send(self, request: bytes, sender: str, due: float) -> None:
        assert self._transport is not None
        self._sender, self._due = sender, due
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._received += data
        found = _split(self._received)
        if found is None or self._due is None:
            return
        head, _, self._received = found
        due, self._due = self._due, None
        self._world.heard(self, int(head[9:12]), self._sender, due)

    def connection_lost(self, error: Exception | None) -> None:
        due, self._due = self._due, None
        self._world.lost(self, self._sender if due is not None else None, due)


class World:
    """The customers, their messages on the way, and what the provider was given."""

    def __init__(self, product: int) -> None:
        self._product = product
        self._lines: set[Line] = set()
        self._idle: deque[Line] = deque()
        self._opening = 0
        self._waiting: deque[tuple[bytes, str, float]] = deque()
        self._unanswered: dict[str, deque[float]] = {}
        self.taken = 0
        self._outcomes: Counter[str] = Counter()
        self._acks: list[float] = []
        self._replies: list[float] = []
        self._late: list[float] = []

    # --- the provider's side --------------------------------------------------------------------------------------

    def took(self, recipient: str) -> str:
        """A create call for `recipient`: the id of the message."""
        self.taken += 1
        if waiting := self._unanswered.get(recipient):
            self._replies.append(_now() - waiting.popleft())
        return f"SM{self.taken:032x}"

    # --- the customers' side --------------------------------------------------------------------------------------

    async def offer(self, *, first: int, count: int, block: int, rate: float, patience_s: float) -> dict[str, Any]:
        """Send `count` messages at `rate` per second; what came of them, `patience_s` after the last at the latest."""
        requests = [self._request(number, block) for number in range(first, first + count)]
        self._outcomes.clear()
        self._acks, self._replies, self._late = [], [], []
        spent, start = time.process_time(), _now() + 0.05
        for place, (request, sender) in enumerate(requests):
            due = start + place / rate
            if (pause := due - _now()) > 0:
                await asyncio.sleep(pause)
            self._late.append(_now() - due)
            self._unanswered.setdefault(sender, deque()).append(due)
            self._send(request, sender, due)
        last = _now()
        while _now() < last + patience_s and (self._outcomes.total() < count or len(self._replies) < count):
            await asyncio.sleep(0.02)
        self._unanswered.clear()
        self._waiting.clear()
        return {
            "offered": count,
            "elapsed_s": last - start,
            "outcomes": dict(self._outcomes),
            "unacknowledged": count - self._outcomes.total(),
            "replied": len(self._replies),
            "ack_ms": _quantiles(self._acks),
            "reply_ms": _quantiles(self._replies),
            "late_ms": _quantiles(self._late),
            "connections": len(self._lines),
            "cpu_s": time.process_time() - spent,
        }

    def heard(self, line: Line, status: int, sender: str, due: float) -> None:
        """The product has answered."""
        self._outcomes[str(status)] += 1
        if status == 200:
            self._acks.append(_now() - due)
        else:
            self._forget(sender, due)
        if self._waiting:
            line.send(*self._waiting.popleft())
        else:
            self._idle.append(line)

    def lost(self, line: Line, sender: str | None, due: float | None) -> None:
        """The product has closed a connection, perhaps with a message on it."""
        self._lines.discard(line)
        if line in self._idle:
            self._idle.remove(line)
        if sender is not None and due is not None:
            self._outcomes["connection lost"] += 1
            self._forget(sender, due)

    def _forget(self, sender: str, due: float) -> None:
        if due in (waiting := self._unanswered.get(sender, deque())):
            waiting.remove(due)

    def _send(self, request: bytes, sender: str, due: float) -> None:
        if self._idle:
            self._idle.pop().send(request, sender, due)
            return
        self._waiting.append((request, sender, due))
        if len(self._lines) + self._opening < _MAX_CONNECTIONS:
            self._opening += 1
            _background(self._open())

    async def _open(self) -> None:
        try:
            _, line = await asyncio.get_running_loop().create_connection(lambda: Line(self), "127.0.0.1", self._product)
        except OSError:
            self._outcomes["no connection"] += 1
            return
        finally:
            self._opening -= 1
        self._lines.add(line)
        if self._waiting:
            line.send(*self._waiting.popleft())
        else:
            self._idle.append(line)

    def _request(self, number: int, block: int) -> tuple[bytes, str]:
        """A webhook as Twilio makes it, signed, and its sender."""
        customer, text = answer(number, block)
        sender, sid = phone(customer), f"SM{number:032x}"
        fields = {
            "ToCountry": "US",
            "ToState": "",
            "SmsMessageSid": sid,
            "NumMedia": "0",
            "ToCity": "",
            "FromZip": "",
            "SmsSid": sid,
            "FromState": "",
            "SmsStatus": "received",
            "FromCity": "",
            "Body": text,
            "FromCountry": "NL",
            "To": NUMBER,
            "MessagingServiceSid": SERVICE,
            "ToZip": "",
            "NumSegments": "1",
            "MessageSid": sid,
            "AccountSid": ACCOUNT,
            "From": sender,
            "ApiVersion": "2010-04-01",
        }
        host = f"127.0.0.1:{self._product}"
        signed = f"http://{host}/webhooks/sms" + "".join(name + fields[name] for name in sorted(fields))
        signature = base64.b64encode(hmac.digest(TOKEN.encode(), signed.encode(), hashlib.sha1)).decode()
        body = urlencode(fields).encode()
        head = (
            f"POST /webhooks/sms HTTP/1.1\r\nHost: {host}\r\nUser-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n"
            f"Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\nContent-Length: {len(body)}\r\n"
            f"X-Twilio-Signature: {signature}\r\n\r\n"
        )
        return head.encode() + body, sender


def _split(received: bytes) -> tuple[bytes, bytes, bytes] | None:
    """Head, body and rest of the first HTTP message in `received`; None while it is not whole."""
    head, mark, rest = received.partition(b"\r\n\r\n")
    if not mark:
        return None
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    length = int(lengths[0].partition(b":")[2]) if lengths else 0
    return None if len(rest) < length else (head, rest[:length], rest[length:])


def _quantiles(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    shares = {"p50": 0.5, "p99": 0.99, "max": 1.0}
    return {name: round(quantile(ordered, share) * 1000, 3) for name, share in shares.items()}


def _now() -> float:
    return time.perf_counter()


_tasks: set[asyncio.Task[None]] = set()


def _background(work: Any) -> None:
    task = asyncio.get_running_loop().create_task(work)
    _tasks.add(task)  # the loop itself keeps only a weak reference
    task.add_done_callback(_tasks.discard)


async def _serve(product: int) -> None:
    loop = asyncio.get_running_loop()
    world = World(product)
    server = await loop.create_server(lambda: Provider(world), "127.0.0.1", 0, backlog=1024)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        order = json.loads(line)
        match order.pop("do"):
            case "offer":
                found = await world.offer(**order)
            case _:
                found = {"taken": world.taken}
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
