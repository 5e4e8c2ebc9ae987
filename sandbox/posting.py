"""One HTTP POST of a webhook, with Twilio's time limits, over connections that are kept while they are good."""

from __future__ import annotations

import http.client
import select
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

MAX_ANSWER = 64 * 1024 + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back. `error` is None, `ct` (no connection came about) or `rt` (it did, but no whole answer came)."""

    status: int | None
    error: str | None
    detail: str
    content_type: str
    body: bytes
    took_ms: int

    @property
    def ok(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class Poster:
    """Posts forms. Each thread keeps one open connection an origin, and checks that it is alive before it is used:
    a dead one must count as no connection (which Twilio retries), not as a lost answer (which it does not)."""

    def __init__(self) -> None:
        self._mine = threading.local()

    def post(self, url: str, body: bytes, headers: Mapping[str, str], *, connect_s: float, read_s: float) -> Answer:
        """Never raises for what the other side does; `url` is without fragment."""
        started = time.monotonic()
        parts = urlsplit(url)
        try:
            connection = self._connection(parts.scheme, parts.hostname or "", parts.port, connect_s)
        except OSError as error:
            return _failure("ct", error, started)
        try:
            assert connection.sock is not None
            connection.sock.settimeout(read_s)
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", path, body, dict(headers))
            response = connection.getresponse()
            answer = response.read(MAX_ANSWER)
            if response.read(1):
                connection.close()
            return Answer(
                status=response.status,
                error=None,
                detail="",
                content_type=response.getheader("Content-Type", ""),
                body=answer,
                took_ms=_since(started),
            )
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            return _failure("rt", error, started)

    def _connection(self, scheme: str, host: str, port: int | None, timeout_s: float) -> http.client.HTTPConnection:
        pool: dict[tuple[str, str, int | None], http.client.HTTPConnection] = self._mine.__dict__.setdefault("pool", {})
        key = (scheme, host, port)
        connection = pool.get(key)
        if connection is not None and connection.sock is not None and _alive(connection.sock):
            return connection
        if connection is not None:
            connection.close()
        kind = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
        connection = pool[key] = kind(host, port, timeout=timeout_s)
        connection.connect()
        return connection


def _alive(sock: socket.socket) -> bool:
    """Between two requests nothing may arrive: readable means closed by the other side, or out of step."""
    poller = select.poll()
    poller.register(sock, select.POLLIN | select.POLLHUP | select.POLLERR)
    return not poller.poll(0)


def _failure(kind: str, error: Exception, started: float) -> Answer:
    detail = f"{type(error).__name__}: {error}"
    return Answer(status=None, error=kind, detail=detail, content_type="", body=b"", took_ms=_since(started))


def _since(started: float) -> int:
    return round((time.monotonic() - started) * 1_000)
