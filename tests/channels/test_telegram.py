"""Telegram: the contract of every adapter, and what only the Bot API does."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bots.telegram import TelegramBot
from common.channels import (
    Channel,
    Payload,
    SendErrorCode,
    WebhookRequest,
)
from tests.channels.contract import FIXTURES, AdapterContract, Failure, Fixture, load_fixtures
from tests.channels.provider import Answer

TOKEN = "123456789:AAH-f00df00df00df00df00df00df00df00"
SECRET = "s3cret_of-the-webhook"
PUBLIC = "https://zeroten.example/base"
ANA = "523456789"
REFERENCE = "out_01k9adxm3v0000000000000001"
IMPATIENT_S = 0.4
HEADER = "x-telegram-bot-api-secret-token"


def an_adapter(api_url: str | None = "http://127.0.0.1:9", **changes: Any) -> TelegramBot:
    values = {"token": TOKEN, "webhook_secret": SECRET, "public_url": PUBLIC, "api_url": api_url}
    return TelegramBot(**{**values, **changes})


def a_webhook(update: object) -> WebhookRequest:
    """An update without proof."""
    body = update if isinstance(update, str) else json.dumps(update)
    headers = {"content-type": "application/json", "user-agent": ""}
    return WebhookRequest(
        method="POST", path="/webhooks/telegram", query="", headers=headers, body=body.encode("utf-8", "surrogatepass")
    )


def signed(webhook: WebhookRequest, secret: str = SECRET) -> WebhookRequest:
    return replace(webhook, headers={**webhook.headers, HEADER: secret})


def a_message(**changes: Any) -> dict[str, Any]:
    """A message as the Bot API shows it."""
    chat = {"id": int(ANA), "type": "private", "first_name": "Ana"}
    return {"message_id": 7, "date": 1795348800, "chat": chat, "text": "?", **changes}


def accepted(result: object) -> Answer:
    return Answer(body=json.dumps({"ok": True, "result": result}).encode())


def refused(status: int, description: str, **parameters: object) -> Answer:
    """A refusal in Telegram's words."""
    body: dict[str, object] = {"ok": False, "error_code": status, "description": description}
    if parameters:
        body["parameters"] = parameters
    return Answer(status=status, body=json.dumps(body).encode())


class TelegramHarness:
    channel = Channel.TELEGRAM
    customer = ANA
    secrets = (TOKEN, SECRET, TOKEN.partition(":")[2])
    name_of_accepted = f"{ANA}:7"

    @functools.cache  # noqa: B019  (one harness for the whole run)
    def adapter(self, api_url: str = "http://127.0.0.1:9", *, is_patient: bool = True) -> TelegramBot:
        return an_adapter(api_url, timeout_s=10.0 if is_patient else IMPATIENT_S)

    @functools.cache  # noqa: B019
    def fixtures(self) -> Sequence[Fixture]:
        def read(content: Mapping[str, Any]) -> WebhookRequest:
            body = content["update"] if "update" in content else content["body"] * content.get("repeat", 1)
            return signed(a_webhook(body))

        return load_fixtures(FIXTURES / "telegram", read)

    def sign(self, webhook: WebhookRequest) -> WebhookRequest:
        return signed(webhook)

    def leaves(self, webhook: WebhookRequest) -> Sequence[str]:
        return [json.dumps(path) for path in _paths(json.loads(webhook.body))]

    def reshaped(self, webhook: WebhookRequest, leaves: Mapping[str, str]) -> WebhookRequest:
        update = json.loads(webhook.body)
        for path, value in leaves.items():
            _put(update, json.loads(path), value)
        return replace(webhook, body=json.dumps(update).encode())

    def forgeries(self, webhook: WebhookRequest) -> Iterator[tuple[str, WebhookRequest]]:
        wrong = {
            "empty": "",
            "space": " ",
            "padded": SECRET + " ",
            "truncated": SECRET[:-1],
            "longer": SECRET + "x",
            "twice": SECRET * 2,
            "two headers": f"{SECRET},{SECRET}",
            "other case": SECRET.upper(),
            "one sign other": SECRET[:-1] + "x",
            "reversed": SECRET[::-1],
            "non-ASCII": "é" * 21,
            "beyond Latin-1": "署名" * 14,
            "a lone surrogate": "\udcff" * 21,
            "100 kB": "A" * 100_000,
            "the right one and 100 kB": SECRET + "A" * 100_000,
            "the bot's token": TOKEN,
            "quoted": f'"{SECRET}"',
            "hexadecimal": SECRET.encode().hex(),
            "percent-encoded": "%73" + SECRET[1:],
            "null": "null",
            "full width": "".join(chr(ord(sign) + 0xFEE0) for sign in SECRET),
        }
        for name, value in wrong.items():
            yield name, signed(webhook, value)
        bare = {name: value for name, value in webhook.headers.items() if name != HEADER}
        yield "missing", replace(webhook, headers=bare)
        yield "under another name", replace(webhook, headers={**bare, "x-telegram-bot-api-secret": SECRET})
        yield "in the query", replace(webhook, headers=bare, query=f"secret_token={SECRET}")
        yield "as a bearer", replace(webhook, headers={**bare, "authorization": f"Bearer {SECRET}"})

    def failures(self) -> Sequence[Failure]:
        return [*_refusals(), *_doubts()]

    def accepted(self, provider_id: str) -> Answer:
        return accepted(a_message())

    def text_of(self, payload: Payload) -> str:
        return str(payload.fields["text"])


def _paths(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The places of all values in the JSON that are neither object nor list."""
    match value:
        case dict():
            for key, part in value.items():
                yield from _paths(part, (*path, key))
        case list():
            for index, part in enumerate(value):
                yield from _paths(part, (*path, index))
        case _:
            yield path


def _put(document: Any, path: Sequence[str | int], value: str) -> None:
    for step in path[:-1]:
        document = document[step]
    if path and isinstance(document, dict | list):
        document[path[-1]] = value  # type: ignore[index]


def _refusals() -> Iterator[Failure]:
    cases = {
        SendErrorCode.CONFIG: (
            (401, "Unauthorized"),
            (404, "Not Found"),
            (409, "Conflict: terminated by other getUpdates request"),
            (302, "Found"),
            (405, "Method Not Allowed"),
        ),
        SendErrorCode.ENDPOINT_BLOCKED: (
            (403, "Forbidden: bot was blocked by the user"),
            (403, "Forbidden: something new"),
        ),
        SendErrorCode.UNDELIVERABLE: (
            (403, "Forbidden: user is deactivated"),
            (403, "Forbidden: bot can't initiate conversation with a user"),
            (403, "Forbidden: bot was kicked from the group chat"),
            (400, "Bad Request: chat not found"),
            (400, "Bad Request: PEER_ID_INVALID"),
            (400, "Bad Request: group chat was deactivated"),
        ),
        SendErrorCode.REJECTED: (
            (400, "Bad Request: message text is empty"),
            (400, "Bad Request: message is too long"),
            (400, "Bad Request: BUTTON_DATA_INVALID"),
            (400, "Bad Request: can't parse entities"),
            (413, "Request Entity Too Large"),
        ),
        SendErrorCode.THROTTLED: ((429, "Too Many Requests"),),
    }
    for code, refusals in cases.items():
        for status, words in refusals:
            yield Failure(name=f"{status} {words}", answer=refused(status, words), code=code)
    migrated = refused(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-1001)
    yield Failure(name="group migrated", answer=migrated, code=SendErrorCode.UNDELIVERABLE)
    for value, wait in ((7, 7), (0, 0), (999_999, 3600), ("7", None), (True, None), (-3, None), (1.5, None)):
        yield Failure(
            name=f"retry after {value!r}",
            answer=refused(429, "Too Many Requests: retry later", retry_after=value),
            code=SendErrorCode.THROTTLED,
            retry_after=None if wait is None else timedelta(seconds=wait),
        )
    for name, body in {"html": b"<h1>Bad</h1>", "list": b"[]", "words": b'{"description":7}', "nothing": b""}.items():
        yield Failure(name=f"400 {name}", answer=Answer(status=400, body=body), code=SendErrorCode.REJECTED)


def _doubts() -> Iterator[Failure]:
    whole = accepted(a_message())
    answers = {
        "500": refused(500, "Internal Server Error"),
        "502": Answer(status=502, body=b"<h1>Bad gateway</h1>"),
        "503": refused(503, "Service Unavailable"),
        "504": Answer(status=504, body=b""),
        "500 in the words of a block": refused(500, "Forbidden: bot was blocked by the user"),
        "200 with garbage": Answer(body=b"{]"),
        "200 with nothing": Answer(body=b""),
        "200 with a list": Answer(body=b"[1]"),
        "200 with null": Answer(body=b"null"),
        "200 without a result": Answer(body=b'{"ok":true}'),
        "200 with another result": accepted(True),
        "200 with a message without a number": accepted({"chat": {"id": int(ANA)}}),
        "200 with a number of another kind": accepted(a_message(message_id="7")),
        "200 that is not ok": Answer(body=json.dumps({"ok": False, "result": a_message()}).encode()),
        "200 with bytes": Answer(body=b"\xff\xfe"),
        "200 with a page": Answer(body=b"<html>Welcome to the hotel's network</html>"),
        "200 ended early": replace(whole, fault="half"),
        "200 dripping": replace(whole, fault="drip"),
        "no answer": Answer(fault="hang"),
        "cut": Answer(fault="cut"),
        "reset": Answer(fault="reset"),
    }
    for name, answer in answers.items():
        yield Failure(name=name, answer=answer, code=SendErrorCode.AMBIGUOUS)


class TestTelegram(AdapterContract):
    harness = TelegramHarness()
