"""`/_sandbox/telegram/…`: the Telegram phone, for scripts and for the page of phones."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, jsonify
from werkzeug.exceptions import BadRequest, NotFound

from sandbox.control import body_of, number_between, patience_of
from sandbox.telegram_chats import Chats
from sandbox.telegram_people import MEDIA, CannotDo, People
from sandbox.telegram_updates import Update, Updates
from sandbox.world import World

WAITING = frozenset({"wait", "timeout_s"})
MAX_TEXT = 4096


class TelegramControl:
    """The control API of the chats. All answers are JSON; an act that the app does not offer is 409."""

    def __init__(self, world: World, chats: Chats, updates: Updates, people: People) -> None:
        self._world = world
        self._chats = chats
        self._updates = updates
        self._people = people

    def blueprint(self) -> Blueprint:
        blueprint = Blueprint("telegram_control", __name__, url_prefix="/_sandbox/telegram")
        for rule, method, view in (
            ("/chats", "GET", self._all),
            ("/chats/<chat_id>", "GET", self._one),
            ("/chats/<chat_id>", "POST", self._meet),
            ("/chats/<chat_id>/text", "POST", self._text),
            ("/chats/<chat_id>/tap", "POST", self._tap),
            ("/chats/<chat_id>/correct", "POST", self._correct),
            ("/chats/<chat_id>/block", "POST", self._block),
            ("/updates/<update_id>/redeliver", "POST", self._again),
        ):
            blueprint.add_url_rule(rule, f"{method} {rule}", view, methods=[method])
        blueprint.register_error_handler(CannotDo, _refused)
        return blueprint

    def _all(self) -> Response:
        return jsonify({"data": self._chats.summary(), "webhook": self._updates.info()})

    def _one(self, chat_id: str) -> Response:
        return jsonify(self._chats.show(_id(chat_id)))

    def _meet(self, chat_id: str) -> Response:
        wish = body_of({"name", "language"})
        name, language = wish.get("name"), wish.get("language")
        if name is not None and (not isinstance(name, str) or not 0 < len(name.strip()) <= 80):
            raise BadRequest("name must be a text of 1 to 80 characters")
        if language is not None and not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", str(language)):
            raise BadRequest("language must be a tag like nl")
        self._people.meet(_id(chat_id), name=name.strip() if name else None, language=language)
        return jsonify(self._chats.show(_id(chat_id)))

    def _text(self, chat_id: str) -> Response:
        """Words, or with `kind` something else under which words may stand."""
        wish = body_of(WAITING | {"text", "kind", "hold"})
        kind, text = wish.get("kind", "text"), wish.get("text", "")
        if kind not in ("text", *MEDIA):
            raise BadRequest(f"kind must be one of text, {', '.join(MEDIA)}")
        if not isinstance(text, str) or len(text) > MAX_TEXT or (kind == "text" and not text.strip()):
            raise BadRequest(f"text must be a text of 1 to {MAX_TEXT} characters")
        whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # no half of a surrogate pair
        update = self._people.write(_id(chat_id), whole, kind=kind, hold=wish.get("hold") is True)
        return _outcome(update, wish)

    def _tap(self, chat_id: str) -> Response:
        """A button by its `data`; with `from_memory` even if it is gone. `times`: fingers, all at once."""
        wish = body_of(WAITING | {"message_id", "data", "from_memory", "times"})
        if not isinstance(wish.get("data"), str) or not isinstance(wish.get("message_id"), int):
            raise BadRequest("message_id must be a number, data a text")
        act = self._people.tap_from_memory if wish.get("from_memory") is True else self._people.tap
        times = int(number_between(wish.get("times", 1), 1, 16, "times"))
        updates = [act(_id(chat_id), wish["message_id"], wish["data"]) for _ in range(times)]
        for update in updates[:-1]:
            update.errand.done.wait(patience_of(wish))
        return _outcome(updates[-1], wish)

    def _correct(self, chat_id: str) -> Response:
        wish = body_of(WAITING | {"message_id", "text"})
        text = wish.get("text")
        if not isinstance(text, str) or not 0 < len(text) <= MAX_TEXT or not isinstance(wish.get("message_id"), int):
            raise BadRequest("message_id must be a number, text a text")
        return _outcome(self._people.correct(_id(chat_id), wish["message_id"], text), wish)

    def _block(self, chat_id: str) -> Response:
        wish = body_of(WAITING | {"blocked"})
        if not isinstance(wish.get("blocked", True), bool):
            raise BadRequest("blocked must be true or false")
        return _outcome(self._people.block(_id(chat_id), blocked=wish.get("blocked", True)), wish)

    def _again(self, update_id: str) -> Response:
        """Brings an update again, as the same update: a duplicate, late or at once, or one that was held."""
        wish = body_of(WAITING | {"copies"})
        copies = int(number_between(wish.get("copies", 1), 1, 64, "copies"))
        update = self._updates.again(int(update_id), copies) if update_id.isdecimal() else None
        if update is None:
            raise NotFound(f"no update {update_id}")
        return _outcome(update, wish)


def _outcome(update: Update, wish: dict[str, Any]) -> Response:
    update.errand.done.wait(patience_of(wish))
    return jsonify(
        {"update_id": update.update_id, "webhook": update.errand.outcome, "webhooks": list(update.errand.tries)}
    )


def _refused(error: CannotDo) -> tuple[Response, int]:
    return jsonify({"error": str(error)}), 409


def _id(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,15}", text):
        raise BadRequest(f"{text!r} is no chat's number")
    return int(text)
