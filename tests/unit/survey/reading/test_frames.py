"""Every score, in digits and in words, in every frame of its language: what makes it a score and what never does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import regex

from common.survey.reading import ReadingOutcome, read_score

FRAMES: dict[str, dict[str, list[str]]] = json.loads(
    (Path(__file__).parents[3] / "corpus" / "frames.json").read_text(encoding="utf-8")
)
ASKED_AGAIN = {
    ("zh", "十"),  # "very" more often than ten
    *((locale, word) for locale, word in (("fr", "un"), ("pt", "um"), ("hi", "एक"), ("ja", "一"))),
}
"""Words that a frame does not make a number: articles, mostly."""
HEARD_AS_A_SCORE = {"शून्य और एक के बीच", "दो और तीन के बीच", "十分或九分", "十到九分", "zou een één zijn geweest"}
"""Known to be misread; nothing may be added."""
_ONLY_FIGURES = regex.compile(r"\{n\}[.,½%/€+°k:'pgG-]|[%$€£+<>°-]\{n\}|Rp\{n\}|R\$\{n\}")
_BOTH_COUNT = ("ko",)
"""Where the words for single numbers are written only beside a noun."""


@pytest.mark.parametrize("locale", sorted(FRAMES))
def test_every_score_is_read_in_every_frame(locale: str) -> None:
    wrong = []
    for value, word in enumerate(FRAMES[locale]["words"]):
        for frame in FRAMES[locale]["score"]:
            for number in (str(value), word):
                text = frame.format(n=number)
                reading = read_score(text, locale)
                if (reading.score, reading.rest) != (value, None) and (locale, number) not in ASKED_AGAIN:
                    wrong.append((text, reading))
    assert not wrong


@pytest.mark.parametrize("locale", sorted(FRAMES))
def test_no_number_is_a_score_in_a_frame_that_takes_it_back(locale: str) -> None:
    wrong = set()
    words = FRAMES[locale]["words"]
    for value in range(11):
        other = value + 1 if value < 10 else 9
        for frame in FRAMES[locale]["no_score"]:
            texts = [frame.format(n=value, m=other)]
            if _ONLY_FIGURES.search(frame) is None and not (locale in _BOTH_COUNT and "{m}" in frame):
                texts.append(frame.format(n=words[value], m=words[other]))
            wrong |= {text for text in texts if read_score(text, locale).outcome is ReadingOutcome.SCORE}
    assert wrong <= HEARD_AS_A_SCORE
