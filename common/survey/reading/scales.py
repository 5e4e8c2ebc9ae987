"""Scales named in the message: "9 out of 10" is one number, and the ten of "out of 10, 9" is none.

Three forms are resolved before any number is judged:

* score, connector, ten: "9 out of 10", "nueve de diez", "8 / 10". Another denominator makes it a fraction.
* ten named first: "10 üzerinden 9", "满分10分给9分", "out of ten I'd say 8". The ten is set aside.
* both ends named: "from 0 to 10: 8", "on a scale of 1-10, 8". Both ends are set aside.

What is set aside counts again when no other number is left: "1 to 10" alone is no score.
"""

from __future__ import annotations

from common.survey.reading.neighbours import after, before
from common.survey.reading.tables import BOUND, TEN_AFTER, TEN_BEFORE, TIME, UNIT, Tables
from common.survey.reading.tokens import Number, Shape, Tokens

_PLAIN = (Shape.WHOLE, Shape.WORD, Shape.FRAMED_WORD, Shape.ALONE_WORD)
_MEANING_OTHERWISE = (Shape.FRAMED_WORD, Shape.ALONE_WORD)
_SIGNS_BETWEEN = frozenset("-~/")
_SLASHES = frozenset({"/", "\\", "|"})


def resolve_scales(numbers: list[Number], tokens: Tokens, language: Tables) -> list[Number]:
    """The numbers with fractions joined and the named scale set aside."""
    joined = _join_alternatives(_join_out_of(numbers, tokens, language), tokens, language)
    lone = _beside_a_named_ten(joined, tokens, language)
    if lone is not None:
        return [lone]
    ends_off = _without_both_ends(joined, tokens, language)
    kept = [number for number in ends_off if number.shape not in _MEANING_OTHERWISE] or ends_off
    kept = _without_named_ten(kept, tokens, language)
    kept = _join_ranges(kept, tokens, language)
    return kept or [number for number in joined if number.shape not in _MEANING_OTHERWISE] or joined


def _beside_a_named_ten(numbers: list[Number], tokens: Tokens, language: Tables) -> Number | None:
    """The one number beside a named ten, if its word means something else as well: "10 üzerinden bir"."""
    others = [number for number in numbers if number.value != 10 or not _names_a_scale(number, tokens, language)]
    if len(others) != 1 or len(numbers) < 2 or others[0].shape not in _MEANING_OTHERWISE:
        return None
    others[0].shape = Shape.WORD
    return others[0]


def _between(tokens: Tokens, left: Number, right: Number) -> str:
    return " ".join([token.text for token in tokens[left.last + 1 : right.first] if token.text not in "'\""])


def _join_out_of(numbers: list[Number], tokens: Tokens, language: Tables) -> list[Number]:
    joined: list[Number] = []
    for number in numbers:
        article = len(joined) > 1 and joined[-1].shape is Shape.ALONE_WORD and joined[-2].shape in _PLAIN
        if article and _between(tokens, joined[-2], number) in language.out_of:
            joined.pop()  # that of "8 op een schaal van 10"
        left = joined[-1] if joined else None
        if left is None or left.shape not in _PLAIN or number.shape not in _PLAIN[:-1]:
            joined.append(number)
            continue
        link = _between(tokens, left, number)
        if left.shape is Shape.ALONE_WORD:
            if link in language.out_of:  # "um de dez" is one, and never ten; "um de 5" is a fraction
                whole = left.first == 0 and all(token.kind is None for token in tokens[number.last + 1 :])
                whole = whole and number.value == 10
                left.shape, left.last = Shape.OUT_OF_TEN if whole else Shape.FRACTION, number.last
            else:
                joined.append(number)
            continue
        if link in language.out_of or link in _SLASHES:
            fits = number.value == 10 and left.value >= 0
            left.shape = Shape.OUT_OF_TEN if fits else Shape.FRACTION
            left.last = number.last
        else:
            joined.append(number)
    return joined


def _join_alternatives(numbers: list[Number], tokens: Tokens, language: Tables) -> list[Number]:
    """ "neuf ou dix", "one or two": a word that means something else as well is a number beside another one."""
    joined: list[Number] = []
    for number in numbers:
        left = joined[-1] if joined else None
        if (
            left is not None
            and left.shape in _PLAIN
            and number.shape in _PLAIN
            and left.value != number.value
            and _one_of_both(left, number, tokens, language)
        ):
            left.shape, left.second, left.last = Shape.RANGE, number.value, number.last
            continue
        joined.append(number)
    return joined


def _one_of_both(left: Number, right: Number, tokens: Tokens, language: Tables) -> bool:
    link = _between(tokens, left, right)
    if left.value in {0, 1} and right.value == 10:
        return False  # both ends of the scale
    if left.shape not in _MEANING_OTHERWISE and right.shape not in _MEANING_OTHERWISE:
        return link in language.or_words and link not in _SIGNS_BETWEEN
    if link in language.or_words:
        return True
    bounded = before(tokens, left.first, language).nearest | after(tokens, right.last, language).nearest
    return link in language.range_words and bool(bounded & BOUND)


def _without_both_ends(numbers: list[Number], tokens: Tokens, language: Tables) -> list[Number]:
    kept: list[Number] = []
    for number in numbers:
        if number.shape is Shape.RANGE and tokens[number.first].text in {"0-10", "1-10"}:
            continue
        low = kept[-1] if kept else None
        if (
            low is not None
            and low.value in {0, 1}
            and number.value == 10
            and low.shape in _PLAIN
            and number.shape in _PLAIN
            and _links(_between(tokens, low, number), language)
        ):
            kept.pop()
            continue
        kept.append(number)
    return kept


def _join_ranges(numbers: list[Number], tokens: Tokens, language: Tables) -> list[Number]:
    """ "7 to 8", "7 - 8", "between 7 and 8" as one range."""
    joined: list[Number] = []
    for number in numbers:
        left = joined[-1] if joined else None
        if (
            left is not None
            and left.shape in _PLAIN
            and number.shape in _PLAIN
            and left.value != number.value
            and (_between(tokens, left, number) in language.range_words or _neighbours(left, number))
            and not (left.value > number.value and after(tokens, number.last, language).nearest & (UNIT | TIME))
        ):
            left.shape, left.second, left.last = Shape.RANGE, number.value, number.last
            continue
        joined.append(number)
    return joined


def _neighbours(left: Number, right: Number) -> bool:
    """ "seven eight": neighbours in a row are a range in speech."""
    spelled = left.shape is Shape.WORD and right.shape is Shape.WORD
    return spelled and right.first == left.last + 1 and right.value == left.value + 1


def _links(link: str, language: Tables) -> bool:
    return link in language.range_words or any(
        link.endswith(" " + word) or (not language.spaced and word in link) for word in language.range_words
    )


def _without_named_ten(numbers: list[Number], tokens: Tokens, language: Tables) -> list[Number]:
    named = [number for number in numbers if _names_a_scale(number, tokens, language)]
    if any(number.value == 10 for number in named):
        return [number for number in numbers if number not in named or number.value != 10]
    for number in named:
        number.shape = Shape.FRACTION
    return numbers


def _names_a_scale(number: Number, tokens: Tokens, language: Tables) -> bool:
    if number.shape not in (Shape.WHOLE, Shape.WORD, Shape.FRAMED_WORD):
        return False
    right = after(tokens, number.last, language)
    if right.nearest & UNIT:
        return False
    return bool(right.nearest & TEN_AFTER or before(tokens, number.first, language).nearest & TEN_BEFORE)
