"""How many parts a text message becomes, which is what it costs.

GSM 03.38: a message in the 7-bit alphabet holds 160 septets, or 153 in each part when it needs several; ten characters
are in an extension table and take two septets. Any other character makes the whole message UCS-2: 70 units of 16 bits,
or 67 in each part. Neither an extended character nor a surrogate pair is ever cut in two (3GPP TS 23.038 and 23.040).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")


class Encoding(StrEnum):
    """The alphabet of a text message."""

    GSM_7 = "GSM-7"
    UCS_2 = "UCS-2"


_SINGLE = {Encoding.GSM_7: 160, Encoding.UCS_2: 70}
_EACH_OF_SEVERAL = {Encoding.GSM_7: 153, Encoding.UCS_2: 67}


@dataclass(frozen=True, slots=True, kw_only=True)
class Segments:
    """The size of a text message. units: septets (GSM-7) or 16-bit units (UCS-2). parts: what is billed."""

    encoding: Encoding
    units: int
    parts: int


def sms_segments(text: str) -> Segments:
    """The alphabet, size and number of parts of a text message; no text has no parts."""
    if all(character in _BASIC or character in _EXTENDED for character in text):
        encoding = Encoding.GSM_7
        widths = [2 if character in _EXTENDED else 1 for character in text]
    else:
        encoding = Encoding.UCS_2
        widths = [2 if ord(character) > 0xFFFF else 1 for character in text]
    units = sum(widths)
    if units <= _SINGLE[encoding]:
        return Segments(encoding=encoding, units=units, parts=1 if units else 0)
    return Segments(encoding=encoding, units=units, parts=_packed(widths, _EACH_OF_SEVERAL[encoding]))


def _packed(widths: Iterable[int], room: int) -> int:
    """How many parts are filled one after the other, no character being cut."""
    parts, left = 1, room
    for width in widths:
        if width > left:
            parts, left = parts + 1, room
        left -= width
    return parts
