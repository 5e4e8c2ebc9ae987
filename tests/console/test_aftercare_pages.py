"""After the end of a survey: what the page shows is what the survey does, and each save is a version of it."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from common import clock
from common.actors import Role
from common.follow_up.forms import as_form, from_form
from tests.console.factories import World, submit
from tests.console.page import Page

FULL = {
    "after_s": 90,
    "callback": {"bands": ["detractor"], "hours": [["09:00", "12:00"]], "days": 3},
    "messages": {"promoter": {"en": "Thank you, {name}!", "nl": "Dank je wel!"}},
}


@pytest.fixture
def root(each_world: World) -> FlaskClient:
    """The browser of an administrator, with a survey that can ask again."""
    each_world.user("root@example.com", "Root Admin", Role.ADMIN)
    save(each_world, "mended", kind="relational")
    return each_world.signed_in("root@example.com")


def save(world: World, key: str, **fields: Any) -> None:
    body = {"brand": "Acme"} | fields
    world.services.store.write(lambda c: world.services.surveys.save(c, key, body, clock.now()))


def current(world: World) -> Any:
    with world.services.store.read() as connection:
        return world.services.surveys.find(connection, "support")


def send(root: FlaskClient, version: int, **fields: str) -> Any:
    usual = {"after": "5", "hours": "9:00-12:00, 13:00-17:00", "days": "2", "after_days": "7", "recovery": ""}
    given = {**usual, **fields, "version": str(version), "locale": fields.get("locale", "en")}
    return submit(root, "/aftercare/support", given, page="/aftercare/support")


def test_a_call_back_words_and_a_later_question_are_saved_together(each_world: World, root: FlaskClient) -> None:
    version = current(each_world).version
    words = {"words.promoter": "Thanks, {name}!"}
    assert send(root, version, bands="detractor", recovery="mended", **words).status_code == 303
    saved = current(each_world)
    assert saved.version == version + 1
    assert saved.body["follow_up"] == {
        "after_s": 300,
        "callback": {"bands": ["detractor"], "hours": [["09:00", "12:00"], ["13:00", "17:00"]], "days": 2},
        "messages": {"promoter": {"en": "Thanks, {name}!"}},
    }
    assert saved.body["recovery"] == {"survey": "mended", "after_days": 7}
    page = Page(root.get("/aftercare/support").text)
    assert "checked" in page.one("input", name="bands", value="detractor").attributes
    assert send(root, saved.version).status_code == 303, "and off again"
    assert (current(each_world).body["follow_up"], current(each_world).body["recovery"]) == (None, None)


def test_words_of_other_languages_and_odd_seconds_stay(each_world: World) -> None:
    body = {"follow_up": FULL, "recovery": None}
    shown = as_form(body, "en")
    given = {name: text for name, text in shown.items() if isinstance(text, str)}
    assert from_form(given, shown["bands"], body, "en") == body
    without = from_form(given | {"words.promoter": ""}, shown["bands"], body, "en")["follow_up"]
    assert without["messages"] == {"promoter": {"nl": "Dank je wel!"}}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"bands": "detractor", "hours": "noon"}, "times of a day"),
        ({"bands": "detractor", "hours": "12:00-09:00"}, "times of a day"),
        ({"bands": "detractor", "days": "9"}, "From 1 to 5"),
        ({"words.promoter": "Hi {password}"}, "placeholders"),
        ({"words.promoter": "Hi", "after": "soon"}, "Whole minutes"),
        ({"recovery": "support"}, "Choose another survey"),
        ({"recovery": "mended", "after_days": "0"}, "From 1 to 90"),
    ],
)
def test_what_cannot_be_done_is_said_beside_its_field(
    each_world: World, root: FlaskClient, fields: dict[str, str], said: str
) -> None:
    version = current(each_world).version
    answer = send(root, version, **fields)
    assert answer.status_code == 422, Page(answer.text).text
    assert said in Page(answer.text).text
    assert current(each_world).version == version
    for text in fields.values():
        assert text in answer.text, "what was typed is given back"


def test_a_colleague_who_was_faster_is_not_overwritten(each_world: World, root: FlaskClient) -> None:
    version = current(each_world).version
    assert send(root, version, bands="detractor").status_code == 303
    late = send(root, version, bands="promoter")
    assert late.status_code == 409
    assert "a colleague changed this meanwhile" in Page(late.text).text
    assert current(each_world).body["follow_up"]["callback"]["bands"] == ["detractor"]
