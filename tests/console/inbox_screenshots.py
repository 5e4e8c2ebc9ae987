"""Draw the pictures of the inbox in the README and docs/console.md: `python -m tests.console.inbox_screenshots`."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page
from sqlalchemy import update

from common import clock
from common.actors import Role
from common.canned_replies import save
from common.search.indexer import catch_up
from common.store.schema import messages
from common.tickets import Tickets
from common.users import User
from tests.browser import a_browser
from tests.console.factories import World, create_world
from tests.console.serving import Served

IMAGES = Path(__file__).parents[2] / "docs" / "images"
DESK, PHONE = (1360, 860), (390, 844)
CUSTOMERS = (
    ("Joris Bakker", ("2", "I waited an hour and nobody knew anything about my invoice", "1"), 34),
    ("Aisha Yilmaz", ("1", "Nobody called back, three times in a row now"), 21),
    ("محمد الأحمد", ("0", "انتظرت ساعة كاملة ولم يجبني أحد على الهاتف"), 17),
    ("Aleksandra Nowak", ("I want to talk to a human please",), 12),
    ("Hans-Joachim Müller", ("6", "Die Rechnung war schon wieder falsch"), 9),
    ("Sofie Jansen", ("5", "It took long, and the invoice was wrong"), 4),
)
REPLIES = (
    ("hello", "Hello {name}, I am sorry. I will look into {reference} right away."),
    ("papers", "Please send us a photo of the letter here."),
    ("refund", "We pay back the difference within five days."),
)


def main() -> None:
    """One afternoon, seen in ten ways."""
    with tempfile.TemporaryDirectory() as folder, a_browser() as browser:
        world = create_world(f"sqlite:///{folder}/zeroten.db")
        ana = world.user(role=Role.ADMIN)
        ben = world.user("ben@example.com", "Ben Carter")
        tickets = _afternoon(world, ana, ben)
        served = Served(world, browser)
        served.start()
        _draw(served, tickets)
        served.close()
        world.services.close()


def _afternoon(world: World, ana: User, ben: User) -> list[str]:
    store, desk, now = world.services.store, Tickets(world.services.turns), clock.now()
    for short, text in REPLIES:
        fields = {"short": short, "text": text, "team": "", "locale": ""}
        store.write(lambda connection, fields=fields: save(connection, None, fields, actor=ana.actor, now=now))  # type: ignore[misc]
    tickets = []
    for name, said, minutes in CUSTOMERS:
        tickets.append(world.unhappy(name, *said))
        world.age(tickets[-1], timedelta(minutes=minutes))
    world.claim(tickets[0], ana)
    world.claim(tickets[2], ben)
    note = "@Ana Castro the invoice was corrected on Monday, please tell Joris."
    store.write(lambda c: desk.note(c, tickets[0], ben.actor, text=note, client_id=None, now=clock.now()))
    world.reply(tickets[0], ana.actor, "Hello Joris, I am sorry. I look at the invoice now.")
    mine = (messages.c.author == "user", messages.c.kind == "text")
    store.write(lambda c: c.execute(update(messages).where(*mine).values(delivery="delivered")) and None)
    world.says(world.phone_of(tickets[0]), "Thank you. It is about order 4711.")
    catch_up(store)
    return tickets


def _draw(served: Served, tickets: list[str]) -> None:
    thread = f"/inbox/{tickets[0]}?view=open"
    for name, size, scheme in (("light", DESK, "light"), ("dark", DESK, "dark"), ("phone", PHONE, "light")):
        page = _opened(served, thread, size=size, scheme=scheme)
        _keep(page, f"inbox-{name}")
        if name != "light":
            continue
        other = _opened(served, thread, email="ben@example.com")
        other.locator("#note summary").click()
        other.locator("#note-text").press_sequentially("One more thing")
        page.locator("#others.is-typing").wait_for()
        page.locator("#reply-text").press_sequentially("Dear Joris, /")
        page.locator("#completions [role=option]").first.wait_for()
        _keep(page, "inbox-canned")
        other.close()
    _keep(_opened(served, "/inbox", size=PHONE), "inbox-phone-list")
    _keep(_opened(served, f"/inbox/{tickets[2]}?view=claimed"), "inbox-rtl")
    _keep(_opened(served, "/inbox?q=invoice"), "inbox-search")
    page = _opened(served, "/inbox")
    for number in range(3):
        page.locator(".pick").nth(number).locator("input").check()
    _keep(page, "inbox-bulk")
    _keep(_opened(served, "/canned"), "canned-replies")


def _opened(
    served: Served, path: str, *, size: tuple[int, int] = DESK, scheme: str = "light", email: str = "ana@example.com"
) -> Page:
    page = served.signed_in(email, size=size, scheme=scheme)
    page.goto(served.url + path)
    if page.locator("#connection").count():
        page.locator("#connection[data-state=live]").wait_for(state="attached")
    return page


def _keep(page: Page, name: str) -> None:
    page.mouse.move(0, 0)
    page.screenshot(path=str(IMAGES / f"{name}.png"))


if __name__ == "__main__":
    main()
