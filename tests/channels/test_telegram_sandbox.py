"""Telegram against the sandbox: a Bot API that shares no code with the adapter, over real HTTP, in both directions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import flask
import pytest

from bots.telegram import TelegramBot
from bots.webhooks import create_webhooks
from common.channels import (
    Choice,
    DeliveryReceipt,
    EndpointBlocked,
    Inbound,
    InboundMessage,
    InvalidSignature,
    SendError,
    SendErrorCode,
)
from sandbox.settings import TELEGRAM_TOKEN
from tests.channels.contract import a_prompt, no_fence
from tests.channels.receiving import FakeReceiver
from tests.sandbox.running import Box, Call, Product
from tests.sandbox.test_sandbox_telegram import ANA, chat, people

SANDBOX_OPTIONS = ("--telegram-chat-interval", "0", "--telegram-backoff", "0.02")
REFERENCE = "out_01k9adxm3v0000000000000001"


@pytest.fixture
def receiver() -> FakeReceiver:
    return FakeReceiver()


@pytest.fixture
def adapter(running_box: Box, product: Product, receiver: FakeReceiver) -> TelegramBot:
    """An adapter that has registered its webhook, behind which the product's own doors stand."""
    running_box.since = running_box.call("POST", "/_sandbox/reset", {})["seq"]
    adapter = TelegramBot(
        token=TELEGRAM_TOKEN,
        webhook_secret="s3cret",
        public_url=product.url,
        api_url=running_box.url,
        timeout_s=2.0,  # beyond a slow machine, below the sandbox's hang
    )
    app = flask.Flask("webhooks")
    app.register_blueprint(create_webhooks({"telegram": adapter}, receiver))
    client = app.test_client()

    def enter(heard: Call) -> tuple[int, str, str]:
        answer = client.post(urlsplit(heard.path).path, data=heard.body, headers=list(heard.headers.items()))
        return answer.status_code, answer.content_type or "", answer.text

    product.calls.clear()
    product.answer = enter
    adapter.register()
    people(running_box, f"/{ANA}", name="Ana", language="nl")
    return adapter


@pytest.fixture
def box(adapter: TelegramBot, running_box: Box) -> Box:
    return running_box


def ask(adapter: TelegramBot, text: str = "How likely are you to recommend Acme?", **changes: Any) -> str:
    prompt = a_prompt(text, scale=True, reference=REFERENCE, **changes)
    return adapter.send(adapter.render(str(ANA), prompt), before_request=no_fence).provider_id


def facts(receiver: FakeReceiver) -> Sequence[Inbound]:
    return list(receiver.facts.values())


def test_a_question_with_its_buttons_is_tapped(adapter: TelegramBot, box: Box, receiver: FakeReceiver) -> None:
    provider_id = ask(adapter)
    (shown,) = chat(box)
    assert [[button["text"] for button in row] for row in shown["buttons"]] == [
        list("012345"),
        ["6", "7", "8", "9", "10"],
    ]
    data = shown["buttons"][1][3]["callback_data"]
    assert people(box, f"/{ANA}/tap", message_id=shown["message_id"], data=data)["webhook"] == "acknowledged"
    receipt, message = facts(receiver)
    assert isinstance(receipt, DeliveryReceipt)
    assert (receipt.provider_id, receipt.reference) == (provider_id, REFERENCE)
    assert isinstance(message, InboundMessage)
    assert (message.choice, message.question, message.prompt) == ("9", "score", REFERENCE)
    assert chat(box)[0]["tapped"]["webhook"] == "answered", "the spinner ends by the webhook's own answer"
    assert not box.ledger("alert"), "Telegram knows everything that we said"


def test_a_late_tap_is_told_so(adapter: TelegramBot, box: Box, receiver: FakeReceiver) -> None:
    ask(adapter)
    receiver.counts = False
    (shown,) = chat(box)
    people(box, f"/{ANA}/tap", message_id=shown["message_id"], data=shown["buttons"][0][0]["callback_data"])
    assert chat(box)[0]["tapped"]["notice"] == "Deze vraag is al beantwoord."


def test_an_answered_question_is_retired_and_once_more(adapter: TelegramBot, box: Box) -> None:
    provider_id = ask(adapter)
    for _ in range(2):  # the second time there is nothing to do, and that is no fault
        adapter.retire(provider_id, a_prompt("How likely are you to recommend Acme?", scale=True), "9")
    (shown,) = chat(box)
    assert (shown["buttons"], shown["text"]) == ([], "How likely are you to recommend Acme?\n\n✓ 9")


def test_words_commands_and_media_are_facts(adapter: TelegramBot, box: Box, receiver: FakeReceiver) -> None:
    people(box, f"/{ANA}/text", text="9, dank je 👍")
    people(box, f"/{ANA}/text", text="zie foto", kind="photo")
    people(box, f"/{ANA}/text", text="/help")
    words, photo, help_ = facts(receiver)
    assert isinstance(words, InboundMessage)
    assert isinstance(photo, InboundMessage)
    assert isinstance(help_, InboundMessage)
    assert (words.text, photo.text, photo.media, help_.signal) == ("9, dank je 👍", "zie foto", ("photo",), "help")
    assert "/stop" in chat(box)[-1]["text"], "the bot answers /help by the webhook's own answer"


def test_an_update_that_comes_often_is_one_fact(adapter: TelegramBot, box: Box, receiver: FakeReceiver) -> None:
    update = people(box, f"/{ANA}/text", text="9")
    box.call("POST", f"/_sandbox/telegram/updates/{update['update_id']}/redeliver", {"copies": 3})
    assert len(facts(receiver)) == 1


def test_a_store_that_was_down_gets_it_later(adapter: TelegramBot, box: Box, receiver: FakeReceiver) -> None:
    receiver.refuses = True
    people(box, f"/{ANA}/text", text="9", wait=False)
    box.call("GET", "/_sandbox/telegram/chats")
    receiver.refuses = False
    assert people(box, f"/{ANA}/text", text="10")["webhook"] == "acknowledged"
    texts = [fact.text for fact in facts(receiver) if isinstance(fact, InboundMessage)]
    assert texts == ["9", "10"], "in the order in which they were written"


def test_a_block_is_told_both_ways(adapter: TelegramBot, box: Box, receiver: FakeReceiver) -> None:
    people(box, f"/{ANA}/block", blocked=True)
    with pytest.raises(SendError) as raised:
        ask(adapter)
    assert raised.value.code is SendErrorCode.ENDPOINT_BLOCKED
    people(box, f"/{ANA}/block", blocked=False)
    blocked, lifted = facts(receiver)
    assert isinstance(blocked, EndpointBlocked)
    assert isinstance(lifted, EndpointBlocked)
    assert (blocked.lifted, lifted.lifted) == (False, True)


@pytest.mark.parametrize(
    ("fault", "code", "arrives"),
    [
        ("429", SendErrorCode.THROTTLED, False),
        ("500", SendErrorCode.AMBIGUOUS, False),
        ("503", SendErrorCode.AMBIGUOUS, False),
        ("reset", SendErrorCode.AMBIGUOUS, False),
        ("accepted-500", SendErrorCode.AMBIGUOUS, True),
        ("accepted-reset", SendErrorCode.AMBIGUOUS, True),
        ("accepted-garbage", SendErrorCode.AMBIGUOUS, True),
    ],
)
def test_a_fault_is_what_it_is(adapter: TelegramBot, box: Box, fault: str, code: SendErrorCode, arrives: bool) -> None:
    box.faults(script=[{"fault": fault}], retry_after_s=7)
    with pytest.raises(SendError) as raised:
        ask(adapter)
    assert raised.value.code is code
    assert raised.value.retry_after == (timedelta(seconds=7) if code is SendErrorCode.THROTTLED else None)
    assert len(chat(box)) == arrives


def test_a_stranger_and_a_wrong_token(adapter: TelegramBot, box: Box) -> None:
    with pytest.raises(SendError) as raised:
        adapter.send(adapter.render("77", a_prompt()), before_request=no_fence)
    assert raised.value.code is SendErrorCode.UNDELIVERABLE
    other = TelegramBot(token="1:wrong", webhook_secret="x", public_url="https://a.example", api_url=box.url)
    with pytest.raises(SendError) as refused:
        ask(other)
    assert refused.value.code is SendErrorCode.CONFIG


def test_the_longest_choices_fit_into_their_buttons(adapter: TelegramBot, box: Box) -> None:
    keys = ("wait_time", "x" * 31, "y" * 57)
    choices = tuple(Choice(key=key, label=f"👍 {key}" * 3) for key in keys)
    prompt = a_prompt("Which?", key="aspect", choices=choices, can_skip=True, reference=REFERENCE)
    adapter.send(adapter.render(str(ANA), prompt), before_request=no_fence)
    assert len(chat(box)[0]["buttons"]) == 4


def test_the_registration_is_in_order(adapter: TelegramBot, box: Box, product: Product) -> None:
    assert adapter.registration_faults() == []
    assert adapter.link_prefix() == "https://t.me/AcmeFeedbackBot?start="
    moved = TelegramBot(token=TELEGRAM_TOKEN, webhook_secret="x", public_url="https://a.example", api_url=box.url)
    assert "another address" in moved.registration_faults()[0]


def test_another_secret_is_refused(adapter: TelegramBot, box: Box, product: Product) -> None:
    people(box, f"/{ANA}/text", text="9")
    heard = product.calls[-1]
    other = TelegramBot(token=TELEGRAM_TOKEN, webhook_secret="other", public_url=product.url)
    from common.channels import WebhookRequest

    headers = {name.lower(): value for name, value in heard.headers.items()}
    webhook = WebhookRequest(method="POST", path=heard.path, query="", headers=headers, body=heard.body.encode())
    adapter.verify(webhook)
    with pytest.raises(InvalidSignature):
        other.verify(webhook)
    assert json.loads(heard.body)["message"]["text"] == "9"
