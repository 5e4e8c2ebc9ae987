"""A survey as a WhatsApp Flow: the JSON that Meta is asked to publish, made from the survey's own words.

It is static: one screen that ends the Flow and needs no endpoint of ours, so nothing of it can be throttled or blocked
for our slowness, and no key is exchanged. What is sent back is what the customer entered, and the token of the message
that showed it.

Sources: "Flow JSON" for screens, actions and versions, "Components" for the limits (a label of a radio group 30
characters and at most 20 options of 30, a text area's label 20 and its helper 80, a footer's 35, a subheading 80, a
caption 409, a body 4,096, 50 components on a screen).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import regex

from common.prompts import aspect_choices
from common.survey.questions import ASPECT, REASON, SCORE
from common.surveys import SurveyDefinition
from common.wording import say

FLOW_VERSION = "7.3"
"""Of Flow JSON. Nothing here is newer than 4.0; a version that Meta retires cannot be published any more."""
FIRST_SCREEN = "SURVEY"
"""The id of the only screen: letters and underscores; SUCCESS is Meta's own."""
LONGEST_REASON = 600
_TITLE, _LABEL, _OPTION, _AREA, _FOOTER, _DETAIL = 30, 30, 30, 20, 35, 300
_WITH_CONTROLS = "webchat"
"""The wording of a channel on which the question is answered by a control, and not with a typed number."""

Part = dict[str, Any]


def flow_json(definition: SurveyDefinition, locale: str) -> Part:
    """The Flow that asks `definition` in `locale`. The same survey and language make the same JSON."""
    asked = [question.key for question in definition.survey.questions]
    parts = [_PARTS[key](definition, locale) for key in asked]
    payload = {key: f"${{form.{key}}}" for key in asked}
    send = {"name": "complete", "payload": payload}
    footer = {"type": "Footer", "label": _short(definition, locale, "ui.send", _FOOTER), "on-click-action": send}
    children = [child for part in parts for child in part]
    screen = {
        "id": FIRST_SCREEN,
        "title": _short(definition, locale, "ui.feedback", _TITLE),
        "terminal": True,
        "success": True,
        "layout": {"type": "SingleColumnLayout", "children": [*children, footer]},
    }
    return {"version": FLOW_VERSION, "screens": [screen]}


def flow_name(definition: SurveyDefinition, locale: str, now: datetime) -> str:
    """What it is called at Meta, where a name is used once in an account."""
    return f"zeroten_{definition.key}_{locale}_v{definition.version}_{now:%Y%m%d_%H%M%S}".replace("-", "_").lower()


def _score(definition: SurveyDefinition, locale: str) -> Sequence[Part]:
    options = [{"id": str(score), "title": str(score)} for score in range(11)]
    return (
        {"type": "TextBody", "text": _words(definition, locale, SCORE)},
        {"type": "TextCaption", "text": _words(definition, locale, "scale.hint")},
        {
            "type": "RadioButtonsGroup",
            "name": SCORE,
            "label": _short(definition, locale, "ui.scale", _LABEL, instead="0–10"),
            "required": True,
            "data-source": options,
        },
    )


def _reason(definition: SurveyDefinition, locale: str) -> Sequence[Part]:
    return (
        {"type": "TextBody", "text": _words(definition, locale, REASON)},
        {
            "type": "TextArea",
            "name": REASON,
            "label": _short(definition, locale, "ui.answer", _AREA),
            "required": False,
            "max-length": LONGEST_REASON,
        },
    )


def _aspect(definition: SurveyDefinition, locale: str) -> Sequence[Part]:
    options = [_option(choice.key, choice.label) for choice in aspect_choices(definition, locale)]
    return (
        {"type": "TextBody", "text": _words(definition, locale, ASPECT)},
        {
            "type": "RadioButtonsGroup",
            "name": ASPECT,
            "label": _short(definition, locale, "ui.choices", _LABEL),
            "required": False,
            "data-source": options,
        },
    )


_PARTS = {SCORE: _score, REASON: _reason, ASPECT: _aspect}


def _option(key: str, label: str) -> Mapping[str, str]:
    """A choice; one that is longer than a title has room stands in full below it."""
    short = _cut(label, _OPTION)
    return (
        {"id": key, "title": short} if short == label else {"id": key, "title": short, "description": label[:_DETAIL]}
    )


def _words(definition: SurveyDefinition, locale: str, key: str) -> str:
    """What the survey says; nothing in it can be taken for one of Meta's references to a field."""
    text = say(key, locale=locale, channel=_WITH_CONTROLS, brand=definition.brand, overrides=definition.wording)
    return text.replace("${", "$ {")


def _short(definition: SurveyDefinition, locale: str, key: str, limit: int, instead: str | None = None) -> str:
    """Words of a control; where they are too long, `instead` or their beginning."""
    words = _words(definition, locale, key)
    return words if _length(words) <= limit else instead or _cut(words, limit)


def _cut(text: str, limit: int) -> str:
    """As much as there is room for, never cut inside what a reader sees as one character."""
    if _length(text) <= limit:
        return text
    kept, room = [], limit - 1
    for cluster in regex.findall(r"\X", text):
        room -= _length(cluster)
        if room < 0:
            break
        kept.append(cluster)
    return "".join(kept).rstrip() + "…"


def _length(text: str) -> int:
    """UTF-16 units, the most that Meta's "characters" can mean."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
