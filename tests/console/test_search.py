"""Searching and filtering the inbox, saved views, and the words behind them."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import func, select

from common import clock
from common.search.indexer import Indexer, catch_up
from common.store.schema import sought_words
from common.tickets import Resolution, Tickets
from tests.console.factories import World, submit
from tests.console.page import Page
from tests.unit.search.test_words import HOSTILE


def found(world: World, query: str, email: str = "ana@example.com") -> list[str]:
    answer = world.signed_in(email).get(f"/inbox?{query}")
    assert answer.status_code == 200
    page = Page(answer.text)
    return [each.attributes["id"].removeprefix("line-") for each in page.all("li", class_="ticket")]


def asked(world: World, question: str) -> list[str]:
    return found(world, f"q={quote(question)}")


def test_a_thread_is_found_by_what_anybody_said_in_it(each_world: World) -> None:
    ana = each_world.user()
    joris = each_world.unhappy("Joris Bäkker", "2", "The invoice was WRONG")
    arabic = each_world.unhappy("محمد", "1", "انتظرت ساعة كاملة", reference="order 815")
    chinese = each_world.unhappy("李小龙", "3", "我等了一个小时")
    each_world.claim(joris, ana)
    each_world.reply(joris, ana.actor, "We pay it back")
    submit(each_world.signed_in(), f"/inbox/{joris}/note", {"text": "A regular of ours"}, page=f"/inbox/{joris}")
    assert catch_up(each_world.services.store) == 3
    for question in ("invoice wrong", "joris bakk", "pay back", "regular", joris, "c-1", "call-1", "4711 joris"):
        assert asked(each_world, question) == [joris], question
    for question in ("ساعه", "انتظرت كاملة", "815"):
        assert asked(each_world, question) == [arabic], question
    assert asked(each_world, "小时") == [chinese]
    end = each_world.phone_of(chinese)[-5:]
    assert asked(each_world, end) == asked(each_world, f"0{each_world.phone_of(chinese)[3:]}") == [chinese]
    assert sorted(asked(each_world, "lotte")) == sorted([joris, arabic, chinese]), "the agent's name"
    assert asked(each_world, "invoice minutes") == []
    assert asked(each_world, "recommend") == [], "the bot's questions are in every thread"


def test_what_was_found_is_shown(world: World) -> None:
    world.user()
    world.unhappy("Joris", "2", "First a long story about nothing at all, and then the <b>invoice</b> was wrong")
    catch_up(world.services.store)
    page = Page(world.signed_in().get("/inbox?q=Invoi").text)
    assert [each.text for each in page.all("mark")] == ["invoice"]
    assert "<b>invoice</b>" in page.one("span", class_="ticket-words").text


@pytest.mark.parametrize("question", [*HOSTILE, "a" * 5000, "%00", "\u202e", "' UNION SELECT"])
def test_hostile_questions_find_nothing_and_break_nothing(world: World, question: str) -> None:
    world.user()
    world.unhappy("Joris", "2", "plain words")
    catch_up(world.services.store)
    answer = world.signed_in().get("/inbox", query_string={"q": question.encode("utf-8", "surrogatepass")})
    assert answer.status_code == 200


def test_words_are_learned_as_they_come(each_world: World) -> None:
    each_world.user()
    store = each_world.services.store
    indexer = Indexer(store)
    ticket_id = each_world.unhappy("Joris", "2", "first words")
    indexer.once()
    assert asked(each_world, "first") == [ticket_id]
    each_world.says(each_world.phone_of(ticket_id), "second thoughts")
    assert asked(each_world, "second") == []
    assert indexer.once() == 1
    assert asked(each_world, "second") == [ticket_id]
    late = each_world.unhappy("Aisha", "1", "third wheel")
    assert indexer.once() == 1
    assert asked(each_world, "third") == [late]
    before = count(each_world)
    assert (indexer.once(), Indexer(store).once(), count(each_world)) == (0, 0, before)


def count(world: World) -> int:
    with world.services.store.read() as connection:
        return int(connection.execute(select(func.count()).select_from(sought_words)).scalar_one())


def test_filters_narrow_any_list(each_world: World) -> None:
    ana = each_world.user()
    angry = each_world.unhappy("Joris", "1", "bad")
    mild = each_world.unhappy("Sofie", "6", "meh", agent={"id": "a", "name": "B", "team": "Moves"})
    human = each_world.unhappy("Aisha", "I want to talk to a human please", customer={"locale": "nl"})
    catch_up(each_world.services.store)
    assert found(each_world, "team=Moves") == [mild]
    assert sorted(found(each_world, "team=Billing")) == sorted([angry, human])
    assert sorted(found(each_world, "band=detractor")) == sorted([angry, mild])
    assert found(each_world, "band=none") == found(each_world, "reason=human_requested") == [human]
    assert found(each_world, "locale=nl") == [human]
    assert found(each_world, "channel=telegram") == []
    assert found(each_world, "q=joris&team=Billing") == [angry]
    assert found(each_world, "q=joris&team=Moves") == []
    each_world.claim(angry, ana)
    desk, now = Tickets(each_world.services.turns), clock.now()
    each_world.services.store.write(
        lambda connection: desk.resolve(connection, angry, ana.actor, Resolution.EXPLAINED, now)
    )
    assert found(each_world, "q=joris") == found(each_world, "q=joris&view=resolved") == [angry]
    assert found(each_world, "q=joris&view=open") == []


def test_the_address_keeps_the_filters_when_a_thread_is_opened(world: World) -> None:
    world.user()
    ticket_id = world.unhappy()
    page = Page(world.signed_in().get("/inbox?team=Billing&view=open").text)
    assert page.one("a", id=f"open-{ticket_id}").attributes["href"] == f"/inbox/{ticket_id}?view=open&team=Billing"


# --- saved views ------------------------------------------------------------------------------------------------------


def views(world: World, email: str = "ana@example.com") -> dict[str, str]:
    page = Page(world.signed_in(email).get("/inbox").text)
    links = [each for each in page.all("a") if each.attributes.get("href", "").startswith("/inbox?view=")]
    return {
        each.text.split(" Shared")[0]: each.attributes["href"] for each in links if "team=" in each.attributes["href"]
    }


def save(world: World, fields: dict[str, str], email: str = "ana@example.com") -> Any:
    return submit(world.signed_in(email), "/inbox/views", fields, page="/inbox")


def test_a_view_is_kept_shared_deleted_and_brought_back(each_world: World) -> None:
    each_world.user()
    each_world.user("ben@example.com", "Ben Carter")
    mine = {"query": "view=open&team=Billing&q=hour&evil=1&shown=500", "name": "Billing hours"}
    assert save(each_world, mine).status_code == 303
    assert save(each_world, {"query": "team=Moves", "name": "Moves", "is_shared": "yes"}).status_code == 303
    assert views(each_world) == {
        "Billing hours": "/inbox?view=open&q=hour&team=Billing",
        "Moves": "/inbox?view=open&team=Moves",
    }
    assert list(views(each_world, "ben@example.com")) == ["Moves"]
    page = Page(each_world.signed_in().get("/inbox").text)
    delete = [
        each.attributes["action"] for each in page.all("form") if each.attributes.get("action", "").endswith("/delete")
    ]
    ben = each_world.signed_in("ben@example.com")
    submit(ben, delete[1], {}, page="/inbox")
    assert "Moves" in views(each_world), "somebody else's"
    ana = each_world.signed_in()
    gone = submit(ana, delete[0], {}, page="/inbox")
    assert list(views(each_world)) == ["Moves"]
    undo = Page(ana.get(gone.headers["Location"]).text).one("form", class_="undo").attributes["action"]
    submit(ana, undo, {}, page="/inbox")
    assert list(views(each_world)) == ["Billing hours", "Moves"]


def test_a_view_without_a_name_is_not_kept(world: World) -> None:
    world.user()
    for name in ("", " ", "x" * 61):
        save(world, {"query": "team=Billing", "name": name})
    assert views(world) == {}
