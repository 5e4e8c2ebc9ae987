"""Web chat as a channel: the parts of the adapters' contract that need no provider, because it has none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from bots.webchat import WebChat
from common.channels import Adapter, Called, Channel, Choice, Delivery, InvalidSignature, Payload, WebhookRequest
from tests.channels.contract import AdapterContract, a_prompt, no_fence


class WebChatHarness:
    """The one thing that the contract must know of web chat: where a payload holds its text."""

    channel = Channel.WEBCHAT
    customer = "inv_01k9a"
    secrets: Sequence[str] = ()

    def adapter(self, api_url: str = "") -> Adapter:
        return WebChat()

    def fixtures(self) -> Sequence[Any]:
        return ()

    def failures(self) -> Sequence[Any]:
        return ()

    def text_of(self, payload: Payload) -> str:
        return str(payload.fields["text"])


class TestRendering:
    harness = WebChatHarness()

    test_every_shipped_prompt_renders_within_the_capabilities = (
        AdapterContract.test_every_shipped_prompt_renders_within_the_capabilities
    )
    test_any_text_renders_within_the_capabilities = AdapterContract.test_any_text_renders_within_the_capabilities
    test_rendering_is_pure = AdapterContract.test_rendering_is_pure


def test_nobody_calls_web_chat() -> None:
    assert not isinstance(WebChat(), Called)
    webhook = WebhookRequest(method="POST", path="/webhooks/webchat", query="", headers={}, body=b"")
    with pytest.raises(InvalidSignature):
        WebChat().verify(webhook)
    assert WebChat().parse(webhook) == ()


def test_a_question_keeps_its_choices_and_its_scale() -> None:
    choices = (Choice(key="wait_time", label="Waiting time"), Choice(key="solution", label="The solution"))
    payload = WebChat().render("inv_01k9a", a_prompt(key="aspect", choices=choices, can_skip=True))
    assert payload.fields["choices"] == [
        {"key": "wait_time", "label": "Waiting time"},
        {"key": "solution", "label": "The solution"},
    ]
    assert (payload.fields["can_skip"], payload.fields["scale"]) == (True, False)
    assert WebChat().render("inv_01k9a", a_prompt(scale=True)).fields["scale"] is True


def test_a_message_is_sent_at_once_under_our_own_reference() -> None:
    asked: list[str] = []
    payload = WebChat().render("inv_01k9a", a_prompt())
    result = WebChat().send(payload, before_request=lambda: asked.append("fence"))
    assert (result.provider_id, result.delivery) == (payload.reference, Delivery.SENT)
    assert asked == ["fence"]


def test_a_closed_fence_sends_nothing() -> None:
    def closed() -> None:
        raise TimeoutError("too late")

    with pytest.raises(TimeoutError):
        WebChat().send(WebChat().render("inv_01k9a", a_prompt()), before_request=closed)


def test_a_send_that_was_begun_has_succeeded() -> None:
    payload = WebChat().render("inv_01k9a", a_prompt())
    lookup = WebChat().look_up(payload, datetime(2026, 11, 22, tzinfo=UTC))
    assert lookup.result == WebChat().send(payload, before_request=no_fence)
    assert lookup.settled


@pytest.mark.parametrize("ref", ["c-991", "Ana Müller", "客户-7", "a" * 255])
def test_whoever_has_an_id_can_be_given_a_page(ref: str) -> None:
    assert WebChat().find_address({"id": ref}) == ref


@pytest.mark.parametrize("customer", [{}, {"id": None}, {"id": 7}, {"id": ""}, {"id": "a\nb"}, {"id": "a" * 256}])
def test_what_cannot_be_an_address_is_none(customer: dict[str, object]) -> None:
    assert WebChat().find_address(customer) is None
