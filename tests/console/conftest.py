"""Fixtures: a product with a console, on SQLite, or on both databases where the queries differ."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.console.approving import Approving, create_approving
from tests.console.factories import World, create_world


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A product on an empty SQLite database."""
    made = create_world(f"sqlite:///{tmp_path}/zeroten.db")
    yield made
    made.services.close()


@pytest.fixture
def each_world(database_url: str) -> Iterator[World]:
    """A product on an empty database of each kind."""
    made = create_world(database_url)
    yield made
    made.services.close()


@pytest.fixture
def approving(tmp_path: Path) -> Iterator[Approving]:
    """A product on WhatsApp whose templates somebody approves."""
    made = create_approving(tmp_path)
    yield made
    made.services.close()
