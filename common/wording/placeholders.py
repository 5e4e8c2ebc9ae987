"""The `{name}` language of wordings: an allowed name in braces is replaced, and that is all it can do.

There is no logic, no attribute, no format; a text is filled in one pass, and what is filled in is never looked at
again, so a customer who is called "{brand}" stays "{brand}". Python's own str.format must never see these texts: it
would follow attributes into the program.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

PLACEHOLDERS = frozenset({"brand", "name", "agent", "reference", "topic"})
"""The names that may stand in braces."""
MENU_PLACEHOLDERS = frozenset({"key"})
"""A telephone's, in the menu of languages; in other wordings nothing fills it."""
MAX_WORDING = 1000
"""Characters in one wording. A WhatsApp body holds 1,024, a text message 1,600 with its parts joined."""
MAX_VALUE = 80
"""Characters of a value that are filled in; names and topics are shorter, and a message must not be flooded."""

_PLACEHOLDER = re.compile(r"\{(" + "|".join(sorted(PLACEHOLDERS | MENU_PLACEHOLDERS)) + r")\}")
_JOINERS = "\u200c\u200d"
"""Zero-width characters that words of several scripts need; all other invisible ones are taken out of values."""
_PAUSE = " \t,،、，:;"
_END = ".!?:;。！？؟…"


def check_wording(text: str) -> None:
    """Raise ValueError, saying what is wrong, unless this may be saved as a wording."""
    if not text.strip():
        raise ValueError("a wording must not be empty")
    if len(text) > MAX_WORDING:
        raise ValueError(f"a wording has at most {MAX_WORDING} characters, this one has {len(text)}")
    for character in text:
        if unicodedata.category(character) in {"Cc", "Cs"} and character not in "\r\n":
            raise ValueError(f"a wording must not hold the control character U+{ord(character):04X}")
    stray = re.search(r"\{[^{}]*\}|[{}]", _PLACEHOLDER.sub("", text))
    if stray is not None:
        allowed = ", ".join(f"{{{name}}}" for name in sorted(PLACEHOLDERS))
        raise ValueError(f"{stray[0][:40]!r} is not a placeholder; there are {allowed}, and no other braces")


@lru_cache(maxsize=1024)
def placeholders_in(text: str) -> frozenset[str]:
    """The placeholders that this wording uses."""
    return frozenset(_PLACEHOLDER.findall(text))


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put the values in, in one pass. A placeholder without a value is left out together with the pause around it."""
    tidy = {name: clean_value(values.get(name, "")) for name in placeholders_in(text)}
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    pieces: list[str] = []
    position = 0
    for match in _PLACEHOLDER.finditer(text):
        pieces.append(text[position : match.start()])
        position = match.end()
        value = tidy[match[1]]
        if value:
            pieces.append(value)
        else:
            position = _leave_out(pieces, text, position)
    pieces.append(text[position:])
    return "".join(pieces).strip()


def clean_value(value: str) -> str:
    """A value on one line, without invisible characters that could turn the text around it, and not too long."""
    if value.isprintable():  # nothing in it is invisible
        return " ".join(value.split())[:MAX_VALUE].rstrip()
    visible = "".join(
        " " if character.isspace() else character
        for character in value
        if character.isspace() or character in _JOINERS or unicodedata.category(character) not in {"Cc", "Cf", "Cs"}
    )
    return " ".join(visible.split())[:MAX_VALUE].rstrip()


def _leave_out(pieces: list[str], text: str, position: int) -> int:
    """Close the gap that an empty value leaves; gives the position from which the text goes on.

    "Hi {name}, how" becomes "Hi, how"; "Thanks, {name}!" becomes "Thanks!"; "{name}, how" becomes "How".
    """
    before = "".join(pieces).rstrip(" \t")
    rest = text[position:]
    if not before or before.endswith("\n"):
        skipped = len(rest) - len(rest.lstrip(_PAUSE + "!！"))
        first = rest[skipped : skipped + 1].replace("{", "")  # a brace begins the next placeholder
        pieces[:] = [before, first.upper()]
        return position + skipped + len(first)
    if not rest.strip() or rest[0] in _END:
        before = before.rstrip(_PAUSE)
    pieces[:] = [before]
    return position
