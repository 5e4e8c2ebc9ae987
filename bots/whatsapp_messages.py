"""What one WhatsApp message says: words, a tap, or an attachment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bots.whatsapp_json import read_json
from bots.whatsapp_taps import FORM, OURS, read_tap
from common.channels import InboundFile, NotUnderstood
from common.survey.events import Filled

_ATTACHMENTS = {
    "image": "image/jpeg",
    "video": "video/mp4",
    "audio": "audio/ogg",  # a voice note, too
    "document": "application/octet-stream",
    "sticker": "image/webp",
}
"""Types of message that hold a file, and what it is taken for where Meta does not say."""
_LONGEST_TYPE = 100
_LONGEST_REASON = 4_096
"""Characters; our Flows take 600 and no message has more than this."""
_CHOICE = re.compile(r"[0-9a-z_-]{1,64}")
_SCORES = {str(score): score for score in range(11)}
_MEDIA_ID = re.compile(r"[0-9A-Za-z_-]{1,128}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """As `InboundMessage` has it."""

    text: str = ""
    kind: str = "text"
    choice: str | None = None
    question: str | None = None
    prompt: str | None = None
    filled: Filled | None = None
    media: tuple[str, ...] = ()
    file: InboundFile | None = None


def read_content(message: Mapping[str, Any]) -> Content:
    """The content of a customer's message. Raises NotUnderstood for a kind that answers nothing, such as a reaction."""
    kind = message.get("type")
    match kind:
        case "text":
            return Content(text=_words(message["text"]["body"]))
        case "button":  # a quick reply of a template
            button = message["button"]
            return _tapped(button.get("payload"), button.get("text"))
        case "interactive":
            return _interactive(message["interactive"])
        case "location":
            return _location(message["location"])
        case str() if kind in _ATTACHMENTS:
            file = message.get(kind) or {}
            media = str(file.get("mime_type") or _ATTACHMENTS[kind])[:_LONGEST_TYPE]
            caption = _words(file.get("caption") or "")
            return Content(text=caption, kind="text" if caption.strip() else "media", media=(media,), file=_file(file))
    raise NotUnderstood(f"a message of type {str(kind)[:40]!r}")


def _interactive(interactive: Mapping[str, Any]) -> Content:
    match interactive.get("type"):
        case "button_reply" | "list_reply" as kind:
            reply = interactive[kind]
            return _tapped(reply.get("id"), reply.get("title"))
        case "nfm_reply":
            return _form(interactive["nfm_reply"])
        case kind:
            raise NotUnderstood(f"an interactive reply of type {str(kind)[:40]!r}")


def _tapped(control: object, title: object) -> Content:
    """A tap on a control of ours; on any other it says what is written on it."""
    tap = read_tap(control)
    if tap is None:
        return Content(text=_words(title if title else control))
    return Content(kind="choice", choice=tap.choice, question=tap.question, prompt=tap.reference)


def _form(reply: Mapping[str, Any]) -> Content:
    """The answer of a Flow. Ours has a token that says which question it was shown with, and is read field by field.

    Of somebody else's, a score and a reason are read as if they had been typed, anything else as its words. Raises
    NotUnderstood, and ValueError for what is no JSON at all.
    """
    answers = read_json(reply["response_json"])
    if not isinstance(answers, dict):
        raise NotUnderstood("a form without answers")
    token = answers.get("flow_token")
    if (tap := read_tap(token)) is not None and tap.choice == FORM:
        filled = Filled(score=_score(answers.get("score")), reason=_reason(answers), aspect=_aspect(answers))
        return Content(text=filled.reason, question=tap.question, prompt=tap.reference, filled=filled)
    if isinstance(token, str) and token.startswith(OURS):
        raise NotUnderstood("a form with a token that we did not make")
    given = [answers.get(name) for name in ("score", "reason")]
    lines = [str(value).strip() for value in given if isinstance(value, str | int) and str(value).strip()]
    return Content(text=_words("\n".join(lines) or reply.get("body") or ""))


def _score(value: object) -> int | None:
    """One of the eleven options, and nothing that merely looks like one."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return _SCORES.get(value) if isinstance(value, str) else None


def _reason(answers: Mapping[str, Any]) -> str:
    reason = answers.get("reason")
    return reason.strip()[:_LONGEST_REASON] if isinstance(reason, str) else ""


def _aspect(answers: Mapping[str, Any]) -> str:
    """The key that was chosen; whatever is there and can be none is told as such, so that the aspect is still asked."""
    aspect = answers.get("aspect")
    if aspect is None or aspect == "":
        return ""
    return aspect if isinstance(aspect, str) and _CHOICE.fullmatch(aspect) else "?"


def _file(file: Mapping[str, Any]) -> InboundFile | None:
    """What it can be fetched by; digits, as Meta has them, and nothing that could be a path."""
    key, name = file.get("id"), file.get("filename")
    if not isinstance(key, str) or not _MEDIA_ID.fullmatch(key):
        return None
    return InboundFile(provider_id=key, name=name if isinstance(name, str) else None)


def _location(place: Mapping[str, Any]) -> Content:
    named = [str(place[name]) for name in ("name", "address") if place.get(name)]
    return Content(text=_words(", ".join(named) or f"{place['latitude']}, {place['longitude']}"))


def _words(value: object) -> str:
    if not isinstance(value, str):
        raise NotUnderstood("a message without words")
    return value
