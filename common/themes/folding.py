"""Words as they are compared, with the place of each in what was written.

Case, width, accents of Latin letters, Arabic vowel signs and forms of one letter make no difference; a Devanagari vowel
sign does, because it makes another word. Every folded letter remembers its place, so that a quote is exact.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import regex

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}]+)*")
_ENDS_CLAUSE = regex.compile(r"[.!?;:\n…।。！？；؟؛|]+|,\s+(?=but\b|maar\b|aber\b|mais\b|pero\b|mas\b|ma\b)")
_LETTERS_OF_ONE = str.maketrans(
    {
        "أ": "ا",
        "إ": "ا",
        "آ": "ا",
        "ٱ": "ا",
        "ى": "ي",
        "ة": "ه",
        "ؤ": "و",
        "ئ": "ي",
        "ı": "i",
        "ß": "ss",
        "ё": "е",
        "ø": "o",
    }
    | {"æ": "ae", "œ": "oe", "ł": "l", "đ": "d"}
)
_DROPPED = frozenset("ـ\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad")
_NUKTA = "\u093c"
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]")


@dataclass(frozen=True, slots=True)
class Word:
    """One word: folded, and where it stands in the text, from `start` to before `end`."""

    text: str
    start: int
    end: int


@lru_cache(maxsize=8192)
def _fold_letter(letter: str) -> str:
    if letter in _DROPPED:
        return ""
    found = []
    for part in unicodedata.normalize("NFKD", letter.casefold()):
        if unicodedata.combining(part) and (
            part < "\u0900" or "\u064b" <= part <= "\u0670" or part in "\u093c\u3099\u309a"
        ):
            continue
        found.append(part.casefold())
    return "".join(found).translate(_LETTERS_OF_ONE)


def fold(text: str) -> str:
    """`text` as it is compared."""
    return "".join([_fold_letter(letter) for letter in text])


def fold_with_places(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its letters the place it came from."""
    letters, places = [], []
    for place, letter in enumerate(text):
        folded = _fold_letter(letter)
        letters.append(folded)
        places.extend([place] * len(folded))
    return "".join(letters), places


def words_of(text: str) -> list[Word]:
    """The words of a text, in order."""
    return [
        Word(folded, match.start(), match.end())
        for match in _WORD.finditer(text)
        if (folded := fold(match[0]).replace("’", "'"))
    ]


def clauses_of(text: str) -> list[tuple[int, int]]:
    """Where each clause begins and ends: what is said in one breath."""
    found, start = [], 0
    for match in _ENDS_CLAUSE.finditer(text):
        if match.start() > start:
            found.append((start, match.start()))
        start = match.end()
    return [*found, (start, len(text))] if start < len(text) else found


def is_unspaced(text: str) -> bool:
    """True for writing that puts no spaces between words."""
    return _UNSPACED.search(text) is not None
