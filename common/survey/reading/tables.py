"""A language's lists, compiled: what may stand before a number, what after it, and what the wishes look like.

Each phrase carries a set of marks as bits, so that one dictionary look-up answers every question about a neighbour of
the number. The tables of a language are built at its first use and kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

import regex

from common.survey.reading.finding import WORD_START, Finder
from common.survey.reading.folding import fold_text
from common.survey.reading.languages import spoken
from common.survey.reading.lexicon import LEXICONS, OTHER_NUMBERS
from common.survey.reading.lexicon.model import Lexicon, split
from common.survey.reading.trees import Tree, tree_of

FRAME = 1  # says nothing, may stand there
NOUN = 2  # score noun
VOID = 4  # directly before: the number counts something
REF = 8  # before: the number names something
NEG = 16
BOUND = 32
MINUS = 64
UNIT = 128  # after: the number counts something
TIME = 256
MONEY = 512
PERCENT = 1024
STARS = 2048
HALF = 4096
FOLLOW = 8192
GRADE = 16384
MONTH = 32768
TEN_BEFORE = 65536
TEN_AFTER = 131072
RANK = 262144

CLOSED = NEG | BOUND | MINUS | HALF
"""Makes the number an attempt that cannot be taken as it stands."""

ALONE, FRAMED, STRONG, BIG = range(4)
"""How much a number word counts by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """One language, ready for look-ups. `step` is the number of characters or words a phrase may have."""

    code: str
    spaced: bool
    words: dict[str, tuple[int, int]]
    """Number word → (value, strength)."""
    accented: dict[str, int]
    before: dict[str, int]
    after: dict[str, int]
    before_stems: tuple[tuple[str, int], ...]
    after_stems: tuple[tuple[str, int], ...]
    before_tree: Tree
    """The phrases in `before`, from their last word (or character)."""
    after_tree: Tree
    """The phrases in `after`, from their first word (or character)."""
    out_of: frozenset[str]
    range_words: frozenset[str]
    or_words: frozenset[str]
    point: frozenset[str]
    if_words: frozenset[str]
    if_start: frozenset[str]
    if_heads: frozenset[str]
    """First words of the two lists above."""
    if_ending: regex.Pattern[str] | None
    if_fine: regex.Pattern[str] | None
    unsure: regex.Pattern[str] | None
    counterfactual: regex.Pattern[str] | None
    otherwise: regex.Pattern[str] | None
    doubts: Finder
    """Of `if_fine` (place 0) and of `unsure`, the words of second thoughts (place 1)."""
    full_marks: regex.Pattern[str] | None
    plural: regex.Pattern[str] | None
    questions: frozenset[str]
    asks_late: bool
    endings: frozenset[str]
    prefixes: frozenset[str]
    filler: frozenset[str]
    quiet: frozenset[str]
    silent: frozenset[str]
    """Words that tell nothing: politeness, frames, number words."""
    ordinals: tuple[frozenset[str], ...]
    tokens: regex.Pattern[str]
    """Numbers, words and single signs of this language's messages."""
    inline: bool
    """Numbers may be written within a run of letters."""


FINE, UNSURE = range(2)
"""Places in `Tables.doubts`."""


def folded_list(words: str) -> list[str]:
    """The entries of a written list, folded; a trailing star is kept."""
    return [entry for entry in (fold_text(word).strip() for word in split(words)) if entry]


def pattern(
    alternatives: str | tuple[str, ...], *, spaced: bool, whole_words: bool = True
) -> regex.Pattern[str] | None:
    """One compiled pattern of all alternatives, on folded text; None if there are none."""
    joined = alternatives if isinstance(alternatives, str) else "|".join(alternatives)
    if not joined:
        return None
    body = f"(?:{fold_text_pattern(joined)})"
    if spaced and whole_words:
        body = rf"{WORD_START}{body}(?![\p{{L}}\p{{M}}])"
    return regex.compile(body)


def fold_text_pattern(expression: str) -> str:
    """Fold the letters of a regular expression. Expressions use no upper-case escapes."""
    return fold_text_long(expression)


def fold_text_long(text: str) -> str:
    """As fold_text, without the limit on length."""
    return "".join(fold_text(text[i : i + 2000]) for i in range(0, len(text), 2000))


_NEVER = regex.compile(WORD_START + r"(?!)")

_NUMBER = r"[0-9]+(?:[.,/\-][0-9]+|:[0-5][0-9](?![0-9]))*"
_WORD = r"[\p{L}\p{M}]+(?:'[\p{L}\p{M}]+)*"


def _token_pattern(lexicon: Lexicon) -> regex.Pattern[str]:
    if not lexicon.inline:
        return regex.compile(rf"(?P<number>{_NUMBER})|(?P<word>{_WORD})|\n|\S")
    inline = lexicon.inline
    return regex.compile(
        rf"(?P<number>{_NUMBER})|(?P<numeral>{inline})|(?P<word>(?:(?!{inline})[\p{{L}}\p{{M}}])+)|\n|\S"
    )


_BEFORE_MARKS: tuple[tuple[str, int], ...] = (
    ("frame", FRAME), ("nouns", NOUN), ("grades", GRADE), ("refs", REF), ("voids", VOID), ("time_before", TIME | VOID),
    ("money", MONEY), ("negations", NEG), ("bounds", BOUND), ("minus", MINUS), ("halves_before", HALF),
    ("ten_before", TEN_BEFORE), ("number_nouns", RANK | FRAME),
    ("percent", PERCENT), ("stars", STARS),
)  # fmt: skip
_AFTER_MARKS: tuple[tuple[str, int], ...] = (
    ("nouns", NOUN), ("after", FRAME), ("follow", FOLLOW), ("filler", FOLLOW), ("units", UNIT), ("units_own", UNIT),
    ("time_after", TIME), ("money", MONEY), ("months", MONTH), ("negations_after", NEG), ("bounds_after", BOUND),
    ("halves", HALF), ("percent", PERCENT), ("stars", STARS), ("ten_after", TEN_AFTER),
)  # fmt: skip


def _marks(lexicon: Lexicon, fields: tuple[tuple[str, int], ...]) -> tuple[dict[str, int], tuple[tuple[str, int], ...]]:
    exact: dict[str, int] = {}
    stems: dict[str, int] = {}
    for name, bits in fields:
        for entry in folded_list(getattr(lexicon, name)):
            if entry.endswith("*") and len(entry) > 1:
                stems[entry[:-1]] = stems.get(entry[:-1], 0) | bits
            else:
                exact[entry] = exact.get(entry, 0) | bits
    return exact, tuple(sorted(stems.items(), key=lambda item: -len(item[0])))


@cache
def _shared_units() -> dict[str, int]:
    """Units every language knows: a message in the wrong locale must not have its weeks read as a score."""
    shared: dict[str, int] = {}
    for lexicon in LEXICONS.values():
        if lexicon.spaced:
            for name, bits in (("units", UNIT), ("percent", PERCENT), ("stars", STARS), ("months", MONTH)):
                for entry in folded_list(getattr(lexicon, name)):
                    if len(entry) > 3 and not entry.endswith("*"):
                        shared.setdefault(entry, bits)
    return shared


def _number_words(lexicon: Lexicon, typos: Mapping[int, str]) -> tuple[dict[str, tuple[int, int]], dict[str, int]]:
    words: dict[str, tuple[int, int]] = {}
    accented: dict[str, int] = {}
    for entry in folded_list(lexicon.big):
        words[entry] = (12, BIG)
    for strength, table in ((ALONE, lexicon.alone), (FRAMED, lexicon.framed)):
        for value, entries in table.items():
            words.update((entry, (value, strength)) for entry in folded_list(entries))
    for value, entries in enumerate(lexicon.numbers):
        for written in split(entries):
            folded = fold_text(written)
            if folded in words and words[folded][1] in {ALONE, FRAMED}:
                accented[written] = value  # "één" is a number, "een" an article
            else:
                words[folded] = (value, STRONG)
    for value, entries in typos.items():
        for entry in folded_list(entries):
            words.setdefault(entry, (value, FRAMED))
    return words, accented


def _spelled(words: dict[str, tuple[int, int]]) -> str:
    """Pattern of a number in digits or in words."""
    strong = sorted((word for word, (_, strength) in words.items() if strength == STRONG), key=len, reverse=True)
    return "(?:[0-9]+|" + "|".join(map(regex.escape, strong)) + ")"


@cache
def tables(code: str) -> Tables:
    """The tables of one language of LEXICONS."""
    lexicon = LEXICONS[code]
    words, accented = _number_words(lexicon, lexicon.typos)
    before, before_stems = _marks(lexicon, _BEFORE_MARKS)
    after, after_stems = _marks(lexicon, _AFTER_MARKS)
    if lexicon.spaced:
        for entry, bits in _shared_units().items():
            if entry not in after and entry not in before and entry not in words:
                after[entry] = bits
    spaced = lexicon.spaced

    def compiled(text: str, *, whole_words: bool = True) -> regex.Pattern[str] | None:
        return pattern(text, spaced=spaced, whole_words=whole_words)

    filler, quiet = frozenset(folded_list(lexicon.filler)), frozenset(folded_list(lexicon.quiet))
    if_fine = compiled(lexicon.if_fine)
    unsure = compiled(lexicon.unsure.replace(r"\d+", _spelled(words)))
    return Tables(
        code=code,
        spaced=spaced,
        words=words,
        accented=accented,
        before=before,
        after=after,
        before_stems=before_stems,
        after_stems=after_stems,
        before_tree=tree_of(before, spaced=spaced, backwards=True),
        after_tree=tree_of(after, spaced=spaced),
        out_of=frozenset(folded_list(lexicon.out_of)),
        range_words=frozenset(folded_list(lexicon.range_words)) | {"-", "~", "/"},
        or_words=frozenset(folded_list(lexicon.or_words)) | {"-", "~", "/"},
        point=frozenset(folded_list(lexicon.point)),
        if_words=frozenset(folded_list(lexicon.if_words)),
        if_start=frozenset(folded_list(lexicon.if_start)),
        if_heads=frozenset(entry.split(" ", 1)[0] for entry in folded_list(f"{lexicon.if_words}, {lexicon.if_start}")),
        if_ending=regex.compile(rf"(?:{fold_text(lexicon.if_ending)})$") if lexicon.if_ending else None,
        if_fine=if_fine,
        unsure=unsure,
        counterfactual=compiled(lexicon.counterfactual),
        otherwise=compiled("|".join(filter(None, (lexicon.counterfactual, lexicon.otherwise)))),
        doubts=Finder([if_fine or _NEVER, unsure or _NEVER]),
        full_marks=compiled(lexicon.full_marks and "|".join(folded_list(lexicon.full_marks))),
        plural=regex.compile(lexicon.plural) if lexicon.plural else None,
        asks_late=lexicon.asks_late,
        questions=frozenset(folded_list(lexicon.questions)),
        endings=frozenset(folded_list(lexicon.endings)),
        prefixes=frozenset(folded_list(lexicon.prefixes)),
        filler=filler,
        quiet=quiet,
        silent=filler | quiet | set(words) | {word for word, bits in before.items() if bits & (FRAME | NOUN)},
        ordinals=tuple(frozenset(folded_list(forms)) for forms in lexicon.ordinals),
        tokens=_token_pattern(lexicon),
        inline=bool(lexicon.inline),
    )


@cache
def any_language_words() -> dict[str, int]:
    """Number words of all languages that mean one value only: for a message of a single word in another language."""
    values: dict[str, set[int]] = {}
    for lexicon in LEXICONS.values():
        for word, (value, strength) in _number_words(lexicon, {})[0].items():
            values.setdefault(word, set()).add(value if strength == STRONG else -1)
    for entries in OTHER_NUMBERS.values():
        for value, words in enumerate(entries):
            for word in folded_list(words):
                values.setdefault(word, set()).add(value)
    return {word: found.copy().pop() for word, found in values.items() if len(found) == 1 and -1 not in found}


_SCRIPTS: tuple[tuple[str, regex.Pattern[str]], ...] = (
    ("ja", regex.compile(r"[\p{Hiragana}\p{Katakana}]")),
    ("ko", regex.compile(r"\p{Hangul}")),
    ("zh", regex.compile(r"\p{Han}")),
    ("ru", regex.compile(r"\p{Cyrillic}")),
    ("ar", regex.compile(r"\p{Arabic}")),
    ("hi", regex.compile(r"\p{Devanagari}")),
)
_LATIN = re.compile(r"[a-z]")
_NOT_LATIN = frozenset({"ja", "ko", "zh", "ru", "ar"})
"""Languages never written in Latin letters by their speakers' phones (Hindi often is)."""


@lru_cache(maxsize=256)
def language_of(locale: str) -> str:
    """The language part of a locale ("pt_BR", "pt-BR" → "pt"); "en" for one that is not known."""
    code = regex.split(r"[-_.@]", locale.strip().lower(), maxsplit=1)[0]
    return code if code in LEXICONS else "en"


def tables_for(locale: str, folded: str) -> Tables:
    """The tables to read a message with: the locale's, unless the message is plainly written in another script."""
    code = language_of(locale)
    if not folded.isascii():
        for script, letters in _SCRIPTS:
            if letters.search(folded):
                if script == code or (code == "ja" and script == "zh"):
                    return tables(code)
                return tables(script) if not _LATIN.search(folded) or code in _NOT_LATIN else tables(code)
    if not _LATIN.search(folded):
        return tables(code)
    return tables(spoken(folded, "en" if code in _NOT_LATIN else code))
