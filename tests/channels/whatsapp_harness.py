"""Meta, for the contract of every adapter: how it signs, what it answers, how it refuses."""

from __future__ import annotations

import functools
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bots.whatsapp import WhatsApp
from common import clock
from common.channels import Channel, Payload, SendErrorCode, WebhookRequest
from tests.channels.contract import FIXTURES, Failure, Fixture, load_fixtures
from tests.channels.provider import Answer

TOKEN = "EAAG" + "t0ken" * 12
APP_SECRET = "5ec2e7" * 6
OLD_SECRET = "01d5ec" * 6
VERIFY_TOKEN = "meta-may-call-here"
NUMBER_ID = "106540352242922"
ACCOUNT_ID = "102290129340398"
ANA = "+16505551234"
USER_ID = "US.13491208655302741918"
IMPATIENT_S = 0.4


def an_adapter(api_url: str | None = "http://127.0.0.1:9", **changes: Any) -> WhatsApp:
    values: dict[str, Any] = {
        "token": TOKEN,
        "phone_number_id": NUMBER_ID,
        "business_account_id": ACCOUNT_ID,
        "app_secrets": (APP_SECRET, OLD_SECRET),
        "verify_token": VERIFY_TOKEN,
        "monotonic": clock.monotonic,
        "api_url": api_url,
    }
    return WhatsApp(**{**values, **changes})


def signed(webhook: WebhookRequest, *, secret: str = APP_SECRET) -> WebhookRequest:
    """The webhook as Meta signs it: HMAC-SHA-256 of the bytes."""
    digest = hmac.new(secret.encode(), webhook.body, hashlib.sha256).hexdigest()
    return replace(webhook, headers={**webhook.headers, "x-hub-signature-256": f"sha256={digest}"})


def a_webhook(payload: object = None, *, body: str | None = None) -> WebhookRequest:
    """An unsigned webhook with Meta's headers; Meta escapes what is not ASCII."""
    content = json.dumps(payload).encode() if body is None else body.encode()
    headers = {"content-type": "application/json", "user-agent": "facebookexternalua"}
    return WebhookRequest(method="POST", path="/webhooks/whatsapp", query="", headers=headers, body=content)


def sent(key: str = "wamid.1", **contact: str) -> Answer:
    """Meta takes a message."""
    body = {
        "messaging_product": "whatsapp",
        "contacts": [{"input": ANA, "wa_id": ANA[1:], **contact}],
        "messages": [{"id": key}],
    }
    return Answer(body=json.dumps(body).encode())


def an_error(status: int, code: int, *, headers: Mapping[str, str] | None = None, **more: Any) -> Answer:
    """A refusal in Meta's words; they quote the customer's number, as the real ones do."""
    error = {
        "message": f"(#{code}) No: {ANA}",
        "type": "OAuthException",
        "code": code,
        "error_data": {"messaging_product": "whatsapp", "details": f"Not to {ANA}"},
        "fbtrace_id": "AbCdEfGhIjK",
        **more,
    }
    return Answer(status=status, body=json.dumps({"error": error}).encode(), headers=headers or {})


def string_leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The places of all texts in a JSON value."""
    if isinstance(value, str):
        yield path
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from string_leaves(part, (*path, name))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from string_leaves(part, (*path, index))


class WhatsAppHarness:
    channel = Channel.WHATSAPP
    customer = ANA
    secrets = (TOKEN, APP_SECRET, OLD_SECRET, VERIFY_TOKEN)

    @functools.cache  # noqa: B019  (one harness for the whole run)
    def adapter(self, api_url: str = "http://127.0.0.1:9", *, is_patient: bool = True) -> WhatsApp:
        return an_adapter(api_url, timeout_s=10.0 if is_patient else IMPATIENT_S)

    @functools.cache  # noqa: B019
    def fixtures(self) -> Sequence[Fixture]:
        def read(content: Mapping[str, Any]) -> WebhookRequest:
            return signed(a_webhook(content.get("payload"), body=content.get("body")))

        return load_fixtures(FIXTURES / "whatsapp", read)

    def sign(self, webhook: WebhookRequest) -> WebhookRequest:
        return signed(webhook)

    def leaves(self, webhook: WebhookRequest) -> Sequence[str]:
        return [json.dumps(path) for path in string_leaves(json.loads(webhook.body))]

    def reshaped(self, webhook: WebhookRequest, leaves: Mapping[str, str]) -> WebhookRequest:
        payload = json.loads(webhook.body)
        for path, value in leaves.items():
            *way, last = json.loads(path)
            place = payload
            for step in way:
                place = place[step]
            place[last] = value
        return replace(webhook, body=json.dumps(payload).encode())

    def forgeries(self, webhook: WebhookRequest) -> Iterator[tuple[str, WebhookRequest]]:
        yield from _other_signatures(webhook)
        yield from _other_bodies(webhook)

    def failures(self) -> Sequence[Failure]:
        return [*_refusals(), *_doubts()]

    def accepted(self, provider_id: str) -> Answer:
        return sent(provider_id)

    def text_of(self, payload: Payload) -> str:
        parts = payload.fields["messages"]
        assert isinstance(parts, list | tuple)
        first = parts[0]
        return str(first["text"]["body"] if first["type"] == "text" else first["interactive"]["body"]["text"])


def _other_signatures(webhook: WebhookRequest) -> Iterator[tuple[str, WebhookRequest]]:
    right = webhook.headers["x-hub-signature-256"]
    digest = right.removeprefix("sha256=")
    wrong = {
        "empty": "",
        "space": " ",
        "no digest": "sha256=",
        "no name": digest,
        "another name": f"sha1={digest}",
        "upper-case name": f"SHA256={digest}",
        "two": f"{right},{right}",
        "a space before": f"sha256= {digest}",
        "truncated": right[:-1],
        "one more": right + "0",
        "one digit": right[:-1] + ("0" if right[-1] != "0" else "1"),
        "zeros": "sha256=" + "0" * 64,
        "no hexadecimal": "sha256=" + "g" * 64,
        "non-ASCII": "sha256=" + "é" * 64,
        "beyond Latin-1": "sha256=" + "署" * 64,
        "other digits": "sha256=" + "١" * 64,
        "a lone surrogate": "sha256=" + "\udcff" * 64,
        "very long": "sha256=" + "a" * 5_000,
    }
    for name, value in wrong.items():
        yield name, replace(webhook, headers={**webhook.headers, "x-hub-signature-256": value})
    without = {name: value for name, value in webhook.headers.items() if name != "x-hub-signature-256"}
    yield "missing", replace(webhook, headers=without)
    old = hmac.new(APP_SECRET.encode(), webhook.body, hashlib.sha1).hexdigest()
    yield "the old header alone", replace(webhook, headers={**without, "x-hub-signature": f"sha1={old}"})
    yield "somebody's secret", signed(webhook, secret="somebody")
    yield "the verify token", signed(webhook, secret=VERIFY_TOKEN)


def _other_bodies(webhook: WebhookRequest) -> Iterator[tuple[str, WebhookRequest]]:
    yield "one byte more", replace(webhook, body=webhook.body + b" ")
    if webhook.body:
        yield "one byte less", replace(webhook, body=webhook.body[:-1])
        yield "another byte", replace(webhook, body=b"[" + webhook.body[1:])
        yield "no body", replace(webhook, body=b"")


def _refusals() -> Iterator[Failure]:
    config, rejected = SendErrorCode.CONFIG, SendErrorCode.REJECTED
    undeliverable, throttled = SendErrorCode.UNDELIVERABLE, SendErrorCode.THROTTLED
    unapproved, unreachable = SendErrorCode.TEMPLATE_NOT_APPROVED, SendErrorCode.UNREACHABLE
    table: dict[SendErrorCode, tuple[tuple[int, int], ...]] = {
        config: (
            (401, 190), (401, 0), (400, 10), (403, 3), (403, 200), (400, 299), (400, 33), (403, 131005),
            (400, 131042), (400, 131045), (400, 131031), (400, 368), (400, 131048), (400, 133010),
        ),
        throttled: ((400, 4), (400, 80007), (429, 130429), (400, 131057), (503 - 100, 133004)),
        unreachable: ((400, 1), (400, 2), (400, 131000), (400, 131016)),
        rejected: (
            (400, 100), (400, 131008), (400, 131009), (400, 131051), (400, 132000), (400, 132005), (400, 132007),
            (400, 132012), (400, 132018), (400, 132068), (400, 135000), (400, 987654),
        ),
        unapproved: ((404, 132001), (400, 132015), (400, 132016)),
        undeliverable: (
            (400, 131026), (400, 131021), (400, 131030), (403, 130497), (400, 130472), (400, 131049), (400, 131062),
            (400, 137000),
        ),
        SendErrorCode.ENDPOINT_BLOCKED: ((400, 131050),),
        SendErrorCode.WINDOW_CLOSED: ((400, 131047),),
    }  # fmt: skip
    for code, cases in table.items():
        for status, number in cases:
            yield Failure(name=f"{status}-{number}", answer=an_error(status, number), code=code)
    no_object = an_error(400, 100, error_subcode=33)
    yield Failure(name="no such number id", answer=no_object, code=config)
    pair = an_error(400, 131056)
    yield Failure(name="pair rate", answer=pair, code=throttled, retry_after=timedelta(seconds=6))
    waits = an_error(429, 130429, headers={"Retry-After": "7"})
    yield Failure(name="told to wait", answer=waits, code=throttled, retry_after=timedelta(seconds=7))
    yield Failure(name="transient", answer=an_error(400, 7654, is_transient=True), code=unreachable)
    for status, code in ((401, config), (403, config), (404, config), (302, config), (400, rejected), (429, throttled)):
        yield Failure(name=f"{status} in HTML", answer=Answer(status=status, body=b"<html>No</html>"), code=code)
    for name, body in {
        "a list": b"[1]",
        "no error": b"{}",
        "an odd error": b'{"error": "no"}',
        "odd": b'{"error":{"code":[]}}',
    }.items():
        yield Failure(name=f"refused with {name}", answer=Answer(status=400, body=body), code=rejected)


def _doubts() -> Iterator[Failure]:
    """It may have been sent."""
    answers = {
        "500": an_error(500, 131000),
        "503": an_error(503, 2),
        "502 in HTML": Answer(status=502, body=b"<html>Bad gateway</html>"),
        "hang": Answer(fault="hang"),
        "cut": Answer(fault="cut"),
        "reset": Answer(fault="reset"),
        "half": replace(sent(), fault="half"),
        "drip": replace(sent(), fault="drip"),
        "garbage": Answer(body=b"<html>200 OK</html>"),
        "empty": Answer(body=b""),
        "another shape": Answer(body=b'{"messages": {"id": "x"}}'),
        "no messages": Answer(body=b'{"messages": []}'),
        "an id that is none": Answer(body=b'{"messages": [{"id": null}]}'),
        "deep": Answer(body=b"[" * 100_000),
    }
    for name, answer in answers.items():
        yield Failure(name=name, answer=answer, code=SendErrorCode.AMBIGUOUS)
