"""The table and `step` agree: what a state accepts is processed, anything else is refused and changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from common.survey.machine import (
    TRANSITIONS,
    Conversation,
    Event,
    IllegalEvent,
    OptedOut,
    Released,
    Replied,
    Resolved,
    Returned,
    Started,
    State,
    TakenOver,
    Timer,
    TimerFired,
    Undeliverable,
    accepts,
    closing_prompt,
    step,
)
from common.survey.questions import Question, Survey

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SURVEY = Survey(
    key="support",
    version=1,
    questions=(Question(key="score"), Question(key="reason"), Question(key="aspect", choices=("wait_time", "other"))),
)
_SCORED = Replied(at=AT, message_id="m1", text="3")
_REASONED = Replied(at=AT, message_id="m2", text="Slow")
_WAY: dict[State, tuple[Event, ...]] = {
    State.NEW: (),
    State.SCORE: (Started(at=AT),),
    State.REASON: (Started(at=AT), _SCORED),
    State.ASPECT: (Started(at=AT), _SCORED, _REASONED),
    State.HANDOFF: (Started(at=AT), TakenOver(at=AT, user_id="user-1")),
    State.CLOSED: (Started(at=AT), OptedOut(at=AT, source="api")),
}


def conversation_in(state: State) -> Conversation:
    """A conversation that came to `state` the ordinary way."""
    conversation = Conversation()
    for event in _WAY[state]:
        conversation = step(SURVEY, conversation, event).conversation
    assert conversation.state is state
    return conversation


def events_for(conversation: Conversation) -> list[Event]:
    """One event of every kind, such that it concerns the conversation."""
    return [
        Started(at=AT),
        Replied(at=AT, message_id="m9", text="It was fine"),
        TimerFired(at=AT, timer=Timer.EXPIRY, epoch=conversation.epoch),
        TimerFired(at=AT, timer=Timer.NO_INPUT, epoch=conversation.epoch),
        Undeliverable(at=AT, prompt_step=conversation.asked_step, code="30003"),
        OptedOut(at=AT, source="api"),
        TakenOver(at=AT, user_id="user-1"),
        Released(at=AT),
        Returned(at=AT),
        Resolved(at=AT),
    ]


@pytest.mark.parametrize("state", State)
def test_step_accepts_what_the_table_accepts(state: State) -> None:
    conversation = conversation_in(state)
    before = repr(conversation)
    for event in events_for(conversation):
        if type(event) in accepts(state):
            assert step(SURVEY, conversation, event).conversation.state in TRANSITIONS[state][type(event)]
        else:
            with pytest.raises(IllegalEvent, match=f"{type(event).__name__} in state {state}"):
                step(SURVEY, conversation, event)
        assert repr(conversation) == before


def test_every_state_is_in_the_table_and_every_event_somewhere() -> None:
    assert set(TRANSITIONS) == set(State)
    kinds = {kind.__name__ for kind in Event.__subclasses__()}
    assert {kind.__name__ for state in State for kind in accepts(state)} == kinds


def test_an_event_of_a_kind_unknown_to_the_table_is_illegal() -> None:
    with pytest.raises(IllegalEvent):
        step(SURVEY, Conversation(), Event(at=AT))


@pytest.mark.parametrize(
    ("score", "prompt"),
    [
        (None, "closing.partial"),
        (0, "closing.detractor"),
        (6, "closing.detractor"),
        (7, "closing.passive"),
        (8, "closing.passive"),
        (9, "closing.promoter"),
        (10, "closing.promoter"),
    ],
)
def test_the_closing_follows_the_band(score: int | None, prompt: str) -> None:
    assert closing_prompt(score) == prompt
