"""Cells that a spreadsheet would run, and the ones that it would not."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from common.exports import csv_lines, neutralise, original

DANGEROUS = [
    "=1+1",
    "+1+1",
    "-1",
    "@SUM(A1)",
    "\t1",
    "\r1",
    "\n1",
    "\x001",
    " =1",
    '"=1',
    "'=1",
    "''=1",
    "\u00a0=1",
    "\u200b=1",
    "\u202e=1",
    "\ufeff=1",
    ";=1",
    ",=1",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    "﹣1",
    "−1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x","y")',
    "+",
    "+49 170 =1",
    "+1-2",
]
HARMLESS = [
    "",
    "9",
    "a=b",
    "wait-time",
    "o'clock",
    "'quoted'",
    "+4917012345678",
    "+49 170 1234567",
    "10 - 1",
    "#1",
    "né",
]


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_formula_is_made_text(text: str) -> None:
    assert neutralise(text) == f"'{text}"
    assert original(neutralise(text)) == text


@pytest.mark.parametrize("text", HARMLESS)
def test_other_words_stay_as_they_are(text: str) -> None:
    assert neutralise(text) == text
    assert original(text) == text


@given(st.text())
@example("'=1")
def test_nothing_is_lost(text: str) -> None:
    assert original(neutralise(text)) == text


@given(st.lists(st.tuples(st.text(st.characters(exclude_categories=["Cs"])), st.none() | st.integers()), max_size=5))
def test_the_file_reads_back(rows: list[tuple[str, int | None]]) -> None:
    lines = csv_lines(["words", "number"], [{"words": words, "number": number} for words, number in rows])
    read = list(csv.DictReader(io.StringIO("".join(lines), newline="")))
    assert [original(row["words"]) for row in read] == [words for words, _ in rows]
    assert [row["number"] for row in read] == ["" if number is None else str(number) for _, number in rows]


def test_cells_that_another_separator_would_split_are_quoted() -> None:
    (_, line) = csv_lines(["words"], [{"words": "a;=1"}])
    assert line == '"a;=1"\r\n'
