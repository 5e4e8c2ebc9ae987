"""`/_sandbox/…` for telephones: how a number answers, calls of customers, and the keys of the page."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import BadRequest, NotFound, UnsupportedMediaType

from sandbox.exchange import Exchange
from sandbox.telephone import BEHAVIOURS, Calls
from sandbox.world import World


class TelephoneControl:
    """JSON in and out; errors are `{"error": "…"}`."""

    def __init__(self, world: World, calls: Calls, exchange: Exchange) -> None:
        self._world = world
        self._calls = calls
        self._exchange = exchange

    def blueprint(self) -> Blueprint:
        blueprint = Blueprint("telephone_control", __name__, url_prefix="/_sandbox")
        for rule, method, view in (
            ("/calls", "GET", lambda: jsonify({"data": self._calls.shown()})),
            ("/calls/<sid>", "GET", self._shown),
            ("/calls/<sid>/<act>", "POST", self._act),
            ("/handsets/<number>/call", "POST", self._call),
            ("/handsets/<number>/telephone", "POST", self._telephone),
        ):
            blueprint.add_url_rule(rule, f"{method} {rule}", view, methods=[method])
        return blueprint

    def _shown(self, sid: str) -> Response:
        """One call as the page shows it."""
        for call in self._calls.shown():
            if call["sid"] == sid:
                return jsonify(call)
        raise NotFound("no such call")

    def _call(self, number: str) -> Response:
        """`{"to", "query", "script", "fields"}`: the customer calls; without a script on the page."""
        wish = _wish({"to", "query", "script", "fields"})
        to = str(wish.get("to") or self._world.settings.numbers[0])
        query = f"?{wish['query']}" if wish.get("query") else ""
        script = wish.get("script")
        if script is not None and not isinstance(script, list):
            raise BadRequest("script is a list")
        url = f"{self._world.settings.product_url}/webhooks/voice{query}"
        fields = {str(name): str(value) for name, value in (wish.get("fields") or {}).items()}
        sid = self._exchange.call(_number(number), _number(to), url, script, fields)
        call = self._calls.get(sid)
        assert call is not None
        return jsonify({"sid": sid, "status": call.status, "lines": call.lines})

    def _telephone(self, number: str) -> Response:
        """`{"answers", "script"}`: how this number answers from now on."""
        wish = _wish({"answers", "script"})
        if wish.get("answers") not in BEHAVIOURS:
            raise BadRequest(f"answers is one of {', '.join(BEHAVIOURS)}")
        record = self._world.commit(
            "telephone", number=_number(number), answers=wish["answers"], script=wish.get("script") or []
        )
        return jsonify({name: record[name] for name in ("number", "answers", "script")})

    def _act(self, sid: str, act: str) -> Response:
        wish = _wish({"key", "words", "for_s"})
        acts: dict[str, Callable[[], bool]] = {
            "answer": lambda: self._exchange.answer(sid),
            "press": lambda: self._exchange.press(sid, str(wish.get("key", ""))),
            "speak": lambda: self._exchange.speak(sid, str(wish.get("words", "")), float(wish.get("for_s", 4))),
            "hang-up": lambda: self._exchange.hang_up(sid),
        }
        if act not in acts:
            raise NotFound("no such act")
        try:
            done = acts[act]()
        except ValueError as error:
            raise BadRequest(str(error)) from None
        if not done:
            raise NotFound("that call is not going on")
        return jsonify({"done": True})


def _wish(names: set[str]) -> dict[str, Any]:
    if not request.is_json:
        raise UnsupportedMediaType("JSON, please")
    wish = request.get_json(silent=True)
    if not isinstance(wish, dict):
        raise BadRequest("not a JSON object")
    if unknown := set(wish) - names:
        raise BadRequest(f"no such field: {', '.join(sorted(unknown))}")
    return wish


def _number(number: str) -> str:
    if re.fullmatch(r"\+[1-9][0-9]{6,14}", number) is None:
        raise BadRequest(f"{number!r} is no E.164 number")
    return number
