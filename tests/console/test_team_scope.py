"""Every route of the console × role × a thing of one's own team, of another team, and an absent one.

Made from the table of routes. A route with a place-holder that nobody has said anything about fails here: say in
`NAMES` what the place-holder names, or in `OF_NO_TEAM` why no team has it.
"""

from __future__ import annotations

import io
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, select, update

from common import canned_replies, clock
from common.actors import Actor, Role
from common.alerts import AlertKind, Raised, Urgency
from common.ids import new_id
from common.store.alerts import raise_alert
from common.store.schema import files, recordings, tickets
from console.access import RULES
from console.stream import Reader
from tests.console.factories import PASSWORD, World
from tests.console.page import Page

OURS, THEIRS = "Billing", "Sales"
CANARIES = ("Zebulon Quist", "the kingfisher never called back", "Theodora Agent", "canary topic", "canary order")
"""Words that stand in another team's things alone."""
OUR_WORDS = "I waited an hour and nobody knew anything"
OF_NO_TEAM = {
    "filename": "our own files",
    "session_id": "one's own sessions",
    "token": "a welcome link",
    "user_id": "people, for administrators, who have no scope",
    "site_key": "settings, for administrators",
    "colour": "a colour",
    "name": "a template, for administrators",
    "language": "a template, for administrators",
    "survey": "wording, for administrators",
    "locale": "wording, for administrators",
    "channel": "wording, for administrators",
    "prompt": "wording, for administrators",
    "sound_id": "wording, for administrators",
    "theme_id": "the code book, which is everybody's; quotes are narrowed",
    "candidate_id": "the code book, which is everybody's",
    "view_id": "one's own view, or one that is everybody's: a search, and what it finds is narrowed",
    "webhook_id": "settings, for administrators",
    "post_id": "settings, for administrators",
    "route_id": "settings, for administrators",
    "key_id": "settings, for administrators",
}
FORM = {"text": "hello", "resolution": "explained", "message_id": "msg_absent", "number": "+31612345678"}
FORM |= {
    "name": "feedback_follow_up",
    "language": "en",
    "to": "team:Billing",
    "tab": "a-tab-of-mine",
    "doing": "viewing",
}
FORM |= {"short": "hi", "team": "Billing", "locale": ""}
ENDLESS = {"console.stream"}
LEAVES = {"console.sign_out", "console.revoke_other_sessions", "console.sign_in", "console.change_password"}


def ticket(world: World, ticket_id: str) -> Any:
    with world.services.store.read() as connection:
        return connection.execute(select(tickets).where(tickets.c.id == ticket_id)).one()


def recording(world: World, ticket_id: str) -> str:
    """Something that the ticket's customer said on the telephone."""
    of, now, made = ticket(world, ticket_id), clock.now(), new_id("rec")
    values = {"id": made, "provider_id": made, "call_id": "call", "conversation_id": of.conversation_id, "at": now}
    values |= {"customer_id": of.customer_id, "state": "stored", "media_type": "audio/mpeg", "audio": b"words"}
    world.services.store.write(lambda connection: connection.execute(insert(recordings).values(**values)) and None)
    return made


def kept_file(world: World, ticket_id: str) -> str:
    """Something that the ticket's customer sent."""
    of, made = ticket(world, ticket_id), new_id("fil")
    values = {"id": made, "message_id": made, "conversation_id": of.conversation_id, "customer_id": of.customer_id}
    values |= {"channel": "sms", "provider_id": made, "state": "stored", "media_type": "image/png", "content": b"words"}
    values |= {"name": "photo.png", "size": 5, "at": clock.now()}
    world.services.store.write(lambda connection: connection.execute(insert(files).values(**values)) and None)
    return made


def alert(world: World, ticket_id: str) -> str:
    """Something to look at in the ticket's team."""
    raised = Raised(
        kind=AlertKind.LOW_SCORE, severity=Urgency.WARNING, team=ticket(world, ticket_id).team, subject=new_id("x")
    )
    return str(world.services.store.write(lambda connection: raise_alert(connection, raised, clock.now()))[0].id)


def canned(world: World, ticket_id: str) -> str:
    """A canned reply of the ticket's team."""
    given = {"short": f"x{uuid.uuid4().hex[:8]}", "team": ticket(world, ticket_id).team, "locale": "", "text": "hello"}
    root = Actor(id="usr_root", name="Root", role=Role.ADMIN)
    saved = world.services.store.write(
        lambda connection: canned_replies.save(connection, None, given, actor=root, now=clock.now())
    )
    return saved.id


NAMES: dict[str, Callable[[World, str], str]] = {
    "ticket_id": lambda world, ticket_id: ticket_id,
    "conversation_id": lambda world, ticket_id: str(ticket(world, ticket_id).conversation_id),
    "recording_id": recording,
    "alert_id": alert,
    "file_id": kept_file,
    "reply_id": canned,
}
"""Place-holder → the id of such a thing that belongs to a ticket."""


def routes(world: World) -> list[tuple[str, str, str, list[str]]]:
    """(endpoint, method, rule, place-holders) of every console route."""
    return [
        (rule.endpoint, method, rule.rule, re.findall(r"<(?:\w+:)?(\w+)>", rule.rule))
        for rule in world.app.url_map.iter_rules()
        if rule.endpoint.startswith("console.")
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
    ]


def other_team(world: World) -> str:
    """A ticket of the other team, full of words that are nobody else's; its id."""
    agent = {"id": "a-9", "name": CANARIES[2], "team": THEIRS}
    facts = {"agent": agent, "topic": CANARIES[3], "reference": CANARIES[4]}
    return world.unhappy(CANARIES[0], "2", CANARIES[1], **facts)


def limited(world: World, role: Role, *teams: str) -> FlaskClient:
    """A browser in which somebody with this role and these teams is signed in."""
    from common.users import create_user

    email = f"{role.value}-{uuid.uuid4().hex[:6]}@example.com"
    world.services.store.write(lambda c: create_user(c, email, "Lim Ited", role, PASSWORD, teams=teams))
    return world.signed_in(email)


def ask(client: FlaskClient, method: str, path: str, form_token: str) -> tuple[int, str]:
    data = None if method == "GET" else FORM | {"csrf_token": form_token, "client_id": uuid.uuid4().hex}
    answer = client.open(path, method=method, data=data, buffered=True)
    is_page = answer.content_type.startswith("text/html")
    return answer.status_code, Page(answer.text).text if is_page else str(io.BytesIO(answer.data).read())


def filled(rule: str, ids: dict[str, str]) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda match: ids[match[1]], rule)


def test_every_place_holder_is_said_to_be_of_a_team_or_not(world: World) -> None:
    named = {name for *_, names in routes(world) for name in names}
    unsaid = named - NAMES.keys() - OF_NO_TEAM.keys()
    assert not unsaid, f"whose is <{unsaid}>? Say it in NAMES or OF_NO_TEAM of {__name__}"


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.ANALYST])
def test_another_team_s_things_are_as_absent_as_what_was_never_there(world: World, role: Role) -> None:
    ours, theirs = world.unhappy(), other_team(world)
    client = limited(world, role, OURS)
    form_token = Page(client.get("/account").text).form_token
    before, asked = ticket(world, theirs), 0
    for endpoint, method, rule, names in routes(world):
        wanted = [name for name in names if name in NAMES]
        if not wanted or endpoint in ENDLESS:
            continue
        asked += 1
        rest = dict.fromkeys(names, "absent")
        own = {name: NAMES[name](world, ours) for name in wanted}
        foreign = {name: NAMES[name](world, theirs) for name in wanted}
        absent = {name: f"{value.partition('_')[0]}_{'0' * 26}" for name, value in foreign.items()}
        others = ask(client, method, filled(rule, rest | foreign), form_token)
        none = ask(client, method, filled(rule, rest | absent), form_token)
        mine = ask(client, method, filled(rule, rest | own), form_token)
        client.get("/account")  # reads what the next page would say of this one
        assert others == none, (endpoint, method)
        if RULES[endpoint].allows(role):
            assert others[0] == 404, (endpoint, method)
            assert mine[0] != 404, (endpoint, method)
        else:
            assert mine[0] == others[0] == 403, (endpoint, method)
    assert asked >= 10
    assert ticket(world, theirs) == before


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.ANALYST])
def test_no_page_shows_a_word_of_another_team(world: World, role: Role) -> None:
    world.unhappy()
    other_team(world)
    everything = limited(world, role, OURS, THEIRS)
    client = limited(world, role, OURS)
    seen = set()
    for endpoint, method, rule, names in routes(world):
        if method != "GET" or set(names) & NAMES.keys() or endpoint in ENDLESS | LEAVES:
            continue
        path = filled(rule, dict.fromkeys(names, "absent"))
        _, shown = ask(client, "GET", path, "")
        assert not [words for words in CANARIES if words in shown], (endpoint, path)
        _, all_of_it = ask(everything, "GET", path, "")
        seen |= {endpoint for words in CANARIES if words in all_of_it}
    assert {"console.inbox", "console.responses", "console.dashboard"} <= seen, (
        "the canaries are shown to their own team"
    )


def test_an_id_in_a_form_or_a_query_finds_nothing_of_another_team(world: World) -> None:
    theirs, absent = other_team(world), f"tkt_{'0' * 26}"
    client = limited(world, Role.SUPERVISOR, OURS)
    token = Page(client.get("/account").text).form_token
    before = ticket(world, theirs)

    def shown(method: str, path: str, ticket_id: str, **fields: str) -> str:
        data = fields | {"csrf_token": token, "ticket": ticket_id} if method == "POST" else None
        answer = client.open(path, method=method, data=data, query_string={"ticket": ticket_id} if not data else None)
        return (f"{answer.status_code} " + Page(answer.text).text + answer.text * (method == "GET")).replace(
            ticket_id, ""
        )

    for act in ("claim", "resolve", "note", "release"):
        fields = {"do": act, "act": act, "resolution": "explained", "text": "hello"}
        assert shown("POST", "/inbox/bulk", theirs, **fields) == shown("POST", "/inbox/bulk", absent, **fields)
    for path in ("/console/colleagues", "/console/changes"):
        assert shown("GET", path, theirs) == shown("GET", path, absent)
    for query in ("kingfisher", "Zebulon", "canary"):
        assert not [words for words in CANARIES if words in client.get(f"/inbox?q={query}&view=all").text]
    assert ticket(world, theirs) == before


def test_figures_are_those_of_one_s_teams(world: World) -> None:
    for _ in range(7):
        world.unhappy()
    for _ in range(6):
        other_team(world)
    one, both = limited(world, Role.SUPERVISOR, OURS), limited(world, Role.SUPERVISOR, OURS, THEIRS)
    world.user()
    whole = world.signed_in()
    counts = [len(re.findall('class="response', client.get("/responses").text)) for client in (one, both, whole)]
    assert counts[1] == counts[2]
    texts = [Page(client.get("/dashboard").text).text for client in (one, both, whole)]
    assert texts[0] != texts[1]
    assert texts[1].replace("Lim Ited", "").count("13") == texts[2].replace("Ana Castro", "").count("13") > 0
    assert THEIRS not in texts[0]


def test_what_has_no_team_is_for_those_who_see_all_and_those_who_were_given_it(world: World) -> None:
    ticket_id = world.unhappy("Nadia Teamless", agent={"id": "a-1", "name": "Nobody's"})
    assert limited(world, Role.SUPERVISOR, OURS).get(f"/inbox/{ticket_id}").status_code == 404
    assert limited(world, Role.SUPERVISOR, OURS, "").get(f"/inbox/{ticket_id}").status_code == 200
    world.user()
    assert world.signed_in().get(f"/inbox/{ticket_id}").status_code == 200


def test_a_ticket_that_is_passed_on_is_its_new_team_s_and_its_thread_is_read_by_both(world: World) -> None:
    ticket_id = other_team(world)
    played = f"/recordings/{recording(world, ticket_id)}"
    ours, theirs = limited(world, Role.SUPERVISOR, OURS), limited(world, Role.SUPERVISOR, THEIRS)
    assert (ours.get(f"/inbox/{ticket_id}").status_code, ours.get(played).status_code) == (404, 404)
    passed = update(tickets).where(tickets.c.id == ticket_id).values(team=OURS)
    world.services.store.write(lambda connection: connection.execute(passed) and None)
    assert (ours.get(f"/inbox/{ticket_id}").status_code, ours.get(played).status_code) == (200, 200)
    assert (theirs.get(f"/inbox/{ticket_id}").status_code, theirs.get(played).status_code) == (404, 200)


def test_the_stream_tells_of_one_s_own_teams_alone(each_world: World) -> None:
    world = each_world
    ours, theirs = world.unhappy(), other_team(world)
    reader = Reader(world.services.store, 0, frozenset({OURS}))
    news = reader.look()
    assert news is not None
    assert ours in news.tickets
    assert theirs not in news.tickets
    assert str(ticket(world, theirs).conversation_id) not in news.conversations


def test_a_limit_counts_with_the_next_click(world: World) -> None:
    from common.users import change_user

    theirs = other_team(world)
    user = world.user()
    client = world.signed_in()
    assert client.get(f"/inbox/{theirs}").status_code == 200
    admin = world.user("root@example.com", "Root", Role.ADMIN).actor
    world.services.store.write(
        lambda c: change_user(c, user.id, admin, name=user.name, role=user.role, teams=[OURS]) and None
    )
    assert client.get(f"/inbox/{theirs}").status_code == 404
    assert CANARIES[0] not in client.get("/inbox").text
