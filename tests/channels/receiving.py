"""The fake at the end of the webhooks: a receiver that keeps facts in lists, and the application around it."""

from __future__ import annotations

from collections.abc import Sequence

import flask
from flask.testing import FlaskClient

from bots.webhooks import create_webhooks
from common.channels import (
    Adapter,
    AddressChanged,
    Channel,
    DeliveryReceipt,
    EndpointBlocked,
    Inbound,
    InboundMessage,
    Taken,
    WebhookRequest,
)
from common.errors import StoreUnavailable
from common.templates import TemplateNews


class FakeReceiver:
    """Keeps each fact once. `refuses`: the store is down. `chokes_on`: a text that breaks it.

    counts: what the messages come to.
    """

    def __init__(self) -> None:
        self.facts: dict[tuple[str, ...], Inbound] = {}
        self.quarantined: list[tuple[Channel, WebhookRequest, str]] = []
        self.refuses = False
        self.counts = True
        self.chokes_on: str | None = None

    def receive(self, items: Sequence[Inbound]) -> Sequence[Taken]:
        if self.refuses:
            raise StoreUnavailable
        for item in items:
            if isinstance(item, InboundMessage) and self.chokes_on is not None and item.text == self.chokes_on:
                raise ValueError(f"cannot store {item.text}")
        messages = [item for item in items if isinstance(item, InboundMessage)]
        taken = [
            Taken(provider_id=item.provider_id, is_new=identity(item) not in self.facts, counts=self.counts)
            for item in messages
        ]
        self.facts.update({identity(item): item for item in items})
        return taken

    def quarantine(self, channel: Channel, webhook: WebhookRequest, reason: str) -> None:
        if self.refuses:
            raise StoreUnavailable
        self.quarantined.append((channel, webhook, reason))

    @property
    def is_untouched(self) -> bool:
        return not self.facts and not self.quarantined


def identity(item: Inbound) -> tuple[str, ...]:
    """What makes two facts the same fact: the unique key that the store has."""
    match item:
        case InboundMessage():
            return ("message", item.channel, item.account, item.provider_id)
        case DeliveryReceipt():
            return ("receipt", item.channel, item.provider_id, item.delivery)
        case EndpointBlocked():
            return ("blocked", item.channel, item.account, item.provider_id)
        case AddressChanged():
            return ("address", item.channel, item.account, item.provider_id, item.sender)
        case TemplateNews():
            return ("template", item.provider_id, item.event, repr(sorted(map(repr, item.raw.items()))))


def an_app(adapter: Adapter, receiver: FakeReceiver) -> FlaskClient:
    """A client of an application that has nothing but the webhooks."""
    app = flask.Flask("webhooks")
    app.register_blueprint(create_webhooks({adapter.channel.value: adapter}, receiver))
    return app.test_client()


def post(client: FlaskClient, webhook: WebhookRequest) -> flask.Response:
    """Deliver a webhook as a provider does."""
    answer = client.open(
        webhook.path,
        method=webhook.method,
        query_string=webhook.query,
        data=webhook.body,
        headers=list(webhook.headers.items()),
    )
    assert isinstance(answer, flask.Response)
    return answer
