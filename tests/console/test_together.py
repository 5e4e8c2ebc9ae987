"""Working together: mentions, canned replies, presence, sending twice and again, and acts on many tickets."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from common import clock
from common.actors import Actor, Role
from common.canned_replies import save
from common.mentions import colleagues, spans
from common.store import presence
from common.store.mentions import unseen
from common.store.schema import canned_replies, mentions, messages, outbox
from common.store.schema import presence as tabs
from tests.console.factories import World, create_app, submit
from tests.console.page import Page
from tests.console.test_inbox import act, listed, said
from zeroten.root import create_services

BOSS = Actor(id="usr_boss", name="The boss", role=Role.ADMIN)


def read(world: World, statement: Any) -> Any:
    with world.services.store.read() as connection:
        return connection.execute(statement).all()


# --- notes and mentions -----------------------------------------------------------------------------------------------


def test_who_is_named_in_a_note_finds_the_ticket(each_world: World) -> None:
    each_world.user()
    ben = each_world.user("ben@example.com", "Ben Carter")
    ticket_id = each_world.unhappy("Joris Bakker")
    each_world.unhappy("Somebody else")
    ana, other = each_world.signed_in(), each_world.signed_in("ben@example.com")
    assert "new" not in Page(other.get("/inbox").text).one("a", id="mentions").text
    act(ana, ticket_id, "note", {"text": "Can you look, @ben carter?", "client_id": "n1"})
    act(ana, ticket_id, "note", {"text": "Can you look, @ben carter?", "client_id": "n1"})
    assert Page(other.get("/dashboard").text).one("a", id="mentions").text.split()[-2:] == ["1", "new"]
    assert listed(other, "mentions") == [ticket_id]
    assert listed(ana, "mentions") == []
    page = Page(other.get(f"/inbox/{ticket_id}").text)
    assert page.one("span", class_="named").text == "@ben carter"
    token = page.form_token
    seen = other.post(f"/inbox/{ticket_id}/presence", data={"csrf_token": token, "tab": "a" * 24, "doing": "viewing"})
    assert seen.status_code == 204
    with each_world.services.store.read() as connection:
        assert unseen(connection, ben.id) == 0
    assert listed(other, "mentions") == [ticket_id], "it stays in the list"


def test_all_mentions_are_seen_at_once_without_a_script(world: World) -> None:
    world.user()
    world.user("ben@example.com", "Ben Carter")
    client = world.signed_in("ben@example.com")
    for _ in range(2):
        act(world.signed_in(), world.unhappy(), "note", {"text": "@ben@example.com please"})
    assert submit(client, "/inbox/mentions/seen", {}, page="/inbox?view=mentions").status_code == 303
    assert "new" not in Page(client.get("/inbox").text).one("a", id="mentions").text


def test_a_note_never_reaches_the_customer(each_world: World) -> None:
    ana = each_world.user()
    ticket_id = each_world.unhappy()
    each_world.claim(ticket_id, ana)
    client = each_world.signed_in()
    before = read(each_world, select(func.count()).select_from(outbox))
    act(client, ticket_id, "note", {"text": "Between us, @Ana Castro: a difficult one"})
    submit(
        client, "/inbox/bulk", {"ticket": ticket_id, "act": "note", "text": "Again between us"}, page="/inbox?view=mine"
    )
    assert read(each_world, select(func.count()).select_from(outbox)) == before
    notes = read(each_world, select(messages).where(messages.c.kind == "note"))
    assert len(notes) == 2
    assert all(note.provider_id is None and note.delivery is None for note in notes)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@Ana Castro and @Ben Carter!", ["Ana Castro", "Ben Carter"]),
        ("mail ana@example.com about it", []),
        ("@Ana", []),
        ("@Anatole Castro", []),
        ("(@ana castro)", ["Ana Castro"]),
        ("@Ben Carterson", []),
        ("@twin1@example.com", ["Twin"]),
        ("@Twin", []),  # two have this name, so it names nobody
        ("İİİ @Ana Castro", ["Ana Castro"]),
        ("@" * 2000, []),
    ],
)
def test_who_is_named(world: World, text: str, named: list[str]) -> None:
    world.user()
    world.user("ben@example.com", "Ben Carter")
    for number in (1, 2):
        world.user(f"twin{number}@example.com", "Twin")
    with world.services.store.read() as connection:
        people = colleagues(connection)
    found = spans(text, people)
    assert [person.name for _, _, person in found] == named
    assert all(text[first:behind].startswith("@") for first, behind, _ in found)


# --- canned replies ---------------------------------------------------------------------------------------------------


def offers(world: World, client: FlaskClient, ticket_id: str) -> dict[str, str]:
    listed_here: list[dict[str, str]] = client.get(f"/inbox/{ticket_id}/canned").get_json()
    return {each["label"]: each["insert"] for each in listed_here}


def keep(world: World, short: str, text: str, team: str = "", locale: str = "") -> str:
    fields = {"short": short, "text": text, "team": team, "locale": locale}
    store = world.services.store
    return store.write(lambda connection: save(connection, None, fields, actor=BOSS, now=clock.now())).id


def test_the_nearest_reply_is_offered_and_filled_in(each_world: World) -> None:
    each_world.user()
    client = each_world.signed_in()
    keep(each_world, "hello", "Hello {name} from {brand}")
    keep(each_world, "hello", "Billing says hello, {name}", team="Billing")
    keep(each_world, "hello", "Hallo {name}", team="Billing", locale="nl")
    keep(each_world, "moves", "Only for movers", team="Moves")
    english, dutch = each_world.unhappy("Joris {brand}"), each_world.unhappy("Sofie", customer={"locale": "nl-BE"})
    assert offers(each_world, client, english) == {"/hello": "Billing says hello, Joris {brand}"}
    assert offers(each_world, client, dutch) == {"/hello": "Hallo Sofie"}


def test_replies_are_added_changed_deleted_and_brought_back(each_world: World) -> None:
    each_world.user()
    client = each_world.signed_in()
    ticket_id = each_world.unhappy()
    given = {"short": "/Sorry", "text": "We are sorry, {name}.", "team": "", "locale": ""}
    assert submit(client, "/canned", given).status_code == 303
    (row,) = [each.attributes["href"] for each in Page(client.get("/canned").text).all("a", class_="quiet")]
    assert submit(client, row, given | {"text": "Very sorry"}).status_code == 303
    assert offers(each_world, client, ticket_id) == {"/sorry": "Very sorry"}
    assert submit(client, "/canned", given).status_code == 409
    gone = submit(client, f"{row}/delete", {}, page="/canned")
    assert offers(each_world, client, ticket_id) == {}
    undo = Page(client.get(gone.headers["Location"]).text).one("form", class_="undo").attributes["action"]
    assert submit(client, undo, {}, page="/canned").status_code == 303
    assert offers(each_world, client, ticket_id) == {"/sorry": "Very sorry"}


@pytest.mark.parametrize(
    "fields",
    [{"text": "{secret}"}, {"text": " "}, {"short": "a b"}, {"short": ""}, {"locale": "??"}, {"text": "x" * 1001}],
)
def test_a_reply_that_says_too_much_is_refused_with_its_words_kept(world: World, fields: dict[str, str]) -> None:
    world.user()
    given = {"short": "ok", "text": "Fine words", "team": "", "locale": ""} | fields
    answer = submit(world.signed_in(), "/canned", given)
    assert answer.status_code == 422
    assert Page(answer.text).one("textarea", id="text").text.strip() == given["text"].strip()
    assert read(world, select(canned_replies)) == []


# --- who is there -----------------------------------------------------------------------------------------------------


def tab(client: FlaskClient, ticket_id: str, name: str, doing: str) -> int:
    token = Page(client.get("/account").text).form_token
    fields = {"csrf_token": token, "tab": name * 12, "doing": doing}
    return client.post(f"/inbox/{ticket_id}/presence", data=fields).status_code


def others(client: FlaskClient, ticket_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"/console/changes?after=0&ticket={ticket_id}").get_json()["others"]
    return found


def test_others_see_who_looks_and_who_types(each_world: World) -> None:
    each_world.user()
    each_world.user("ben@example.com", "Ben Carter")
    ana, ben = each_world.signed_in(), each_world.signed_in("ben@example.com")
    ticket_id = each_world.unhappy()
    assert tab(ben, ticket_id, "b1", "viewing") == 204
    assert others(ana, ticket_id) == [{"name": "Ben Carter", "is_typing": False}]
    assert others(ben, ticket_id) == [], "nobody is told of himself"
    tab(ben, ticket_id, "b2", "typing")
    assert others(ana, ticket_id) == [{"name": "Ben Carter", "is_typing": True}]
    tab(ana, ticket_id, "b2", "left")
    assert others(ana, ticket_id) != [], "a tab is its owner's"
    tab(ben, ticket_id, "b2", "left")
    tab(ben, ticket_id, "b1", "left")
    assert others(ana, ticket_id) == []
    assert tab(ben, ticket_id, "b1", "dancing") == 400


def test_another_process_sees_it_too(each_world: World) -> None:
    each_world.user()
    each_world.user("ben@example.com", "Ben Carter")
    ticket_id = each_world.unhappy()
    tab(each_world.signed_in("ben@example.com"), ticket_id, "b1", "viewing")
    services = create_services(each_world.services.settings, has_writer=True)
    other = World(services, create_app(services))
    assert others(other.signed_in(), ticket_id) == [{"name": "Ben Carter", "is_typing": False}]
    services.close()


def test_a_browser_that_died_is_gone_by_itself(each_world: World) -> None:
    each_world.user()
    each_world.user("ben@example.com", "Ben Carter")
    ana, ben = each_world.signed_in(), each_world.signed_in("ben@example.com")
    ticket_id = each_world.unhappy()
    tab(ben, ticket_id, "b1", "typing")

    def pass_time(by: timedelta) -> None:
        back = {"until": tabs.c.until, "typing_until": tabs.c.typing_until}

        def move(connection: Any) -> None:
            row = connection.execute(select(tabs)).one()
            connection.execute(update(tabs).values({name: getattr(row, name) - by for name in back}))

        each_world.services.store.write(move)

    pass_time(presence.TYPING)
    assert others(ana, ticket_id) == [{"name": "Ben Carter", "is_typing": False}]
    pass_time(presence.VIEWING)
    assert others(ana, ticket_id) == []


# --- once, and once more ----------------------------------------------------------------------------------------------


def test_the_same_form_sent_again_is_one_message(each_world: World) -> None:
    ana = each_world.user()
    ticket_id = each_world.unhappy()
    each_world.claim(ticket_id, ana)
    client = each_world.signed_in()
    for _ in range(3):
        assert act(client, ticket_id, "reply", {"text": "Hello", "client_id": "one"}).status_code == 303
    changed = act(client, ticket_id, "reply", {"text": "Hello there", "client_id": "one"})
    assert changed.status_code == 409
    page = Page(changed.text)
    assert "an earlier version" in page.text
    assert page.one("textarea", id="reply-text").text == "Hello there"
    fresh = [each.attributes["value"] for each in page.all("input", name="client_id")]
    assert "one" not in fresh
    assert said(each_world, ticket_id) == ["Hello"]


def fail(world: World, error: str) -> str:
    def work(connection: Any) -> str:
        mine = (messages.c.author == "user", messages.c.kind == "text")
        found = str(connection.execute(select(messages.c.id).where(*mine)).scalar_one())
        connection.execute(update(messages).where(messages.c.id == found).values(delivery="failed", error=error))
        return found

    return world.services.store.write(work)


@pytest.mark.parametrize(
    ("error", "button"),
    [("30003", "Send again"), ("fate unknown", "Send again anyway"), ("rejected 21211", None), ("window_closed", None)],
)
def test_a_failure_says_what_to_do(world: World, error: str, button: str | None) -> None:
    ana = world.user()
    ticket_id = world.unhappy()
    world.claim(ticket_id, ana)
    world.reply(ticket_id, ana.actor, "Hello")
    fail(world, error)
    page = Page(world.signed_in().get(f"/inbox/{ticket_id}").text)
    assert page.one("p", class_="advice").text
    assert [form.text.strip() for form in page.all("form", data_act="retry")] == ([button] if button else [])


def test_sending_again_twice_is_once(each_world: World) -> None:
    ana = each_world.user()
    each_world.user("ben@example.com", "Ben Carter")
    ticket_id = each_world.unhappy()
    each_world.claim(ticket_id, ana)
    each_world.reply(ticket_id, ana.actor, "Hello")
    client = each_world.signed_in()
    sent = read(each_world, select(messages.c.id).where(messages.c.author == "user"))[0].id
    assert act(client, ticket_id, "retry", {"message_id": sent}).status_code == 409, "it has not failed"
    failed = fail(each_world, "30003")
    other = each_world.signed_in("ben@example.com")
    assert act(other, ticket_id, "retry", {"message_id": failed}).status_code == 403
    for _ in range(2):
        assert act(client, ticket_id, "retry", {"message_id": failed}).status_code == 303
    assert said(each_world, ticket_id) == ["Hello", "Hello"]
    assert Page(client.get(f"/inbox/{ticket_id}").text).all("form", data_act="retry") == []


# --- many at once -----------------------------------------------------------------------------------------------------


def many(client: FlaskClient, tickets: list[str], **fields: str) -> Any:
    token = Page(client.get("/inbox").text).form_token
    return client.post("/inbox/bulk", data={"ticket": tickets, "csrf_token": token, **fields})


def test_each_ticket_says_what_came_of_it(each_world: World) -> None:
    each_world.user()
    ben = each_world.user("ben@example.com", "Ben Carter")
    tickets = [each_world.unhappy(name) for name in ("Joris", "Aisha", "Sofie")]
    each_world.claim(tickets[1], ben)
    client = each_world.signed_in()
    page = Page(many(client, [*tickets, "tkt_absent"], act="claim").text)
    report = page.one("div", id="report")
    assert "2 tickets claimed" in report.text
    assert "Ben Carter was faster" in report.text
    assert "There is no such ticket" in report.text
    assert len(listed(client, "mine")) == 2
    report = Page(many(client, tickets, act="resolve", resolution="explained").text).one("div", id="report")
    assert "2 tickets resolved" in report.text
    assert "Ben Carter has this ticket" in report.text
    assert sorted(listed(client, "resolved")) == sorted([tickets[0], tickets[2]])


def test_many_are_handed_over_and_noted_once(each_world: World) -> None:
    ana = each_world.user()
    ben = each_world.user("ben@example.com", "Ben Carter")
    tickets = [each_world.unhappy(), each_world.unhappy()]
    for ticket_id in tickets:
        each_world.claim(ticket_id, ana)
    client = each_world.signed_in()
    for _ in range(2):
        many(client, tickets, act="note", text="See @Ben Carter", client_id="form-1")
    assert len(read(each_world, select(messages.c.id).where(messages.c.kind == "note"))) == 2
    assert len(read(each_world, select(mentions).where(mentions.c.user_id == ben.id))) == 2
    assert many(client, tickets, act="transfer", to=ben.id).status_code == 200
    assert sorted(listed(each_world.signed_in("ben@example.com"), "mine")) == sorted(tickets)


@pytest.mark.parametrize(
    ("count", "fields"),
    [
        (0, {"act": "claim"}),
        (1, {"act": "resolve"}),
        (1, {"act": "resolve", "resolution": "magic"}),
        (1, {"act": "note", "text": " "}),
        (1, {"act": "transfer"}),
        (1, {"act": "burn"}),
        (101, {"act": "claim"}),
    ],
)
def test_an_act_that_says_too_little_does_nothing(world: World, count: int, fields: dict[str, str]) -> None:
    world.user()
    ticket_id = world.unhappy()
    answer = many(world.signed_in(), [ticket_id, *(f"tkt_{n}" for n in range(count - 1))][:count], **fields)
    assert answer.status_code == 422
    assert listed(world.signed_in(), "open") == [ticket_id]


def test_an_analyst_is_offered_none_of_it(world: World) -> None:
    world.user(role=Role.ANALYST)
    world.unhappy()
    page = Page(world.signed_in().get("/inbox").text)
    assert page.all("form", id="bulk") == page.all("input", name="ticket") == []
