"""`/_sandbox/whatsapp/…`: the customers' WhatsApp and the reviewer of templates, for scripts and the page."""

from __future__ import annotations

import base64
from typing import Any

from flask import Blueprint, Response, jsonify
from werkzeug.exceptions import BadRequest, NotFound

from sandbox.control import body_of, patience_of, read_count, read_flag, read_number
from sandbox.graph_flows import STATUSES, Flows, as_shown
from sandbox.graph_templates import Templates
from sandbox.ledger import Record
from sandbox.whatsapp_chat import MEDIA, WhatsAppChat, read_answers
from sandbox.whatsapp_phones import SHOWS, WhatsAppPhones
from sandbox.whatsapp_review import Reviewer
from sandbox.whatsapp_webhooks import Update
from sandbox.world import World

HOW = frozenset({"copies", "late_s", "hold", "wait", "timeout_s"})


class WhatsAppControl:
    """All answers are JSON; errors are `{"error": "…"}` with 400 or 404."""

    def __init__(
        self,
        world: World,
        phones: WhatsAppPhones,
        chat: WhatsAppChat,
        templates: Templates,
        reviewer: Reviewer,
        flows: Flows,
    ) -> None:
        self._flows = flows
        self._world = world
        self._phones = phones
        self._chat = chat
        self._templates = templates
        self._reviewer = reviewer

    def blueprint(self) -> Blueprint:
        blueprint = Blueprint("whatsapp_control", __name__, url_prefix="/_sandbox/whatsapp")
        for rule, method, view in (
            ("", "GET", self._state),
            ("/phones/<number>", "GET", self._phone),
            ("/phones/<number>", "POST", self._set),
            ("/phones/<number>/text", "POST", self._text),
            ("/phones/<number>/media", "POST", self._media),
            ("/phones/<number>/tap", "POST", self._tap),
            ("/phones/<number>/fill", "POST", self._fill),
            ("/phones/<number>/react", "POST", self._react),
            ("/phones/<number>/raw", "POST", self._raw),
            ("/phones/<number>/marketing", "POST", self._marketing),
            ("/messages/<number>/<key>/redeliver", "POST", self._redeliver),
            ("/review", "POST", self._review),
            ("/templates/<key>", "POST", self._decide),
            ("/flows/<key>", "POST", self._put_flow),
        ):
            blueprint.add_url_rule(rule, f"{method} {rule}", view, methods=[method])
        return blueprint

    def describe(self) -> dict[str, Any]:
        """What a page needs at once."""
        return {
            "number": self._world.settings.whatsapp.number,
            "phones": self._phones.summary(),
            "templates": self._templates.all(),
            "flows": self._flows.all(),
            "automatic": self._reviewer.is_automatic,
        }

    def _state(self) -> Response:
        with self._world.lock:
            return jsonify(self.describe())

    def _phone(self, number: str) -> Response:
        return jsonify(self._phones.show(read_number(number)))

    def _set(self, number: str) -> Response:
        """`name`; `shows`: what webhooks tell of the person; `is_on_whatsapp`."""
        wish, number = body_of({"name", "shows", "is_on_whatsapp"}), read_number(number)
        name, shows = wish.get("name"), wish.get("shows")
        if name is not None and not (isinstance(name, str) and 0 < len(name.strip()) <= 80):
            raise BadRequest("name must be a text of 1 to 80 characters")
        if shows not in (None, *SHOWS):
            raise BadRequest(f"shows must be one of {', '.join(SHOWS)}")
        name = name.strip() if name else None
        on = read_flag(wish, "is_on_whatsapp", None)
        self._world.commit("whatsapp_phone", number=number, name=name, shows=shows, is_on_whatsapp=on)
        return jsonify(self._phones.show(number))

    def _text(self, number: str) -> Response:
        """The customer types. Waits for the webhook's outcome unless `"wait": false`."""
        wish = body_of(HOW | {"body"})
        body = wish.get("body")
        if not isinstance(body, str) or not body or len(body) > 5_000:
            raise BadRequest("body must be a text of 1 to 5000 characters")
        body = body.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return self._told(self._chat.text(read_number(number), body, **_how(wish)), wish)

    def _media(self, number: str) -> Response:
        wish = body_of(HOW | {"type", "caption", "content"})
        kind, caption = wish.get("type"), wish.get("caption")
        if kind not in MEDIA or not isinstance(caption, str | None):
            raise BadRequest(f"type must be one of {', '.join(MEDIA)}, caption a text")
        content = None
        if wish.get("content") is not None:
            try:
                content = base64.b64decode(str(wish["content"]), validate=True)
            except ValueError:
                raise BadRequest("content must be bytes in base64") from None
        return self._told(self._chat.media(read_number(number), str(kind), caption, content, **_how(wish)), wish)

    def _tap(self, number: str) -> Response:
        """`message`: the id of one of our messages on this phone; `control`: the id of its button or row."""
        wish, number = body_of(HOW | {"message", "control"}), read_number(number)
        message = self._phones.entry(number, str(wish.get("message")))
        controls = message["controls"] if message and message["author"] == "business" else []
        control = next((each for each in controls if each["id"] == wish.get("control")), None)
        if message is None or control is None:
            raise NotFound("no such control on this phone")
        return self._told(self._chat.tap(number, message["id"], control, **_how(wish)), wish)

    def _fill(self, number: str) -> Response:
        """`message`: one of ours with a Flow; `answers`: field → what was entered; what is left out is left blank."""
        wish, number = body_of(HOW | {"message", "answers"}), read_number(number)
        message = self._phones.entry(number, str(wish.get("message")))
        controls = message["controls"] if message and message["author"] == "business" else []
        control = next((each for each in controls if each["kind"] == "flow"), None)
        if message is None or control is None:
            raise NotFound("no such form on this phone")
        flow = self._flows.get(control["id"])
        if flow is None or flow["status"] == "BLOCKED":
            raise BadRequest("this form cannot be opened")
        answers = read_answers(control["form"], wish.get("answers"))
        return self._told(self._chat.fill(number, message["id"], control, answers, **_how(wish)), wish)

    def _put_flow(self, key: str) -> Response:
        """`status`: what Meta makes of a Flow."""
        wish, flow = body_of({"status"}), self._flows.get(key)
        if flow is None:
            raise NotFound(f"no Flow {key}")
        if wish.get("status") not in STATUSES:
            raise BadRequest(f"status must be one of {', '.join(sorted(STATUSES))}")
        self._flows.put(flow, str(wish["status"]))
        return jsonify(as_shown(self._flows.get(key) or flow))

    def _react(self, number: str) -> Response:
        wish = body_of(HOW | {"message", "emoji"})
        key, emoji = str(wish.get("message")), str(wish.get("emoji", "👍"))
        return self._told(self._chat.react(read_number(number), key, emoji, **_how(wish)), wish)

    def _raw(self, number: str) -> Response:
        """`message`: any message object, with its `type` and what belongs to it."""
        wish = body_of(HOW | {"message"})
        message = wish.get("message")
        if not isinstance(message, dict):
            raise BadRequest("message must be an object")
        return self._told(self._chat.raw(read_number(number), message, **_how(wish)), wish)

    def _marketing(self, number: str) -> Response:
        """`{"value": "stop" | "resume"}`: the customer's own switch."""
        wish, number = body_of({"value", "wait", "timeout_s"}), read_number(number)
        if wish.get("value") not in ("stop", "resume"):
            raise BadRequest("value must be stop or resume")
        self._chat.prefer(number, wish["value"]).done.wait(patience_of(wish))
        return jsonify(self._phones.show(number))

    def _redeliver(self, number: str, key: str) -> Response:
        """Brings a customer's message again: a late duplicate, or one that was held."""
        wish = body_of({"copies", "wait", "timeout_s"})
        entry = self._phones.entry(read_number(number), key)
        if entry is None or entry["author"] != "customer":
            raise NotFound(f"no customer's message {key}")
        update = self._chat.redeliver(entry["record"], copies=read_count(wish, "copies", 1))
        return self._told((entry["record"], update), wish)

    def _review(self) -> Response:
        wish = body_of({"automatic"})
        self._reviewer.switch(bool(read_flag(wish, "automatic", False)))
        return self._state()

    def _decide(self, key: str) -> Response:
        """`event` (with `reason`, `category`), or `quality`, or `category` alone: what Meta does to a template."""
        wish = body_of({"event", "reason", "category", "quality"})
        template = self._templates.get(key)
        if template is None:
            raise NotFound(f"no template {key}")
        try:
            if "event" in wish:
                self._reviewer.decide(template, str(wish["event"]), wish.get("reason"), wish.get("category"))
            elif "quality" in wish:
                self._reviewer.rate(template, str(wish["quality"]))
            else:
                self._reviewer.recategorise(template, str(wish.get("category")))
        except ValueError as error:
            raise BadRequest(str(error)) from None
        return jsonify(self._templates.get(key))

    def _told(self, sent: tuple[Record, Update], wish: dict[str, Any]) -> Response:
        record, update = sent
        if not wish.get("hold"):
            update.done.wait(patience_of(wish))
        outcome = (self._phones.entry(record["number"], record["id"]) or {}).get("webhook")
        answer = {name: record[name] for name in ("id", "seq", "at", "virtual_at", "number", "type", "body")}
        return jsonify(answer | {"webhook": outcome})


def _how(wish: dict[str, Any]) -> dict[str, Any]:
    """How the webhook travels: in several copies, late, or not before it is asked for."""
    how: dict[str, Any] = {"hold": bool(read_flag(wish, "hold", False))}
    if wish.get("copies") is not None:
        how["copies"] = read_count(wish, "copies", 1)
    if wish.get("late_s") is not None:
        how["late_s"] = float(read_count(wish, "late_s", 0, low=0, high=86_400))
    return how
