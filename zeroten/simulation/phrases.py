"""What customers say. Only utterances that any reader would take the same way: the expected outcome hangs on them."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

LOCALES = ("en", "en", "en", "nl", "de", "fr", "es")
"""Drawn from evenly."""

WORDS: Mapping[str, Sequence[str]] = {
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    "nl": ("nul", "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien"),
    "de": ("null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn"),
    "fr": ("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix"),
    "es": ("cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez"),
}
UNCLEAR = ("hmm", "what do you mean?", "???", "let me think")
STOP_KEYWORDS = ("STOP", "Stop", "stop", "Unsubscribe")
STOP_WORDS = ("stop texting me please", "please stop sending me messages", "stop texting me")
HUMAN = ("I want a human", "a real person please")
CORRECTION = "sorry, I meant {score}"
SKIPS: Mapping[str, str] = {"en": "skip", "nl": "overslaan", "de": "überspringen", "fr": "passer", "es": "omitir"}
ASPECTS = ("wait_time", "expertise", "solution", "friendliness")

_UNHAPPY = (
    "nobody called me back",
    "the engineer never showed up",
    "I had to explain everything again and again",
    "the invoice is still wrong",
)
_CONTENT = ("it was fine but slow", "they solved most of it", "friendly, only a bit long")
_HAPPY = ("quick and very kind", "solved at once", "the best support in a long while")
_SYLLABLES = ("ba", "ke", "li", "mo", "nu", "ra", "se", "ti", "vo", "zu")


def score_words(chance: random.Random, locale: str, score: int) -> str:
    """One of the many ways to say a score."""
    ways = [
        str(score),
        f" {score} ",
        f"{score}!",
        f"{score}/10",
        WORDS[locale][score],
        WORDS[locale][score].capitalize(),
    ]
    if locale == "en":
        ways += [f"{score} out of 10", f"I'd give it a {score}"]
    return chance.choice(ways)


def reason_words(chance: random.Random, score: int, number: int) -> str:
    """A reason that no other customer gives: it ends in a word of its own."""
    words = _UNHAPPY if score <= 6 else _CONTENT if score <= 8 else _HAPPY
    return f"{chance.choice(words)} {word_of(number)}"


def word_of(number: int) -> str:
    """A made-up word for each number, without digits."""
    return "".join(_SYLLABLES[int(digit)] for digit in f"{number:04d}")


AFTER_A_PERSON = "10 minutes or 3 hours, I do not remember"
"""What is said to a person, and looks like a score and a choice to a bot that does not hold its tongue."""
