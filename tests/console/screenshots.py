"""Draw pictures of docs/insight.md, people.md, templates.md: `python -m tests.console.screenshots [people|window]`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from common import clock
from common.store.engine import Database
from common.store.migrations import migrate
from common.tallier import catch_up
from common.theme_coder import ThemeCoder
from tests.browser import a_browser
from tests.console.approving import ADMIN, FOLLOW_UP, INVITATION, create_approving
from tests.console.factories import create_world
from tests.console.serving import Served
from tests.console.test_people_browser import furnish, walk
from zeroten.benchmarks.answered import Plan, load

IMAGES = Path(__file__).parents[2] / "docs" / "images"


def main() -> None:
    """A year of answers, seen in six ways."""
    with tempfile.TemporaryDirectory() as folder, a_browser() as browser:
        address = f"sqlite:///{folder}/zeroten.db"
        database = Database(address)
        migrate(database)
        load(database, Plan(interactions=24_000, until=clock.now(), with_words=True))
        database.close()
        world = create_world(address)
        world.user()
        while catch_up(world.services.store, world.zone):
            pass
        ThemeCoder(world.services.store, world.zone).all()
        served = Served(world, browser)
        served.start()
        _draw(served)
        served.close()
        world.services.close()


PEOPLE = {
    ((1280, 800), "light"): ("people", "audit", "second-factor"),
    ((1280, 800), "dark"): ("audit",),
    ((390, 844), "dark"): ("sign-in", "audit", "people"),
}


def people() -> None:
    """The ways in, people and the audit log, by day and by night, on a desk and on a phone."""
    with a_browser() as browser:
        for (size, scheme), names in PEOPLE.items():
            with tempfile.TemporaryDirectory() as folder:
                world = create_world(f"sqlite:///{folder}/zeroten.db")
                furnish(world)
                served = Served(world, browser)
                served.start()
                for name, page in walk(served, size, scheme):
                    if name in names:
                        form = "phone" if size[0] < 600 else "desk"
                        page.screenshot(path=str(IMAGES / f"{name}-{form}-{scheme}.png"))
                served.close()
                world.services.close()


WINDOW = {
    "window-closed": ((1280, 800), "light"),
    "window-closed-dark": ((1280, 800), "dark"),
    "window-closed-phone": ((390, 844), "light"),
}


def window() -> None:
    """A thread on WhatsApp after its 24 hours, with a template to send and a reply that waits."""
    with tempfile.TemporaryDirectory() as folder, a_browser() as browser:
        approving = create_approving(Path(folder))
        approving.approved(INVITATION, FOLLOW_UP)
        ticket_id, _ = approving.unhappy()
        served = Served(approving.world, browser)
        served.start()
        page = served.signed_in(ADMIN)
        page.goto(f"{served.url}/inbox/{ticket_id}")
        page.get_by_role("button", name="Claim").click()
        page.locator("#release").wait_for()
        approving.after(hours=25)
        page.reload()
        page.get_by_role("textbox", name="Reply to Joris Bakker").fill("I will call you at five.")
        page.get_by_role("button", name="Send when the customer answers").click()
        page.locator(".from-user").wait_for()
        for name, (size, scheme) in WINDOW.items():
            keep(served, name, f"/inbox/{ticket_id}", size, scheme=scheme, who=ADMIN)
        served.close()
        approving.services.close()


def _draw(served: Served) -> None:
    keep(served, "dashboard-light", "/dashboard", (1280, 980))
    keep(served, "dashboard-dark", "/dashboard", (1280, 980), scheme="dark")
    keep(served, "dashboard-phone", "/dashboard", (390, 844))
    keep(served, "dashboard-rtl", "/dashboard", (1280, 980), mirrored=True)
    keep(served, "dashboard-heat", "/dashboard?days=91", (1280, 620), at="#heat-title")
    keep(served, "dashboard-colour-blind", "/dashboard?days=91", (1280, 620), at="#heat-title", vision="deuteranopia")
    keep(served, "dashboard-bands-colour-blind", "/dashboard", (1280, 560), vision="deuteranopia")
    keep(served, "dashboard-fair", "/dashboard?days=91", (1280, 760), at="#by-channel")
    keep(served, "themes-light", "/themes", (1280, 900))
    keep(served, "themes-phone", "/themes", (390, 844))
    keep(served, "theme-light", "/themes/thm_waiting", (1280, 980))
    keep(served, "theme-dark", "/themes/thm_waiting", (1280, 980), scheme="dark")
    keep(served, "theme-rtl", "/themes/thm_waiting", (1280, 980), mirrored=True)
    keep(served, "report-light", "/report", (1280, 1100))
    keep(served, "report-dark", "/report", (1280, 1100), scheme="dark")
    keep(served, "report-phone", "/report", (390, 844))
    keep(served, "responses", "/responses?band=detractor", (1280, 720))


def keep(
    served: Served,
    name: str,
    path: str,
    size: tuple[int, int],
    *,
    scheme: str = "light",
    mirrored: bool = False,
    at: str | None = None,
    vision: str | None = None,
    who: str = "ana@example.com",
) -> None:
    """One picture; at: what stands at its upper edge; vision: as people see it who lack a kind of cone."""
    page = served.signed_in(who, size=size, scheme=scheme)
    page.goto(served.url + path)
    if mirrored:
        page.evaluate("document.documentElement.dir = 'rtl'")
    if at:
        page.locator(at).evaluate("each => scrollTo(0, each.getBoundingClientRect().top + scrollY - 40)")
    if vision:
        devtools = page.context.new_cdp_session(page)
        devtools.send("Emulation.setEmulatedVisionDeficiency", {"type": vision})
    page.screenshot(path=str(IMAGES / f"{name}.png"))


if __name__ == "__main__":
    {"people": people, "window": window}.get(sys.argv[-1], main)()
