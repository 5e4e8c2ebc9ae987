"""What the Bot API takes: the parameters of each method, their kinds and limits, and its words for what it refuses.

From https://core.telegram.org/bots/api (June 2026) and, for the words, the server's own source. Values come as text in
a form or a query, or as themselves in JSON; what is an object in JSON is JSON text in a form. A parameter that Telegram
does not know is passed over by the real one; we do so too, and tell the ledger, so that a slip of the pen can be seen.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

MAX_TEXT, MAX_ANSWER, MAX_DATA, MAX_SECRET = 4096, 200, 64, 256
MAX_ROW, MAX_BUTTONS = 8, 100
PORTS = (443, 80, 88, 8443)
MAX_CAPTION, MAX_PHOTO = 1024, 10 * 1024 * 1024
UPDATES = frozenset({
    "message", "edited_message", "channel_post", "edited_channel_post", "business_connection", "business_message",
    "edited_business_message", "deleted_business_messages", "message_reaction", "message_reaction_count",
    "inline_query", "chosen_inline_result", "callback_query", "shipping_query", "pre_checkout_query", "poll",
    "purchased_paid_media", "poll_answer", "my_chat_member", "chat_member", "chat_join_request", "chat_boost",
    "removed_chat_boost",
})  # fmt: skip
NOT_UNASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
PRESSES = ("callback_data", "url", "web_app", "login_url", "switch_inline_query", "copy_text", "pay")


class Refusal(Exception):
    """What the Bot API answers instead of a result."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters

    def as_json(self) -> dict[str, Any]:
        body: dict[str, Any] = {"ok": False, "error_code": self.status, "description": self.description}
        return body | ({"parameters": self.parameters} if self.parameters else {})


def bad(words: str) -> Refusal:
    return Refusal(400, f"Bad Request: {words}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One method: what reads each parameter that matters here, which must be given, which are known besides."""

    reads: Mapping[str, Callable[[Any], Any]]
    needs: tuple[str, ...] = ()
    known: frozenset[str] = frozenset()


def read_call(name: str, given: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The parameters of a call as they are meant, and those that nobody knows. Raises Refusal."""
    method = METHODS[name]
    fields = {key: method.reads[key](value) for key, value in given.items() if key in method.reads and value != ""}
    for key in method.needs:
        if key not in fields:
            raise bad(_MISSING.get(key, f"{key} is empty"))
    unknown = sorted(set(given) - set(method.reads) - method.known)
    return fields, unknown


_MISSING = {
    "text": "message text is empty",
    "chat_id": "chat_id is empty",
    "message_id": "message identifier is not specified",
    "callback_query_id": "query is too old and response timeout expired or query ID is invalid",
}


# --- kinds of values ------------------------------------------------------------------------------------------------


def whole(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value.strip()):
        return int(value)
    raise bad("expected an integer")


def chat(value: Any) -> int | str:
    """A chat's number, or the @name of a channel."""
    if isinstance(value, str) and value.startswith("@"):
        return value
    try:
        return whole(value)
    except Refusal:
        raise bad("chat not found") from None


def words(value: Any) -> str:
    if not isinstance(value, str):
        raise bad("strings must be encoded in UTF-8")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise bad("strings must be encoded in UTF-8") from None
    return value


def message_text(value: Any) -> str:
    text = words(value).replace("\0", " ").strip()
    if not text:
        raise bad("message text is empty")
    if units(text) > MAX_TEXT:
        raise bad("message is too long")
    return text


def caption(value: Any) -> str:
    text = words(value).replace("\0", " ").strip()
    if units(text) > MAX_CAPTION:
        raise bad("message caption is too long")
    return text


def upload(value: Any) -> dict[str, Any]:
    """A file that came with the call. Raises Refusal for anything else: nothing is fetched or remembered here."""
    if not isinstance(value, dict):
        raise bad("wrong file identifier/HTTP URL specified")
    if not value["content"]:
        raise bad("file must be non-empty")
    return value


def photo(value: Any) -> dict[str, Any]:
    file = upload(value)
    if len(file["content"]) > MAX_PHOTO:
        raise bad("file is too big")
    if not file["content"].startswith((b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF")):
        raise bad("IMAGE_PROCESS_FAILED")
    return {**file, "mime_type": "image/png" if file["content"].startswith(b"\x89PNG") else "image/jpeg"}


def answer_text(value: Any) -> str:
    text = words(value)
    if units(text) > MAX_ANSWER:
        raise bad("MESSAGE_TOO_LONG")
    return text


def switch(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    return str(value).lower() in {"true", "yes", "1"}


def secret(value: Any) -> str:
    if not re.fullmatch(rf"[A-Za-z0-9_-]{{1,{MAX_SECRET}}}", words(value)):
        raise bad("secret token contains unallowed characters")
    return str(value)


def updates(value: Any) -> list[str]:
    names = _document(value, "allowed_updates")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise bad("can't parse allowed updates list: expected an array of strings")
    return [name for name in names if name in UPDATES]


def webhook_address(url: str) -> None:
    """Raise Refusal for an address to which updates cannot be brought."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host in {"127.0.0.1", "localhost", "::1"}:
        return  # the one thing that the real one would refuse, and a sandbox must not
    if parts.scheme != "https":
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if (parts.port or 443) not in PORTS:
        raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")


def connections(value: Any) -> int:
    number = whole(value)
    if not 1 <= number <= 100:
        raise bad("max_connections must be between 1 and 100")
    return number


def markup(value: Any) -> list[list[dict[str, Any]]]:
    """The rows of an inline keyboard; other keyboards are not drawn here. Raises Refusal."""
    document = _document(value, "reply keyboard markup")
    if not isinstance(document, dict):
        raise bad("object expected as reply markup")
    if "inline_keyboard" not in document:
        return []
    rows = document["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    if any(len(row) > MAX_ROW for row in rows) or sum(len(row) for row in rows) > MAX_BUTTONS:
        raise bad("REPLY_MARKUP_TOO_LONG")
    return [[_button(button) for button in row] for row in rows if row]


def _button(button: Any) -> dict[str, Any]:
    if not isinstance(button, dict):
        raise bad("InlineKeyboardButton must be an Object")
    text = button.get("text")
    if not isinstance(text, str) or not text.strip():
        raise bad('field "text" of the InlineKeyboardButton must be a non-empty String')
    if sum(press in button for press in PRESSES) != 1:
        raise bad("text buttons are unallowed in the inline keyboard")
    data = button.get("callback_data", "-")
    if not isinstance(data, str) or not 1 <= len(data.encode()) <= MAX_DATA:
        raise bad("BUTTON_DATA_INVALID")
    return button


def _document(value: Any, what: str) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise bad(f"can't parse {what} JSON object") from None


def units(text: str) -> int:
    """UTF-16 units: what Telegram's "characters" are."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


_SENDING = frozenset({
    "business_connection_id", "message_thread_id", "direct_messages_topic_id", "parse_mode", "entities",
    "link_preview_options", "disable_notification", "protect_content", "allow_paid_broadcast", "message_effect_id",
    "suggested_post_parameters", "reply_parameters",
})  # fmt: skip
_FILED = frozenset({
    "show_caption_above_media", "has_spoiler", "caption_entities", "thumbnail", "duration", "width", "height", "cover",
    "start_timestamp", "supports_streaming", "disable_content_type_detection", "reply_markup",
})  # fmt: skip
_EDITING = frozenset({"business_connection_id", "inline_message_id", "parse_mode", "entities", "link_preview_options"})
_PLACE = {"chat_id": chat, "message_id": whole}
METHODS: Mapping[str, Method] = {
    "getMe": Method(reads={}),
    "sendMessage": Method(
        reads={"chat_id": chat, "text": message_text, "reply_markup": markup}, needs=("chat_id", "text"), known=_SENDING
    ),
    **{
        f"send{kind.capitalize()}": Method(
            reads={"chat_id": chat, kind: reader, "caption": caption}, needs=("chat_id", kind), known=_SENDING | _FILED
        )
        for kind, reader in (("photo", photo), ("video", upload), ("document", upload))
    },
    "editMessageText": Method(
        reads={**_PLACE, "text": message_text, "reply_markup": markup},
        needs=("chat_id", "message_id", "text"),
        known=_EDITING,
    ),
    "editMessageReplyMarkup": Method(
        reads={**_PLACE, "reply_markup": markup}, needs=("chat_id", "message_id"), known=_EDITING
    ),
    "answerCallbackQuery": Method(
        reads={"callback_query_id": words, "text": answer_text, "show_alert": switch},
        needs=("callback_query_id",),
        known=frozenset({"url", "cache_time"}),
    ),
    "setWebhook": Method(
        reads={
            "url": words,
            "secret_token": secret,
            "allowed_updates": updates,
            "max_connections": connections,
            "drop_pending_updates": switch,
        },
        known=frozenset({"certificate", "ip_address"}),
    ),
    "deleteWebhook": Method(reads={"drop_pending_updates": switch}),
    "getWebhookInfo": Method(reads={}),
}
