"""The page of phones in a real browser, by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import faults_in
from tests.sandbox.running import ANA, Box, Product

pytestmark = pytest.mark.browser


def test_a_customer_answers_by_keyboard_and_hears_back(page: Page, box: Box, product: Product) -> None:
    box.call("POST", f"/_sandbox/handsets/{ANA}", {"name": "Ana"})
    box.send(body="How likely are you to recommend Acme? 0 to 10")
    thread = page.locator("#sms-thread")
    expect(thread).to_contain_text("How likely are you to recommend Acme?")
    expect(page.get_by_label("Customer", exact=True)).to_have_value(ANA)
    product.answer = lambda _call: (200, "text/xml", "<Response><Message>Why <b>3</b>?</Message></Response>".replace(
        "<b>", "&lt;b&gt;").replace("</b>", "&lt;/b&gt;"))  # fmt: skip
    page.get_by_label("Text as the customer").focus()
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    expect(thread).to_contain_text("Why <b>3</b>?")
    assert thread.locator("b").count() == 0
    assert [call.params["Body"] for call in product.texts()] == ["3"]


def test_a_new_number_and_a_stop(page: Page, product: Product) -> None:
    page.get_by_label("Customer", exact=True).select_option("other")
    expect(page.locator("#sms-number")).to_be_focused()
    page.keyboard.type("0044 7700 900123")
    page.keyboard.press("Tab")
    page.keyboard.type("Ben")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Customer", exact=True)).to_have_value("+447700900123")
    page.get_by_label("Text as the customer").press_sequentially("STOP")
    page.keyboard.press("Enter")
    expect(page.locator("#sms-stopped")).to_be_visible()
    expect(page.locator("#sms-thread")).to_contain_text("You have successfully been unsubscribed")
    assert product.texts()[0].params["From"] == "+447700900123"


def test_a_text_that_nobody_took_can_be_brought_again(page: Page, box: Box, product: Product) -> None:
    product.answer = lambda _call: (500, "text/plain", "")
    box.text("2")
    again = page.get_by_role("button", name="Bring it again")
    expect(again).to_be_visible()
    product.answer = lambda _call: (200, "text/xml", "<Response/>")
    again.press("Enter")
    expect(again).to_be_hidden()
    assert len(product.texts()) == 2


def test_news_for_another_phone_waits_until_it_is_wanted(page: Page, box: Box) -> None:
    box.text("hello")
    page.get_by_label("Text as the customer").fill("half a sen")
    box.send(to="+31600000002", body="For somebody else")
    news = page.get_by_role("button", name="New message for +31600000002")
    expect(news).to_be_visible()
    expect(page.get_by_label("Customer", exact=True)).to_have_value(ANA)
    news.click()
    expect(page.locator("#sms-thread")).to_contain_text("For somebody else")


def test_the_clock_moves_for_everybody(page: Page, box: Box) -> None:
    page.get_by_role("button", name="+90 min").click()
    expect(page.locator("#clock-offset")).to_have_text("1 h 30 min ahead")
    assert box.call("GET", "/_sandbox/clock")["offset_s"] == 5_400
    page.get_by_role("button", name="Next morning").click()
    expect(page.locator("#clock-time")).to_have_text(re.compile("^09:0[01]$"))
    box.call("POST", "/_sandbox/clock", {"offset_s": 60})
    expect(page.locator("#clock-offset")).to_have_text("1 min ahead")
    page.get_by_role("button", name="Back to now").click()
    expect(page.locator("#clock-offset")).to_have_text("real time")
    assert (box.folder / "clock").read_text() == "0\n"


def test_the_drawer_sets_faults(page: Page, box: Box) -> None:
    page.get_by_role("button", name="Faults").press("Enter")
    page.get_by_role("radiogroup", name="Sent, but answers 500").get_by_label("Once").focus()
    page.keyboard.press("Space")
    expect(page.locator("#faults-dot")).to_be_visible()
    assert [step["fault"] for step in box.call("GET", "/_sandbox/faults")["script"]] == ["accepted-500"]
    page.get_by_role("radiogroup", name="Too many requests").get_by_label("All").press("Space")
    expect(page.get_by_role("radiogroup", name="Too many requests").get_by_label("All")).to_be_checked()
    page.get_by_role("radiogroup", name="Server error").get_by_label("Some").press("Space")
    expect(page.get_by_role("radiogroup", name="Too many requests").get_by_label("Some")).to_be_checked()
    page.get_by_role("button", name="Everything off").press("Enter")
    expect(page.locator("#faults-dot")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="What goes wrong")).to_be_hidden()
    expect(page.get_by_role("button", name="Faults")).to_be_focused()


def test_a_hosted_chat_opens_in_its_phone(page: Page, box: Box, product: Product) -> None:
    box.call("POST", "/_sandbox/webchat", {"name": "Dana", "url": "https://elsewhere.example/s/t"})
    out = page.get_by_role("link", name="Open in a window of its own")
    expect(out).to_have_attribute("href", "https://elsewhere.example/s/t")
    expect(page.locator("#webchat-page")).to_be_hidden()  # not of the product: never in our frame


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1024, 1440])
def test_it_is_readable_everywhere(page: Page, box: Box, scheme: str, width: int) -> None:
    box.send(body="A question with a link: http://127.0.0.1:1/s/abc and a " + "long" * 40 + " word")
    box.text("STOP")
    expect(page.locator("#sms-stopped")).to_be_visible()
    page.set_viewport_size({"width": width, "height": 720})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    for opened in (False, True):
        if opened:
            page.get_by_role("button", name="Faults").click()
        assert faults_in(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == width
