"""SMS: the contract of every adapter, and what only Twilio does."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from bots.sms import TwilioSMS
from common.channels import Channel, Payload, SendErrorCode, WebhookRequest
from tests.channels.contract import FIXTURES, NOW, AdapterContract, Failure, Fixture, load_fixtures
from tests.channels.provider import Answer

ACCOUNT = "AC" + "12ab" * 8
TOKEN = "f00d" * 8
OLD_TOKEN = "beef" * 8
NUMBER = "+15005550006"
ANA = "+31612345678"
IMPATIENT_S = 0.4
PUBLIC = "https://zeroten.example/base"
FORM = "application/x-www-form-urlencoded; charset=UTF-8"


def signed(webhook: WebhookRequest, *, token: str = TOKEN, public: str = PUBLIC, algorithm: str = "") -> WebhookRequest:
    """The webhook as Twilio signs it, by Twilio's own code; a JSON body is hashed into the query first."""
    kind = webhook.headers.get("content-type", "").partition(";")[0]
    if kind == "application/json":
        query = [pair for pair in webhook.query.split("&") if pair and not pair.startswith("bodySHA256")]
        webhook = replace(webhook, query="&".join([*query, f"bodySHA256={hashlib.sha256(webhook.body).hexdigest()}"]))
    fields: MultiDict[str, str] = MultiDict()
    if kind == FORM.partition(";")[0]:
        text = webhook.body.decode("utf-8", "replace")
        fields = MultiDict(parse_qsl(text, keep_blank_values=True, errors="replace"))
    url = public + webhook.path + (f"?{webhook.query}" if webhook.query else "")
    signature = RequestValidator(token).compute_signature(url, fields, algorithm or None)
    headers = {**webhook.headers, "x-twilio-signature": signature}
    if algorithm:
        headers["x-twilio-webhooks-signature-settings"] = f"key=webhooks_sharedkey_1,algorithm={algorithm}"
    return replace(webhook, headers=headers)


def a_webhook(
    fields: Mapping[str, str] | Sequence[Sequence[str]] | None = None,
    *,
    path: str = "/webhooks/sms",
    query: str = "",
    body: str = "",
    content_type: str = FORM,
) -> WebhookRequest:
    """An unsigned webhook."""
    if fields is not None:
        body = urlencode(
            list(fields.items() if isinstance(fields, Mapping) else ((name, value) for name, value in fields))
        )
    headers = {
        "content-type": content_type,
        "user-agent": "TwilioProxy/1.1",
        "i-twilio-idempotency-token": "8f2f0c8e-7f2c-4c5c-9d5e-1f6f9a3b2c1d",
    }
    return WebhookRequest(method="POST", path=path, query=query, headers=headers, body=body.encode())


def an_error(status: int, code: int, **headers: str) -> Answer:
    """A refusal in Twilio's words; they quote the customer's number, as the real ones do."""
    body = {"code": code, "message": f"No: {ANA}", "more_info": f"https://www.twilio.com/docs/errors/{code}"}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status=status, body=json.dumps({**body, "status": status}).encode(), headers=named)


def a_record(**changes: Any) -> dict[str, Any]:
    """A message as Twilio's API shows it."""
    return {
        "sid": "SM" + "0" * 32,
        "account_sid": ACCOUNT,
        "api_version": "2010-04-01",
        "body": "How likely are you to recommend Acme?",
        "date_created": "Sun, 22 Nov 2026 12:00:00 +0000",
        "date_sent": None,
        "date_updated": "Sun, 22 Nov 2026 12:00:00 +0000",
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": NUMBER,
        "messaging_service_sid": None,
        "num_media": "0",
        "num_segments": "1",
        "price": None,
        "price_unit": "USD",
        "status": "queued",
        "subresource_uris": {},
        "to": ANA,
        "uri": "/2010-04-01/Accounts/x/Messages/y.json",
        **changes,
    }


def created(**changes: Any) -> Answer:
    return Answer(status=201, body=json.dumps(a_record(**changes)).encode())


def an_adapter(api_url: str | None = "http://127.0.0.1:9", **changes: Any) -> TwilioSMS:
    values: dict[str, Any] = {
        "account_sid": ACCOUNT,
        "auth_tokens": (TOKEN, OLD_TOKEN),
        "public_url": PUBLIC,
        "now": lambda: NOW,
        "sms_from": NUMBER,
        "api_url": api_url,
    }
    return TwilioSMS(**{**values, **changes})


class SMSHarness:
    channel = Channel.SMS
    customer = ANA
    secrets = (TOKEN, OLD_TOKEN)

    @functools.cache  # noqa: B019  (one harness for the whole run)
    def adapter(self, api_url: str = "http://127.0.0.1:9", *, is_patient: bool = True) -> TwilioSMS:
        return an_adapter(api_url, timeout_s=10.0 if is_patient else IMPATIENT_S)

    @functools.cache  # noqa: B019
    def fixtures(self) -> Sequence[Fixture]:
        def read(content: Mapping[str, Any]) -> WebhookRequest:
            webhook = a_webhook(
                content.get("form"),
                path=content["path"],
                query=content["query"],
                body=content.get("body", ""),
                content_type=content.get("content_type", FORM),
            )
            return signed(webhook)

        return load_fixtures(FIXTURES / "sms", read)

    def sign(self, webhook: WebhookRequest) -> WebhookRequest:
        return signed(webhook)

    def leaves(self, webhook: WebhookRequest) -> Sequence[str]:
        is_form = webhook.headers["content-type"] == FORM
        return [name for name, _ in parse_qsl(webhook.body.decode(), keep_blank_values=True)] if is_form else []

    def reshaped(self, webhook: WebhookRequest, leaves: Mapping[str, str]) -> WebhookRequest:
        fields = {**dict(parse_qsl(webhook.body.decode(), keep_blank_values=True)), **leaves}
        return replace(webhook, body=urlencode(fields, errors="replace").encode())

    def forgeries(self, webhook: WebhookRequest) -> Iterator[tuple[str, WebhookRequest]]:
        yield from _other_signatures(webhook)
        yield from _other_addresses(webhook)
        yield from _other_bodies(webhook)

    def failures(self) -> Sequence[Failure]:
        return [*_refusals(), *_doubts()]

    def accepted(self, provider_id: str) -> Answer:
        return created(sid=provider_id)

    def text_of(self, payload: Payload) -> str:
        return str(payload.fields["body"])


def _other_signatures(webhook: WebhookRequest) -> Iterator[tuple[str, WebhookRequest]]:
    right = webhook.headers["x-twilio-signature"]
    wrong = {
        "empty": "",
        "space": " ",
        "non-ASCII": "é" * 28,
        "beyond Latin-1": "署名" * 14,
        "a lone surrogate": "\udcff" * 28,
        "truncated": right[:-1],
        "padded": right + "=",
        "other case": right.swapcase(),
        "100 kB": "A" * 100_000,
        "the right one and 100 kB": right + "A" * 100_000,
        "two headers": f"{right},{right}",
        "prefixed": f"sha1={right}",
        "hexadecimal": "5f" * 20,
    }
    for name, value in wrong.items():
        yield name, replace(webhook, headers={**webhook.headers, "x-twilio-signature": value})
    bare = {name: value for name, value in webhook.headers.items() if name != "x-twilio-signature"}
    yield "missing", replace(webhook, headers=bare)
    yield "under another name", replace(webhook, headers={**bare, "x-hub-signature-256": right})
    yield "token of another account", signed(webhook, token="cafe" * 8)
    yield "empty token", signed(webhook, token="")
    for settings in ("algorithm=HMAC_SHA256", "algorithm=NONE", "algorithm=HMAC_MD5", "algorithm=é", "x" * 100_000):
        headers = {**webhook.headers, "x-twilio-webhooks-signature-settings": settings}
        yield f"settings {settings[:30]}", replace(webhook, headers=headers)


def _other_addresses(webhook: WebhookRequest) -> Iterator[tuple[str, WebhookRequest]]:
    for name, public in {
        "http": "http://zeroten.example/base",
        "another host": "https://zeroten.example.evil/base",
        "another port": "https://zeroten.example:8443/base",
        "port 80": "https://zeroten.example:80/base",
        "host in capitals": "https://ZEROTEN.example/base",
        "without the prefix": "https://zeroten.example",
        "user in the address": "https://me@zeroten.example/base",
    }.items():
        yield name, signed(webhook, public=public)
    spoofed = {"x-forwarded-proto": "http", "x-forwarded-host": "evil.example", "host": "evil.example"}
    forged = signed(webhook, public="http://evil.example")
    yield "a forwarded host", replace(forged, headers={**forged.headers, **spoofed})
    yield (
        "another path",
        replace(webhook, path="/webhooks/sms/status" if webhook.path.endswith("sms") else "/webhooks/sms"),
    )
    yield "a query more", replace(webhook, query=f"{webhook.query}&a=b" if webhook.query else "a=b")
    with_query = signed(replace(webhook, query="a=%20b&c=d"))
    yield "a query less", replace(with_query, query="")
    yield "a query in another order", replace(with_query, query="c=d&a=%20b")
    yield "a query in another encoding", replace(with_query, query="a=+b&c=d")


def _other_bodies(webhook: WebhookRequest) -> Iterator[tuple[str, WebhookRequest]]:
    yield "a field more", replace(webhook, body=webhook.body + b"&Body=10")
    fields = parse_qsl(webhook.body.decode(), keep_blank_values=True)
    yield "a value changed", replace(webhook, body=urlencode([(name, value + " ") for name, value in fields]).encode())
    yield (
        "blank values dropped",
        replace(webhook, body=urlencode([pair for pair in fields if pair[1].strip()]).encode() + b"&z=1"),
    )
    yield "no body", replace(webhook, body=b"")
    alone = signed(replace(webhook, body=b""))
    yield "a proof of the address alone", replace(alone, body=webhook.body)
    as_json = replace(
        webhook,
        headers={**webhook.headers, "content-type": "application/json"},
        body=json.dumps(dict(fields)).encode(),
    )
    yield "the same fields as JSON", as_json
    proven = signed(as_json)
    yield "another JSON body", replace(proven, body=proven.body + b" ")
    yield (
        "JSON without its hash",
        replace(
            signed(replace(webhook, body=b"")),
            headers={**signed(replace(webhook, body=b"")).headers, "content-type": "application/json"},
            body=as_json.body,
        ),
    )


def _refusals() -> Iterator[Failure]:
    codes = {
        SendErrorCode.CONFIG: ((401, 20003), (403, 20003), (400, 21606), (400, 21659), (403, 21408), (400, 21608),
                               (400, 21703), (404, 20404), (400, 30034), (400, 21609), (302, 0), (404, 0)),
        SendErrorCode.UNDELIVERABLE: ((400, 21211), (400, 21612), (400, 21614), (400, 21635)),
        SendErrorCode.ENDPOINT_BLOCKED: ((400, 21610), (403, 21610)),
        SendErrorCode.THROTTLED: ((429, 20429), (400, 21611), (429, 0)),
        SendErrorCode.REJECTED: ((400, 21602), (400, 21617), (400, 99999), (400, 0), (422, 0)),
    }  # fmt: skip
    for fate, cases in codes.items():
        for status, code in cases:
            yield Failure(name=f"{status}-{code}", answer=an_error(status, code), code=fate)
    problem = {"type": "about:blank", "title": "Blocked", "status": 400, "code": 21610}
    yield Failure(
        name="RFC 9457",
        answer=Answer(status=400, body=json.dumps(problem).encode()),
        code=SendErrorCode.ENDPOINT_BLOCKED,
    )
    for name, body in {"html": b"<h1>Bad</h1>", "list": b"[]", "code as text": b'{"code":"x"}', "nothing": b""}.items():
        yield Failure(name=f"400 {name}", answer=Answer(status=400, body=body), code=SendErrorCode.REJECTED)
    for value, wait in {"7": 7, "0": 0, "999999": 3600, "Sun, 22 Nov 2026 12:00:09 GMT": 9, "soon": None}.items():
        yield Failure(
            name=f"retry after {value}",
            answer=an_error(429, 20429, Retry_After=value, Date="Sun, 22 Nov 2026 12:00:00 GMT"),
            code=SendErrorCode.THROTTLED,
            retry_after=None if wait is None else timedelta(seconds=wait),
        )


def _doubts() -> Iterator[Failure]:
    answers = {
        "500": an_error(500, 20500),
        "502": Answer(status=502, body=b"<h1>Bad gateway</h1>"),
        "503": an_error(503, 20503),
        "504": Answer(status=504, body=b""),
        "500 with a code of another meaning": an_error(500, 21610),
        "201 with garbage": Answer(status=201, body=b"{]"),
        "201 with nothing": Answer(status=201, body=b""),
        "201 with a list": Answer(status=201, body=b"[1]"),
        "201 with null": Answer(status=201, body=b"null"),
        "201 with no id": Answer(status=201, body=b'{"status":"queued"}'),
        "201 with an id of another kind": Answer(status=201, body=b'{"sid":{"a":1}}'),
        "201 with dates of another kind": Answer(status=201, body=b'{"sid":"SM1","date_sent":7}'),
        "201 with bytes": Answer(status=201, body=b"\xff\xfe"),
        "200 with a page": Answer(status=200, body=b"<html>Welcome to the hotel's network</html>"),
        "201 ended early": replace(created(), fault="half"),
        "201 dripping": replace(created(), fault="drip"),
        "no answer": Answer(fault="hang"),
        "cut": Answer(fault="cut"),
        "reset": Answer(fault="reset"),
    }
    for name, answer in answers.items():
        yield Failure(name=name, answer=answer, code=SendErrorCode.AMBIGUOUS)


class TestSMS(AdapterContract):
    harness = SMSHarness()
