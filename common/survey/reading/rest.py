"""What the customer said besides the score, in their own words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import regex

from common.survey.reading.folding import Folded
from common.survey.reading.neighbours import Side
from common.survey.reading.tables import FINE, FRAME, NOUN, Tables, tables
from common.survey.reading.tokens import Number, Token

_LEADING = regex.compile(r"^[\s\p{P}\p{M}\p{Cf}~=+|]+")
_TRAILING = " \t\r\n,;:-–—/|([{*_\"'~=+،、，：；（「『"
_UNSTORABLE = regex.compile(r"[\x00\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_LONG_NUMBER = regex.compile(r"[0-9]{4}")
_WORD = regex.compile(r"[\p{L}\p{M}]+(?:'[\p{L}\p{M}]+)*")


@cache
def _quiet(code: str) -> regex.Pattern[str]:
    language = tables(code)
    quiet = {phrase for phrase, bits in language.before.items() if bits & (FRAME | NOUN)}
    quiet |= {phrase for phrase, bits in language.after.items() if bits & (FRAME | NOUN)}
    quiet |= language.filler | language.quiet | set(language.words)
    return regex.compile("|".join(regex.escape(phrase) for phrase in sorted(quiet, key=len, reverse=True)))


def says_something(text: str, language: Tables) -> bool:
    """Whether a folded text holds a word that is more than politeness or a frame, or a number worth keeping."""
    return _speaks(text, language) and _speaks_beside_fine(text, language)


def _speaks_beside_fine(text: str, language: Tables) -> bool:
    """Whether a text that speaks still does without the set phrases that only look like a condition."""
    if language.if_fine is None or FINE not in language.doubts.found_in(text):
        return True
    return _speaks(language.if_fine.sub(" ", text), language)


def _speaks(text: str, language: Tables) -> bool:
    if _LONG_NUMBER.search(text):
        return True
    if not language.spaced:
        return _WORD.search(_quiet(language.code).sub(" ", text)) is not None
    return not language.silent.issuperset(_WORD.findall(text))


def _say_something(text: str, tokens: Sequence[Token], start: int, language: Tables) -> bool:
    """As says_something, for the part of a message that begins at `start` and holds whole tokens."""
    if not text:
        return False
    if not language.spaced or language.inline:
        return says_something(text, language)
    end = start + len(text)
    for token in tokens:  # the first telling word decides
        if token.start < start:
            continue
        if token.end > end:
            break
        if token.kind == "word":
            if token.text not in language.silent:
                return _speaks_beside_fine(text, language)
        elif token.kind == "number" and _LONG_NUMBER.search(token.text):
            return _speaks_beside_fine(text, language)
    return False


def remaining_words(
    folded: Folded, tokens: list[Token], number: Number, left: Side, right: Side, language: Tables
) -> str | None:
    """The message without the number and its frame; None if nothing that is left says anything."""
    start = left.spans[left.skipped - 1][0] if left.skipped else tokens[number.first].start
    end = right.spans[right.skipped - 1][1] if right.skipped else tokens[number.last].end
    before_text, after_text = folded.text[:start], folded.text[end:]
    own_start, own_end = folded.own_span(start, end)
    parts: list[str] = []
    if _say_something(before_text, tokens, 0, language):
        parts.append(_storable(folded.own[:own_start]).strip().rstrip(_TRAILING))
    own_after = folded.own[own_end:]
    if _say_something(after_text, tokens, end, language) or len(folded.own) > len(folded.text) + 200:
        parts.append(_without_signs_before(_storable(own_after)).rstrip())
    return " ".join(filter(None, parts)) or None


def _without_signs_before(text: str) -> str:
    bare = text.lstrip(" ,.;:!-")
    if bare[:1].isalpha():
        return bare
    without: str = _LEADING.sub("", bare)
    return without


def _storable(text: str) -> str:
    """Without NUL, halves of characters and direction marks, which no store keeps or no reader sees."""
    if text.isascii() and "\0" not in text:
        return text
    storable: str = _UNSTORABLE.sub("", text)
    return storable
