"""Finding phrases in a message fast: most places are ruled out by their first letters.

A language has hundreds of phrases that mean a wish or a doubt, as one pattern each; searching them costs more than all
the rest of reading a sentence. Nearly all of them begin where a word begins, and nearly no word of a message begins
like one of them. So only the places where a match can begin are looked at, and there only if the next few characters
can be its beginning: the pattern itself is asked that once ("is this part of a match?") and the answer is remembered.
Nothing is found, or missed, that `search` would not find or miss.
"""

from __future__ import annotations

from collections.abc import Sequence

import regex

WORD_START = r"(?<![\p{L}\p{M}'])"
"""What a pattern of whole words begins with."""
_GLANCE, _LOOK = 3, 10
"""Characters by which a place is ruled out: few first, because there are few beginnings of so many, soon all known."""
_REMEMBERED = 20_000
_LONGEST = 800
"""Characters; a longer text is searched, lest one hostile message ask for thousands of beginnings nobody ever wrote."""


class Finder:
    """Several patterns that are looked for together, known by their place in `patterns`."""

    __slots__ = ("_anywhere", "_at_words", "_begins")

    def __init__(self, patterns: Sequence[regex.Pattern[str]]) -> None:
        self._at_words = [(place, one) for place, one in enumerate(patterns) if one.pattern.startswith(WORD_START)]
        self._anywhere = [(place, one) for place, one in enumerate(patterns) if not one.pattern.startswith(WORD_START)]
        self._begins: dict[str, tuple[tuple[int, regex.Pattern[str]], ...]] = {}
        """By the first characters of a place: the patterns that may match there."""

    def found_in(self, text: str) -> frozenset[int]:
        """The places of the patterns that `text` holds."""
        found = {place for place, one in self._anywhere if one.search(text)}
        if len(text) > _LONGEST:
            found.update(place for place, one in self._at_words if one.search(text))
        elif self._at_words:
            known, at = self._begins, 0
            for part in text.split(" "):
                if part.isalpha():
                    glance = part[:_GLANCE] if len(part) >= _GLANCE else text[at : at + _GLANCE]
                    able = known.get(glance)
                    if able is None:
                        able = self._learn(glance)
                    if able:
                        self._look(text, at, found)
                else:  # digits, signs, marks: a match may begin within, or at the space after them
                    for within in range(at, at + len(part) + 1):
                        self._look(text, within, found)
                at += len(part) + 1
        return frozenset(found)

    def _look(self, text: str, at: int, found: set[int]) -> None:
        """Add the patterns that match at this place."""
        beginning = text[at : at + _LOOK]
        able = self._begins.get(beginning)
        if able is None:
            able = self._learn(beginning)
        for place, one in able:
            if place not in found and one.match(text, at):
                found.add(place)

    def _learn(self, beginning: str) -> tuple[tuple[int, regex.Pattern[str]], ...]:
        if len(self._begins) >= _REMEMBERED:
            self._begins.clear()
        able = tuple(one for one in self._at_words if one[1].match(beginning, partial=True))
        self._begins[beginning] = able
        return able
