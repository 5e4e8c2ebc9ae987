"""Webhooks, alerts and closing the loop in a real browser: nothing inaccessible, nothing too wide, and a bell."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from common import clock
from common.actors import Role
from common.alerts import AlertKind, Raised, Urgency
from common.guarded_http import GuardedHttp
from common.herald.alarms import sound
from common.herald.runner import Herald
from common.store import posts, subscriptions
from common.tickets import Tickets
from tests.browser import faults_in
from tests.console.factories import World
from tests.console.serving import Served, serving

pytestmark = pytest.mark.browser


@pytest.fixture
def served(world: World, browser: Browser) -> Iterator[Served]:
    world.user(role=Role.ADMIN)
    yield from serving(world, browser)


def herald(world: World) -> Herald:
    services = world.services
    return Herald(services.store, Tickets(services.turns), GuardedHttp(), secret_key=services.settings.secret_key)


@pytest.mark.parametrize(("size", "scheme"), [((1280, 900), "light"), ((390, 800), "dark")])
def test_axe_finds_nothing_wrong(served: Served, size: tuple[int, int], scheme: str) -> None:
    world, write = served.world, served.world.services.store.write
    webhook = write(
        lambda c: subscriptions.create(c, url="https://127.0.0.1/hooks", name="CRM", types=[], now=clock.now())
    )
    for name in ("Joris", "Mia"):
        world.unhappy(name)
    herald(world).once()
    raised = Raised(kind=AlertKind.PROVIDER_ERRORS, severity=Urgency.CRITICAL, subject="sms", facts={"why": "Refused."})
    write(lambda c: sound(c, raised, clock.now()))
    with world.services.store.read() as connection:
        post = posts.list_page(connection, webhook.id, state=None, cursor=None, limit=1).rows[0]
    page = served.signed_in(size=size, scheme=scheme)
    paths = ["/alerts", "/closing-the-loop", "/settings/webhooks", "/settings/alerts", "/settings/alerts/new"]
    paths += [f"/settings/webhooks/{webhook.id}", f"/settings/webhooks/{webhook.id}/deliveries/{post.id}"]
    for path in paths:
        page.goto(served.url + path)
        assert faults_in(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_the_bell_counts_what_is_raised_while_the_page_is_open(served: Served) -> None:
    page = served.signed_in()
    page.goto(f"{served.url}/closing-the-loop")
    bell = page.locator("[data-bell] .bell-count")
    expect(bell).to_be_hidden()
    served.world.unhappy("Joris")
    herald(served.world).once()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(bell).to_have_text("1")
    page.get_by_role("link", name="Alerts").click()
    page.get_by_role("button", name="Acknowledge", exact=True).click()
    expect(page.get_by_text("All is well")).to_be_visible()
    expect(bell).to_be_hidden()
