"""People: invited by a link that works once, changed, closed, opened, begun anew; and teams."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from common.actors import Role
from common.clock import wall
from common.passwords import faults_in_password
from common.store.schema import users, welcomes
from tests.console.factories import PASSWORD, World, submit
from tests.console.page import Page


@pytest.fixture
def root(each_world: World) -> FlaskClient:
    """The browser of an administrator."""
    each_world.user("root@example.com", "Root Admin", Role.ADMIN)
    return each_world.signed_in("root@example.com")


def invite(root: FlaskClient, **fields: str) -> Any:
    given = {"email": "bo@example.com", "name": "Bo Diaz", "role": "supervisor", "scope": "all"} | fields
    return submit(root, "/settings/people/invite", given)


def link_in(answer: Any) -> str:
    assert answer.status_code == 200, Page(answer.text).text
    return re.sub(r"^https?://[^/]+", "", Page(answer.text).one("input", id="link").attributes["value"])


def row_of(world: World, email: str = "bo@example.com") -> Any:
    with world.services.store.read() as connection:
        return connection.execute(select(users).where(users.c.email == email)).one()


def choose(client: FlaskClient, link: str, password: str = PASSWORD, again: str | None = None) -> Any:
    return submit(client, link, {"new": password, "again": password if again is None else again})


def test_a_link_lets_somebody_in_once(each_world: World, root: FlaskClient) -> None:
    link = link_in(invite(root, scope="some", team="Billing"))
    assert (row_of(each_world).teams, row_of(each_world).password_hash) == (["Billing"], "")
    assert "Invited" in root.get("/settings/people").text
    client = each_world.client()
    assert submit(client, "/sign-in", {"email": "bo@example.com", "password": ""}).status_code == 401
    assert "bo@example.com" in client.get(link).text
    assert choose(client, link, again="another one entirely").status_code == 422
    assert choose(client, link, "password1234567890").status_code == 422
    assert choose(client, link).status_code == 303
    each_world.signed_in("bo@example.com")
    assert client.get(link).status_code == 404
    with each_world.services.store.read() as connection:
        stored = str(connection.execute(select(welcomes)).all())
    assert link.rsplit("/", 1)[1] not in stored


def test_a_link_ends_by_age_by_a_newer_one_and_with_the_account(each_world: World, root: FlaskClient) -> None:
    first = link_in(invite(root))
    user_id = row_of(each_world).id
    second = link_in(submit(root, f"/settings/people/{user_id}/reset", {}, page=f"/settings/people/{user_id}"))
    client = each_world.client()
    assert client.get(first).status_code == 404
    late = update(welcomes).values(expires_at=wall())
    each_world.services.store.write(lambda connection: connection.execute(late) and None)
    assert client.get(second).status_code == 404
    third = link_in(submit(root, f"/settings/people/{user_id}/reset", {}, page=f"/settings/people/{user_id}"))
    assert client.get(third).status_code == 200
    submit(root, f"/settings/people/{user_id}/close", {}, page=f"/settings/people/{user_id}")
    assert client.get(third).status_code == 404
    assert client.get("/welcome/made-up").status_code == 404


def test_beginning_anew_ends_everything_that_was_open(each_world: World, root: FlaskClient) -> None:
    user = each_world.user()
    client = each_world.signed_in()
    link = link_in(submit(root, f"/settings/people/{user.id}/reset", {}, page=f"/settings/people/{user.id}"))
    assert client.get("/inbox").status_code == 303
    refused = submit(each_world.client(), "/sign-in", {"email": user.email, "password": PASSWORD})
    assert refused.status_code == 401
    assert choose(each_world.client(), link).status_code == 303


def test_what_may_not_be_said_of_a_person(each_world: World, root: FlaskClient) -> None:
    for wrong in ({"email": "nobody"}, {"role": "intake"}, {"role": "owner"}, {"scope": "some"}):
        assert invite(root, **wrong).status_code == 422, wrong
    assert invite(root, role="admin", scope="some", team="Billing").status_code == 422
    assert invite(root, email="root@example.com").status_code == 409
    assert invite(root, email="more@example.com", scope="some", more="Sales\nCare team").status_code == 200
    assert row_of(each_world, "more@example.com").teams == ["Care team", "Sales"]


def test_somebody_who_can_administer_is_always_left(each_world: World, root: FlaskClient) -> None:
    me = row_of(each_world, "root@example.com").id
    page = f"/settings/people/{me}"
    assert submit(root, page, {"name": "Root", "role": "analyst", "scope": "all"}).status_code == 409
    submit(root, f"{page}/close", {}, page=page)
    assert root.get("/settings/people").status_code == 200
    other = each_world.user("two@example.com", "Second", Role.ADMIN)
    submit(root, f"/settings/people/{other.id}/close", {}, page=page)
    assert row_of(each_world, "two@example.com").disabled_at is not None
    submit(root, f"/settings/people/{other.id}/open", {}, page=f"/settings/people/{other.id}")
    assert row_of(each_world, "two@example.com").disabled_at is None
    assert submit(root, page, {"name": "Root", "role": "analyst", "scope": "all"}).status_code == 303
    assert root.get("/settings/people").status_code == 403


def test_teams_are_those_of_interactions_and_of_people(each_world: World, root: FlaskClient) -> None:
    each_world.unhappy()
    invite(root, scope="some", team="Night shift")
    page = Page(root.get("/settings/teams").text).text
    assert "Billing 1" in page
    assert "Night shift 0 Bo Diaz" in page
    assert "Without a team" in page


@pytest.mark.parametrize(
    "password",
    ["password1234567890", "Liverpool-Liverpool", "qwertyuiop12345!", "ILOVEYOU!!!!!!!!2024", "123456789012345"],
)
def test_what_everybody_uses_is_no_password(password: str) -> None:
    assert "people use" in (faults_in_password(password, "ana@example.com") or "")


def test_words_in_a_row_are_a_password() -> None:
    for password in ("a quiet morning at sea", "correct battery staple horse", "Wer nachts liest, schläft nicht"):
        assert faults_in_password(password, "ana@example.com") is None
