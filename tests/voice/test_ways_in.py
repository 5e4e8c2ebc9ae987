"""How a call reaches the survey, and which conversation it is about."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from common.store.schema import calls, conversations, customers, invitations
from sandbox.phone_script import Entry
from tests.voice.line import ANA, Line

ALL: list[Entry] = ["9#", {"speak": "Quick", "for_s": 3, "end": "#"}, "2"]
WAITING = {"send_after_s": 5400}


def test_a_plain_call_to_the_number_is_a_conversation_of_its_own(line: Line) -> None:
    line.dial(ALL)
    line.dial(["3#", {"hang_up": 1}])
    first, second = sorted(line.conversations(), key=lambda each: each["id"])
    assert (first["score"], first["outcome"]) == (9, "complete")
    assert (second["score"], second["outcome"]) == (3, "partial")
    assert first["customer_id"] == second["customer_id"]
    assert len(line.rows(customers)) == 1
    assert [each["status"] for each in line.rows(invitations)] == ["answered", "answered"]


def test_the_same_call_after_an_agents_hang_up(line: Line) -> None:
    over = {"DialCallStatus": "completed", "DialCallSid": "CA" + "9" * 32, "DialCallDuration": "300"}
    line.dial(ALL, url="/webhooks/voice?survey=support", extra=over)
    shown = line.conversation()
    assert (shown["survey"]["key"], shown["score"], shown["outcome"]) == ("support", 9, "complete")


def test_after_an_agents_hang_up_the_fatigue_limit_counts(line: Line) -> None:
    line.survey(fatigue_days=60)
    over = {"DialCallStatus": "completed"}
    line.dial(ALL, extra=over)
    phone = line.dial(ALL, extra=over)
    assert [each["text"] for each in phone.transcript] == ["Thank you. Goodbye."]
    assert len(line.rows(conversations)) == 1
    line.dial(ALL)  # whoever rings the survey wants to answer it
    assert len(line.rows(conversations)) == 2


def test_a_transfer_joins_the_invitation_that_waits(line: Line) -> None:
    line.survey(**WAITING)
    waiting = line.interaction("call-81723")["invitation"]
    assert waiting["status"] == "scheduled"
    line.dial(ALL, url="/webhooks/voice?interaction=call-81723", caller="+31201234567")
    shown = line.conversation()
    assert (shown["interaction_id"], shown["invitation_id"]) == ("call-81723", waiting["id"])
    assert (shown["score"], shown["outcome"], shown["aspect"]) == (9, "complete", "expertise")
    line.advance(timedelta(hours=2))
    assert line.dispatch() == 0, "who was asked in the call is not rung any more"


def test_a_second_transfer_of_the_same_interaction_goes_on_or_ends(line: Line) -> None:
    line.survey(**WAITING)
    line.interaction("call-1")
    url = "/webhooks/voice?interaction=call-1"
    line.dial(["9#", {"hang_up": 1}], url=url, tells_status=False)
    line.dial([{"speak": "Quick", "for_s": 3, "end": "#"}, "2"], url=url)
    assert line.conversation()["outcome"] == "complete"
    phone = line.dial(ALL, url=url)
    assert [each["text"] for each in phone.transcript] == ["Thank you. Goodbye."]


@pytest.mark.parametrize("fields", [{"customer": {"consent": False}}, {"outcome": "abandoned"}])
def test_an_interaction_that_is_not_asked_about_is_not_asked_about(line: Line, fields: dict[str, Any]) -> None:
    assert line.interaction("call-1", **fields)["decision"] == "suppress"
    phone = line.dial(ALL, url="/webhooks/voice?interaction=call-1")
    assert len(phone.transcript) == 1
    assert line.rows(conversations) == []


def test_an_interaction_that_nobody_reported_is_this_call(line: Line) -> None:
    line.dial(ALL, url="/webhooks/voice?survey=support&interaction=not-yet-there")
    assert line.conversation()["outcome"] == "complete"


def test_a_call_whose_survey_goes_out_as_a_text_ends_with_thanks(line: Line) -> None:
    line.survey(channels={"voice": "sms"})
    phone = line.dial(ALL, extra={"DialCallStatus": "completed"})
    assert [each["text"] for each in phone.transcript] == ["Thank you. Goodbye."]
    assert line.rows(conversations) == []
    line.dial(ALL)
    assert line.conversation()["outcome"] == "complete", "whoever rings the survey is asked there"


def test_somebody_who_opted_out_is_asked_nothing(line: Line) -> None:
    line.dial(["**", "9"])
    phone = line.dial(ALL)
    assert len(phone.transcript) == 1
    assert len(line.rows(conversations)) == 1


@pytest.mark.parametrize("caller", ["anonymous", "+266696687", "", "Restricted"])
def test_a_withheld_number_can_answer(line: Line, caller: str) -> None:
    line.dial(ALL, caller=caller)
    line.dial(ALL, caller=caller)
    shown = line.conversations()
    assert [each["outcome"] for each in shown] == ["complete", "complete"]
    if caller != "+266696687":
        assert len({each["customer_id"] for each in shown}) == 2


def test_a_caller_who_is_known_stays_that_customer_and_hears_her_language(line: Line) -> None:
    line.survey(**WAITING, fatigue_days=60)
    line.interaction("call-1", customer={"locale": "nl"})
    phone = line.dial(["9#", {"hang_up": 1}])
    assert phone.transcript[0]["text"].startswith("Hoe waarschijnlijk")
    assert line.conversation()["customer_id"] == f"c-{ANA}"
    line.advance(timedelta(hours=2))
    assert line.dispatch() == 0
    (waiting,) = line.rows(invitations, status="suppressed")
    assert waiting["reason"] == "fatigue", "who rang by herself is not rung about the past"


def test_a_survey_that_is_not_there_ends_politely(line: Line) -> None:
    phone = line.dial(ALL, url="/webhooks/voice?survey=nope")
    assert (len(phone.transcript), phone.ending) == (1, "hung up")


def test_without_a_name_the_survey_called_default_is_meant(line: Line) -> None:
    line.survey("default", brand="Zeta")
    phone = line.dial([{"hang_up": 1}])
    assert "Zeta" in phone.transcript[0]["text"]


def test_a_claim_silences_the_bot_in_the_middle_of_a_call(line: Line) -> None:
    phone = line.dial(["2#", {"hang_up": 1}], tells_status=False)
    (ticket,) = line.tickets()
    assert line.call("POST", f"/tickets/{ticket['id']}/claim").status_code == 200
    (call,) = line.rows(calls)
    answer = line.post("/webhooks/voice/step?step=2", line.params(phone.sid, ANA, "+1", "inbound") | {"Digits": "1"})
    assert b"A person from our team will call you back" in answer.body
    assert b"<Hangup" in answer.body
    assert call["awaits"] == "reason"


def test_nobody_can_write_to_a_telephone(line: Line) -> None:
    line.dial(["2#", {"hang_up": 1}])
    (ticket,) = line.tickets()
    line.call("POST", f"/tickets/{ticket['id']}/claim")
    refused = line.call("POST", f"/tickets/{ticket['id']}/reply", {"text": "Sorry", "client_id": "reply-00001"})
    assert (refused.status_code, refused.json["code"]) == (409, "call_instead")
