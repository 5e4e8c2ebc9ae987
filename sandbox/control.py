"""`/_sandbox/…`: the phones, the clock, the faults and the ledger, for scripts and for the page of phones.

Requests with a body are JSON by content type, so that a page of another origin cannot send one unasked.
"""

from __future__ import annotations

import json
import re
import select
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import BadRequest, NotFound, UnsupportedMediaType

from sandbox.faults import BadFaults
from sandbox.handsets import Handsets
from sandbox.http_server import SOCKET
from sandbox.ledger import Record
from sandbox.telegram_chats import Chats
from sandbox.texting import Texting
from sandbox.webchat import Webchat
from sandbox.world import World

WAIT_S = 30.0  # how long a text waits for the webhook's outcome when asked to
LEDGER_PAGE = 1_000
LEDGER_PAGE_MAX = 10_000
STREAM_KINDS = frozenset(
    {"text", "handset", "handset_name", "webhook_end", "status", "reset", "clock", "faults", "webchat", "alert"}
    | {"whatsapp_phone", "whatsapp_text", "whatsapp_handset", "whatsapp_status", "whatsapp_webhook_end"}
    | {"whatsapp_template", "whatsapp_review"}
    | {"call", "call_status", "call_line", "telephone"}
    | {"telegram_chat", "telegram_message", "telegram_edit", "telegram_tap", "telegram_notice", "telegram_update_end"}
)
STREAMS_MAX = 100
KEEPALIVE_S = 10.0
LOOK_UP_S = 1.0  # how often a quiet stream looks whether anybody still listens
TEXT_FIELDS = frozenset({"body", "to", "wait", "timeout_s", "redeliver", "copies", "late_s", "hold"})


class Control:
    """The control API. All answers are JSON; errors are `{"error": "…"}` with 400, 404 or 415."""

    def __init__(
        self,
        world: World,
        handsets: Handsets,
        texting: Texting,
        webchat: Webchat,
        telegram: Chats,
        rooms: Mapping[str, Callable[[], Any]],
    ) -> None:
        """rooms: what further rooms show of themselves in the state, by name."""
        self._rooms = rooms
        self._world = world
        self._handsets = handsets
        self._texting = texting
        self._webchat = webchat
        self._telegram = telegram
        self._streams = 0

    def blueprint(self) -> Blueprint:
        blueprint = Blueprint("control", __name__, url_prefix="/_sandbox")
        for rule, method, view in (
            ("/state", "GET", self._state),
            ("/stream", "GET", self._stream),
            ("/ledger", "GET", self._ledger),
            ("/handsets", "GET", self._all_handsets),
            ("/handsets/<number>", "GET", self._handset),
            ("/handsets/<number>", "POST", self._name),
            ("/handsets/<number>/text", "POST", self._text),
            ("/messages/<sid>/redeliver", "POST", self._redeliver),
            ("/faults", "GET", self._faults),
            ("/faults", "POST", self._set_faults),
            ("/faults", "DELETE", self._clear_faults),
            ("/clock", "GET", self._clock),
            ("/clock", "POST", self._set_clock),
            ("/webchat", "GET", self._webchats),
            ("/webchat", "POST", self._add_webchat),
            ("/reset", "POST", self._reset),
        ):
            blueprint.add_url_rule(rule, f"{method} {rule}", view, methods=[method])
        return blueprint

    def _state(self) -> Response:
        settings = self._world.settings
        with self._world.lock:
            return jsonify(
                {
                    "seq": self._world.ledger.last,
                    "product_url": settings.product_url,
                    "console_url": settings.console_url,
                    "numbers": list(settings.numbers),
                    "handsets": self._handsets.summary(),
                    "webchat": self._webchat.links(),
                    "telegram": self._telegram.summary(),
                    "clock": self._clock_now(),
                    "faults": self._world.faults.describe(),
                    **{name: describe() for name, describe in self._rooms.items()},
                }
            )

    def _stream(self) -> Response:
        """Server-sent events: ledger lines from `after` (or Last-Event-ID) on, of the kinds that a page shows."""
        after = _whole(request.headers.get("Last-Event-ID") or request.args.get("after", "0"), "after")
        if self._streams >= STREAMS_MAX:
            return Response(status=503, headers={"Retry-After": "5"})
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return Response(self._events(after, request.environ[SOCKET]), content_type="text/event-stream", headers=headers)

    def _events(self, after: int, listener: socket.socket) -> Iterator[str]:
        ledger = self._world.ledger
        with self._world.lock:
            self._streams += 1
        try:
            yield "retry: 1000\n\n"
            spoke = time.monotonic()
            while not ledger.closed and not _gone(listener):
                newest = ledger.last
                for record in ledger.read(after, limit=LEDGER_PAGE_MAX, kinds=STREAM_KINDS):
                    yield f"id: {record['seq']}\nevent: {record['kind']}\ndata: {json.dumps(record)}\n\n"
                    spoke = time.monotonic()
                after = max(after, newest)
                if not ledger.wait(after, LOOK_UP_S) and time.monotonic() - spoke >= KEEPALIVE_S:
                    yield ": still here\n\n"
                    spoke = time.monotonic()
        finally:
            with self._world.lock:
                self._streams -= 1

    def _ledger(self) -> Response:
        after = _whole(request.args.get("after", "0"), "after")
        limit = min(_whole(request.args.get("limit", str(LEDGER_PAGE)), "limit"), LEDGER_PAGE_MAX)
        kinds = [kind for value in request.args.getlist("kind") for kind in value.split(",") if kind]
        data = self._world.ledger.read(after, limit, kinds)
        return jsonify({"data": data, "next": data[-1]["seq"] if data else after, "last": self._world.ledger.last})

    def _all_handsets(self) -> Response:
        return jsonify({"data": self._handsets.summary()})

    def _handset(self, number: str) -> Response:
        return jsonify(self._handsets.show(read_number(number)))

    def _name(self, number: str) -> Response:
        wish = body_of({"name"})
        name = wish.get("name")
        if not isinstance(name, str) or not 0 < len(name.strip()) <= 80:
            raise BadRequest("name must be a text of 1 to 80 characters")
        number = read_number(number)
        self._world.commit("handset_name", number=number, name=name.strip())
        return jsonify(self._handsets.show(number))

    def _text(self, number: str) -> Response:
        """A customer's text. Waits for the webhook's outcome unless `"wait": false`."""
        wish = body_of(TEXT_FIELDS)
        body = wish.get("body")
        if not isinstance(body, str) or not body or len(body) > 5_000:
            raise BadRequest("body must be a text of 1 to 5000 characters")
        late_s, copies = wish.get("late_s"), wish.get("copies")
        patience_s = patience_of(wish)
        sent = self._texting.send(
            read_number(number),
            body.encode("utf-16", "surrogatepass").decode("utf-16", "replace"),  # no half of a surrogate pair
            to=read_number(wish["to"]) if wish.get("to") else None,
            redeliver=read_flag(wish, "redeliver", None),
            copies=None if copies is None else int(number_between(copies, 1, 64, "copies")),
            late_s=None if late_s is None else number_between(late_s, 0, 86_400, "late_s"),
            hold=bool(read_flag(wish, "hold", False)),
        )
        if not wish.get("hold"):
            sent.errand.done.wait(patience_s)
        record = sent.record
        answer = {name: record[name] for name in ("sid", "seq", "at", "virtual_at", "from", "to", "body", "keyword")}
        return jsonify(answer | {"webhook": sent.errand.outcome, "webhooks": list(sent.errand.tries)})

    def _redeliver(self, sid: str) -> Response:
        """Brings a text's webhook again, with its own token: a late duplicate, or a text that was held."""
        wish = body_of({"copies", "redeliver", "wait", "timeout_s"})
        copies, patience_s = number_between(wish.get("copies", 1), 1, 64, "copies"), patience_of(wish)
        errand = self._texting.redeliver(sid, copies=int(copies), persist=bool(read_flag(wish, "redeliver", False)))
        if errand is None:
            raise NotFound(f"no customer's text {sid}")
        errand.done.wait(patience_s)
        return jsonify({"sid": sid, "webhook": errand.outcome, "webhooks": list(errand.tries)})

    def _faults(self) -> Response:
        return jsonify(self._world.faults.describe())

    def _set_faults(self) -> Response:
        try:
            self._world.faults.change(body_of(None))
        except BadFaults as error:
            raise BadRequest(str(error)) from None
        return self._faults_changed()

    def _clear_faults(self) -> Response:
        self._world.faults.clear()
        return self._faults_changed()

    def _faults_changed(self) -> Response:
        self._world.commit("faults", faults=self._world.faults.describe())
        return self._faults()

    def _clock(self) -> Response:
        return jsonify(self._clock_now())

    def _set_clock(self) -> Response:
        """`{"offset_s": n}` sets, `{"advance_s": n}` moves on; for every process that reads the clock file."""
        wish = body_of({"offset_s", "advance_s"})
        if len(wish) != 1:
            raise BadRequest("give offset_s or advance_s")
        ((name, value),) = wish.items()
        if isinstance(value, bool) or not isinstance(value, int):
            raise BadRequest(f"{name} must be a whole number of seconds")
        try:
            offset = self._world.clock.set_offset(value) if name == "offset_s" else self._world.clock.advance(value)
        except ValueError as error:
            raise BadRequest(str(error)) from None
        self._world.commit("clock", offset_s=offset)
        return self._clock()

    def _clock_now(self) -> dict[str, Any]:
        clock = self._world.clock
        return {"offset_s": clock.offset_s(), "now": clock.now().isoformat(timespec="milliseconds")}

    def _webchats(self) -> Response:
        return jsonify({"data": self._webchat.links()})

    def _add_webchat(self) -> Response:
        wish = body_of({"name", "url"})
        name, url = wish.get("name", ""), wish.get("url")
        if not isinstance(name, str) or not isinstance(url, str) or not re.fullmatch(r"https?://\S{1,2000}", url):
            raise BadRequest("url must be an http(s) address, name a text")
        self._world.commit("webchat", name=name.strip()[:80], url=url)
        return self._webchats()

    def _reset(self) -> Response:
        """Forgets messages, phones, blocks and faults, and puts the clock right; the ledger goes on."""
        body_of(set())
        self._world.schedule.forget()
        self._world.faults.clear()
        self._world.clock.set_offset(0)
        self._world.commit("reset")
        return self._state()


def _gone(listener: socket.socket) -> bool:
    """Whether the other side has closed the connection; it has nothing to say while it listens."""
    readable = select.poll()
    readable.register(listener, select.POLLIN | select.POLLRDHUP)
    return bool(readable.poll(0))


def body_of(allowed: set[str] | frozenset[str] | None) -> Record:
    """The JSON object of the request, with no other names than `allowed`. Raises BadRequest, UnsupportedMediaType."""
    if not request.is_json:
        raise UnsupportedMediaType("the body must be JSON (Content-Type: application/json)")
    body = request.get_json()
    if not isinstance(body, dict):
        raise BadRequest("the body must be a JSON object")
    unknown = set(body) - allowed if allowed is not None else set()
    if unknown:
        raise BadRequest(f"unknown: {', '.join(sorted(unknown))}")
    return body


def read_number(number: Any) -> str:
    """The number in E.164. Raises BadRequest."""
    text = re.sub(r"[\s().-]", "", str(number))
    text = text if text.startswith("+") else f"+{text}"
    if not re.fullmatch(r"\+[1-9]\d{6,14}", text):
        raise BadRequest(f"{number!r} is not an E.164 number like +31612345678")
    return text


def _whole(text: str, name: str) -> int:
    if not re.fullmatch(r"\d{1,15}", text):
        raise BadRequest(f"{name} must be a whole number")
    return int(text)


def read_flag(wish: Record, name: str, default: bool | None) -> bool | None:
    """A truth value. Raises BadRequest."""
    value = wish.get(name, default)
    if value is not None and not isinstance(value, bool):
        raise BadRequest(f"{name} must be true or false")
    return value


def patience_of(wish: Record) -> float:
    """Seconds to wait for a webhook's outcome."""
    seconds = number_between(wish.get("timeout_s", WAIT_S), 0, 600, "timeout_s")
    return float(seconds) if read_flag(wish, "wait", True) else 0.0


def read_count(wish: Record, name: str, default: int, *, low: int = 1, high: int = 64) -> int:
    """A number within limits, in whole."""
    return int(number_between(wish.get(name, default), low, high, name))


def number_between(value: Any, low: float, high: float, name: str) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise BadRequest(f"{name} must be a number from {low} to {high}")
    return value
