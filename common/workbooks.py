"""Tables as Excel workbooks, row by row, in which no cell is a formula."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any

import xlsxwriter

from common.exports import neutralise

SHEET_ROWS = 1_048_575
"""Rows below the heading of one sheet: Excel's limit of 1,048,576, less one."""
CELL_LETTERS = 32_767
"""Excel's longest text in a cell."""


def write_xlsx(target: IO[bytes], name: str, columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> int:
    """Write a workbook and return the number of rows; a further sheet begins where a sheet is full.

    Memory stays flat: each row goes to a temporary file when the next one comes. Numbers are numbers, all else is text.
    Cells end where Excel's cells end, with an ellipsis.
    """
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    count = 0
    with xlsxwriter.Workbook(target, options) as book:
        sheet = _new_sheet(book, name, columns)
        for row in rows:
            place = count % SHEET_ROWS
            if count and place == 0:
                sheet = _new_sheet(book, f"{name} {count // SHEET_ROWS + 1}", columns)
            for column, title in enumerate(columns):
                value = row[title]
                if isinstance(value, int | float) and not isinstance(value, bool):
                    sheet.write_number(place + 1, column, value)
                elif value is not None:
                    sheet.write_string(place + 1, column, _fitting(neutralise(str(value))))
            count += 1
    return count


def _new_sheet(book: Any, name: str, columns: Sequence[str]) -> Any:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    bold = book.add_format({"bold": True})
    for column, title in enumerate(columns):
        sheet.set_column(column, column, max(12, len(title) + 2))
        sheet.write_string(0, column, title, bold)
    return sheet


def _fitting(text: str) -> str:
    return text if len(text) <= CELL_LETTERS else text[: CELL_LETTERS - 1] + "…"
