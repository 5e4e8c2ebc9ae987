"""Sites by the API: made, changed, given a new secret; administrators only."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.world import World

GIVEN = {"name": "Shop", "survey_key": "support", "origins": ["HTTPS://www.Example.com/"], "colour": "#0D6759"}


def test_a_site_is_made_read_changed_and_listed(world: World) -> None:
    made = world.post("/sites", GIVEN)
    assert made.status_code == 201, made.text
    site = made.json
    assert (site["origins"], site["colour"], site["allows_anonymous"]) == (
        ["https://www.example.com"],
        "#0d6759",
        False,
    )
    assert f'data-site="{site["key"]}" async' in site["snippet"]
    assert len(site["secret"]) == 43
    assert world.get(f"/sites/{site['key']}") == site
    changed = world.put(f"/sites/{site['key']}", {"name": "Shop", "survey_key": "support", "is_on": False})
    assert (changed.status_code, changed.json["origins"], changed.json["is_on"]) == (200, [], False)
    assert [each["key"] for each in world.get("/sites")["data"]] == [site["key"]]


def test_a_new_secret_lets_the_old_one_count_for_a_day(world: World) -> None:
    site = world.post("/sites", GIVEN).json
    rotated = world.post(f"/sites/{site['key']}/secret", {}).json
    assert rotated["secret"] != site["secret"]
    assert rotated["previous_until"] is not None
    assert world.post(f"/sites/{site['key']}/secret", {"at_once": True}).json["previous_until"] is None


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("name", {"name": ""}),
        ("origins", {"origins": ["*"]}),
        ("origins", {"origins": ["https://*.com"]}),
        ("colour", {"colour": "red"}),
        ("position", {"position": "middle"}),
        ("locale", {"locale": "tlh"}),
        ("survey_key", {"survey_key": "nothing"}),
        ("greeting", {"greeting": "two\nlines"}),
        ("secret", {"secret": "mine"}),
    ],
)
def test_a_wrong_setting_is_named(world: World, field: str, changes: dict[str, Any]) -> None:
    refused = world.post("/sites", GIVEN | changes)
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json["errors"]] == [field]
    assert world.get("/sites")["data"] == []


def test_a_site_that_is_not_there(world: World) -> None:
    assert world.call("GET", "/sites/nobody0knows").status_code == 404
    assert world.put("/sites/nobody0knows", GIVEN).status_code == 404
    assert world.post("/sites/nobody0knows/secret", {}).status_code == 404
