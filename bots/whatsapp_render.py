"""A prompt in the form of the Cloud API: text, buttons, a list, a Flow, or an approved template.

Sources: "Messages" reference and "Interactive reply buttons / list messages" for the limits; Meta refuses what is
beyond them (131009), so nothing here relies on being cut by somebody else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import regex

from bots.whatsapp_flow import FIRST_SCREEN
from bots.whatsapp_taps import FORM, tap_id
from common.channels import Choice, OutboundFile, Prompt
from common.survey.events import SKIP_CHOICE
from common.survey.questions import ASPECT
from common.templates import TemplateUse
from common.wording import say

MAX_TEXT = 4_096
"""Characters of a text, and of a list's body."""
MAX_CAPTION = 1_024
"""Characters of the words beside a picture, film or document."""
FILES = {
    "image/jpeg": ("image", 5 * 1024 * 1024),
    "image/png": ("image", 5 * 1024 * 1024),
    "application/pdf": ("document", 100 * 1024 * 1024),
    "video/mp4": ("video", 16 * 1024 * 1024),
}
"""What can be sent: its type of message, and bytes at most ("Media" reference, supported media types)."""
MAX_BUTTONS, MAX_BUTTON = 3, 20
MAX_ROWS, MAX_ROW = 10, 24
_MAX_BUTTONS_BODY = 1_024
"""Characters of the body above buttons, and above a Flow's button."""
_MAX_PARAMETER = 1_024
_MORE = "…"
_HALVES = (range(6), range(6, 11))
"""Eleven scores do not fit a list of ten rows. They are halved by number, not by band, so that no half means "good"."""
_SPACES = re.compile(r"\s+")

Part = Mapping[str, Any]
"""One message to send: its `type`, and under that name its content."""


def render(prompt: Prompt) -> Sequence[Part]:
    """The messages of one prompt: one, or the two lists of a score that was not understood.

    The first holds all that must be said; whoever sees only that one can still answer by typing.
    """
    text = as_text(prompt.text)
    if prompt.template is not None:
        return (_template(prompt.template),)
    if prompt.file is not None:
        return (_file(prompt.file, as_text(prompt.text, MAX_CAPTION)),)
    if prompt.form is not None and _units(text) <= _MAX_BUTTONS_BODY:
        return (_flow(prompt, prompt.form, text),)
    if prompt.scale and prompt.attempt > 1:
        return tuple(_scores(prompt, half, text) for half in _HALVES)
    if prompt.choices and prompt.key == ASPECT:
        return (_choices(prompt, text),)
    return ({"type": "text", "text": {"preview_url": False, "body": text}},)


def _file(file: OutboundFile, words: str) -> Part:
    """A file with its words; the id under which Meta has it is put in once it is uploaded."""
    kind = FILES[file.media_type][0]
    named = {"filename": file.name} if kind == "document" else {}
    return {"type": kind, kind: named | ({"caption": words} if words else {})}


def as_text(text: str, limit: int = MAX_TEXT) -> str:
    """`text` without control characters but the line feed, without halves of surrogate pairs, cut to fit."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    kept = "".join(sign for sign in lines if sign == "\n" or unicodedata.category(sign) not in {"Cc", "Cs"}).strip()
    return kept if _units(kept) <= limit else _cut(kept, limit)


def _cut(text: str, limit: int) -> str:
    """The longest beginning that fits, never cut inside what a reader sees as one character."""
    kept, room = [], limit - len(_MORE)
    for cluster in regex.findall(r"\X", text):
        room -= _units(cluster)
        if room < 0:
            break
        kept.append(cluster)
    return "".join(kept).rstrip() + _MORE


def _units(text: str) -> int:
    """UTF-16 units, the most that Meta's "characters" can mean."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _flow(prompt: Prompt, form: str, text: str) -> Part:
    """The button that opens a published Flow; its token comes back with the answers and says which question it is of.

    Source: "Sending a Flow": the id is a string, the button 20 characters without emoji, the first screen is named.
    """
    word = say("ui.feedback", locale=prompt.locale, channel="", brand="")
    parameters = {
        "flow_message_version": "3",
        "flow_token": tap_id(prompt, FORM),
        "flow_id": form,
        "flow_cta": word if _units(word) <= MAX_BUTTON else "0–10",
        "mode": "published",
        "flow_action": "navigate",
        "flow_action_payload": {"screen": FIRST_SCREEN},
    }
    return _interactive({"type": "flow", "body": {"text": text}, "action": {"name": "flow", "parameters": parameters}})


def _scores(prompt: Prompt, half: range, text: str) -> Part:
    """One list of scores; the second says nothing but what it offers, in figures that every language reads."""
    offered = f"{half[0]}–{half[-1]}"
    rows = [{"id": tap_id(prompt, str(score)), "title": str(score)} for score in half]
    return _list(text if half[0] == 0 else offered, offered, rows)


def _choices(prompt: Prompt, text: str) -> Part:
    """Up to three short choices as buttons, up to ten as a list; the way round the question comes last, if it fits."""
    shown = _with_skip(prompt)
    is_short = all(_units(choice.label) <= MAX_BUTTON for choice in shown) and _units(text) <= _MAX_BUTTONS_BODY
    if len(prompt.choices) <= MAX_BUTTONS and is_short:
        buttons = [{"type": "reply", "reply": row} for row in _rows(prompt, shown[:MAX_BUTTONS])]
        return _interactive({"type": "button", "body": {"text": text}, "action": {"buttons": buttons}})
    word = say("ui.choices", locale=prompt.locale, channel="", brand="")
    return _list(text, word if _units(word) <= MAX_BUTTON else "▾", _rows(prompt, shown[:MAX_ROWS]))


def _with_skip(prompt: Prompt) -> Sequence[Choice]:
    label = say("ui.skip", locale=prompt.locale, channel="", brand="")
    if not prompt.can_skip or label in {choice.label for choice in prompt.choices}:
        return prompt.choices
    return (*prompt.choices, Choice(key=SKIP_CHOICE, label=label))


def _rows(prompt: Prompt, choices: Sequence[Choice]) -> list[dict[str, str]]:
    return [{"id": tap_id(prompt, choice.key), "title": choice.label} for choice in choices]


def _list(text: str, button: str, rows: Sequence[Mapping[str, str]]) -> Part:
    action = {"button": button, "sections": [{"rows": list(rows)}]}
    return _interactive({"type": "list", "body": {"text": text}, "action": action})


def _interactive(interactive: Mapping[str, Any]) -> Part:
    return {"type": "interactive", "interactive": interactive}


def _template(use: TemplateUse) -> Part:
    """The call of an approved template: its values, and what its quick replies send back."""
    components: list[dict[str, Any]] = []
    for kind, is_above in (("header", True), ("body", False)):
        mine = [(name, value) for name, value in use.values.items() if (name in use.header) == is_above]
        if mine:
            components.append({"type": kind, "parameters": [_parameter(name, value) for name, value in mine]})
    for index, payload in enumerate(use.buttons, start=use.first_button):
        reply = [{"type": "payload", "payload": payload}]
        components.append({"type": "button", "sub_type": "quick_reply", "index": str(index), "parameters": reply})
    template: dict[str, Any] = {"name": use.name, "language": {"code": use.language}}
    return {"type": "template", "template": template | ({"components": components} if components else {})}


def _parameter(name: str, value: str) -> dict[str, str]:
    """A value in one line, for Meta refuses line feeds, tabs and long runs of spaces in it (132018)."""
    line = as_text(_SPACES.sub(" ", value), _MAX_PARAMETER) or "–"
    named = {} if name.isdigit() else {"parameter_name": name}
    return {"type": "text", **named, "text": line}
