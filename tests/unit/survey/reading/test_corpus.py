"""Every labelled answer is read as its label says. The labels were set by a person, not by the reader."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from common.survey.reading import ReadingOutcome, read_intent, read_score
from common.survey.reading.lexicon import LEXICONS
from common.survey.reading.outcome import Intent

CORPUS = Path(__file__).parents[3] / "corpus"


def rows() -> Iterator[dict[str, Any]]:
    for path in sorted(CORPUS.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)


ROWS = list(rows())


def test_the_corpus_covers_every_language_and_every_outcome() -> None:
    assert {row["locale"] for row in ROWS} == set(LEXICONS)
    outcomes = Counter(row["outcome"] for row in ROWS)
    assert set(outcomes) == {outcome.value for outcome in ReadingOutcome}
    assert outcomes["opt_out"] >= 150


@pytest.mark.parametrize("row", ROWS, ids=[f"{row['locale']}-{index}" for index, row in enumerate(ROWS)])
def test_an_answer_is_read_as_labelled(row: dict[str, Any]) -> None:
    reading = read_score(row["text"], row["locale"])
    assert (reading.outcome, reading.score, reading.also) == (row["outcome"], row["score"], row["also"])
    if "rest" in row:
        assert reading.rest == row["rest"]


def test_wishes_are_the_same_in_every_state() -> None:
    for row in ROWS:
        intent = read_intent(row["text"], row["locale"])
        assert (intent is Intent.OPT_OUT) == (row["outcome"] == "opt_out"), row
        if row["outcome"] == "human":
            assert intent is Intent.HUMAN, row
