"""The page in a real browser: by keyboard alone, read by machines, in every light, and while the server is away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser import faults_in
from tests.webchat.conftest import Opens, serving
from tests.webchat.test_page import ASPECT, HOSTILE, REASON, SCORE
from tests.webchat.world import World, a_world

pytestmark = pytest.mark.browser
CLOSING = "A person will read this and may reply to you here."
LOOKS: list[dict[str, Any]] = [
    {"locale": "en", "scheme": "light"},
    {"locale": "en", "scheme": "dark"},
    {"locale": "en", "scheme": "light", "width": 320},
    {"locale": "en", "scheme": "light", "forced_colors": "active"},
    {"locale": "en", "scheme": "light", "contrast": "more"},
    {"locale": "ar", "scheme": "light"},
    {"locale": "ar", "scheme": "dark", "width": 320},
]


def texts(page: Page) -> list[str]:
    return page.locator("#entries .words").all_inner_texts()


def answer_score(page: Page, score: int) -> None:
    page.get_by_role("radio", name=str(score), exact=True).check(force=True)
    page.get_by_role("button", name="Send").first.click()


def finish(page: Page, score: int) -> None:
    answer_score(page, score)
    for question in (REASON, ASPECT):
        page.locator(".asking", has_text=question).wait_for()
        page.get_by_role("button", name="Skip").click()
    page.locator("[data-control=free]:visible").wait_for()


def test_the_survey_is_answered_by_keyboard_alone(world: World, address: str, opens: Opens) -> None:
    page = opens(f"{address}/s/{world.invite()}")
    group = page.get_by_role("group", name=SCORE)
    expect(group.get_by_role("radio")).to_have_count(11)
    expect(page.locator("input:checked")).to_have_count(0)
    page.keyboard.press("Tab")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="4", exact=True)).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name=REASON)).to_be_focused()
    page.keyboard.type("I waited an hour.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("radio", name="Waiting time")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text(CLOSING)).to_be_visible()
    expect(page.get_by_role("textbox", name="Your message")).to_be_focused()
    conversation = world.conversation()
    assert (conversation["score"], conversation["aspect"]) == (4, "wait_time")
    assert texts(page) == [text for _, text in world.thread()]


def test_a_survey_is_answered_with_script_switched_off(world: World, address: str, opens: Opens) -> None:
    page = opens(f"{address}/s/{world.invite()}", java_script_enabled=False)
    finish(page, 2)
    expect(page.get_by_text(CLOSING)).to_be_visible()
    page.get_by_label("Your message").first.fill("Please call me.")
    page.get_by_role("button", name="Send").first.click()
    page.get_by_text("Please call me.", exact=True).wait_for()
    assert world.conversation()["score"] == 2
    assert texts(page) == [text for _, text in world.thread()]


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(str(value) for value in look.values()))
def test_machines_find_no_barrier(world: World, address: str, opens: Opens, look: dict[str, Any]) -> None:
    token = world.invite(locale=look["locale"])
    page = opens(f"{address}/s/{token}", reduced_motion="reduce", **{"height": 640} | look)
    page.locator("[data-control=scale]").wait_for()
    assert faults_in(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("footer summary").click()
    page.locator("#beside summary").click()
    assert faults_in(page) == []
    page.locator("[name=choice][value='5']").check(force=True)
    page.locator("[data-control=scale] .send").click()
    page.locator("#control [data-control=text]").wait_for()
    assert faults_in(page) == []
    page.locator("#control .skip").click()
    page.locator("#control [data-control=choices]").wait_for()
    assert faults_in(page) == []
    page.locator("#control .skip").click()
    page.locator("#control [data-control=free]").wait_for()
    world.reply(world.claim(), "Good morning, this is Joost.")
    page.get_by_text("Good morning").wait_for()
    assert faults_in(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("width", "columns"), [(320, 6), (420, 6), (900, 11)])
def test_every_number_is_large_enough_to_hit(
    world: World, address: str, opens: Opens, width: int, columns: int
) -> None:
    page = opens(f"{address}/s/{world.invite()}", width=width)
    page.locator(".tile").first.wait_for()
    boxes = [tile.bounding_box() for tile in page.locator(".tile").all()]
    sizes = [(box["width"], box["height"]) for box in boxes if box]
    assert len(sizes) == 11
    assert min(min(size) for size in sizes) >= 44
    assert len({round(box["x"]) for box in boxes if box}) == columns


def test_the_page_holds_at_twice_the_size(world: World, address: str, opens: Opens) -> None:
    page = opens(f"{address}/s/{world.invite()}", width=640, height=480, reduced_motion="reduce")
    page.locator(".tile").first.wait_for()
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert faults_in(page) == []


def test_in_arabic_the_scale_and_its_arrows_run_from_the_right(world: World, address: str, opens: Opens) -> None:
    page = opens(f"{address}/s/{world.invite(locale='ar')}")
    zero, ten = (page.locator(f".tile:has([value='{value}'])").bounding_box() for value in (0, 10))
    assert zero is not None
    assert ten is not None
    assert zero["x"] > ten["x"]
    page.locator("[name=choice][value='5']").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("input:checked").get_attribute("value") == "4"


def test_a_person_takes_over_in_the_open_page(world: World, address: str, opens: Opens) -> None:
    page = opens(f"{address}/s/{world.invite()}")
    answer_score(page, 1)
    page.get_by_role("textbox", name=REASON).fill("half a thou")
    ticket = world.claim()
    expect(page.get_by_text("A person has joined the conversation.")).to_be_visible()
    expect(page.get_by_role("textbox", name="Your message")).to_have_value("half a thou")
    world.reply(ticket, "I am Joost. What happened?")
    entry = page.locator("#entries li", has_text="What happened?")
    expect(entry.locator(".by")).to_have_text("Joost")
    page.get_by_role("textbox", name="Your message").fill("The courier never came.")
    page.keyboard.press("Enter")
    expect(page.locator(".sending")).to_have_count(0)
    page.get_by_role("textbox", name="Your message").fill("Twice.")
    page.keyboard.press("Enter")
    expect(page.locator("#entries li", has_text="Twice.").locator("time")).to_have_count(1)
    assert texts(page) == [text for _, text in world.thread()]


def test_hostile_words_are_text_on_every_way_in(world: World, address: str, opens: Opens) -> None:
    token = world.invite()
    page = opens(f"{address}/s/{token}")
    finish(page, 3)
    ticket = world.claim()
    for number, text in enumerate(HOSTILE):
        world.reply(ticket, text or "-", client_id=f"hostile-{number}")
    expect(page.locator("#entries li")).to_have_count(7 + len(HOSTILE))
    box = page.get_by_role("textbox", name="Your message")
    box.fill(HOSTILE[0])
    page.keyboard.press("Enter")
    expect(page.locator("#entries li")).to_have_count(8 + len(HOSTILE))
    for _ in range(2):
        inside = "#entries :not(li, .by, bdi, .words, .note, time)"
        assert page.evaluate("inside => document.querySelectorAll(inside).length", inside) == 0
        assert page.locator("#entries .words").nth(7).inner_text() == HOSTILE[0]
        page.reload()


def test_what_was_said_while_the_server_was_away_survives_a_reload(world: World, address: str, opens: Opens) -> None:
    page = opens(f"{address}/s/{world.invite()}")
    finish(page, 3)
    page.route("**/messages", lambda route: route.abort())
    box = page.get_by_role("textbox", name="Your message")
    for number in range(3):
        box.fill(f"line {number}")
        page.keyboard.press("Enter")
    expect(page.locator(".sending")).to_have_count(3)
    expect(page.get_by_role("status")).to_have_text("Reconnecting…")
    box.fill("not yet sent")
    page.reload()
    expect(page.locator(".sending")).to_have_count(3)
    expect(page.get_by_role("textbox", name="Your message")).to_have_value("not yet sent")
    page.unroute("**/messages")
    expect(page.locator(".sending")).to_have_count(0)
    said = [text for author, text in world.thread() if author == "customer"]
    assert said[-3:] == ["line 0", "line 1", "line 2"]
    assert texts(page) == [text for _, text in world.thread()]


def test_an_answer_whose_receipt_was_lost_is_one_answer(world: World, address: str, opens: Opens) -> None:
    page = opens(f"{address}/s/{world.invite()}")
    lost: list[int] = []

    def lose(route: Any) -> None:
        if len(lost) < 2:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    page.route("**/messages", lose)
    answer_score(page, 9)
    expect(page.get_by_role("textbox", name=REASON)).to_be_visible()
    page.get_by_role("textbox", name=REASON).fill("quick")
    page.keyboard.press("Enter")
    expect(page.locator(".asking", has_text=ASPECT)).to_be_visible()
    assert lost == [200, 200]
    assert [text for author, text in world.thread() if author == "customer"] == ["9", "quick"]
    assert texts(page) == [text for _, text in world.thread()]


def test_without_a_stream_the_page_polls(world: World, address: str, opens: Opens) -> None:
    page = opens("about:blank")
    page.route(
        "**/stream",
        lambda route: route.fulfill(status=503, headers={"Retry-After": "30"}, body="all streams are taken"),
    )
    page.goto(f"{address}/s/{world.invite()}")
    finish(page, 3)
    world.reply(world.claim(), "Hello by another way.")
    expect(page.get_by_text("Hello by another way.")).to_be_visible()
    assert texts(page) == [text for _, text in world.thread()]


def test_stopping_asks_once_more_and_then_stops(world: World, address: str, opens: Opens) -> None:
    page = opens(f"{address}/s/{world.invite()}")
    page.get_by_text("Do not ask me again").click()
    expect(page.get_by_text("We will not ask you for feedback again, on any channel.")).to_be_visible()
    page.get_by_role("button", name="Yes, stop").click()
    expect(page.get_by_text("You asked us to stop.")).to_be_visible()
    expect(page.locator("[data-control=scale]")).to_have_count(0)
    assert world.conversation()["outcome"] == "refused"


@pytest.mark.parametrize("is_named", [True, False])
def test_only_a_named_site_can_frame_the_page(tmp_path: Path, opens: Opens, is_named: bool) -> None:
    shop = Flask("shop")
    with serving(shop) as site:
        origins = f"https://elsewhere.example, {site}" if is_named else "https://elsewhere.example"
        with a_world(tmp_path, WEBCHAT_ORIGINS=origins) as world, serving(world.app) as address:
            frame = f"<iframe src='{address}/s/{world.invite()}?embed=1' width='400' height='600'></iframe>"
            shop.add_url_rule("/", "shop", lambda: f"<!doctype html>{frame}")
            page = opens(f"{site}/")
            inside = page.frames[1]
            inside.wait_for_load_state()
            assert inside.locator("[data-control=scale]").count() == is_named
            if is_named:
                inside.locator("[name=choice][value='8']").check(force=True)
                inside.locator("[data-control=scale] .send").click()
                inside.locator(".asking", has_text=REASON).wait_for()
                assert world.conversation()["score"] == 8


def test_nothing_about_the_customer_is_left_behind(world: World, address: str, opens: Opens) -> None:
    page = opens(f"{address}/s/{world.invite()}")
    finish(page, 10)
    assert page.context.cookies() == []
    assert page.evaluate("Object.keys(localStorage).length + Object.keys(sessionStorage).length") == 0
