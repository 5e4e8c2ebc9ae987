"""The main job, end to end: an unhappy answer becomes a person's reply in the same thread."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import faults_in
from tests.chaos.installation import Installation
from tests.e2e.conftest import EMAIL, PASSWORD

pytestmark = pytest.mark.browser
PHONE = "+31612345678"
SOON_S = 20.0


def test_a_three_by_sms_reaches_a_supervisor_and_the_reply_reaches_the_phone(
    installation: Installation, browser: Browser
) -> None:
    interaction(installation, "call-1", channel="sms", phone=PHONE)
    until(lambda: len(phone(installation)) == 1)
    console = signed_in(installation, browser)
    installation.sandbox.text(PHONE, "3, waited an hour")
    expect(console.get_by_role("link", name="Ana")).to_be_visible(timeout=SOON_S * 1000)
    console.get_by_role("link", name="Ana").click()
    console.get_by_role("button", name="Claim").click()
    composer = console.get_by_role("textbox", name="Reply to Ana")
    composer.fill("Hello Ana, Sam here. I am sorry.")
    composer.press("Control+Enter")
    until(lambda: phone(installation)[-1] == "Hello Ana, Sam here. I am sorry.")
    asked_before = len(phone(installation))
    installation.sandbox.text(PHONE, "thank you, please call me")
    expect(console.get_by_role("log").get_by_text("thank you, please call me")).to_be_visible(timeout=SOON_S * 1000)
    (conversation,) = installation.api.rows("conversations")
    assert conversation["state"] == "handoff"
    assert (conversation["score"], conversation["reason"]) == (3, "waited an hour")
    assert len(phone(installation)) == asked_before, "the bot is silent"
    assert faults_in(console) == []


def test_the_same_over_web_chat_by_keyboard_alone(installation: Installation, browser: Browser) -> None:
    answer = interaction(installation, "chat-1", channel="webchat", phone=None)
    customer = browser.new_context().new_page()
    customer.goto(answer["invitation"]["url"])
    expect(customer.get_by_role("radio")).to_have_count(11)
    customer.keyboard.press("Tab")
    for _ in range(3):
        customer.keyboard.press("ArrowRight")
    customer.keyboard.press("Enter")
    expect(customer.get_by_role("textbox")).to_be_visible(timeout=SOON_S * 1000)
    assert faults_in(customer) == []
    (ticket,) = installation.api.rows("tickets", status="open")
    assert (ticket["score"], ticket["reason"], ticket["channel"]) == (3, "detractor", "webchat")
    console = signed_in(installation, browser)
    console.get_by_role("link", name="Ana").click()
    console.get_by_role("button", name="Claim").click()
    composer = console.get_by_role("textbox", name="Reply to Ana")
    composer.fill("Hello Ana, this is Sam.")
    composer.press("Control+Enter")
    expect(customer.get_by_role("log").get_by_text("Hello Ana, this is Sam.")).to_be_visible(timeout=SOON_S * 1000)
    assert faults_in(console) == []


def test_two_supervisors_claim_and_one_wins(installation: Installation, browser: Browser) -> None:
    interaction(installation, "call-1", channel="sms", phone=PHONE)
    until(lambda: len(phone(installation)) == 1)
    pages = [signed_in(installation, browser, email=f"{name}@example.com") for name in ("sam", "kim")]
    installation.sandbox.text(PHONE, "0")
    for page in pages:
        page.get_by_role("link", name="Ana").click(timeout=SOON_S * 1000)
        expect(page.get_by_role("button", name="Claim")).to_be_visible()
    for page in pages:
        page.evaluate("void setTimeout(() => document.querySelector('#claim')?.click(), 500)")
    (ticket,) = until(lambda: installation.api.rows("tickets", status="claimed"))
    winner, loser = ("Sam", pages[1]) if _owner(installation, ticket) == "Sam" else ("Kim", pages[0])
    expect(loser.locator("#composer")).to_contain_text(f"{winner} has this ticket", timeout=SOON_S * 1000)


def interaction(installation: Installation, ref: str, *, channel: str, phone: str | None) -> dict[str, Any]:
    return installation.api.report(
        {
            "id": ref,
            "channel": channel,
            "direction": "inbound",
            "ended_at": datetime.now(UTC).isoformat(),
            "duration_s": 312,
            "outcome": "answered",
            "customer": {
                "id": "c-991",
                "name": "Ana",
                "phone": phone,
                "locale": "en",
                "timezone": "Europe/Amsterdam",
                "consent": True,
            },
            "agent": {"id": "a-7", "name": "Joost", "team": "billing"},
            "topic": "invoice",
            "survey": "support",
        }
    )


def phone(installation: Installation) -> list[str]:
    """What the business has sent to the customer's phone."""
    shown = installation.sandbox.json("GET", f"/_sandbox/handsets/{quote(PHONE)}")
    return [message["body"] for message in shown["messages"] if message["author"] == "business"]


def signed_in(installation: Installation, browser: Browser, email: str = EMAIL) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 860}).new_page()
    page.goto(f"{installation.url}/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Password").press("Enter")
    page.wait_for_url("**/inbox*")
    return page


def until(condition: Callable[[], Any]) -> Any:
    """What `condition` gives once it is true."""
    end = time.monotonic() + SOON_S
    while not (found := condition()):
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.05)
    return found


def _owner(installation: Installation, ticket: dict[str, Any]) -> str:
    """The name of who has the ticket."""
    shown = installation.api.json("GET", f"/api/v1/conversations/{ticket['conversation_id']}")
    users = {event["data"].get("by") for event in shown["events"] if event["name"] == "taken_over"}
    assert len(users) == 1
    owners = [line.split("\t") for line in installation.run("user", "list").splitlines()]
    return next(name for key, _, name, *_ in owners if key in users)
