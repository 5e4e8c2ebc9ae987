"""Telegram: the calls that the adapter makes, how it registers, and what names a chat, an update and a message."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from bots.telegram import TelegramBot
from common.channels import (
    Adapter,
    Called,
    Confirms,
    DeliveryReceipt,
    Inbound,
    InboundMessage,
    InvalidSignature,
    Linkable,
    Paced,
    Registers,
    Retires,
    SendError,
    SendErrorCode,
    Taken,
    WebhookRequest,
)
from tests.channels.contract import a_prompt, no_fence
from tests.channels.provider import Answer, Provider
from tests.channels.receiving import FakeReceiver, an_app, post
from tests.channels.test_telegram import (
    ANA,
    PUBLIC,
    SECRET,
    TOKEN,
    TelegramHarness,
    a_message,
    a_webhook,
    accepted,
    an_adapter,
    refused,
)

# --- calls ------------------------------------------------------------------------------------------------------------


def test_a_message_is_sent_as_plain_text_with_its_buttons(provider: Provider) -> None:
    provider.says(accepted(a_message()))
    adapter = an_adapter(provider.url)
    adapter.send(adapter.render(ANA, a_prompt("<b>9 & *10*</b>", scale=True)), before_request=no_fence)
    (asked,) = provider.asked
    assert asked.path == f"/bot{TOKEN}/sendMessage"
    assert (asked.form["chat_id"], asked.form["text"]) == (ANA, "<b>9 & *10*</b>")
    assert "parse_mode" not in asked.form
    assert [len(row) for row in json.loads(asked.form["reply_markup"])["inline_keyboard"]] == [6, 5]


@pytest.mark.parametrize("result", [{"message_id": 7}, a_message(date="now"), a_message(chat={"id": 1})])
def test_a_message_with_a_number_was_taken_whatever_else_is_said_of_it(provider: Provider, result: object) -> None:
    provider.says(accepted(result))
    adapter = an_adapter(provider.url)
    sent = adapter.send(adapter.render(ANA, a_prompt()), before_request=no_fence)
    assert sent.provider_id == f"{ANA}:7"


def test_an_answered_question_shows_the_answer_and_no_buttons(provider: Provider) -> None:
    provider.says(accepted(a_message()))
    an_adapter(provider.url).retire(f"{ANA}:40", a_prompt("How likely?", scale=True), "9")
    (asked,) = provider.asked
    assert asked.path.endswith("/editMessageText")
    assert asked.form == {"chat_id": ANA, "message_id": "40", "text": "How likely?\n\n✓ 9"}
    provider.says(accepted(a_message()))
    an_adapter(provider.url).retire(f"{ANA}:40", a_prompt("Why?", can_skip=True), None)
    assert provider.asked[0].path.endswith("/editMessageReplyMarkup")
    assert provider.asked[0].form == {"chat_id": ANA, "message_id": "40"}


@pytest.mark.parametrize("words", ["message is not modified", "message to edit not found", "message can't be edited"])
def test_what_is_done_or_gone_needs_no_edit(provider: Provider, words: str) -> None:
    provider.says(refused(400, f"Bad Request: {words}: specified new message content is exactly the same"))
    an_adapter(provider.url).retire(f"{ANA}:40", a_prompt("How likely?"), "9")


def test_an_edit_that_fails_is_told(provider: Provider) -> None:
    provider.says(refused(429, "Too Many Requests", retry_after=3))
    with pytest.raises(SendError) as raised:
        an_adapter(provider.url).retire(f"{ANA}:40", a_prompt("How likely?"), "9")
    assert (raised.value.code, raised.value.retry_after) == (SendErrorCode.THROTTLED, timedelta(seconds=3))


def test_the_webhook_is_registered_with_its_secret_and_nothing_is_dropped(provider: Provider) -> None:
    provider.says(accepted(True))
    an_adapter(provider.url).register()
    (asked,) = provider.asked
    assert asked.path.endswith("/setWebhook")
    assert asked.form == {
        "url": f"{PUBLIC}/webhooks/telegram",
        "secret_token": SECRET,
        "allowed_updates": '["message", "edited_message", "callback_query", "my_chat_member"]',
    }


def test_a_registration_is_looked_at(provider: Provider) -> None:
    right = {"url": f"{PUBLIC}/webhooks/telegram", "has_custom_certificate": False, "pending_update_count": 0}
    cases: Sequence[tuple[dict[str, Any], str]] = (
        (right, ""),
        ({**right, "url": ""}, "nobody"),
        ({**right, "url": "https://other.example/x"}, "another address"),
        ({**right, "allowed_updates": ["message"]}, "leave out"),
        ({**right, "pending_update_count": 5_000}, "5000 updates wait"),
        ({**right, "last_error_date": 4_000_000_000, "last_error_message": "502 Bad Gateway"}, "502 Bad Gateway"),
        ({**right, "last_error_date": 1_000_000_000, "last_error_message": "502 Bad Gateway"}, ""),
    )
    for info, words in cases:
        provider.says(accepted(info))
        faults = an_adapter(provider.url).registration_faults()
        assert len(faults) == bool(words)
        assert words in "".join(faults)


def test_settings_that_telegram_would_refuse_are_faults(provider: Provider) -> None:
    provider.says(
        accepted({"url": f"{PUBLIC}/webhooks/telegram", "has_custom_certificate": False, "pending_update_count": 0})
    )
    faults = an_adapter(provider.url, webhook_secret="has a space!", token="no-colon").registration_faults()
    assert ["TOKEN" in faults[0], "SECRET" in faults[1]] == [True, True]


def test_a_link_leads_to_the_bot(provider: Provider) -> None:
    me = {"id": 123456789, "is_bot": True, "first_name": "Acme", "username": "AcmeFeedbackBot"}
    provider.says(accepted(me))
    adapter = an_adapter(provider.url)
    for _ in range(2):
        assert adapter.link_prefix() == "https://t.me/AcmeFeedbackBot?start="
    assert len(provider.asked) == 1, "the bot's name is asked for once"


def test_a_call_that_only_asks_is_never_ambiguous(provider: Provider) -> None:
    provider.says(Answer(status=502))
    with pytest.raises(SendError) as raised:
        an_adapter(provider.url).registration_faults()
    assert raised.value.code is SendErrorCode.UNREACHABLE


# --- identity ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chat", "address"),
    [(523456789, ANA), ("523456789", ANA), (" 523456789 ", ANA), (-1001987654321, None), (0, None), ("007", None)]
    + [(value, None) for value in ("", "@ana", "5e3", "５２３", True, None, 1.5, [5], "9" * 17)],
)
def test_a_chat_is_known_by_its_number(chat: object, address: str | None) -> None:
    assert an_adapter().find_address({"telegram_chat_id": chat}) == address


def test_an_id_that_comes_back_after_a_silent_week_is_another_update() -> None:
    def fact(date: int) -> Inbound:
        message = a_message(date=date, **{"from": {"id": int(ANA), "is_bot": False, "first_name": "Ana"}})
        (found,) = an_adapter().parse(a_webhook({"update_id": 5, "message": message}))
        return found

    first, again, later = (fact(date) for date in (1795348800, 1795348800, 1795348800 + 8 * 86400))
    assert isinstance(first, InboundMessage)
    assert isinstance(again, InboundMessage)
    assert isinstance(later, InboundMessage)
    assert first.provider_id == again.provider_id != later.provider_id


def test_a_tap_names_the_message_as_its_sending_did(provider: Provider) -> None:
    provider.says(accepted(a_message(message_id=40)))
    adapter = an_adapter(provider.url)
    result = adapter.send(adapter.render(ANA, a_prompt(scale=True)), before_request=no_fence)
    (fixture,) = (each for each in TelegramHarness().fixtures() if each.name == "tap_score")
    receipt, _ = adapter.parse(fixture.webhook)
    assert isinstance(receipt, DeliveryReceipt)
    assert receipt.provider_id == result.provider_id


def test_without_a_secret_there_is_no_bot() -> None:
    for missing in ("token", "webhook_secret"):
        with pytest.raises(ValueError, match="needs"):
            an_adapter(**{missing: ""})


def test_the_adapter_keeps_all_its_protocols() -> None:
    adapter: Adapter = an_adapter()
    for protocol in (Called, Confirms, Linkable, Paced, Registers, Retires):
        assert isinstance(adapter, protocol)


def test_a_broken_confirmation_does_not_undo_what_was_stored() -> None:
    class Broken(TelegramBot):
        def confirm(self, request: WebhookRequest, taken: Sequence[Taken]) -> Any:
            raise KeyError(ANA)

    receiver = FakeReceiver()
    broken = Broken(token=TOKEN, webhook_secret=SECRET, public_url=PUBLIC)
    (fixture,) = (each for each in TelegramHarness().fixtures() if each.name == "message_score")
    answer = post(an_app(broken, receiver), fixture.webhook)
    assert (answer.status_code, answer.data, len(receiver.facts)) == (200, b"", 1)


def test_a_request_that_proves_nothing_is_never_read() -> None:
    with pytest.raises(InvalidSignature):
        an_adapter().verify(a_webhook("{"))
