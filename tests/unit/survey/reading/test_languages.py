"""Customers answer in another language than the one they are spoken to in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from common.survey.reading import ReadingOutcome, read_score
from common.survey.reading.folding import fold
from common.survey.reading.languages import spoken
from common.survey.reading.lexicon import LEXICONS

CORPUS = Path(__file__).parents[3] / "corpus"
ENGLISH = [json.loads(line) for line in (CORPUS / "en.jsonl").read_text(encoding="utf-8").splitlines()]
MEANS_SOMETHING_THERE = {
    ("tr", "not 9"),  # "not" is a mark in Turkish
    ("tr", "not 10"),
    ("tr", "1e1"),
    ("id", "bus line 9"),
    ("hi", "6ish maybe 7"),
    ("nl", "7 (was 5)"),
}
"""English answers that are a score in the conversation's own language."""


@pytest.mark.parametrize("locale", sorted(set(LEXICONS) - {"en"}))
def test_an_english_answer_is_no_other_score_in_any_conversation(locale: str) -> None:
    wrong = []
    for row in ENGLISH:
        reading = read_score(row["text"], locale)
        if reading.outcome is ReadingOutcome.SCORE and reading.score != row["score"]:
            wrong.append((locale, row["text"]))
    assert set(wrong) <= MEANS_SOMETHING_THERE


@pytest.mark.parametrize(
    ("own", "text", "language"),
    [
        ("nl", "not a 10", "en"),
        ("nl", "nine out of ten", "en"),
        ("en", "ik geef jullie een acht", "nl"),
        ("en", "no es un 10", "es"),
        ("de", "je mets 8 parce que c'est long", "fr"),
        ("en", "onze", "en"),
        ("en", "fine", "en"),
        ("nl", "was super, 8", "nl"),
        ("nl", "Tim 8", "nl"),
        ("tr", "10'dan 9", "tr"),
        ("en", "", "en"),
    ],
)
def test_the_language_is_the_one_that_knows_more_of_the_words(own: str, text: str, language: str) -> None:
    assert spoken(fold(text).text, own) == language


@pytest.mark.parametrize(
    ("locale", "text", "score"),
    [
        ("nl", "not a 10", None),
        ("es", "10 if you fix it", None),
        ("pl", "nine out of ten", 9),
        ("en", "ik geef jullie een acht", 8),
        ("en", "entre 7 y 8", None),
        ("fr", "ich gebe eine 9, weil es schnell ging", 9),
    ],
)
def test_a_message_is_read_in_its_own_language(locale: str, text: str, score: int | None) -> None:
    assert read_score(text, locale).score == score


def test_a_wish_is_heard_in_another_language() -> None:
    assert read_score("stuur me geen berichten meer", "en").outcome is ReadingOutcome.OPT_OUT
    assert read_score("quiero hablar con una persona", "en").outcome is ReadingOutcome.HUMAN
