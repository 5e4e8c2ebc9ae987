"""Somebody else's system that is called by webhooks: a real server which checks signatures for itself."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One call."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def is_signed_with(self, secret: str) -> bool:
        """Whether one of the signatures is right, worked out from the specification alone."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        said = b".".join([self.id.encode(), self.headers["webhook-timestamp"].encode(), self.body])
        right = base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()
        return f"v1,{right}" in self.headers["webhook-signature"].split(" ")


@dataclass(slots=True)
class Receiver:
    """What it heard. `answers` are given one after another, the last for ever: a status, or a status with headers."""

    url: str = ""
    heard: list[Heard] = field(default_factory=list)
    answers: list[int | tuple[int, dict[str, str]]] = field(default_factory=lambda: [204])

    def types(self) -> list[str]:
        return [call.json["type"] for call in self.heard]

    def of(self, kind: str) -> list[Heard]:
        return [call for call in self.heard if call.json["type"] == kind]

    def next_answer(self) -> tuple[int, dict[str, str]]:
        given = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return given if isinstance(given, tuple) else (given, {})


@contextmanager
def a_receiver() -> Iterator[Receiver]:
    """A receiver on a port of its own."""
    made = Receiver()
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            with lock:
                made.heard.append(Heard(path=self.path, headers=headers, body=body))
                status, more = made.next_answer()
            self.send_response(status)
            for name, value in more.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    made.url = f"http://127.0.0.1:{server.server_port}/hooks"
    yield made
    server.shutdown()
    server.server_close()
