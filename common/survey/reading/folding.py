"""Folding: every way to write a character becomes one way, and every folded character knows where it came from.

Digits of all scripts, full-width, circled and keycap digits become ASCII digits; letters lose case and, in the Latin,
Greek and Cyrillic scripts, their accents; dashes, quotes and separators become one of each. Invisible characters
(zero-width, direction marks, variation selectors, keycap enclosures, NUL, stray combining marks) disappear.

A vulgar fraction must be seen before compatibility folding turns "7½" into "71/2": it becomes the sign "½".
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import NamedTuple

import regex

MAX_READ = 4000
"""Characters that are read. A longer message is a comment; what follows is kept as the customer's words, not read."""

FRACTION = "½"

_ONE_TO_ONE: dict[str, str] = {
    **dict.fromkeys("‐‑‒–—―−－﹣﹘➖⁃", "-"),
    **dict.fromkeys("‘’‚‛ʼʹ`´′＇ʻ", "'"),
    **dict.fromkeys("“”„‟«»″＂", '"'),
    **dict.fromkeys("⁄∕／÷", "/"),
    **dict.fromkeys("，、،﹐⸴", "、"),  # never a decimal mark, so not the ASCII comma
    **dict.fromkeys("。．｡", "."),
    **dict.fromkeys("；؛;", ";"),
    **dict.fromkeys("？؟﹖", "?"),
    **dict.fromkeys("！﹗❗❕", "!"),
    **dict.fromkeys("﹕", ":"), "：": ":",
    **dict.fromkeys("～〜∼", "~"),
    **dict.fromkeys("％٪﹪", "%"),
    **dict.fromkeys("＋➕", "+"),
    **dict.fromkeys("\u2028\u2029\x0b\x0c\x85", "\n"),
    **dict.fromkeys("أإآٱ", "ا"),
    **dict.fromkeys("ىی", "ي"),
    **dict.fromkeys("ةۀہ", "ه"),
    "ک": "ك", "ؤ": "و", "ئ": "ي", "ـ": "", "ँ": "ं", "़": "",
    "क़": "क", "ख़": "ख", "ग़": "ग", "ज़": "ज", "ड़": "ड", "ढ़": "ढ", "फ़": "फ", "य़": "य",
    "ß": "ss", "ı": "i", "İ": "i", "ł": "l", "Ł": "l", "ø": "o", "Ø": "o", "đ": "d", "Đ": "d", "æ": "ae", "Æ": "ae",
    "й": "й", "Й": "й",  # another letter than и, not an accent on it
    "œ": "oe", "Œ": "oe", "ə": "e", "🔟": " 10", "٫": ".", "٬": ",", "\u00ad": "", "№": "#",
}  # fmt: skip
_REMEMBERED = 8192
_ACCENTS = frozenset({"Mn", "Me"})
_INVISIBLE = frozenset({"Cf", "Me"})
_UNREADABLE = frozenset({"Cs", "Co", "Cn"})


def _keeps_marks(char: str) -> bool:
    """Marks that are part of the spelling: Indic and Thai vowel signs, kana voicing, Hangul."""
    code = ord(char)
    combining = 0x1AB0 <= code <= 0x1AFF or 0x1DC0 <= code <= 0x1DFF or 0x20D0 <= code <= 0x20FF
    return not (combining or code < 0x0900 or code >= 0xFE00)


def _fold_number(char: str) -> str | None:
    """The ASCII digits of a number sign that is not a CJK ideograph; None if it is no number."""
    if unicodedata.category(char) not in {"Nd", "No", "Nl", "So"}:
        return None
    value = unicodedata.numeric(char, -1.0)
    if value < 0:
        return None
    return str(int(value)) if value.is_integer() else FRACTION


@lru_cache(maxsize=_REMEMBERED)
def _fold_char(char: str) -> str:
    known = _ONE_TO_ONE.get(char)
    if known is not None:
        return known
    category = unicodedata.category(char)
    if category == "Cc":
        return char if char == "\n" else " " if char in "\t\r" else ""
    if category in _INVISIBLE:
        return ""
    if category == "Mn":
        return char if _keeps_marks(char) else ""
    if category in _UNREADABLE:
        return " "
    number = _fold_number(char)
    if number is not None:
        return number
    if category[0] == "Z":
        return " "
    compatible = unicodedata.normalize("NFKC", char)
    if compatible != char:
        return "".join(_fold_char(part) for part in compatible)
    lowered = char.lower()
    code = ord(lowered[0])
    if code < 0x0530 or 0x1E00 <= code <= 0x1FFF:
        return "".join(c for c in unicodedata.normalize("NFD", lowered) if unicodedata.category(c) != "Mn")
    return lowered


class _Table(dict[int, str]):
    """What each character folds to, learned as characters come; for `str.translate`."""

    def __init__(self) -> None:
        self.resized: set[str] = set()
        """Characters that become none or several."""

    def __missing__(self, code: int) -> str:
        folded = _fold_char(chr(code))
        if len(folded) != 1:
            self.resized.add(chr(code))
        if len(self) < _REMEMBERED:
            self[code] = folded
        return folded


_table = _Table()


class Folded(NamedTuple):
    """`text` is what is matched; `own` is the message in composed form, of which `rest` is cut."""

    text: str
    own: str
    offsets: tuple[int, ...] | None
    """Position in `own` of each character of `text`; None if both have the same length."""

    def own_span(self, start: int, end: int) -> tuple[int, int]:
        """The slice of `own` that the slice `start:end` of `text` came from."""
        if self.offsets is None:
            return start, end
        first = self.offsets[start] if start < len(self.offsets) else len(self.own)
        last = self.offsets[end - 1] + 1 if 0 < end <= len(self.offsets) else 0
        return first, max(first, last)


_CONTROLS = regex.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


@lru_cache(maxsize=64)  # one message is read as a wish, a score, a correction and a choice
def fold(message: str) -> Folded:
    """Fold a message for matching. Reads at most MAX_READ characters. Never raises."""
    head = message[:MAX_READ]
    if head.isascii() and (head.isprintable() or not _CONTROLS.search(head)):
        return Folded(text=head.lower(), own=message, offsets=None)
    own = unicodedata.normalize("NFC", head)
    text = own.translate(_table)
    whole = own + message[MAX_READ:]
    if _table.resized.isdisjoint(own):
        return Folded(text=text, own=whole, offsets=None)
    offsets = tuple(position for position, char in enumerate(own) for _ in _fold_char(char))
    return Folded(text=text, own=whole, offsets=offsets)


def fold_text(text: str) -> str:
    """The folded characters alone, for word lists and labels."""
    return fold(text).text
