"""The runner: one transaction per turn, each message once, each person's wishes everywhere."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from common import clock
from common.channels import ProviderSignal
from common.errors import Conflict
from common.reconcile import reconcile
from common.store.schema import (
    answers,
    conversations,
    customers,
    endpoints,
    events,
    inbound,
    invitations,
    messages,
    outbox,
    tickets,
    timers,
)
from common.survey.machine import Released, Resolved, TakenOver
from common.turns import ConversationEvent
from tests.integration.world import ANA, BEN, World


def test_a_detractor_is_a_ticket_in_the_turn_of_the_score(world: World) -> None:
    world.begin()
    world.say("3")
    ticket, conversation = world.row(tickets), world.row(conversations)
    assert (ticket["status"], ticket["reason"], ticket["score"], ticket["team"]) == ("open", "detractor", 3, "billing")
    assert conversation["ticket_id"] == ticket["id"]
    assert (conversation["state"], conversation["band"]) == ("reason", "detractor")


def test_a_whole_conversation_ends_complete(world: World) -> None:
    world.begin()
    for text in ("10", "everything worked", "2"):
        world.answer(text)
    row = world.row(conversations)
    assert (row["state"], row["outcome"], row["score"]) == ("closed", "complete", 10)
    assert (row["reason"], row["aspect"], row["ticket_id"]) == ("everything worked", "expertise", None)
    assert world.row(invitations)["status"] == "answered"
    assert world.rows(timers) == []
    assert {row["question"]: row["value"] for row in world.rows(answers)} == {
        "score": "10",
        "reason": "everything worked",
        "aspect": "expertise",
    }
    assert len(world.provider.texts()) == 4


def test_the_same_message_again_changes_nothing(world: World) -> None:
    world.begin()
    assert world.say("9", provider_id="SM1").fresh
    assert not world.say("9", provider_id="SM1").fresh
    assert len(world.rows(messages, direction="in")) == 1
    assert len(world.rows(inbound)) == 1


def test_fifty_copies_at_once_are_one_message(world: World) -> None:
    world.begin()
    with ThreadPoolExecutor(16) as pool:
        results = list(pool.map(lambda _: world.say("4", provider_id="SM1"), range(50)))
    assert sum(result.fresh for result in results) == 1
    assert len(world.rows(tickets)) == 1
    assert len(world.rows(answers)) == 1


def test_many_people_answer_at_once(world: World) -> None:
    phones = [f"+3161000{number:04}" for number in range(40)]
    for number, phone in enumerate(phones):
        world.interaction(f"i-{number}", customer=f"c-{number}", phone=phone)
    world.tick()
    world.dispatch()
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda phone: world.say(str(phones.index(phone) % 11), sender=phone), phones))
    scores = sorted(row["score"] for row in world.rows(conversations))
    assert scores == sorted(number % 11 for number in range(40))
    assert len(world.rows(tickets)) == sum(score <= 6 for score in scores)


@pytest.mark.parametrize(
    ("text", "signal", "confirmations"),
    [("STOP", ProviderSignal.OPTED_OUT, 0), ("stop texting me", None, 1)],
    ids=["confirmed by the carrier", "in the customer's words"],
)
def test_stop_closes_everything_of_the_person(
    world: World, text: str, signal: ProviderSignal | None, confirmations: int
) -> None:
    world.begin()
    world.interaction("i-later", ended_at=clock.now().isoformat())
    before = len(world.provider.texts())
    world.answer(text, signal=signal)
    assert world.row(customers)["opted_out_at"] is not None
    assert {row["status"] for row in world.rows(invitations)} <= {"sent", "cancelled"}
    assert world.row(conversations)["outcome"] == "refused"
    world.after(hours=2)
    world.tick()
    world.dispatch()
    assert len(world.provider.texts()) == before + confirmations
    assert world.interaction("i-3")["reason"] == "opt_out"


def test_start_lifts_an_opt_out_and_nothing_else_does(world: World) -> None:
    world.begin()
    world.answer("STOP", signal=ProviderSignal.OPTED_OUT)
    world.answer("hello?")
    assert world.interaction("i-2")["reason"] == "opt_out"
    world.answer("START", signal=ProviderSignal.OPTED_IN)
    assert world.interaction("i-3")["decision"] == "invite"


def test_a_strangers_stop_is_kept_for_the_day_we_meet(world: World) -> None:
    world.say("STOP", sender=BEN)
    assert world.interaction("i-1", customer="c-9", phone=BEN)["reason"] == "opt_out"


def test_a_strangers_words_leave_only_the_message(world: World) -> None:
    world.say("hello", sender=BEN)
    assert world.rows(customers) == []
    assert len(world.rows(inbound)) == 1


def test_whoever_writes_again_is_not_asked_about_before(world: World) -> None:
    world.survey(send_after_s=3600)
    world.interaction("i-1")
    world.say("I have another question")
    row = world.row(invitations)
    assert (row["status"], row["reason"]) == ("cancelled", "customer_wrote")


def test_a_person_owns_the_thread_until_it_is_handed_back(world: World) -> None:
    conversation = world.begin()
    world.answer("3")
    _event(world, conversation, TakenOver(at=clock.now(), user_id="u-1"))
    world.answer("are you there?")
    assert world.row(conversations)["state"] == "handoff"
    assert world.row(conversations)["reason"] is None
    said = len(world.provider.texts())
    _event(world, conversation, Released(at=clock.now()))
    world.dispatch()
    assert len(world.provider.texts()) == said + 1
    world.answer("the wait was long")
    assert world.row(conversations)["reason"] == "the wait was long"


def test_a_resolved_ticket_opens_again_when_the_customer_writes(world: World) -> None:
    conversation = world.begin()
    for text in ("3", "slow", "1"):
        world.answer(text)
    _event(world, conversation, TakenOver(at=clock.now(), user_id="u-1"))
    _event(world, conversation, Resolved(at=clock.now()))
    from sqlalchemy import update

    world.store.write(lambda c: c.execute(update(tickets).values(status="resolved", owner="u-1")))
    world.answer("it broke again")
    ticket = world.row(tickets)
    assert (ticket["status"], ticket["owner"]) == ("open", None)


def test_silence_ends_as_no_answer_and_a_late_score_still_counts(world: World) -> None:
    world.begin()
    world.after(hours=25)
    world.tick()
    assert world.row(conversations)["outcome"] == "no_answer"
    assert world.row(invitations)["status"] == "expired"
    world.answer("2")
    row = world.row(conversations)
    assert (row["state"], row["score"]) == ("closed", 2)
    assert row["outcome"] == "partial"
    assert world.row(invitations)["status"] == "answered"
    assert len(world.rows(tickets)) == 1


def test_a_stale_timer_does_nothing(world: World) -> None:
    world.begin()
    world.after(hours=23)
    world.answer("9")
    world.after(hours=2)
    world.tick()
    assert world.row(conversations)["state"] == "reason"


def test_an_unreadable_message_in_the_midst_does_not_cost_its_neighbours(world: World) -> None:
    world.begin()
    for text in ("\ud800 9", "\0", "9"):
        world.answer(text)
    assert world.row(conversations)["score"] == 9


def test_the_log_reads_as_the_story(world: World) -> None:
    world.begin()
    world.answer("8, quick")
    rows = sorted(world.rows(events), key=lambda row: row["sequence"])
    names = [row["name"] for row in rows]
    assert names == ["started", "asked", "replied", "answered", "answered", "asked"]


def test_a_persons_message_is_one_however_often_the_button_is_pressed(world: World) -> None:
    from common.actors import Actor, Role

    conversation = world.begin()
    actor = Actor(id="u-1", name="Sam", role=Role.SUPERVISOR)

    def press(text: str = "Hello Ana") -> str | None:
        return world.store.write(
            lambda c: world.services.turns.reply(
                c, conversation_id=conversation, text=text, actor=actor, client_id="k-1", now=clock.now()
            )
        ).message_id

    assert press() == press()
    with pytest.raises(Conflict):
        press("Something else")
    world.dispatch()
    assert world.provider.texts()[-1] == "Hello Ana"
    assert len(world.rows(outbox, kind="reply")) == 1


def test_the_reconciler_mends_once_and_then_finds_nothing(world: World) -> None:
    world.begin()
    world.answer("1")
    from sqlalchemy import delete, update

    world.store.write(lambda c: c.execute(delete(tickets)))
    world.store.write(lambda c: c.execute(update(conversations).values(ticket_id=None)))
    assert world.store.write(lambda c: reconcile(c, world.services.turns)) == 1
    assert world.store.write(lambda c: reconcile(c, world.services.turns)) == 0
    assert world.row(tickets)["score"] == 1


def test_what_a_customer_writes_opens_the_session_window(world: World) -> None:
    world.begin()
    world.say("9")
    assert world.row(endpoints, address=ANA)["last_inbound_at"] is not None


def _event(world: World, conversation: str, event: TakenOver | Released | Resolved) -> None:
    world.services.take(ConversationEvent(conversation_id=conversation, event=event))


def test_an_answer_cancels_no_other_invitation(world: World) -> None:
    world.begin("i-1")
    world.survey(send_after_s=3600)
    world.interaction("i-2")
    world.answer("9")
    assert {row["status"] for row in world.rows(invitations)} == {"answered", "scheduled"}


def test_a_customer_in_a_persons_hands_is_not_asked_about_something_else(world: World) -> None:
    conversation = world.begin("i-1")
    world.answer("3")
    _event(world, conversation, TakenOver(at=clock.now(), user_id="u-1"))
    said = len(world.provider.texts())
    world.interaction("i-2")
    world.tick()
    world.dispatch()
    assert len(world.provider.texts()) == said
    _event(world, conversation, Resolved(at=clock.now()))
    world.after(minutes=11)
    world.tick()
    world.dispatch()
    assert len(world.provider.texts()) == said + 1
