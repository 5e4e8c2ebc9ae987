"""Themes and the weekly report in a real browser: for everyone, at every size, light and dark, mirrored, on paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from common import clock
from common.store.engine import Database
from common.tallier import catch_up
from common.theme_coder import ThemeCoder
from tests.console.factories import World, create_world
from tests.console.serving import Served, has_no_faults, serving
from zeroten.benchmarks.answered import Plan, load

pytestmark = pytest.mark.browser
PAGES = (
    "/themes",
    "/themes/thm_waiting",
    "/themes/unassigned",
    "/themes/candidates",
    "/themes/thm_waiting/edit",
    "/report",
)


@pytest.fixture(scope="module")
def populated(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A quarter of answers with their reasons."""
    path = tmp_path_factory.mktemp("themes") / "zeroten.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    load(database, Plan(interactions=1_500, until=clock.now(), days=91, with_words=True))
    database.close()
    world = create_world(f"sqlite:///{path}")
    while catch_up(world.services.store, world.zone):
        pass
    ThemeCoder(world.services.store, world.zone).all()
    world.user()
    yield world
    world.services.close()


@pytest.fixture
def served(populated: World, browser: Browser) -> Iterator[Served]:
    yield from serving(populated, browser)


@pytest.mark.parametrize(("size", "scheme"), [((320, 640), "dark"), ((1280, 800), "light")], ids=["phone", "desk"])
def test_every_page_is_for_everyone(served: Served, size: tuple[int, int], scheme: str) -> None:
    page = served.signed_in(size=size, scheme=scheme)
    for path in PAGES:
        page.goto(served.url + path)
        has_no_faults(page)
    page.goto(served.url + "/themes/thm_waiting")
    page.evaluate("document.documentElement.dir = 'rtl'")
    has_no_faults(page)


def test_a_word_is_corrected_by_keyboard(served: Served) -> None:
    page = served.signed_in()
    page.goto(served.url + "/themes/thm_waiting")
    marked = page.locator(".quote mark").first
    expect(marked).to_be_visible()
    page.get_by_role("button", name="Not this theme").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".notice")).to_contain_text("Kept. It counts from now on")


def test_the_report_is_a_page_and_a_pdf(served: Served) -> None:
    page = served.signed_in()
    page.goto(served.url + "/report")
    expect(page.locator("h1")).to_contain_text("Week")
    expect(page.locator(".report-words")).to_contain_text("The score is")
    made = page.request.get(f"{served.url}{page.get_by_role('link', name='PDF').get_attribute('href')}")
    assert made.headers["content-type"] == "application/pdf"
    assert made.body().startswith(b"%PDF")
    assert page.request.get(served.url + "/report?week=never").status == 400
