"""Calls that we place: a person, a machine, a busy line, nobody; and what is lost on the way."""

from __future__ import annotations

from datetime import timedelta

import pytest

from common import clock
from common.store.schema import calls, invitations, outbox
from sandbox.phone_script import Entry
from tests.channels.provider import Answer, Asked
from tests.voice.line import ANA, NUMBER, PUBLIC, Line

ALL: list[Entry] = ["9#", {"speak": "Quick", "for_s": 3, "end": "#"}, "2"]
HOUR = timedelta(hours=1)


def placed(line: Line) -> Line:
    """A line on which one call has been placed."""
    assert line.interaction()["decision"] == "invite"
    assert line.dispatch() == 1
    return line


def test_the_call_is_asked_for_as_twilio_documents_it(line: Line) -> None:
    wish = placed(line).placed[0]
    assert (wish["To"], wish["From"], wish["MachineDetection"]) == (ANA, NUMBER, "Enable")
    assert wish["Url"].startswith(f"{PUBLIC}/webhooks/voice/answered?ref=out_")
    assert wish["StatusCallback"].startswith(f"{PUBLIC}/webhooks/voice/status?ref=out_")
    assert (wish["Timeout"], wish["TimeLimit"]) == ("25", "600")
    assert "AsyncAmd" not in wish, "then our words would begin before Twilio knows who is there"


def test_a_person_answers_the_survey(line: Line) -> None:
    phone = placed(line).ring(ALL)
    assert phone.transcript[0]["text"].startswith("Hello, this is Acme")
    assert "star twice" in phone.transcript[0]["text"]
    shown = line.conversation()
    assert (shown["score"], shown["outcome"], shown["interaction_id"]) == (9, "complete", "call-1")
    assert shown["messages"][0]["delivery"] == "delivered"
    (invitation,) = line.rows(invitations)
    assert invitation["status"] == "answered"
    line.advance(timedelta(hours=3))
    assert line.dispatch() == 0


def test_a_person_who_hangs_up_is_left_in_peace(line: Line) -> None:
    placed(line).ring([{"hang_up": 2}])
    assert line.conversation()["outcome"] == "no_answer"
    line.advance(timedelta(hours=3))
    assert line.dispatch() == 0
    (invitation,) = line.rows(invitations)
    assert invitation["status"] == "expired"


@pytest.mark.parametrize("who", ["machine_start", "fax"])
def test_a_machine_is_told_nothing_and_not_rung_again(line: Line, who: str) -> None:
    phone = placed(line).ring(answered_by=who)
    assert (phone.transcript, phone.ending) == ([], "hung up")
    assert line.conversation()["outcome"] == "unreachable"
    line.advance(timedelta(hours=3))
    assert line.dispatch() == 0
    (invitation,) = line.rows(invitations)
    assert invitation["status"] == "undeliverable"


def test_a_machine_of_whose_end_no_callback_told_is_found_out(line: Line) -> None:
    placed(line).ring(answered_by="machine_start", tells_status=False)
    line.states[line.placed[0]["sid"]] = {"status": "completed", "answered_by": "machine_start"}
    line.advance(timedelta(minutes=16))
    assert line.keeper.ask_for_news() == 1
    assert line.conversation()["outcome"] == "unreachable"


@pytest.mark.parametrize("status", ["busy", "no-answer", "failed"])
def test_nobody_is_rung_once_more_an_hour_later_and_then_no_more(line: Line, status: str) -> None:
    placed(line).tell("ringing")
    line.tell(status)
    assert line.dispatch() == 0
    line.advance(timedelta(minutes=59))
    assert line.dispatch() == 0
    line.advance(timedelta(minutes=2))
    assert line.dispatch() == 1
    assert line.conversation()["state"] == "score"
    line.tell(status)
    assert (line.conversation()["state"], line.conversation()["outcome"]) == ("closed", "unreachable")
    line.advance(timedelta(hours=5))
    assert line.dispatch() == 0
    assert len(line.placed) == 2
    assert len(line.rows(invitations)) == 1, "one place in the fatigue limit, however often it rings"


def test_the_second_call_can_be_answered(line: Line) -> None:
    placed(line).tell("busy")
    line.advance(HOUR)
    assert line.dispatch() == 1
    line.ring(ALL)
    assert line.conversation()["outcome"] == "complete"
    assert [row["status"] for row in line.rows(calls)] == ["busy", "completed"]


def test_a_missed_call_that_is_returned_is_that_survey(line: Line) -> None:
    placed(line).tell("no-answer")
    line.dial(ALL)
    assert (line.conversation()["interaction_id"], line.conversation()["outcome"]) == ("call-1", "complete")
    line.advance(timedelta(hours=2))
    assert line.dispatch() == 0


def test_a_number_that_does_not_exist_is_not_rung_again(line: Line) -> None:
    placed(line).tell("failed", SipResponseCode="404")
    assert line.conversation()["outcome"] == "unreachable"


def test_the_second_call_waits_for_the_end_of_quiet_hours(line: Line) -> None:
    now = clock.now()
    hours = [f"{now + timedelta(minutes=30):%H:%M}", f"{now + timedelta(hours=5):%H:%M}"]
    line.survey(quiet_hours=hours)
    placed(line).tell("busy")
    line.advance(HOUR)
    assert line.dispatch() == 0
    line.advance(timedelta(hours=2))
    assert line.dispatch() == 0
    line.advance(timedelta(hours=2, minutes=1))
    assert line.dispatch() == 1


def test_there_is_no_second_call_after_the_window(line: Line) -> None:
    line.survey(latest_after_s=3000)
    placed(line).tell("busy")
    line.advance(HOUR)
    assert line.dispatch() == 0
    assert line.conversation()["state"] == "closed"


def test_an_opt_out_between_the_calls_ends_it(line: Line) -> None:
    placed(line).tell("busy")
    line.call("PUT", f"/customers/c-{ANA}/opt-out")
    line.advance(HOUR)
    assert line.dispatch() == 0
    assert line.conversation()["outcome"] == "refused"


def test_news_in_any_order_and_twice_is_the_same(line: Line) -> None:
    placed(line)
    for status in ("completed", "ringing", "completed", "initiated", "busy"):
        assert line.tell(status, AnsweredBy="machine_start").status == 200
    assert line.conversation()["outcome"] == "unreachable"
    (call,) = line.rows(calls)
    assert call["status"] == "completed"


def test_a_call_whose_creation_got_no_answer_is_looked_up_and_not_placed_twice(line: Line) -> None:
    usual = line.provider.answer

    def cuts_once(asked: Asked) -> Answer:
        answer = usual(asked)
        if asked.method == "POST" and len(line.placed) == 1 and asked.path.endswith("/Calls.json"):
            line.provider.answer = usual
            return Answer(fault="cut")
        return answer

    line.provider.answer = cuts_once
    line.interaction()
    line.dispatch()
    (row,) = line.rows(outbox)
    assert row["state"] == "unknown"
    line.advance(timedelta(seconds=5))
    line.dispatch()
    (row,) = line.rows(outbox)
    assert (row["state"], row["provider_id"]) == ("sent", line.placed[0]["sid"])
    assert len(line.placed) == 1


def test_a_customer_who_picks_up_settles_a_call_of_unknown_fate(line: Line) -> None:
    usual = line.provider.answer

    def cuts(asked: Asked) -> Answer:
        answer = usual(asked)
        return Answer(fault="cut") if asked.path.endswith("/Calls.json") and asked.method == "POST" else answer

    line.provider.answer = cuts
    line.interaction()
    line.dispatch()
    line.ring(ALL)
    (row,) = line.rows(outbox, step=1)
    assert row["state"] == "sent"
    assert line.conversation()["outcome"] == "complete"


def test_an_inbound_call_that_no_callback_ended_is_asked_about(line: Line) -> None:
    phone = line.dial(["4#", {"hang_up": 1}], tells_status=False)
    line.advance(timedelta(minutes=14))
    assert line.keeper.ask_for_news() == 0
    line.states[phone.sid] = {"status": "completed"}
    line.advance(timedelta(minutes=2))
    assert line.keeper.ask_for_news() == 1
    assert line.conversation()["outcome"] == "partial"
    line.advance(timedelta(minutes=20))
    assert line.keeper.ask_for_news() == 0


def test_a_call_that_never_reached_us_is_placed_once_more(line: Line) -> None:
    placed(line).tell("in-progress")
    line.tell("completed")
    assert line.conversation()["state"] == "score", "our words were never fetched"
    line.advance(HOUR)
    assert line.dispatch() == 1


def test_a_reminder_rings_nobody(line: Line) -> None:
    line.survey(reminder_after_s=600)
    placed(line).tell("busy")
    line.advance(timedelta(minutes=20))
    assert line.dispatch() == 0
    assert line.conversation()["state"] == "score"
