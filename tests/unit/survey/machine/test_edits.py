"""What a customer changes in a message that was sent before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from common.survey.machine import (
    Ask,
    Conversation,
    ForwardToTicket,
    OpenTicket,
    RecordAnswer,
    Replied,
    Resolved,
    Started,
    State,
    TakenOver,
    step,
)
from common.survey.questions import Question, Survey

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SURVEY = Survey(
    key="support",
    version=1,
    questions=(
        Question(key="score"),
        Question(key="reason"),
        Question(key="aspect", choices=("wait_time", "solution")),
    ),
)


class Talk:
    """A conversation, and what the last turn did."""

    def __init__(self) -> None:
        self.conversation = Conversation(locale="en")
        self.at = START
        self.did: tuple[object, ...] = ()
        self._step(Started(at=START))

    def say(self, text: str, *, is_edit: bool = False) -> Talk:
        return self._step(Replied(at=self.at, message_id="m", text=text, is_edit=is_edit))

    def edit(self, text: str) -> Talk:
        return self.say(text, is_edit=True)

    def take(self, event: object) -> Talk:
        return self._step(event)

    def wait(self, **duration: float) -> Talk:
        self.at += timedelta(**duration)
        return self

    def has(self, kind: type[object]) -> list[object]:
        return [effect for effect in self.did if isinstance(effect, kind)]

    @property
    def state(self) -> State:
        return self.conversation.state

    def _step(self, event: object) -> Talk:
        turn = step(SURVEY, self.conversation, event)  # type: ignore[arg-type]
        self.conversation, self.did = turn.conversation, turn.effects
        self.at += timedelta(seconds=1)
        return self


def score(talk: Talk) -> object:
    answer = talk.conversation.answers.get("score")
    return answer.value if answer else None


def test_a_change_corrects_the_score_and_opens_the_ticket() -> None:
    talk = Talk().say("9").edit("3")
    assert (score(talk), talk.state) == (3, State.REASON)
    assert talk.has(OpenTicket)
    assert len(talk.has(Ask)) == 1, "the open question is repeated once"


def test_a_change_may_bring_the_score() -> None:
    talk = Talk().say("hm").edit("8")
    assert (score(talk), talk.state) == (8, State.REASON)


def test_a_change_may_bring_the_reason() -> None:
    talk = Talk().say("9").edit("9, because they called me back at once")
    assert (score(talk), talk.state) == (9, State.ASPECT)


@pytest.mark.parametrize("words", ["hmm", "", "  ", "what a day"])
def test_a_change_that_says_no_score_uses_up_no_asking(words: str) -> None:
    talk = Talk().say("hm")
    before = talk.conversation
    talk.edit(words)
    assert talk.did == ()
    assert talk.conversation.no_match == before.no_match


def test_a_slip_of_the_pen_is_not_said_anew() -> None:
    talk = Talk().say("3").say("They never caled me back about it").edit("They never called me back about it")
    assert (talk.did, talk.state) == ((), State.ASPECT)


def test_the_same_score_again_changes_nothing() -> None:
    assert Talk().say("9").edit("9").did == ()


def test_after_the_end_a_change_still_corrects_and_calls_nobody() -> None:
    talk = Talk().say("9").say("quick").say("1").edit("10")
    assert (score(talk), talk.state) == (10, State.CLOSED)
    assert [type(effect) for effect in talk.did] == [RecordAnswer]
    assert talk.edit("thnaks").did == ()
    assert Talk().say("9").say("quick").say("1").edit("2").has(OpenTicket), "a detractor is heard by a person"


def test_long_after_the_end_nothing_is_corrected() -> None:
    talk = Talk().say("9").say("quick").say("1").wait(days=30).edit("2")
    assert (score(talk), talk.did) == (9, ())


def test_who_has_the_ticket_sees_a_change() -> None:
    talk = Talk().say("2").say("slow").say("1").edit("slow and rude")
    assert talk.has(ForwardToTicket)
    taken = Talk().say("2").take(TakenOver(at=START, user_id="u"))
    assert taken.edit("please call me, I mean it").has(ForwardToTicket)
    taken.take(Resolved(at=START))
    assert taken.state is State.CLOSED


def test_a_wish_counts_whenever_it_is_said() -> None:
    assert Talk().say("9").edit("I want to speak to a person").has(OpenTicket)
    talk = Talk().say("9").edit("STOP")
    assert (talk.conversation.opted_out, talk.state) == (True, State.CLOSED)
