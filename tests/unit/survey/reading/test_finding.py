"""Finding phrases by their first letters finds what searching finds, no more and no less."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from common.survey.reading.finding import WORD_START, Finder
from common.survey.reading.folding import fold_text
from common.survey.reading.intents import wishes_for
from common.survey.reading.lexicon import LEXICONS
from common.survey.reading.tables import tables
from tests.unit.survey.reading.test_corpus import ROWS


def whole_words(body: str) -> regex.Pattern[str]:
    return regex.compile(rf"{WORD_START}(?:{body})(?![\p{{L}}\p{{M}}])")


PATTERNS = (
    whole_words("stop|no more (?:texts?|messages)"),
    whole_words("(?:[a-z]+ ){0,2}person"),
    whole_words("[0-9]+ ?h|'s|a"),
    regex.compile("停止|person$"),
)


def searched(patterns: tuple[regex.Pattern[str], ...], text: str) -> frozenset[int]:
    return frozenset(place for place, one in enumerate(patterns) if one.search(text))


@given(st.lists(st.sampled_from(["no", "more", "texts", "text", "stop", "it's", "3h", "4 h", "a", "á", "person", "停止",
                                 "", "'s", "stopp", "!", "7/10", "x\u0301a", "\n"])).map(" ".join))  # fmt: skip
def test_it_finds_what_searching_finds(text: str) -> None:
    assert Finder(PATTERNS).found_in(text) == searched(PATTERNS, text)


@given(st.text(alphabet="stop nomre'3h 停止!\n", max_size=24))
def test_whatever_is_written(text: str) -> None:
    assert Finder(PATTERNS).found_in(text) == searched(PATTERNS, text)


@pytest.mark.parametrize("code", sorted(LEXICONS))
def test_the_phrases_of_every_language_in_what_people_write(code: str) -> None:
    wishes, language = wishes_for(code, code), tables(code)
    patterns = tuple(counts for counts, _ in (*wishes.out_phrases, *wishes.human_phrases))
    fine = (language.if_fine,) if language.if_fine is not None else ()
    finder = Finder((*patterns, *fine))
    for text in (fold_text(row["text"]) for row in ROWS if row["locale"] == code):
        assert finder.found_in(text) == searched((*patterns, *fine), text), text


def test_a_second_message_is_told_as_the_first_was() -> None:
    finder = Finder(PATTERNS)
    for _ in range(2):
        assert finder.found_in("please no more texts") == {0}
        assert finder.found_in("please no morsel") == frozenset()
