"""One HTTP POST of a webhook, with Twilio's time limits, over connections that are kept while they are good.

By hand on the socket: at a thousand webhooks a second the standard library's response parser alone would take a fifth
of a core away from the product under test.
"""

from __future__ import annotations

import select
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

MAX_ANSWER = 64 * 1024 + 1  # what is beyond is not read: it is too large for TwiML anyway
MAX_HEAD = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back. `error` is None, `ct` (no connection came about) or `rt` (it did, but no whole answer came)."""

    status: int | None
    error: str | None
    detail: str
    content_type: str
    body: bytes
    took_ms: int
    headers: Mapping[str, str] = field(default_factory=dict)  # lower-case names

    @property
    def ok(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class BadAnswer(Exception):
    """What came back is not HTTP."""


class Poster:
    """Posts forms. Each thread keeps one open connection an origin, and checks that it is alive before it is used:
    a dead one must count as no connection (which Twilio retries), not as a lost answer (which it does not)."""

    def __init__(self) -> None:
        self._mine = threading.local()

    def post(self, url: str, body: bytes, headers: Mapping[str, str], *, connect_s: float, read_s: float) -> Answer:
        """Never raises for what the other side does; `url` is without fragment."""
        started = time.monotonic()
        parts = urlsplit(url)
        origin = (parts.scheme, parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
        try:
            connection = self._connection(origin, connect_s)
        except OSError as error:
            return _failure("ct", error, started)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        lines = [f"POST {path} HTTP/1.1", f"Host: {parts.netloc.rpartition('@')[2]}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        head = "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode()
        try:
            connection.settimeout(read_s)
            connection.sendall(head + body)
            status, fields, content, whole = _read(connection)
        except (OSError, BadAnswer) as error:
            self._forget(origin)
            return _failure("rt", error, started)
        if not whole or fields.get("connection", "").lower() == "close":
            self._forget(origin)
        kind = fields.get("content-type", "")
        took = _since(started)
        return Answer(
            status=status, error=None, detail="", content_type=kind, body=content, took_ms=took, headers=fields
        )

    def _connection(self, origin: tuple[str, str, int], timeout_s: float) -> socket.socket:
        pool = self._pool()
        kept = pool.get(origin)
        if kept is not None:
            if _alive(kept):
                return kept
            self._forget(origin)
        scheme, host, port = origin
        connection = socket.create_connection((host, port), timeout_s)
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if scheme == "https":
                connection = ssl.create_default_context().wrap_socket(connection, server_hostname=host)
        except OSError:
            connection.close()
            raise
        pool[origin] = connection
        return connection

    def _forget(self, origin: tuple[str, str, int]) -> None:
        self._pool().pop(origin).close()

    def _pool(self) -> dict[tuple[str, str, int], socket.socket]:
        pool: dict[tuple[str, str, int], socket.socket] = self._mine.__dict__.setdefault("pool", {})
        return pool


def _alive(connection: socket.socket) -> bool:
    """Between two requests nothing may arrive: readable means closed by the other side, or out of step."""
    poller = select.poll()
    poller.register(connection, select.POLLIN | select.POLLHUP | select.POLLERR)
    return not poller.poll(0)


def _read(connection: socket.socket) -> tuple[int, dict[str, str], bytes, bool]:
    """Status, header fields (lower-case names), body, and whether the connection stands at the end of the answer."""
    status = 100
    data = b""
    while 100 <= status < 200:  # interim answers come before the real one
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += _more(connection)
            if len(data) > MAX_HEAD:
                raise BadAnswer("a head without end")
        first, *lines = data[:end].decode("latin-1").split("\r\n")
        data = data[end + 4 :]
        words = first.split(" ", 2)
        if not words[0].startswith("HTTP/1.") or len(words) < 2 or not words[1].isdecimal():
            raise BadAnswer(f"not an HTTP answer: {first[:80]!r}")
        status = int(words[1])
    fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if status in (204, 304):
        return status, fields, b"", not data
    if fields.get("transfer-encoding", "").lower() == "chunked":
        return status, fields, *_read_chunks(connection, data)
    if "content-length" not in fields:
        return status, fields, _read_to_end(connection, data), False
    if not fields["content-length"].isdecimal():
        raise BadAnswer("a content length that is no number")
    length = int(fields["content-length"])
    while len(data) < min(length, MAX_ANSWER):
        data += _more(connection)
    return status, fields, data[:MAX_ANSWER], len(data) == length


def _read_chunks(connection: socket.socket, data: bytes) -> tuple[bytes, bool]:
    body = b""
    while len(body) < MAX_ANSWER:
        while (end := data.find(b"\r\n")) < 0:
            data += _more(connection)
        try:
            size = int(data[:end].split(b";")[0], 16)
        except ValueError:
            raise BadAnswer("a chunk without a size") from None
        data = data[end + 2 :]
        while len(data) < min(size, MAX_ANSWER) + 2:
            data += _more(connection)
        if size == 0:
            return body, data == b"\r\n"
        body += data[:size]
        data = data[size + 2 :]
    return body[:MAX_ANSWER], False


def _read_to_end(connection: socket.socket, data: bytes) -> bytes:
    while len(data) < MAX_ANSWER and (piece := connection.recv(65_536)):
        data += piece
    return data[:MAX_ANSWER]


def _more(connection: socket.socket) -> bytes:
    piece = connection.recv(65_536)
    if not piece:
        raise BadAnswer("the connection was closed without an answer")
    return piece


def _failure(kind: str, error: Exception, started: float) -> Answer:
    detail = f"{type(error).__name__}: {error}"
    return Answer(status=None, error=kind, detail=detail, content_type="", body=b"", took_ms=_since(started))


def _since(started: float) -> int:
    return round((time.monotonic() - started) * 1_000)
