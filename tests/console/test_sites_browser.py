"""The page of a site in a real browser: the preview follows the form, the contrast is told, nothing is inaccessible."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from common import clock
from common.actors import Role
from tests.browser import faults_in
from tests.console.factories import World
from tests.console.serving import Served, serving
from zeroten.root import create_app

pytestmark = pytest.mark.browser


@pytest.fixture
def served(world: World, browser: Browser) -> Iterator[Served]:
    world.services.store.write(
        lambda c: world.services.surveys.save(c, "support", {"key": "support", "brand": "Halden"}, clock.now())
    )
    world.user(role=Role.ADMIN)
    world.app = create_app(world.services)  # the preview is the web chat's own
    yield from serving(world, browser)


def test_a_site_is_set_up_and_its_preview_follows_the_form(served: Served) -> None:
    page = served.signed_in()
    page.goto(f"{served.url}/settings")
    assert faults_in(page) == []
    page.get_by_role("link", name="Add a site").last.click()
    preview = page.frame_locator("#preview")
    expect(preview.locator("#entries").get_by_text("How likely are you to recommend Halden")).to_be_visible()
    page.get_by_label("Name").fill("Shop")
    page.get_by_label("Greeting").fill("<b>Hello!</b>")
    expect(preview.get_by_text("<b>Hello!</b>")).to_be_visible()
    page.get_by_role("textbox", name="Brand colour").fill("#ffd400")
    expect(page.get_by_text("is too little to read")).to_be_visible()
    expect(preview.locator(".send").first).to_have_css("background-color", "rgb(134, 111, 0)")
    page.get_by_label("Language").select_option("ar")
    expect(preview.locator("html")).to_have_attribute("dir", "rtl")
    page.get_by_role("button", name="Show it closed").click()
    expect(preview.locator("#launcher")).to_be_visible()
    page.get_by_role("button", name="Add the site").click()
    expect(page.get_by_text("Shop is ready.")).to_be_visible()
    expect(page.get_by_text("No origin is allowed yet")).to_be_visible()
    page.get_by_label("Allowed origins").fill("https://www.example.com")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.locator("#snippet")).to_contain_text("/webchat/embed.js")


@pytest.mark.parametrize(("size", "scheme"), [((1280, 900), "light"), ((390, 800), "dark"), ((320, 640), "light")])
def test_axe_finds_nothing_wrong(served: Served, size: tuple[int, int], scheme: str) -> None:
    page = served.signed_in(size=size, scheme=scheme)
    page.goto(f"{served.url}/settings/sites/new")
    expect(page.frame_locator("#preview").locator("[data-control=scale]").first).to_be_visible()
    page.get_by_label("Name").fill("Shop")
    page.get_by_label("Allowed origins").fill("nothing")
    page.get_by_role("button", name="Add the site").click()
    expect(page.locator("#origins-fault")).to_be_visible()
    assert faults_in(page) == []
    page.get_by_label("Allowed origins").fill("https://www.example.com")
    page.get_by_role("button", name="Add the site").click()
    expect(page.get_by_role("heading", name="Say who your visitors are")).to_be_visible()
    assert faults_in(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
