"""HTTP to Twilio's API: the SDK's `HttpClient` over one urllib3 pool that many threads share.

The SDK's own client is not used, for four reasons that were seen:
- it keeps the last answer in an attribute between receiving and returning it, so two threads can swap answers;
- it waits for ever unless told otherwise, and obeys proxies and netrc of the environment;
- it tells nobody whether a request that failed had left, which decides between "send again" and "look it up";
- it logs addresses with the customer's number in them.

`Exchange` is the account of one call: the fence that is asked right before the first byte, whether a byte left, and
the answer. It is bound to the thread (a context variable), because the SDK has no room for it in its calls.
"""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from http.client import HTTPConnection as BaseConnection
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

import certifi
import urllib3
from twilio.http import HttpClient
from twilio.http.response import Response
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ReadTimeoutError

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


_current: ContextVar[Exchange] = ContextVar("exchange")  # without one there is no call: LookupError


@contextmanager
def exchanging(before_request: Callable[[], None]) -> Iterator[Exchange]:
    """Bind the calls of this thread to a new Exchange."""
    exchange = Exchange(before_request)
    token = _current.set(exchange)
    try:
        yield exchange
    finally:
        _current.reset(token)


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
    _current.get().leave()
    send(data)


class _FencedHTTPPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _FencedHTTPConnection


class _FencedHTTPSPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _FencedHTTPSConnection


def _pool(timeout_s: float) -> urllib3.PoolManager:
    context = ssl.create_default_context()  # the system's authorities, and SSL_CERT_FILE
    context.load_verify_locations(certifi.where())  # and the public ones, where a container has none
    pool = urllib3.PoolManager(
        num_pools=4,
        maxsize=_POOL,
        retries=False,
        timeout=urllib3.Timeout(connect=min(CONNECT_S, timeout_s), read=timeout_s),
        ssl_context=context,
    )
    pool.pool_classes_by_scheme = {"http": _FencedHTTPPool, "https": _FencedHTTPSPool}
    return pool


class TwilioHttp(HttpClient):  # type: ignore[misc]  # the SDK ships no types
    """The SDK's door to the network. Safe for any number of threads.

    api_url: scheme and host that every call goes to instead of Twilio's own: `api.twilio.com/x` becomes `{api_url}/x`,
    another product's host `{api_url}/{product}/x`. None = Twilio.
    """

    def __init__(self, api_url: str | None = None, timeout_s: float = TIMEOUT_S) -> None:
        super().__init__(logging.getLogger(__name__), is_async=False, timeout=timeout_s)
        self._base = urlsplit(api_url) if api_url else None
        if self._base is not None and (self._base.scheme not in {"http", "https"} or not self._base.netloc):
            raise ValueError(f"the API address must be scheme and host, not {api_url!r}")
        self._timeout_s = timeout_s
        self._pool = _pool(timeout_s)

    def address(self, url: str) -> str:
        """Where a call to `url` really goes."""
        parts = urlsplit(url)
        if self._base is None or parts.netloc == self._base.netloc:
            return url
        product = (parts.hostname or "").partition(".")[0]
        path = parts.path if product == "api" else f"/{product}{parts.path}"
        return urlunsplit((self._base.scheme, self._base.netloc, path, parts.query, ""))

    def request(
        self,
        method: str,
        uri: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """One call within `exchanging`, in the SDK's shape. Raises HTTPError; time-outs and redirects are ours."""
        url = self.address(uri)
        if params:
            url += ("&" if "?" in url else "?") + urlencode(params, doseq=True)
        sent = dict(headers or {})
        if auth is not None:
            sent |= urllib3.make_headers(basic_auth=f"{auth[0]}:{auth[1]}")
        body = urlencode(data, doseq=True) if data else None
        answer = self._pool.request(
            method, url, body=body, headers=sent, redirect=False, preload_content=False, decode_content=True
        )
        exchange = _current.get()
        exchange.status, exchange.headers = answer.status, answer.headers
        exchange.body = _read(answer, url, self._timeout_s).decode("utf-8", "replace")
        return Response(answer.status, exchange.body, answer.headers)


def _read(answer: urllib3.BaseHTTPResponse, url: str, timeout_s: float) -> bytes:
    """The body, in `timeout_s` as a whole: a provider that drips a byte a second must not hold a thread."""
    deadline = time.monotonic() + timeout_s
    body = bytearray()
    while chunk := answer.read1(65536):
        body += chunk
        if time.monotonic() > deadline or len(body) > MAX_ANSWER:
            answer.close()
            raise ReadTimeoutError(None, url, "the answer is too slow or too long")  # type: ignore[arg-type]
    return bytes(body)
