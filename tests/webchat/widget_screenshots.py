"""Draw the pictures of docs/channels/embedding.md: `python -m tests.webchat.widget_screenshots`."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask, Response, request, send_from_directory
from playwright.sync_api import Browser, Frame, Page

from common import clock
from common.actors import Role
from common.sites.site import Site
from common.store import sites
from tests.browser import a_browser
from tests.console.factories import create_world as create_product
from tests.console.serving import Served
from tests.webchat.conftest import serving
from tests.webchat.screenshots import IMAGES
from tests.webchat.shop import add_site
from tests.webchat.world import World, a_world
from zeroten.root import create_app

FRONT = Path(__file__).parents[2] / "sandbox" / "shopfront"
LOOK: dict[str, Any] = {"colour": "#7a5230", "greeting": "Three short questions, and we are better next time."}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, a_browser() as browser:
        with a_world(Path(folder)) as world, serving(world.app) as address, a_front(world, address) as shop:
            draw(world, shop, browser)
        draw_console(Path(folder), browser)


@contextmanager
def a_front(world: World, address: str) -> Iterator[str]:
    """The sandbox's shop, served without the sandbox."""
    pages = Flask("front", static_folder=None)
    made: list[Site] = []

    @pages.get("/shop")
    def page() -> Response:
        lang = request.args.get("lang", "en")
        tag = f'<script src="{address}/webchat/embed.js" data-site="{made[0].key}" async></script>'
        text = (FRONT / "index.html").read_text(encoding="utf-8").replace("%webchat%", tag)
        return Response(text.replace("%lang%", lang).replace("%dir%", "rtl" if lang == "ar" else "ltr"))

    @pages.get("/shop/<path:name>")
    def file(name: str) -> Response:
        return send_from_directory(FRONT, name)

    with serving(pages) as origin:
        made.append(add_site(world, [origin], **LOOK))
        yield f"{origin}/shop"


def draw(world: World, shop: str, browser: Browser) -> None:
    page, frame = opened(browser, shop, width=1180, height=760)
    frame.get_by_role("radio", name="4", exact=True).check(force=True)
    keep(page, "light")
    frame.locator("#control .send").click()
    frame.locator("#control textarea").fill("The lamp came with a broken shade.")
    page.keyboard.press("Enter")
    frame.get_by_role("radio", name="Solution").check()
    frame.locator("#control .send").click()
    frame.get_by_text("A person will read this").wait_for()
    ticket = world.claim()
    world.reply(
        ticket, "Hello, Joost here. I am sorry! A new shade is on its way to you today. May I do anything else?"
    )
    frame.get_by_text("Hello, Joost here").wait_for()
    keep(page, "person")
    dark, frame = opened(browser, shop, width=1180, height=760, scheme="dark")
    keep(dark, "dark")
    arabic, frame = opened(browser, f"{shop}?lang=ar", width=390, height=780)
    frame.get_by_role("radio", name="9", exact=True).check(force=True)
    keep(arabic, "arabic")
    narrow, _ = opened(browser, shop, width=320, height=640)
    keep(narrow, "320")
    forced, _ = opened(browser, shop, width=430, height=640, forced_colors="active")
    keep(forced, "forced")


def draw_console(folder: Path, browser: Browser) -> None:
    product = create_product(f"sqlite:///{folder}/console.db")
    services = product.services
    product.user("ana@example.com", "Ana Castro", Role.ADMIN)
    body = {"key": "support", "brand": "Halden"}
    services.store.write(lambda connection: services.surveys.save(connection, "support", body, clock.now()))
    product.app = create_app(services)
    site = add_site(World(services=services, app=product.app), ["https://www.halden.example"], **LOOK)
    services.store.write(lambda connection: sites.rotate_secret(connection, site.key, clock.wall(), at_once=True))
    served = Served(product, browser)
    served.start()
    page = served.signed_in(size=(1280, 1130))
    page.goto(f"{served.url}/settings/sites/{site.key}")
    preview = page.frame_locator("#preview")
    preview.locator("[data-control=scale]").first.wait_for()
    page.wait_for_timeout(600)
    page.screenshot(path=IMAGES / "sites.png")
    served.close()
    services.close()


def opened(browser: Browser, shop: str, *, width: int, height: int, scheme: Any = "light", **more: Any) -> Any:
    """A window in which the visitor has pressed the button, and our frame in it."""
    size: Any = {"width": width, "height": height}
    context = browser.new_context(
        viewport=size, color_scheme=scheme, reduced_motion="reduce", timezone_id="UTC", **more
    )
    page = context.new_page()
    page.goto(shop)
    handle = page.wait_for_selector("iframe", state="attached")
    frame: Frame | None = handle.content_frame() if handle else None
    assert frame is not None
    frame.locator("#launcher").click()
    frame.locator("[data-control=scale]").first.wait_for()
    return page, frame


def keep(page: Page, name: str) -> None:
    page.wait_for_timeout(500)
    page.screenshot(path=IMAGES / f"widget-{name}.png")


if __name__ == "__main__":
    main()
