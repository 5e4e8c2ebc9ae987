"""HTTP to the Bot API: python-telegram-bot's `BaseRequest` over one blocking client that many threads share.

The library is written for asyncio, and needs it nowhere on its way from a call to the network: with a transport that
blocks, its coroutine runs from beginning to end without ever being suspended. `drive` runs it so, without an event
loop: 850 calls a second where `asyncio.run` made 16, no loop to be closed under a second caller, nothing that a fork
loses. Should a later version suspend after all, `drive` says so at the first call, and a test says it before that.

`Exchange` is the account of one call: the fence that is asked right before the first byte, whether a byte left, and
the answer. It is bound to the thread (a context variable), because the library has no room for it in its calls.

The bot's token is part of every address. Nothing here may put an address into words, and the loggers that would are
told to keep quiet.
"""

from __future__ import annotations

import logging
import os
import threading
import time
import weakref
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

import httpx
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from common.trust import trusted

CONNECT_S = 4.0
TIMEOUT_S = 10.0
"""Seconds without a byte, and seconds for the whole answer. Below the send deadline (20 s), below the lease (60 s)."""
MAX_ANSWER = 1024 * 1024
_CONNECTIONS = 64
_FIRST_BYTE = ("http11.send_request_headers.started", "http2.send_request_headers.started")

for _name in ("httpx", "httpcore", "telegram"):  # they log addresses (with the token) and what is said to customers
    logging.getLogger(_name).setLevel(logging.WARNING)

os.environ.setdefault("PTB_TIMEDELTA", "1")  # waits as timedelta, as a later version will give them anyway

T = TypeVar("T")


class Exchange:
    """One call: `left` once a byte may have reached Telegram, then `status` and `body` of its answer.

    refusal: what `before_request` raised; nothing was sent then.
    """

    __slots__ = ("_before_request", "body", "deadline", "left", "refusal", "status")

    def __init__(self, before_request: Callable[[], None]) -> None:
        self._before_request = before_request
        self.left = False
        self.refusal: Exception | None = None
        self.status: int | None = None
        self.body = b""
        self.deadline = 0.0

    def trace(self, event: str, _info: Mapping[str, Any]) -> None:
        """Ask the fence before the first byte; connecting may take seconds, and nothing has left until here."""
        if event not in _FIRST_BYTE or self.left:
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


def drive(call: Coroutine[Any, Any, T]) -> T:
    """Run a call of the library to its end, here and now. Raises what it raises, and RuntimeError if it would wait."""
    try:
        call.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    call.close()
    raise RuntimeError("python-telegram-bot waits for an event loop: the transport must block")


class BlockingRequest(BaseRequest):
    """The library's door to the network. Safe for any number of threads and across a fork."""

    def __init__(self, timeout_s: float = TIMEOUT_S) -> None:
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        self._client: httpx.Client | None = None
        self._pid = 0

    @property
    def read_timeout(self) -> float:
        """Seconds that an answer may take."""
        return self._timeout_s

    async def initialize(self) -> None:
        """Nothing: the client is made at the first call."""

    async def shutdown(self) -> None:
        """Let the connections go."""
        if self._client is not None and self._pid == os.getpid():
            self._client.close()
        self._client = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = None,
        write_timeout: Any = None,
        connect_timeout: Any = None,
        pool_timeout: Any = None,
    ) -> tuple[int, bytes]:
        """One call within `exchanging`. Raises TimedOut and NetworkError, never with the address."""
        exchange = _current.get()
        exchange.deadline = time.monotonic() + self._timeout_s
        fields = request_data.json_parameters if request_data is not None else None
        files = request_data.multipart_data if request_data is not None and request_data.contains_files else None
        client = self._client_of_this_process()
        request = client.build_request(method, url, data=fields, files=files, extensions={"trace": exchange.trace})
        failure: NetworkError
        try:
            answer = client.send(request, stream=True)
            try:
                exchange.status = answer.status_code
                exchange.body = self._read(answer, exchange.deadline)
            finally:
                answer.close()
        except httpx.TimeoutException as error:
            failure = TimedOut(type(error).__name__)
        except httpx.HTTPError as error:
            failure = NetworkError(type(error).__name__)
        else:
            return exchange.status, exchange.body
        raise failure from None

    def _read(self, answer: httpx.Response, deadline: float) -> bytes:
        """The body, in the time for the whole answer: a provider that drips a byte a second must not hold a thread."""
        body = bytearray()
        for chunk in answer.iter_bytes():
            body += chunk
            if time.monotonic() > deadline or len(body) > MAX_ANSWER:
                raise TimedOut("the answer is too slow or too long")
        return bytes(body)

    def _client_of_this_process(self) -> httpx.Client:
        """The client; after a fork a new one, for two processes must not speak over one connection."""
        with self._lock:
            if self._client is None or self._pid != os.getpid():
                self._client, self._pid = self._new_client(), os.getpid()
                weakref.finalize(self, self._client.close)
            return self._client

    def _new_client(self) -> httpx.Client:
        return httpx.Client(
            timeout=httpx.Timeout(self._timeout_s, connect=min(CONNECT_S, self._timeout_s)),
            limits=httpx.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=_CONNECTIONS),
            verify=trusted("httpx"),
            follow_redirects=False,
            trust_env=False,  # proxies and netrc of the environment would send the token elsewhere
        )
