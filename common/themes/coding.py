"""Finding themes in a customer's words, each with the exact words that show it.

How a term is written: a word matches itself and its usual endings in that language (`invoice`: invoices, invoiced);
`=late` only itself; `refund*` whatever begins so; several words stand in this order, and ` .. ` between them leaves
room for up to three others. Where writing has no spaces a term matches anywhere. What stands in the same clause as
a word of `exclude` is not counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from common.themes.book import EVERYWHERE, CodeBook, Theme
from common.themes.folding import Word, clauses_of, fold, fold_with_places, is_unspaced, words_of

ROOM = 3
"""How many other words may stand where a term says ` .. `."""
LONGEST_TEXT = 4_000
"""Letters of a comment that are read; nobody writes more about one call."""
_ENDINGS: Mapping[str, int] = {"tr": 7, "ko": 10, "pl": 4, "ru": 4, "ar": 4, "hi": 3, "de": 3, "id": 3, "en": 3}
"""How many letters an ending may have. Korean syllables count as their two or three letters."""
_SHORTEST_STEM = 4
_STEMS: Mapping[str, int] = {"ko": 4, "ar": 3, "hi": 3, "ru": 4, "tr": 4}
"""From how many letters on a word has endings: a shorter one would begin too many others."""
_BEFORE_ARABIC = ("وال", "بال", "فال", "كال", "لل", "ال", "و", "ب", "ل", "ف", "ك")
_BEFORE_INDONESIAN = ("meng", "meny", "mem", "men", "me", "ber", "ter", "di", "pe")


@dataclass(frozen=True, slots=True)
class Mark:
    """One theme found: from `start` to before `end` of the text, by which term."""

    theme: str
    start: int
    end: int
    term: str


@dataclass(frozen=True, slots=True)
class _Part:
    text: str
    is_exact: bool
    is_open: bool
    has_room: bool


@dataclass(frozen=True, slots=True)
class _Term:
    theme: str
    written: str
    language: str
    parts: tuple[_Part, ...]
    is_excluding: bool


class Coder:
    """A code book made ready to read with."""

    def __init__(self, book: CodeBook) -> None:
        self.version = book.version
        self._by_language: dict[str, dict[str, list[_Term]]] = {}
        self._unspaced: dict[str, list[_Term]] = {}
        for theme in book.living:
            for language, term in _terms_of(theme):
                self._add(language, term)

    def _add(self, language: str, term: _Term) -> None:
        if is_unspaced(term.written):
            self._unspaced.setdefault(language, []).append(term)
        else:
            self._by_language.setdefault(language, {}).setdefault(term.parts[0].text[:2], []).append(term)

    def code(self, text: str, locale: str) -> list[Mark]:
        """The themes of a comment, first words first; a theme that is said twice stands there twice.

        The terms of the customer's language are looked for and, if none is found, the English ones: many who are asked
        in their language answer in English.
        """
        text = text[:LONGEST_TEXT]
        language = locale.partition("-")[0].partition("_")[0].lower()
        found = self._code(text, {language, EVERYWHERE})
        return found or (self._code(text, {"en"}) if language != "en" else found)

    def _code(self, text: str, languages: set[str]) -> list[Mark]:
        words = words_of(text)
        marks: dict[tuple[str, int], Mark] = {}
        barred: list[tuple[str, int]] = []
        for term, start, end in self._found(text, words, languages):
            if term.is_excluding:
                barred.append((term.theme, start))
                continue
            known = marks.get((term.theme, start))
            if known is None or end > known.end:
                marks[term.theme, start] = Mark(term.theme, start, end, term.written)
        kept = list(marks.values())
        if barred:
            clauses = clauses_of(text)
            closed = {(theme, _clause(clauses, place)) for theme, place in barred}
            kept = [mark for mark in kept if (mark.theme, _clause(clauses, mark.start)) not in closed]
        return _without_inner(sorted(kept, key=lambda mark: (mark.start, -mark.end, mark.theme)))

    def _found(self, text: str, words: Sequence[Word], languages: set[str]) -> Iterator[tuple[_Term, int, int]]:
        for language in languages:
            index = self._by_language.get(language, {})
            for place, word in enumerate(words if index else ()):
                for form in _forms(word.text, language):
                    for term in index.get(form[:2], ()):
                        last = _matches(term, words, place, form)
                        if last is not None:
                            yield term, word.start, words[last].end
            if (terms := self._unspaced.get(language)) and is_unspaced(text):
                yield from _anywhere(text, terms)


def _terms_of(theme: Theme) -> Iterator[tuple[str, _Term]]:
    for is_excluding, by_language in ((False, theme.include), (True, theme.exclude)):
        for language, terms in by_language.items():
            for written in terms:
                if parts := _parts(written):
                    yield language, _Term(theme.id, written, language, parts, is_excluding)


def _parts(written: str) -> tuple[_Part, ...]:
    parts: list[_Part] = []
    has_room = False
    for piece in written.split():
        if piece == "..":
            has_room = bool(parts)
            continue
        is_exact, is_open = piece.startswith("="), piece.endswith("*")
        for word in words_of(piece):
            parts.append(_Part(word.text, is_exact, is_open, has_room))
            has_room = False
    return tuple(parts)


def _forms(word: str, language: str) -> Iterator[str]:
    """The word, and without what its language writes in front of words."""
    yield word
    for before in {"ar": _BEFORE_ARABIC, "id": _BEFORE_INDONESIAN}.get(language, ()):
        if word.startswith(before) and len(word) - len(before) >= 3:
            yield word[len(before) :]


def _matches(term: _Term, words: Sequence[Word], place: int, form: str) -> int | None:
    """The place of the term's last word if it begins here."""
    if not _is(form, term.parts[0], term.language):
        return None
    at = place
    for part in term.parts[1:]:
        for step in range(1, (ROOM if part.has_room else 0) + 2):
            if at + step >= len(words):
                return None
            if any(_is(each, part, term.language) for each in _forms(words[at + step].text, term.language)):
                at += step
                break
        else:
            return None
    return at


def _is(word: str, part: _Part, language: str) -> bool:
    stem = part.text
    if word == stem:
        return True
    if part.is_open:
        return word.startswith(stem)
    if part.is_exact or len(stem) < _STEMS.get(language, _SHORTEST_STEM):
        return False
    if len(stem) > 4 and language in {"en", "fr", "es", "pt", "it", "nl"} and stem[-1] in "eoay":
        stem = stem[:-1]  # charge, charging; queja, quejas, quejo
    return word.startswith(stem) and len(word) - len(part.text) <= _ENDINGS.get(language, 3)


def _anywhere(text: str, terms: Sequence[_Term]) -> Iterator[tuple[_Term, int, int]]:
    folded, places = fold_with_places(text)
    for term in terms:
        wanted = fold(term.written.strip("=*"))
        at = folded.find(wanted)
        while at >= 0:
            yield term, places[at], places[at + len(wanted) - 1] + 1
            at = folded.find(wanted, at + len(wanted))


def _clause(clauses: Sequence[tuple[int, int]], place: int) -> int:
    return next((number for number, (start, end) in enumerate(clauses) if start <= place < end), -1)


def _without_inner(marks: Sequence[Mark]) -> list[Mark]:
    """Of marks of one theme that lie in one another the longest."""
    found: list[Mark] = []
    for mark in marks:
        if not any(each.theme == mark.theme and each.start <= mark.start and mark.end <= each.end for each in found):
            found.append(mark)
    return found
