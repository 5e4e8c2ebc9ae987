"""Draw the pictures of docs/channels/webchat.md: `python -m tests.webchat.screenshots`."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from tests.browser import a_browser
from tests.webchat.conftest import serving
from tests.webchat.world import World, a_world

IMAGES = Path(__file__).parents[2] / "docs" / "images"


def main() -> None:
    """Play one survey and one takeover, and look at them in four ways."""
    with (
        tempfile.TemporaryDirectory() as folder,
        a_world(Path(folder)) as world,
        serving(world.app) as address,
        a_browser() as browser,
    ):
        draw(world, address, browser)


def draw(world: World, address: str, browser: Browser) -> None:
    token = world.invite()
    page = window(browser, f"{address}/s/{token}", width=880, height=640)
    page.locator("[data-control=scale]").wait_for()
    page.keyboard.press("Tab")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    keep(page, "score")
    page.locator("[data-control=scale] .send").click()
    page.locator("#control textarea").fill("I waited for an hour, and then the line went dead.")
    page.keyboard.press("Enter")
    page.get_by_role("radio", name="Waiting time").check()
    page.locator("[data-control=choices] .send").click()
    page.get_by_text("A person will read this").wait_for()
    ticket = world.claim()
    world.reply(
        ticket, "Hello Ana, this is Joost from billing. I am sorry about that hour. May I call you tomorrow at ten?"
    )
    page.get_by_text("Hello Ana").wait_for()
    page.locator("#control textarea").fill("Yes, ten is fine. Thank you!")
    page.keyboard.press("Enter")
    page.locator("#entries li", has_text="ten is fine").locator("time").wait_for(state="attached")
    keep(page, "person", full_page=True)
    framed = window(browser, f"{address}/s/{token}?embed=1", width=380, height=560)
    framed.get_by_text("Hello Ana").wait_for()
    keep(framed, "frame")
    arabic = window(browser, f"{address}/s/{world.invite(locale='ar')}", width=390, height=560, scheme="dark")
    arabic.locator("[data-control=scale]").wait_for()
    arabic.locator("[name=choice][value='9']").check(force=True)
    keep(arabic, "arabic")


def window(browser: Browser, address: str, *, width: int, height: int, scheme: Any = "light") -> Page:
    size: Any = {"width": width, "height": height}
    context = browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce", timezone_id="UTC")
    page = context.new_page()
    page.goto(address)
    return page


def keep(page: Page, name: str, *, full_page: bool = False) -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    page.wait_for_timeout(300)
    page.screenshot(path=IMAGES / f"webchat-{name}.png", full_page=full_page)


if __name__ == "__main__":
    main()
