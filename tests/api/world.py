"""The API with everything behind it but the providers: callers with keys, and customers who answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from flask import Flask

from common import clock
from common.actors import Role
from common.channels import (
    Capabilities,
    Channel,
    Inbound,
    InboundMessage,
    Lookup,
    Payload,
    Prompt,
    SendResult,
    WebhookReply,
    WebhookRequest,
)
from common.services import Services
from common.store import api_keys
from common.turns import StartInvitation

SURVEY = {"brand": "Acme", "quiet_hours": None, "fatigue_days": 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeChannel:
    """A channel whose messages go nowhere: the API does not send."""

    channel: Channel
    capabilities: Capabilities
    account: str = "us"
    per_second: float = 1000.0

    def normalize(self, address: str) -> str | None:
        return address or None

    def find_address(self, customer: Mapping[str, object]) -> str | None:
        phone = customer.get("phone")
        return phone if isinstance(phone, str) and phone.startswith("+") else None

    def verify(self, request: WebhookRequest) -> None:
        return None

    def parse(self, request: WebhookRequest) -> Sequence[Inbound]:
        return ()

    def acknowledge(self) -> WebhookReply:
        return WebhookReply()

    def render(self, to: str, prompt: Prompt) -> Payload:
        return Payload(to=to, fields={}, reference=prompt.reference)

    def send(self, payload: Payload, *, before_request: Callable[[], None]) -> SendResult:
        return SendResult(provider_id=payload.reference)

    def look_up(self, payload: Payload, since: datetime, *, known: Collection[str] = ()) -> Lookup:
        return Lookup(result=None)


ADAPTERS = {
    Channel.SMS: FakeChannel(channel=Channel.SMS, capabilities=Capabilities(max_text=1600)),
    Channel.WHATSAPP: FakeChannel(
        channel=Channel.WHATSAPP, capabilities=Capabilities(max_text=4096, session_window=timedelta(hours=24))
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """A conversation with an open ticket."""

    conversation_id: str
    ticket_id: str
    phone: str
    customer_id: str
    channel: Channel


@dataclass(slots=True, kw_only=True)
class World:
    """Calls the API through Flask's test client; `keys` holds one key per role, named like the role."""

    app: Flask
    services: Services
    keys: dict[str, str] = field(default_factory=dict)
    _numbers: Any = field(default_factory=count)

    def add_key(self, name: str, role: Role) -> str:
        """A new key, also under its name in `keys`."""
        now = clock.now()
        key = self.services.store.write(lambda c: api_keys.create(c, name=name, role=role, now=now))
        self.keys[name] = key
        return key

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = "admin",
        once: str | None = None,
        headers: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Any:
        """One request; `body` is sent as JSON. `key` is a name in `keys`, None = no key."""
        sent = dict(headers or {})
        if key is not None:
            sent["Authorization"] = f"Bearer {self.keys.get(key, key)}"
        if once is not None:
            sent["Idempotency-Key"] = once
        if body is not None:
            options |= {"data": json.dumps(body), "content_type": "application/json"}
        return self.app.test_client().open("/api/v1" + path, method=method, headers=sent, **options)

    def get(self, path: str, **options: Any) -> Any:
        """The JSON of a GET that must succeed."""
        response = self.call("GET", path, **options)
        assert response.status_code == 200, response.text
        return response.json

    def post(self, path: str, body: Any = None, **options: Any) -> Any:
        return self.call("POST", path, body, **options)

    def put(self, path: str, body: Any = None, **options: Any) -> Any:
        return self.call("PUT", path, body, **options)

    def interaction(self, number: int | None = None, **changes: Any) -> dict[str, Any]:
        """An interaction that will be asked about at once; `customer` changes the customer."""
        number = next(self._numbers) if number is None else number
        customer = {
            "id": f"c-{number}",
            "name": "Ana",
            "phone": f"+3161{number:07d}",
            "locale": "en",
            "timezone": "Europe/Amsterdam",
            "consent": True,
        } | changes.pop("customer", {})
        return {
            "id": f"call-{number}",
            "channel": "sms",
            "direction": "inbound",
            "ended_at": (clock.now() - timedelta(hours=2)).isoformat(),
            "duration_s": 312,
            "outcome": "answered",
            "customer": customer,
            "agent": {"id": "a-7", "name": "Joost", "team": "billing"},
            "topic": "invoice",
            "reference": "order 4711",
            "survey": "support",
            "attributes": {},
        } | changes

    def begun(self, **changes: Any) -> tuple[str, str]:
        """An interaction whose customer was asked: the conversation's id and the phone number."""
        body = self.interaction(**changes)
        invitation = self.post("/interactions", body).json["invitation"]
        result = self.services.take(StartInvitation(invitation_id=invitation["id"]))
        assert result.conversation_id is not None
        return result.conversation_id, body["customer"]["phone"]

    def says(self, phone: str, text: str, channel: Channel = Channel.SMS) -> None:
        """The customer writes."""
        message = InboundMessage(
            channel=channel, account="us", provider_id=f"in-{next(self._numbers)}", sender=phone, text=text
        )
        self.services.take(message)

    def answered(self, *texts: str, **changes: Any) -> str:
        """A conversation in which the customer said these things; its id."""
        conversation_id, phone = self.begun(**changes)
        for text in texts:
            self.says(phone, text, Channel(changes.get("channel", "sms")))
        return conversation_id

    def unhappy(self, **changes: Any) -> Open:
        """A conversation with a detractor's ticket."""
        conversation_id = self.answered("3", **changes)
        shown = self.get(f"/conversations/{conversation_id}")
        assert shown["ticket_id"]
        person = self.get(f"/tickets/{shown['ticket_id']}")
        phone = "+3161" + shown["customer_id"].removeprefix("c-").zfill(7)
        return Open(
            conversation_id=conversation_id,
            ticket_id=shown["ticket_id"],
            phone=phone,
            customer_id=person["customer_id"],
            channel=Channel(shown["channel"]),
        )
