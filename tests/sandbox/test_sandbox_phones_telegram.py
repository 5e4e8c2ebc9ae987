"""The Telegram phone on the page of phones, in a real browser."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import faults_in
from tests.sandbox.running import Box, Call, Product, running
from tests.sandbox.test_sandbox_telegram import ANA, BUTTONS, FAST, people, register, result, updates

pytestmark = pytest.mark.browser
BEN = 523456790


@pytest.fixture(scope="module")
def telegram_box(tmp_path_factory: pytest.TempPathFactory, product_server: Product) -> Iterator[Box]:
    with running(tmp_path_factory.mktemp("telegram-phone"), product_server, *FAST) as box:
        yield box


@pytest.fixture
def bot(telegram_box: Box, product: Product) -> Box:
    """A bot that Ana has started, with its webhook at the product."""
    product.answer = lambda _call: (200, "text/plain", "")
    telegram_box.call("POST", "/_sandbox/reset", {})
    people(telegram_box, f"/{ANA}", name="Ana", language="nl")
    register(telegram_box, product)
    return telegram_box


@pytest.fixture
def page(browser: Browser, bot: Box) -> Iterator[Page]:
    """The page, open; anything that the console complains of fails the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 860}, locale="en-GB", timezone_id="Europe/London")
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(bot.url)
    expect(opened.get_by_label("Customer on Telegram", exact=True)).to_have_value(str(ANA))
    yield opened
    context.close()
    assert complaints == []


def test_a_button_is_tapped_by_keyboard_and_goes(page: Page, bot: Box, product: Product) -> None:
    def answer(heard: Call) -> tuple[int, str, str]:
        query = json.loads(heard.body)["callback_query"]["id"]
        reply = {"method": "answerCallbackQuery", "callback_query_id": query, "text": "Noted <b>9</b>"}
        return 200, "application/json", json.dumps(reply)

    product.answer = answer
    sent = result(bot, "sendMessage", chat_id=ANA, text="How likely <b>are</b> you?", reply_markup=BUTTONS)
    phone = page.locator("#telegram")
    expect(phone.locator("#telegram-thread")).to_contain_text("How likely <b>are</b> you?")
    phone.get_by_role("button", name="9", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#telegram-notice")).to_have_text("Noted <b>9</b>")
    assert updates(product)[0]["callback_query"]["data"] == "nine"
    result(bot, "editMessageText", chat_id=ANA, message_id=sent["message_id"], text="How likely?\n\n✓ 9")
    expect(phone.locator(".key")).to_have_count(0)
    expect(phone.locator("#telegram-thread")).to_contain_text("✓ 9")


def test_words_are_written_and_a_block_is_taken_back(page: Page, bot: Box, product: Product) -> None:
    page.get_by_label("Message as the customer on Telegram").fill("Two days!")
    page.keyboard.press("Enter")
    expect(page.locator("#telegram-thread")).to_contain_text("Two days!")
    page.get_by_role("button", name="Block the bot").click()
    start = page.get_by_role("button", name="Unblock and start")
    expect(start).to_be_visible()
    expect(page.locator("#telegram-composer")).to_be_hidden()
    start.click()
    expect(page.locator("#telegram-composer")).to_be_visible()
    kinds = [next(key for key in update if key != "update_id") for update in updates(product)]
    assert sorted(kinds) == ["message", "message", "my_chat_member", "my_chat_member"]


def test_another_person_takes_the_phone(page: Page, bot: Box) -> None:
    page.get_by_label("Customer on Telegram", exact=True).select_option("other")
    page.get_by_label("Chat number").fill(str(BEN))
    page.locator("#telegram-name").fill("Ben")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Customer on Telegram", exact=True)).to_have_value(str(BEN))
    result(bot, "sendMessage", chat_id=ANA, text="For Ana")
    expect(page.locator("#telegram-news")).to_have_text("New message for Ana")
    page.locator("#telegram-news").click()
    expect(page.locator("#telegram-thread")).to_contain_text("For Ana")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 320])
def test_nobody_is_left_out(browser: Browser, bot: Box, scheme: str, width: int) -> None:
    result(bot, "sendMessage", chat_id=ANA, text="How likely?", reply_markup=BUTTONS)
    context = browser.new_context(
        viewport={"width": width, "height": 860},
        color_scheme="dark" if scheme == "dark" else "light",
        locale="en-GB",
    )
    opened = context.new_page()
    opened.goto(bot.url)
    expect(opened.locator("#telegram .key")).to_have_count(2)
    assert faults_in(opened) == []
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()
