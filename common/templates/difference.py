"""What changed between two versions of a template, line by line, for people to read."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from common.templates.template import Template


class Change(StrEnum):
    """What happened to a line."""

    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a comparison."""

    change: Change
    text: str


_SIGNS = {"  ": Change.KEPT, "+ ": Change.ADDED, "- ": Change.REMOVED}


def compare(old: Template, new: Template) -> list[Line]:
    """The lines of both, in order. Without any change, all lines are kept."""
    lines = difflib.ndiff(_lines(old), _lines(new))
    return [Line(change=_SIGNS[line[:2]], text=line[2:]) for line in lines if line[:2] in _SIGNS]


def _lines(template: Template) -> Sequence[str]:
    shown = [f"Category: {template.category.value}"]
    for title, text in (("Header", template.header), ("Body", template.body), ("Footer", template.footer)):
        if text:
            shown += [f"{title}: {line}" if number == 0 else line for number, line in enumerate(text.splitlines())]
    shown += [f"Button: {each.get('text', '')}" for each in template.buttons]
    return shown
