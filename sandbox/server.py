"""One process: the emulators, the control API and the page of phones, on werkzeug's threaded server.

That server, because a fault must be able to cut a connection: it hands the socket to the application, which the
faster ones do not.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from typing import Any

from flask import Flask, Response, jsonify
from werkzeug.exceptions import HTTPException
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from sandbox.carrier import Blocks
from sandbox.control import Control
from sandbox.delivery import Delivery
from sandbox.handsets import Handsets
from sandbox.ledger import LedgerBusy
from sandbox.messages import API_VERSION, Messages
from sandbox.phones.views import phones_blueprint
from sandbox.settings import Settings, read_settings
from sandbox.texting import Texting
from sandbox.twilio_errors import not_found
from sandbox.twilio_messages import MessagesApi
from sandbox.webchat import Webchat
from sandbox.webhooks import Courier
from sandbox.world import World

MAX_REQUEST = 256 * 1024
BACKLOG = 1_024  # a burst of hundreds of customers waits in the listen queue instead of being refused


def create_app(world: World) -> Flask:
    """Joins the rooms, remembers what the ledger tells, and takes up again what a restart interrupted."""
    messages, blocks = Messages(world), Blocks(world)
    handsets, webchat = Handsets(world, blocks), Webchat(world)
    courier = Courier(world)
    delivery = Delivery(world, messages, blocks, courier)
    texting = Texting(world, messages, handsets, blocks, courier, delivery)
    lines = world.replay()

    app = Flask("sandbox", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_REQUEST
    app.config["PROPAGATE_EXCEPTIONS"] = True  # a Hangup must reach the server
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.register_blueprint(MessagesApi(world, messages, blocks, delivery).blueprint())
    app.register_blueprint(Control(world, handsets, texting, webchat).blueprint())
    app.register_blueprint(phones_blueprint(world.settings))
    app.add_url_rule("/healthz", "healthz", lambda: jsonify({"status": "ok", "seq": world.ledger.last}))
    app.register_error_handler(HTTPException, _http_error)
    world.commit("start", pid=os.getpid(), remembered=lines, product_url=world.settings.product_url)
    delivery.resume()
    texting.resume()
    return app


def _http_error(error: HTTPException) -> Response | HTTPException:
    """JSON for what is wrong: Twilio's under its own paths, `{"error"}` elsewhere."""
    from flask import request

    if error.response is not None or error.code is None:
        return error
    if request.path.startswith(f"/{API_VERSION}/"):
        response = jsonify(not_found(request.path).as_json())
    else:
        response = jsonify({"error": error.description})
    response.status_code = error.code
    return response


class Handler(WSGIRequestHandler):
    """Keeps connections open between requests, writes answers at once, and keeps quiet about it."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body go in two writes: with Nagle each answer would cost 40 ms

    def connection_dropped(self, error: BaseException, environ: Any = None) -> None:
        self.close_connection = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: the ledger is the log."""

    def log_error(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that http.server calls by
        if "timed out" not in format:
            sys.stderr.write(f"sandbox: {format % args}\n")


class Server(ThreadedWSGIServer):
    """A thread a connection."""

    request_queue_size = BACKLOG

    def shutdown_request(self, request: Any) -> None:
        if _cut(request):
            self.close_request(request)  # no FIN before the reset
        else:
            super().shutdown_request(request)


def _cut(connection: socket.socket) -> bool:
    try:
        return connection.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8)[:4] != b"\0\0\0\0"
    except OSError:
        return False


def serve(settings: Settings) -> int:
    """Runs until SIGTERM or SIGINT; 0. Prints the address that it listens on. Raises LedgerBusy, OSError."""
    listener = socket.create_server((settings.host, settings.port), backlog=BACKLOG)
    world = World(settings)
    try:
        server = Server(settings.host, settings.port, create_app(world), Handler, fd=listener.fileno())
    except BaseException:
        world.close()
        raise
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: threading.Thread(target=server.shutdown).start())
    sys.stdout.write(f"sandbox: phones on http://{settings.host}:{server.port}\n")
    sys.stdout.flush()
    try:
        server.serve_forever(poll_interval=0.1)
    finally:
        world.close()
        server.server_close()
        listener.close()
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    """The command line; 2 when it cannot start."""
    settings = read_settings(sys.argv[1:] if argv is None else argv)
    try:
        return serve(settings)
    except LedgerBusy as error:
        sys.stderr.write(f"sandbox: {error}\n")
    except OSError as error:
        sys.stderr.write(f"sandbox: cannot listen on {settings.host}:{settings.port}: {error.strerror or error}\n")
    return 2
