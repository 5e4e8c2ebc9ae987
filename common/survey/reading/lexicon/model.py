"""The shape of one language's words. Lists are written "one, two words, three*"; a star means "and every ending".

Everything is folded before use (see folding.py), so the lists are written as people write, accents included.
Patterns (`..._phrases`, `..._fine`) are regular expressions over the message's words alone: lower case, without accents
and punctuation, one space between words (none in Chinese and Japanese).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """One language. Only `code` and `numbers` are required."""

    code: str
    numbers: tuple[str, ...]
    """Words for 0 to 11; eleven is there to be refused."""
    framed: Mapping[int, str] = field(default_factory=dict)
    """Number words that also mean something else: they count only with nothing but a frame around them."""
    typos: Mapping[int, str] = field(default_factory=dict)
    """Number words as fingers slip; they count as `framed` ones do, and in their own language only."""
    alone: Mapping[int, str] = field(default_factory=dict)
    """Number words that are articles: they count only as the whole message, or before a score noun."""
    big: str = ""
    """Twelve and above, tens, hundreds: "twenty nine" is not nine."""
    spaced: bool = True
    """False for scripts that write words together: marks are then looked up character by character."""
    inline: str = ""
    """Pattern of a number word inside a run of letters: Chinese "九" in "给九分"."""

    # around the number
    frame: str = ""
    """May stand before a score and says nothing: articles, pronouns, "I would give"."""
    nouns: str = ""
    """Score nouns on either side: "score 9", "9 points"."""
    grades: str = ""
    """School grades that run the other way (German "Note 1"): 1 to 6 is asked again."""
    after: str = ""
    """May stand after a score and says nothing: "from me", verbs of languages that put them last."""
    follow: str = ""
    """Begins the reason right after the number: because, but, for."""
    quiet: str = ""
    """Says nothing when it is all that is left besides the score."""
    number_nouns: str = ""
    """"number", "no": before a 1 this is praise or a rank, before another number a frame."""
    endings: str = ""
    """Allowed glued to the digits: "8ish", Turkish "9'u"."""
    prefixes: str = ""
    """Allowed glued before the digits: Arabic "ب9"."""
    plural: str = ""
    """Pattern of a word that looks like a counted plural."""

    # what makes a number something else
    units: str = ""
    """After a number: time, people, things, attempts. Known to all languages."""
    units_own: str = ""
    """As `units`, but words that mean something else elsewhere."""
    time_before: str = ""
    time_after: str = ""
    money: str = ""
    """Either side."""
    months: str = ""
    refs: str = ""
    """Before a number: "room 7", "order 4"."""
    voids: str = ""
    """Directly before a number: "my son is 7", "we bought 2"."""
    ordinals: tuple[str, ...] = ()
    """"first", "second", ... for closed choices."""

    # what makes a number no plain answer
    negations: str = ""
    negations_after: str = ""
    bounds: str = ""
    bounds_after: str = ""
    minus: str = ""
    halves: str = ""
    halves_before: str = ""
    point: str = ""
    """The spoken decimal mark."""
    out_of: str = ""
    ten_after: str = ""
    """After the ten of a reversed scale: "10 üzerinden 9"."""
    ten_before: str = ""
    """Before the ten of a reversed scale: "out of 10, 9"."""
    range_words: str = ""
    or_words: str = ""
    """Between two numbers of which one is meant."""
    percent: str = ""
    stars: str = ""
    if_words: str = ""
    if_start: str = ""
    """Conditional only as the first word of a sentence or right after the number."""
    if_ending: str = ""
    """Pattern of a word (or run of characters) that ends as a conditional."""
    if_fine: str = ""
    """Patterns of set phrases that only look conditional: "if you ask me"."""
    unsure: str = ""
    """Patterns that take a number back or move it elsewhere: "no wait", "would have been", "last time"."""
    counterfactual: str = ""
    """Pattern of what begins another score than the one given: "8, would have been a 10 with less waiting"."""
    otherwise: str = ""
    """Pattern of what does so beside a second number only: "8 instead of 10", "8, a 10 if ..."."""
    full_marks: str = ""
    """Words for the top of a scale without its number: asked again."""
    questions: str = ""
    """First words of a question about the scale."""
    asks_late: bool = False
    """Question words may come after the number."""

    # wishes
    filler: str = ""
    """Polite words that change nothing."""
    opt_out: str = ""
    """As the whole message."""
    opt_out_clause: str = ""
    """As the whole message or as a sentence of its own."""
    opt_out_phrases: tuple[str, ...] = ()
    opt_out_fine: tuple[str, ...] = ()
    """Taken out before the phrases are searched: "cannot stop", "bus stop"."""
    not_wishes: str = ""
    """Words that are wishes in another language and harmless in this one."""
    opt_in: str = ""
    human: str = ""
    """As the whole message."""
    human_phrases: tuple[str, ...] = ()
    human_fine: tuple[str, ...] = ()
    skip: str = ""

    # taking a score back
    corrects: str = ""
    """Says clearly that the next number replaces the score."""
    rather_than: str = ""
    """Between the old and the new score where the denial comes last: Japanese "6ではなく9"."""
    corrects_late: str = ""
    """Says so after the number: "9 bedoel ik"."""
    corrects_weak: str = ""
    """Does so only if nothing else is said: "sorry", "no"."""


def split(words: str) -> list[str]:
    """The entries of a written list."""
    return [entry.strip() for entry in words.split(",") if entry.strip()]
