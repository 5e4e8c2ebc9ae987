"""The world of the core's tests, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from common.store.engine import Database
from tests.integration.world import World


@pytest.fixture
def world(database: Database, tmp_path: Path) -> Iterator[World]:
    made = World(database, tmp_path)
    made.survey()
    yield made
    made.close()
