"""The page for API keys: made and shown once, limited, seen in use, revoked for good, all of it in the audit log."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from api import register_api
from common import clock
from common.actors import Role
from common.store import api_keys
from common.store.schema import audit
from tests.console.factories import World, submit
from tests.console.page import Page

NEW = "/settings/api-keys/new"


@pytest.fixture
def root(each_world: World) -> FlaskClient:
    """The browser of an administrator."""
    each_world.user("root@example.com", "Root Admin", Role.ADMIN)
    return each_world.signed_in("root@example.com")


def make(root: FlaskClient, **fields: str) -> Any:
    return submit(root, NEW, {"name": "Telephone system", "role": "supervisor", "scope": "all"} | fields)


def key_in(answer: Any) -> str:
    assert answer.status_code == 200, Page(answer.text).text
    return Page(answer.text).one("input", id="key").attributes["value"]


def called_with(world: World, key: str) -> int:
    app = Flask("api")
    register_api(app, world.services)
    headers = {"Authorization": f"Bearer {key}"}
    return app.test_client().get("/api/v1/tickets", headers=headers).status_code


def listed(world: World) -> list[api_keys.ApiKey]:
    with world.services.store.read() as connection:
        return list(api_keys.listed(connection))


def test_a_key_is_shown_once_seen_in_use_and_revoked_for_good(each_world: World, root: FlaskClient) -> None:
    assert "No key yet" in root.get("/settings/api-keys").text
    key = key_in(make(root, scope="some", team="Billing"))
    page = root.get("/settings/api-keys").text
    assert key not in page
    assert "Never used" in page
    assert "Billing" in page
    assert called_with(each_world, key) == 200
    (found,) = listed(each_world)
    assert found.used_at is not None
    assert abs(clock.now() - found.used_at) < timedelta(minutes=1)
    assert "Last used" in root.get("/settings/api-keys").text
    assert submit(root, f"/settings/api-keys/{found.id}/revoke", {}, page="/settings/api-keys").status_code == 303
    assert called_with(each_world, key) == 401
    assert submit(root, f"/settings/api-keys/{found.id}/revoke", {}, page=NEW).status_code == 303, "twice is once"
    with each_world.services.store.read() as connection:
        rows = connection.execute(select(audit.c.act, audit.c.actor).where(audit.c.about == found.id)).all()
        stored = str(connection.execute(select(audit)).all())
    assert [row.act for row in rows] == ["api_key.created", "api_key.revoked"]
    assert not any(row.actor.startswith("command") for row in rows)
    assert key not in stored


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"name": ""}, 422, "letters, digits"),
        ({"name": "<b>x"}, 422, "letters, digits"),
        ({"name": "x" * 65}, 422, "letters, digits"),
        ({"role": "god"}, 422, "Choose what the key may do"),
        ({"role": "admin", "scope": "some", "team": "Billing"}, 422, "sees every team"),
    ],
)
def test_what_cannot_be_a_key_is_said_beside_its_field(
    each_world: World, root: FlaskClient, fields: dict[str, str], status: int, said: str
) -> None:
    answer = make(root, **fields)
    assert (answer.status_code, said in Page(answer.text).text) == (status, True)
    assert listed(each_world) == []


def test_a_name_is_given_once_also_after_its_key_was_revoked(each_world: World, root: FlaskClient) -> None:
    key_in(make(root))
    (found,) = listed(each_world)
    submit(root, f"/settings/api-keys/{found.id}/revoke", {}, page="/settings/api-keys")
    answer = make(root)
    assert answer.status_code == 409
    assert re.search("there is, or was, a key", answer.text, re.I)
