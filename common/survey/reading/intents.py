"""Wishes that are honoured whatever was asked: no more messages, messages again, a person, skip.

A wish is looked for in the message's words alone (no signs, no case, no accents), with the words of the conversation's
language and of English. Single words count as the whole message only, politeness aside: "cancel" is a wish, "cancel my
order" is not. STOP and its like also count as a sentence of their own, and after a score ("3. Stop."). Phrases count
anywhere, after set phrases that only look like a wish ("cannot stop", "nobody called me") were taken out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

import regex

from common.survey.reading.finding import Finder
from common.survey.reading.folding import fold
from common.survey.reading.lexicon import LEXICONS
from common.survey.reading.outcome import Intent
from common.survey.reading.tables import Tables, folded_list, language_of, pattern, tables, tables_for

MAX_WISH = 600
"""Characters of a message in which phrases are looked for, at either end."""

_SIGNS = regex.compile(r"[^\p{L}\p{M}\p{N}']+")
_PLAIN_SIGNS = "".join(char if char.isalnum() or char == "'" else " " for char in map(chr, range(128)))
"""As _SIGNS, of an ASCII text by `str.translate`, which is much faster."""
_LOOSE_QUOTES = regex.compile(r"(?<![\p{L}\p{M}])'+|'+(?![\p{L}\p{M}])")
_SPACED_LETTERS = regex.compile(r"(?:\p{L} ){2,10}\p{L}")
_LATIN = re.compile(r"[a-z]")
_NUMBER = regex.compile(r"[0-9]+")
_SENTENCE = re.compile(r"[.!?;\n]+")
_STOP_SIGNS = frozenset("🛑⛔")
_DASHES = frozenset({"-", "--", "---", "."})
_DIGITS = "0123456789 "
_LONGEST_KEY = 90
_NO_WISH = "¤"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """One language's wishes and the English ones. Patterns come in pairs: what counts, and what only looks like it."""

    out: frozenset[str]
    out_clause: frozenset[str]
    out_phrases: tuple[tuple[regex.Pattern[str], regex.Pattern[str] | None], ...]
    back: frozenset[str]
    human: frozenset[str]
    human_phrases: tuple[tuple[regex.Pattern[str], regex.Pattern[str] | None], ...]
    finder: Finder
    """Of what counts: the phrases of out_phrases, then those of human_phrases."""
    clause_heads: frozenset[str]
    """First words of out_clause."""
    skip: frozenset[str]
    filler: frozenset[str]
    filler_runs: tuple[str, ...]
    """Politeness of scripts that write words together, the longest first; empty for the others."""


@cache
def _phrases(code: str, name: str) -> regex.Pattern[str] | None:
    lexicon = LEXICONS[code]
    return pattern(getattr(lexicon, name), spaced=lexicon.spaced)


@lru_cache(maxsize=256)
def wishes_for(code: str, locale: str) -> Wishes:
    """The wishes to look for in a message of language `code` in a conversation of `locale`, with the English ones."""
    own = LEXICONS[code]
    lexicons = tuple(LEXICONS[one] for one in dict.fromkeys((code, language_of(locale), "en")))
    harmless = frozenset(_key(entry) for entry in folded_list(own.not_wishes))

    def words(name: str) -> frozenset[str]:
        entries = (entry for lexicon in lexicons for entry in folded_list(getattr(lexicon, name)))
        return frozenset(map(_key, entries)) - harmless

    def phrases(name: str) -> tuple[tuple[regex.Pattern[str], regex.Pattern[str] | None], ...]:
        kinds = (f"{name}_phrases", f"{name}_fine")
        pairs = ((_phrases(lexicon.code, kinds[0]), _phrases(lexicon.code, kinds[1])) for lexicon in lexicons)
        return tuple((counts, looks) for counts, looks in pairs if counts is not None)

    runs = () if own.spaced else tuple(sorted(folded_list(own.filler), key=len, reverse=True))
    clauses = words("opt_out_clause") | (_clauses_everywhere() - harmless)
    out_phrases, human_phrases = phrases("opt_out"), phrases("human")
    return Wishes(
        out=words("opt_out"),
        out_clause=clauses,
        out_phrases=out_phrases,
        back=words("opt_in"),
        human=words("human"),
        human_phrases=human_phrases,
        finder=Finder([counts for counts, _ in (*out_phrases, *human_phrases)]),
        clause_heads=frozenset(clause.split(" ", 1)[0] for clause in clauses),
        skip=words("skip"),
        filler=words("filler"),
        filler_runs=runs,
    )


@cache
def _clauses_everywhere() -> frozenset[str]:
    """The unmistakable words of all languages, for a message in another language than the conversation's."""
    entries = (entry for lexicon in LEXICONS.values() for entry in folded_list(lexicon.opt_out_clause))
    return frozenset(key for key in map(_key, entries) if len(key) > 2)


def _key(words: str) -> str:
    return words.replace("'", "").replace("-", " ").replace("/", " ").strip()


def plain_words(folded: str, language: Tables) -> str:
    """The words of a folded message with one space between (none in joined scripts), quotes kept inside words only."""
    text: str
    if folded.isascii():
        text = " ".join(folded.translate(_PLAIN_SIGNS).split())
    else:
        text = _SIGNS.sub(" ", folded).strip()
    if "'" in text:
        text = _LOOSE_QUOTES.sub("", text)
    if not language.spaced and not _LATIN.search(text):
        text = text.replace(" ", "")
    return text


@dataclass(slots=True)
class Said:
    """A message as wishes are looked for in it."""

    folded: str
    words: str
    """The words alone; see plain_words."""
    whole: str
    """The words as a key."""
    bare: str
    """The key without a number before it."""
    core: str
    """The key without politeness as well."""
    language: Tables
    wishes: Wishes
    _found: list[tuple[str, frozenset[int]]] | None = None

    def phrases(self) -> list[tuple[str, frozenset[int]]]:
        """The parts of the message in which phrases are looked for, each with the places of those it holds."""
        if self._found is None:
            said = self.words
            parts = (said,) if len(said) <= 2 * MAX_WISH else (said[:MAX_WISH], said[-MAX_WISH:])
            self._found = [(part, self.wishes.finder.found_in(part)) for part in parts]
        return self._found


def listen(folded: str, language: Tables, locale: str) -> Said:
    """Prepare a folded message of `language` in a conversation of `locale`."""
    return _listen(folded, language.code, locale)


@lru_cache(maxsize=8)  # one message is asked for several wishes; more would only push other things out of the cache
def _listen(folded: str, code: str, locale: str) -> Said:
    language = tables(code)
    return _said(folded, plain_words(folded, language), language, wishes_for(code, locale))


def _said(folded: str, words: str, language: Tables, wishes: Wishes) -> Said:
    whole = _key(words)
    if whole[1:2] == " " and _SPACED_LETTERS.fullmatch(whole):
        whole = whole.replace(" ", "")
    bare = whole.lstrip(_DIGITS)
    if len(whole) > _LONGEST_KEY:
        core = ""
    elif wishes.filler_runs:
        core = _without_runs(bare, wishes.filler_runs)
    else:
        kept = [word for word in bare.split(" ") if word not in wishes.filler]
        core = kept[0] if len(set(kept)) == 1 else " ".join(kept)
    return Said(folded, words, whole, bare, core, language, wishes)


def _without_runs(bare: str, runs: tuple[str, ...]) -> str:
    """Written together: politeness and numbers are taken off either end."""
    core = bare
    length = len(core) + 1
    while len(core) < length:
        length = len(core)
        for run in runs:
            if core != run:
                core = core.removeprefix(run).lstrip(_DIGITS)
            if core != run:
                core = core.removesuffix(run)
    return core


def _finds(
    said: Said, phrases: tuple[tuple[regex.Pattern[str], regex.Pattern[str] | None], ...], first: int = 0
) -> bool:
    """Whether one of `phrases`, the first of which is at place `first` of the finder, is meant."""
    for part, found in said.phrases():
        for place, (counts, looks) in enumerate(phrases, first):
            if place in found and (looks is None or counts.search(looks.sub(_NO_WISH, part))):
                return True
    return False


def wants_out(said: Said) -> bool:
    """Whether the customer wants no more messages."""
    if not said.words:
        signs = set(said.folded.split())
        return bool(signs) and signs <= _STOP_SIGNS
    if not said.bare:
        return False
    wishes, clauses = said.wishes, said.wishes.out_clause
    if said.core in clauses or said.bare in clauses or said.core.rstrip(_DIGITS) in clauses:
        return not _only_looks(said)
    if said.whole in wishes.out or (said.core in wishes.out and said.bare == said.whole):
        return True
    return _finds(said, wishes.out_phrases) or _sentence_of_its_own(said)


def _only_looks(said: Said) -> bool:
    """Set phrases that are all of the message: "non-stop"."""
    return any(looks is not None and looks.fullmatch(said.words) for _, looks in said.wishes.out_phrases)


def _sentence_of_its_own(said: Said) -> bool:
    if not _may_hold_clause(said.words, said.wishes):
        return False
    sentences = _SENTENCE.split(said.folded, maxsplit=20)
    head, comma, tail = said.folded.rstrip(" .!").rpartition(",")
    if comma and head:
        sentences.append(tail)
    if len(sentences) < 2:
        return False
    for sentence in sentences:
        words = plain_words(sentence, said.language) if len(sentence) < _LONGEST_KEY else ""
        if words and _may_hold_clause(words, said.wishes):
            alone = _said(sentence, words, said.language, said.wishes)
            if alone.core in alone.wishes.out_clause and not _only_looks(alone):
                return True
    return False


def _may_hold_clause(said: str, wishes: Wishes) -> bool:
    """False if none of the words begins a clause; letters with spaces between may be any word."""
    if wishes.filler_runs:
        return True
    heads = wishes.clause_heads
    words = said.replace("'", "").split(" ")
    if not heads.isdisjoint(words):
        return True
    letters = 0
    for word in words:
        if len(word) == 1:
            letters += 1
        elif word[:1] in _DIGITS and word.lstrip(_DIGITS) in heads:
            return True
    return letters > 2


def wants_human(said: Said) -> bool:
    """Whether the customer wants a person."""
    if not said.bare:
        return False
    wishes = said.wishes
    if said.bare in wishes.human or said.core in wishes.human:
        return True
    return _finds(said, wishes.human_phrases, len(wishes.out_phrases))


def read_intent(text: str, locale: str = "en") -> Intent | None:
    """The wish in a message, in any state of the conversation; None if there is none. Never raises.

    Opt-out wins, then opt-in (START and its like; "yes" is an answer, not a wish), a person, skip.
    """
    folded = fold(text).text
    if folded.strip() in _DASHES:
        return Intent.SKIP
    said = listen(folded, tables_for(locale, folded), locale)
    if wants_out(said):
        return Intent.OPT_OUT
    if not said.bare:
        return None
    wishes = said.wishes
    if said.whole in wishes.back or (said.core in wishes.back and said.bare == said.whole):
        return Intent.OPT_IN
    if wants_human(said):
        return Intent.HUMAN
    return Intent.SKIP if said.whole in wishes.skip else None
