"""After the end, on both databases: the offer to call back and its slot on the ticket, words by band, the question days
later; and never when a person has the thread."""

from __future__ import annotations

import random
import statistics
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from common import clock
from common.actors import Actor, Role
from common.aftercare import Aftercare
from common.analysis.closing import by_team, closing
from common.analysis.nps import wilson
from common.guarded_http import GuardedHttp
from common.herald.runner import Herald
from common.store.closing import read_facts
from common.store.schema import conversations, follow_ups, interactions, recoveries, tickets
from common.tickets import Resolution, Tickets
from tests.integration.world import ANA, World

EVA = Actor(id="usr_eva", name="Eva", role=Role.SUPERVISOR)
CALLBACK = {"callback": {"bands": ["detractor"], "hours": [["09:00", "12:00"], ["13:00", "17:00"]], "days": 2}}


def aftercare(world: World) -> Aftercare:
    services = world.services
    return Aftercare(world.store, services.turns, services.intake, services.surveys, services.bell, zone="UTC")


def go_on(world: World) -> None:
    """The processes do what is due."""
    care = aftercare(world)
    Herald(world.store, Tickets(world.services.turns), GuardedHttp(), secret_key="s" * 32, plan=care.plan).once()
    care.once()
    world.dispatch()


def finish(world: World, score: str = "3") -> str:
    conversation_id = world.begin()
    for text in (score, "I waited an hour", "1"):
        world.answer(text)
    return conversation_id


def act(world: World, act: str, ticket_id: str, *more: Any) -> None:
    desk = Tickets(world.services.turns)
    world.store.write(lambda c: getattr(desk, act)(c, ticket_id, EVA, *more, clock.now()))


def offers(world: World) -> list[str]:
    return [text for text in world.provider.texts() if text.startswith("Shall we call you back?")]


def test_by_default_nothing_follows(world: World) -> None:
    finish(world)
    world.after(hours=1)
    before = len(world.provider.sent)
    go_on(world)
    assert len(world.provider.sent) == before
    assert world.rows(follow_ups) == world.rows(recoveries) == []


def test_a_call_back_is_offered_once_and_the_slot_stands_on_the_ticket(world: World) -> None:
    world.survey(follow_up=CALLBACK)
    conversation_id = finish(world)
    go_on(world)
    assert offers(world) == [], "not before its time"
    world.after(minutes=2)
    for _ in range(3):
        go_on(world)
    (offer,) = offers(world)
    slots = world.row(follow_ups)["slots"]
    assert [line[:2] for line in offer.splitlines()[1:-1]] == [f"{number} " for number in range(1, len(slots) + 1)]

    world.answer("2")
    ticket = world.row(tickets)
    assert (ticket["reason"], ticket["status"]) == ("callback", "open")
    assert ticket["callback_from"].isoformat() == slots[1]["begin"]
    with world.store.read() as connection:
        shown = Tickets(world.services.turns).get(connection, ticket["id"])
    assert shown["callback"] == {"begin": slots[1]["begin"], "end": slots[1]["end"]}
    assert world.provider.texts()[-1] == f"Thank you. We will call you:\n{slots[1]['label']}"
    row = world.row(conversations, id=conversation_id)
    assert (row["score"], row["state"], row["outcome"]) == (3, "closed", "complete"), "a 2 is no new score"
    assert world.row(follow_ups)["state"] == "accepted"

    world.answer("9")
    assert world.row(conversations, id=conversation_id)["score"] == 9, "after the choice a number is a correction again"


@pytest.mark.parametrize("text", ["no thanks", "9", "call me at 2 please"])
def test_other_words_take_their_usual_road(world: World, text: str) -> None:
    world.survey(follow_up=CALLBACK)
    finish(world)
    world.after(minutes=2)
    go_on(world)
    world.answer(text)
    assert world.row(tickets)["callback_from"] is None
    assert world.row(follow_ups)["state"] == "sent"


def test_a_tap_chooses_as_well_and_only_its_own_offer(world: World) -> None:
    world.survey(follow_up=CALLBACK)
    finish(world)
    world.after(minutes=2)
    go_on(world)
    world.answer("", choice="1", question="aspect")
    assert world.row(tickets)["callback_from"] is None
    world.answer("", choice="1", question="callback")
    assert world.row(tickets)["callback_from"] is not None


def test_nothing_is_said_once_a_person_has_the_thread(world: World) -> None:
    world.survey(follow_up=CALLBACK)
    finish(world)
    act(world, "claim", world.row(tickets)["id"])
    world.after(minutes=2)
    go_on(world)
    assert offers(world) == []
    assert (world.row(follow_ups)["state"], world.row(follow_ups)["why"]) == ("dropped", "person_has_it")


def test_what_was_queued_is_not_sent_after_a_claim(world: World) -> None:
    world.survey(follow_up=CALLBACK)
    finish(world)
    care = aftercare(world)
    Herald(world.store, Tickets(world.services.turns), GuardedHttp(), secret_key="s" * 32, plan=care.plan).once()
    world.after(minutes=2)
    care.once()  # it lies in the outbox
    act(world, "claim", world.row(tickets)["id"])
    world.dispatch()
    assert offers(world) == []


def test_quiet_hours_wait_and_stop_ends_it(world: World) -> None:
    now = clock.now()
    quiet = [(now - timedelta(hours=1)).strftime("%H:%M"), (now + timedelta(hours=2)).strftime("%H:%M")]
    finish_first = {"follow_up": CALLBACK}
    world.survey(**finish_first)
    conversation_id = finish(world)
    world.store.write(
        lambda c: world.services.surveys.save(c, "quiet", {"brand": "A", "quiet_hours": quiet, **finish_first}, now)
    )
    world.store.write(
        lambda c: c.execute(
            update(conversations)
            .where(conversations.c.id == conversation_id)
            .values(survey_key="quiet", survey_version=1)
        )
    )
    world.after(minutes=2)
    go_on(world)
    assert offers(world) == []
    assert world.row(follow_ups)["state"] == "planned"
    world.answer("STOP")
    world.after(hours=3)
    go_on(world)
    assert offers(world) == []
    assert world.row(follow_ups)["why"] == "opted_out"


def test_words_by_band_are_said_in_the_customers_language(world: World) -> None:
    words = {"promoter": {"en": "Thank you, {name}! Tell your friends about {brand}."}}
    world.survey(follow_up={"messages": words, "after_s": 0})
    finish(world, "10")
    go_on(world)
    assert world.provider.texts()[-1] == "Thank you, Ana! Tell your friends about Acme."
    assert world.rows(tickets) == []


def test_days_after_a_ticket_was_resolved_its_customer_is_asked_whether_it_is_mended(world: World) -> None:
    world.survey(recovery={"survey": "mended", "after_days": 7})
    relational = {"brand": "Acme", "kind": "relational", "send_after_s": 0, "quiet_hours": None, "fatigue_days": 5}
    world.store.write(lambda c: world.services.surveys.save(c, "mended", relational, clock.now()))
    finish(world)
    ticket_id = world.row(tickets)["id"]
    act(world, "claim", ticket_id)
    act(world, "resolve", ticket_id, Resolution.RECOVERED)
    go_on(world)
    world.after(days=6)
    go_on(world)
    assert world.row(recoveries)["state"] == "planned"
    world.after(days=1, minutes=1)
    for _ in range(2):
        go_on(world)
    recovery = world.row(recoveries)
    assert recovery["state"] == "asked"
    assert len(world.rows(interactions)) == 2
    world.tick()
    world.dispatch()
    assert world.provider.texts()[-1].startswith("How likely are you to recommend")
    world.answer("8")
    with world.store.read() as connection:
        whole = closing("", read_facts(connection, zone="UTC", start=None, end=None))
    assert (whole.asked, whole.answered, whole.recovered_count) == (1, 1, 1)


@pytest.mark.parametrize(("fatigue", "why"), [(60, "fatigue"), (5, None)])
def test_the_question_is_an_invitation_under_every_rule(world: World, fatigue: int, why: str | None) -> None:
    world.survey(recovery={"survey": "mended", "after_days": 7})
    relational = {
        "brand": "Acme",
        "kind": "relational",
        "send_after_s": 0,
        "quiet_hours": None,
        "fatigue_days": fatigue,
    }
    world.store.write(lambda c: world.services.surveys.save(c, "mended", relational, clock.now()))
    finish(world)
    ticket_id = world.row(tickets)["id"]
    act(world, "claim", ticket_id)
    act(world, "resolve", ticket_id, Resolution.EXPLAINED)
    go_on(world)
    world.after(days=7, minutes=1)
    go_on(world)
    assert world.row(recoveries)["why"] == why


def test_a_ticket_that_went_on_asks_nobody(world: World) -> None:
    world.survey(recovery={"survey": "mended", "after_days": 7})
    finish(world)
    ticket_id = world.row(tickets)["id"]
    act(world, "claim", ticket_id)
    act(world, "resolve", ticket_id, Resolution.EXPLAINED)
    go_on(world)
    world.answer("It broke again, and nobody helps me")
    assert world.row(tickets)["status"] == "open"
    world.after(days=8)
    go_on(world)
    assert world.row(recoveries)["why"] == "went_on"


def test_the_figures_equal_an_independent_recount(world: World) -> None:
    """Every ticket made up by chance, counted by the product and once more by hand."""
    chance = random.Random(7)
    begun = datetime(2026, 11, 25, 9, tzinfo=UTC)  # a Wednesday morning
    ledger: list[dict[str, Any]] = []
    for number in range(60):
        team = chance.choice(["billing", "sales", None])
        wait = chance.choice([None, timedelta(seconds=chance.randint(30, 180_000))])
        resolution = chance.choice([None, "recovered", "explained", "no_contact", "escalated"])
        second = chance.choice([None, None, *range(11)]) if resolution else None
        ledger.append({"team": team, "wait": wait, "resolution": resolution, "second": second})
        _make_ticket(world, number, begun, ledger[-1])
    with world.store.read() as connection:
        facts = read_facts(connection, zone="UTC", start=None, end=None)
    found = {each.team: each for each in by_team(facts)}
    for team in ("billing", "sales", None):
        mine = [row for row in ledger if row["team"] == team]
        waits = sorted(_office_time(begun, row["wait"]) for row in mine if row["wait"] is not None)
        scores = [row["second"] for row in mine if row["second"] is not None]
        seen = found[team or ""]
        assert (seen.tickets, seen.replied, seen.answered) == (len(mine), len(waits), len(scores))
        assert seen.reply_median == (statistics.median_low(waits) if waits else None)
        assert seen.resolutions == {
            name: sum(row["resolution"] == name for row in mine)
            for name in ("recovered", "explained", "no_contact", "escalated")
        }
        assert seen.recovered_count == sum(score >= 7 for score in scores)
        assert seen.recovered == wilson(sum(score >= 7 for score in scores), len(scores))
    with world.store.read() as connection:
        late = read_facts(connection, zone="UTC", start=begun + timedelta(days=1), end=None)
        assert late == []
        assert len(read_facts(connection, zone="UTC", start=None, end=None, team="sales")) == found["sales"].tickets


def _office_time(begun: datetime, wait: timedelta) -> timedelta:
    """Counted minute by minute: the part of the wait that falls on a working day between nine and five."""
    minutes, seconds = divmod(int(wait.total_seconds()), 60)
    moments = [(begun + timedelta(minutes=number), 60) for number in range(minutes)]
    moments.append((begun + timedelta(minutes=minutes), seconds))
    return timedelta(seconds=sum(length for at, length in moments if at.weekday() < 5 and 9 <= at.hour < 17))


def _make_ticket(world: World, number: int, begun: Any, told: dict[str, Any]) -> None:
    """Rows as they would be had all of this happened."""

    def conversation(key: str, score: int | None) -> dict[str, Any]:
        return {
            "id": key,
            "invitation_id": f"inv-{key}",
            "interaction_id": f"int-{key}",
            "customer_id": "cus",
            "endpoint_id": "end",
            "channel": "sms",
            "address": ANA,
            "survey_key": "support",
            "survey_version": 1,
            "locale": "en",
            "state": "closed",
            "machine": {},
            "score": score,
            "started_at": begun,
            "updated_at": begun,
        }

    def work(connection: Any) -> None:
        first, second = f"a{number}", f"b{number}"
        connection.execute(conversations.insert().values(conversation(first, 3)))
        ticket = {
            "id": f"tkt-{number}",
            "conversation_id": first,
            "customer_id": "cus",
            "channel": "sms",
            "team": told["team"],
            "status": "resolved" if told["resolution"] else "open",
            "reason": "detractor",
            "score": 3,
            "priority": 2,
            "resolution": told["resolution"],
            "opened_at": begun,
            "due_at": begun,
            "first_reply_at": begun + told["wait"] if told["wait"] else None,
            "updated_at": begun,
        }
        connection.execute(tickets.insert().values(ticket))
        if told["second"] is not None:
            connection.execute(conversations.insert().values(conversation(second, told["second"])))
            row = {"ticket_id": f"tkt-{number}", "customer_id": "cus", "survey_key": "mended", "state": "asked"}
            values = {**row, "invitation_id": f"inv-{second}", "due_at": begun, "at": begun}
            connection.execute(recoveries.insert().values(values))

    world.store.write(work)
