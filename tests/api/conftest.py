"""The API on both databases, with callers of every role."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from api import register_api
from common import clock
from common.actors import Role
from common.bell import Bell
from common.config import read_settings
from common.intake import Intake
from common.services import Services
from common.store.engine import Database
from common.store.writer import StoreWriter
from common.surveys import Surveys
from common.turns import Turns
from tests.api.world import ADAPTERS, SURVEY, World


@pytest.fixture
def clock_file(tmp_path: Path) -> Path:
    """Seconds by which business time is moved."""
    path = tmp_path / "clock"
    path.write_text("0")
    clock.use_file(path)
    return path


@pytest.fixture
def services(database: Database, database_url: str, clock_file: Path) -> Iterator[Services]:
    """What the web process gives to the API, without providers."""
    settings = read_settings(
        {
            "ZEROTEN_DATABASE_URL": database_url,
            "ZEROTEN_SECRET_KEY": "k" * 40,
            "ZEROTEN_CLOCK_FILE": str(clock_file),
        }
    )
    surveys = Surveys()
    made = Services(
        settings=settings,
        store=StoreWriter(database),
        bell=Bell(None),
        adapters=ADAPTERS,
        surveys=surveys,
        turns=Turns(surveys, ADAPTERS),
        intake=Intake(surveys, ADAPTERS, settings),
    )
    yield made
    made.close()


@pytest.fixture
def world(services: Services) -> World:
    """One key per role, one survey."""
    app = Flask("test", static_folder=None)
    register_api(app, services)
    world = World(app=app, services=services)
    for role in Role:
        world.add_key(role.value, role)
    assert world.put("/surveys/support", SURVEY).status_code == 201
    return world
