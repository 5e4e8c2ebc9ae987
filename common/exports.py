"""Tables for spreadsheets and programs: CSV in which no cell is a formula, and JSONL as it is.

A customer may write `=HYPERLINK(…)` as the reason of a score. Spreadsheets run what begins with `=`, `+`, `-`, `@`, a
tab or a carriage return (OWASP ASVS 5.0, 1.2.10), some of them after spaces, quotes or in full width, too. Such a cell
gets a `'` in front: it is shown as text, and `original` takes it off again. A phone number in international form is
left as it is: digits cannot do harm, and a number with a quote in front cannot be dialled.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

_IGNORED = r"[\s\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\"'`;,]*"
_BEGINS_FORMULA = re.compile(_IGNORED + r"[=+\-@＝＋－＠﹢﹣−﹫˗]")
_BEGINS_WITH_CONTROL = re.compile(r"[\t\r\n\x00]")
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}|\+[1-9][0-9]{0,3}(?: [0-9]{2,12}){1,5}")
_NEEDS_QUOTES = re.compile(r'[",;\t\r\n]|^\s|\s$')


def neutralise(text: str) -> str:
    """`text` as it may stand in a cell: with a `'` in front if a spreadsheet could take it for a formula."""
    return f"'{text}" if _is_dangerous(text) else text


def original(cell: str) -> str:
    """What `neutralise` was given."""
    return cell[1:] if cell.startswith("'") and _is_dangerous(cell[1:]) else cell


def csv_lines(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> Iterator[str]:
    """The header and one line per row, by RFC 4180, neutralised. None is an empty cell.

    Cells with a semicolon or a tab are quoted, too: where those separate columns, what follows one begins a cell.
    """
    yield _line(columns)
    for row in rows:
        yield _line(row[column] for column in columns)


def json_lines(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> Iterator[str]:
    """One JSON object per row, with the columns in order; texts are what people wrote, for programs to read."""
    for row in rows:
        yield json.dumps({column: row[column] for column in columns}, ensure_ascii=False) + "\n"


def _line(cells: Iterable[object]) -> str:
    return ",".join(_cell(cell) for cell in cells) + "\r\n"


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = neutralise(value) if isinstance(value, str) else str(value)
    return '"' + text.replace('"', '""') + '"' if _NEEDS_QUOTES.search(text) else text


def _is_dangerous(text: str) -> bool:
    if _PHONE.fullmatch(text):
        return False
    return _BEGINS_FORMULA.match(text) is not None or _BEGINS_WITH_CONTROL.match(text) is not None
