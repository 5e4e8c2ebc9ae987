"""Every address of the API × role × a thing of one's own team, of another team, and an absent one.

Made from the table of routes. An address with a place-holder below a collection that nobody has said anything about
fails here, and so does a body that is refused before anybody looks whose the thing is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from api.routes import ROUTES, Route
from common import clock
from common.actors import Role
from common.alerts import AlertKind, Raised, Urgency
from common.store import api_keys
from common.store.alerts import raise_alert
from common.store.schema import customers, interactions, invitations, tickets
from tests.api.world import Open, World

OURS, THEIRS = "billing", "sales"
CANARIES = ("canary-c", "canary-call", "kingfisher", "canary-agent", "canary-topic")
OF_NO_TEAM = {
    "surveys": "settings",
    "sites": "settings, for administrators",
    "webhooks": "settings, for administrators",
    "webhook-deliveries": "settings, for administrators",
    "recordings": "for administrators, who have no scope",
    "erasures": "for administrators",
    "files": "for administrators, who have no scope",
}
NAMES: dict[str, Callable[[Facts], str]] = {
    "tickets": lambda facts: facts.thing.ticket_id,
    "conversations": lambda facts: facts.thing.conversation_id,
    "invitations": lambda facts: facts.invitation_id,
    "interactions": lambda facts: facts.interaction_ref,
    "customers": lambda facts: facts.customer_ref,
    "alerts": lambda facts: facts.alert_id,
}
"""Collection → the id of its thing."""
BODIES: dict[str, dict[str, Any]] = {
    "transfer": {"to": "supervisor"},
    "return": {},
    "acknowledge": {},
    "reply": {"text": "hello"},
    "note": {"text": "hello"},
    "template": {"name": "feedback_follow_up", "language": "en", "values": {}},
    "cancel-held": {"message_id": "msg_absent"},
    "call": {},
    "resolve": {"resolution": "explained"},
    "link": {"channel": "sms"},
}
"""Last part of the address → a body that is right in form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A customer of a team, with everything that the API calls by an id."""

    thing: Open
    interaction_ref: str
    invitation_id: str
    customer_ref: str
    alert_id: str


def customer_of(world: World, team: str, prefix: str) -> Facts:
    agent = {"id": f"{prefix}-agent", "name": f"{prefix}-agent", "team": team}
    facts = {"id": f"{prefix}-call", "agent": agent, "topic": f"{prefix}-topic", "customer": {"id": f"{prefix}-c"}}
    words = "3", f"the {'kingfisher' if prefix == 'canary' else 'plain bird'} never called back"
    conversation_id = world.answered(*words, **facts)
    with world.services.store.read() as connection:
        ticket_id = connection.execute(
            select(tickets.c.id).where(tickets.c.conversation_id == conversation_id)
        ).scalar_one()
        invitation_id = connection.execute(
            select(invitations.c.id)
            .join(interactions, interactions.c.id == invitations.c.interaction_id)
            .where(interactions.c.ref == f"{prefix}-call")
        ).scalar_one()
    shown = world.get(f"/conversations/{conversation_id}")
    thing = Open(
        conversation_id=conversation_id,
        ticket_id=ticket_id,
        phone="",
        customer_id=f"{prefix}-c",
        channel=shown["channel"],
    )
    raised = Raised(kind=AlertKind.LOW_SCORE, severity=Urgency.WARNING, team=team, subject=prefix)
    alert, _ = world.services.store.write(lambda connection: raise_alert(connection, raised, clock.now()))
    return Facts(
        thing=thing,
        interaction_ref=f"{prefix}-call",
        invitation_id=invitation_id,
        customer_ref=f"{prefix}-c",
        alert_id=alert.id,
    )


def limited(world: World, role: Role, *teams: str) -> str:
    """A key with this role and these teams; its name."""
    name = f"limited-{role.value}-{len(world.keys)}"
    world.keys[name] = world.services.store.write(
        lambda c: api_keys.create(c, name=name, role=role, now=clock.now(), teams=frozenset(teams))
    )
    return name


def collection(route: Route) -> str:
    return route.path.split("/")[1]


def with_id() -> list[Route]:
    return [route for route in ROUTES if "<" in route.path]


def ask(world: World, route: Route, key: str, id_: str) -> tuple[int, str]:
    path = re.sub(r"<[^>]+>", id_, route.path)
    body = BODIES.get(route.path.rsplit("/", 1)[1], {}) if route.method in {"POST", "PUT", "PATCH"} else None
    answer = world.call(route.method, path, body, key=key)
    return answer.status_code, answer.text.replace(id_, "ID")


def test_every_collection_is_said_to_be_of_a_team_or_not() -> None:
    unsaid = {collection(route) for route in with_id()} - NAMES.keys() - OF_NO_TEAM.keys()
    assert not unsaid, f"whose are {unsaid}? Say it in NAMES or OF_NO_TEAM of {__name__}"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.ANALYST, Role.INTAKE])
def test_another_team_s_things_are_as_absent_as_what_was_never_there(world: World, role: Role) -> None:
    ours, theirs = customer_of(world, OURS, "own"), customer_of(world, THEIRS, "canary")
    key = limited(world, role, OURS)

    def state() -> Any:
        with world.services.store.read() as connection:
            return [connection.execute(select(table).order_by(table.c.id)).all() for table in (tickets, customers)]

    def of_theirs(rows: Any) -> str:
        return str([row for table in rows for row in table if theirs.thing.ticket_id in str(row)])

    before = of_theirs(state())
    for route in with_id():
        if collection(route) in OF_NO_TEAM:
            continue
        name = NAMES[collection(route)]
        theirs_id, ours_id = name(theirs), name(ours)
        others, none = ask(world, route, key, theirs_id), ask(world, route, key, "nothing-such")
        mine = ask(world, route, key, ours_id)
        assert others == none, (route.method, route.path)
        if role in route.roles:
            assert others[0] == 404, (route.method, route.path, others)
            assert mine[0] not in {404, 422}, (route.method, route.path, mine)
        else:
            assert mine[0] == others[0] == 403, (route.method, route.path)
    assert of_theirs(state()) == before


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.ANALYST])
def test_no_list_shows_a_word_of_another_team(world: World, role: Role) -> None:
    customer_of(world, OURS, "own")
    theirs = customer_of(world, THEIRS, "canary")
    one, both = limited(world, role, OURS), limited(world, role, OURS, THEIRS)
    secret = (*CANARIES, theirs.thing.ticket_id, theirs.thing.conversation_id)
    seen = set()
    for route in ROUTES:
        if route.method != "GET" or "<" in route.path:
            continue
        queries = [f"?group_by={each}" for each in ("team", "agent", "topic")] if "metrics" in route.path else [""]
        for query in queries:
            for accept in ("application/json", "text/csv"):
                shown = world.call("GET", route.path + query, key=one, headers={"Accept": accept}).text
                assert not [word for word in secret if word in shown], (route.path, accept)
                all_of_it = world.call("GET", route.path + query, key=both, headers={"Accept": accept}).text
                seen |= {(route.path, accept) for word in secret if word in all_of_it}
    assert {("/responses", "text/csv"), ("/responses", "application/json")} <= seen
    assert {("/conversations", "application/json"), ("/metrics/nps", "application/json")} <= seen


def test_figures_are_summed_over_one_s_teams(world: World) -> None:
    for number in range(3):
        world.answered("9", id=f"ours-{number}")
    for number in range(2):
        world.answered("2", id=f"theirs-{number}", agent={"id": "x", "name": "x", "team": THEIRS})
    from zoneinfo import ZoneInfo

    from common.tallier import catch_up

    for is_counted in (False, True):
        if is_counted:
            catch_up(world.services.store, ZoneInfo("UTC"))
        for teams, n in (([OURS], 3), ([THEIRS], 2), ([OURS, THEIRS], 5), (["elsewhere"], 0)):
            key = limited(world, Role.ANALYST, *teams)
            (group,) = world.get("/metrics/nps", key=key)["data"]
            assert (group["n"], group["funnel"]["score"]) == (n, n), (teams, is_counted)


def test_a_key_hands_in_what_is_of_its_teams_alone(world: World) -> None:
    key = limited(world, Role.INTAKE, OURS)
    assert world.post("/interactions", world.interaction(), key=key).status_code == 201
    foreign = world.interaction(agent={"id": "x", "name": "x", "team": THEIRS})
    assert world.post("/interactions", foreign, key=key).status_code == 403
    lines = "\n".join(json.dumps(each) for each in (world.interaction(), foreign))
    answer = world.call("POST", "/interactions/batch", key=key, data=lines, content_type="application/jsonl")
    assert [line["status"] for line in answer.json["data"]] == [201, 403]
    assert world.call("GET", f"/interactions/{foreign['id']}/decision").status_code == 404


def test_a_ticket_is_given_only_to_somebody_who_sees_it(world: World) -> None:
    theirs = customer_of(world, THEIRS, "canary")
    limited_name = limited(world, Role.SUPERVISOR, OURS)
    path = f"/tickets/{theirs.thing.ticket_id}/transfer"
    assert world.post(path, {"to": limited_name}, key="admin").status_code == 422
    assert world.post(path, {"to": "supervisor"}, key="admin").status_code == 200


def test_an_admin_has_no_teams(world: World) -> None:
    from common.errors import Invalid

    with pytest.raises(Invalid):
        limited(world, Role.ADMIN, OURS)
