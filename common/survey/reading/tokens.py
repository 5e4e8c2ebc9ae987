"""A folded message as tokens, and the numbers among them by their shape.

A number token is a run of digits with the marks that join digits: "9", "9/10", "7.5", "9:30", "12-05-2024". Its shape
says what it is before any word is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import regex

from common.survey.reading.folding import FRACTION
from common.survey.reading.tables import BIG, FRAME, NOUN, Tables

if TYPE_CHECKING:
    from common.survey.reading.neighbours import Side


class Shape(IntEnum):
    """What a number's own form says."""

    WHOLE = 0
    OUT_OF_TEN = 1
    FRACTION = 2
    """A fraction, a decimal, another denominator."""
    RANGE = 3
    TIME = 4
    DATE = 5
    OTHER = 6
    """An address, a version, digits glued to letters."""
    WORD = 7
    FRAMED_WORD = 8
    ALONE_WORD = 9
    BIG_WORD = 10


_ABOVE_TEN = 12
_ORDINAL_O = frozenset({"pt", "es", "it", "fr"})
_LONGEST_WORD = 5
_PUNCTUATION = frozenset(",.!?;:")

WORD_SHAPES = (Shape.ALONE_WORD, Shape.FRAMED_WORD, Shape.WORD, Shape.BIG_WORD)
"""By strength (see tables.py)."""


@dataclass(slots=True)
class Token:
    """One token of the folded message."""

    text: str
    start: int
    end: int
    kind: str | None
    """"number", "numeral", "word"; None for a sign."""
    masked: bool = False


class Tokens(list[Token]):
    """The tokens of a message, and what was found out about their surroundings so far (see neighbours.py)."""

    def __init__(self, tokens: Iterable[Token] = ()) -> None:
        super().__init__(tokens)
        self.sides: dict[int, Side] = {}
        self.doubts: frozenset[int] | None = None
        """See doubts.py; None until it was asked for."""


@dataclass(slots=True)
class Number:
    """A number in the message: tokens `first` to `last`, both included."""

    first: int
    last: int
    value: int
    shape: Shape
    second: int = -1
    """The other end of a range."""


def tokenise(text: str, language: Tables) -> Tokens:
    """The tokens of a folded text, in order."""
    if language.inline:
        return Tokens(_matched(text, 0, len(text), language))
    tokens = Tokens()
    add, at = tokens.append, 0
    for part in text.split(" "):  # no token holds a space, and most of what stands between spaces is a word
        end = at + len(part)
        if part.isalpha():
            add(Token(part, at, end, "word"))
        elif part:
            body = part[:-1] if part[-1] in _PUNCTUATION else part
            kind = "word" if body.isalpha() else "number" if body.isascii() and body.isdigit() else None
            if kind is None:
                tokens += _matched(text, at, end, language)
            else:
                middle = at + len(body)
                add(Token(body, at, middle, kind))
                if middle < end:
                    add(Token(part[-1], middle, end, None))
        at = end + 1
    return tokens


def _matched(text: str, start: int, end: int, language: Tables) -> list[Token]:
    return [Token(m[0], m.start(), m.end(), m.lastgroup) for m in language.tokens.finditer(text, start, end)]


def whole_value(digits: str) -> int:
    """The value of a run of digits; -1 for one with idle leading zeros ("00", "010"). "07" is 7."""
    if len(digits) > 1 and digits[0] == "0":
        return int(digits) if len(digits) == 2 and digits != "00" else -1
    return int(digits) if len(digits) < 7 else 9_999_999


def shape_of(text: str) -> tuple[Shape, int]:
    """The shape of a number token and its value (that of the first part; -1 if it has none)."""
    if text.isdigit():
        return Shape.WHOLE, whole_value(text)
    if text.endswith("/10") and len(text) > len("9/10"):
        shape, value = shape_of(text[:-3])
        if shape is Shape.WHOLE:
            return Shape.OUT_OF_TEN, value  # "8.0/10"
    marks = {char for char in text if not char.isdigit()}
    parts = regex.split(r"[^0-9]", text)
    first = whole_value(parts[0])
    if len(parts) > 2 or len(marks) > 1:
        dated = len(parts) == 3 and all(len(part) <= 4 for part in parts)
        return (Shape.DATE if dated else Shape.OTHER), -1
    mark = marks.pop()
    if mark == "/" and len(parts[1]) == 2 and "0" in (parts[0][0], parts[1][0]) and parts[0] != "0":
        return Shape.DATE, -1  # "12/05"
    if mark == "/":
        return (Shape.OUT_OF_TEN if parts[1] == "10" else Shape.FRACTION), first
    if mark == ":":
        return Shape.TIME, -1
    if mark == "-":
        return Shape.RANGE, first
    if parts[1] == "0" and len(parts[0]) <= 2:
        return Shape.WHOLE, first  # "9.0" is 9 exactly
    return Shape.FRACTION, -1


def numbers_in(tokens: list[Token], language: Tables, own: str, aligned: bool) -> list[Number]:
    """All numbers of a message, digits and words. `own` decides accents where `aligned` with the folded text."""
    found: list[Number] = []
    words, spaced = language.words, language.spaced
    for index, token in enumerate(tokens):
        if spaced and token.text not in words and token.kind == "word":
            continue
        if token.kind == "number":
            if token.text == "1" and _typed_for_nought(tokens[index : index + 2], language, own, aligned):
                found.append(Number(index, index + 1, 10, Shape.WHOLE))
                continue
            shape, value = shape_of(token.text)
            second = whole_value(token.text.partition("-")[2]) if shape is Shape.RANGE else -1
            found.append(Number(index, index, value, shape, second))
        elif token.kind is not None and token.text in words:
            value, strength = words[token.text]
            shape = WORD_SHAPES[strength]
            if aligned and language.accented and own[token.start : token.end].lower() in language.accented:
                shape, value = Shape.WORD, language.accented[own[token.start : token.end].lower()]
            found.append(Number(index, index, value, shape))
        elif token.kind == "numeral":
            found.append(Number(index, index, _ABOVE_TEN, Shape.WORD))  # 二十, 十五
        elif token.kind == "word" and not language.spaced and (word := _word_with_ending(token.text, language)):
            found.append(Number(index, index, words[word][0], WORD_SHAPES[words[word][1]]))
        elif token.text == FRACTION:
            found.append(Number(index, index, -1, Shape.FRACTION))
    return _joined_big(found, tokens)


def _typed_for_nought(pair: list[Token], language: Tables, own: str, aligned: bool) -> bool:
    """The letter O beside its neighbour nought: "1O". Where "1o" is the ordinal 1º, only a capital counts."""
    if len(pair) < 2 or pair[1].text != "o" or pair[1].start != pair[0].end or not aligned:
        return False
    written = own[pair[1].start]
    return written == "O" or (written == "o" and language.code not in _ORDINAL_O)


def _word_with_ending(run: str, language: Tables) -> str | None:
    """The number word of a run such as "ゼロです" or "팔이요": a word and nothing but an ending that says nothing."""
    for size in range(1, min(len(run), _LONGEST_WORD + 1)):
        known = language.words.get(run[:size])
        ending = run[size:]
        silent = language.after.get(ending, 0) & (FRAME | NOUN) or ending in language.filler
        if known is not None and known[1] != BIG and silent:
            return run[:size]
    return None


def _joined_big(found: list[Number], tokens: list[Token]) -> list[Number]:
    """ "twenty nine" and "nine hundred" are one number above ten, and so is Turkish "on iki" (ten two)."""
    joined: list[Number] = []
    for number in found:
        previous = joined[-1] if joined else None
        if previous is None or not _one_number(previous, number, tokens):
            joined.append(number)
        else:
            previous.last, previous.shape, previous.value = number.last, Shape.BIG_WORD, _ABOVE_TEN
    return joined


def _one_number(left: Number, right: Number, tokens: list[Token]) -> bool:
    between = tokens[left.last + 1 : right.first]
    if left.shape is Shape.BIG_WORD or right.shape is Shape.BIG_WORD:
        return not between or (len(between) == 1 and between[0].text == "-")
    if between or left.value != 10 or not 0 < right.value < 10:
        return False
    return left.shape in WORD_SHAPES and right.shape in WORD_SHAPES
