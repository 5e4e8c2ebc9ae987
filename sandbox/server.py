"""One process: the emulators, the control API and the page of phones."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Sequence

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from sandbox.carrier import Blocks
from sandbox.control import Control
from sandbox.delivery import Delivery
from sandbox.exchange import Exchange
from sandbox.graph_errors import GraphError
from sandbox.handsets import Handsets
from sandbox.http_server import Server
from sandbox.ledger import LedgerBusy
from sandbox.messages import API_VERSION, Messages
from sandbox.phones.views import phones_blueprint
from sandbox.settings import Settings, read_settings
from sandbox.shop import Shop
from sandbox.telegram_api import BotApi
from sandbox.telegram_chats import Chats
from sandbox.telegram_control import TelegramControl
from sandbox.telegram_people import People
from sandbox.telegram_updates import Updates
from sandbox.telephone import Calls
from sandbox.telephone_control import TelephoneControl
from sandbox.texting import Texting
from sandbox.twilio_calls import CallsApi
from sandbox.twilio_errors import not_found
from sandbox.twilio_messages import MessagesApi
from sandbox.webchat import Webchat
from sandbox.webhooks import Courier
from sandbox.whatsapp import WhatsApp
from sandbox.world import World

MAX_REQUEST = 256 * 1024


def create_app(world: World) -> Flask:
    """Joins the rooms, remembers what the ledger tells, and takes up again what a restart interrupted."""
    messages, blocks = Messages(world), Blocks(world)
    handsets, webchat = Handsets(world, blocks), Webchat(world)
    chats, updates = Chats(world), Updates(world)
    bot = BotApi(world, chats, updates)
    people = People(world, chats, updates, bot)
    courier, shop = Courier(world), Shop(world)
    delivery = Delivery(world, messages, blocks, courier)
    texting = Texting(world, messages, handsets, blocks, courier, delivery)
    whatsapp = WhatsApp(world)
    calls = Calls(world)
    exchange = Exchange(world, calls, courier)
    lines = world.replay()

    app = Flask("sandbox", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_REQUEST
    app.config["PROPAGATE_EXCEPTIONS"] = True  # a Hangup must reach the server
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.register_blueprint(MessagesApi(world, messages, blocks, delivery).blueprint())
    rooms = {"whatsapp": whatsapp.describe}
    app.register_blueprint(Control(world, handsets, texting, webchat, chats, rooms).blueprint())
    for blueprint in whatsapp.blueprints():
        app.register_blueprint(blueprint)
    app.register_blueprint(CallsApi(world, messages, blocks, exchange, calls).blueprint())
    app.register_blueprint(TelephoneControl(world, calls, exchange).blueprint())
    app.register_blueprint(bot.blueprint())
    app.register_blueprint(TelegramControl(world, chats, updates, people).blueprint())
    app.register_blueprint(phones_blueprint(world.settings))
    app.register_blueprint(shop.blueprint())
    app.add_url_rule("/healthz", "healthz", lambda: jsonify({"status": "ok", "seq": world.ledger.last}))
    app.register_error_handler(HTTPException, _http_error)
    world.commit("start", pid=os.getpid(), remembered=lines, product_url=world.settings.product_url)
    delivery.resume()
    texting.resume()
    whatsapp.resume()
    updates.resume()
    return app


def _http_error(error: HTTPException) -> Response | HTTPException:
    """JSON for what is wrong: each provider's own under its paths, `{"error"}` elsewhere."""
    if error.response is not None or error.code is None:
        return error
    if re.match(r"/v\d+\.\d+/", request.path):
        return GraphError(2500, "Unknown path components", status=error.code).response()
    if request.path.startswith(f"/{API_VERSION}/"):
        response = jsonify(not_found(request.path).as_json())
    elif request.path.startswith("/bot"):
        response = jsonify({"ok": False, "error_code": error.code, "description": error.name})
    else:
        response = jsonify({"error": error.description})
    response.status_code = error.code
    return response


def serve(settings: Settings) -> int:
    """Runs until SIGTERM or SIGINT; 0. Prints the address that it listens on. Raises LedgerBusy, OSError."""
    world = World(settings)
    try:
        server = Server(settings.host, settings.port, create_app(world))
    except BaseException:
        world.close()
        raise
    server.end_on(signal.SIGTERM, signal.SIGINT)
    sys.stdout.write(f"sandbox: phones on http://{settings.host}:{server.port}\n")
    sys.stdout.flush()
    try:
        server.serve_forever()
    finally:
        world.close()
        server.close()
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
