"""The whole product in processes of its own, and a browser to look at it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.installation import Installation, installed

EMAIL, PASSWORD = "sam@example.com", "quite-a-long-password"


@pytest.fixture
def installation(tmp_path: Path, database_url: str) -> Iterator[Installation]:
    """Everything running, with a survey that asks at once and two people who may sign in."""
    with installed(tmp_path, database_url) as made:
        for name in ("sam", "kim"):
            made.run("user", "add", f"{name}@example.com", "--name", name.title(), "--password", PASSWORD)
        made.api.json(
            "PUT",
            "/api/v1/surveys/support",
            {"key": "support", "brand": "Acme", "send_after_s": 0, "quiet_hours": None, "fatigue_days": 0},
        )
        yield made
