"""A courtesy after the end: "thanks", "ok bye", "👍". It asks nothing and tells nothing, so nobody need read it.

Conservative: every word must be on the closed list of one language (courtesy.py of the lexicon) or on the English one,
and one of them must be a courtesy by itself. People thank in any language, so the conversation's is only the first that
is tried. A question mark, a digit, a frown, or one word more makes it a message for a person.
"""

from __future__ import annotations

from functools import cache

import regex

from common.survey.reading.folding import fold
from common.survey.reading.intents import plain_words
from common.survey.reading.lexicon import LEXICONS
from common.survey.reading.lexicon.courtesy import COURTESIES, FRIENDLY_SIGNS
from common.survey.reading.tables import Tables, folded_list, language_of, tables_for

LONGEST = 120
"""Characters of a courtesy."""

_SIGNS = regex.compile(r"[^\p{L}\p{M}\s]")
_HARMLESS = frozenset(".,!;:-'\"()、~*_^/<") | FRIENDLY_SIGNS
_SMILE = regex.compile(r"\s*(?:[:;]-?\)+|\^_?\^)\s*")
_SKIN_TONE = regex.compile(r"[\U0001f3fb-\U0001f3ff]")


@cache
def _forms(code: str, locale_code: str) -> tuple[regex.Pattern[str], regex.Pattern[str]]:
    """What a whole courtesy looks like, and what one of its own words does."""
    by_itself: set[str] = set()
    beside: set[str] = set()
    for one in {code, locale_code, "en"}:
        core, others = COURTESIES[one]
        by_itself.update(_plain(core))
        beside.update(_plain(others))
    joiner = "" if not LEXICONS[code].spaced else " "
    core_words = _any_of(by_itself, joiner)
    all_words = _any_of(by_itself | beside, joiner)
    return regex.compile(rf"(?:{all_words}(?:{joiner}|$))++"), regex.compile(core_words)


def _plain(words: str) -> list[str]:
    return [entry.replace("'", "") for entry in folded_list(words)]


def _any_of(entries: set[str], joiner: str) -> str:
    ordered = sorted((entry if joiner else entry.replace(" ", "") for entry in entries), key=len, reverse=True)
    body = "|".join(regex.escape(entry) for entry in ordered)
    return rf"(?<!\p{{L}})(?:{body})(?![\p{{L}}\p{{M}}])" if joiner else f"(?:{body})"


def read_courtesy(text: str, locale: str = "en") -> bool:
    """Whether a message is thanks, a goodbye or a friendly sign and nothing else. Never raises."""
    if len(text) > LONGEST:
        return False
    folded = _SKIN_TONE.sub("", fold(text).text)
    signs = _SIGNS.findall(folded)
    if not set(signs) <= _HARMLESS:
        return False
    language: Tables = tables_for(locale, folded)
    words = plain_words(folded, language).replace("'", "")
    if not words:
        return any(sign in FRIENDLY_SIGNS for sign in signs) or _SMILE.fullmatch(folded) is not None
    own = language_of(locale)
    further = [code for code in COURTESIES if LEXICONS[code].spaced] if language.spaced else []
    return any(
        whole.fullmatch(words) is not None and core.search(words) is not None
        for whole, core in (_forms(language.code, own), *(_forms(code, code) for code in further))
    )
