"""What Meta checks of a template before anybody reads it. A refusal has code 100, a subcode, and words for a person."""

from __future__ import annotations

import re
from typing import Any

from sandbox.graph_errors import GraphError

_VARIABLE = re.compile(r"\{\{([^{}]*)\}\}")
_NAMED = re.compile(r"[a-z][a-z0-9_]*")
_LIMITS = {"BODY": (1_024, 2388072), "HEADER": (60, 2388047), "FOOTER": (60, 2388073)}
_BUTTONS = {"QUICK_REPLY", "URL", "PHONE_NUMBER", "FLOW", "COPY_CODE", "OTP", "REQUEST_CONTACT_INFO"}
_WORDS_PER_VARIABLE = 2


def refuse(subcode: int, title: str, words: str) -> GraphError:
    return GraphError(100, "Invalid parameter", subcode=subcode, title=title, words=words)


def check_components(components: Any, *, named: bool) -> None:
    """Raises GraphError for the first thing that Meta would refuse at once."""
    if not isinstance(components, list) or not all(isinstance(part, dict) for part in components):
        raise refuse(2388042, "Invalid parameter", "components must be an array of objects.")
    kinds = [part.get("type") for part in components]
    if kinds.count("BODY") != 1 or any(kinds.count(kind) > 1 for kind in kinds):
        raise refuse(2388042, "Invalid components", "A template has one body, and every other part at most once.")
    for part in components:
        kind = part.get("type")
        if kind == "BUTTONS":
            _check_buttons(part.get("buttons"))
        elif kind in _LIMITS:
            _check_text(kind, part, named=named)
        else:
            raise refuse(2388042, "Invalid components", f"Unknown component {kind!r}.")


def _check_text(kind: str, part: dict[str, Any], *, named: bool) -> None:
    if kind == "HEADER" and part.get("format", "TEXT") != "TEXT":
        return
    text = part.get("text")
    longest, subcode = _LIMITS[kind]
    if not isinstance(text, str) or not text.strip():
        raise refuse(subcode, "Missing text", f"The {kind.lower()} has no text.")
    if len(text) > longest:
        raise refuse(2388040, "Too long", f"The {kind.lower()} has more than {longest} characters.")
    names = _VARIABLE.findall(text)
    if kind == "FOOTER" and names:
        raise refuse(2388073, "Variables in the footer", "A footer has no variables.")
    if not names:
        return
    _check_places(text, names)
    _check_names(names, named=named)
    _check_examples(kind, part, names, named=named)


def _check_places(text: str, names: list[str]) -> None:
    if text.strip().startswith("{{") or (re.search(r"\}\}\W*$", text.strip()) and text.strip().endswith("}}")):
        words = "Variables can't be at the start or end of the template."
        raise refuse(2388299, "Leading or trailing variables", words)
    if re.search(r"\}\}\s*\{\{", text):
        raise refuse(2388299, "Adjacent variables", "Variables can't stand next to each other.")
    words_around = len(_VARIABLE.sub(" ", text).split())
    if words_around < _WORDS_PER_VARIABLE * len(names) + 1:
        raise refuse(2388293, "Too many variables", "This template has too many variables for its length.")


def _check_names(names: list[str], *, named: bool) -> None:
    if named:
        if not all(_NAMED.fullmatch(name) for name in names) or len(set(names)) < len(names):
            words = "Names of variables have lowercase letters, digits and underscores, and are unique."
            raise refuse(2388043, "Invalid variables", words)
    elif names != [str(number) for number in range(1, len(names) + 1)]:
        raise refuse(2388043, "Invalid variables", "Variables are numbered from {{1}} without gaps.")


def _check_examples(kind: str, part: dict[str, Any], names: list[str], *, named: bool) -> None:
    example = part.get("example")
    example = example if isinstance(example, dict) else {}
    stem = kind.lower()
    if named:
        rows = example.get(f"{stem}_text_named_params")
        given = (
            [str(row.get("param_name")) for row in rows if isinstance(row, dict) and row.get("example")] if rows else []
        )
        is_right = sorted(given) == sorted(names)
    else:
        rows = example.get(f"{stem}_text")
        row = rows[0] if kind == "BODY" and isinstance(rows, list) and rows else rows
        is_right = isinstance(row, list) and len(row) == len(names) and all(row)
    if not is_right:
        raise refuse(2388043, "Missing examples", f"The {stem} needs an example for every variable.")


def _check_buttons(buttons: Any) -> None:
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 10:
        raise refuse(2388042, "Invalid buttons", "A template has one to ten buttons.")
    for button in buttons:
        if not isinstance(button, dict) or button.get("type") not in _BUTTONS:
            raise refuse(2388042, "Invalid buttons", f"Unknown button {button!r}.")
        text = button.get("text")
        if not isinstance(text, str) or not 0 < len(text) <= 25 or _VARIABLE.search(text):
            raise refuse(2388042, "Invalid buttons", "A button has 1 to 25 characters and no variables.")
