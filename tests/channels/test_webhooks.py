"""The webhooks as such, with an adapter that is not any real provider's."""

from __future__ import annotations

import io
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import flask
import pytest

from bots.webhooks import create_webhooks
from common.channels import (
    Adapter,
    Capabilities,
    Channel,
    Door,
    Inbound,
    InboundMessage,
    InvalidSignature,
    Lookup,
    MalformedWebhook,
    NotUnderstood,
    Payload,
    Prompt,
    SendResult,
    Taken,
    WebhookReply,
    WebhookRequest,
)
from common.errors import StoreUnavailable
from tests.channels.receiving import FakeReceiver, an_app

PROVEN = {"X-Proof": "ok"}


class Lines:
    """A provider that sends one message a line; "?" is a line that nobody understands, "{" one that breaks us."""

    channel = Channel.TELEGRAM
    account = "bot"
    capabilities = Capabilities(max_text=10)
    per_second = 1.0
    doors: Sequence[Door] = (Door(path="/webhooks/lines", max_body=100), Door(path="/webhooks/lines/more"))

    def __init__(self) -> None:
        self.seen: list[WebhookRequest] = []

    def normalize(self, address: str) -> str | None:
        return address

    def find_address(self, customer: Mapping[str, object]) -> str | None:
        return None

    def verify(self, request: WebhookRequest) -> None:
        self.seen.append(request)
        if request.headers.get("x-proof") == "break":
            raise RuntimeError("a bug in the check")
        if request.headers.get("x-proof") != "ok":
            raise InvalidSignature

    def parse(self, request: WebhookRequest) -> Sequence[Inbound]:
        lines = request.body.decode("utf-8").splitlines()
        if "!" in lines:
            raise MalformedWebhook("no lines")
        if "?" in lines:
            raise NotUnderstood("a question")
        if "{" in lines:
            raise RecursionError
        return [
            InboundMessage(channel=self.channel, account=self.account, provider_id=line, sender="c", text=line)
            for line in lines
        ]

    def acknowledge(self) -> WebhookReply:
        return WebhookReply(body="thanks")

    def render(self, to: str, prompt: Prompt) -> Payload:
        return Payload(to=to, fields={}, reference=prompt.reference)

    def send(self, payload: Payload, *, before_request: Callable[[], None]) -> SendResult:
        return SendResult(provider_id="1")

    def look_up(self, payload: Payload, since: datetime, *, known: Collection[str] = ()) -> Lookup:
        return Lookup(result=None)


class LinesWithChallenge(Lines):
    def challenge(self, request: WebhookRequest) -> WebhookReply:
        if request.query != "proof=ok":
            raise InvalidSignature
        return WebhookReply(body="echo")


class Silent(Lines):
    """A channel whose provider never calls."""

    doors = ()


def test_lines_is_an_adapter() -> None:
    adapter: Adapter = Lines()
    assert adapter.channel


def deliver(body: bytes, receiver: FakeReceiver | None = None, **how: Any) -> Any:
    return an_app(Lines(), receiver or FakeReceiver()).post("/webhooks/lines", data=body, **{"headers": PROVEN, **how})


def test_facts_are_stored_before_the_thanks() -> None:
    receiver = FakeReceiver()
    answer = deliver(b"a\nb", receiver)
    assert (answer.status_code, answer.text) == (200, "thanks")
    assert [key[-1] for key in receiver.facts] == ["a", "b"]


def test_a_webhook_that_says_nothing_is_acknowledged() -> None:
    receiver = FakeReceiver()
    assert deliver(b"", receiver).status_code == 200
    assert receiver.is_untouched


def test_the_request_reaches_the_adapter_as_it_came() -> None:
    adapter = Lines()
    client = an_app(adapter, FakeReceiver())
    body = b"\xff\x00 raw"
    client.post("/webhooks/lines/more?a=%20b&&c=+d&e", data=body, headers={"X-Thing": "é", **PROVEN})
    (seen,) = adapter.seen
    assert (seen.method, seen.path, seen.query, seen.body) == (
        "POST",
        "/webhooks/lines/more",
        "a=%20b&&c=+d&e",
        body,
    )
    assert seen.headers["x-thing"] == "é"


@pytest.mark.parametrize(
    ("status", "path", "method", "headers"),
    [
        (403, "/webhooks/lines", "POST", {}),
        (403, "/webhooks/lines", "POST", {"X-Proof": "no"}),
        (403, "/webhooks/lines", "POST", {"X-Proof": "break"}),
        (405, "/webhooks/lines", "GET", PROVEN),
        (405, "/webhooks/lines", "PUT", PROVEN),
        (405, "/webhooks/lines", "DELETE", PROVEN),
        (405, "/webhooks/lines", "OPTIONS", PROVEN),
        (404, "/webhooks/other", "POST", PROVEN),
        (404, "/webhooks/lines/less", "POST", PROVEN),
        (404, "/webhooks/lines/more/", "POST", PROVEN),
        (404, "/webhooks/%2e%2e/lines", "POST", PROVEN),
    ],
)
def test_refusals_are_problems_and_leave_nothing(status: int, path: str, method: str, headers: dict[str, str]) -> None:
    receiver = FakeReceiver()
    answer = an_app(Lines(), receiver).open(path, method=method, data=b"a", headers=headers)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert answer.json is not None
    assert answer.json["status"] == status
    assert answer.json["title"]
    assert receiver.is_untouched
    if status == 405:
        assert answer.headers["Allow"] == "POST"


def test_a_channel_that_is_off_has_no_addresses() -> None:
    app = flask.Flask("webhooks")
    app.register_blueprint(create_webhooks({"silent": Silent()}, FakeReceiver()))
    assert app.test_client().post("/webhooks/lines", headers=PROVEN).status_code == 404


@pytest.mark.parametrize(("size", "status"), [(100, 200), (101, 413), (1_000_000, 413)])
def test_a_long_body_is_refused_unread(size: int, status: int) -> None:
    receiver, adapter = FakeReceiver(), Lines()
    client = an_app(adapter, receiver)
    assert client.post("/webhooks/lines", data=b"x" * size, headers=PROVEN).status_code == status
    assert len(adapter.seen) == (status == 200)
    assert receiver.is_untouched == (status == 413)
    assert client.post("/webhooks/lines/more", data=b"x" * 200, headers=PROVEN).status_code == 200


@pytest.mark.parametrize(("size", "status"), [(100, 200), (101, 413)])
def test_a_body_of_undeclared_length_is_cut_off(size: int, status: int) -> None:
    answer = an_app(Lines(), FakeReceiver()).post(
        "/webhooks/lines",
        input_stream=io.BytesIO(b"x" * size),
        headers={**PROVEN, "Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert answer.status_code == status


def test_a_body_that_ends_early_is_malformed() -> None:
    receiver = FakeReceiver()
    answer = an_app(Lines(), receiver).post(
        "/webhooks/lines",
        input_stream=io.BytesIO(b"short"),
        headers=PROVEN,
        environ_overrides={"CONTENT_LENGTH": "50"},
    )
    assert answer.status_code == 400
    assert receiver.is_untouched


def test_what_is_malformed_is_told_and_not_kept() -> None:
    receiver = FakeReceiver()
    answer = deliver(b"!", receiver)
    assert (answer.status_code, answer.json["detail"]) == (400, "no lines")
    assert receiver.is_untouched


@pytest.mark.parametrize(("body", "reason"), [(b"?", "not understood: a question"), (b"{", "poisoned: RecursionError")])
def test_what_is_not_understood_is_kept_and_acknowledged(body: bytes, reason: str) -> None:
    receiver = FakeReceiver()
    assert deliver(body, receiver).status_code == 200
    ((channel, kept, why),) = receiver.quarantined
    assert (channel, kept.body) == (Channel.TELEGRAM, body)
    assert why.startswith(reason)


def test_one_poisoned_fact_does_not_cost_the_others() -> None:
    receiver = FakeReceiver()
    receiver.chokes_on = "poison"
    assert deliver(b"a\npoison\nb", receiver).status_code == 200
    assert [key[-1] for key in receiver.facts] == ["a", "b"]
    ((_, kept, why),) = receiver.quarantined
    assert kept.body == b"a\npoison\nb"
    assert "ValueError" in why
    assert "cannot store" not in why  # the words of an exception may quote the customer


@pytest.mark.parametrize("body", [b"a", b"?"])
def test_a_store_that_is_down_is_503(body: bytes) -> None:
    receiver = FakeReceiver()
    receiver.refuses = True
    answer = deliver(body, receiver)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert answer.json["status"] == 503
    receiver.refuses = False
    assert deliver(body, receiver).status_code == 200  # and the provider's retry succeeds


class BrokenQuarantine(FakeReceiver):
    def quarantine(self, channel: Channel, webhook: WebhookRequest, reason: str) -> None:
        raise ValueError(reason)


def test_what_cannot_even_be_kept_must_come_again() -> None:
    assert deliver(b"?", BrokenQuarantine()).status_code == 503


class DownAfterPoison(FakeReceiver):
    """Breaks on the batch, and is down when its facts come one by one."""

    def receive(self, items: Sequence[Inbound]) -> Sequence[Taken]:
        if len(items) > 1:
            raise ValueError
        raise StoreUnavailable


def test_a_store_that_goes_down_meanwhile_is_503() -> None:
    assert deliver(b"a\nb", DownAfterPoison()).status_code == 503


def test_a_challenge_is_echoed_where_the_provider_has_one() -> None:
    client = an_app(LinesWithChallenge(), FakeReceiver())
    assert client.get("/webhooks/lines?proof=ok").text == "echo"
    assert client.get("/webhooks/lines?proof=no").status_code == 403
    assert client.put("/webhooks/lines").headers["Allow"] == "GET, POST"
    assert client.post("/webhooks/lines", data=b"a", headers=PROVEN).status_code == 200
