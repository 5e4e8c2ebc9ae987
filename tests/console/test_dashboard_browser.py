"""The dashboard in a real browser: for everyone, at every size, light and dark, mirrored, by keyboard, printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from common import clock
from common.store.engine import Database
from common.tallier import catch_up
from tests.console.factories import World, create_world
from tests.console.serving import Served, has_no_faults, serving
from zeroten.benchmarks.answered import Plan, load

pytestmark = pytest.mark.browser
PAGES = ("/dashboard", "/dashboard?days=7&team=Billing", "/responses?band=detractor", "/dashboard?team=Nobody")


@pytest.fixture(scope="module")
def populated(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Half a year of answers."""
    path = tmp_path_factory.mktemp("board") / "zeroten.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    load(database, Plan(interactions=2_500, until=clock.now(), days=182, with_words=True))
    database.close()
    world = create_world(f"sqlite:///{path}")
    while catch_up(world.services.store, world.zone):
        pass
    world.user()
    yield world
    world.services.close()


@pytest.fixture
def served(populated: World, browser: Browser) -> Iterator[Served]:
    yield from serving(populated, browser)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(320, 640), (1280, 800)], ids=["phone", "desk"])
def test_every_page_is_for_everyone(served: Served, size: tuple[int, int], scheme: str) -> None:
    page = served.signed_in(size=size, scheme=scheme)
    for path in PAGES:
        page.goto(served.url + path)
        has_no_faults(page)
    page.goto(served.url + "/dashboard")
    for summary in page.locator(".numbers > summary").all():
        summary.click()
    page.locator(".filter-menu > summary").click()
    has_no_faults(page)
    page.goto(served.url + "/responses?band=detractor")
    page.locator(".answer-line").first.click()
    expect(page.get_by_text("to read only")).to_be_visible()
    has_no_faults(page)


def test_it_mirrors(served: Served) -> None:
    page = served.signed_in()
    page.goto(served.url + "/dashboard")
    page.evaluate("document.documentElement.dir = 'rtl'")
    has_no_faults(page)
    title, filters = page.locator("h1").bounding_box(), page.locator(".filters").bounding_box()
    assert title is not None
    assert filters is not None
    assert title["x"] > filters["x"]


def test_two_clicks_by_keyboard_lead_to_a_conversation(served: Served) -> None:
    page = served.signed_in()
    page.goto(served.url + "/dashboard")
    page.locator(".bands-table a", has_text="Detractors").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Detractors")
    page.locator(".answer-line").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("to read only")).to_be_visible()
    page.get_by_role("link", name="Back to the list").click()
    expect(page.locator("h1")).to_have_text("Detractors")


def test_filters_are_a_plain_form_and_live_in_the_address(served: Served) -> None:
    page = served.window(script=False)
    page.goto(f"{served.url}/sign-in?next=/dashboard")
    page.get_by_label("E-mail").fill("ana@example.com")
    page.get_by_label("Password").fill("a quiet morning at sea")
    page.keyboard.press("Enter")
    page.locator(".filter-menu > summary").click()
    page.locator("#filter-team").select_option("Moves")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile("team=Moves"))
    expect(page.locator(".chosen")).to_contain_text("Team: Moves")
    page.locator(".chosen a").first.click()
    expect(page).not_to_have_url(re.compile("team=Moves"))


def test_printed_it_is_figures_only(served: Served) -> None:
    page = served.signed_in()
    page.goto(served.url + "/dashboard")
    page.emulate_media(media="print")
    expect(page.locator(".filters")).to_be_hidden()
    expect(page.locator(".bar")).to_be_hidden()
    expect(page.locator(".hero-score")).to_be_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_bands_differ_without_colour(served: Served) -> None:
    """Every band has its words beside its colour, and detractors a pattern; the heat map prints its figures."""
    page = served.signed_in()
    page.goto(served.url + "/dashboard?days=91")
    assert page.locator(".histogram rect[fill='url(#hatch)']").count() == 7
    for row, words in zip(page.locator(".bands-table tr").all(), ("0 to 6", "7 or 8", "9 or 10"), strict=True):
        expect(row).to_contain_text(words)
    for cell in page.locator(".heat td[class]").all():
        assert re.match("[+\u2212]?\\d", cell.inner_text())
