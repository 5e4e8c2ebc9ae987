"""A customer's phone: texts to the webhook, the carrier's keywords, replies in TwiML."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator

from tests.sandbox.running import (
    ACCOUNT,
    ANA,
    NUMBER,
    SECOND_NUMBER,
    SERVICE,
    TOKEN,
    Box,
    Product,
    eventually,
    running,
)

STOP_WORDS = ["STOP", "stop", "StopAll", "UNSUBSCRIBE", "cancel", "END", "quit", "Revoke", "OPTOUT", "  stop\n"]
NOT_STOP = ["STOP please", "stop.", "don't stop", "ending", "10", "stop it, I love it", "STOP STOP"]


def authors(box: Box, number: str = ANA) -> list[str]:
    return [entry["author"] for entry in box.inbox(number)]


def test_a_text_comes_to_the_webhook_with_all_of_twilios_parameters(box: Box, product: Product) -> None:
    answer = box.text("4, waited an hour ☹")
    (call,) = product.texts()
    sid = call.params["MessageSid"]
    assert re.fullmatch(r"SM[0-9a-f]{32}", sid)
    assert call.params == {
        "ToCountry": "US",
        "ToState": "CA",
        "SmsMessageSid": sid,
        "NumMedia": "0",
        "ToCity": "OAKLAND",
        "FromZip": "",
        "SmsSid": sid,
        "FromState": "",
        "SmsStatus": "received",
        "FromCity": "",
        "Body": "4, waited an hour ☹",
        "FromCountry": "NL",
        "To": NUMBER,
        "MessagingServiceSid": SERVICE,
        "ToZip": "94612",
        "NumSegments": "1",
        "MessageSid": sid,
        "AccountSid": ACCOUNT,
        "From": ANA,
        "ApiVersion": "2010-04-01",
    }
    validator = RequestValidator(TOKEN)
    assert validator.validate(f"{product.url}/webhooks/sms", call.params, call.headers["X-Twilio-Signature"])
    assert not validator.validate(
        f"{product.url}/webhooks/sms", call.params | {"Body": "9"}, call.headers["X-Twilio-Signature"]
    )
    assert call.headers["User-Agent"] == "TwilioProxy/1.1"
    assert re.fullmatch(r"[0-9a-f-]{36}", call.headers["I-Twilio-Idempotency-Token"])
    assert (answer["sid"], answer["webhook"]) == (sid, "acknowledged")
    assert [attempt["status"] for attempt in answer["webhooks"]] == [200]
    assert box.inbox()[-1]["webhook"] == "acknowledged"


@pytest.mark.parametrize("body", ["0", "😀" * 40, "a b  c", "=+%&;é\n2", "<b>&amp;", "\u202eabc", "\x00"])
def test_any_text_arrives_signed_and_unchanged(box: Box, product: Product, body: str) -> None:
    box.text(body)
    (call,) = product.texts()
    assert call.params["Body"] == body
    assert RequestValidator(TOKEN).validate(
        f"{product.url}/webhooks/sms", call.params, call.headers["X-Twilio-Signature"]
    )


def test_half_a_surrogate_pair_is_replaced(box: Box, product: Product) -> None:
    box.call("POST", f"/_sandbox/handsets/{ANA}/text", '{"body": "x\\ud83d"}', {"Content-Type": "application/json"})
    assert product.texts()[0].params["Body"] == "x\ufffd"


@pytest.mark.parametrize("word", STOP_WORDS)
def test_stop_blocks_the_sender_and_is_forwarded(box: Box, product: Product, word: str) -> None:
    answer = box.text(word)
    assert answer["keyword"] == "STOP"
    assert authors(box) == ["customer", "carrier"]
    assert "unsubscribed" in box.inbox()[-1]["body"]
    assert product.texts()[0].params["Body"] == word
    assert "OptOutType" not in product.texts()[0].params
    for sender in ({"from_": NUMBER}, {"messaging_service_sid": SERVICE}):
        with pytest.raises(TwilioRestException) as refused:
            box.send(**sender)
        assert (refused.value.status, refused.value.code) == (400, 21610)
    box.send(from_=SECOND_NUMBER)  # another number, without the service: another pair
    box.send(to="+31600000002")  # another customer


@pytest.mark.parametrize("text", NOT_STOP)
def test_what_is_not_the_word_alone_is_left_to_the_product(box: Box, text: str) -> None:
    assert box.text(text)["keyword"] is None
    assert authors(box) == ["customer"]
    box.send()


def test_a_second_stop_gets_no_second_confirmation(box: Box, product: Product) -> None:
    box.text("STOP")
    box.text("stop")
    assert authors(box) == ["customer", "carrier", "customer"]
    assert len(product.texts()) == 2


@pytest.mark.parametrize("word", ["START", "yes", "Unstop"])
def test_start_takes_the_block_away(box: Box, word: str) -> None:
    box.text("STOP")
    assert box.call("GET", f"/_sandbox/handsets/{ANA}")["blocked"] == [NUMBER, SERVICE]
    assert box.text(word)["keyword"] == "START"
    assert "re-subscribed" in box.inbox()[-1]["body"]
    assert box.call("GET", f"/_sandbox/handsets/{ANA}")["blocked"] == []
    sid = box.send().sid
    eventually(lambda: box.arrived(sid))


@pytest.mark.parametrize("word", ["HELP", "info"])
def test_help_is_answered_and_blocks_nothing(box: Box, word: str) -> None:
    assert box.text(word)["keyword"] == "HELP"
    assert authors(box) == ["customer", "carrier"]
    box.send()


def test_a_stop_overtakes_a_message_under_way(product: Product, tmp_path: Path) -> None:
    with running(tmp_path, product, "--status-step", "0.3") as slow:
        sid = slow.send(status_callback=f"{product.url}/webhooks/sms/status").sid
        slow.text("STOP")
        ended = eventually(lambda: (m := slow.client().messages(sid).fetch()).status == "failed" and m)
        assert ended.error_code == 21610
        assert not slow.arrived(sid)
        eventually(lambda: product.statuses(sid) == ["queued", "failed"])
        assert (
            next(c for c in product.calls if c.params.get("MessageStatus") == "failed").params["ErrorCode"] == "21610"
        )


def test_advanced_opt_out_names_the_keyword(product: Product, tmp_path: Path) -> None:
    with running(tmp_path, product, "--advanced-opt-out") as box:
        for text in ("STOP", "START", "info", "7"):
            box.text(text)
    assert [call.params.get("OptOutType") for call in product.texts()] == ["STOP", "START", "HELP", None]


def test_a_text_goes_to_the_number_that_wrote_last(box: Box, product: Product) -> None:
    sid = box.send(from_=SECOND_NUMBER).sid
    eventually(lambda: box.arrived(sid))
    box.text("8")
    box.text("8", to=NUMBER)
    assert [call.params["To"] for call in product.texts()] == [SECOND_NUMBER, NUMBER]


@pytest.mark.parametrize(
    ("kind", "answer", "bodies"),
    [
        ("text/xml", "<Response><Message>Thank you &amp; bye</Message></Response>", ["Thank you & bye"]),
        ("application/xml; charset=utf-8", "<Response><Message><Body>Ta</Body></Message></Response>", ["Ta"]),
        ("text/xml", "<Response><Message>a</Message><Message>b</Message></Response>", ["a", "b"]),
        ("text/plain", "plain", ["plain"]),
        ("text/xml", '<?xml version="1.0" encoding="UTF-8"?><Response />', []),
        ("text/xml", "", []),
        ("application/json", "", []),
    ],
)
def test_a_reply_in_the_answer_reaches_the_phone(
    box: Box, product: Product, kind: str, answer: str, bodies: list[str]
) -> None:
    product.answer = lambda _call: (200, kind, answer)
    box.text("9")
    eventually(lambda: len(box.inbox()) == 1 + len(bodies))
    assert sorted(entry["body"] for entry in box.inbox()[1:]) == bodies
    listed = box.client().messages.list(to=ANA)
    assert {message.direction for message in listed} <= {"outbound-reply"}
    assert len(listed) == len(bodies)
    assert box.ledger("alert") == []


@pytest.mark.parametrize(
    ("kind", "answer", "code"),
    [
        ("text/xml", "<Response><Message>", 12100),
        ("text/xml", "<Nope/>", 12100),
        ("text/xml", "<!DOCTYPE x [<!ENTITY a 'b'>]><Response/>", 12100),
        ("application/json", "{}", 12300),
        ("text/xml", "<Response><Say>hello</Say></Response>", 12200),
        ("text/xml", "<Response><Message bogus='1'>x</Message></Response>", 12200),
        ("text/xml", "<Response>text</Response>", 12200),
        ("text/xml", "<Response><Message/></Response>", 14103),
        ("text/xml", "<Response/>" + " " * 70_000, 11750),
    ],
)
def test_a_bad_answer_is_an_alert_and_reaches_nobody(
    box: Box, product: Product, kind: str, answer: str, code: int
) -> None:
    product.answer = lambda _call: (200, kind, answer)
    assert box.text("9")["webhook"] == "acknowledged"
    eventually(lambda: [line["code"] for line in box.ledger("alert")] == [code])
    assert authors(box) == ["customer"]


def test_a_reply_to_someone_who_stopped_is_dropped(box: Box, product: Product) -> None:
    product.answer = lambda _call: (200, "text/xml", "<Response><Message>But why?</Message></Response>")
    box.text("STOP")
    eventually(lambda: [line["code"] for line in box.ledger("alert")] == [21610])
    assert authors(box) == ["customer", "carrier"]


def test_phones_are_listed_with_their_names(box: Box) -> None:
    box.text("hello", number="+447700900123")
    box.call("POST", f"/_sandbox/handsets/{ANA}", {"name": "Ana"})
    listed = box.call("GET", "/_sandbox/handsets")["data"]
    assert [(phone["number"], phone["name"], phone["messages"]) for phone in listed] == [
        (ANA, "Ana", 0),
        ("+447700900123", None, 1),
    ]


def test_a_number_may_be_written_as_people_write_it(box: Box) -> None:
    box.text("hello", number="31%20612-345-678")
    assert authors(box) == ["customer"]


def test_links_to_the_hosted_chat_are_found(box: Box) -> None:
    link = "https://acme.example/s/eyJ0.abc-_~1"
    sid = box.send(body=f"Tell us: {link}, please").sid
    eventually(lambda: box.arrived(sid))
    box.call("POST", "/_sandbox/webchat", {"name": "Bo", "url": "http://127.0.0.1:8000/s/t2"})
    links = box.call("GET", "/_sandbox/webchat")["data"]
    assert [(entry["name"], entry["url"]) for entry in links] == [("Bo", "http://127.0.0.1:8000/s/t2"), (ANA, link)]
