"""The golden conversations by telephone: what a caller can do in a call ends as on every other channel.

A caller presses keys, speaks, leaves a recording, stays silent. Scenarios whose acts need more than a call (a text
after the end, a picture, days between two answers, a supervisor) are other channels' business, or have tests of their
own here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from common.store.schema import calls, customers
from tests.scenarios.script import Scenario, load_all
from tests.voice.line import ANA, NUMBER, PUBLIC, Line

SCENARIOS = load_all()


def can_be_called(scenario: Scenario) -> bool:
    """True if every act is one of a caller, and none comes after the end."""
    state = "new"
    for act in scenario.script:
        is_over = state == "closed"
        if (
            is_over
            or not act.keys() & {"start", "say", "tap", "silence", "send"}
            or "carrier" in act
            or "illegal" in act
        ):
            return False
        if "say" in act and not act["say"].strip():
            return False
        if act.get("send") not in (None, "recording"):
            return False
        if "tap" in act and (act["question"] != state or (act["tap"] == "skip" and state != "aspect")):
            return False
        state = act["turns"][-1]["state"] if act["turns"] else state
    return scenario.script[0].keys() & {"start"} != set()


PLAYED = [scenario for scenario in SCENARIOS if can_be_called(scenario)]


def test_a_good_part_of_all_conversations_can_be_had_by_telephone() -> None:
    assert len(PLAYED) >= 25


def test_every_golden_conversation_of_a_caller_ends_the_same(line: Line) -> None:
    wrong = []
    for number, scenario in enumerate(PLAYED):
        shown = played(line, scenario, f"+3164{number:07d}")
        golden = scenario.body["final"]
        for name in ("state", "outcome", "score", "band", "reason", "aspect"):
            if shown[name] != golden[name]:
                wrong.append(f"{scenario.name}: {name} is {shown[name]!r}, not {golden[name]!r}")
        if shown["tickets"] != golden["tickets"] or shown["opted_out"] != golden["opted_out"]:
            wrong.append(f"{scenario.name}: {shown['tickets']}, opted out {shown['opted_out']}")
    assert wrong == [], "\n".join(["", *wrong])


def played(line: Line, scenario: Scenario, phone: str) -> Mapping[str, Any]:
    """What the outside sees when the caller has done everything the script says."""
    body = {name: value for name, value in scenario.body["survey"].items() if value is not None}
    labels = {f"choice.{option.key}": option.label for option in scenario.options}
    line.survey(scenario.name, **body, wording={scenario.locale: labels})
    ref = f"golden-{scenario.name}"
    customer = {"locale": scenario.locale}
    answer = line.interaction(ref, phone=phone, customer=customer, survey=scenario.name)
    assert answer["decision"] == "invite", answer
    params = line.params(line.sid(), phone, NUMBER, "inbound")
    heard = line.post(f"{PUBLIC}/webhooks/voice?interaction={ref}", params)
    question = scenario.survey.question("aspect")
    choices = question.choices if question else ()
    for act in scenario.script[1:]:
        (call,) = line.rows(calls, call_sid=params["CallSid"])
        fields = pressed(act, choices, line)
        heard = line.post(f"{PUBLIC}/webhooks/voice/step?step={call['step']}", params | fields)
        assert heard.status == 200
    (call,) = line.rows(calls, call_sid=params["CallSid"])
    shown = dict(line.call("GET", f"/conversations/{call['conversation_id']}").json)
    (person,) = line.rows(customers, id=call["customer_id"])
    tickets = [line.call("GET", f"/tickets/{shown['ticket_id']}").json["reason"]] if shown["ticket_id"] else []
    return shown | {"tickets": tickets, "opted_out": person["opted_out_at"] is not None}


def pressed(act: Mapping[str, Any], choices: tuple[str, ...], line: Line) -> dict[str, str]:
    """What Twilio tells of this act."""
    if "say" in act:
        return {"SpeechResult": act["say"], "Confidence": "0.9"}
    if "send" in act:
        return {"RecordingSid": f"RE{next(line.numbers):032x}", "RecordingDuration": "4", "Digits": "#"}
    if "silence" in act:
        return {"msg": "Gather End"}
    key = act["tap"]
    if act["question"] == "aspect":
        digits = "#" if key == "skip" else str(choices.index(key) + 1) if key in choices else "8"
        return {"Digits": digits}
    return {"Digits": key, "FinishedOnKey": "#"}


@pytest.mark.parametrize("locale", ["nl", "ar", "ja", "zh"])
def test_a_whole_call_in_another_language(line: Line, locale: str) -> None:
    line.interaction("call-1", customer={"locale": locale})
    phone = line.dial(
        ["2#", {"speak": "x", "for_s": 3, "end": "#"}, "1"], url="/webhooks/voice?interaction=call-1", caller=ANA
    )
    assert line.conversation()["outcome"] == "complete"
    assert {each["language"] for each in phone.transcript if each["language"]} == {
        {"nl": "nl-NL", "ar": "ar-AE", "ja": "ja-JP", "zh": "cmn-CN"}[locale]
    }
