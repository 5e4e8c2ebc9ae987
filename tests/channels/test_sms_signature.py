"""X-Twilio-Signature: what counts as Twilio's, beside what the contract says must not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bots.twilio_signature import SignatureCheck
from common.channels import InvalidSignature, WebhookRequest
from tests.channels.test_sms import OLD_TOKEN, PUBLIC, TOKEN, a_webhook, an_adapter, signed

FIELDS = {"MessageSid": "SM1", "From": "+31612345678", "Body": "9 & more = ü", "Empty": ""}


def test_the_vector_of_twilio_s_documentation() -> None:
    fields = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }
    webhook = a_webhook(fields, path="/myapp.php", query="foo=1&bar=2")
    webhook = replace(webhook, headers={**webhook.headers, "x-twilio-signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8="})
    check = SignatureCheck(public_url="https://mycompany.com", auth_tokens=("12345",))
    check.check(webhook)
    with pytest.raises(InvalidSignature):
        check.check(replace(webhook, query="bar=2&foo=1"))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (PUBLIC, "https://zeroten.example:443/base"),
        ("https://zeroten.example:443/base/", PUBLIC),
        ("https://zeroten.example:8443", "https://zeroten.example:8443"),
        ("https://zeroten.example:8443", "https://zeroten.example"),  # Twilio sometimes signs without the port
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
@pytest.mark.parametrize("query", ["", "ref=msg_1", "a=%20b&c=+d&e"])
def test_the_port_may_be_spelled_out(ours: str, theirs: str, query: str) -> None:
    webhook = signed(a_webhook(FIELDS, query=query), public=theirs)
    an_adapter(public_url=ours).verify(webhook)


@pytest.mark.parametrize("token", [TOKEN, OLD_TOKEN])
def test_any_of_the_tokens_proves_it_while_they_are_rotated(token: str) -> None:
    an_adapter().verify(signed(a_webhook(FIELDS), token=token))
    with pytest.raises(InvalidSignature):
        an_adapter(auth_tokens=("cafe" * 8,)).verify(signed(a_webhook(FIELDS), token=token))


@pytest.mark.parametrize("algorithm", ["HMAC_SHA1", "HMAC_SHA256", "hmac_sha256"])
def test_the_algorithm_is_the_one_that_twilio_names(algorithm: str) -> None:
    webhook = signed(a_webhook(FIELDS), algorithm=algorithm)
    an_adapter().verify(webhook)
    other = {**webhook.headers, "x-twilio-webhooks-signature-settings": "algorithm=HMAC_SHA512"}
    with pytest.raises(InvalidSignature):
        an_adapter().verify(replace(webhook, headers=other))


def test_json_is_covered_by_its_hash() -> None:
    webhook = signed(a_webhook(body='{"a":1}', content_type="application/json", query="x=1"))
    an_adapter().verify(webhook)
    for changed in (
        replace(webhook, body=b'{"a":2}'),
        replace(webhook, query=webhook.query.replace("bodySHA256=", "bodySHA256=0")),
        signed(replace(webhook, headers={"content-type": "text/plain"}, query="")),
    ):
        if changed.headers["content-type"] == "application/json":
            with pytest.raises(InvalidSignature):
                an_adapter().verify(changed)
        else:
            an_adapter().verify(changed)  # proves the address only; parse refuses such a body


def test_headers_that_the_server_adds_change_nothing() -> None:
    webhook = signed(a_webhook(FIELDS))
    more = {**webhook.headers, "x-forwarded-proto": "http", "x-forwarded-host": "evil.example", "host": "10.0.0.7"}
    an_adapter().verify(replace(webhook, headers=more))


@pytest.mark.parametrize("tokens", [(), ("",), (TOKEN, "")])
def test_without_a_token_there_is_no_adapter(tokens: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="token"):
        an_adapter(auth_tokens=tokens)


@pytest.mark.parametrize("public_url", ["", "zeroten.example", "ftp://zeroten.example", "https://", "https://a?b=c"])
def test_without_a_public_address_there_is_no_adapter(public_url: str) -> None:
    with pytest.raises(ValueError, match="public address"):
        an_adapter(public_url=public_url)


def test_many_fields_cost_little() -> None:
    body = "&".join(f"f{number}=" for number in range(20_000))
    webhook: WebhookRequest = signed(a_webhook(body=body))
    an_adapter().verify(webhook)
