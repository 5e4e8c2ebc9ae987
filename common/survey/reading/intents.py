"""Wishes that are honoured whatever was asked: no more messages, messages again, a person, skip.

A wish is looked for in the message's words alone (no signs, no case, no accents), with the words of the conversation's
language and of English. Single words count as the whole message only, politeness aside: "cancel" is a wish, "cancel my
order" is not. STOP and its like also count as a sentence of their own, and after a score ("3. Stop."). Phrases count
anywhere, after set phrases that only look like a wish ("cannot stop", "nobody called me") were taken out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import regex

from common.survey.reading.folding import fold
from common.survey.reading.lexicon import LEXICONS
from common.survey.reading.lexicon.model import Lexicon
from common.survey.reading.outcome import Intent
from common.survey.reading.tables import Tables, folded_list, pattern, tables_for

_SIGNS = regex.compile(r"[^\p{L}\p{M}\p{N}']+")
_LOOSE_QUOTES = regex.compile(r"(?<![\p{L}\p{M}])'+|'+(?![\p{L}\p{M}])")
_SPACED_LETTERS = regex.compile(r"(?:\p{L} ){2,10}\p{L}")
_NUMBER = regex.compile(r"[0-9]+")
_SENTENCE = regex.compile(r"[.!?;\n]+")
_STOP_SIGNS = frozenset("🛑⛔")
_DASHES = frozenset({"-", "--", "---", "."})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """One language's wishes, compiled together with the English ones."""

    out: frozenset[str]
    out_clause: frozenset[str]
    out_phrases: regex.Pattern[str] | None
    out_fine: regex.Pattern[str] | None
    back: frozenset[str]
    human: frozenset[str]
    human_phrases: regex.Pattern[str] | None
    human_fine: regex.Pattern[str] | None
    skip: frozenset[str]
    filler: frozenset[str]


def _joined(name: str, lexicons: tuple[Lexicon, ...]) -> regex.Pattern[str] | None:
    """The phrases of several languages as one pattern; those of joined scripts without word edges."""
    parts = []
    for lexicon in lexicons:
        compiled = pattern(getattr(lexicon, name), spaced=lexicon.spaced)
        if compiled is not None:
            parts.append(compiled.pattern)
    return regex.compile("|".join(parts)) if parts else None


@cache
def _wishes(code: str) -> Wishes:
    own = LEXICONS[code]
    lexicons = (own,) if code == "en" else (own, LEXICONS["en"])

    def words(name: str) -> frozenset[str]:
        entries = (key for lexicon in lexicons for key in folded_list(getattr(lexicon, name)))
        return frozenset(_key(entry) for entry in entries)

    return Wishes(
        out=words("opt_out") - _own_meanings(own),
        out_clause=words("opt_out_clause") | _clauses_everywhere() - _own_meanings(own),
        out_phrases=_joined("opt_out_phrases", lexicons),
        out_fine=_joined("opt_out_fine", lexicons),
        back=words("opt_in"),
        human=words("human") - _own_meanings(own),
        human_phrases=_joined("human_phrases", lexicons),
        human_fine=_joined("human_fine", lexicons),
        skip=words("skip"),
        filler=words("filler"),
    )


@cache
def _clauses_everywhere() -> frozenset[str]:
    """The unmistakable words of all languages, for a message in another language than the conversation's."""
    entries = (entry for lexicon in LEXICONS.values() for entry in folded_list(lexicon.opt_out_clause))
    return frozenset(key for key in map(_key, entries) if len(key) > 2)


def _own_meanings(lexicon: Lexicon) -> frozenset[str]:
    """Words of other languages that mean something harmless in this one."""
    return frozenset(_key(entry) for entry in folded_list(lexicon.not_wishes))


def _key(words: str) -> str:
    return words.replace("'", "").replace("-", " ").replace("/", " ").strip()


def plain_words(folded: str, language: Tables) -> str:
    """The words of a folded message with one space between (none in joined scripts' runs), quotes kept inside words."""
    text = _SIGNS.sub(" ", folded).strip()
    if "'" in text:
        text = _LOOSE_QUOTES.sub("", text)
    if not language.spaced:
        text = text if regex.search(r"[a-z]", text) else text.replace(" ", "")
    return text


def _core(said: str, wishes: Wishes) -> tuple[str, str]:
    """The words as a key: whole, and without politeness and numbers."""
    whole = _key(said)
    if _SPACED_LETTERS.fullmatch(whole):
        whole = whole.replace(" ", "")
    if whole.count(" ") > 12:
        return whole, ""
    kept = [word for word in whole.split(" ") if word not in wishes.filler and not _NUMBER.fullmatch(word)]
    if len(kept) > 1 and len(set(kept)) == 1:
        kept = kept[:1]
    return whole, " ".join(kept)


def _without(said: str, fine: regex.Pattern[str] | None) -> str:
    return said if fine is None else fine.sub("¤", said)


def wants_out(said: str, folded: str, language: Tables) -> bool:
    """Whether the customer wants no more messages."""
    if not said:
        return bool(folded.strip()) and set(folded.strip()) <= _STOP_SIGNS
    wishes = _wishes(language.code)
    if _NUMBER.fullmatch(said):
        return False
    whole, core = _core(said, wishes)
    if whole in wishes.out or whole in wishes.out_clause or core in wishes.out_clause:
        return True
    if core in wishes.out and not _NUMBER.search(whole):
        return True
    if wishes.out_phrases is not None and wishes.out_phrases.search(_without(said, wishes.out_fine)):
        return True
    return _sentence_of_its_own(folded, wishes, language)


def _sentence_of_its_own(folded: str, wishes: Wishes, language: Tables) -> bool:
    sentences = _SENTENCE.split(folded)
    if len(sentences) < 2:
        return False
    for sentence in sentences:
        if len(sentence) > 40:
            continue
        said = plain_words(sentence, language)
        if said:
            whole, core = _core(said, wishes)
            if whole in wishes.out_clause or core in wishes.out_clause:
                return True
    return False


def wants_human(said: str, language: Tables) -> bool:
    """Whether the customer wants a person."""
    if not said or _NUMBER.fullmatch(said):
        return False
    wishes = _wishes(language.code)
    whole, core = _core(said, wishes)
    if whole in wishes.human or core in wishes.human:
        return True
    return wishes.human_phrases is not None and bool(wishes.human_phrases.search(_without(said, wishes.human_fine)))


def read_intent(text: str, locale: str = "en") -> Intent | None:
    """The wish in a message, in any state of the conversation; None if there is none. Never raises.

    Opt-out wins, then opt-in (START and its like; "yes" is an answer, not a wish), a person, skip.
    """
    folded = fold(text).text
    if folded.strip() in _DASHES:
        return Intent.SKIP
    language = tables_for(locale, folded)
    said = plain_words(folded, language)
    if wants_out(said, folded, language):
        return Intent.OPT_OUT
    if not said:
        return None
    wishes = _wishes(language.code)
    whole, core = _core(said, wishes)
    if whole in wishes.back or core in wishes.back:
        return Intent.OPT_IN
    if wants_human(said, language):
        return Intent.HUMAN
    return Intent.SKIP if whole in wishes.skip else None
