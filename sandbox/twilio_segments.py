"""How many SMS a text takes: GSM 03.38 (160, or 153 a part) and UCS-2 (70, or 67 a part).

A character outside the GSM alphabet turns the whole text into UCS-2, counted in UTF-16 units. A character that takes
two places (GSM extension, or a surrogate pair) is never cut in two between parts.
"""

from __future__ import annotations

GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENDED = frozenset("^{}\\[~]|€\f")  # an escape and a character: two places


def count_segments(text: str) -> int:
    """Number of parts the text is sent in; 0 for an empty one."""
    if not text:
        return 0
    if all(char in GSM_BASIC or char in GSM_EXTENDED for char in text):
        return _parts([2 if char in GSM_EXTENDED else 1 for char in text], single=160, multiple=153)
    return _parts([2 if ord(char) > 0xFFFF else 1 for char in text], single=70, multiple=67)


def _parts(sizes: list[int], *, single: int, multiple: int) -> int:
    if sum(sizes) <= single:
        return 1
    parts, used = 1, 0
    for size in sizes:
        if used + size > multiple:
            parts, used = parts + 1, 0
        used += size
    return parts
