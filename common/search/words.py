"""Words to find a text by, and the words of a question: folded in one way, so that spelling and script do not matter.

Capitals, accents, vowel points, full-width letters and digits of any script make no difference. Scripts without spaces
between words (Chinese, Japanese, Thai …) are cut into overlapping pairs of characters. A question finds every text that
has, for each of its words, a word that begins with it; digits also find the telephone number that ends with them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

import regex

MAX_WORD = 48
"""Characters of a word that are kept; what is longer was not written to be searched for."""
MAX_TEXT = 4_000
"""Characters of a message that are read."""
MAX_QUESTION = 200
MAX_TERMS = 8
LEAST_DIGITS = 3
"""Digits that are taken for the end of a telephone number."""

_WORD = regex.compile(r"[\p{L}\p{N}\p{M}]+")
_LEFT_OUT = regex.compile(r"[\p{Mn}\p{Me}\p{Cf}]")
_FOREIGN_DIGIT = regex.compile(r"(?V1)[\p{Nd}--[0-9]]")
_ID = regex.compile(r"[\p{L}\p{N}\p{M}]+(?:[-_][\p{L}\p{N}\p{M}]+)+")
"""An id such as `c-991`: with a digit in it, it is one word beside its parts."""
_UNSPACED = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}]"
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}\p{M}ー]*"
)
_NUMBER = regex.compile(r"[+(]?[\d][\d\s()./+\-]*")
_ALIKE = str.maketrans(
    {**dict.fromkeys("ٱ", "ا"), **dict.fromkeys("ىی", "ي"), "ة": "ه", "ک": "ك", "ـ": "", "ı": "i", "ł": "l", "ø": "o"}
    | {"đ": "d", "æ": "ae", "œ": "oe", "ə": "e"}
)
_PHONE = "#"
"""Begins the word that holds a telephone number from its end to its beginning; no folded word has it."""


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a question: the beginnings of which a text must have at least one."""

    beginnings: tuple[str, ...]


def fold(text: str) -> str:
    """The text without what people leave out when they search: case, accents, points, forms of letters and digits."""
    plain = text.casefold()
    if plain.isascii():
        return plain
    plain = _LEFT_OUT.sub("", unicodedata.normalize("NFKD", plain)).casefold()
    folded: str = _FOREIGN_DIGIT.sub(lambda match: _digit(match[0]), plain)
    return folded.translate(_ALIKE)


def _digit(char: str) -> str:
    value = unicodedata.digit(char, None)
    return char if value is None else str(value)


def words_in(text: str) -> set[str]:
    """The folded words of a text."""
    found: set[str] = set()
    folded = fold(text[:MAX_TEXT])
    for word in _WORD.findall(folded):
        found.update(_parts(word))
    found.update(each[:MAX_WORD] for each in _ids_in(folded))
    return found


def _ids_in(folded: str) -> list[str]:
    return [each for each in _ID.findall(folded) if any(char.isdigit() for char in each)]


def words_of_phone(address: str) -> set[str]:
    """The word by which the end of a telephone number finds it; nothing for any other kind of address."""
    digits = "".join(_digit(char) for char in address if char.isdigit())
    return {_PHONE + digits[::-1][: MAX_WORD - 1]} if address.startswith("+") and digits else set()


def terms_of(question: str) -> list[Term]:
    """What a text must have to be found. Empty for a question without any letter or digit."""
    asked = question[:MAX_QUESTION].strip()
    if _NUMBER.fullmatch(asked):
        digits = "".join(_digit(char) for char in asked if char.isdigit())
        if len(digits) >= LEAST_DIGITS:
            plain = tuple(dict.fromkeys(_WORD.findall(fold(asked))))
            whole = (plain[0][:MAX_WORD],) if len(plain) == 1 else ()
            # A national number begins with a nought that the international one does not have.
            return [Term((_PHONE + digits.lstrip("0")[::-1][: MAX_WORD - 1], *whole))]
    found: dict[str, Term] = {}
    folded = fold(asked)
    for whole_id in _ids_in(folded):
        found[whole_id] = Term((whole_id[:MAX_WORD],))
        folded = folded.replace(whole_id, " ", 1)
    for word in _WORD.findall(folded):
        for part in _asked_parts(word):
            ends = (_PHONE + part[::-1],) if part.isdigit() and len(part) >= LEAST_DIGITS else ()
            found[part] = Term((part, *ends))
    return list(found.values())[:MAX_TERMS]


def is_found(question: Iterable[Term], words: Iterable[str]) -> bool:
    """Whether these words answer the question, as the database would say."""
    known = list(words)
    return all(any(word.startswith(term.beginnings) for word in known) for term in question)


def _parts(word: str) -> Iterable[str]:
    """A word as it is stored. The last character of a run without spaces stands alone, too, so that it is found."""
    if not _UNSPACED.search(word):
        return [word[:MAX_WORD]]
    parts: list[str] = []
    for run in _runs(word):
        if _UNSPACED.match(run):
            parts += [run[place : place + 2] for place in range(len(run))]
        else:
            parts.append(run[:MAX_WORD])
    return parts


def _asked_parts(word: str) -> Iterable[str]:
    if not _UNSPACED.search(word):
        return [word[:MAX_WORD]]
    parts: list[str] = []
    for run in _runs(word):
        if _UNSPACED.match(run) and len(run) > 1:
            parts += [run[place : place + 2] for place in range(len(run) - 1)]
        else:
            parts.append(run[:MAX_WORD])
    return parts


def _runs(word: str) -> list[str]:
    """A word cut where a script with spaces meets one without."""
    cut: list[str] = []
    place = 0
    for match in _UNSPACED.finditer(word):
        if match.start() > place:
            cut.append(word[place : match.start()])
        cut.append(match[0])
        place = match.end()
    return [*cut, word[place:]] if place < len(word) else cut


def marked(text: str, question: Iterable[Term], width: int = 160) -> list[tuple[str, bool]]:
    """The text in pieces, those that answer the question marked; cut to about `width` characters around the first."""
    beginnings = [each for term in question for each in term.beginnings]
    flat = " ".join(text[:MAX_TEXT].split())
    folded = fold(flat)
    if not any(each in folded for each in beginnings):
        return []
    hits = [
        match.span()
        for match in _WORD.finditer(flat)
        if any(each in fold(match[0]) for each in beginnings) and _answers(match[0], beginnings)
    ]
    if not hits:
        return []
    begin = max(0, hits[0][0] - width // 3)
    if begin:
        begin = flat.rfind(" ", 0, begin) + 1
    end = begin + width
    pieces: list[tuple[str, bool]] = [("… ", False)] if begin else []
    place = begin
    for first, behind in hits:
        if first >= end:
            break
        pieces += [(flat[place:first], False), (flat[first:behind], True)]
        place = behind
    rest = flat[place : max(end, place)]
    pieces.append((rest + (" …" if len(flat) > max(end, place) else ""), False))
    return [(piece, is_hit) for piece, is_hit in pieces if piece]


def _answers(word: str, beginnings: Iterable[str]) -> bool:
    known = words_in(word)
    return any(part.startswith(each) for part in known for each in beginnings)
