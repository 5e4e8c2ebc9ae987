"""What holds for every text: nothing raises, nothing outside 0 to 10 is a score, noise changes nothing."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.survey.reading import (
    Option,
    Reading,
    ReadingOutcome,
    read_choice,
    read_correction,
    read_intent,
    read_score,
)
from common.survey.reading.folding import MAX_READ, fold
from common.survey.reading.lexicon import LEXICONS
from common.survey.reading.tables import tables

LOCALES = sorted(LEXICONS)
ANY_TEXT = st.text(st.characters(), max_size=200)
ANY_LOCALE = st.sampled_from([*LOCALES, "pt_BR", "zh-Hant-TW", "xx", "", "sv"])
OPTIONS = [Option(key="wait_time", label="Waiting time"), Option(key="expertise", label="Expertise")]
DECIMAL_ZEROS = [chr(code) for code in range(0x110000) if unicodedata.decimal(chr(code), -1) == 0]

WORDS = st.sampled_from(
    sorted(
        {word for code in LOCALES for word in tables(code).words}
        | {"9", "10", "7.5", "if", "or", "not", "-", "/", "%", "10/10", "out", "of"}
    )
)


def holds(reading: Reading) -> bool:
    if reading.outcome is ReadingOutcome.SCORE:
        return isinstance(reading.score, int) and 0 <= reading.score <= 10
    return reading.score is None and reading.also is None and reading.rest is None


@given(text=ANY_TEXT, locale=ANY_LOCALE)
@settings(max_examples=300, deadline=None)
def test_any_text_is_read(text: str, locale: str) -> None:
    assert holds(read_score(text, locale))
    read_intent(text, locale)
    correction = read_correction(text, locale)
    assert correction is None or 0 <= correction <= 10
    assert read_choice(text, OPTIONS, locale) in {None, "wait_time", "expertise"}


@given(words=st.lists(WORDS, min_size=1, max_size=6), locale=ANY_LOCALE)
@settings(max_examples=300, deadline=None)
def test_any_mixture_of_number_words_is_read(words: list[str], locale: str) -> None:
    assert holds(read_score(" ".join(words), locale))


@given(text=ANY_TEXT, locale=ANY_LOCALE)
@settings(max_examples=150, deadline=None)
def test_composition_of_characters_changes_nothing(text: str, locale: str) -> None:
    composed, decomposed = (read_score(unicodedata.normalize(form, text), locale) for form in ("NFC", "NFD"))
    assert (composed.outcome, composed.score, composed.also) == (decomposed.outcome, decomposed.score, decomposed.also)


@pytest.mark.parametrize("zero", DECIMAL_ZEROS, ids=[f"U+{ord(zero):04X}" for zero in DECIMAL_ZEROS])
def test_digits_of_every_script_are_read(zero: str) -> None:
    for value in range(10):
        assert read_score(chr(ord(zero) + value)).score == value
    assert read_score(chr(ord(zero) + 1) + zero).score == 10


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("value", range(11))
def test_the_language_s_own_words_are_read(locale: str, value: int) -> None:
    for entries in (LEXICONS[locale].numbers[value], LEXICONS[locale].framed.get(value, "")):
        for word in filter(None, (entry.strip() for entry in entries.split(","))):
            assert read_score(word, locale).score == value, word
            assert read_score(word.upper(), locale).score == value, word


@pytest.mark.parametrize("locale", LOCALES)
def test_eleven_is_asked_again(locale: str) -> None:
    for word in filter(None, (entry.strip() for entry in LEXICONS[locale].numbers[11].split(","))):
        assert read_score(word, locale).outcome is ReadingOutcome.REPROMPT, word


NOISE_BEFORE = st.sampled_from(["", " ", "\u200b", "\u200f", "\ufeff", "👍 ", "\n", "* ", '"', "(", "\t"])
NOISE_AFTER = st.sampled_from(["", " ", "!", "!!", ".", " 🙂", "\u200e", "\n", ")", '"', "\x00", "…", " 👍🏽", "?!"])


@given(value=st.integers(0, 10), before=NOISE_BEFORE, after=NOISE_AFTER, locale=st.sampled_from(LOCALES))
@settings(max_examples=300, deadline=None)
def test_harmless_noise_around_a_score(value: int, before: str, after: str, locale: str) -> None:
    reading = read_score(f"{before}{value}{after}", locale)
    assert (reading.outcome, reading.score, reading.rest) == (ReadingOutcome.SCORE, value, None)


@given(value=st.integers(0, 10), locale=st.sampled_from(LOCALES))
@settings(max_examples=100, deadline=None)
def test_out_of_ten(value: int, locale: str) -> None:
    for form in (f"{value}/10", f"{value} / 10", f"{value}/10!", f"{value}⁄10", f"{value}／10"):
        assert read_score(form, locale).score == value, form


@given(value=st.integers().filter(lambda value: not 0 <= value <= 10), locale=st.sampled_from(LOCALES))
@settings(max_examples=300, deadline=None)
def test_no_other_integer_is_a_score(value: int, locale: str) -> None:
    assert read_score(str(value), locale).outcome is ReadingOutcome.REPROMPT


JOINTS = st.sampled_from([" ", "-", " - ", ", ", "–", "~", " / ", "…", " or ", "\n"])


@given(low=st.integers(0, 10), high=st.integers(0, 10), joint=JOINTS)
@settings(max_examples=200, deadline=None)
def test_two_different_values_are_never_a_score(low: int, high: int, joint: str) -> None:
    if low != high and not (high == 10 and "/" in joint):
        assert read_score(f"{low}{joint}{high}").outcome is ReadingOutcome.REPROMPT


@given(whole=st.integers(0, 10), part=st.integers(1, 99), mark=st.sampled_from(".,٫"))
@settings(max_examples=200, deadline=None)
def test_a_decimal_is_never_rounded(whole: int, part: int, mark: str) -> None:
    assert read_score(f"{whole}{mark}{part}").outcome is ReadingOutcome.REPROMPT


@given(text=ANY_TEXT, locale=ANY_LOCALE)
@settings(max_examples=150, deadline=None)
def test_reading_twice_is_reading_once(text: str, locale: str) -> None:
    assert read_score(text, locale) == read_score(text, locale)
    assert fold(fold(text).text).text == fold(text).text


HOSTILE = [
    "9" + "\u0301" * 3000,
    "9" * 10_000,
    "9 " * 5_000,
    "9." * 5_000,
    "stop " * 3_000,
    "i want to " * 1_000,
    "do not want to receive any more " * 400,
    "please someone to " * 600,
    " " * 20_000 + "9",
    "a" * 20_000,
    "!?" * 10_000,
    "-" * 20_000,
    "\ud800" * 5_000,
    "\x00" * 5_000,
    "(" * 5_000 + "9" + ")" * 5_000,
    "十" * 5_000,
    "お電話" * 2_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("locale", ["en", "nl", "hi", "ja", "ru"])
def test_hostile_texts_take_bounded_time(text: str, locale: str) -> None:
    read_score("warm up", locale)
    started = time.process_time()
    read_score(text, locale)
    read_correction(text, locale)
    assert time.process_time() - started < 2.0


def test_a_long_comment_keeps_all_its_words() -> None:
    comment = "the wait was long and nobody told me anything " * 200
    reading = read_score(f"3, {comment}END")
    assert reading.score == 3
    assert reading.rest is not None
    assert reading.rest.endswith("END")
    assert len(reading.rest) > MAX_READ


def test_the_rest_can_be_stored_and_is_in_the_customer_s_own_words() -> None:
    assert read_score("9\x00, Très cher \ud83d").rest == "Très cher"
    assert read_score("4️⃣ — Waited an HOUR!").rest == "Waited an HOUR!"
    assert read_score("Great Service, I'd give it a 9, thank you").rest == "Great Service"
    assert read_score("He was kind so 9 but the wait was long").rest == "He was kind but the wait was long"
