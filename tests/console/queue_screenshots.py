"""Draw the pictures of docs/queue.md: `python -m tests.console.queue_screenshots`."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta

from sqlalchemy import Connection, update

from common import clock
from common.actors import Role
from common.deadline_watch import watch
from common.queue.book import Policy
from common.queue.hours import WorkingHours
from common.queue.routing import Rule
from common.store import queue
from common.store.schema import tickets
from tests.browser import a_browser
from tests.console.factories import World, create_world
from tests.console.screenshots import keep
from tests.console.serving import Served

_DAY = ((9 * 60, 12 * 60 + 30), (13 * 60, 17 * 60 + 30))


def main() -> None:
    """Settings, and a ticket that is late."""
    with tempfile.TemporaryDirectory() as folder, a_browser() as browser:
        world = create_world(f"sqlite:///{folder}/zeroten.db")
        world.user(role=Role.ADMIN)
        world.user("ben@example.com", "Ben Carter")
        ticket_id = _fill(world)
        served = Served(world, browser)
        served.start()
        keep(served, "queue-settings-light", "/settings/queue", (1280, 1180))
        keep(served, "queue-settings-dark", "/settings/queue", (1280, 1180), scheme="dark")
        keep(served, "queue-policy", "/settings/queue/policy", (1280, 1240))
        keep(served, "queue-policy-phone", "/settings/queue/policy", (390, 844))
        keep(served, "queue-ticket", f"/inbox/{ticket_id}", (1440, 900))
        served.close()
        world.services.close()


def _fill(world: World) -> str:
    hours = WorkingHours(
        zone="Europe/Amsterdam",
        week=(_DAY,) * 5 + ((), ()),
        holidays=frozenset({date(2026, 12, 25), date(2026, 12, 26)}),
    )
    names = {date(2026, 12, 25): "Christmas Day", date(2026, 12, 26): "Boxing Day"}
    everyone = Policy(hours=hours, escalates_to="Team leads")
    billing = Policy(hours=hours, first_reply=timedelta(hours=1), silent_after=timedelta(hours=2))
    rules = [
        Rule(name="Dutch", languages=frozenset({"nl"}), to_team="Utrecht"),
        Rule(name="Callers", reasons=frozenset({"callback", "human_requested"}), to_team="Care"),
    ]

    def decide(connection: Connection) -> None:
        queue.save_policy(connection, queue.EVERYONE, everyone, names, by="Ana", now=clock.now())
        queue.save_policy(connection, "Billing", billing, names, by="Ana", now=clock.now())
        queue.save_rules(connection, rules, by="Ana", now=clock.now())

    world.services.store.write(decide)
    who = {"id": "c-77", "phone": "+31612340999"}
    world.unhappy("Joris Bakker", "7", "all right", "1", "but one question", customer=who)
    late = world.unhappy("Joris Bakker", "2", "I waited an hour and nobody knew anything", customer=who)
    for name, score, words in (("Mila Novak", "6", "It took three calls"), ("Sam Okafor", "4", "Nobody called back")):
        world.unhappy(name, score, words)
    since = clock.now() - timedelta(days=2)
    columns = {"opened_at": since, "awaiting_since": since, "check_at": since}
    world.services.store.write(lambda c: c.execute(update(tickets).where(tickets.c.id == late).values(**columns)))
    watch(world.services.store, world.services.turns, world.services.bell)
    return late


if __name__ == "__main__":
    main()
