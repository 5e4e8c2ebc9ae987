"""A sandbox as a process on a free port, a product that is nothing but its webhooks, and Twilio's own SDK."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response as TwilioResponse
from twilio.rest import Client

ACCOUNT = "AC" + "12ab" * 8
TOKEN = "f00d" * 8
SERVICE = "MG" + "34cd" * 8
NUMBER = "+15005550006"
SECOND_NUMBER = "+3197010240000"
ANA = "+31612345678"
REPOSITORY = Path(__file__).parents[2]


def eventually(check: Callable[[], Any], within_s: float = 10.0) -> Any:
    """The first truthy value of `check`; fails when none came in time."""
    deadline = time.monotonic() + within_s
    while not (value := check()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One webhook as the product received it."""

    path: str
    params: dict[str, str]
    headers: dict[str, str]
    at: float
    body: str = ""


@dataclass
class Product:
    """Receives webhooks. `answer` may be replaced; None from it cuts the connection without an answer."""

    url: str
    calls: list[Call] = field(default_factory=list)
    answer: Callable[[Call], tuple[int, str, str] | None] = lambda _call: (200, "text/xml", "<Response/>")
    audio: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    """What it gives out by path: content type and content."""

    def texts(self) -> list[Call]:
        return [call for call in list(self.calls) if urlsplit(call.path).path == "/webhooks/sms"]

    def statuses(self, sid: str) -> list[str]:
        return [
            call.params["MessageStatus"]
            for call in list(self.calls)
            if "MessageStatus" in call.params and call.params["MessageSid"] == sid
        ]


@contextmanager
def a_product() -> Iterator[Product]:
    """A product that is nothing but its webhooks."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            kind, content = product.audio.get(self.path, ("text/plain", b""))
            self.send_response(200 if content else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            params = dict(parse_qsl(body, keep_blank_values=True))
            call = Call(path=self.path, params=params, headers=dict(self.headers), at=time.monotonic(), body=body)
            product.calls.append(call)
            answer = product.answer(call)
            if answer is None:
                self.close_connection = True
                return
            status, kind, text = answer
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            pass

    server = Quiet(("127.0.0.1", 0), Handler)
    product = Product(url=f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield product
    server.shutdown()
    thread.join()
    server.server_close()


class ToSandbox(TwilioHttpClient):  # type: ignore[misc]  # the SDK is imported untyped
    """Twilio's HTTP client with another address in front; remembers nothing, retries nothing."""

    def __init__(self, base: str, timeout: float) -> None:
        super().__init__(timeout=timeout)
        self.base = urlsplit(base)
        self.session.trust_env = False

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> TwilioResponse:
        parts = urlsplit(url)
        return super().request(
            method, urlunsplit((self.base.scheme, self.base.netloc, parts.path, parts.query, "")), *args, **kwargs
        )


@dataclass
class Box:
    """A running sandbox."""

    process: subprocess.Popen[str]
    url: str
    folder: Path
    since: int = 0  # ledger lines up to here are of an earlier test

    def client(self, timeout: float = 10.0, token: str = TOKEN) -> Client:
        return Client(ACCOUNT, token, http_client=ToSandbox(self.url, timeout))

    def send(self, to: str = ANA, body: str = "How likely are you to recommend us?", **more: Any) -> Any:
        """A message by the SDK, from the messaging service unless told otherwise."""
        if "from_" not in more:
            more.setdefault("messaging_service_sid", SERVICE)
        return self.client().messages.create(to=to, body=body, **more)

    def call(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        """The control API; fails on anything but 200."""
        status, answer = self.raw(method, path, body, headers)
        assert status == 200, answer
        return answer

    def raw(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> tuple[int, Any]:
        status, _, text = self.fetch(method, path, body, headers)
        return status, json.loads(text) if text else None

    def fetch(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], str]:
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=30)
        try:
            sent = dict(headers or {})
            if isinstance(body, dict):
                body = json.dumps(body)
                sent.setdefault("Content-Type", "application/json")
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            return response.status, dict(response.getheaders()), response.read().decode()
        finally:
            connection.close()

    def text(self, body: str, number: str = ANA, **more: Any) -> Any:
        return self.call("POST", f"/_sandbox/handsets/{number}/text", {"body": body, **more})

    def inbox(self, number: str = ANA) -> list[dict[str, Any]]:
        return list(self.call("GET", f"/_sandbox/handsets/{number}")["messages"])

    def ledger(self, *kinds: str) -> list[dict[str, Any]]:
        return list(self.call("GET", f"/_sandbox/ledger?limit=10000&after={self.since}&kind={','.join(kinds)}")["data"])

    def faults(self, **wish: Any) -> None:
        self.call("POST", "/_sandbox/faults", wish)

    def arrived(self, sid: str) -> bool:
        return any(entry["sid"] == sid for entry in self.inbox())

    def kill(self) -> None:
        self.process.kill()
        self._bury()

    def stop(self) -> int:
        self.process.terminate()
        return self._bury()

    def _bury(self) -> int:
        code = self.process.wait(timeout=10)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


@contextmanager
def running(folder: Path, product: Product, *flags: str) -> Iterator[Box]:
    """A sandbox with its ledger and clock in `folder`; ends with the block, however it ended before."""
    command = [
        *(sys.executable, "-m", "sandbox", "--port", "0", "--status-step", "0.02"),
        *("--product-url", product.url, "--twilio-account-sid", ACCOUNT, "--twilio-auth-token", TOKEN),
        *("--twilio-from", f"{NUMBER},{SECOND_NUMBER}", "--twilio-messaging-service-sid", SERVICE),
        *("--ledger", str(folder / "ledger.jsonl"), "--clock-file", str(folder / "clock")),
    ]
    process = subprocess.Popen([*command, *flags], stdout=subprocess.PIPE, text=True, cwd=REPOSITORY)
    assert process.stdout is not None
    line = process.stdout.readline()
    box = Box(process, line.split()[-1] if line else "", folder)
    try:
        assert line.startswith("sandbox: phones on http://"), line
        yield box
    finally:
        if process.poll() is None:
            box.stop()
        process.stdout.close()
