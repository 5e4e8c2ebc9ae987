"""Cursors: opaque to the caller, refused if they are not ours."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import Invalid
from common.store.cursors import read_cursor, write_cursor

AT = datetime(2026, 11, 22, 10, 4, 0, 123456, tzinfo=UTC)


def _encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


def test_a_cursor_reads_back() -> None:
    assert read_cursor(write_cursor(AT, "cnv_1")) == (AT, "cnv_1")
    assert read_cursor(write_cursor(AT.astimezone(timezone(timedelta(hours=5, minutes=45))), "x")) == (AT, "x")


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "%%%",
        "é",
        "A" * 300,
        _encoded(None),
        _encoded([]),
        _encoded(["2026-11-22T10:04:00+00:00"]),
        _encoded(["yesterday", "x"]),
        _encoded([1, "x"]),
        _encoded([AT.isoformat(), 1]),
        _encoded([AT.isoformat(), "\0"]),
        _encoded([AT.isoformat(), "x" * 65]),
        _encoded([AT.isoformat(), "é"]),
        _encoded(["0001-01-01T00:00:00+23:00", "x"]),
        _encoded({"at": 1, "id": 2}),
    ],
)
def test_anything_else_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_cursor(cursor)
    assert caught.value.errors[0][0] == "cursor"


@given(st.text(max_size=80))
def test_no_text_breaks_it(cursor: str) -> None:
    try:
        at, _ = read_cursor(cursor)
    except Invalid:
        return
    assert at.tzinfo is not None
