"""The answer that leads a message, before what it might have been: "8, would have been a 10 with less waiting".

Such a message holds a second number, or a second thought, and yet one score: the number it begins with, set off by a
sign. What follows must say in so many words that it speaks of another case.
"""

from __future__ import annotations

from common.survey.reading.neighbours import Side
from common.survey.reading.tables import FOLLOW, Tables
from common.survey.reading.tokens import Number, Shape, Token

_SETS_OFF = frozenset(",.-;:!(\n…、")
_PLAIN = (Shape.WHOLE, Shape.OUT_OF_TEN, Shape.WORD)
_BEING = frozenset(
    {"a", "have", "ve", "be", "been", "it", "that", "een", "het", "zijn", "geweest", "hebben", "sein", "gewesen", "es"}
    | {"ete", "cela", "sido", "eso", "isso", "stato", "byc", "быть"}
)
"""After "would" these say nothing yet: in "9, would have been" it is the nine that is taken back."""
_NEAR = 24
"""Characters between a second number and the words after it that explain it."""


def leads(number: Number, left: Side, right: Side, tokens: list[Token]) -> bool:
    """Whether a number begins the message and is set off from what follows."""
    if number.shape not in _PLAIN or not 0 <= number.value <= 10:
        return False
    if number.first and not (left.skipped == len(left.units) == number.first):
        return False
    following = tokens[number.last + 1] if number.last + 1 < len(tokens) else None
    return following is not None and (following.text in _SETS_OFF or bool(right.nearest & FOLLOW))


def speaks_of_another_case(
    lead: Number, others: list[Number], text: str, tokens: list[Token], language: Tables
) -> bool:
    """Whether all that is said after the leading number, the other numbers included, is said of another case."""
    pattern = language.otherwise if others else language.counterfactual
    start = tokens[lead.last].end
    match = pattern.search(text, start) if pattern is not None else None
    if match is None or not set(text[match.end() :].split()) - _BEING:
        return False
    if language.unsure is not None and language.unsure.search(text[start : match.start()]):
        return False
    early = [other for other in others if tokens[other.first].start < match.start()]
    if not early:
        return True
    gap = match.start() - tokens[early[-1].last].end
    return len(early) == 1 and gap <= _NEAR and not tokens[early[0].first].start < start
