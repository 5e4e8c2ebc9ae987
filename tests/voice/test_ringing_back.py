"""Somebody who was rung in vain, or whose line broke down, rings back: late answers count for what they were asked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from common.store.schema import conversations, invitations
from sandbox.phone_script import Entry
from tests.voice.line import ANA, Line

REST: list[Entry] = [{"speak": "Quick", "for_s": 3, "end": "#"}, "2"]


def missed(line: Line) -> None:
    """Two calls that nobody picked up."""
    line.interaction("call-1")
    assert line.dispatch() == 1
    line.tell("no-answer")
    line.advance(timedelta(hours=1))
    assert line.dispatch() == 1
    line.tell("busy")
    assert line.conversation()["outcome"] == "unreachable"


def test_whoever_rings_back_after_missed_calls_answers_about_that_interaction(line: Line) -> None:
    missed(line)
    line.advance(timedelta(days=2))
    phone = line.dial(["10"])
    shown = line.conversation()
    assert (shown["interaction_id"], shown["score"], shown["outcome"]) == ("call-1", 10, "partial")
    assert "Thank you" in phone.transcript[-1]["text"]
    assert [each["name"] for each in shown["events"]].count("reopened") == 1
    (invitation,) = line.rows(invitations)
    assert invitation["status"] == "answered"


def test_a_slow_ten_is_a_ten_then_too(line: Line) -> None:
    missed(line)
    line.dial([None, "42", {"keys": "10", "gap": 2.5}])
    assert line.conversation()["score"] == 10


@pytest.mark.parametrize("script", [[], ["42", "42", "42"], ["*", "*", "*"]])
def test_who_rings_back_and_says_nothing_changes_nothing(line: Line, script: list[Entry]) -> None:
    missed(line)
    before = line.conversation()
    phone = line.dial(script)
    assert phone.transcript[-1]["text"] == "Thank you. Goodbye."
    assert phone.now < 75
    after = line.conversation()
    assert (after["outcome"], after["score"]) == (before["outcome"], None)


def test_a_line_that_broke_down_at_the_reason_goes_on_there(line: Line) -> None:
    line.interaction("call-1")
    line.dispatch()
    line.ring(["4#", {"hang_up": 1}])
    assert line.conversation()["outcome"] == "partial"
    phone = line.dial(REST)
    assert "main reason" in phone.transcript[0]["text"]
    shown = line.conversation()
    assert (shown["score"], shown["reason"]) == (4, "[recording]")


def test_a_call_to_us_that_broke_down_is_over(line: Line) -> None:
    line.dial(["4#", {"hang_up": 1}])
    line.dial(["9#", *REST])
    assert sorted(each["score"] for each in line.conversations()) == [4, 9]


def test_after_a_complete_survey_or_too_late_a_call_is_about_itself(line: Line) -> None:
    line.interaction("call-1")
    line.dispatch()
    line.ring(["9#", *REST])
    line.dial(["8#", *REST])
    assert len(line.rows(conversations)) == 2


def test_when_late_answers_count_no_more_a_call_is_about_itself(line: Line) -> None:
    missed(line)
    line.advance(timedelta(days=8))
    line.dial(["9#", *REST])
    assert sorted(each["outcome"] for each in line.conversations()) == ["complete", "unreachable"]


def test_whoever_opted_out_since_is_asked_nothing(line: Line) -> None:
    missed(line)
    line.call("PUT", f"/customers/c-{ANA}/opt-out")
    phone = line.dial(["9#"])
    assert [each["text"] for each in phone.transcript] == ["Thank you. Goodbye."]
