"""Fixtures of the telephone's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.voice.line import DESK, Line, a_line


@pytest.fixture
def line(database_url: str, tmp_path: Path) -> Iterator[Line]:
    """A line, and a survey to answer; on both databases."""
    with a_line(database_url, tmp_path) as made:
        made.survey()
        yield made


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[Line]:
    """The same with people who can be rung."""
    with a_line(database_url, tmp_path, VOICE_HANDOFF_NUMBERS=DESK) as made:
        made.survey()
        yield made
