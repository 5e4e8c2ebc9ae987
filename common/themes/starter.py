"""The code book a contact centre begins with, in the languages that are shipped."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from common.themes.book import CodeBook, read_book


@cache
def starter() -> CodeBook:
    """The shipped book; its version is 0."""
    path = Path(__file__).parent / "starter.toml"
    return read_book(0, tomllib.loads(path.read_text(encoding="utf-8")))
