"""SMS against the sandbox: an emulator of Twilio that shares no code with the adapter, over real HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode, urlsplit

import pytest

from bots.sms import TwilioSMS
from common.channels import (
    DeliveryReceipt,
    InboundMessage,
    InvalidSignature,
    ProviderSignal,
    SendError,
    SendErrorCode,
    WebhookRequest,
)
from tests.channels.contract import a_prompt, no_fence
from tests.sandbox.running import ACCOUNT, ANA, NUMBER, TOKEN, Box, Call, Product, eventually


@pytest.fixture
def adapter(box: Box, product: Product) -> TwilioSMS:
    return TwilioSMS(
        account_sid=ACCOUNT,
        auth_tokens=(TOKEN,),
        public_url=product.url,
        now=lambda: datetime.now(UTC),
        sms_from=NUMBER,
        api_url=box.url,
        timeout_s=2.0,  # beyond a slow machine, below the sandbox's hang
    )


def as_webhook(call: Call) -> WebhookRequest:
    """A webhook of the sandbox as the product's server would hand it over."""
    parts = urlsplit(call.path)
    return WebhookRequest(
        method="POST",
        path=parts.path,
        query=parts.query,
        headers={name.lower(): value for name, value in call.headers.items()},
        body=urlencode(call.params).encode(),
    )


def send(adapter: TwilioSMS, text: str = "How likely are you to recommend Acme?") -> str:
    return adapter.send(adapter.render(ANA, a_prompt(text)), before_request=no_fence).provider_id


def test_a_message_arrives_and_its_receipts_come_back(box: Box, product: Product, adapter: TwilioSMS) -> None:
    sid = send(adapter, "0–10? 🙂")
    eventually(lambda: "delivered" in product.statuses(sid))
    assert [entry["body"] for entry in box.inbox()] == ["0–10? 🙂"]
    webhooks = [as_webhook(call) for call in list(product.calls)]
    for webhook in webhooks:
        adapter.verify(webhook)
    receipts = [fact for webhook in webhooks for fact in adapter.parse(webhook) if isinstance(fact, DeliveryReceipt)]
    assert len(receipts) == len(webhooks) >= 3
    assert {(receipt.provider_id, receipt.reference) for receipt in receipts} == {(sid, "msg_01k9a")}
    assert adapter.receipt(sid) is not None


def test_an_answer_comes_in_and_can_be_asked_for(box: Box, product: Product, adapter: TwilioSMS) -> None:
    box.text(" 3, waited an hour ")
    eventually(product.texts)
    webhook = as_webhook(product.texts()[0])
    adapter.verify(webhook)
    (message,) = adapter.parse(webhook)
    assert isinstance(message, InboundMessage)
    assert (message.sender, message.text) == (ANA, " 3, waited an hour ")
    (asked,) = adapter.received(datetime.now(UTC) - timedelta(minutes=1))
    assert (asked.account, asked.provider_id, asked.sender, asked.text) == (
        message.account,
        message.provider_id,
        message.sender,
        message.text,
    )
    with pytest.raises(InvalidSignature):
        TwilioSMS(
            account_sid=ACCOUNT,
            auth_tokens=(TOKEN,),
            public_url="http://127.0.0.1:1",
            now=lambda: datetime.now(UTC),
            sms_from=NUMBER,
        ).verify(webhook)


def test_after_stop_the_number_is_blocked(box: Box, product: Product, adapter: TwilioSMS) -> None:
    box.text("Stop")
    eventually(product.texts)
    (message,) = adapter.parse(as_webhook(product.texts()[0]))
    assert isinstance(message, InboundMessage)
    assert message.signal is ProviderSignal.OPTED_OUT
    with pytest.raises(SendError) as raised:
        send(adapter)
    assert (raised.value.code, raised.value.provider_code) == (SendErrorCode.ENDPOINT_BLOCKED, "21610")


@pytest.mark.parametrize("fault", ["accepted-500", "accepted-reset", "accepted-hang", "accepted-garbage"])
def test_a_message_whose_answer_was_lost_is_found(box: Box, adapter: TwilioSMS, fault: str) -> None:
    earlier = send(adapter)
    box.faults(script=[{"fault": fault}], hang_s=4)
    payload, since = adapter.render(ANA, a_prompt()), datetime.now(UTC)
    with pytest.raises(SendError) as raised:
        adapter.send(payload, before_request=no_fence)
    assert raised.value.code is SendErrorCode.AMBIGUOUS
    lookup = adapter.look_up(payload, since, known={earlier})
    assert lookup.result is not None
    assert lookup.result.provider_id != earlier
    assert len(box.client().messages.list(to=ANA)) == 2


@pytest.mark.parametrize("fault", ["500", "503", "reset", "hang"])
def test_a_message_that_never_arrived_is_not_found(box: Box, adapter: TwilioSMS, fault: str) -> None:
    earlier = send(adapter)
    box.faults(script=[{"fault": fault}], hang_s=4)
    payload, since = adapter.render(ANA, a_prompt()), datetime.now(UTC)
    with pytest.raises(SendError) as raised:
        adapter.send(payload, before_request=no_fence)
    assert raised.value.code is SendErrorCode.AMBIGUOUS
    lookup = adapter.look_up(payload, since, known={earlier})
    assert (lookup.result, lookup.settled) == (None, False)


def test_moved_time_does_not_hide_a_message(box: Box, product: Product) -> None:
    box.call("POST", "/_sandbox/clock", {"offset_s": 7_200})
    try:
        adapter = TwilioSMS(
            account_sid=ACCOUNT,
            auth_tokens=(TOKEN,),
            public_url=product.url,
            now=lambda: datetime.now(UTC) + timedelta(hours=2),
            sms_from=NUMBER,
            api_url=box.url,
        )
        since = datetime.now(UTC) + timedelta(hours=2)
        sid = send(adapter)
        lookup = adapter.look_up(adapter.render(ANA, a_prompt()), since)
        assert lookup.result is not None
        assert lookup.result.provider_id == sid
    finally:
        box.call("POST", "/_sandbox/clock", {"offset_s": 0})


def test_throttling_says_when_to_come_back(box: Box, adapter: TwilioSMS) -> None:
    box.faults(script=[{"fault": "429"}], retry_after_s=7)
    with pytest.raises(SendError) as raised:
        send(adapter)
    assert (raised.value.code, raised.value.retry_after) == (SendErrorCode.THROTTLED, timedelta(seconds=7))
