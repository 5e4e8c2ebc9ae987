"""A request to send a WhatsApp message, read as strictly as Meta reads it.

Limits as in the "Messages" reference: text 4,096 characters; body of buttons 1,024, up to three buttons of 20;
a list of up to ten rows over all sections, titles of 24, descriptions of 72, its button of 20; a Flow's body of 1,024
and its button of 20 without emoji; header and footer of 60.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from sandbox.graph_errors import GraphError, invalid, required, unexpected

TOP = frozenset(
    {"messaging_product", "recipient_type", "to", "recipient", "type", "context", "biz_opaque_callback_data"}
    | {"recipient_identity_key_hash"}
)
USER_ID = re.compile(r"[A-Z]{2}\.[A-Za-z0-9]{1,128}")
_EMOJI = re.compile("[\u2600-\u27bf\U0001f000-\U0001faff]")
TRACKER_MAX = 512
MEDIA = frozenset({"image", "audio", "video", "document", "sticker"})


def read_message(body: Any) -> dict[str, Any]:
    """`{"to" or "recipient", "type", "content", "body", "controls", "tracker"}`. Raises GraphError."""
    if not isinstance(body, dict):
        raise GraphError(100, "Invalid parameter", details="The body must be a JSON object.")
    kind = body.get("type", "text")
    if not isinstance(kind, str) or kind not in READERS:
        raise GraphError(
            100, "Invalid parameter", details=f"Param type must be one of {{{', '.join(sorted(READERS))}}}"
        )
    _only(body, TOP | {kind}, "message")
    if body.get("messaging_product") != "whatsapp":
        raise GraphError(100, "The parameter messaging_product is required.")
    if body.get("recipient_type", "individual") != "individual":
        raise invalid("recipient_type must be individual")
    tracker = body.get("biz_opaque_callback_data")
    if tracker is not None and not (isinstance(tracker, str) and len(tracker) <= TRACKER_MAX):
        raise invalid(f"biz_opaque_callback_data must be a string of at most {TRACKER_MAX} characters")
    content = _object(body.get(kind), kind)
    words, controls = READERS[kind](content)
    made = {"type": kind, "content": content, "body": words, "controls": controls, "tracker": tracker}
    return made | _recipient(body)


def _recipient(body: Mapping[str, Any]) -> dict[str, str | None]:
    to, user_id = body.get("to"), body.get("recipient")
    if to is not None:  # a number wins where both are given
        digits = re.sub(r"[\s()+-]", "", to) if isinstance(to, str) else ""
        if not re.fullmatch(r"[1-9][0-9]{6,14}", digits):
            raise GraphError(131009, "Parameter value is not valid", details="to is not a phone number")
        return {"to": digits, "recipient": None}
    if user_id is None:
        raise GraphError(100, "The parameter to is required.")
    if not isinstance(user_id, str) or not USER_ID.fullmatch(user_id):
        raise invalid("recipient is not a user id")
    return {"to": None, "recipient": user_id}


def _text(content: dict[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    _only(content, {"body", "preview_url"}, "text")
    return _words(content, "body", 4_096, "text['body']"), []


def _interactive(content: dict[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    kind = content.get("type")
    if kind not in ("button", "list", "flow"):
        raise GraphError(100, "Invalid parameter", details="interactive['type'] must be button, list or flow here")
    _only(content, {"type", "header", "body", "footer", "action"}, "interactive")
    body = _object(content.get("body"), "interactive['body']")
    _only(body, {"text"}, "interactive['body']")
    words = _words(body, "text", 4_096 if kind == "list" else 1_024, "Body text")
    for part in ("header", "footer"):
        if part in content:
            _words(_object(content[part], part), "text", 60, part)
    action = _object(content.get("action"), "interactive['action']")
    return words, {"button": _buttons, "list": _rows, "flow": _flow}[kind](action)


def _flow(action: dict[str, Any]) -> list[dict[str, Any]]:
    """The button that opens a Flow; whether there is such a one, the Flows' room knows."""
    _only(action, {"name", "parameters"}, "action")
    if action.get("name") != "flow":
        raise invalid("action['name'] must be flow")
    given = _object(action.get("parameters"), "parameters")
    allowed = {
        "flow_message_version",
        "flow_token",
        "flow_id",
        "flow_cta",
        "flow_action",
        "flow_action_payload",
        "mode",
    }
    _only(given, allowed, "parameters")
    if given.get("flow_message_version") != "3":
        raise invalid("flow_message_version must be 3")
    mode, deed = given.get("mode", "published"), given.get("flow_action", "navigate")
    if mode not in ("draft", "published") or deed != "navigate":
        raise invalid("mode must be draft or published, and a Flow without an endpoint navigates")
    title = _words(given, "flow_cta", 20, "flow_cta")
    if _EMOJI.search(title):
        raise invalid("flow_cta must not hold emoji")
    payload = _object(given.get("flow_action_payload"), "flow_action_payload")
    _only(payload, {"screen", "data"}, "flow_action_payload")
    if "data" in payload and not payload["data"]:
        raise invalid("flow_action_payload['data'] must not be empty")
    control = {"kind": "flow", "id": _words(given, "flow_id", 64, "flow_id"), "title": title, "mode": mode}
    screen = _words(payload, "screen", 80, "screen")
    return [control | {"token": _words(given, "flow_token", 200, "flow_token"), "screen": screen}]


def _buttons(action: dict[str, Any]) -> list[dict[str, Any]]:
    _only(action, {"buttons"}, "action")
    buttons = _list(action.get("buttons"), "buttons", 1, 3)
    controls = []
    for button in buttons:
        _only(button, {"type", "reply"}, "buttons")
        if button.get("type") != "reply":
            raise invalid("The button type must be reply")
        reply = _object(button.get("reply"), "reply")
        _only(reply, {"id", "title"}, "reply")
        title = _words(reply, "title", 20, "Button title")
        controls.append({"kind": "button", "id": _words(reply, "id", 256, "Button id"), "title": title})
    _unique(controls, "button")
    return controls


def _rows(action: dict[str, Any]) -> list[dict[str, Any]]:
    _only(action, {"button", "sections"}, "action")
    opener = _words(action, "button", 20, "Button")
    sections = _list(action.get("sections"), "sections", 1, 10)
    controls = []
    for section in sections:
        _only(section, {"title", "rows"}, "sections")
        if len(sections) > 1 or "title" in section:
            _words(section, "title", 24, "Section title")
        for row in _list(section.get("rows"), "rows", 1, 10):
            _only(row, {"id", "title", "description"}, "rows")
            if row.get("description"):
                _words(row, "description", 72, "Row description")
            title = _words(row, "title", 24, "Row title")
            control = {"kind": "row", "id": _words(row, "id", 200, "Row id"), "title": title, "opener": opener}
            controls.append(control | {"description": row.get("description", "")})
    if len(controls) > 10:
        raise invalid("Total row count exceed max allowed count: 10")
    _unique(controls, "row")
    return controls


def _template(content: dict[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    """Its form alone; what it says is known by the templates' room."""
    _only(content, {"name", "language", "components", "namespace"}, "template")
    _words(content, "name", 512, "template['name']")
    language = _object(content.get("language"), "template['language']")
    _only(language, {"code", "policy"}, "language")
    _words(language, "code", 20, "language['code']")
    return "", []


def _reaction(content: dict[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    _only(content, {"message_id", "emoji"}, "reaction")
    return _words(content, "emoji", 10, "emoji"), []


def _media(content: dict[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    _only(content, {"id", "link", "caption", "filename"}, "media")
    if ("id" in content) == ("link" in content):
        raise invalid("Exactly one of id and link is required")
    return str(content.get("caption") or content.get("link") or ""), []


READERS = {
    "text": _text,
    "interactive": _interactive,
    "template": _template,
    "reaction": _reaction,
    **dict.fromkeys(MEDIA, _media),
}


def _only(value: Mapping[str, Any], allowed: Collection[str], where: str) -> None:
    for name in value:
        if name not in allowed:
            raise unexpected(name, where)


def _object(value: Any, name: str) -> dict[str, Any]:
    if value is None:
        raise required(name)
    if not isinstance(value, dict):
        raise GraphError(100, "Invalid parameter", details=f"Param {name} must be a JSON object.")
    return value


def _list(value: Any, name: str, low: int, high: int) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise GraphError(100, "Invalid parameter", details=f"Param {name} must be an array of objects.")
    if not low <= len(value) <= high:
        raise invalid(f"{name}: between {low} and {high}, not {len(value)}")
    return value


def _words(value: Mapping[str, Any], name: str, longest: int, shown: str) -> str:
    text = value.get(name)
    if text is None:
        raise required(shown)
    if not isinstance(text, str):
        raise GraphError(100, "Invalid parameter", details=f"Param {shown} must be a string.")
    if not text.strip() or len(text.encode("utf-16-le", "surrogatepass")) // 2 > longest:
        raise invalid(f"{shown} length invalid. Min length: 1, Max length: {longest}")
    return text


def _unique(controls: list[dict[str, Any]], what: str) -> None:
    for name in ("id", "title"):
        seen = [control[name] for control in controls]
        if len(set(seen)) < len(seen) and (name == "id" or what == "button"):
            raise invalid(f"Duplicated {what} {name}")
