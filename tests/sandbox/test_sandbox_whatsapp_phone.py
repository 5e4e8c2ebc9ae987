"""The WhatsApp phone and the reviewer's drawer in a real browser."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser import faults_in
from tests.sandbox.running import Box, Product, eventually
from tests.sandbox.whatsapp_box import ACCOUNT_ID, ANA, Meta

pytestmark = pytest.mark.browser

ROWS = [{"rows": [{"id": f"s{n}", "title": str(n)} for n in range(6)]}]


@pytest.fixture
def meta(box: Box, product: Product) -> Meta:
    product.answer = lambda _call: (200, "text/plain", "")
    return Meta(box=box, product=product)


def a_list(text: str) -> dict[str, object]:
    content = {"type": "list", "body": {"text": text}, "action": {"button": "0–5", "sections": ROWS}}
    return {"messaging_product": "whatsapp", "to": ANA[1:], "type": "interactive", "interactive": content}


def test_a_customer_types_and_taps_by_keyboard(page: Page, meta: Meta) -> None:
    meta.phone(name="Ana")
    meta.does("text", body="Hi")
    meta.send(a_list("Please choose <b>one</b>"))
    thread = page.locator("#whatsapp-thread")
    expect(thread).to_contain_text("Please choose <b>one</b>")
    page.get_by_role("button", name="0–5").focus()
    page.keyboard.press("Enter")
    sheet = page.get_by_role("dialog", name="0–5")
    expect(sheet).to_be_visible()
    assert faults_in(page) == []
    sheet.get_by_role("button", name="4").press("Enter")
    expect(sheet).to_be_hidden()
    expect(thread.locator(".bubble--customer").last).to_contain_text("4")
    page.get_by_label("Write as the customer").press_sequentially("waited an hour")
    page.keyboard.press("Enter")
    expect(thread).to_contain_text("waited an hour")
    expect(thread.locator(".wa__tick").last).to_have_text("✓✓")
    page.get_by_role("button", name="Send a voice note").click()
    expect(thread).to_contain_text("[audio]")
    expected = ["text", "interactive", "text", "audio"]
    eventually(lambda: [item["type"] for item in meta.items("messages")] == expected)


SCALE = [{"id": str(number), "title": str(number)} for number in range(11)]
SEND = {"name": "complete", "payload": {"score": "${form.score}", "reason": "${form.reason}"}}
PARTS = [
    {"type": "TextBody", "text": "How likely are you to recommend Acme?"},
    {"type": "TextCaption", "text": "0 = not at all likely, 10 = extremely likely"},
    {"type": "RadioButtonsGroup", "name": "score", "label": "Your score", "required": True, "data-source": SCALE},
    {"type": "TextBody", "text": "Why?"},
    {"type": "TextArea", "name": "reason", "label": "Your answer", "required": False, "max-length": 600},
    {"type": "Footer", "label": "Send", "on-click-action": SEND},
]


def a_form(meta: Meta) -> dict[str, object]:
    """A published Flow, and the message that shows it."""
    layout = {"type": "SingleColumnLayout", "children": PARTS}
    screen = {"id": "SURVEY", "title": "Feedback", "terminal": True, "layout": layout}
    flow = json.dumps({"version": "7.3", "screens": [screen]})
    wish = {"name": "nps", "categories": ["SURVEY"], "flow_json": flow, "publish": True}
    status, made = meta.call("POST", f"{ACCOUNT_ID}/flows", wish)
    assert (status, made["validation_errors"]) == (200, [])
    given: dict[str, object] = {
        "flow_message_version": "3",
        "flow_token": "t:1",
        "flow_id": made["id"],
        "flow_cta": "Feedback",
    }
    given |= {"flow_action": "navigate", "flow_action_payload": {"screen": "SURVEY"}}
    content = {"type": "flow", "body": {"text": "0–10?"}, "action": {"name": "flow", "parameters": given}}
    return {"messaging_product": "whatsapp", "to": ANA[1:], "type": "interactive", "interactive": content}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1440])
def test_a_form_is_filled_in_and_sent(page: Page, meta: Meta, scheme: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 720})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
    meta.does("text", body="Hi")
    meta.send(a_form(meta))
    page.get_by_role("button", name="Feedback").press("Enter")
    form = page.get_by_role("dialog", name="Feedback")
    expect(form).to_be_visible()
    options = form.get_by_role("radio")
    assert options.count() == 11
    rows = form.locator(".form__option").all()
    assert min(row.bounding_box()["height"] for row in rows) >= 44  # type: ignore[index]
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert faults_in(page) == []
    form.get_by_role("button", name="Send").click()
    expect(form.get_by_role("alert")).to_have_text("Please answer: Your score")
    expect(options.first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(form.get_by_role("radio", name="1", exact=True)).to_be_checked()
    rows[3].click()
    form.get_by_label("Your answer").fill("Waited <b>an hour</b>")
    form.get_by_role("button", name="Send").click()
    expect(form).to_be_hidden()
    expect(page.locator("#whatsapp-thread .bubble--customer").last).to_contain_text("Response sent")
    eventually(lambda: len(meta.items("messages")) == 2)
    reply = meta.items("messages")[-1]["interactive"]
    answers = json.loads(reply["nfm_reply"]["response_json"])
    assert (reply["type"], answers) == (
        "nfm_reply",
        {"flow_token": "t:1", "score": "3", "reason": "Waited <b>an hour</b>"},
    )


def test_what_a_customer_shows_and_wishes(page: Page, meta: Meta) -> None:
    meta.does("text", body="Hi")
    page.get_by_role("button", name="What this customer shows and wishes").click()
    menu = page.get_by_role("dialog", name="This customer")
    menu.get_by_label("the user id only").check()
    menu.get_by_role("button", name="Switch marketing messages off").click()
    expect(page.locator("#whatsapp-note")).to_contain_text("switched marketing messages off")
    expect(page.locator("#whatsapp-note")).to_contain_text("Zeroten sees no number")
    meta.does("text", body="Hello")
    assert "from" not in meta.items("messages")[-1]


def test_the_reviewer_decides_in_the_drawer(page: Page, meta: Meta) -> None:
    key = meta.create()[1]["id"]
    expect(page.locator("#templates-dot")).to_be_visible()
    page.get_by_role("button", name="Templates").click()
    drawer = page.get_by_role("dialog", name="Templates at Meta")
    expect(drawer).to_contain_text("Hi {{1}}, how was your call?")
    assert faults_in(page) == []
    drawer.get_by_role("button", name="Approve: nps, en").click()
    expect(drawer.locator(".review__status")).to_have_text("Approved")
    drawer.get_by_label("Reject: nps, en").select_option("INVALID_FORMAT")
    expect(drawer.locator(".review__status")).to_have_text("Rejected")
    assert meta.call("GET", key)[1]["rejected_reason"] == "INVALID_FORMAT"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1024, 1440])
def test_it_is_readable_everywhere(page: Page, meta: Meta, scheme: str, width: int) -> None:
    meta.does("text", body="مرحبا")
    meta.send(a_list("A question with a link: http://127.0.0.1:1/s/abc and a " + "long" * 40 + " word"))
    expect(page.locator("#whatsapp-thread")).to_contain_text("A question with a link")
    page.set_viewport_size({"width": width, "height": 720})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert faults_in(page) == []
