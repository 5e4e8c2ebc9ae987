"""Every route of the console: who may use it, and that no form works without its token."""

from __future__ import annotations

import re

import pytest

from common.actors import Role
from console.access import RULES, Access, missing_rules
from tests.console.factories import World
from tests.console.page import Page

FILLERS = {
    "recording_id": "rec_absent",
    "ticket_id": "tkt_absent",
    "session_id": "absent",
    "filename": "console.css",
} | dict.fromkeys(
    (
        *("name", "language", "survey", "locale", "channel", "prompt", "conversation_id", "site_key", "colour"),
        *("user_id", "token", "webhook_id", "post_id", "route_id", "alert_id", "file_id", "view_id", "reply_id"),
        *("theme_id", "candidate_id", "key_id"),
    ),
    "absent",
)
ASKS_FOR_WORDS = {"console.choose_language", "console.change_password", "console.add_template", "console.new_site"}
ASKS_FOR_WORDS |= {"console.invite_person", "console.confirm_second_factor"}
ASKS_FOR_WORDS |= {"console.renew_recovery_codes", "console.remove_second_factor"}
ASKS_FOR_WORDS |= {"console.new_webhook", "console.new_alert_route"}
ASKS_FOR_WORDS |= {"console.new_api_key"}
ASKS_FOR_WORDS |= {"console.bulk", "console.add_canned", "console.queue_policy"}
ROLES = (Role.ADMIN, Role.SUPERVISOR, Role.ANALYST)


def routes(world: World) -> list[tuple[str, str, str]]:
    """(endpoint, method, path) of every console route, with something absent in its place-holders."""
    found = []
    for rule in world.app.url_map.iter_rules():
        if rule.endpoint.startswith("console."):
            path = re.sub(r"<(?:\w+:)?(\w+)>", lambda match: FILLERS.get(match[1], "absent"), rule.rule)
            found += [(rule.endpoint, method, path) for method in sorted((rule.methods or set()) & {"GET", "POST"})]
    return found


def test_every_route_has_a_rule_and_every_rule_a_route(world: World) -> None:
    assert missing_rules(world.app) == set()
    assert {endpoint for endpoint, _, _ in routes(world)} == set(RULES)


def test_a_route_without_a_rule_cannot_be_served(world: World) -> None:
    world.app.url_map.add(world.app.url_rule_class("/console/new", endpoint="console.new"))
    assert missing_rules(world.app) == {"console.new"}


def test_strangers_see_the_door_and_nothing_else(world: World) -> None:
    for endpoint, method, path in routes(world):
        answer = world.client().open(path, method=method, buffered=True)
        if RULES[endpoint] is Access.PUBLIC:
            # 400: a form without its token; 404: no such link, no identity provider; 303: no code is awaited
            assert answer.status_code in {200, 400, 404} or endpoint == "console.sign_in_code", (method, path)
        elif endpoint in {"console.stream", "console.changes"}:
            assert answer.status_code == 401, (method, path)
        else:
            assert (answer.status_code, answer.headers["Location"][:8]) == (303, "/sign-in"), (method, path)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_do_what_its_rule_says(world: World, role: Role) -> None:
    world.user(role=role)
    client = world.signed_in()
    token = Page(client.get("/account").text).form_token
    for endpoint, method, path in routes(world):
        if endpoint in {"console.stream", "console.sign_out", "console.sign_in", "console.revoke_other_sessions"}:
            continue  # endless, or the end of this session
        answer = client.open(
            path, method=method, data={"csrf_token": token} if method == "POST" else None, buffered=True
        )
        if RULES[endpoint] is Access.PUBLIC and ("absent" in path or "identity" in path):
            continue  # as for strangers
        if not RULES[endpoint].allows(role):
            assert answer.status_code == 403, (method, path)
        elif "absent" in path:
            assert answer.status_code in {404, 422}, (method, path)  # 422: nothing to send is seen first
        else:
            assert answer.status_code < 400 or endpoint in ASKS_FOR_WORDS, (method, path)
        assert b"Traceback" not in answer.data


def test_no_form_works_without_the_token_of_this_browser(world: World) -> None:
    world.user(role=Role.ADMIN)
    world.user("ben@example.com", "Ben Carter")
    ticket_id = world.unhappy()
    foreign = Page(world.signed_in("ben@example.com").get("/account").text).form_token
    client = world.signed_in()
    for endpoint, method, path in routes(world):
        if method != "POST":
            continue
        for fields in ({}, {"csrf_token": ""}, {"csrf_token": "made up"}, {"csrf_token": foreign}):
            answer = client.post(path.replace("tkt_absent", ticket_id), data=fields)
            assert answer.status_code == 400, (endpoint, fields)
    page = Page(client.get(f"/inbox/{ticket_id}").text)
    assert page.all("form", data_act="claim"), "nothing has happened"


def test_an_analyst_reads_and_is_offered_no_act(world: World) -> None:
    world.user(role=Role.ANALYST)
    ticket_id = world.unhappy()
    page = Page(world.signed_in().get(f"/inbox/{ticket_id}").text)
    assert page.all("form", data_act="claim") == []
    assert page.all("textarea") == []
    assert "takes the supervisor role" in page.text


def test_a_role_that_is_taken_away_is_gone_with_the_next_click(world: World) -> None:
    from sqlalchemy import update

    from common.store.schema import users

    world.user()
    client = world.signed_in()
    assert client.get("/inbox").status_code == 200
    world.services.store.write(lambda connection: connection.execute(update(users).values(role="intake")) and None)
    assert client.get("/inbox").status_code == 403
