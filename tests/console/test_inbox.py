"""The inbox without script: lists, threads, and what a person does with a ticket."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from common.store.schema import customers, messages, outbox, tickets
from console.access import PART
from tests.console.factories import World, submit
from tests.console.page import Page


def act(client: FlaskClient, ticket_id: str, name: str, fields: dict[str, str] | None = None) -> Any:
    return submit(client, f"/inbox/{ticket_id}/{name}", fields or {}, page=f"/inbox/{ticket_id}")


def listed(client: FlaskClient, view: str) -> list[str]:
    page = Page(client.get(f"/inbox?view={view}").text)
    return [element.attributes["id"].removeprefix("line-") for element in page.all("li", class_="ticket")]


def said(world: World, ticket_id: str) -> list[str]:
    with world.services.store.read() as connection:
        joined = messages.join(tickets, tickets.c.conversation_id == messages.c.conversation_id)
        query = select(messages.c.text).select_from(joined)
        mine = (tickets.c.id == ticket_id, messages.c.author == "user", messages.c.kind == "text")
        return list(connection.execute(query.where(*mine).order_by(messages.c.sequence)).scalars())


# --- the list ---------------------------------------------------------------------------------------------------------


def test_a_product_without_tickets_explains_what_will_come(world: World) -> None:
    world.user()
    page = Page(world.signed_in().get("/inbox").text)
    assert "Nobody is waiting for you" in page.text
    assert "answers 0 to 6, or asks for a person" in page.text


def test_a_ticket_stands_in_the_list_with_what_the_customer_said(each_world: World) -> None:
    each_world.user()
    ticket_id = each_world.unhappy("Joris Bakker", "2", "Nobody called back")
    page = Page(each_world.signed_in().get("/inbox").text)
    text = " ".join(page.one("li", id=f"line-{ticket_id}").text.split())
    assert "Score 2 of 10, detractor" in text
    assert "Joris Bakker" in text
    assert "Nobody called back" in text
    assert "Billing" in text
    assert "SMS" in text
    assert page.one("a", id="view-open").text.split() == ["Open", "1"]


def test_the_angriest_and_longest_waiting_come_first(each_world: World) -> None:
    each_world.user()
    mild, angry_late, angry_early = (each_world.unhappy(None, score, "a reason") for score in ("6", "0", "1"))
    for ticket_id, minutes in ((mild, 300), (angry_late, 5), (angry_early, 10)):
        each_world.age(ticket_id, timedelta(minutes=minutes))
    assert listed(each_world.signed_in(), "open") == [angry_early, angry_late, mild]


def test_a_ticket_moves_through_the_lists(each_world: World) -> None:
    ana, _ = each_world.user(), each_world.user("ben@example.com", "Ben Carter")
    client, other = each_world.signed_in(), each_world.signed_in("ben@example.com")
    ticket_id = each_world.unhappy()

    def stands_in(who: FlaskClient) -> set[str]:
        return {view for view in ("open", "mine", "claimed", "waiting", "resolved") if ticket_id in listed(who, view)}

    assert stands_in(client) == {"open"}
    assert act(client, ticket_id, "claim").status_code == 303
    assert (stands_in(client), stands_in(other)) == ({"mine", "claimed"}, {"claimed"})
    assert act(client, ticket_id, "reply", {"text": "Hello", "client_id": "1"}).status_code == 303
    assert (stands_in(client), stands_in(other)) == ({"mine", "waiting"}, {"waiting"})
    each_world.says(each_world.phone_of(ticket_id), "It still does not work")
    assert stands_in(client) == {"mine", "claimed"}
    assert act(client, ticket_id, "resolve", {"resolution": "recovered"}).status_code == 303
    assert stands_in(client) == {"resolved"}
    each_world.says(each_world.phone_of(ticket_id), "And now it broke again")
    assert stands_in(client) == {"open"}
    assert ana.name in Page(client.get(f"/inbox/{ticket_id}").text).text  # the thread remembers who was there


def test_a_long_list_is_shown_in_steps(world: World) -> None:
    world.user()
    first = world.unhappy()

    def copy(connection: Any) -> None:
        row = dict(connection.execute(select(tickets).where(tickets.c.id == first)).one()._mapping)
        rows = [{**row, "id": f"tkt_{n:04d}", "conversation_id": f"{row['conversation_id']}{n}"} for n in range(60)]
        connection.execute(tickets.insert(), rows)
        from common.store.schema import conversations

        talk = dict(connection.execute(select(conversations)).one()._mapping)
        talks = [{**talk, "id": f"{talk['id']}{n}", "invitation_id": f"inv{n}"} for n in range(60)]
        connection.execute(conversations.insert(), talks)

    world.services.store.write(copy)
    client = world.signed_in()
    page = Page(client.get("/inbox").text)
    assert len(page.all("li", class_="ticket")) == 50
    (more,) = [link for link in page.all("a", class_="button") if link.text == "Show more"]
    assert len(Page(client.get(more.attributes["href"]).text).all("li", class_="ticket")) == 61
    for absurd in ("shown=-1", "shown=99999999999999", "shown=x", "view=nonsense"):
        assert client.get(f"/inbox?{absurd}").status_code == 200


# --- the thread -------------------------------------------------------------------------------------------------------


def test_the_thread_tells_the_whole_story(each_world: World) -> None:
    ana = each_world.user()
    ticket_id = each_world.unhappy("Joris Bakker", "2 nobody called back")
    each_world.claim(ticket_id, ana)
    each_world.reply(ticket_id, ana.actor, "Hello Joris, Ana here.")
    page = Page(each_world.signed_in().get(f"/inbox/{ticket_id}").text)
    story = " ".join(page.one("ol", id="messages").text.split())
    steps = ["How likely are you", "2 nobody called back", "Score and reason", "Ticket opened: unhappy customer"]
    steps += ["Ana Castro took over", "Hello Joris, Ana here.", "On its way"]
    assert [step for step in steps if step not in story] == []
    assert sorted(steps, key=story.index) == steps
    facts = " ".join(page.one("aside", id="facts").text.split())
    for fact in ("Detractor", "Lotte de Wit", "Billing", "Invoice", "order 4711", "English", "(Europe/Amsterdam)"):
        assert fact in facts


def test_a_note_is_for_colleagues_and_is_never_sent(each_world: World) -> None:
    each_world.user()
    each_world.user("ben@example.com", "Ben Carter")
    ticket_id = each_world.unhappy()
    client = each_world.signed_in()
    assert act(client, ticket_id, "note", {"text": "Known case", "client_id": "n1"}).status_code == 303
    assert act(client, ticket_id, "note", {"text": "Known case", "client_id": "n1"}).status_code == 303
    page = Page(each_world.signed_in("ben@example.com").get(f"/inbox/{ticket_id}").text)
    assert len(page.all("li", class_="note-line")) == 1
    assert said(each_world, ticket_id) == []
    with each_world.services.store.read() as connection:
        assert "Known case" not in str(connection.execute(select(outbox.c.prompt)).all())


# --- one owner --------------------------------------------------------------------------------------------------------


def test_the_second_to_claim_hears_who_was_faster(each_world: World) -> None:
    each_world.user()
    each_world.user("ben@example.com", "Ben Carter")
    ticket_id = each_world.unhappy()
    token = Page((late := each_world.signed_in("ben@example.com")).get(f"/inbox/{ticket_id}").text).form_token
    assert act(each_world.signed_in(), ticket_id, "claim").status_code == 303
    answer = late.post(f"/inbox/{ticket_id}/claim", data={"csrf_token": token})
    page = Page(answer.text)
    assert answer.status_code == 409
    assert "Ana Castro was faster and has this ticket." in page.one("div", id="notices").text
    assert "disabled" in page.one("textarea", id="reply-text").attributes
    assert "only the owner answers" in page.one("p", id="closed-why").text


def test_only_the_owner_may_reply_release_and_resolve(each_world: World) -> None:
    each_world.user()
    each_world.user("ben@example.com", "Ben Carter")
    ticket_id = each_world.unhappy()
    assert act(each_world.signed_in(), ticket_id, "claim").status_code == 303
    other = each_world.signed_in("ben@example.com")
    answer = act(other, ticket_id, "reply", {"text": "my careful words", "client_id": "1"})
    assert answer.status_code == 403
    assert Page(answer.text).one("textarea", id="reply-text").text == "my careful words"
    assert act(other, ticket_id, "release").status_code == 403
    assert act(other, ticket_id, "resolve", {"resolution": "recovered"}).status_code == 403
    assert said(each_world, ticket_id) == []


def test_the_same_form_twice_is_one_message(each_world: World) -> None:
    each_world.user()
    ticket_id = each_world.unhappy()
    client = each_world.signed_in()
    act(client, ticket_id, "claim")
    page = Page(client.get(f"/inbox/{ticket_id}").text)
    fields = {"text": "Hello\r\nJoris", "csrf_token": page.form_token}
    fields["client_id"] = page.all("input", name="client_id")[0].attributes["value"]
    assert [client.post(f"/inbox/{ticket_id}/reply", data=fields).status_code for _ in range(3)] == [303] * 3
    assert said(each_world, ticket_id) == ["Hello\nJoris"]
    answer = client.post(f"/inbox/{ticket_id}/reply", data=fields | {"text": "Other words"})
    assert answer.status_code == 409
    assert "Other words" in answer.text


@pytest.mark.parametrize("text", ["", "   ", "\r\n", "\0"])
def test_nothing_is_not_sent(world: World, text: str) -> None:
    ana = world.user()
    ticket_id = world.unhappy()
    world.claim(ticket_id, ana)
    answer = act(world.signed_in(), ticket_id, "reply", {"text": text, "client_id": "1"})
    assert answer.status_code == 422
    assert said(world, ticket_id) == []


def test_a_text_that_the_channel_cannot_carry_is_given_back(world: World) -> None:
    ana = world.user()
    ticket_id = world.unhappy()
    world.claim(ticket_id, ana)
    answer = act(world.signed_in(), ticket_id, "reply", {"text": "x" * 9000, "client_id": "1"})
    assert answer.status_code == 422
    assert "x" * 9000 in answer.text


@pytest.mark.parametrize("resolution", ["", "nonsense"])
def test_a_ticket_is_resolved_with_a_reason(world: World, resolution: str) -> None:
    ana = world.user()
    ticket_id = world.unhappy()
    world.claim(ticket_id, ana)
    assert act(world.signed_in(), ticket_id, "resolve", {"resolution": resolution}).status_code == 422
    assert listed(world.signed_in(), "resolved") == []


def test_who_opted_out_cannot_be_written_to(each_world: World) -> None:
    ana = each_world.user()
    ticket_id = each_world.unhappy()
    each_world.claim(ticket_id, ana)
    each_world.says(each_world.phone_of(ticket_id), "STOP")
    with each_world.services.store.read() as connection:
        assert connection.execute(select(func.count()).where(customers.c.opted_out_at.is_not(None))).scalar() == 1
    client = each_world.signed_in()
    assert "Nobody may write to them" in Page(client.get(f"/inbox/{ticket_id}").text).one("p", id="closed-why").text
    answer = act(client, ticket_id, "reply", {"text": "Please come back", "client_id": "1"})
    assert answer.status_code == 409
    assert "opted out" in Page(answer.text).one("div", id="notices").text
    assert said(each_world, ticket_id) == []


def test_a_channel_that_is_off_says_so(world: World) -> None:
    ana = world.user()
    ticket_id = world.unhappy()
    world.claim(ticket_id, ana)
    world.services.store.write(
        lambda connection: connection.execute(update(tickets).values(channel="telegram")) and None
    )
    answer = world.signed_in().get(f"/inbox/{ticket_id}")
    assert "Telegram is switched off" in Page(answer.text).one("p", id="closed-why").text


# --- parts for the page's own script ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("part", "has", "has_not"), [("list", "lines", "messages"), ("thread", "messages", "lines")])
def test_the_script_asks_for_parts(world: World, part: str, has: str, has_not: str) -> None:
    world.user()
    ticket_id = world.unhappy()
    text = world.signed_in().get(f"/inbox/{ticket_id}", headers={PART: part}).text
    assert f'id="{has}"' in text
    assert f'id="{has_not}"' not in text
    assert "<html" not in text


def test_an_act_of_the_script_is_answered_with_the_thread(world: World) -> None:
    world.user()
    ticket_id = world.unhappy()
    client = world.signed_in()
    token = Page(client.get(f"/inbox/{ticket_id}").text).form_token
    answer = client.post(f"/inbox/{ticket_id}/claim", data={"csrf_token": token}, headers={PART: "thread"})
    assert answer.status_code == 200
    assert "Yours" in answer.text
    assert "<html" not in answer.text


def test_the_script_of_a_session_that_ended_is_told(world: World) -> None:
    world.user()
    answer = world.client().get("/inbox", headers={PART: "list"})
    assert answer.status_code == 401
    assert "Location" not in answer.headers
