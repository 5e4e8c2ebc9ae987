"""A question finds what a person would expect it to find, in every script."""

from __future__ import annotations

import pytest

from common.search.words import MAX_QUESTION, MAX_TERMS, MAX_WORD, is_found, terms_of, words_in, words_of_phone

FOUND = [
    ("Ich habe zwei Stunden GEWARTET", "gewartet stunden"),
    ("José Müller", "jose muller"),
    ("Jose Muller", "José Müller"),
    ("Straße", "strasse"),
    ("İstanbul ılık", "istanbul ilik"),
    ("Łódź", "lodz"),
    ("انتظرت ساعة كاملة", "ساعه"),
    ("اِنْتَظَرْتُ سَاعَةً", "انتظرت"),
    ("أحمد إبراهيم", "احمد ابراهيم"),
    ("שָׁלוֹם לכולם", "שלום"),
    ("मैंने एक घंटा इंतज़ार किया", "इंतज़ार"),
    ("我等了一个小时", "小时"),
    ("我等了一个小时", "时"),
    ("一時間待ちました", "待ちました"),
    ("ฉันรอหนึ่งชั่วโมง", "ชั่วโมง"),
    ("order 4711, invoice", "4711"),
    ("طلب ٤٧١١", "4711"),
    ("ｆｕｌｌ ｗｉｄｔｈ １２３", "full width 123"),
    ("waiting", "wait"),
    ("c-991", "c-991"),
    ("customer C-991.", "c-99"),
    ("a well-known fault", "well known"),
]
NOT_FOUND = [
    ("I waited an hour", "hours"),
    ("I waited an hour", "waited minutes"),
    ("我等了一个小时", "小明"),
    ("order 4711", "711"),
    ("c-99 and 991", "c-991"),
    ("nothing", "%"),
]
HOSTILE = [
    "%",
    "_",
    "' OR 1=1 --",
    '"',
    "\\",
    "(",
    "*",
    "a:*",
    "NOT AND OR",
    "\0",
    "\ud800",
    "💥",
    "<script>",
    "#",
    "-- x",
]


@pytest.mark.parametrize(("text", "question"), FOUND)
def test_it_is_found(text: str, question: str) -> None:
    assert terms_of(question)
    assert is_found(terms_of(question), words_in(text))


@pytest.mark.parametrize(("text", "question"), NOT_FOUND)
def test_it_is_not_found(text: str, question: str) -> None:
    terms = terms_of(question)
    assert not terms or not is_found(terms, words_in(text))


@pytest.mark.parametrize(
    "question", ["5678", "345678", "0612345678", "+31612345678", "06-1234 5678", "(06) 12 34 56 78"]
)
def test_the_end_of_a_number_finds_it(question: str) -> None:
    assert is_found(terms_of(question), words_of_phone("+31612345678"))


@pytest.mark.parametrize("question", ["1234", "0613345678", "78"])
def test_the_middle_of_a_number_does_not(question: str) -> None:
    assert not is_found(terms_of(question), words_of_phone("+31612345678"))


def test_an_address_that_is_no_number_has_no_end() -> None:
    assert words_of_phone("998877") == set()


@pytest.mark.parametrize("question", HOSTILE)
def test_hostile_questions_are_words_or_nothing(question: str) -> None:
    for term in terms_of(question):
        assert all(beginning.replace("#", "").isalnum() for beginning in term.beginnings)


def test_nothing_is_too_long() -> None:
    terms = terms_of("word " * 1000 + "x" * 1000)
    assert len(terms) <= MAX_TERMS
    assert len(terms_of(" ".join(f"w{number}" for number in range(500)))) == MAX_TERMS
    assert all(len(each) <= MAX_WORD for term in terms_of("x" * MAX_QUESTION) for each in term.beginnings)
    assert max(map(len, words_in("y" * 10_000))) == MAX_WORD
