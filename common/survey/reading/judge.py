"""One number of a message: a score, an attempt at one that cannot be taken, or something else altogether.

A number is never taken because it fits. It is taken when it stands where an answer stands (alone, at either end, set
off by a sign, or in a frame such as "I would give you a 9") and nothing beside it says that it counts, names, bounds,
denies or divides something.
"""

from __future__ import annotations

from enum import IntEnum

import regex

from common.survey.reading.neighbours import Side, after, before
from common.survey.reading.tables import (
    BOUND,
    CLOSED,
    FOLLOW,
    FRAME,
    GRADE,
    HALF,
    MONEY,
    MONTH,
    NEG,
    NOUN,
    PERCENT,
    RANK,
    REF,
    STARS,
    TEN_AFTER,
    TIME,
    UNIT,
    VOID,
    Tables,
)
from common.survey.reading.tokens import Number, Shape, Token, Tokens


class Verdict(IntEnum):
    """What one number is."""

    TAKEN = 0
    """Stands where a score stands. Its value may still be above ten."""
    REFUSED = 1
    """An attempt that cannot be taken: bounded, denied, a fraction, a range, below zero."""
    OTHER_SCALE = 2
    """Stars or a percentage: an attempt, unless a plain score stands beside it."""
    FAINT = 3
    """In the middle of words that explain nothing about it."""
    BARE = 4
    """A time, date, price or code: no score, but asked again when it is all there is."""
    COUNTS = 5
    """Counts or names something: weeks, people, a room."""


_MONEY_SIGNS = frozenset("$€£¥₹₽₺₩฿₴₫₪")
STAR_SIGNS = frozenset("★☆⭐🌟✩✪⋆✯")
_BOUND_SIGNS = frozenset("<>≤≥⩽⩾≦≧±")
_SET_PHRASES = frozenset({"24/7", "7/7", "24/24", "50/50", "9/11", "7/24"})
_JOINING_SCRIPT = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Devanagari}\p{Lao}\p{Khmer}\p{Bengali}]"
)
_DOTTED_ORDINALS = frozenset({"de", "pl", "tr"})
_OPENING = frozenset("([{\"'*_=:")
_NO_SCALE = 100
"""Above this an unexplained number is no attempt at a score."""
_LAST_OF_A_RANGE = 11
"""A range beyond it is a time or a count: "from 9 to 17"."""
_COPULAS = frozenset({"is", "was", "ist", "war", "est", "es", "e", "jest"})
_YEARS = range(1900, 2100)


def judge(number: Number, tokens: Tokens, language: Tables) -> tuple[Verdict, Side, Side]:
    """The verdict on one number, and what stands on either side of it."""
    left = before(tokens, number.first, language)
    right = after(tokens, number.last, language)
    verdict = _by_sign_before(number, tokens, language)
    if verdict is None:
        verdict = _by_sign_after(number, tokens, language)
    if verdict is None:
        verdict = _by_shape(number, tokens, right)
    if verdict is None:
        verdict = _by_company(number, tokens, language, left, right)
    if verdict is None:
        verdict = _by_place(number, language, left, right)
    return verdict, left, right


def _by_sign_before(number: Number, tokens: Tokens, language: Tables) -> Verdict | None:
    previous = tokens[number.first - 1] if number.first else None
    if previous is None:
        return None
    if previous.kind is not None:
        glued = previous.end == tokens[number.first].start
        return _glued_word_before(previous, tokens[number.first], language) if glued else None
    sign = previous.text
    if sign == ">" and number.first > 1 and tokens[number.first - 2].text in "-=>":
        return None  # "=> 7" points at it
    if sign in _BOUND_SIGNS:
        return Verdict.COUNTS if sign == "<" and number.value == 3 else Verdict.REFUSED  # "<3" is a heart
    if sign in _MONEY_SIGNS or sign in {"@", "°"}:
        return Verdict.BARE
    if sign == "%" or (sign in STAR_SIGNS and number.value <= 5):
        return Verdict.OTHER_SCALE
    if sign == "#":
        return Verdict.COUNTS if number.value == 1 else Verdict.BARE
    if previous.end != tokens[number.first].start:
        return None
    apart = _stands_apart(tokens, number.first)
    if sign == "+" or (sign in "-." and apart):
        return Verdict.REFUSED
    if sign in "-.*=" and not apart and _is_code(tokens[number.first - 2], sign, language):
        return Verdict.COUNTS
    if sign == ":" and apart and number.value in {0, 3} and not _is_frame(tokens[: number.first - 1], language):
        return Verdict.COUNTS  # ":3" is a face, "score :3" is not
    return None


def _stands_apart(tokens: Tokens, first: int) -> bool:
    """Whether the sign before token `first` joins nothing: "-7" and "(-7)", but not "9-7" nor "...7"."""
    if first < 2 or tokens[first - 2].end != tokens[first - 1].start:
        return True
    return tokens[first - 1].text == "-" and tokens[first - 2].text in _OPENING


def _is_code(joined: Token, sign: str, language: Tables) -> bool:
    """Whether what a sign joins to the number makes it a code or a sum: "INC-9", "v.9", "2*5"."""
    if joined.kind == "word":
        known = language.before.get(joined.text, 0) & (FRAME | NOUN)
        return not known and (sign == "-" or (sign == "." and len(joined.text) == 1)) and language.spaced
    return joined.kind == "number" and sign == "*"


def _is_frame(tokens: list[Token], language: Tables) -> bool:
    return bool(tokens) and bool(language.before.get(tokens[-1].text, 0) & (FRAME | NOUN))


def _glued_word_before(previous: Token, token: Token, language: Tables) -> Verdict | None:
    if token.kind != "number" or _JOINING_SCRIPT.match(previous.text[-1]) or previous.text in language.prefixes:
        return None
    return None if language.before.get(previous.text, 0) & NOUN else Verdict.COUNTS


def _by_sign_after(number: Number, tokens: Tokens, language: Tables) -> Verdict | None:
    following = tokens[number.last + 1] if number.last + 1 < len(tokens) else None
    if following is None:
        return None
    glued = following.start == tokens[number.last].end
    if following.kind is not None:
        counted = glued and following.kind == "word" and tokens[number.last].kind == "number"
        return _glued_word_after(following, language) if counted else None
    sign = following.text
    if sign == "%" or sign == "‰":
        return Verdict.OTHER_SCALE
    if sign in _MONEY_SIGNS:
        return Verdict.BARE
    if sign in "≤≥":
        return Verdict.REFUSED
    if sign == "°":
        return Verdict.COUNTS
    if sign in STAR_SIGNS and number.value <= 5:
        return Verdict.OTHER_SCALE
    if not glued:
        return None
    if sign == "+" and number.value != 10:
        return Verdict.REFUSED
    if sign == "*" and number.value <= 5 and (number.first == 0 or tokens[number.first - 1].text != "*"):
        return Verdict.OTHER_SCALE
    if sign == "-" and number.last + 2 == len(tokens):
        return Verdict.REFUSED  # "8-" is a mark just below eight
    return None


def _glued_word_after(following: Token, language: Tables) -> Verdict | None:
    word = following.text
    if word in language.endings or _JOINING_SCRIPT.match(word[0]):
        return None
    marks = language.after.get(word, 0)
    if marks & (NOUN | PERCENT | STARS):
        return None
    return Verdict.COUNTS if marks & UNIT and not marks & TIME else Verdict.BARE


def _by_shape(number: Number, tokens: Tokens, right: Side) -> Verdict | None:
    text = tokens[number.first].text
    if number.shape in (Shape.TIME, Shape.DATE, Shape.OTHER):
        return Verdict.BARE
    if text in _SET_PHRASES and number.first == number.last:
        return Verdict.COUNTS
    if number.shape is Shape.RANGE:
        return _range(number, right)
    if number.shape is Shape.FRACTION:
        if right.nearest & UNIT:
            return Verdict.COUNTS
        if right.nearest & (TIME | MONEY | MONTH):
            return Verdict.BARE
        return Verdict.OTHER_SCALE if right.nearest & (PERCENT | STARS) else Verdict.REFUSED
    return None


def _range(number: Number, right: Side) -> Verdict:
    if right.nearest & (UNIT | TIME):
        falls = number.value > number.second and 0 <= number.value <= 10
        return Verdict.TAKEN if falls else Verdict.COUNTS  # "9-3 weeks" is 9, then three weeks
    return Verdict.BARE if max(number.value, number.second) > _LAST_OF_A_RANGE else Verdict.REFUSED


def _by_company(number: Number, tokens: Tokens, language: Tables, left: Side, right: Side) -> Verdict | None:
    if left.nearest & (PERCENT | STARS):
        return Verdict.OTHER_SCALE
    if _counts(number, tokens, language, left, right):
        return Verdict.COUNTS
    if right.nearest & (TIME | MONTH | MONEY) or left.nearest & MONEY or _month_before(left, language):
        return Verdict.BARE
    if left.nearest & TIME:
        return Verdict.BARE
    if right.nearest & (PERCENT | STARS):
        return Verdict.OTHER_SCALE
    if right.nearest & TEN_AFTER and (number.value != 10 or _goes_on(right)) and not _meets_a_number(number, tokens):
        return Verdict.REFUSED  # "5点満点で": the scale alone
    if left.beyond & CLOSED or right.beyond & (NEG | BOUND | HALF):
        return Verdict.REFUSED
    if len(right.units) == 1 and language.before.get(right.units[0], 0) & NEG:
        return Verdict.REFUSED  # "9 not"
    if left.beyond & GRADE and number.value <= 6:
        return Verdict.REFUSED
    if left.nearest & VOID:
        return Verdict.COUNTS
    return None


def _meets_a_number(number: Number, tokens: Tokens) -> bool:
    """Whether the word after the number touches another one: "9分满分10分"."""
    return number.last + 2 < len(tokens) and tokens[number.last + 2].kind == "number"


def _goes_on(right: Side) -> bool:
    """Whether words that are no frame follow the name of the scale."""
    return len(right.units) > max(right.size, right.skipped) and not right.nearest & (FRAME | NOUN)


def _counts(number: Number, tokens: Tokens, language: Tables, left: Side, right: Side) -> bool:
    if right.nearest & UNIT and not right.nearest & NOUN:
        return True
    if left.nearest & RANK and number.value == 1:
        return True  # "you are number 1"
    if left.nearest & REF or (left.beyond & REF and (left.nearest & RANK or left.skipped == 1)):
        return True
    if left.units[:1] and left.units[0] in _COPULAS and language.before.get("".join(left.units[1:2]), 0) & REF:
        return True  # "my flat is 9"
    if not right.nearest and len(right.units) > 1 and language.spaced:
        second = language.after.get(right.units[1], 0)
        if second & UNIT and not second & (NOUN | FOLLOW | TIME):
            return True  # "3 frustrating hours"
    if number.shape is Shape.WHOLE and number.value in _YEARS and (left.units or right.units):
        return True
    return language.code in _DOTTED_ORDINALS and _dotted_ordinal(tokens[number.last : number.last + 3], language)


def _dotted_ordinal(tokens: list[Token], language: Tables) -> bool:
    """ "das 3. Mal", "am 5. Mai"."""
    if len(tokens) < 3 or tokens[1].text != "." or tokens[1].start != tokens[0].end:
        return False
    return bool(language.after.get(tokens[2].text, 0) & (UNIT | MONTH))


def _month_before(left: Side, language: Tables) -> bool:
    return bool(left.units) and bool(language.after.get(left.units[0], 0) & MONTH)


def _by_place(number: Number, language: Tables, left: Side, right: Side) -> Verdict:
    if number.shape is Shape.OUT_OF_TEN:
        return Verdict.TAKEN
    right_open = right.open or bool(right.nearest & (FOLLOW | NOUN | FRAME))
    if number.shape is Shape.WORD and number.value == 0 and not right_open:
        return Verdict.FAINT  # "zero communication"
    if number.shape is Shape.BIG_WORD:
        return Verdict.TAKEN if left.open and right.open else Verdict.FAINT
    if not left.units:
        return Verdict.TAKEN
    if number.value > _NO_SCALE and not left.skipped:
        return Verdict.FAINT  # "zip 90210"
    if left.skipped:
        counted = not right_open and language.plural is not None and language.plural.fullmatch(right.units[0])
        return Verdict.FAINT if counted else Verdict.TAKEN
    return Verdict.TAKEN if right_open else Verdict.FAINT
