"""The blocking road to the Bot API: the library never waits for an event loop, threads share it, forks do not."""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import NetworkError

from bots.telegram_http import BlockingRequest, drive, exchanging
from common.channels import SendError
from tests.channels.contract import a_prompt, no_fence
from tests.channels.provider import Answer, Asked, Provider
from tests.channels.test_telegram import ANA, TOKEN, a_message, accepted, an_adapter

BUTTONS = InlineKeyboardMarkup([[InlineKeyboardButton("9", callback_data="x")]])
CALLS: dict[str, Callable[[Bot], Coroutine[Any, Any, Any]]] = {
    "sendMessage": lambda bot: bot.send_message(chat_id=1, text="?", reply_markup=BUTTONS),
    "editMessageText": lambda bot: bot.edit_message_text("?", chat_id=1, message_id=7),
    "editMessageReplyMarkup": lambda bot: bot.edit_message_reply_markup(chat_id=1, message_id=7, reply_markup=None),
    "setWebhook": lambda bot: bot.set_webhook(url="https://z.example", secret_token="x", allowed_updates=("message",)),
    "getWebhookInfo": lambda bot: bot.get_webhook_info(),
    "getMe": lambda bot: bot.get_me(),
}
"""Every call that the adapter makes."""
RESULTS: dict[str, object] = {
    "setWebhook": True,
    "getWebhookInfo": {"url": "", "has_custom_certificate": False, "pending_update_count": 0},
    "getMe": {"id": 1, "is_bot": True, "first_name": "Acme", "username": "AcmeBot"},
}


def a_bot(provider: Provider) -> Bot:
    def answer(asked: Asked) -> Answer:
        return accepted(RESULTS.get(asked.path.rpartition("/")[2], a_message()))

    provider.answer = answer
    request = BlockingRequest()
    return Bot(TOKEN, base_url=f"{provider.url}/bot", request=request, get_updates_request=request)


@pytest.mark.parametrize("method", CALLS)
def test_the_library_never_waits(provider: Provider, method: str) -> None:
    with exchanging(no_fence) as exchange:
        drive(CALLS[method](a_bot(provider)))
    assert (exchange.left, exchange.status) == (True, 200)
    assert provider.asked[-1].path == f"/bot{TOKEN}/{method}"


def test_a_library_that_waits_would_be_seen() -> None:
    with pytest.raises(RuntimeError, match="event loop"):
        drive(asyncio.sleep(0))


def test_threads_share_one_bot(provider: Provider) -> None:
    provider.answer = lambda asked: accepted(a_message(message_id=int(asked.form["text"])))
    adapter = an_adapter(provider.url)

    def send(number: int) -> str:
        payload = adapter.render(ANA, a_prompt(str(number)))
        return adapter.send(payload, before_request=no_fence).provider_id

    with ThreadPoolExecutor(16) as pool:
        names = list(pool.map(send, range(1, 201)))
    assert names == [f"{ANA}:{number}" for number in range(1, 201)], "no answer went to another thread"


def test_a_fork_has_connections_of_its_own(provider: Provider) -> None:
    provider.says(accepted(a_message()))
    adapter = an_adapter(provider.url)
    payload = adapter.render(ANA, a_prompt())
    adapter.send(payload, before_request=no_fence)  # the connection is open when we fork
    readable, writable = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writable, adapter.send(payload, before_request=no_fence).provider_id.encode())
        finally:
            os._exit(0)
    os.close(writable)
    with os.fdopen(readable) as told:
        assert told.read() == f"{ANA}:7"
    os.waitpid(child, 0)
    assert adapter.send(payload, before_request=no_fence).provider_id == f"{ANA}:7"
    assert len(provider.asked) == 3


def test_the_environment_s_proxy_is_not_obeyed(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    provider.says(accepted(a_message()))
    adapter = an_adapter(provider.url)
    assert adapter.send(adapter.render(ANA, a_prompt()), before_request=no_fence)


def test_a_redirect_is_not_followed(provider: Provider) -> None:
    provider.says(Answer(status=302, headers={"Location": provider.url}))
    adapter = an_adapter(provider.url)
    with pytest.raises(SendError):
        adapter.send(adapter.render(ANA, a_prompt()), before_request=no_fence)
    assert len(provider.asked) == 1


def test_the_token_is_in_no_log(provider: Provider, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    provider.says(Answer(status=500, body=json.dumps({"ok": False, "description": TOKEN}).encode()))
    adapter = an_adapter(provider.url)
    with pytest.raises(SendError) as raised:
        adapter.send(adapter.render(ANA, a_prompt("canary words")), before_request=no_fence)
    said = caplog.text + repr(raised.value) + repr(vars(raised.value)) + repr(raised.value.__cause__)
    assert TOKEN not in said
    assert "canary words" not in said


def test_a_call_outside_an_exchange_is_a_slip(provider: Provider) -> None:
    bot = a_bot(provider)
    with pytest.raises(NetworkError, match="LookupError"):
        drive(bot.get_me())
    assert provider.asked == []
