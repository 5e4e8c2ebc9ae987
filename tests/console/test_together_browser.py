"""Two supervisors and one customer in real browsers: by keyboard, live, and once."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import select

from common import clock
from common.actors import Actor, Role
from common.canned_replies import save
from common.search.indexer import catch_up
from common.store.schema import mentions
from tests.browser import faults_in
from tests.console.factories import World
from tests.console.serving import Served, serving
from tests.console.test_browser import is_live
from tests.console.test_inbox import said

pytestmark = pytest.mark.browser
BOSS = Actor(id="usr_boss", name="The boss", role=Role.ADMIN)


@pytest.fixture
def served(world: World, browser: Browser) -> Iterator[Served]:
    world.user()
    world.user("ben@example.com", "Ben Carter")
    yield from serving(world, browser)


def opened(served: Served, ticket_id: str, email: str = "ana@example.com", **window: object) -> Page:
    page = served.signed_in(email, **window)
    page.goto(f"{served.url}/inbox/{ticket_id}")
    is_live(page)
    return page


def test_notes_and_replies_are_completed_by_keyboard(served: Served) -> None:
    world = served.world
    fields = {"short": "sorry", "text": "We are sorry, {name}.", "team": "", "locale": ""}
    world.services.store.write(lambda connection: save(connection, None, fields, actor=BOSS, now=clock.now()))
    ticket_id = world.unhappy("Joris Bakker")
    page = opened(served, ticket_id)
    page.get_by_role("button", name="Claim").click()
    reply = page.locator("#reply-text")
    expect(reply).to_be_focused()
    reply.press_sequentially("Hello. /so")
    expect(page.locator("#completions").get_by_role("option", name="/sorry")).to_be_visible()
    assert faults_in(page) == []
    page.keyboard.press("Enter")
    expect(reply).to_have_value("Hello. We are sorry, Joris Bakker.")
    expect(page.locator("#segments")).to_contain_text("1 text message")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    note = page.locator("#note-text")
    note.press_sequentially("@be")
    expect(page.locator("#completions").get_by_role("option", name="Ben Carter")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#completions")).to_be_hidden()
    expect(note).to_be_focused()
    note.press_sequentially("n")
    page.keyboard.press("Tab")
    expect(note).to_have_value("@Ben Carter ")
    note.press_sequentially("please look")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".named")).to_have_text("@Ben Carter")
    with world.services.store.read() as connection:
        assert len(connection.execute(select(mentions)).all()) == 1
    other = served.signed_in("ben@example.com")
    expect(other.locator("#mentions")).to_contain_text("1")
    other.locator("#mentions").click()
    other.get_by_role("link", name="Joris Bakker").click()
    expect(other.locator(".named")).to_be_visible()
    expect(other.locator("#mentions .count")).to_have_count(0)


def test_one_sees_the_other_look_and_type_and_go(served: Served) -> None:
    ticket_id = served.world.unhappy()
    ana, ben = opened(served, ticket_id), opened(served, ticket_id, "ben@example.com")
    expect(ana.locator("#others")).to_have_text("Ben Carter is looking, too")
    ben.keyboard.press("n")
    ben.locator("#note-text").press_sequentially("I know")
    expect(ana.locator("#others")).to_have_text("Ben Carter is writing …")
    expect(ben.locator("#others")).to_have_text("Ana Castro is looking, too")
    ben.goto(f"{served.url}/account")
    expect(ana.locator("#others")).to_be_hidden()


def test_an_answer_that_got_lost_is_one_message_after_a_reload(served: Served) -> None:
    world = served.world
    ticket_id = world.unhappy("Joris Bakker")
    page = opened(served, ticket_id)
    page.get_by_role("button", name="Claim").click()
    reply = page.locator("#reply-text")
    expect(reply).to_be_focused()

    def lose(route: Route) -> None:
        route.fetch()  # it arrives
        route.abort()  # and the answer does not

    page.route(re.compile("/reply"), lose)
    reply.fill("I call you at three")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#notices")).to_contain_text("still here")
    assert said(world, ticket_id) == ["I call you at three"]
    page.unroute(re.compile("/reply"))
    page.reload()
    is_live(page)
    expect(reply).to_have_value("I call you at three")
    page.get_by_role("button", name="Send", exact=True).dblclick()
    expect(reply).to_have_value("")
    reply.fill("And now something else")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".from-user .words")).to_have_count(2)
    assert said(world, ticket_id) == ["I call you at three", "And now something else"]


def test_drafts_stay_with_their_threads_and_go_with_the_session(served: Served) -> None:
    world = served.world
    first, second = world.unhappy("Joris"), world.unhappy("Aisha")
    page = opened(served, first)
    page.get_by_role("button", name="Claim").click()
    page.locator("#reply-text").fill("Half a thought")
    page.goto(f"{served.url}/inbox/{second}?view=mine")
    expect(page.locator(f"#line-{first}")).to_have_class(re.compile("has-draft"))
    page.go_back()
    expect(page.locator("#reply-text")).to_have_value("Half a thought")
    page.goto(f"{served.url}/account")
    page.locator("details.menu summary").first.click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in*")
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('zeroten-draft')).length") == 0


def test_many_are_chosen_and_claimed_by_keyboard(served: Served) -> None:
    world = served.world
    for name in ("Joris", "Aisha", "Sofie"):
        world.unhappy(name)
    page = served.signed_in()
    is_live(page)
    for key in "jxjx":
        page.keyboard.press(key)
    expect(page.locator("#bulk-count")).to_have_text("2 selected")
    world.unhappy("Somebody new")
    expect(page.get_by_role("link", name="Somebody new")).to_be_visible()
    expect(page.locator("#bulk-count")).to_have_text("2 selected")
    assert faults_in(page) == []
    page.locator("#bulk").get_by_role("button", name="Claim").click()
    expect(page.locator("#report")).to_contain_text("2 tickets claimed")
    expect(page.locator("#view-mine")).to_contain_text("2")
    expect(page.locator("#bulk")).to_be_hidden()


def test_search_by_keyboard_and_no_shortcut_fires_while_typing(served: Served) -> None:
    world = served.world
    world.unhappy("Joris", "2", "The invoice was wrong")
    world.unhappy("Aisha", "1", "انتظرت ساعة كاملة")
    catch_up(world.services.store)
    page = served.signed_in()
    is_live(page)
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("invoice c j ?x")
    expect(page.locator("#q")).to_have_value("invoice c j ?x")
    expect(page.locator("#keys")).to_be_hidden()
    page.locator("#q").fill("ساعة")
    page.keyboard.press("Enter")
    expect(page.locator("mark")).to_have_text("ساعة")
    assert faults_in(page) == []
    page.keyboard.press("j")
    page.keyboard.press("o")
    expect(page.locator("#thread-title")).to_have_text("Aisha")
    assert "q=" in page.url


def test_text_messages_are_counted_as_they_are_billed(served: Served) -> None:
    page = served.signed_in()
    texts = [
        "",
        "a" * 160,
        "a" * 161,
        "€" * 80,
        "€" * 81,
        "ç" * 70,
        "ç" * 71,
        "😀" * 35,
        "😀" * 36,
        "a" * 153 + "€" * 80,
    ]
    counted = page.evaluate(
        "async ([url, texts]) => { const { segmentsOf } = await import(url); return texts.map(segmentsOf); }",
        [f"{served.url}/console/static/segments.js", texts],
    )
    assert [each["count"] for each in counted] == [1, 1, 2, 1, 2, 1, 2, 1, 2, 3]
    assert [each["left"] for each in counted[:3]] == [160, 0, 145]
    assert counted[5]["why"] == "ç"
