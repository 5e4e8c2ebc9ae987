"""A sixth channel in the tests: it passes the contract and holds a whole conversation, and nothing else was changed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bots.webhooks import create_webhooks
from common.channels import Channel, Payload, SendErrorCode, WebhookRequest
from common.receiving import Inbox
from common.store.engine import Database
from common.store.schema import conversations, tickets
from tests.channels.contract import AdapterContract, Failure, Fixture, load_fixtures
from tests.channels.postcard.adapter import PostOffice
from tests.channels.postcard.post_office import Office
from tests.channels.provider import Answer, Provider
from tests.integration.world import World

SEAL = "wax-and-string"
ANA = "Keizersgracht 1, Amsterdam"
FOLDER = Path(__file__).parent / "postcard" / "fixtures"


@contextmanager
def a_sixth_member() -> Iterator[Channel]:
    """The one line in `Channel`, for as long as the tests of this file run."""
    member = str.__new__(Channel, "postcard")
    member._name_, member._value_ = "POSTCARD", "postcard"
    Channel._member_map_["POSTCARD"] = Channel._value2member_map_["postcard"] = member
    Channel._member_names_.append("POSTCARD")
    try:
        yield member
    finally:
        del Channel._member_map_["POSTCARD"], Channel._value2member_map_["postcard"]
        Channel._member_names_.remove("POSTCARD")


@pytest.fixture(scope="module", autouse=True)
def postcard() -> Iterator[Channel]:
    with a_sixth_member() as member:
        yield member


def a_webhook(body: str) -> WebhookRequest:
    headers = {"content-type": "application/json"}
    return WebhookRequest(
        method="POST", path="/webhooks/postcard", query="", headers=headers, body=body.encode("utf-8", "surrogatepass")
    )


def sealed(webhook: WebhookRequest, seal: str = SEAL) -> WebhookRequest:
    return replace(webhook, headers={**webhook.headers, "x-post-seal": seal})


class PostcardHarness:
    """How the post office proves itself, what it says, and how it refuses."""

    channel = "postcard"
    customer = ANA
    secrets = (SEAL,)

    def adapter(self, api_url: str = "http://127.0.0.1:9", *, is_patient: bool = True) -> PostOffice:
        return PostOffice(url=api_url, seal=SEAL, timeout_s=10.0 if is_patient else 0.4)

    def fixtures(self) -> Sequence[Fixture]:
        def read(content: Mapping[str, Any]) -> WebhookRequest:
            return sealed(a_webhook(content.get("raw") or json.dumps(content["body"])))

        return load_fixtures(FOLDER, read)

    def sign(self, webhook: WebhookRequest) -> WebhookRequest:
        return sealed(webhook)

    def leaves(self, webhook: WebhookRequest) -> Sequence[str]:
        body = json.loads(webhook.body)
        return list(body) if isinstance(body, dict) else []

    def reshaped(self, webhook: WebhookRequest, leaves: Mapping[str, str]) -> WebhookRequest:
        return replace(webhook, body=json.dumps({**json.loads(webhook.body), **leaves}).encode())

    def forgeries(self, webhook: WebhookRequest) -> Iterator[tuple[str, WebhookRequest]]:
        for number, seal in enumerate(
            ("", " ", SEAL[:-1], SEAL + "x", SEAL.upper(), "é", "署", "\udcff", "A" * 100_000)
        ):
            yield f"seal {number}", sealed(webhook, seal)
        for number in range(12):
            yield f"one sign other, {number}", sealed(webhook, SEAL[:number] + "#" + SEAL[number + 1 :])
        yield "no seal", replace(webhook, headers={"content-type": "application/json"})

    def failures(self) -> Sequence[Failure]:
        minute = timedelta(minutes=1)
        return [
            Failure(name="401", answer=Answer(status=401), code=SendErrorCode.CONFIG),
            Failure(name="404", answer=Answer(status=404), code=SendErrorCode.UNDELIVERABLE),
            Failure(name="410", answer=Answer(status=410), code=SendErrorCode.ENDPOINT_BLOCKED),
            Failure(name="422", answer=Answer(status=422), code=SendErrorCode.REJECTED),
            Failure(name="429", answer=Answer(status=429), code=SendErrorCode.THROTTLED, retry_after=minute),
            Failure(name="500", answer=Answer(status=500), code=SendErrorCode.AMBIGUOUS),
            Failure(name="201 with garbage", answer=Answer(status=201, body=b"{]"), code=SendErrorCode.AMBIGUOUS),
            Failure(name="cut", answer=Answer(fault="cut"), code=SendErrorCode.AMBIGUOUS),
            Failure(name="no answer", answer=Answer(fault="hang"), code=SendErrorCode.AMBIGUOUS),
        ]

    def accepted(self, provider_id: str) -> Answer:
        return Answer(status=201, body=json.dumps({"number": provider_id}).encode())

    def text_of(self, payload: Payload) -> str:
        return str(payload.fields["text"])


class TestPostcard(AdapterContract):
    harness = PostcardHarness()


def test_a_sixth_channel_holds_a_whole_conversation(database: Database, tmp_path: Path, provider: Provider) -> None:
    import flask

    office = Office(SEAL)
    provider.answer = office.answer
    adapter = PostOffice(url=provider.url, seal=SEAL)
    world = World(database, tmp_path, adapters=[adapter])
    app = flask.Flask("postcards")
    app.register_blueprint(create_webhooks({"postcard": adapter}, Inbox(world.services)))
    client = app.test_client()

    def write_back(number: str, text: str) -> None:
        card = {"number": number, "from": ANA, "text": text}
        for _ in range(2):  # the post office says everything twice
            assert client.post("/webhooks/postcard", json=card, headers={"X-Post-Seal": SEAL}).text == "stamped"
        world.dispatch()

    world.survey(channels={"postcard": "postcard"})
    answer = world.interaction("i-1", channel="postcard", phone=ANA)
    assert answer["decision"] == "invite", answer
    world.tick()
    world.dispatch()
    write_back("in-1", "3")
    write_back("in-2", "It took two days and nobody called")
    write_back("in-3", "1")
    row = world.row(conversations)
    assert (row["channel"], row["state"], row["outcome"]) == ("postcard", "closed", "complete")
    assert (row["score"], row["band"], row["aspect"]) == (3, "detractor", "wait_time")
    assert world.row(tickets)["reason"] == "detractor"
    assert [card["to"] for card in office.cards] == [ANA] * 4
    assert "1 Waiting time" in office.cards[2]["text"], "without buttons the choices are numbered"
    world.close()
