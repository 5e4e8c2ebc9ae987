"""The queue's pages in a real browser: for everyone, and a ticket that changes hands while two look at it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from common.actors import Role
from tests.browser import faults_in
from tests.console.factories import World
from tests.console.serving import Served, serving

pytestmark = pytest.mark.browser


@pytest.fixture
def served(world: World, browser: Browser) -> Iterator[Served]:
    world.user()
    world.user("ben@example.com", "Ben Carter")
    world.user("eva@example.com", "Eva", Role.ADMIN)
    yield from serving(world, browser)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_settings_are_for_everyone(served: Served, scheme: str) -> None:
    served.world.unhappy()
    page = served.signed_in("eva@example.com", size=(390, 844), scheme=scheme)
    page.goto(f"{served.url}/settings/queue/policy?team=Billing")
    page.get_by_label("Monday").fill("nine to five")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#monday-fault")).to_be_visible()
    assert faults_in(page) == []
    page.get_by_label("Monday").fill("09:00-12:30, 13:00-17:00")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. Open tickets follow")).to_be_visible()
    page.get_by_label("Language").first.fill("nl")
    page.get_by_label("Goes to the team").first.fill("Utrecht")
    page.get_by_role("button", name="Save the rules").click()
    expect(page.get_by_text("Saved. New tickets follow")).to_be_visible()
    assert faults_in(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"


def test_a_ticket_changes_hands_while_two_look(served: Served) -> None:
    ticket_id = served.world.unhappy("Joris Bakker", "3")
    ana, ben = served.signed_in(), served.signed_in("ben@example.com")
    for page in (ana, ben):
        page.goto(f"{served.url}/inbox/{ticket_id}")
        expect(page.locator("#connection")).to_have_attribute("data-state", "live")
    ana.get_by_role("button", name="Claim").click()
    ana.locator("#hand > summary").click()
    expect(ana.get_by_text("The bot asks for the reason again")).to_be_visible()
    assert faults_in(ana) == []
    ana.get_by_label("Who gets the ticket?").select_option("Ben Carter")
    ana.locator("#hand").get_by_role("button", name="Hand over").click()
    expect(ana.locator("#closed-why")).to_contain_text("Ben Carter has this ticket")
    expect(ben.get_by_role("textbox", name="Reply to Joris Bakker")).to_be_enabled()
    ben.locator("#hand > summary").click()
    ben.get_by_role("button", name="Back to the bot").click()
    expect(ana.get_by_role("button", name="Claim")).to_be_visible()
    expect(ana.locator(".from-bot").last).to_contain_text("main reason")
