"""Telegram's Bot API over HTTP: `/bot<token>/<method>`, by GET or POST, with a form, a query or JSON."""

from __future__ import annotations

import hmac
import math
import re
import secrets
import threading
import time
from collections import deque
from collections.abc import Mapping
from functools import partialmethod
from typing import Any

from flask import Blueprint, Response, jsonify

from sandbox.faults import ACCEPTED, Fault
from sandbox.graph_media import MediaStore
from sandbox.striking import strike
from sandbox.telegram_chats import Chat, Chats, unix
from sandbox.telegram_files import describe, read_given, told
from sandbox.telegram_types import METHODS, Refusal, bad, read_call, webhook_address
from sandbox.telegram_updates import Updates
from sandbox.world import World

QUERY_LIFE_S = 600.0
"""Seconds for which a tap can be answered."""
_CREATES = frozenset({"sendMessage", "sendPhoto", "sendVideo", "sendDocument"})


class BotApi:
    """One bot. Every call leaves one `telegram_call` line, whatever it came to."""

    def __init__(self, world: World, chats: Chats, updates: Updates) -> None:
        self._world = world
        self._chats = chats
        self._updates = updates
        self._files = MediaStore(world, "telegram_media")
        self._queries: dict[str, tuple[int, float, bool]] = {}  # id → chat, when, answered
        self._recent: deque[float] = deque()
        self._last_to: dict[int, float] = {}
        self._flood = threading.Lock()
        updates.on_call = self.call_from_webhook
        world.join({"telegram_tap": self._tapped, "telegram_notice": self._noticed, "reset": self._reset})

    def blueprint(self) -> Blueprint:
        blueprint = Blueprint("telegram_api", __name__)
        blueprint.add_url_rule("/bot<token>/<method>", "call", self._answer, methods=["GET", "POST"])
        blueprint.add_url_rule("/_sandbox/telegram/files/<key>", "opened", self._open, methods=["GET"])
        return blueprint

    def _open(self, key: str) -> Response:
        """What the bot sent, as a phone opens it."""
        found = self._files.content(key)
        return Response(found[1], content_type=found[0]) if found else Response(status=404)

    @property
    def me(self) -> dict[str, Any]:
        settings = self._world.settings
        return {
            "id": int(settings.telegram_token.partition(":")[0]),
            "is_bot": True,
            "first_name": settings.telegram_name,
            "username": settings.telegram_username,
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
            "has_main_web_app": False,
        }

    # --- one call ---------------------------------------------------------------------------------------------------

    def _answer(self, token: str, method: str) -> Response:
        """Authenticates, lets the fault switches have their say, and writes the ledger line before the answer."""
        given = read_given()
        known = next((name for name in METHODS if name.lower() == method.lower()), method)
        fault: Fault | None = None
        try:
            self._authenticate(token)
            if known not in METHODS:
                raise Refusal(404, "Not Found")
            creates = known in _CREATES
            fault = self._world.faults.api(str(given.get("chat_id", "")), "create" if creates else "read")
            if fault is not None and not (creates and fault in ACCEPTED):
                self._write(known, given, None, fault)
                return self._strike(fault)
            result = self._do(known, given, fault, via="http")
        except Refusal as refusal:
            self._write(known, given, refusal, None)
            return _json(refusal.as_json(), refusal.status)
        return self._strike(fault) if fault is not None else _json({"ok": True, "result": result}, 200)

    def call_from_webhook(self, method: str, fields: Mapping[str, Any]) -> None:
        """A call that the answer of a webhook held: nobody hears what came of it."""
        known = next((name for name in METHODS if name.lower() == method.lower()), method)
        try:
            if known not in METHODS or known.startswith(("get", "setWebhook", "deleteWebhook")):
                raise Refusal(404, "Not Found")
            self._do(known, dict(fields), None, via="webhook")
        except Refusal as refusal:
            self._write(known, fields, refusal, None, via="webhook")

    def _do(self, method: str, given: Mapping[str, Any], fault: Fault | None, *, via: str) -> Any:
        """The result. Raises Refusal."""
        fields, unknown = read_call(method, given)
        for name in unknown:
            self._world.commit("alert", code="telegram", sid=None, detail=f"{method} knows no {name}")
        with self._world.lock:  # one order for sends and blocks: whichever line comes first in the ledger was first
            return getattr(self, f"_{_snake(method)}")(fields, fault, via)

    def _authenticate(self, token: str) -> None:
        if not re.fullmatch(r"[0-9]{1,20}:[A-Za-z0-9_-]+", token):
            raise Refusal(404, "Not Found")
        if not hmac.compare_digest(token.encode(), self._world.settings.telegram_token.encode()):
            raise Refusal(401, "Unauthorized")

    def _write(
        self,
        method: str,
        given: Mapping[str, Any],
        refusal: Refusal | None,
        fault: Fault | None,
        *,
        via: str = "http",
        message_id: int | None = None,
    ) -> None:
        status = refusal.status if refusal else 200
        self._world.commit(
            "telegram_call",
            method=method,
            chat_id=_chat_of(given),
            fields={name: told(value) for name, value in given.items() if name != "secret_token"},
            via=via,
            status=status if fault is None else _STATUS.get(fault),
            description=refusal.description if refusal else None,
            fault=fault,
            message_id=message_id,
        )

    def _strike(self, fault: Fault) -> Response:
        """How the fault looks; a throttling in Telegram's words, not in Twilio's."""
        knobs = self._world.faults.knobs
        if fault is Fault.THROTTLED_429:
            return _json(_flooded(knobs.retry_after_s).as_json(), 429)
        if fault in (Fault.ERROR_500, Fault.ACCEPTED_500):
            return _json(Refusal(500, "Internal Server Error").as_json(), 500)
        if fault is Fault.UNAVAILABLE_503:
            return _json(Refusal(503, "Service Unavailable").as_json(), 503)
        return strike(fault, knobs, self._world.ledger)

    # --- methods ----------------------------------------------------------------------------------------------------

    def _get_me(self, _fields: Mapping[str, Any], _fault: Fault | None, _via: str) -> dict[str, Any]:
        self._write("getMe", {}, None, None)
        return self.me

    def _send_message(self, fields: Mapping[str, Any], fault: Fault | None, via: str) -> dict[str, Any]:
        chat = self._reachable(fields["chat_id"])
        self._hold_back(chat.id)
        record = self._world.commit(
            "telegram_message",
            chat_id=chat.id,
            message_id=chat.last_message + 1,
            author="bot",
            sort="text",
            text=fields["text"],
            buttons=fields.get("reply_markup", []),
        )
        self._write("sendMessage", fields, None, fault, via=via, message_id=record["message_id"])
        return self.message(chat, record["message_id"])

    def _send_file(self, sort: str, fields: Mapping[str, Any], fault: Fault | None, via: str) -> dict[str, Any]:
        chat = self._reachable(fields["chat_id"])
        self._hold_back(chat.id)
        given = fields[sort]
        key = secrets.token_urlsafe(24)
        self._files.add(key, given["mime_type"], given["content"], given["name"])
        record = self._world.commit(
            "telegram_message",
            chat_id=chat.id,
            message_id=chat.last_message + 1,
            author="bot",
            sort=sort,
            text=fields.get("caption", ""),
            buttons=[],
            file={"id": key, "name": given["name"], "mime_type": given["mime_type"], "size": len(given["content"])},
        )
        told = {name: value for name, value in fields.items() if name != sort} | {sort: record["file"]}
        self._write(f"send{sort.capitalize()}", told, None, fault, via=via, message_id=record["message_id"])
        return self.message(chat, record["message_id"])

    _send_photo = partialmethod(_send_file, "photo")
    _send_video = partialmethod(_send_file, "video")
    _send_document = partialmethod(_send_file, "document")

    def _edit_message_text(self, fields: Mapping[str, Any], fault: Fault | None, via: str) -> dict[str, Any]:
        return self._edit("editMessageText", fields, fields["text"], fault, via)

    def _edit_message_reply_markup(self, fields: Mapping[str, Any], fault: Fault | None, via: str) -> dict[str, Any]:
        return self._edit("editMessageReplyMarkup", fields, None, fault, via)

    def _edit(
        self, method: str, fields: Mapping[str, Any], text: str | None, fault: Fault | None, via: str
    ) -> dict[str, Any]:
        chat = self._reachable(fields["chat_id"])
        entry = chat.by_message.get(fields["message_id"])
        if entry is None:
            raise bad("message to edit not found")
        if entry["author"] != "bot":
            raise bad("message can't be edited")
        buttons = fields.get("reply_markup", [])
        if entry["buttons"] == buttons and text in (None, entry["text"]):
            raise bad(
                "message is not modified: specified new message content and reply markup are exactly the same as "
                "a current content and reply markup of the message"
            )
        self._world.commit(
            "telegram_edit", chat_id=chat.id, message_id=fields["message_id"], text=text, buttons=buttons
        )
        self._write(method, fields, None, fault, via=via, message_id=fields["message_id"])
        return self.message(chat, fields["message_id"])

    def _answer_callback_query(self, fields: Mapping[str, Any], _fault: Fault | None, via: str) -> bool:
        query = self._queries.get(fields["callback_query_id"])
        if query is None or query[2] or time.monotonic() - query[1] > QUERY_LIFE_S:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        self._world.commit(
            "telegram_notice", chat_id=query[0], query_id=fields["callback_query_id"], text=fields.get("text", "")
        )
        self._write("answerCallbackQuery", fields, None, None, via=via)
        return True

    def _set_webhook(self, fields: Mapping[str, Any], _fault: Fault | None, _via: str) -> bool:
        url = fields.get("url", "")
        if url:
            webhook_address(url)
        webhook = {
            "url": url,
            "secret_token": fields.get("secret_token"),
            # left out: what was set before stays; an empty list: the usual ones
            "allowed_updates": fields.get("allowed_updates", self._updates.webhook.get("allowed_updates", [])),
            "max_connections": fields.get("max_connections", 40),
        }
        if fields.get("drop_pending_updates"):
            self._updates.drop_all()
        self._world.commit("telegram_webhook", webhook=webhook if url else {})
        self._write("setWebhook", fields, None, None)
        return True

    def _delete_webhook(self, fields: Mapping[str, Any], fault: Fault | None, via: str) -> bool:
        return self._set_webhook({"drop_pending_updates": fields.get("drop_pending_updates", False)}, fault, via)

    def _get_webhook_info(self, _fields: Mapping[str, Any], _fault: Fault | None, _via: str) -> dict[str, Any]:
        self._write("getWebhookInfo", {}, None, None)
        return self._updates.info()

    # --- parts ------------------------------------------------------------------------------------------------------

    def message(self, chat: Chat, message_id: int) -> dict[str, Any]:
        """A message as the Bot API shows it."""
        entry = chat.by_message[message_id]
        shown: dict[str, Any] = {
            "message_id": message_id,
            "from": self.me if entry["author"] == "bot" else chat.as_user(),
            "chat": chat.as_chat(),
            "date": unix(entry["virtual_at"]),
            "text": entry["text"],
        }
        if entry["file"]:
            del shown["text"]
            shown |= describe(entry)
        if entry["buttons"]:
            shown["reply_markup"] = {"inline_keyboard": entry["buttons"]}
        return shown

    def _reachable(self, chat_id: int | str) -> Chat:
        chat = self._chats.find(chat_id) if isinstance(chat_id, int) else None
        if chat is None:
            raise bad("chat not found")
        if chat.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        if not chat.started:
            raise Refusal(403, "Forbidden: bot can't initiate conversation with a user")
        return chat

    def _hold_back(self, chat_id: int) -> None:
        """Thirty messages a second, and one in a chat: what comes faster must wait. Raises Refusal."""
        settings, now = self._world.settings, time.monotonic()
        with self._flood:
            while self._recent and now - self._recent[0] >= 1.0:
                self._recent.popleft()
            if len(self._recent) >= settings.telegram_per_second:
                raise _flooded(1)
            last = self._last_to.get(chat_id)
            if last is not None and now - last < settings.telegram_chat_interval:
                raise _flooded(math.ceil(settings.telegram_chat_interval - (now - last)))
            self._recent.append(now)
            self._last_to[chat_id] = now

    def _tapped(self, record: dict[str, Any]) -> None:
        self._queries[record["query_id"]] = (record["chat_id"], time.monotonic(), False)

    def _noticed(self, record: dict[str, Any]) -> None:
        chat, at, _ = self._queries.get(record["query_id"], (record["chat_id"], 0.0, True))
        self._queries[record["query_id"]] = (chat, at, True)

    def _reset(self, _record: dict[str, Any]) -> None:
        self._queries.clear()
        with self._flood:
            self._recent.clear()
            self._last_to.clear()


_STATUS = {
    Fault.ERROR_500: 500,
    Fault.ACCEPTED_500: 500,
    Fault.UNAVAILABLE_503: 503,
    Fault.THROTTLED_429: 429,
    Fault.ACCEPTED_GARBAGE: 201,
}


def _flooded(seconds: int) -> Refusal:
    return Refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=max(1, seconds))


def _chat_of(given: Mapping[str, Any]) -> int | None:
    value = str(given.get("chat_id", ""))
    return int(value) if re.fullmatch(r"-?[0-9]{1,18}", value) else None


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _json(document: dict[str, Any], status: int) -> Response:
    response = jsonify(document)
    response.status_code = status
    if retry_after := document.get("parameters", {}).get("retry_after"):
        response.headers["Retry-After"] = str(retry_after)
    return response
