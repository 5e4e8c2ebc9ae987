"""The language a message in Latin letters is written in: customers answer in another one than they are spoken to in.

"not a 10" in a Dutch conversation holds a number and words that Dutch does not know; read as Dutch it would be a ten.
Words are counted, not guessed: another language is taken only if it knows more of the message's words than the
conversation's own. Words that languages share speak for each of them, so a name or a loan changes nothing.
"""

from __future__ import annotations

import re
from functools import cache

from common.survey.reading.folding import fold_text
from common.survey.reading.lexicon import LEXICONS
from common.survey.reading.lexicon.common_words import COMMON_WORDS
from common.survey.reading.lexicon.model import Lexicon, split

READ_WORDS = 40
"""Words of a message that are looked up."""

_CODES = tuple(COMMON_WORDS)
"""By preference where several know as many words."""
_LANE = 8
"""Bits of a number in which one language's words are counted: one addition counts for all languages."""
_SHIFTS = {code: _LANE * index for index, code in enumerate(_CODES, 1)}
_COUNT = (1 << _LANE) - 1
"""The lowest lane: words that any language knows."""
_WORD = re.compile(r"(?<![0-9'a-z])[a-z]+(?:'[a-z]+)*")
_DIGIT = re.compile("[0-9]")
_LISTS = (
    "frame", "nouns", "follow", "units", "refs", "bounds", "negations", "months", "stars", "percent", "filler", "big",
    "grades", "endings", "human", "opt_in", "opt_out", "opt_out_clause", "skip", "corrects", "corrects_weak",
    "if_words", "if_start", "questions",
)  # fmt: skip
"""Lists of a lexicon whose single words tell its language."""


_ESCAPE = re.compile(r"\\.")
_LONGER_WORD = re.compile(r"[a-z]{4,}")


def _single_words(lexicon: Lexicon) -> set[str]:
    lists = [getattr(lexicon, name) for name in _LISTS]
    lists += [*lexicon.numbers, *lexicon.framed.values(), *lexicon.typos.values(), *lexicon.alone.values()]
    entries = (fold_text(entry).strip("* ") for words in lists for entry in split(words))
    words = {entry for entry in entries if len(entry) > 1 and _WORD.fullmatch(entry)}
    patterns = " ".join((lexicon.unsure, lexicon.if_fine, *lexicon.opt_out_phrases, *lexicon.opt_out_fine))
    patterns = " ".join((patterns, *lexicon.human_phrases, *lexicon.human_fine))
    words.update(_LONGER_WORD.findall(_ESCAPE.sub(" ", patterns)))  # pieces of words, too: no message holds them
    return words


@cache
def _vocabulary() -> dict[str, int]:
    """Word → one in the lane of every language that knows it, and in the lowest."""
    known: dict[str, int] = {}
    for code, shift in _SHIFTS.items():
        common = {fold_text(word) for word in split(COMMON_WORDS[code])}
        for word in common | _single_words(LEXICONS[code]):
            known[word] = known.get(word, 1) | 1 << shift
    shared = {lanes: lanes for lanes in known.values()}  # one number for all words that are known alike
    return {word: shared[lanes] for word, lanes in known.items()}


def spoken(folded: str, own: str) -> str:
    """The language of a folded message in Latin letters in a conversation of language `own`."""
    words = _WORD.findall(folded)
    if len(words) < 2 and not _DIGIT.search(folded):
        return own  # one word is too little: "fine" ends a conversation in Italian
    lanes = _vocabulary().get
    counts = sum([lanes(word, 0) for word in words[:READ_WORDS]])
    most = counts >> _SHIFTS[own] & _COUNT if own in _SHIFTS else 0
    if counts & _COUNT <= most:
        return own
    best = own
    for code, shift in _SHIFTS.items():
        hits = counts >> shift & _COUNT
        if hits > most:
            best, most = code, hits
    return best
