"""Days in the queue by the movable clock: warned, missed, taken from a silent owner; only working time counts."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from common import clock
from common.actors import Actor, Role
from common.channels import Capabilities
from common.failpoints import activate
from common.queue.book import Policy
from common.queue.hours import WorkingHours
from common.queue.life import Resolution
from common.queue.routing import Rule
from common.reconcile import reconcile
from common.store import queue
from common.store.schema import conversations, events, messages, tickets
from common.tickets import Tickets
from tests.integration.world import World

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
ANA = Actor(id="u-ana", name="Ana", role=Role.SUPERVISOR)
BEN = Actor(id="u-ben", name="Ben", role=Role.SUPERVISOR)
MINUTE = timedelta(minutes=1)
DAY = ((9 * 60, 12 * 60 + 30), (13 * 60, 17 * 60 + 30))
POLICY = Policy(
    hours=WorkingHours(
        zone="Europe/Amsterdam",
        week=(DAY,) * 5 + ((), ()),
        holidays=frozenset({date(2026, 12, 24), date(2026, 12, 25)}),
    ),
    first_reply=60 * MINUTE,
    next_reply=60 * MINUTE,
    resolve=480 * MINUTE,
    warn_percent=50,
    silent_after=45 * MINUTE,
    escalates_to="Leads",
)
TOLD = ("sla_warned", "sla_breached", "owner_silent")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


class Day:
    """A queue under a policy, and a clock that is set by hand."""

    def __init__(self, world: World, policy: Policy = POLICY) -> None:
        self.world, self.desk = world, Tickets(world.services.turns)
        world.store.write(lambda c: queue.save_policy(c, queue.EVERYONE, policy, {}, by="Eva", now=clock.now()))

    def until(self, text: str) -> list[str]:
        """Set the clock, have the tick look twice, and say what it told; the second look tells nothing."""
        ahead = (at(text) - clock.wall()).total_seconds() + 1
        self.world.clock_file.write_text(str(int(ahead)), encoding="ascii")
        clock.use_file(self.world.clock_file)
        before = self.told()
        self.world.tick()
        after = self.told()
        self.world.tick()
        assert self.told() == after
        return after[len(before) :]

    def told(self) -> list[str]:
        with self.world.store.read() as connection:
            rows = connection.execute(
                select(events.c.name, events.c.data)
                .where(events.c.name.in_(TOLD))
                .order_by(events.c.at, events.c.sequence)
            )
            return [" ".join(filter(None, (row.name, row.data.get("clock")))) for row in rows]

    @property
    def ticket(self) -> dict[str, Any]:
        return self.world.row(tickets)

    def act(self, name: str, actor: Actor, *args: Any, **fields: Any) -> None:
        act = getattr(self.desk, name)
        self.world.store.write(lambda c: act(c, self.ticket["id"], actor, *args, now=clock.now(), **fields))

    def reply(self, actor: Actor, text: str, **fields: Any) -> None:
        self.act("reply", actor, text=text, client_id=None, **fields)


@pytest.fixture
def day(world: World) -> Day:
    return Day(world)


def near(stored: datetime, text: str) -> bool:
    return abs(stored - at(text)) < MINUTE


def test_a_day_in_the_queue(day: Day) -> None:
    world = day.world
    assert day.until("2026-12-23 11:50") == []
    world.begin()
    world.answer("6")
    assert near(day.ticket["due_at"], "2026-12-23 13:20")  # lunch does not count
    assert day.ticket["priority"] == 2
    assert day.until("2026-12-23 12:19") == []
    assert day.until("2026-12-23 12:21") == ["sla_warned first_reply"]
    assert day.until("2026-12-23 12:55") == []
    assert day.until("2026-12-23 13:19") == []
    assert (day.ticket["team"], day.ticket["escalated_at"]) == ("billing", None)
    assert day.until("2026-12-23 13:21") == ["sla_breached first_reply"]
    assert (day.ticket["team"], day.ticket["priority"]) == ("Leads", 1)
    assert day.ticket["escalated_at"] is not None

    day.until("2026-12-23 13:30")
    day.act("claim", ANA)
    assert day.until("2026-12-23 14:14") == []
    assert day.ticket["owner"] == ANA.id
    assert day.until("2026-12-23 14:16") == ["owner_silent"]
    lost = day.ticket
    assert (lost["status"], lost["owner"], lost["owner_name"], lost["silences"]) == ("open", None, None, 1)
    said = len(world.provider.texts())
    world.answer("Hello? Anybody?")
    world.dispatch()
    assert len(world.provider.texts()) == said
    with pytest.raises(Exception, match="nobody has this ticket"):
        day.reply(ANA, "Here I am")

    day.until("2026-12-23 14:20")
    day.act("claim", BEN)
    day.until("2026-12-23 14:25")
    day.reply(BEN, "Sorry, I am on it")
    assert (day.ticket["status"], day.ticket["awaiting_since"]) == ("waiting", None)
    assert near(day.ticket["due_at"], "2026-12-28 11:50")  # two holidays and a weekend do not count
    assert day.until("2026-12-23 16:21") == ["sla_warned resolve"]
    day.until("2026-12-23 17:20")
    world.answer("Any news?")
    assert near(day.ticket["due_at"], "2026-12-28 09:50")
    for quiet in ("2026-12-23 22:00", "2026-12-24 10:00", "2026-12-25 15:00", "2026-12-27 12:00", "2026-12-28 09:19"):
        assert day.until(quiet) == [], quiet
    assert day.until("2026-12-28 09:21") == ["sla_warned next_reply"]
    day.until("2026-12-28 09:30")
    day.reply(BEN, "It is repaired")
    assert day.until("2026-12-28 11:00") == []
    assert day.until("2026-12-28 11:51") == ["sla_breached resolve"]
    assert day.ticket["owner"] == BEN.id  # late, but in somebody's hands
    day.act("resolve", BEN, Resolution.RECOVERED)
    assert day.ticket["check_at"] is None
    assert day.until("2027-03-01 10:00") == []
    world.answer("thanks!")
    assert day.ticket["status"] == "resolved"
    world.answer("It broke again")
    again = day.ticket
    assert (again["status"], again["escalated_at"]) == ("open", None)
    assert near(again["due_at"], "2027-03-01 11:00")


def test_a_tick_that_dies_before_its_commit_does_it_once(day: Day) -> None:
    day.until("2026-12-23 09:00")
    day.world.begin()
    day.world.answer("6")
    activate("sla.before_commit=raise@1")
    try:
        assert day.until("2026-12-23 10:01") == ["sla_breached first_reply"]  # the group fails, one by one succeeds
        activate("sla.before_commit=raise")
        assert day.until("2026-12-23 16:59") == []
    finally:
        activate("")
    assert day.until("2026-12-23 17:00") == ["sla_warned resolve"]


def test_a_changed_policy_holds_for_tickets_that_are_there(day: Day) -> None:
    day.until("2026-12-23 09:00")
    day.world.begin()
    day.world.answer("6")
    stricter = Policy(hours=POLICY.hours, first_reply=20 * MINUTE, warn_percent=100)
    day.world.store.write(lambda c: queue.save_policy(c, "billing", stricter, {}, by="Eva", now=clock.now()))
    assert day.until("2026-12-23 09:05") == []
    assert near(day.ticket["due_at"], "2026-12-23 09:20")
    day.world.store.write(lambda c: queue.drop_policy(c, "billing", clock.now()))
    day.until("2026-12-23 09:06")
    assert near(day.ticket["due_at"], "2026-12-23 10:00")


def test_a_held_reply_that_is_taken_back_has_the_customer_wait_as_before(world: World) -> None:
    world.provider.capabilities = Capabilities(max_text=1600, looks_up=True, session_window=timedelta(hours=24))
    day = Day(world, Policy(hours=POLICY.hours, silent_after=None))
    day.until("2026-12-22 09:00")
    world.begin()
    world.answer("6")
    since = day.ticket["awaiting_since"]
    day.until("2026-12-23 09:30")
    day.act("claim", ANA)
    day.reply(ANA, "I have looked into it", hold=True)
    assert (day.ticket["status"], day.ticket["awaiting_since"], day.ticket["first_reply_at"]) == ("waiting", None, None)
    held = next(row["id"] for row in world.rows(messages) if row["author"] == "user")
    day.act("cancel_held", ANA, held)
    assert (day.ticket["status"], day.ticket["awaiting_since"]) == ("claimed", since)
    day.reply(ANA, "I have looked into it", hold=True)
    world.answer("Any news?")
    assert day.ticket["status"] == "claimed"
    assert day.ticket["first_reply_at"] is not None  # it left with the customer's message


def test_rules_choose_the_team_and_value_the_urgency(day: Day) -> None:
    rules = [
        Rule(name="Germans", languages=frozenset({"de"}), to_team="Berlin"),
        Rule(name="Angry", teams=frozenset({"billing"}), reasons=frozenset({"detractor"}), to_team="Care"),
    ]
    day.world.store.write(lambda c: queue.save_rules(c, rules, by="Eva", now=clock.now()))
    day.world.begin(attributes={"customer_value": "vip"})
    day.world.answer("6")
    assert (day.ticket["team"], day.ticket["value"], day.ticket["priority"]) == ("Care", 100, 1)
    with day.world.store.read() as connection:
        (routed,) = connection.execute(select(events.c.data).where(events.c.name == "ticket_routed")).scalars()
        assert {"team": "Care", "rule": "Angry"}.items() <= routed.items()
        assert [rule.name for rule in queue.load_book(connection, "UTC").rules] == ["Germans", "Angry"]
        assert {"Berlin", "Care"} <= set(queue.known_teams(connection))


def test_what_the_reconciler_mends_has_its_clock_too(day: Day) -> None:
    day.until("2026-12-23 09:00")
    day.world.begin()
    day.world.answer("6")
    day.world.store.write(
        lambda c: (c.execute(tickets.delete()), c.execute(update(conversations).values(ticket_id=None)))
    )
    assert day.world.store.write(lambda c: reconcile(c, day.world.services.turns)) == 1
    assert near(day.ticket["due_at"], "2026-12-23 10:00")


def test_a_late_ticket_moves_on_when_its_owner_loses_it(day: Day) -> None:
    day.until("2026-12-23 09:00")
    day.world.begin()
    day.world.answer("6")
    day.until("2026-12-23 09:20")
    day.act("claim", ANA)
    day.until("2026-12-23 09:50")
    day.act("note", ANA, text="still looking", client_id=None)  # an act, though not an answer
    assert day.until("2026-12-23 10:01") == ["sla_breached first_reply"]
    assert (day.ticket["owner"], day.ticket["team"]) == (ANA.id, "billing")
    assert day.until("2026-12-23 10:34") == []
    assert day.until("2026-12-23 10:36") == ["owner_silent"]
    assert (day.ticket["owner"], day.ticket["team"], day.ticket["priority"]) == (None, "Leads", 1)
