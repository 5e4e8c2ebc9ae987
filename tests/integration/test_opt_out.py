"""An opt-out belongs to the person, not to a thread: what is told to one conversation holds in every other."""

from __future__ import annotations

from typing import Any

import pytest

from common import clock
from common.channels import ProviderSignal
from common.store.schema import conversations, customers, tickets
from tests.integration.world import World


def opt_out(world: World) -> None:
    """As the API does it."""
    person = world.row(customers)["id"]
    world.store.write(lambda c: world.services.turns.opt_out(c, person, "api", clock.now()))


def opt_in(world: World) -> None:
    """As the API does it."""
    person = world.row(customers)["id"]
    world.store.write(lambda c: world.services.turns.opt_in(c, person))


def ended(world: World, ref: str, *answers: str) -> dict[str, Any]:
    """A conversation that has ended by silence after these answers."""
    conversation = world.begin(ref)
    for text in answers:
        world.answer(text)
    world.after(hours=25)
    world.tick()
    return world.row(conversations, id=conversation)


def test_an_ended_conversation_hears_of_an_opt_out_elsewhere(world: World) -> None:
    before = ended(world, "i-1", "9")
    assert before["outcome"] == "partial"
    opt_out(world)
    assert world.row(conversations)["outcome"] == "refused"
    said = len(world.provider.texts())
    world.answer("You know my name")  # would have been the late reason
    world.answer("When will my order come?")  # would have been a ticket
    assert world.row(conversations)["reason"] is None
    assert world.rows(tickets) == []
    assert len(world.provider.texts()) == said


def test_what_was_complete_stays_complete_and_the_bot_is_silent(world: World) -> None:
    world.begin()
    for text in ("9", "quick", "1"):
        world.answer(text)
    opt_out(world)
    world.after(hours=1)
    said = len(world.provider.texts())
    world.answer("sorry, I meant 2")
    row = world.row(conversations)
    assert (row["outcome"], row["score"]) == ("complete", 9)
    assert len(world.provider.texts()) == said


def test_older_conversations_are_history(world: World) -> None:
    first = ended(world, "i-1", "9")
    second = ended(world, "i-2")
    opt_out(world)
    outcomes = {row["id"]: row["outcome"] for row in world.rows(conversations)}
    assert outcomes == {first["id"]: "partial", second["id"]: "refused"}


@pytest.mark.parametrize("answers", [(), ("9",), ("9", "quick", "1")], ids=len)
def test_after_an_opt_in_elsewhere_words_reach_a_person_again(world: World, answers: tuple[str, ...]) -> None:
    world.begin()
    for text in answers:
        world.answer(text)
    world.answer("STOP", signal=ProviderSignal.OPTED_OUT)
    opt_in(world)
    world.after(hours=1)
    world.answer("When will my order come?")
    assert world.row(tickets)["reason"] == "reply_after_close"


def test_a_second_opt_out_after_an_opt_in_counts(world: World) -> None:
    world.begin()
    world.answer("STOP", signal=ProviderSignal.OPTED_OUT)
    opt_in(world)
    opt_out(world)
    world.answer("When will my order come?")
    assert world.rows(tickets) == []
    assert world.interaction("i-2")["reason"] == "opt_out"
