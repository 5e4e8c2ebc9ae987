"""`zeroten score`: what other programs rely on."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from zeroten.commands.figures import score_command


def run(*arguments: str, given: str | None = None) -> list[dict[str, Any]]:
    done = CliRunner().invoke(score_command, list(arguments), input=given)
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.output.splitlines()]


def test_one_answer_is_read() -> None:
    assert run("4, waited an hour") == [{"outcome": "score", "score": 4, "also": None, "rest": "waited an hour"}]
    assert run("acht", "--locale", "nl")[0]["score"] == 8


@pytest.mark.parametrize("text", ["-5", "-x", "--8 points", "- 8", ""])
def test_an_answer_that_begins_like_an_option_is_an_answer(text: str) -> None:
    assert len(run(text)) == 1


def test_lines_are_read_in_order_whatever_stands_inside_of_them() -> None:
    texts = ["9", "8\u2028great\u0085and quick", "-5", "7\x0b", "a\x1cb", ""]
    given = "".join(json.dumps({"text": text, "locale": "en"}, ensure_ascii=False) + "\n" for text in texts)
    found = run("-", given=given)
    assert [row["score"] for row in found] == [9, 8, None, 7, None, None]
    assert found[1]["rest"] == "great\u0085and quick"


def test_an_attachment_without_words_is_no_score() -> None:
    assert run("-", given='{"text": null}\n{"text": "8", "locale": null}')[0]["outcome"] == "not_score"


def test_a_line_that_is_no_answer_is_named() -> None:
    done = CliRunner().invoke(score_command, ["-"], input='{"text": "9"}\n{"words": "9"}\n')
    assert done.exit_code == 1
    assert "line 2" in done.output
