"""The queue in the console: hours, deadlines and rules that administrators set, and what people do with a ticket."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from common import clock
from common.actors import Role
from common.deadline_watch import watch
from common.store import queue
from common.store.schema import conversations, outbox, tickets
from common.users import User
from tests.console.factories import World, submit
from tests.console.page import Page

HOURS = "09:00-12:30, 13:00-17:30"
POLICY = {
    "zone": "Europe/Amsterdam",
    **dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), HOURS),
    "saturday": "10.00 - 12.00",
    "sunday": "",
    "holidays": "2026-12-25 Christmas Day\n2026-12-26",
    "first_reply": "1 h 30 min",
    "next_reply": "90 min",
    "resolve": "16h",
    "warn_percent": "60",
    "silent_after": "",
    "escalates_to": "Leads",
}
RULES = {
    "0.name": "Dutch",
    "0.languages": "nl, fy",
    "0.to_team": "Utrecht",
    "1.name": "Callers",
    "1.reasons": "callback",
    "1.to_team": "Care",
}


@pytest.fixture
def admin(world: World) -> FlaskClient:
    world.user("eva@example.com", "Eva", Role.ADMIN)
    return world.signed_in("eva@example.com")


def book(world: World) -> Any:
    with world.services.store.read() as connection:
        return queue.load_book(connection, world.services.turns.zone)


def test_hours_and_deadlines_are_set_for_everyone_and_for_a_team(world: World, admin: FlaskClient) -> None:
    assert "09:00-17:00" in admin.get("/settings/queue/policy").text  # what holds until then, in the product's zone
    saved = submit(admin, "/settings/queue/policy", POLICY)
    assert (saved.status_code, saved.headers["Location"]) == (303, "/settings/queue")
    found = book(world).default
    assert found.hours.week[5] == ((600, 720),)
    assert (found.first_reply, found.silent_after) == (timedelta(minutes=90), None)
    assert "Christmas Day" in admin.get("/settings/queue/policy").text
    world.unhappy()
    submit(admin, "/settings/queue/policy?team=Billing", POLICY | {"first_reply": "20 min"})
    assert book(world).policy("Billing").first_reply == timedelta(minutes=20)
    shown = Page(admin.get("/settings/queue").text)
    assert [line.text.split()[0] for line in shown.all("a", class_="policy")] == ["Everyone", "Billing"]
    dropped = submit(
        admin, "/settings/queue/policy/drop", {"team": "Billing"}, page="/settings/queue/policy?team=Billing"
    )
    assert dropped.status_code == 303
    assert book(world).policy("Billing") == book(world).default


@pytest.mark.parametrize(
    ("field", "words", "complaint"),
    [
        ("zone", "Mars/Olympus", "Such as Europe/Amsterdam"),
        ("zone", "../../etc/passwd", "Such as Europe/Amsterdam"),
        ("monday", "9 to 5", "is no time such as"),
        ("monday", "17:00-09:00", "does not end after it begins"),
        ("monday", "09:00-25:00", "does not end after it begins"),
        ("monday", "09:00-12:00, 11:00-13:00", "overlap"),
        ("monday", ", ".join(f"{hour}:00-{hour}:30" for hour in range(1, 9)), "At most 6"),
        ("holidays", "Christmas", "does not begin with a date"),
        ("holidays", "2026-02-30", "does not begin with a date"),
        ("first_reply", "soon", "Such as 4 h"),
        ("first_reply", "0 min", "From 1 min"),
        ("resolve", "9999 h", "From 1 min"),
        ("warn_percent", "0", "from 10 to 100"),
        ("warn_percent", "٩٩", "from 10 to 100"),
        ("escalates_to", "x" * 300, "One line of at most 255"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_saved(
    world: World, admin: FlaskClient, field: str, words: str, complaint: str
) -> None:
    before = book(world)
    refused = submit(admin, "/settings/queue/policy", POLICY | {field: words})
    assert refused.status_code == 422
    page = Page(refused.text)
    assert complaint in page.one("span", id=f"{field}-fault").text
    assert POLICY["first_reply"] in refused.text or field == "first_reply"  # what was typed is given back
    assert book(world) == before


def test_a_week_without_work_is_refused(admin: FlaskClient) -> None:
    empty = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), "")
    assert "at least one hour" in submit(admin, "/settings/queue/policy", POLICY | empty).text


def test_rules_are_saved_moved_and_deleted(world: World, admin: FlaskClient) -> None:
    assert submit(admin, "/settings/queue/rules", RULES, page="/settings/queue").status_code == 303
    assert [(rule.name, rule.to_team) for rule in book(world).rules] == [("Dutch", "Utrecht"), ("Callers", "Care")]
    submit(admin, "/settings/queue/rules", RULES | {"move": "1.up"}, page="/settings/queue")
    assert [rule.name for rule in book(world).rules] == ["Callers", "Dutch"]
    submit(admin, "/settings/queue/rules", RULES | {"0.drop": "1"}, page="/settings/queue")
    assert [rule.name for rule in book(world).rules] == ["Callers"]
    submit(admin, "/settings/queue/rules", {}, page="/settings/queue")
    assert book(world).rules == ()


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"0.to_team": "Care"}, "Say when this rule fits"),
        ({"0.surveys": "no-such"}, "There is no"),
        ({"0.reasons": "boredom"}, "There is no"),
        ({"0.teams": "x" * 300}, "One line of at most"),
        ({"0.teams": ",".join(map(str, range(60)))}, "At most 50"),
    ],
)
def test_a_rule_that_is_none_is_refused(
    world: World, admin: FlaskClient, fields: dict[str, str], complaint: str
) -> None:
    refused = submit(admin, "/settings/queue/rules", fields, page="/settings/queue")
    assert (refused.status_code, complaint in refused.text) == (422, True)
    assert book(world).rules == ()


# --- people -----------------------------------------------------------------------------------------------------------


def mine(world: World, ticket_id: str) -> Any:
    with world.services.store.read() as connection:
        return connection.execute(select(tickets).where(tickets.c.id == ticket_id)).one()


def hand(client: FlaskClient, ticket_id: str, name: str, fields: dict[str, str] | None = None) -> Any:
    return submit(client, f"/inbox/{ticket_id}/{name}", fields or {}, page=f"/inbox/{ticket_id}")


def claimed(world: World) -> tuple[str, FlaskClient, User]:
    world.user()
    ben = world.user("ben@example.com", "Ben Carter")
    client, ticket_id = world.signed_in(), world.unhappy("Joris Bakker", "3")
    assert hand(client, ticket_id, "claim").status_code == 303
    return ticket_id, client, ben


def test_a_ticket_is_handed_to_a_colleague_or_a_team(each_world: World) -> None:
    world = each_world
    ticket_id, client, ben = claimed(world)
    assert hand(client, ticket_id, "transfer", {"to": ""}).status_code == 422
    assert hand(client, ticket_id, "transfer", {"to": "user:nobody"}).status_code == 422
    assert hand(client, ticket_id, "transfer", {"to": "team:Nowhere"}).status_code == 422
    assert hand(client, ticket_id, "transfer", {"to": f"user:{ben.id}"}).status_code == 303
    assert mine(world, ticket_id).owner == ben.id
    assert hand(client, ticket_id, "transfer", {"to": "team:"}).status_code == 403
    other = world.signed_in("ben@example.com")
    assert hand(other, ticket_id, "transfer", {"to": "team:"}).status_code == 303
    assert (mine(world, ticket_id).status, mine(world, ticket_id).team) == ("open", None)
    page = other.get(f"/inbox/{ticket_id}").text
    assert "passed the ticket to everyone" in page


def test_the_page_says_what_the_bot_will_do_and_it_does(each_world: World) -> None:
    world = each_world
    ticket_id, client, _ = claimed(world)
    assert "The bot asks for the reason again" in client.get(f"/inbox/{ticket_id}").text
    hand(client, ticket_id, "release")
    with world.services.store.read() as connection:
        assert connection.execute(select(conversations.c.state)).scalar_one() == "closed"
    hand(client, ticket_id, "claim")
    before = _prompts(world)
    assert hand(client, ticket_id, "hand-back").status_code == 303
    assert hand(client, ticket_id, "hand-back").status_code == 403
    assert _prompts(world) == before + 1
    with world.services.store.read() as connection:
        assert connection.execute(select(conversations.c.state)).scalar_one() == "reason"
    world.says(world.phone_of(ticket_id), "I waited an hour")
    world.says(world.phone_of(ticket_id), "1")
    hand(client, ticket_id, "claim")
    assert "No question waits" in client.get(f"/inbox/{ticket_id}").text


def _prompts(world: World) -> int:
    with world.services.store.read() as connection:
        return len(connection.execute(select(outbox.c.id).where(outbox.c.kind == "prompt")).all())


def test_a_late_ticket_comes_first_and_says_so(each_world: World) -> None:
    world = each_world
    world.user()
    client = world.signed_in()
    angry, mild = world.unhappy("Ana", "0", "x"), world.unhappy("Bo", "6", "y")
    assert _listed(client) == [angry, mild]
    long_ago = clock.now() - timedelta(days=14)
    columns = {"opened_at": long_ago, "awaiting_since": long_ago, "check_at": long_ago}
    world.services.store.write(lambda c: c.execute(update(tickets).where(tickets.c.id == mild).values(**columns)))
    watch(world.services.store, world.services.turns, world.services.bell)
    assert _listed(client) == [mild, angry]
    line = Page(client.get("/inbox").text).one("li", id=f"line-{mild}").text
    assert "Escalated" in line
    assert "late" in line
    thread = client.get(f"/inbox/{mild}").text
    assert "The first reply is late" in thread
    assert "By when" in thread


def _listed(client: FlaskClient) -> list[str]:
    page = Page(client.get("/inbox").text)
    return [element.attributes["id"].removeprefix("line-") for element in page.all("li", class_="ticket")]


def test_beside_the_thread_stands_what_was_before(world: World) -> None:
    world.user()
    client = world.signed_in()
    who = {"id": "c-77", "phone": "+31612340999"}
    first = world.unhappy("Joris Bakker", "2", "Slow", customer=who)
    hand(client, first, "claim")
    hand(client, first, "resolve", {"resolution": "explained"})
    second = world.unhappy("Joris Bakker", "5", "Slow again", customer=who)
    page = Page(client.get(f"/inbox/{second}").text)
    facts = page.one("aside", id="facts").text
    assert f"/inbox/{first}" in client.get(f"/inbox/{second}").text
    for words in ("First reply", "of working time", "Free text at any time", "Explained", "Before", "Agent"):
        assert words in facts, words
