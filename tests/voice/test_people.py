"""People on the line: an unhappy caller wants somebody now, and a user calls a customer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from common import clock
from common.store.schema import recordings
from sandbox.phone import Person
from sandbox.phone_script import Entry
from tests.voice.line import ANA, DESK, NUMBER, Line

REASON: Entry = {"speak": "I waited an hour", "for_s": 4, "end": "#"}


def test_an_unhappy_caller_talks_to_a_person(desk: Line) -> None:
    phone = desk.dial(["2#", "1"], people={DESK: Person(after_s=3, keys="1", talks_s=60)})
    heard = [each["text"] for each in phone.transcript]
    assert any("talk to someone about this now" in each for each in heard)
    assert any("An unhappy customer wants to talk" in each for each in heard)
    assert phone.now > 60
    shown = desk.conversation()
    assert (shown["state"], shown["score"], shown["outcome"]) == ("closed", 2, "partial")
    assert "spoke_with_person" in [each["name"] for each in shown["events"]]
    (ticket,) = desk.tickets()
    assert (ticket["status"], ticket["reason"]) == ("open", "detractor")


@pytest.mark.parametrize(
    "person",
    [
        pytest.param(Person(after_s=None), id="nobody picks up"),
        pytest.param(Person(after_s=30), id="too late"),
        pytest.param(Person(is_busy=True), id="busy"),
        pytest.param(Person(after_s=3, keys=""), id="a voicemail picks up and presses nothing"),
    ],
)
def test_with_nobody_there_a_message_is_recorded_and_the_ticket_is_a_promise_to_call(
    desk: Line, person: Person
) -> None:
    phone = desk.dial(["2#", "1", REASON, "1"], people={DESK: person})
    assert any("Nobody is free right now" in each["text"] for each in phone.transcript)
    shown = desk.conversation()
    assert (shown["outcome"], shown["reason"], shown["aspect"]) == ("complete", "[recording]", "wait_time")
    (ticket,) = desk.tickets()
    assert (ticket["reason"], ticket["priority"], ticket["status"]) == ("callback", 1, "open")
    assert len(desk.rows(recordings)) == 1


def test_a_caller_who_says_nothing_then_is_called_back_all_the_same(desk: Line) -> None:
    desk.dial(["2#", "1", None, "1"], people={DESK: Person(after_s=None)})
    assert [each["reason"] for each in desk.tickets()] == ["callback"]
    assert desk.conversation()["reason"] is None


def test_whoever_stays_on_the_line_goes_on_with_the_survey(desk: Line) -> None:
    desk.dial(["2#", None, REASON, "1"])
    assert desk.conversation()["outcome"] == "complete"
    assert [each["reason"] for each in desk.tickets()] == ["detractor"]


def test_a_happy_caller_is_offered_nobody(desk: Line) -> None:
    phone = desk.dial(["9#", REASON, "1"])
    assert not any("talk to someone" in each["text"] for each in phone.transcript)
    assert desk.conversation()["outcome"] == "complete"


def test_without_people_nobody_is_offered(line: Line) -> None:
    phone = line.dial(["2#", REASON, "1"])
    assert not any("talk to someone" in each["text"] for each in phone.transcript)


# --- a user calls a customer ------------------------------------------------------------------------------------------


def owned_ticket(line: Line) -> str:
    """The id of a detractor's ticket that our key owns."""
    line.dial(["2#", {"hang_up": 1}])
    (ticket,) = line.tickets()
    assert line.call("POST", f"/tickets/{ticket['id']}/claim").status_code == 200
    return str(ticket["id"])


def test_the_user_is_rung_first_and_then_the_customer(line: Line) -> None:
    ticket = owned_ticket(line)
    answer = line.call("POST", f"/tickets/{ticket}/call", {"number": "+31 20 999 0000"})
    assert answer.status_code == 200, answer.text
    assert line.dispatch() == 1
    wish = line.placed[-1]
    assert (wish["To"], wish["From"]) == ("+31209990000", NUMBER)
    assert "MachineDetection" not in wish
    phone = line.ring(["1"])
    heard = [each["text"] for each in phone.transcript]
    assert "You want to call a customer" in heard[0]
    assert f"ringing {ANA}" in heard
    names = [each["name"] for each in line.conversation()["events"]]
    assert names.count("user_calls") == names.count("user_called") == names.count("user_call_ended") == 1


def test_a_voicemail_of_the_user_connects_nobody(line: Line) -> None:
    line.call("POST", f"/tickets/{owned_ticket(line)}/call", {"number": "+31209990000"})
    line.dispatch()
    phone = line.ring()
    assert not any("ringing" in each["text"] for each in phone.transcript)


def test_a_call_needs_a_number_that_can_be_one(line: Line) -> None:
    ticket = owned_ticket(line)
    assert line.call("POST", f"/tickets/{ticket}/call", {"number": "nonsense"}).status_code == 422
    assert line.call("POST", f"/tickets/{ticket}/call").json["code"] == "no_own_number"
    assert line.dispatch() == 0


def test_only_the_owner_may_call(line: Line) -> None:
    line.dial(["2#", {"hang_up": 1}])
    (ticket,) = line.tickets()
    assert line.call("POST", f"/tickets/{ticket['id']}/call", {"number": "+31209990000"}).status_code == 403


def test_nobody_calls_a_customer_who_opted_out(line: Line) -> None:
    ticket = owned_ticket(line)
    line.call("PUT", f"/customers/{line.conversation()['customer_id']}/opt-out")
    refused = line.call("POST", f"/tickets/{ticket}/call", {"number": "+31209990000"})
    assert (refused.status_code, refused.json["code"]) == (409, "opted_out")


def test_nobody_calls_in_quiet_hours(line: Line) -> None:
    now = clock.now()
    hours = [f"{now - timedelta(hours=1):%H:%M}", f"{now + timedelta(hours=3):%H:%M}"]
    line.survey(quiet_hours=hours)
    ticket = owned_ticket(line)
    refused = line.call("POST", f"/tickets/{ticket}/call", {"number": "+31209990000"})
    assert (refused.status_code, refused.json["code"]) == (409, "quiet_hours")
    assert refused.json["callable_at"] > now.isoformat()


def test_an_opt_out_while_the_users_telephone_rings_counts(line: Line) -> None:
    ticket = owned_ticket(line)
    line.call("POST", f"/tickets/{ticket}/call", {"number": "+31209990000"})
    line.dispatch()
    line.call("PUT", f"/customers/{line.conversation()['customer_id']}/opt-out")
    phone = line.ring(["1"])
    assert not any("ringing" in each["text"] for each in phone.transcript)
