"""Who may do what: every address of the API, every role, and whoever has no key."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from api import PREFIX
from api.routes import ANYWHERE, PUBLIC, ROUTES
from common import clock
from common.actors import Role
from common.errors import Conflict, Invalid, NotFound
from common.store import api_keys
from common.store.schema import api_keys as table
from tests.api.world import World

_CALLS = [(route.method, re.sub(r"<[^>]+>", "nothing", route.path), route.roles) for route in ROUTES]


def test_every_address_has_a_rule(world: World) -> None:
    ruled = {(route.method, PREFIX + route.path) for route in ROUTES}
    for rule in world.app.url_map.iter_rules():
        if rule.rule.removeprefix(PREFIX) in PUBLIC | {ANYWHERE}:
            continue
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            assert (method, rule.rule) in ruled, f"{method} {rule.rule} has no rule in api/routes.py"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_each_role_at_each_address(world: World) -> None:
    for method, path, roles in _CALLS:
        for role in Role:
            status = world.call(method, path, key=role.value).status_code
            if role in roles:
                assert status not in {401, 403, 405, 500}, (method, path, role, status)
            else:
                assert status == 403, (method, path, role, status)


HEADERS = [
    None,
    "",
    "Bearer",
    "Bearer ",
    "Bearer zt_unknown",
    "Bearer zt_" + "0" * 43,
    "Bearer zt_" + "é" * 43,
    "Basic dXNlcjpwYXNz",
    "zt_" + "0" * 43,
    "Bearer " + "x" * 9000,
    "Bearer zt_' OR 1=1 --",
]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_without_a_known_key_nothing_is_told(world: World) -> None:
    for header in HEADERS:
        headers = {} if header is None else {"Authorization": header}
        for method, path, _ in [*_CALLS, ("GET", "/nowhere", Role.ADMIN)]:
            response = world.call(method, path, key=None, headers=headers)
            assert response.status_code == 401, (method, path, header)
            assert response.headers["WWW-Authenticate"].startswith("Bearer")
            assert response.content_type == "application/problem+json"


def test_a_revoked_key_is_unknown_at_once(world: World) -> None:
    world.add_key("short-lived", Role.ADMIN)
    assert world.call("GET", "/surveys", key="short-lived").status_code == 200
    world.services.store.write(lambda c: api_keys.revoke(c, "short-lived", clock.now()))
    assert world.call("GET", "/surveys", key="short-lived").status_code == 401


def test_the_key_itself_is_not_stored(world: World) -> None:
    with world.services.store.read() as connection:
        rows = connection.execute(select(table)).all()
        listed = api_keys.listed(connection)
    assert {key.name for key in listed} == {role.value for role in Role}
    for key in world.keys.values():
        assert re.fullmatch(r"zt_[0-9A-Za-z]{43}", key)
        assert not any(key in str(value) for row in rows for value in row)


def test_a_name_means_one_key_for_ever(world: World) -> None:
    store = world.services.store
    store.write(lambda c: api_keys.revoke(c, "analyst", clock.now()))
    with pytest.raises(Conflict):
        store.write(lambda c: api_keys.create(c, name="analyst", role=Role.ADMIN, now=clock.now()))
    with pytest.raises(NotFound):
        store.write(lambda c: api_keys.revoke(c, "nobody", clock.now()))
    for name in ("", " x", "a\nb", "x" * 65, "a/b"):
        with pytest.raises(Invalid):
            store.write(lambda c, name=name: api_keys.create(c, name=name, role=Role.ADMIN, now=clock.now()))  # type: ignore[misc]
