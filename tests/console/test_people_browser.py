"""The ways in, people and the audit log in a real browser: for everyone, by day and by night, on a phone and a desk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from common.actors import Role
from tests.browser import faults_in
from tests.console.factories import PASSWORD, World, create_world
from tests.console.identity_provider import CLIENT, SECRET, Provider
from tests.console.serving import Served, serving
from tests.console.test_second_factor import code_of

pytestmark = pytest.mark.browser
ROOT = "root@example.com"


@pytest.fixture
def served(tmp_path: Path, browser: Browser) -> Iterator[Served]:
    provider = Provider()
    provider.start()
    known = {"OIDC_ISSUER": provider.issuer, "OIDC_CLIENT_ID": CLIENT, "OIDC_CLIENT_SECRET": SECRET}
    world = create_world(f"sqlite:///{tmp_path}/zeroten.db", OIDC_NAME="Acme", **known)
    furnish(world)
    yield from serving(world, browser)
    world.services.close()
    provider.stop()


def furnish(world: World) -> None:
    """An administrator, some colleagues, and something in the log."""
    world.user(ROOT, "Ruth Okafor", Role.ADMIN)
    ben = world.user("ben@example.com", "Ben Carter")
    world.user("lotte@example.com", "Lotte de Wit-van der Schaar", Role.ANALYST)
    ticket_id = world.unhappy()
    world.claim(ticket_id, ben)
    world.reply(ticket_id, ben.actor, "I am sorry to hear that. May I call you?")


def walk(served: Served, size: tuple[int, int], scheme: str) -> Iterator[tuple[str, Page]]:
    """Every page of this room, as somebody comes to them; the name of each, and the page itself."""
    door = served.window(size=size, scheme=scheme)
    door.goto(f"{served.url}/sign-in")
    yield "sign-in", door
    page = served.signed_in(ROOT, size=size, scheme=scheme)
    page.goto(f"{served.url}/settings/people")
    yield "people", page
    page.get_by_role("link", name="Invite somebody").click()
    page.get_by_label("E-mail").fill("noor@example.com")
    page.get_by_label("Name", exact=True).fill("Noor Haddad")
    page.get_by_label("Only of these teams").check()
    page.get_by_label("Billing").check()
    yield "invite", page
    page.get_by_role("button", name="Invite").click()
    link = page.get_by_label("Link").input_value()
    yield "invite-link", page
    guest = served.window(size=size, scheme=scheme)
    guest.goto(served.url + "/welcome/" + link.rsplit("/", 1)[1])
    yield "welcome", guest
    guest.get_by_label("New password", exact=True).fill(PASSWORD)
    guest.get_by_label("New password once more").fill(PASSWORD)
    guest.keyboard.press("Enter")
    guest.get_by_label("E-mail").fill("noor@example.com")
    guest.get_by_label("Password").fill(PASSWORD)
    guest.keyboard.press("Enter")
    guest.wait_for_url("**/inbox*")
    guest.goto(f"{served.url}/account/second-factor")
    yield "second-factor-off", guest
    guest.get_by_role("button", name="Set it up").click()
    secret = "".join(guest.locator(".key code").inner_text().split())
    yield "second-factor", guest
    guest.get_by_label("Six digits").fill(code_of(secret, steps=-1))
    guest.keyboard.press("Enter")
    guest.get_by_role("heading", name="Recovery codes").wait_for()
    yield "recovery-codes", guest
    again = served.window(size=size, scheme=scheme)
    again.goto(f"{served.url}/sign-in")
    again.get_by_label("E-mail").fill("noor@example.com")
    again.get_by_label("Password").fill(PASSWORD)
    again.keyboard.press("Enter")
    again.wait_for_url("**/sign-in/code")
    yield "sign-in-code", again
    again.get_by_label("Code").fill(code_of(secret))
    again.keyboard.press("Enter")
    again.wait_for_url("**/inbox*")
    again.goto(f"{served.url}/account")
    yield "account", again
    page.goto(f"{served.url}/settings/teams")
    yield "teams", page
    page.goto(f"{served.url}/settings/audit")
    page.get_by_role("button", name="Verify").click()
    page.locator(".notice-good").wait_for()
    yield "audit", page
    page.goto(f"{served.url}/settings/audit?about=nothing")
    yield "audit-empty", page


@pytest.mark.parametrize(("size", "scheme"), [((320, 640), "dark"), ((1280, 800), "light")], ids=["phone", "desk"])
def test_somebody_is_invited_and_comes_in_and_every_page_is_for_everyone(
    served: Served, size: tuple[int, int], scheme: str
) -> None:
    for name, page in walk(served, size, scheme):
        assert faults_in(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} scrolls sideways"
