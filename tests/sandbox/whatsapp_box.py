"""The sandbox's WhatsApp as a business and its customers use it, without any code of the product."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from tests.sandbox.running import Box, Call, Product

TOKEN = "EAAGsandbox0a0a0a0a0a0a0a0a0a0a0a0a"
NUMBER_ID = "106540352242922"
ACCOUNT_ID = "102290129340398"
APP_SECRET = "6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b"
ANA = "+31612345678"

BODY = {"type": "BODY", "text": "Hi {{1}}, how was your call?", "example": {"body_text": [["Ana"]]}}
BUTTONS = {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Not now"}]}


def a_template(**changes: Any) -> dict[str, Any]:
    wish = {"name": "nps", "language": "en", "category": "UTILITY", "components": [BODY, BUTTONS]}
    return {**wish, **changes}


@dataclass
class Meta:
    """The Graph API and the customers of one running sandbox."""

    box: Box
    product: Product

    def call(self, method: str, path: str, body: Any = None, token: str = TOKEN) -> tuple[int, Any]:
        """A call of the Graph API: status and answer."""
        place = urlsplit(self.box.url)
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=10)
        try:
            headers = {"Authorization": f"Bearer {token}"}
            if body is not None:
                headers["Content-Type"] = "application/json"
            connection.request(method, f"/v24.0/{path}", None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read() or b"null")
        finally:
            connection.close()

    def send(self, content: dict[str, Any] | None = None, **changes: Any) -> tuple[int, Any]:
        """Send a message: a text unless `content` has a type."""
        base = {"messaging_product": "whatsapp", "to": ANA[1:], "type": "text", "text": {"body": "Hello"}}
        body = {**base, **changes} if content is None else {**content, **changes}
        kept = {name: value for name, value in body.items() if value is not None}
        return self.call("POST", f"{NUMBER_ID}/messages", kept)

    def create(self, **changes: Any) -> tuple[int, Any]:
        return self.call("POST", f"{ACCOUNT_ID}/message_templates", a_template(**changes))

    def decide(self, key: str, **wish: Any) -> Any:
        return self.box.call("POST", f"/_sandbox/whatsapp/templates/{key}", wish)

    def does(self, what: str, number: str = ANA, **wish: Any) -> Any:
        """A customer acts: `text`, `tap`, `media`, `react`, `raw`, `marketing`."""
        return self.box.call("POST", f"/_sandbox/whatsapp/phones/{quote(number)}/{what}", wish)

    def phone(self, number: str = ANA, **wish: Any) -> Any:
        path = f"/_sandbox/whatsapp/phones/{quote(number)}"
        return self.box.call("POST", path, wish) if wish else self.box.call("GET", path)

    def chat(self, number: str = ANA) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = self.phone(number)["messages"]
        return messages

    def webhooks(self) -> list[Call]:
        """Webhooks so far, each proven to be signed over its bytes."""
        calls = [call for call in list(self.product.calls) if call.path == "/webhooks/whatsapp"]
        for call in calls:
            digest = hmac.new(APP_SECRET.encode(), call.body.encode(), hashlib.sha256).hexdigest()
            assert call.headers["X-Hub-Signature-256"] == f"sha256={digest}"
        return calls

    def changes(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """The field and value of every change so far."""
        for call in self.webhooks():
            for entry in json.loads(call.body)["entry"]:
                assert entry["id"] == ACCOUNT_ID
                for change in entry["changes"]:
                    yield change["field"], change["value"]

    def items(self, part: str) -> list[dict[str, Any]]:
        """All `messages`, `statuses` or `user_preferences` so far."""
        return [item for _, value in self.changes() for item in value.get(part, [])]

    def statuses(self, key: str) -> list[str]:
        return [item["status"] for item in self.items("statuses") if item["id"] == key]
