"""A small HTTP/1.1 server for one WSGI application: a thread a connection, connections kept open.

Our own, because a fault must be able to cut a connection (servers that are fast do not hand out the socket) and
because hundreds of requests a second share two cores with the product under test (werkzeug's server opens a connection
and a thread for each request). It speaks what SDKs, browsers and curl speak; a request body has a Content-Length.
"""

from __future__ import annotations

import io
import re
import selectors
import signal
import socket
import struct
import sys
import threading
import traceback
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import IO, Any
from urllib.parse import unquote_to_bytes

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
SOCKET = "sandbox.socket"  # the environ's key for the connection
MAX_HEAD = 64 * 1024
MAX_BODY = 512 * 1024  # above the application's own limit, which answers more politely
IDLE_S = 75.0
BACKLOG = 1_024  # a burst of hundreds of customers waits in the listen queue instead of being refused


class Hangup(ConnectionAbortedError):
    """Raised by the application: the connection is reset, without an answer."""


class _Refused(Exception):
    """The request cannot be read; the connection ends after the answer."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status)
        self.status = status


class Server:
    """Listens at once; serves in `serve_forever()` until a signal ends it. Raises OSError when it cannot listen."""

    def __init__(self, host: str, port: int, app: Wsgi) -> None:
        self._app = app
        self._listener = socket.create_server((host, port), backlog=BACKLOG)
        self._listener.setblocking(False)
        self._host, self.port = self._listener.getsockname()[:2]
        self._wake_in, self._wake_out = socket.socketpair()
        self._wake_out.setblocking(False)

    def serve_forever(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._listener, selectors.EVENT_READ)
            selector.register(self._wake_in, selectors.EVENT_READ)
            while not any(key.fileobj is self._wake_in for key, _ in selector.select()):
                try:
                    connection, address = self._listener.accept()
                except BlockingIOError:
                    continue
                threading.Thread(target=self._serve, args=(connection, address[0]), daemon=True).start()

    def end_on(self, *signals: int) -> None:
        """Lets these signals end `serve_forever()`.

        By the wake-up socket, which a signal writes to at once: a Python handler runs only when the wait for
        connections returns, and a signal that comes just before it begins would wait with it.
        """
        for number in signals:
            signal.signal(number, lambda *_: None)
        signal.set_wakeup_fd(self._wake_out.fileno())

    def close(self) -> None:
        signal.set_wakeup_fd(-1)
        self._listener.close()
        self._wake_in.close()
        self._wake_out.close()

    def _serve(self, connection: socket.socket, peer: str) -> None:
        connection.setblocking(True)
        connection.settimeout(IDLE_S)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with connection, connection.makefile("rb") as reader:
            try:
                while self._exchange(connection, reader, peer):
                    pass
            except Hangup:
                # no goodbye: with a linger time of 0 closing sends a reset
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            except OSError:
                pass  # the other side has gone

    def _exchange(self, connection: socket.socket, reader: IO[bytes], peer: str) -> bool:
        """One request and its answer; whether the connection stays open."""
        try:
            environ = self._read(reader, peer)
        except _Refused as refused:
            connection.sendall(_plain(refused.status))
            return False
        if environ is None:
            return False
        environ[SOCKET] = connection
        try:
            return self._respond(connection, environ)
        except OSError:
            raise
        except Exception:  # a bug in a view: say so to both sides, and do not guess what was sent already
            traceback.print_exc(file=sys.stderr)
            connection.sendall(_plain(HTTPStatus.INTERNAL_SERVER_ERROR))
            return False

    def _read(self, reader: IO[bytes], peer: str) -> dict[str, Any] | None:
        line = reader.readline(MAX_HEAD)
        if not line:
            return None
        parts = line.split()
        if len(parts) != 3 or not parts[2].startswith(b"HTTP/1.") or not parts[1].startswith(b"/"):
            raise _Refused(HTTPStatus.BAD_REQUEST)
        method, target, version = (part.decode("latin-1") for part in parts)
        path, _, query = target.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": self._host,
            "SERVER_PORT": str(self.port),
            "SERVER_PROTOCOL": version,
            "REMOTE_ADDR": peer,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        size = len(line)
        while (line := reader.readline(MAX_HEAD)) not in (b"\r\n", b"\n"):
            size += len(line)
            name, colon, value = line.decode("latin-1").partition(":")
            if not colon or size > MAX_HEAD or not line.endswith(b"\n"):
                raise _Refused(HTTPStatus.BAD_REQUEST)
            key = name.strip().upper().replace("-", "_")
            environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value.strip()
        environ["wsgi.input"] = io.BytesIO(_body(reader, environ))
        return environ

    def _respond(self, connection: socket.socket, environ: dict[str, Any]) -> bool:
        started: list[Any] = []
        chunks = self._app(environ, lambda status, headers, _exc=None: started.append((status, headers)))
        try:
            pieces = iter(chunks)
            first = next(pieces, b"")
            ((status, headers),) = started
            keep = (
                "close" not in environ.get("HTTP_CONNECTION", "").lower() and environ["SERVER_PROTOCOL"] != "HTTP/1.0"
            )
            bodiless = environ["REQUEST_METHOD"] == "HEAD" or status[:3] in ("204", "304")
            sized = bodiless or any(name.lower() == "content-length" for name, _ in headers)
            lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers)]
            lines += [] if sized else ["Transfer-Encoding: chunked"]
            lines += [] if keep else ["Connection: close"]
            head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
            if sized:
                connection.sendall(head if bodiless else b"".join([head, first, *pieces]))
                return keep
            connection.sendall(head + _chunk(first))
            for piece in pieces:
                connection.sendall(_chunk(piece))
            connection.sendall(b"0\r\n\r\n")
            return keep
        finally:
            close = getattr(chunks, "close", None)
            if close is not None:
                close()


def _body(reader: IO[bytes], environ: dict[str, Any]) -> bytes:
    if "HTTP_TRANSFER_ENCODING" in environ:
        raise _Refused(HTTPStatus.LENGTH_REQUIRED)
    length = environ.get("CONTENT_LENGTH", "0")
    if not re.fullmatch(r"\d{1,12}", length):
        raise _Refused(HTTPStatus.BAD_REQUEST)
    if int(length) > MAX_BODY:
        raise _Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    body = reader.read(int(length))
    if len(body) < int(length):
        raise _Refused(HTTPStatus.BAD_REQUEST)
    return body


def _chunk(piece: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(piece), piece) if piece else b""


def _plain(status: HTTPStatus) -> bytes:
    text = f"{status.value} {status.phrase}\n"
    head = f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: text/plain\r\nConnection: close\r\n"
    return f"{head}Content-Length: {len(text)}\r\n\r\n{text}".encode()
