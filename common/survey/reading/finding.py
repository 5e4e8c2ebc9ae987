"""Finding phrases in a message fast: most places are ruled out by their first letters.

A language has hundreds of phrases that mean a wish or a doubt, as one pattern each; searching them costs more than all
the rest of reading a sentence. Nearly all of them begin where a word begins, and nearly no word of a message begins
like one of them. So only the places where a match can begin are looked at, and there only if the next few characters
can be its beginning: the pattern itself is asked that once ("is this part of a match?") and the answer is remembered.
So are the words that can begin nothing: a sentence of such words is ruled out by one look at all of them.
Nothing is found, or missed, that `search` would not find or miss.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import regex

WORD_START = r"(?<![\p{L}\p{M}'])"
"""What a pattern of whole words begins with."""
_GLANCE, _LOOK = 3, 10
"""Characters by which a place is ruled out: few first, because there are few beginnings of so many, soon all known."""
_NOTHING: frozenset[int] = frozenset()
_REMEMBERED = 20_000
_LONGEST = 800
"""Characters; a longer text is searched, lest one hostile message ask for thousands of beginnings nobody ever wrote."""


class _Places(dict[str, tuple[int, ...]]):
    """What was found out about the parts of messages so far; nearly every word has no place where a match may begin."""

    def __init__(self, learn: Callable[[str], tuple[int, ...]]) -> None:
        super().__init__()
        self._learn = learn

    def __missing__(self, part: str) -> tuple[int, ...]:
        if len(self) >= _REMEMBERED:
            self.clear()
        places = self[part] = self._learn(part)
        return places


class Finder:
    """Several patterns that are looked for together, known by their place in `patterns`."""

    __slots__ = ("_anywhere", "_at_words", "_begins", "_places")

    def __init__(self, patterns: Sequence[regex.Pattern[str]]) -> None:
        placed = list(enumerate(patterns))
        # what matches nothing at all would match at the very end, where no beginning is left to be looked at
        self._at_words = [(place, one) for place, one in placed if _begins_with_a_word(one)]
        self._anywhere = [(place, one) for place, one in placed if not _begins_with_a_word(one)]
        self._begins: dict[str, tuple[tuple[int, regex.Pattern[str]], ...]] = {}
        """By the first characters of a place: the patterns that may match there."""
        self._places = _Places(self._places_in)

    def found_in(self, text: str) -> frozenset[int]:
        """The places of the patterns that `text` holds."""
        if self._anywhere or len(text) > _LONGEST:
            found = {place for place, one in self._anywhere if one.search(text)}
            if len(text) > _LONGEST:
                found.update(place for place, one in self._at_words if one.search(text))
                return frozenset(found)
        else:
            found = set()
        if self._at_words:
            parts = text.split(" ")
            places = list(map(self._places.__getitem__, parts))
            if any(places):
                at, begins = 0, self._begins
                for part, within in zip(parts, places, strict=True):
                    for place in within:
                        # most beginnings were seen before, and go on otherwise than any phrase does
                        if begins.get(text[at + place : at + place + _LOOK], True):
                            self._look(text, at + place, found)
                    at += len(part) + 1
        return frozenset(found) if found else _NOTHING

    def _places_in(self, part: str) -> tuple[int, ...]:
        """Where in what stands between two spaces, or at the space after it, a match may begin."""
        if part.isalpha():
            return (0,) if self._able(part[:_GLANCE]) and self._may_begin(part, 0) else ()
        # digits, signs, marks: a match may begin within, or at the space after them
        return tuple(at for at in range(len(part) + 1) if self._may_begin(part, at))

    def _may_begin(self, part: str, at: int) -> bool:
        """Whether a match may begin at a place in a part, which a space follows or the end of the text."""
        spaced = f"{part} "
        return any(
            one.match(spaced, at, partial=True) is not None or one.match(part, at) is not None
            for _, one in self._at_words
        )

    def _look(self, text: str, at: int, found: set[int]) -> None:
        """Add the patterns that match at this place."""
        for place, one in self._able(text[at : at + _LOOK]):
            if place not in found and one.match(text, at):
                found.add(place)

    def _able(self, beginning: str) -> tuple[tuple[int, regex.Pattern[str]], ...]:
        """The patterns of which this can be the beginning, or the whole of a match."""
        able = self._begins.get(beginning)
        if able is None:
            if len(self._begins) >= _REMEMBERED:
                self._begins.clear()
            able = tuple(one for one in self._at_words if one[1].match(beginning, partial=True))
            self._begins[beginning] = able
        return able


def _begins_with_a_word(one: regex.Pattern[str]) -> bool:
    return one.pattern.startswith(WORD_START) and one.match("") is None
