"""SMS out: what Twilio is asked, by how many at once, and how a lost answer is looked up."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.sms_text import MAX_TEXT, as_sms
from bots.twilio_http import TwilioHttp
from common.channels import Called, Challenged, Delivery, ProviderSignal, Recounts, SendError, SendErrorCode
from tests.channels.contract import NOW, a_prompt, no_fence
from tests.channels.provider import Answer, Provider
from tests.channels.test_sms import ACCOUNT, ANA, IMPATIENT_S, NUMBER, TOKEN, a_record, an_adapter, an_error, created

SERVICE = "MG" + "34cd" * 8
MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"


def listed(*records: dict[str, Any], at: str = "Sun, 22 Nov 2026 12:00:30 GMT", more: str | None = None) -> Answer:
    page = {"messages": list(records), "next_page_uri": more, "page": 0, "page_size": 1000}
    return Answer(body=json.dumps(page).encode(), headers={"Date": at})


def at(offset_s: int) -> str:
    return (NOW + timedelta(seconds=offset_s)).strftime("%a, %d %b %Y %H:%M:%S +0000")


# --- what is asked ----------------------------------------------------------------------------------------------------


def test_the_create_call_as_twilio_sees_it(provider: Provider) -> None:
    provider.says(created())
    adapter = an_adapter(provider.url)
    prompt = a_prompt("9 – ünïcode 🙂\nsecond line", reference="msg 1/é", useful_until=NOW + timedelta(hours=4))
    result = adapter.send(adapter.render(ANA, prompt), before_request=no_fence)
    assert result.delivery is Delivery.QUEUED
    (asked,) = provider.asked
    assert (asked.method, asked.path) == ("POST", MESSAGES)
    assert asked.form == {
        "To": ANA,
        "From": NUMBER,
        "Body": "9 – ünïcode 🙂\nsecond line",
        "StatusCallback": "https://zeroten.example/base/webhooks/sms/status?ref=msg%201%2F%C3%A9",
        "ValidityPeriod": "14400",
    }
    assert asked.headers["authorization"].startswith("Basic ")
    assert asked.headers["user-agent"].startswith("twilio-python/")


def test_a_messaging_service_picks_the_number(provider: Provider) -> None:
    provider.says(created(status="accepted", **{"from": None}))
    adapter = an_adapter(provider.url, messaging_service_sid=SERVICE)
    adapter.send(adapter.render(ANA, a_prompt()), before_request=no_fence)
    form = provider.asked[0].form
    assert form["MessagingServiceSid"] == SERVICE
    assert "From" not in form
    assert adapter.account == SERVICE


@pytest.mark.parametrize(
    ("left", "validity"), [(-5, 1), (0, 1), (1, 1), (90, 90), (36_000, 36_000), (36_001, 36_000), (10**9, 36_000)]
)
def test_validity_stays_within_what_twilio_takes(left: int, validity: int) -> None:
    payload = an_adapter().render(ANA, a_prompt(useful_until=NOW + timedelta(seconds=left)))
    assert payload.fields["validity_period"] == validity


def test_the_environment_moves_no_call(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("TWILIO_EDGE", "sydney")
    monkeypatch.setenv("TWILIO_REGION", "au1")
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC-of-somebody-else")
    provider.says(created())
    adapter = an_adapter(provider.url)
    adapter.send(adapter.render(ANA, a_prompt()), before_request=no_fence)
    assert provider.asked[0].path == MESSAGES
    client = an_adapter(api_url=None)._messages._version.domain.twilio
    assert client.get_hostname("https://api.twilio.com/x") == "https://api.twilio.com/x"


@pytest.mark.parametrize(
    ("api_url", "url", "address"),
    [
        (None, "https://api.twilio.com/2010-04-01/x?a=b", "https://api.twilio.com/2010-04-01/x?a=b"),
        ("http://127.0.0.1:9150", "https://api.twilio.com/2010-04-01/x?a=b", "http://127.0.0.1:9150/2010-04-01/x?a=b"),
        ("http://127.0.0.1:9150", "https://messaging.twilio.com/v1/S", "http://127.0.0.1:9150/messaging/v1/S"),
        ("http://127.0.0.1:9150/", "https://lookups.twilio.com/v2/S", "http://127.0.0.1:9150/lookups/v2/S"),
        ("http://127.0.0.1:9150", "http://127.0.0.1:9150/next?Page=1", "http://127.0.0.1:9150/next?Page=1"),
    ],
)
def test_every_product_goes_to_the_api_address(api_url: str | None, url: str, address: str) -> None:
    assert TwilioHttp(api_url).address(url) == address


@pytest.mark.parametrize("api_url", ["127.0.0.1:9150", "ftp://h", "http://"])
def test_an_api_address_that_cannot_be_called_is_refused(api_url: str) -> None:
    with pytest.raises(ValueError, match="API address"):
        TwilioHttp(api_url)


def test_many_threads_never_swap_answers(provider: Provider) -> None:
    provider.answer = lambda asked: created(sid="SM" + asked.form["Body"], body=asked.form["Body"])
    adapter = an_adapter(provider.url)

    def send(number: int) -> str:
        return adapter.send(adapter.render(ANA, a_prompt(f"text {number}")), before_request=no_fence).provider_id

    with ThreadPoolExecutor(32) as threads:
        assert list(threads.map(send, range(400))) == [f"SMtext {number}" for number in range(400)]


# --- text -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("plain", "plain"),
        ("  a\r\nb\rc\td\n", "a\nb\nc d"),
        ("a\0b\x07c\x1b[31m\x9f", "abc[31m"),
        ("half \ud83d pair", "half  pair"),
        ("x" * 1_600, "x" * 1_600),
        ("x" * 1_601, "x" * 1_597 + "..."),
        ("🙂" * 800, "🙂" * 800),
        ("🙂" * 801, "🙂" * 798 + "..."),
        ("👩‍👩‍👧" * 400, "👩‍👩‍👧" * 199 + "..."),
    ],
)
def test_text_becomes_what_sms_can_carry(text: str, sent: str) -> None:
    assert as_sms(text) == sent


@given(text=st.text(max_size=50).map(lambda part: part * 200))
@settings(max_examples=50, deadline=None)
def test_any_text_fits(text: str) -> None:
    assert len(as_sms(text).encode("utf-16-le")) // 2 <= MAX_TEXT


# --- looking up -------------------------------------------------------------------------------------------------------


def looked_up(
    provider: Provider,
    answer: Answer,
    *,
    since_s: int = -10,
    text: str = "How likely are you to recommend Acme?",
    **how: Any,
) -> Any:
    provider.says(answer)
    timeout_s = IMPATIENT_S if answer.fault == "hang" else 10.0
    adapter = an_adapter(provider.url, now=lambda: NOW + timedelta(seconds=30), timeout_s=timeout_s)
    return adapter.look_up(adapter.render(ANA, a_prompt(text)), NOW + timedelta(seconds=since_s), **how)


def test_a_message_that_twilio_has_is_found(provider: Provider) -> None:
    lookup = looked_up(provider, listed(a_record(sid="SM-1", status="sent", date_created=at(0))))
    assert (lookup.result.provider_id, lookup.result.delivery, lookup.settled) == ("SM-1", Delivery.SENT, True)
    (asked,) = provider.asked
    assert (asked.method, asked.path, asked.query["To"]) == ("GET", MESSAGES, ANA)
    assert "DateSent>" not in asked.query  # a queued message has no such date and would not be listed


def test_a_message_that_twilio_never_got_is_settled_after_a_while(provider: Provider) -> None:
    assert looked_up(provider, listed(), since_s=10) == looked_up(provider, listed(), since_s=-600)
    lookup = looked_up(provider, listed(), since_s=11)  # 19 s ago: the request may still be at work
    assert (lookup.result, lookup.settled) == (None, False)


@pytest.mark.parametrize(
    "other",
    [
        {"body": "Other words"},
        {"direction": "inbound"},
        {"from": "+15005550007"},
        {"date_created": at(-60)},
    ],
)
def test_another_message_is_not_taken_for_ours(provider: Provider, other: dict[str, Any]) -> None:
    assert looked_up(provider, listed(a_record(**{"date_created": at(0), **other}))).result is None


@pytest.mark.parametrize(
    "same",
    [
        {"body": "Sent from your Twilio trial account - How likely are you to recommend Acme?"},
        {"from": None, "status": "accepted"},
        {"status": "failed", "error_code": 30003},
        {"date_created": None},
        {"direction": None},
    ],
)
def test_our_message_is_known_in_other_clothes(provider: Provider, same: dict[str, Any]) -> None:
    assert looked_up(provider, listed(a_record(**{"date_created": at(0), **same}))).result is not None


def test_the_same_words_twice_are_two_messages(provider: Provider) -> None:
    page = listed(a_record(sid="SM-new", date_created=at(5)), a_record(sid="SM-old", date_created=at(0)))
    assert looked_up(provider, page).result.provider_id == "SM-new"
    assert looked_up(provider, page, known={"SM-new"}).result.provider_id == "SM-old"
    assert looked_up(provider, page, known={"SM-new", "SM-old"}).result is None


@pytest.mark.parametrize("shift_s", [-3_600, 3_600, 86_400])
def test_a_provider_whose_clock_is_wrong_is_understood(provider: Provider, shift_s: int) -> None:
    record = a_record(date_created=at(shift_s))
    answer = listed(record, at=at(shift_s + 30).replace("+0000", "GMT"))
    assert looked_up(provider, answer).result is not None
    old = listed(a_record(date_created=at(shift_s - 120)), at=at(shift_s + 30).replace("+0000", "GMT"))
    assert looked_up(provider, old).result is None


@pytest.mark.parametrize("shift_s", [-7_200, 7_200])
def test_moved_business_time_hides_no_message(provider: Provider, shift_s: int) -> None:
    """In the sandbox the records are stamped in moved time while the HTTP server's Date is the machine's."""
    provider.says(listed(a_record(date_created=at(shift_s)), at=at(30).replace("+0000", "GMT")))
    moved = NOW + timedelta(seconds=shift_s)
    adapter = an_adapter(provider.url, now=lambda: moved + timedelta(seconds=30))
    assert adapter.look_up(adapter.render(ANA, a_prompt()), moved - timedelta(seconds=5)).result is not None


def test_a_second_page_is_read(provider: Provider) -> None:
    second = listed(a_record(sid="SM-2", date_created=at(0)))
    first = listed(a_record(sid="SM-1", body="Other words", date_created=at(0)), more=f"{MESSAGES}?Page=1")
    provider.answer = lambda asked: second if asked.query.get("Page") == "1" else first
    adapter = an_adapter(provider.url, now=lambda: NOW + timedelta(seconds=30))
    result = adapter.look_up(adapter.render(ANA, a_prompt()), NOW).result
    assert result is not None
    assert result.provider_id == "SM-2"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (an_error(500, 20500), SendErrorCode.UNREACHABLE),
        (an_error(429, 20429, Retry_After="3"), SendErrorCode.THROTTLED),
        (an_error(401, 20003), SendErrorCode.CONFIG),
        (an_error(404, 20404), SendErrorCode.CONFIG),
        (Answer(body=b"{]"), SendErrorCode.UNREACHABLE),
        (Answer(body=b'{"messages":[7]}'), SendErrorCode.UNREACHABLE),
        (Answer(body=b"[]"), SendErrorCode.UNREACHABLE),
        (Answer(fault="hang"), SendErrorCode.UNREACHABLE),
        (Answer(fault="reset"), SendErrorCode.UNREACHABLE),
    ],
)
def test_a_question_that_fails_can_be_asked_again(provider: Provider, answer: Answer, code: SendErrorCode) -> None:
    with pytest.raises(SendError) as raised:
        looked_up(provider, answer)
    assert raised.value.code is code


# --- what we missed ---------------------------------------------------------------------------------------------------


def test_messages_that_no_webhook_told_are_the_same_facts(provider: Provider) -> None:
    records = (
        a_record(sid="SM-1", direction="inbound", body=" 3, slow ", status="received", **{"from": ANA, "to": NUMBER}),
        a_record(sid="SM-2", direction="inbound", body="Stop", status="received", **{"from": ANA, "to": NUMBER}),
        a_record(sid="MM-3", direction="inbound", body="", num_media="2", **{"from": ANA, "to": NUMBER}),
        a_record(sid="SM-4", direction="inbound", body="hi", **{"from": f"whatsapp:{ANA}"}),
        a_record(sid="SM-5", direction="outbound-api"),
    )
    provider.says(listed(*records))
    first, second, third = an_adapter(provider.url).received(NOW)
    assert (first.account, first.provider_id, first.sender, first.text) == (NUMBER, "SM-1", ANA, " 3, slow ")
    assert second.signal is ProviderSignal.OPTED_OUT
    assert (third.kind, len(third.media)) == ("media", 2)
    assert provider.asked[0].query["To"] == NUMBER
    assert provider.asked[0].query["DateSent>"] == "2026-11-22T12:00:00Z"


def test_a_service_s_messages_are_told_apart(provider: Provider) -> None:
    provider.says(
        listed(
            a_record(sid="SM-1", direction="inbound", messaging_service_sid=SERVICE, **{"from": ANA}),
            a_record(sid="SM-2", direction="inbound", **{"from": ANA}),
        )
    )
    messages = an_adapter(provider.url, messaging_service_sid=SERVICE).received(NOW)
    assert [message.provider_id for message in messages] == ["SM-1"]
    assert "To" not in provider.asked[0].query


@pytest.mark.parametrize(
    ("record", "delivery", "fate"),
    [
        ({"status": "delivered"}, Delivery.DELIVERED, None),
        ({"status": "undelivered", "error_code": 30005}, Delivery.FAILED, SendErrorCode.UNDELIVERABLE),
        ({"status": "sending"}, Delivery.QUEUED, None),
    ],
)
def test_a_receipt_can_be_asked_for(
    provider: Provider, record: dict[str, Any], delivery: Delivery, fate: SendErrorCode | None
) -> None:
    provider.says(Answer(body=json.dumps(a_record(sid="SM-1", **record)).encode()))
    receipt = an_adapter(provider.url).receipt("SM-1")
    assert receipt is not None
    assert (receipt.provider_id, receipt.delivery, receipt.fate) == ("SM-1", delivery, fate)
    assert provider.asked[0].path == MESSAGES.replace(".json", "/SM-1.json")


def test_a_receipt_of_a_kind_we_do_not_know_is_none(provider: Provider) -> None:
    provider.says(Answer(body=json.dumps(a_record(status="teleported")).encode()))
    assert an_adapter(provider.url).receipt("SM-1") is None


# --- numbers and settings ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("+31612345678", ANA),
        ("+31 6 12345678", ANA),
        ("0031612345678", ANA),
        (" +31-6-1234.5678 ", ANA),
        ("+31 (0)6 12345678", ANA),
        ("+31\u00a06\u00a01234\u20115678", ANA),
        ("＋３１６１２３４５６７８", ANA),
        ("+٣١٦١٢٣٤٥٦٧٨", ANA),
        ("+44 (0)20 7946 0018", "+442079460018"),
        ("+1 (202) 555-0123", "+12025550123"),
        ("+15005550006", "+15005550006"),
        ("0612345678", None),
        ("31612345678", None),
        ("+3161", None),
        ("+31612345678901234", None),
        ("+999123456789", None),
        ("+1 800 FLOWERS", None),
        ("+31612345678 ext 5", None),
        ("+31612345678;drop table", None),
        ("whatsapp:+31612345678", None),
        ("hello", None),
        ("", None),
        ("+", None),
        ("\0+31612345678", None),
        ("+" + "1" * 10_000, None),
    ],
)
def test_numbers_have_one_form(written: str, number: str | None) -> None:
    assert an_adapter().normalize(written) == number
    assert number is None or an_adapter().normalize(number) == number


@pytest.mark.parametrize(
    ("customer", "address"),
    [
        ({"phone": "+31 6 12345678", "whatsapp_user_id": "x"}, ANA),
        ({"phone": "nobody"}, None),
        ({"phone": None}, None),
        ({"phone": 31612345678}, None),
        ({}, None),
    ],
)
def test_a_customer_s_address_is_the_phone(customer: dict[str, object], address: str | None) -> None:
    assert an_adapter().find_address(customer) == address


@given(text=st.text(max_size=60) | st.from_regex(r"(\+|00)[0-9 ().-]{1,30}"))
@settings(max_examples=200, deadline=None)
def test_any_address_is_one_number_or_none(text: str) -> None:
    number = an_adapter_once.normalize(text)
    assert number is None or (number.startswith("+") and number[1:].isdigit() and len(number) <= 16)


an_adapter_once = an_adapter()


@pytest.mark.parametrize("missing", [{"account_sid": ""}, {"sms_from": None}])
def test_a_sender_that_cannot_send_is_refused(missing: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="SMS needs"):
        an_adapter(**missing)


def test_the_token_stays_in_the_adapter() -> None:
    assert TOKEN not in repr(vars(an_adapter()))


def test_now_is_asked_each_time() -> None:
    times = iter([NOW, NOW + timedelta(hours=1)])
    adapter = an_adapter(now=lambda: next(times))
    until = NOW + timedelta(hours=2)
    validity = [adapter.render(ANA, a_prompt(useful_until=until)).fields["validity_period"] for _ in range(2)]
    assert validity == [7_200, 3_600]


def test_a_slip_of_ours_is_not_called_a_fault_of_the_provider(provider: Provider) -> None:
    payload = replace(an_adapter().render(ANA, a_prompt()), fields={"no_such_argument": 1})
    with pytest.raises(TypeError):
        an_adapter(provider.url).send(payload, before_request=no_fence)
    assert provider.asked == []


def test_the_adapter_can_be_called_and_asked() -> None:
    assert isinstance(an_adapter(), Called)
    assert isinstance(an_adapter(), Recounts)
    assert not isinstance(an_adapter(), Challenged)


def test_an_answer_without_end_is_cut_off(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bots.fenced_http.MAX_ANSWER", 1_000)
    provider.says(created(body="x" * 2_000))
    adapter = an_adapter(provider.url)
    with pytest.raises(SendError) as raised:
        adapter.send(adapter.render(ANA, a_prompt()), before_request=no_fence)
    assert raised.value.code is SendErrorCode.AMBIGUOUS
