"""Twilio's Calls API and the customers' telephones, by Twilio's own SDK; and TwiML as strictly as its documents."""

from __future__ import annotations

from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator

from sandbox.phone import Phone
from sandbox.phone_script import play
from sandbox.voice_twiml import BadTwiml, read_twiml
from tests.sandbox.running import ANA, NUMBER, TOKEN, Box, Call, Product, eventually

GATHER = (
    '<Gather action="/next" numDigits="2" timeout="2" finishOnKey="#" actionOnEmptyResult="{empty}">'
    '<Say>How likely?</Say><Pause length="5"/></Gather><Say>Nothing came.</Say>'
)
HANG_UP = "<Response><Hangup/></Response>"


def says(product: Product, *documents: str) -> None:
    """Answer the requests of calls with these documents, one after the other, and everything else with nothing."""
    waiting = list(documents)

    def answer(call: Call) -> tuple[int, str, str]:
        if call.path.startswith("/webhooks/voice/status") or not waiting:
            return 200, "text/xml", "<Response/>"
        return 200, "text/xml", waiting.pop(0)

    product.answer = answer


def requests_of(product: Product, path: str) -> list[Call]:
    return [call for call in product.calls if call.path.split("?")[0] == path]


def place(box: Box, product: Product, **more: Any) -> str:
    """A call as the product places it; its sid."""
    url = f"{product.url}/webhooks/voice/answered?ref=1"
    call = box.client().calls.create(
        to=ANA,
        from_=NUMBER,
        url=url,
        status_callback=f"{product.url}/webhooks/voice/status?ref=1",
        status_callback_event=["initiated", "ringing", "answered", "completed"],
        **more,
    )
    assert call.status == "queued"
    return str(call.sid)


def answers(box: Box, how: str, script: list[Any] | None = None) -> None:
    box.call("POST", f"/_sandbox/handsets/{ANA}/telephone", {"answers": how, "script": script or []})


def test_a_person_picks_up_and_presses_keys(box: Box, product: Product) -> None:
    says(product, f"<Response>{GATHER.format(empty='true')}</Response>", HANG_UP)
    answers(box, "human", ["9#"])
    sid = place(box, product, machine_detection="Enable")
    eventually(lambda: box.client().calls(sid).fetch().status == "completed")
    (first,) = requests_of(product, "/webhooks/voice/answered")
    assert (first.params["AnsweredBy"], first.params["Direction"]) == ("human", "outbound-api")
    (second,) = requests_of(product, "/next")
    assert second.params["Digits"] == "9"
    for call in (first, second):
        signature = call.headers.get("X-Twilio-Signature") or call.headers["x-twilio-signature"]
        assert RequestValidator(TOKEN).validate(product.url + call.path, call.params, signature)
    statuses = eventually(lambda: len(requests_of(product, "/webhooks/voice/status")) == 4) and [
        call.params["CallStatus"] for call in requests_of(product, "/webhooks/voice/status")
    ]
    assert sorted(statuses) == ["completed", "in-progress", "initiated", "ringing"]


@pytest.mark.parametrize(("how", "status"), [("busy", "busy"), ("no-answer", "no-answer"), ("failed", "failed")])
def test_a_telephone_that_is_not_answered(box: Box, product: Product, how: str, status: str) -> None:
    answers(box, how)
    sid = place(box, product)
    eventually(lambda: box.client().calls(sid).fetch().status == status)
    assert requests_of(product, "/webhooks/voice/answered") == []


def test_a_machine_is_told_of_before_the_first_word(box: Box, product: Product) -> None:
    says(product, HANG_UP)
    answers(box, "machine")
    sid = place(box, product, machine_detection="Enable")
    eventually(lambda: box.client().calls(sid).fetch().status == "completed")
    (first,) = requests_of(product, "/webhooks/voice/answered")
    assert first.params["AnsweredBy"] == "machine_start"
    assert box.client().calls(sid).fetch().answered_by == "machine_start"


def test_calls_are_found_by_both_numbers(box: Box, product: Product) -> None:
    answers(box, "busy")
    sid = place(box, product)
    assert [call.sid for call in box.client().calls.list(to=ANA, from_=NUMBER)] == [sid]
    assert box.client().calls.list(to="+31600000000") == []


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"to": "12345"}, 21211),
        ({"from_": "+31600000009"}, 21210),
        ({"timeout": 9999}, 20001),
        ({"machine_detection": "Perhaps"}, 20001),
        ({"status_callback_event": ["sometimes"]}, 21626),
    ],
)
def test_what_twilio_would_not_take(box: Box, product: Product, wish: dict[str, Any], code: int) -> None:
    given = {"to": ANA, "from_": NUMBER, "url": f"{product.url}/x"} | wish
    with pytest.raises(TwilioRestException) as refusal:
        box.client().calls.create(**given)
    assert refusal.value.code == code


def test_a_customer_rings_and_the_whole_call_is_through(box: Box, product: Product) -> None:
    says(product, f"<Response>{GATHER.format(empty='true')}</Response>", HANG_UP)
    done = box.call("POST", f"/_sandbox/handsets/{ANA}/call", {"script": ["10"], "query": "survey=support"})
    assert done["status"] == "completed"
    (first,) = requests_of(product, "/webhooks/voice")
    assert (first.path, first.params["From"], first.params["To"]) == ("/webhooks/voice?survey=support", ANA, NUMBER)
    assert [line["text"] for line in done["lines"]] == ["How likely?", "[1]", "[0]"]


def test_a_call_on_the_page_takes_keys_until_it_is_hung_up(box: Box, product: Product) -> None:
    says(
        product,
        f"<Response>{GATHER.format(empty='true')}</Response>",
        f"<Response>{GATHER.format(empty='true')}</Response>",
    )
    sid = box.call("POST", f"/_sandbox/handsets/{ANA}/call", {})["sid"]
    for key in "9#":
        box.call("POST", f"/_sandbox/calls/{sid}/press", {"key": key})
    assert eventually(lambda: requests_of(product, "/next"))[0].params["Digits"] == "9"
    box.call("POST", f"/_sandbox/calls/{sid}/hang-up", {})
    eventually(lambda: box.call("GET", f"/_sandbox/calls/{sid}")["status"] == "completed")


def test_a_document_that_is_none_ends_the_call_with_an_alert(box: Box, product: Product) -> None:
    says(product, "<Response><Say>unclosed</Response>")
    done = box.call("POST", f"/_sandbox/handsets/{ANA}/call", {"script": []})
    assert "application error" in done["lines"][-1]["text"]
    assert [each["code"] for each in box.ledger("alert")] == [12100]


# --- the phone by itself ----------------------------------------------------------------------------------------------


class Said:
    """What a product answers: documents in turn; it remembers what it was asked."""

    status = 200
    content_type = "text/xml"

    def __init__(self, *documents: str) -> None:
        self.documents = list(documents)
        self.asked: list[dict[str, str]] = []
        self.body = b""

    def __call__(self, _url: str, params: Any) -> Said:
        self.asked.append(dict(params))
        self.body = (self.documents.pop(0) if self.documents else HANG_UP).encode()
        return self


def heard(document: str, script: list[Any], *more: str) -> tuple[Phone, Said]:
    said = Said(f"<Response>{document}</Response>", *more)
    phone = Phone(said, {"CallSid": "CA1", "CallStatus": "in-progress"})
    phone.start("http://product/voice")
    play(phone, script)
    return phone, said


@pytest.mark.parametrize(
    ("keys", "digits", "at"),
    [
        ("9", "9", 3.0),
        ("9#", "9", 1.4),
        ("10", "10", 1.4),
        ({"keys": "10", "gap": 1.8}, "10", 2.8),
        ({"keys": "10", "gap": 2.5}, "1", 3.0),
        (None, None, 7.715),
        ("#", None, 1.0),
    ],
)
def test_a_gather_ends_when_twilio_says(keys: Any, digits: str | None, at: float) -> None:
    phone, said = heard(GATHER.format(empty="true"), [keys])
    assert said.asked[1].get("Digits") == digits
    assert phone.now == pytest.approx(at, abs=0.6)


def test_without_input_the_document_goes_on() -> None:
    phone, said = heard(GATHER.format(empty="false"), [])
    assert len(said.asked) == 1
    assert (phone.transcript[-1]["text"], phone.ending) == ("Nothing came.", "end of document")


def test_a_record_that_hears_nothing_asks_nobody() -> None:
    phone, said = heard('<Record action="/done" timeout="4"/><Say>Quiet.</Say>', [])
    assert len(said.asked) == 1
    assert phone.transcript[-1]["text"] == "Quiet."


def test_a_record_ends_by_key_by_silence_by_length_and_by_hanging_up() -> None:
    record = '<Record action="/done" timeout="4" maxLength="10" finishOnKey="#"/>'
    for script, key, duration in (
        ([{"speak": "x", "for_s": 3, "end": "#"}], "#", "3"),
        ([{"speak": "x", "for_s": 3}], "", "3"),
        ([{"speak": "x", "for_s": 60}], "", "10"),
        ([{"speak": "x", "for_s": 60, "hang_up": 6}], "hangup", "4"),
    ):
        _, said = heard(record, script)
        assert said.asked[1]["Digits"] == key
        assert abs(int(said.asked[1]["RecordingDuration"]) - int(duration)) <= 1


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("<Response><Play>x", 12100),
        ("<Reply/>", 12102),
        ("<Response><Gather><Dial>+31</Dial></Gather></Response>", 12200),
        ('<Response><Gather bogusAttr="x"/></Response>', 12200),
        ('<Response><Gather numDigits="many"/></Response>', 12200),
        ('<Response><Dial callerId="me"/></Response>', 13214),
        ("<Response>words</Response>", 12200),
        ("<Response><Say></Say></Response>", 12200),
        ("<!DOCTYPE x><Response/>", 12100),
    ],
)
def test_what_is_no_twiml_is_named(document: str, code: int) -> None:
    with pytest.raises(BadTwiml) as fault:
        read_twiml(document.encode(), "text/xml")
    assert fault.value.code == code


def test_twiml_needs_its_content_type() -> None:
    with pytest.raises(BadTwiml):
        read_twiml(b"<Response/>", "application/json")
