"""Templates for the tests, a correct one with one thing changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from common.templates.approval import Category
from common.templates.template import Template

BODY = (
    "Hello! This is about your contact with {{brand}} on {{date}} today. How likely are you to recommend us, 0 to 10?"
)


def body(text: str, **samples: str) -> dict[str, Any]:
    """A body whose named variables have these examples."""
    given = [{"param_name": name, "example": value} for name, value in samples.items()]
    return {"type": "BODY", "text": text, "example": {"body_text_named_params": given}}


def numbered(text: str, *samples: str) -> dict[str, Any]:
    """A body whose variables are counted."""
    return {"type": "BODY", "text": text, "example": {"body_text": [list(samples)]}}


def draft(*components: Mapping[str, Any], **fields: Any) -> Template:
    """A correct template, but for what is given."""
    parts = list(components)
    if not any(part.get("type") == "BODY" for part in parts):
        parts.append(body(BODY, brand="Acme", date="1 May"))
    given: dict[str, Any] = {"name": "ask_again", "language": "en", "category": Category.UTILITY}
    return Template(**given | fields | {"components": parts})


def replies(*labels: str, kind: str = "QUICK_REPLY") -> dict[str, Any]:
    """A row of buttons."""
    return {"type": "BUTTONS", "buttons": [{"type": kind, "text": label} for label in labels]}
