"""HTTP to a provider over one urllib3 pool that many threads share, with an account of every call.

The SDKs' own clients tell nobody whether a request that failed had left, which decides between "send again" and "look
it up". `Exchange` is that account: the fence that is asked right before the first byte, whether a byte left, and the
answer. It is bound to the thread (a context variable), because an SDK has no room for it in its calls.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from http.client import HTTPConnection as BaseConnection
from typing import Any

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ReadTimeoutError

from common.trust import trusted

CONNECT_S = 4.0
TIMEOUT_S = 10.0
"""Seconds without a byte, and seconds for the whole body. Below the send deadline (20 s), below the lease (60 s)."""

MAX_ANSWER = 4 * 1024 * 1024
"""Bytes of one answer that are read; a page of 1,000 messages of 1,600 characters takes about 2.5 MB."""

_POOL = 64


class Exchange:
    """One call: `left` once a byte may have reached the provider, then `status`, `headers` and `body` of its answer.

    refusal: what `before_request` raised; nothing was sent then.
    """

    __slots__ = ("_before_request", "body", "headers", "left", "refusal", "status")

    def __init__(self, before_request: Callable[[], None]) -> None:
        self._before_request = before_request
        self.left = False
        self.refusal: Exception | None = None
        self.status: int | None = None
        self.headers: Mapping[str, str] = {}
        self.body = ""

    def leave(self) -> None:
        """Ask the fence before the first byte. Raises what the fence raises."""
        if self.left:
            return
        try:
            self._before_request()
        except Exception as refusal:
            self.refusal = refusal
            raise
        self.left = True


current: ContextVar[Exchange] = ContextVar("exchange")
"""The call of this thread; without one there is none: LookupError."""


@contextmanager
def exchanging(before_request: Callable[[], None]) -> Iterator[Exchange]:
    """Bind the calls of this thread to a new Exchange."""
    exchange = Exchange(before_request)
    token = current.set(exchange)
    try:
        yield exchange
    finally:
        current.reset(token)


class _FencedHTTPConnection(HTTPConnection):
    def send(self, data: Any) -> None:
        _send_fenced(self, super().send, data)


class _FencedHTTPSConnection(HTTPSConnection):
    def send(self, data: Any) -> None:
        _send_fenced(self, super().send, data)


def _send_fenced(connection: BaseConnection, send: Callable[[Any], None], data: Any) -> None:
    """Connect first, then ask the fence, then write: connecting may take seconds, and nothing has left until here."""
    if connection.sock is None:
        connection.connect()
    current.get().leave()
    send(data)


class _FencedHTTPPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _FencedHTTPConnection


class _FencedHTTPSPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _FencedHTTPSConnection


def fenced_pool(timeout_s: float) -> urllib3.PoolManager:
    """A pool whose connections ask the fence of the current exchange before their first byte."""
    pool = urllib3.PoolManager(
        num_pools=4,
        maxsize=_POOL,
        retries=False,
        timeout=urllib3.Timeout(connect=min(CONNECT_S, timeout_s), read=timeout_s),
        ssl_context=trusted("urllib3"),
    )
    pool.pool_classes_by_scheme = {"http": _FencedHTTPPool, "https": _FencedHTTPSPool}
    return pool


def read_whole(answer: urllib3.BaseHTTPResponse, url: str, timeout_s: float) -> bytes:
    """The body, in `timeout_s` as a whole: a provider that drips a byte a second must not hold a thread."""
    deadline = time.monotonic() + timeout_s
    body = bytearray()
    while chunk := answer.read1(65536):
        body += chunk
        if time.monotonic() > deadline or len(body) > MAX_ANSWER:
            answer.close()
            raise ReadTimeoutError(None, url, "the answer is too slow or too long")  # type: ignore[arg-type]
    return bytes(body)
