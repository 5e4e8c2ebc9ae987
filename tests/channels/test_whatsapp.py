"""WhatsApp: the contract of every adapter, and what only Meta does."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from common.channels import (
    InboundMessage,
    InvalidSignature,
    Unread,
    WebhookRequest,
)
from tests.channels.contract import FIXTURES, AdapterContract
from tests.channels.receiving import FakeReceiver, an_app, post
from tests.channels.whatsapp_harness import (
    ANA,
    NUMBER_ID,
    OLD_SECRET,
    USER_ID,
    VERIFY_TOKEN,
    WhatsAppHarness,
    a_webhook,
    an_adapter,
    signed,
)


class TestWhatsApp(AdapterContract):
    harness = WhatsAppHarness()


# --- webhooks -------------------------------------------------------------------------------------------------------


def the_batch() -> dict[str, Any]:
    content = json.loads((FIXTURES / "whatsapp" / "batch_of_four_people.json").read_text(encoding="utf-8"))
    payload: dict[str, Any] = content["payload"]
    return payload


def test_an_older_secret_proves_a_webhook_while_rotating() -> None:
    an_adapter().verify(signed(a_webhook({}), secret=OLD_SECRET))


def test_every_part_of_a_batch_is_a_fact() -> None:
    parts = an_adapter().parse(a_webhook(the_batch()))
    assert [type(part).__name__ for part in parts].count("InboundMessage") == 4
    assert [type(part).__name__ for part in parts].count("DeliveryReceipt") == 3


@pytest.mark.parametrize(
    "poison",
    [
        {"from": "31612345603", "id": "wamid.3", "type": "text", "text": None},
        {"from": "31612345603", "id": {"a": 1}, "type": "text", "text": {"body": "3"}},
        {"from": "31612345603", "id": "wamid.3", "type": "interactive", "interactive": {"type": "list_reply"}},
        {"from": "31612345603", "id": "wamid.3", "type": "interactive", "interactive": {"type": "nfm_reply"}},
        {"from": ["x"], "id": "wamid.3", "type": "text", "text": {"body": "3"}},
        {"id": "wamid.3", "type": ["text"]},
        "a text",
        None,
        [],
        7,
    ],
    ids=repr,
)
def test_a_poisoned_part_is_kept_and_its_neighbours_live(poison: object) -> None:
    batch = the_batch()
    batch["entry"][1]["changes"][0]["value"]["messages"][0] = poison
    receiver = FakeReceiver()
    answer = post(an_app(an_adapter(), receiver), signed(a_webhook(batch)))
    assert answer.status_code == 200
    texts = sorted(fact.text for fact in receiver.facts.values() if isinstance(fact, InboundMessage))
    assert texts == ["0", "3", "9"]
    assert len(receiver.facts) == 6
    ((_, kept, reason),) = receiver.quarantined
    assert json.loads(kept.body) == poison
    assert "not understood" in reason


def test_a_part_that_breaks_the_store_costs_no_neighbour() -> None:
    receiver = FakeReceiver()
    receiver.chokes_on = "7"
    answer = post(an_app(an_adapter(), receiver), signed(a_webhook(the_batch())))
    assert answer.status_code == 200
    assert sorted(fact.text for fact in receiver.facts.values() if isinstance(fact, InboundMessage)) == ["0", "3", "9"]
    assert len(receiver.quarantined) == 1


def test_a_thousand_updates_in_one_post() -> None:
    messages = [
        {"from": f"316{number:08d}", "id": f"wamid.{number}", "type": "text", "text": {"body": "x" * 2_000}}
        for number in range(1_000)
    ]
    value = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": NUMBER_ID}, "messages": messages}
    payload = {"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "messages", "value": value}]}]}
    receiver = FakeReceiver()
    webhook = signed(a_webhook(payload))
    assert 2_000_000 < len(webhook.body) < 3 * 1024 * 1024
    assert post(an_app(an_adapter(), receiver), webhook).status_code == 200
    assert len(receiver.facts) == 1_000
    assert post(an_app(an_adapter(), FakeReceiver()), a_webhook(body="x" * (3 * 1024 * 1024 + 1))).status_code == 413


@pytest.mark.parametrize("count", [2, 3])
def test_a_batch_of_nothing_but_unknown_parts_is_kept_part_by_part(count: int) -> None:
    statuses = [{"id": f"wamid.{number}", "status": "warning"} for number in range(count)]
    value = {"metadata": {"phone_number_id": NUMBER_ID}, "statuses": statuses}
    payload = {"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "messages", "value": value}]}]}
    parts = an_adapter().parse(a_webhook(payload))
    assert [json.loads(part.body)["id"] for part in parts if isinstance(part, Unread)] == [s["id"] for s in statuses]


# --- the challenge --------------------------------------------------------------------------------------------------


def a_challenge(query: str) -> WebhookRequest:
    return WebhookRequest(method="GET", path="/webhooks/whatsapp", query=query, headers={}, body=b"")


def test_the_challenge_is_echoed() -> None:
    query = f"hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token={VERIFY_TOKEN}"
    answer = an_app(an_adapter(), FakeReceiver()).get(f"/webhooks/whatsapp?{query}")
    assert (answer.status_code, answer.text, answer.mimetype) == (200, "1158201444", "text/plain")


@pytest.mark.parametrize(
    "query",
    [
        "",
        "hub.mode=subscribe&hub.challenge=1",
        "hub.mode=subscribe&hub.challenge=1&hub.verify_token=",
        "hub.mode=subscribe&hub.challenge=1&hub.verify_token=wrong",
        f"hub.mode=unsubscribe&hub.challenge=1&hub.verify_token={VERIFY_TOKEN}",
        f"hub.challenge=1&hub.verify_token={VERIFY_TOKEN}",
        f"hub.mode=subscribe&hub.verify_token={VERIFY_TOKEN}",
        f"hub.mode=subscribe&hub.challenge={'1' * 2_000}&hub.verify_token={VERIFY_TOKEN}",
        f"hub.mode=subscribe&hub.challenge=%0d%0aX&hub.verify_token={VERIFY_TOKEN}",
        "hub.mode=subscribe&hub.challenge=1&hub.verify_token=%ff%fe",
        f"hub.mode=subscribe&hub.challenge=1&hub.verify_token={VERIFY_TOKEN.upper()}",
    ],
)
def test_any_other_challenge_is_refused(query: str) -> None:
    with pytest.raises(InvalidSignature):
        an_adapter().challenge(a_challenge(query))
    assert an_app(an_adapter(), FakeReceiver()).get(f"/webhooks/whatsapp?{query}").status_code == 403


# --- people ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("customer", "address", "aliases"),
    [
        ({"phone": "+31 6 12345678"}, "+31612345678", ()),
        ({"phone": "0031612345678", "whatsapp_user_id": None}, "+31612345678", ()),
        ({"whatsapp_user_id": USER_ID}, USER_ID, ()),
        ({"whatsapp_user_id": "BR.1A2b3"}, "BR.1A2b3", ()),
        ({"phone": ANA, "whatsapp_user_id": USER_ID}, ANA, (USER_ID,)),
        ({"phone": "0612345678", "whatsapp_user_id": USER_ID}, USER_ID, ()),
        ({"whatsapp_user_id": "16505551234"}, ANA, ()),
        ({"whatsapp_user_id": 16505551234}, ANA, ()),
        ({"phone": ANA, "whatsapp_user_id": "16505551234"}, ANA, ()),
        ({"whatsapp_user_id": "@realsheena"}, None, ()),
        ({"whatsapp_user_id": "US." + "1" * 129}, None, ()),
        ({"whatsapp_user_id": "us.123"}, None, ()),
        ({"whatsapp_user_id": True}, None, ()),
        ({}, None, ()),
    ],
)
def test_a_customer_has_these_addresses(
    customer: Mapping[str, object], address: str | None, aliases: Sequence[str]
) -> None:
    adapter = an_adapter()
    assert (adapter.find_address(customer), tuple(adapter.find_aliases(customer))) == (address, tuple(aliases))


# --- settings -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"token": ""},
        {"phone_number_id": ""},
        {"business_account_id": ""},
        {"app_secrets": ()},
        {"app_secrets": ("",)},
        {"verify_token": ""},
        {"api_url": "graph.facebook.com"},
        {"api_url": "ftp://graph.facebook.com"},
    ],
    ids=repr,
)
def test_what_could_never_work_is_refused(wrong: Mapping[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"WhatsApp needs|address must be"):
        an_adapter(**wrong)


def test_meta_s_own_hosts_are_the_default() -> None:
    import httpx

    from bots.whatsapp_http import GraphTransport

    meta, other = GraphTransport(), GraphTransport("http://127.0.0.1:9")
    url = httpx.URL("https://graph.facebook.com/v24.0/1/messages?a=b%20c")
    assert meta.address(url) == str(url)
    assert other.address(url) == "http://127.0.0.1:9/v24.0/1/messages?a=b%20c"
    assert other.address(httpx.URL("https://example.com/x")) == "https://example.com/x"
