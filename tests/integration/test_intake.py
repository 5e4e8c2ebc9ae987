"""Interactions in: one decision each, one person behind many ids, the first answer for ever."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from common import clock
from common.errors import Conflict, Invalid, NotFound
from common.store.schema import customers, interactions, invitations
from tests.integration.world import ANA, BEN, World


def test_the_same_interaction_gets_the_first_answer(world: World) -> None:
    ended = clock.now().isoformat()
    first = world.interaction("i-1", ended_at=ended)
    again = world.interaction("i-1", ended_at=ended)
    assert (first.pop("status"), again.pop("status")) == (201, 200)
    assert first == again
    assert len(world.rows(interactions)) == 1


def test_the_same_id_with_other_facts_is_refused(world: World) -> None:
    world.interaction("i-1")
    with pytest.raises(Conflict):
        world.interaction("i-1", duration_s=7)


@pytest.mark.parametrize("has_aliases", [False, True], ids=["one id", "many ids, one phone"])
def test_sixty_four_at_once_make_one_invitation(world: World, has_aliases: bool) -> None:
    world.survey(fatigue_days=60)

    def hand_in(number: int) -> dict[str, object]:
        customer = f"c-{number % 5}" if has_aliases else "c-1"
        return world.interaction(f"i-{number}", customer=customer)

    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(hand_in, range(64)))
    decisions = sorted((str(answer["decision"]), str(answer["reason"])) for answer in answers)
    assert decisions == [("invite", "None")] + [("suppress", "fatigue")] * 63
    assert len(world.rows(invitations)) == 1
    assert len(world.rows(customers)) == 1


def test_two_known_people_who_turn_out_to_be_one_become_one(world: World) -> None:
    world.survey(fatigue_days=60)
    world.interaction("i-1", customer="c-1", phone=ANA)
    world.interaction("i-2", customer="c-2", phone=BEN)
    assert len(world.rows(customers)) == 2
    assert world.interaction("i-3", customer="c-1", phone=BEN)["reason"] == "fatigue"
    assert len(world.rows(customers)) == 1


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"duration_s": 12}, "too_short"),
        ({"phone": None}, "no_endpoint"),
        ({"channel": "telegram"}, "channel_off"),
        ({"direction": "outbound", "outcome": "no_answer"}, "not_substantive"),
    ],
)
def test_every_refusal_has_its_reason_in_words(world: World, fields: dict[str, object], reason: str) -> None:
    answer = world.interaction("i-1", **fields)  # type: ignore[arg-type]
    assert (answer["decision"], answer["reason"], answer["invitation"]) == ("suppress", reason, None)
    assert answer["explanation"].startswith("Not asked:")


def test_too_late_is_too_late(world: World) -> None:
    ended = clock.now() - timedelta(hours=24)
    assert world.interaction("i-1", ended_at=ended.isoformat())["reason"] == "too_late"


def test_reopening_cancels_what_has_not_been_sent(world: World) -> None:
    world.survey(send_after_s=3600, fatigue_days=60)
    world.interaction("i-1")
    answer = world.store.write(lambda c: world.services.intake.reopen(c, "i-1", clock.now()))
    assert answer["cancelled"] is True
    assert world.row(invitations)["status"] == "cancelled"
    again = world.store.write(lambda c: world.services.intake.reopen(c, "i-1", clock.now()))
    assert again["cancelled"] is False
    assert world.interaction("i-2")["decision"] == "invite", "the slot is given back"


def test_reopening_after_the_question_left_changes_nothing(world: World) -> None:
    world.begin("i-1")
    answer = world.store.write(lambda c: world.services.intake.reopen(c, "i-1", clock.now()))
    assert answer["cancelled"] is False
    assert world.row(invitations)["status"] == "sent"


def test_the_decision_can_be_read_with_its_clock_and_counters(world: World) -> None:
    world.interaction("i-1")
    with world.store.read() as connection:
        told = world.services.intake.decision(connection, "i-1")
        with pytest.raises(NotFound):
            world.services.intake.decision(connection, "nobody")
    assert told["decision"] == "invite"
    assert {"rule", "clock", "counters", "checks"} <= told.keys()


def test_an_unknown_survey_is_named(world: World) -> None:
    with pytest.raises(Invalid, match="no survey 'nps'"):
        world.interaction("i-1", survey="nps")


def test_a_saved_survey_is_a_version_and_an_unchanged_one_is_not(world: World) -> None:
    world.survey()
    world.survey(brand="Other")
    with world.store.read() as connection:
        found = world.services.surveys.find(connection, "support")
    assert found is not None
    assert (found.version, found.brand) == (2, "Other")


def test_a_conversation_keeps_the_survey_it_began_with(world: World) -> None:
    world.begin()
    world.survey(questions=[{"key": "score"}], brand="Other")
    world.answer("9")
    assert "reason" in str(world.provider.texts()[-1]).lower()
