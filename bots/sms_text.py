"""Text as SMS can carry it: no control characters, and no longer than Twilio takes."""

from __future__ import annotations

import unicodedata

import regex

MAX_TEXT = 1_600
"""Characters that Twilio takes in one Body; counted in UTF-16 units, the most that this could mean."""

_MORE = "..."  # three full stops: the one character for them would turn a GSM-7 text into UCS-2


def as_sms(text: str) -> str:
    """`text` without control characters other than the line feed and without halves of surrogate pairs, cut to fit."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    kept = (char for char in lines if char == "\n" or unicodedata.category(char) not in {"Cc", "Cs"})
    return _fit("".join(kept).strip())


def _fit(text: str) -> str:
    """The longest beginning that Twilio takes, never cut inside what a reader sees as one character."""
    if _units(text) <= MAX_TEXT:
        return text
    kept, room = [], MAX_TEXT - len(_MORE)
    for cluster in regex.findall(r"\X", text):
        room -= _units(cluster)
        if room < 0:
            break
        kept.append(cluster)
    return "".join(kept).rstrip() + _MORE


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
