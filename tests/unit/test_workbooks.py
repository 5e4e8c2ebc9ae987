"""Workbooks: what stands in their cells, as Excel's own format says, and that their memory does not grow with them."""

from __future__ import annotations

import io
import re
import tracemalloc
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest

from common import workbooks
from common.exports import neutralise
from common.workbooks import CELL_LETTERS, write_xlsx

NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
NASTY = [
    "=1+1",
    "@SUM(A1)",
    "-2+3",
    "http://example.com",
    "plain",
    "Grüße 👩‍👩‍👧",
    "two\nlines",
    "\x07bell",
    "_x0041_",
    "",
]


def cells_of(workbook: bytes, sheet: int = 1) -> list[list[tuple[str | None, str]]]:
    """(type, text) of each cell, read by the format's rules."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as parts:
        root = ElementTree.fromstring(parts.read(f"xl/worksheets/sheet{sheet}.xml"))
    rows = []
    for row in root.iter(f"{NAMESPACE}row"):
        cells = []
        for cell in row.iter(f"{NAMESPACE}c"):
            assert cell.find(f"{NAMESPACE}f") is None, "a formula"
            words = "".join(text.text or "" for text in cell.iter(f"{NAMESPACE}t"))
            value = cell.find(f"{NAMESPACE}v")
            cells.append((cell.get("t"), words if value is None else value.text or ""))
        rows.append(cells)
    return rows


def test_every_text_is_text_and_every_number_a_number() -> None:
    target = io.BytesIO()
    rows = [{"score": 7, "reason": text, "team": None} for text in NASTY]
    assert write_xlsx(target, "responses", ["score", "reason", "team"], rows) == len(NASTY)
    heading, *lines = cells_of(target.getvalue())
    assert [text for _, text in heading] == ["score", "reason", "team"]
    for given, line in zip(NASTY, lines, strict=True):
        assert line[0] == (None, "7") or line[0] == ("n", "7")
        if given:
            kind, text = line[1]
            assert kind == "inlineStr"
            assert unescaped(text) == neutralise(given)


def unescaped(text: str) -> str:
    """Excel's own way of writing what XML cannot hold."""
    return re.sub(r"_x([0-9A-F]{4})_", lambda match: chr(int(match[1], 16)), text)


def test_a_cell_ends_where_excels_cells_end() -> None:
    target = io.BytesIO()
    write_xlsx(target, "x", ["reason"], [{"reason": "a" * 40_000}])
    (_, text) = cells_of(target.getvalue())[1][0]
    assert len(text) == CELL_LETTERS
    assert text.endswith("a…")


def test_a_full_sheet_is_followed_by_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "SHEET_ROWS", 10)
    target = io.BytesIO()
    assert write_xlsx(target, "x", ["n"], [{"n": number} for number in range(25)]) == 25
    sheets = [cells_of(target.getvalue(), number) for number in (1, 2, 3)]
    assert [len(sheet) - 1 for sheet in sheets] == [10, 10, 5]
    assert [sheet[0][0][1] for sheet in sheets] == ["n"] * 3
    assert sheets[2][1][0][1] == "20"


def test_memory_does_not_grow_with_the_rows() -> None:
    def rows(count: int) -> Iterator[dict[str, object]]:
        for number in range(count):
            yield {"score": number % 11, "reason": f"I waited an hour for answer number {number}"}

    peaks = []
    for count in (2_000, 20_000):
        target = _Nowhere()
        tracemalloc.start()
        write_xlsx(target, "x", ["score", "reason"], rows(count))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0] + 200_000


class _Nowhere(io.BytesIO):
    """Takes everything and keeps nothing, as a pipe does."""

    def seekable(self) -> bool:
        return False

    def write(self, data: object) -> int:
        return len(memoryview(data))  # type: ignore[arg-type]
