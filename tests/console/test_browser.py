"""The console in a real browser: live, by keyboard, without script, for everyone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from console import stream
from tests.browser import faults_in
from tests.console.factories import World
from tests.console.serving import Served, has_no_faults, serving
from tests.console.test_stored_xss import PAYLOADS

pytestmark = pytest.mark.browser
SOON_MS = 20_000  # seen: under a second; a machine under load is no fault of the page
HANDLERS = """[...document.querySelectorAll("*")].flatMap((each) => each.getAttributeNames())
  .filter((name) => name.startsWith("on"))"""
SIZES = [(320, 640), (1280, 800)]


@pytest.fixture
def served(world: World, browser: Browser) -> Iterator[Served]:
    world.user()
    world.user("ben@example.com", "Ben Carter")
    yield from serving(world, browser)


def is_live(page: Page) -> None:
    expect(page.locator("#connection")).to_have_attribute("data-state", "live")


# --- for everyone -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES, ids=["phone", "desk"])
def test_every_page_is_for_everyone(served: Served, size: tuple[int, int], scheme: str) -> None:
    world = served.world
    door = served.window(size=size, scheme=scheme)
    door.goto(f"{served.url}/sign-in")
    has_no_faults(door)
    page = served.signed_in(size=size, scheme=scheme)
    is_live(page)
    has_no_faults(page)  # the empty inbox
    ana = world.user("cat@example.com", "Cat Lee")
    mine, foreign = (
        world.unhappy("Joris Bakker", "2", "Nobody called", "1"),
        world.unhappy("محمد", "1", "انتظرت ساعة كاملة"),
    )
    world.unhappy("Aisha", "I want to talk to a human please")
    world.claim(foreign, ana)
    world.reply(foreign, ana.actor, "Hello")
    page.goto(f"{served.url}/inbox")
    has_no_faults(page)
    page.goto(f"{served.url}/inbox/{mine}")
    has_no_faults(page)  # unclaimed
    page.get_by_role("button", name="Claim").click()
    page.locator("#note summary").click()
    page.locator("#note-text").fill("A note")
    page.get_by_role("button", name="Keep note").click()
    expect(page.locator(".note-line")).to_be_visible()
    page.locator("#resolve summary").click()
    has_no_faults(page)  # mine, with the resolve panel open
    for path in (f"/inbox/{foreign}", f"/inbox/{foreign}#facts", "/inbox?view=resolved", "/account", "/nowhere"):
        page.goto(served.url + path)
        has_no_faults(page)


def test_mirrored_it_reads_from_right_to_left(served: Served) -> None:
    ticket_id = served.world.unhappy()
    page = served.signed_in()
    page.goto(f"{served.url}/inbox/{ticket_id}")
    page.evaluate("document.documentElement.dir = 'rtl'")
    has_no_faults(page)
    customer, bot = page.locator(".from-customer .words").first, page.locator(".from-bot .words").first
    theirs, ours = customer.bounding_box(), bot.bounding_box()
    assert theirs
    assert ours
    assert theirs["x"] > ours["x"]
    assert page.evaluate("document.getElementById('list').getBoundingClientRect().right === innerWidth")


def test_hostile_words_do_nothing_in_a_real_browser(served: Served) -> None:
    world = served.world
    tickets = [world.unhappy(payload, "3", payload, topic=payload[:200]) for payload in PAYLOADS]
    page = served.signed_in()
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    page.goto(f"{served.url}/inbox?shown=500")
    expect(page.locator("li.ticket")).to_have_count(len(tickets))
    is_live(page)
    for ticket_id in tickets[:: len(tickets) // 6]:
        page.goto(f"{served.url}/inbox/{ticket_id}")
        is_live(page)
        page.evaluate("dispatchEvent(new Event('zeroten:acted'))")  # once more through the script's own parser
        assert page.locator("script:not([src]), iframe, object, embed, base, img, style").count() == 0
        assert page.evaluate(HANDLERS) == []
    assert dialogs == []


# --- live -------------------------------------------------------------------------------------------------------------


def test_two_see_the_ticket_both_claim_and_one_wins(served: Served) -> None:
    ana, ben = served.signed_in(), served.signed_in("ben@example.com")
    for page in (ana, ben):
        expect(page.get_by_role("heading", name="Nobody is waiting for you")).to_be_visible()
        is_live(page)
    served.world.unhappy("Joris Bakker", "2", "Nobody called back")
    for page in (ana, ben):
        expect(page.get_by_role("link", name="Joris Bakker")).to_be_visible(timeout=SOON_MS)
        expect(page.locator("#announcer")).to_contain_text("Joris Bakker")
        page.get_by_role("link", name="Joris Bakker").click()
        expect(page.get_by_role("button", name="Claim")).to_be_visible()
        is_live(page)
    ben.evaluate("document.querySelector('#claim').form.id = 'kept'")
    with ben.expect_response(re.compile("/claim")) as answer:
        ana.evaluate("setTimeout(() => document.querySelector('#claim').click(), 200)")
        ben.evaluate("setTimeout(() => document.querySelector('#claim').click(), 200)")
    winner, loser, name = (ben, ana, "Ben Carter") if answer.value.status == 200 else (ana, ben, "Ana Castro")
    expect(winner.get_by_role("textbox", name="Reply to Joris Bakker")).to_be_focused()
    expect(loser.locator("#thread-head")).to_contain_text(f"With {name}")
    expect(loser.locator("#closed-why")).to_contain_text(f"{name} has this ticket")
    expect(loser.locator("#reply-text")).to_be_disabled()


def test_the_answer_to_a_claim_leaves_the_cursor_where_it_is(served: Served) -> None:
    """What was begun as a note for colleagues must not end up in the reply to the customer."""
    ticket_id = served.world.unhappy()
    page = served.signed_in()
    page.goto(f"{served.url}/inbox/{ticket_id}")
    is_live(page)
    held: list[Route] = []
    page.route("**/claim*", lambda route: held.append(route))
    page.locator("#claim").click()
    page.locator("#note summary").click()
    page.locator("#note-text").focus()
    held[0].continue_()
    expect(page.get_by_role("button", name="Release")).to_be_visible()
    page.keyboard.type("For us")
    expect(page.locator("#note-text")).to_have_value("For us")
    expect(page.locator("#reply-text")).to_have_value("")


def test_news_between_press_and_release_swallows_no_click(served: Served) -> None:
    ticket_id = served.world.unhappy("Joris Bakker")
    page = served.signed_in()
    is_live(page)
    page.get_by_role("link", name="Joris Bakker").hover()
    page.mouse.down()
    with page.expect_response(lambda answer: answer.request.headers.get("x-zeroten-part") == "list") as heard:
        served.world.unhappy("Aisha")
    heard.value.finished()
    page.evaluate("new Promise((resolve) => setTimeout(resolve, 100))")  # room for the page to act too early
    page.mouse.up()
    page.wait_for_url(f"**/inbox/{ticket_id}*")


def test_the_one_who_is_slower_hears_who_was_faster(served: Served) -> None:
    ticket_id = served.world.unhappy()
    page = served.signed_in()
    page.goto(f"{served.url}/inbox/{ticket_id}")
    is_live(page)
    page.route("**/console/*", lambda route: route.abort())  # the news does not get through in time
    page.route("**/inbox/*", lambda route: route.abort() if route.request.method == "GET" else route.continue_())
    served.world.claim(ticket_id, served.world.user("dee@example.com", "Dee Park"))
    page.keyboard.press("c")
    expect(page.locator("#notices")).to_contain_text("Dee Park was faster and has this ticket.")


def test_news_never_takes_focus_or_typed_words(served: Served) -> None:
    world = served.world
    ticket_id = world.unhappy("Joris Bakker")
    page = served.signed_in()
    page.goto(f"{served.url}/inbox/{ticket_id}")
    page.keyboard.press("c")
    composer = page.get_by_role("textbox", name="Reply to Joris Bakker")
    expect(composer).to_be_focused()
    page.keyboard.type("Dear Joris, I am")
    page.keyboard.press("ArrowLeft")
    world.says(world.phone_of(ticket_id), "Are you still there?")
    expect(page.get_by_role("log").get_by_text("Are you still there?")).to_be_visible(timeout=SOON_MS)
    world.unhappy("Maria")
    world.unhappy("Chen")
    expect(page.locator("#view-open .count")).to_have_text("2", timeout=SOON_MS)
    page.keyboard.type("…")
    expect(composer).to_have_value("Dear Joris, I a…m")
    expect(composer).to_be_focused()


def test_a_reply_by_keyboard_goes_out_once(served: Served) -> None:
    world = served.world
    ticket_id = world.unhappy("Joris Bakker")
    page = served.signed_in()
    page.goto(f"{served.url}/inbox/{ticket_id}")
    page.keyboard.press("c")
    composer = page.get_by_role("textbox", name="Reply to Joris Bakker")
    expect(composer).to_be_focused()
    for number in (1, 2):
        page.keyboard.type(f"Hello number {number}")
        page.keyboard.press("Control+Enter")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".from-user .words")).to_have_count(number)
        expect(composer).to_have_value("")
        expect(composer).to_be_focused()
    assert page.locator(".from-user .words").all_inner_texts() == ["Hello number 1", "Hello number 2"]


def test_a_lost_connection_loses_no_word(served: Served) -> None:
    world = served.world
    ticket_id = world.unhappy("Joris Bakker")
    page = served.signed_in()
    page.goto(f"{served.url}/inbox/{ticket_id}")
    page.keyboard.press("c")
    composer = page.get_by_role("textbox", name="Reply to Joris Bakker")
    composer.fill("Please do not get lost")
    served.stop()
    expect(page.locator("#connection")).to_contain_text("No connection")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#notices")).to_contain_text("What you wrote is still here")
    expect(composer).to_have_value("Please do not get lost")
    world.says(world.phone_of(ticket_id), "Said in the dark")
    served.start()
    expect(page.get_by_role("log").get_by_text("Said in the dark")).to_be_visible()
    is_live(page)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".from-user .words")).to_have_text("Please do not get lost")


def test_without_a_stream_the_page_asks(served: Served) -> None:
    streams = served.world.app.extensions["zeroten_streams"]
    assert all(streams.take(f"usr_{number}") for number in range(stream.MAX_STREAMS))
    page = served.signed_in()
    is_live(page)
    served.world.unhappy("Joris Bakker")
    expect(page.get_by_role("link", name="Joris Bakker")).to_be_visible(timeout=SOON_MS)


def test_a_session_that_ends_takes_no_words_along(served: Served) -> None:
    ticket_id = served.world.unhappy("Joris Bakker")
    page = served.signed_in()
    page.goto(f"{served.url}/inbox/{ticket_id}")
    page.keyboard.press("c")
    composer = page.get_by_role("textbox", name="Reply to Joris Bakker")
    composer.fill("Half a sentence")
    page.context.clear_cookies()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#notices")).to_contain_text("You have been signed out.")
    expect(composer).to_have_value("Half a sentence")


# --- by keyboard, and without script ----------------------------------------------------------------------------------


def test_the_inbox_by_keyboard(served: Served) -> None:
    world = served.world
    for name in ("Joris", "Maria"):
        world.unhappy(name, "2", "a reason")
    page = served.signed_in()
    is_live(page)
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Maria")).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Joris")).to_be_visible()
    is_live(page)
    page.keyboard.press("c")
    expect(page.get_by_role("textbox", name="Reply to Joris")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(page.get_by_role("textbox", name="Internal note")).to_be_focused()
    page.keyboard.type("c is only a letter here")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".note-line")).to_contain_text("c is only a letter here")
    page.locator("#log").focus()
    page.keyboard.press("e")
    expect(page.get_by_role("radio", name="Recovered")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator("#notices")).to_contain_text("Resolved.")
    expect(page.locator("#closed-why")).to_contain_text("This ticket is resolved")


def test_shortcuts_can_be_switched_off(served: Served) -> None:
    ticket_id = served.world.unhappy()
    page = served.signed_in()
    page.goto(f"{served.url}/inbox/{ticket_id}")
    is_live(page)
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_be_visible()
    assert faults_in(page) == []
    dialog.get_by_role("checkbox").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    is_live(page)
    page.keyboard.press("c")
    page.keyboard.press("?")
    expect(page.get_by_role("button", name="Claim")).to_be_visible()
    expect(dialog).to_be_hidden()


def test_without_script_everything_works(served: Served) -> None:
    world = served.world
    ticket_id = world.unhappy("Joris Bakker", "2", "Nobody called back")
    page = served.signed_in(script=False)
    page.get_by_role("link", name="Joris Bakker").click()
    page.get_by_role("button", name="Claim").click()
    page.get_by_role("textbox", name="Reply to Joris Bakker").fill("Hello Joris")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".from-user .words")).to_have_text("Hello Joris")
    page.locator("#note summary").click()
    page.get_by_role("textbox", name="Internal note").fill("He is right")
    page.get_by_role("button", name="Keep note").click()
    expect(page.locator(".note-line")).to_contain_text("He is right")
    page.locator("#resolve summary").click()
    page.get_by_role("radio", name="Explained").check()
    page.get_by_role("button", name="Resolve the ticket").click()
    expect(page.locator("#thread-head")).to_contain_text("Resolved")
    assert ticket_id in page.url
    page.locator("header.bar summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
