"""The web chat in somebody else's page, in a real browser and across real origins."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.browser import faults_in
from tests.webchat.conftest import Opens
from tests.webchat.shop import Shop, a_shop
from tests.webchat.test_browser import CLOSING
from tests.webchat.test_page import ASPECT, HOSTILE, REASON, SCORE
from tests.webchat.world import SURVEY, World, a_world

pytestmark = pytest.mark.browser
OpensShop = Callable[..., Shop]
LOOKS: list[dict[str, Any]] = [
    {"scheme": "light"},
    {"scheme": "dark"},
    {"scheme": "light", "width": 320},
    {"scheme": "light", "width": 550, "height": 380},  # twice the size of an ordinary window
    {"scheme": "light", "forced_colors": "active"},
    {"scheme": "light", "contrast": "more"},
    {"scheme": "light", "lang": "ar"},
    {"scheme": "dark", "lang": "ar", "width": 320},
]


@pytest.fixture
def shop_of(world: World, address: str) -> Iterator[OpensShop]:
    with ExitStack() as stack:
        yield lambda **changes: stack.enter_context(a_shop(world, address, **changes))


@pytest.fixture
def shop(shop_of: OpensShop) -> Shop:
    return shop_of(greeting="Hello! Two minutes, please.")


def at(shop: Shop, **query: str) -> str:
    return f"{shop.origin}/?" + "&".join(f"{name}={quote(value)}" for name, value in query.items())


def frame_of(page: Page) -> Frame:
    """Our frame, once it is there."""
    handle = page.wait_for_selector("iframe", state="attached")
    frame = handle.content_frame() if handle else None
    assert frame is not None
    frame.wait_for_selector("#widget", state="attached")
    return frame


def press_launcher(page: Page) -> Frame:
    frame = frame_of(page)
    frame.locator("#launcher").click()
    frame.locator("[data-control=scale]").first.wait_for()
    return frame


def answer(frame: Frame, score: int) -> None:
    frame.get_by_role("radio", name=str(score), exact=True).check(force=True)
    frame.locator("#control .send").click()


def finish(frame: Frame, score: int) -> None:
    answer(frame, score)
    for question in (REASON, ASPECT):
        frame.locator(".asking", has_text=question).wait_for()
        frame.locator("#control .skip").click()
    frame.get_by_text(CLOSING).wait_for()


def texts(frame: Frame) -> list[str]:
    return frame.locator("#entries .words").all_inner_texts()


def js(value: object) -> str:
    return json.dumps(value)


# --- by keyboard, and where the focus is ------------------------------------------------------------------------------


def test_a_visitor_answers_by_keyboard_alone_and_comes_back_to_the_button(
    world: World, shop: Shop, opens: Opens
) -> None:
    page = opens(at(shop))
    frame = frame_of(page)
    expect(frame.locator("#launcher")).to_be_visible()
    page.locator("#own").focus()
    page.keyboard.press("Tab")
    expect(frame.locator("#launcher")).to_be_focused()
    page.keyboard.press("Enter")
    expect(frame.get_by_role("group", name=SCORE).get_by_role("radio")).to_have_count(11)
    expect(frame.locator("input:checked")).to_have_count(0)
    expect(frame.get_by_role("radio", name="0", exact=True)).to_be_focused()
    page.keyboard.press("Space")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(frame.get_by_role("radio", name="3", exact=True)).to_be_checked()
    assert world.conversation()["score"] is None  # arrows only move; Send sends
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(frame.get_by_role("textbox", name=REASON)).to_be_focused()
    page.keyboard.press("Escape")
    expect(frame.locator("#panel")).to_be_hidden()
    expect(frame.locator("#launcher")).to_be_focused()
    page.keyboard.press("Enter")
    expect(frame.get_by_role("textbox", name=REASON)).to_be_focused()
    assert world.conversation()["score"] == 3


def test_a_script_that_asks_takes_no_focus_and_gets_it_back(shop: Shop, opens: Opens) -> None:
    page = opens(at(shop))
    frame = frame_of(page)
    page.locator("#own").focus()
    page.evaluate("Zeroten.ask({topic: 'lamps'})")
    frame.locator("[data-control=scale]").first.wait_for()
    expect(page.locator("#own")).to_be_focused()
    frame.get_by_role("radio", name="7", exact=True).focus()
    page.keyboard.press("Escape")
    expect(frame.locator("#panel")).to_be_hidden()
    expect(page.locator("#own")).to_be_focused()


def test_the_page_s_own_button_opens_and_gets_the_focus_back(shop_of: OpensShop, opens: Opens) -> None:
    shop = shop_of(has_launcher=False)
    page = opens(at(shop))
    frame = frame_of(page)
    expect(page.locator("iframe")).to_be_hidden()
    page.evaluate("own.onclick = () => Zeroten.open()")
    page.locator("#own").click()
    frame.locator("[data-control=scale]").first.wait_for()
    page.keyboard.press("Escape")
    expect(frame.locator("#panel")).to_be_hidden()
    expect(page.locator("#own")).to_be_focused()


# --- opened by script, by the site's chat, by the API -----------------------------------------------------------------


def test_a_wish_from_before_we_were_there_is_heard(world: World, shop: Shop, opens: Opens) -> None:
    before = "<script>window.Zeroten={q:[],ask(o){this.q.push(['ask',o])}};Zeroten.ask({topic:'checkout'})</script>"
    page = opens(at(shop, before=before))
    frame_of(page).locator("[data-control=scale]").first.wait_for()
    assert world.conversation()["state"] == "score"


def test_the_end_of_the_site_s_own_chat_opens_it(world: World, shop: Shop, opens: Opens) -> None:
    page = opens(at(shop, attributes='data-on="chat:ended"'))
    frame = frame_of(page)
    expect(frame.locator("#launcher")).to_be_visible()
    page.evaluate(f"dispatchEvent(new CustomEvent('chat:ended', {{detail: {{identity: {js(shop.token())}}}}}))")
    frame.locator("[data-control=scale]").first.wait_for()
    assert world.conversation()["state"] == "score"


def test_a_token_may_be_fetched_when_it_is_needed(world: World, shop: Shop, opens: Opens) -> None:
    page = opens(at(shop))
    frame = frame_of(page)
    page.evaluate(f"Zeroten.ask({{identity: () => Promise.resolve({js(shop.token(locale='en'))})}})")
    answer(frame, 9)
    frame.locator(".asking", has_text=REASON).wait_for()
    assert world.conversation()["score"] == 9


def test_what_the_api_prepares_opens_for_whoever_is_there(world: World, shop: Shop, opens: Opens) -> None:
    page = opens(at(shop))
    frame = frame_of(page)
    page.evaluate(f"Zeroten.identify({{identity: {js(shop.token(sub='c-1'))}}})")
    expect(frame.locator("#panel")).to_be_hidden()
    while not frame.evaluate("sessionStorage.length"):
        page.wait_for_timeout(20)
    world.invite()  # by the API, for the customer c-1
    frame.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    frame.locator("[data-control=scale]").first.wait_for()


def test_an_address_from_the_api_opens_that_page(world: World, shop: Shop, address: str, opens: Opens) -> None:
    page = opens(at(shop))
    frame = frame_of(page)
    token = world.invite()
    page.evaluate(f"Zeroten.ask({{page: {js(f'{address}/s/{token}')}}})")
    answer(frame, 8)
    frame.locator(".asking", has_text=REASON).wait_for()
    page.reload()
    frame = frame_of(page)
    frame.locator(".asking", has_text=REASON).wait_for()
    assert texts(frame) == [SCORE, "8", REASON]


def test_somebody_else_in_the_same_tab_sees_nothing_of_the_one_before(world: World, shop: Shop, opens: Opens) -> None:
    page = opens(at(shop))
    frame = frame_of(page)
    page.evaluate(f"Zeroten.ask({{identity: {js(shop.token())}}})")
    answer(frame, 2)
    frame.locator(".asking", has_text=REASON).wait_for()
    page.evaluate(f"Zeroten.identify({{identity: {js(shop.token())}}})")  # the same one again
    page.wait_for_timeout(500)
    assert texts(frame)[:2] == [SCORE, "2"]
    page.evaluate(f"Zeroten.identify({{identity: {js(shop.token(sub='c-2'))}}})")
    expect(frame.locator("#entries > li")).to_have_count(0)
    page.evaluate(f"Zeroten.ask({{identity: {js(shop.token(sub='c-2'))}}})")
    expect(frame.locator("#entries .words")).to_have_text([SCORE])
    page.evaluate("Zeroten.identify({})")  # signed out
    expect(frame.locator("#entries > li")).to_have_count(0)
    assert frame.evaluate("Object.keys(sessionStorage).filter((name) => name.endsWith('key'))") == []


# --- whoever is not to be asked ---------------------------------------------------------------------------------------


def test_who_is_not_asked_sees_nothing_unless_they_asked_for_it(shop: Shop, opens: Opens) -> None:
    page = opens(at(shop))
    frame = frame_of(page)
    page.evaluate("addEventListener('zeroten', (event) => (document.title = event.detail.zeroten))")
    page.evaluate(f"Zeroten.ask({{identity: {js(shop.token(consent=False))}}})")
    expect(page).to_have_title("quiet")
    expect(frame.locator("#panel")).to_be_hidden()
    frame.locator("#launcher").click()
    expect(frame.get_by_role("status").filter(has_text="nothing to ask")).to_be_visible()
    expect(frame.locator("#thread")).to_be_hidden()


def test_a_site_for_signed_visitors_shows_strangers_no_button(shop_of: OpensShop, opens: Opens) -> None:
    shop = shop_of(allows_anonymous=False)
    page = opens(at(shop))
    frame = frame_of(page)
    page.evaluate("addEventListener('zeroten', (event) => (document.title = event.detail.code))")
    expect(frame.locator("#launcher")).to_be_hidden()
    page.evaluate("Zeroten.ask()")
    expect(page).to_have_title("sign_in")
    expect(frame.locator("#panel")).to_be_hidden()
    page.evaluate(f"Zeroten.identify({{identity: {js(shop.token())}}})")
    expect(frame.locator("#launcher")).to_be_visible()


# --- other origins ----------------------------------------------------------------------------------------------------


def test_a_foreign_origin_is_blocked(world: World, shop_of: OpensShop, opens: Opens) -> None:
    shop = shop_of(origins=["https://shop.example"])
    page = opens(at(shop))
    page.evaluate("Zeroten.ask()")
    page.wait_for_selector("iframe", state="attached")
    page.wait_for_load_state("networkidle")
    expect(page.locator("iframe")).to_be_hidden()
    frame = page.frames[1]
    assert frame.locator("#launcher").count() == 0
    # With the address of an allowed page, too, the browser itself refuses: it compares the page that is really there.
    page.evaluate("(src) => { document.querySelector('iframe').src = src }", frame_address(shop, page))
    page.wait_for_timeout(500)
    assert page.frames[1].locator("#launcher").count() == 0


def frame_address(shop: Shop, page: Page) -> str:
    ours = page.evaluate("new URL(document.querySelector('iframe').src).origin")
    return f"{ours}/webchat/frame/{shop.site.key}?origin=https://shop.example"


def test_nobody_but_the_page_is_heard(world: World, shop: Shop, opens: Opens) -> None:
    page = opens(at(shop))
    frame = frame_of(page)
    expect(frame.locator("#launcher")).to_be_visible()
    page.evaluate(
        """() => new Promise((done) => {
          const other = document.createElement("iframe");
          other.sandbox = "allow-scripts";
          other.srcdoc = `<script>
            for (const frame of [top.frames[0], top]) {
              frame.postMessage({ zeroten: "ask" }, "*");
              frame.postMessage({ zeroten: "view", title: "evil", style: { visibility: "hidden" } }, "*");
            }
            top.postMessage("done", "*")<\\/script>`;
          addEventListener("message", ({ data }) => data === "done" && done());
          document.body.append(other);
        })"""
    )
    page.wait_for_timeout(300)
    expect(frame.locator("#panel")).to_be_hidden()
    expect(page.locator("iframe").first).to_be_visible()
    assert page.locator("iframe").first.get_attribute("title") == "Your feedback for Acme"
    with pytest.raises(AssertionError):
        expect(frame.locator("#panel")).to_be_visible(timeout=300)


def test_the_page_cannot_look_into_the_frame(shop: Shop, opens: Opens) -> None:
    page = opens(at(shop))
    frame = press_launcher(page)
    assert page.evaluate("document.querySelector('iframe').contentDocument") is None
    stored = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    assert stored == '[{},{},""]'
    assert frame.evaluate("document.cookie") == ""
    assert frame.evaluate("localStorage.length") == 0
    assert "ticket" not in page.content()


# --- nothing moves, nothing is in the way -----------------------------------------------------------------------------


def test_nothing_of_the_page_moves(shop: Shop, opens: Opens) -> None:
    page = opens(at(shop))
    page.evaluate(
        """() => { window.shifts = 0; new PerformanceObserver((list) => { for (const entry of list.getEntries())
        window.shifts += entry.value }).observe({ type: "layout-shift", buffered: true }) }"""
    )
    before = page.evaluate(
        "JSON.stringify([...document.querySelectorAll('main, main *')].map((e) => e.getBoundingClientRect()))"
    )
    frame = press_launcher(page)
    page.evaluate("Zeroten.close()")
    expect(frame.locator("#panel")).to_be_hidden()
    page.evaluate("Zeroten.ask()")
    answer(frame, 3)
    frame.locator(".asking", has_text=REASON).wait_for()
    after = page.evaluate(
        "JSON.stringify([...document.querySelectorAll('main, main *')].map((e) => e.getBoundingClientRect()))"
    )
    assert before == after
    assert page.evaluate("window.shifts") == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_lies_behind_the_clear_frame_can_be_pressed(shop: Shop, opens: Opens) -> None:
    page = opens(at(shop), width=420, height=700)
    frame = frame_of(page)
    expect(frame.locator("#launcher")).to_be_visible()
    page.evaluate("own.onclick = () => (document.title = 'pressed')")
    page.locator("#own").click()
    assert page.title() == "pressed"


# --- talking ----------------------------------------------------------------------------------------------------------


def test_a_person_takes_over_inside_it_and_a_reload_goes_on(world: World, shop: Shop, opens: Opens) -> None:
    page = opens(at(shop))
    frame = press_launcher(page)
    finish(frame, 2)
    ticket = world.claim()
    frame.get_by_text("Joost A person has joined").or_(frame.locator("#presence:visible")).first.wait_for()
    for text in HOSTILE:
        world.reply(ticket, text)
    expect(frame.locator("#entries > li")).to_have_count(len(world.thread()))
    assert frame.locator("#entries script, #entries img, #entries a").count() == 0
    frame.get_by_role("textbox", name="Your message").fill("Thank you.")
    page.keyboard.press("Enter")
    expect(frame.locator(".sending")).to_have_count(0)
    page.keyboard.press("Escape")
    world.reply(ticket, "One more thing.")
    expect(frame.locator("#unread")).to_be_visible()
    said = [text for _, text in world.thread()]
    page.reload()
    frame = frame_of(page)
    frame.locator("#launcher").click()
    frame.get_by_text("One more thing.").wait_for()
    assert texts(frame) == said
    assert texts(frame) == [text for _, text in world.thread()]


def test_a_tab_without_storage_works_until_it_is_reloaded(world: World, shop: Shop, opens: Opens) -> None:
    page = opens(at(shop))
    frame = frame_of(page)
    frame.evaluate("Object.defineProperty(window, 'sessionStorage', { get() { throw new Error('forbidden') } })")
    frame.locator("#launcher").click()
    answer(frame, 6)
    frame.locator(".asking", has_text=REASON).wait_for()
    assert world.conversation()["score"] == 6


# --- for everybody ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(map(str, look.values())))
def test_axe_finds_nothing_wrong_at_any_step(world: World, shop: Shop, opens: Opens, look: dict[str, Any]) -> None:
    options = {name: value for name, value in look.items() if name != "lang"}
    # An animation in a frame that is not painted yet would never end, and axe waits for the end of all.
    page = opens(at(shop, lang=look.get("lang", "en")), reduced_motion="reduce", **options)
    frame = frame_of(page)
    expect(frame.locator("#launcher")).to_be_visible()
    assert faults_in(page) == []
    assert faults_in(frame) == []
    frame = press_launcher(page)
    assert faults_in(frame) == []
    fits(frame)
    answer(frame, 4)
    for control in ("text", "choices"):
        frame.locator(f"#control [data-control={control}]").wait_for()
        assert faults_in(frame) == []
        fits(frame)
        frame.locator("#control .skip").click()
    frame.locator("#control [data-control=free]").wait_for()
    ticket = world.claim()
    world.reply(ticket, "I am sorry. " * 60)
    frame.get_by_text("I am sorry").wait_for()
    assert faults_in(frame) == []
    fits(frame)


def fits(frame: Frame) -> None:
    """Nothing hangs over, and what is to be pressed is large enough."""
    assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth")
    sizes = frame.evaluate(
        """() => [...document.querySelectorAll("button, .tile, summary, textarea")]
        .map((e) => e.getBoundingClientRect()).filter((box) => box.width).map((box) => [box.width, box.height])"""
    )
    assert all(width >= 40 and height >= 44 for width, height in sizes), sizes
    cut = frame.evaluate(
        "panel.getBoundingClientRect().top >= 0 && panel.getBoundingClientRect().bottom <= innerHeight"
    )
    assert cut


def test_the_scale_runs_with_the_reading_direction(shop: Shop, opens: Opens) -> None:
    page = opens(at(shop, lang="ar"))
    frame = press_launcher(page)
    first, last = (frame.get_by_role("radio", name=name, exact=True).bounding_box() for name in ("0", "5"))
    assert first is not None
    assert last is not None
    assert first["x"] > last["x"]
    box = page.locator("iframe").bounding_box()
    assert box is not None
    assert box["x"] == 0  # at the end of a line, which is the left


def test_a_survey_of_a_world_that_asks_once_a_year_is_quiet_the_second_time(tmp_path: Any, opens: Opens) -> None:
    from tests.webchat.conftest import serving

    with (
        a_world(tmp_path, SURVEY | {"fatigue_days": 365}) as world,
        serving(world.app) as address,
        a_shop(world, address) as shop,
    ):
        page = opens(at(shop))
        frame = frame_of(page)
        page.evaluate(f"Zeroten.ask({{identity: {js(shop.token())}}})")
        finish_happily(frame)
        page.keyboard.press("Escape")
        page.reload()
        frame = frame_of(page)
        page.evaluate("addEventListener('zeroten', (event) => (document.title = event.detail.zeroten))")
        page.evaluate(f"Zeroten.ask({{identity: {js(shop.token())}}})")
        expect(page).to_have_title("quiet")
        expect(frame.locator("#panel")).to_be_hidden()


def finish_happily(frame: Frame) -> None:
    answer(frame, 10)
    for question in (REASON, ASPECT):
        frame.locator(".asking", has_text=question).wait_for()
        frame.locator("#control .skip").click()
    frame.locator("#entries > li").nth(6).wait_for()
