"""Postcards: a post office with an HTTP API prints what we say, and tells us what customers wrote back."""

from __future__ import annotations

import hmac
import http.client
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from common.channels import (
    Capabilities,
    Channel,
    Door,
    EndpointBlocked,
    Inbound,
    InboundMessage,
    InvalidSignature,
    Lookup,
    MalformedWebhook,
    NotUnderstood,
    Payload,
    Prompt,
    SendError,
    SendErrorCode,
    SendResult,
    WebhookReply,
    WebhookRequest,
)

MAX_TEXT = 500
REFUSALS = {
    401: SendErrorCode.CONFIG,
    404: SendErrorCode.UNDELIVERABLE,
    410: SendErrorCode.ENDPOINT_BLOCKED,
    429: SendErrorCode.THROTTLED,
}
"""What the post office's statuses mean; any other 4xx is this card's own fault."""


class PostOffice:
    """The adapter of postcards. Safe for any number of threads; holds no state."""

    account = "post-office-1"
    per_second = 10.0
    capabilities = Capabilities(max_text=MAX_TEXT, receipts=False)
    doors = (Door(path="/webhooks/postcard", max_body=16 * 1024),)

    def __init__(self, *, url: str, seal: str, timeout_s: float = 10.0) -> None:
        """url: scheme and host of the post office. seal: what it proves its webhooks with, and we our calls."""
        self._host = urlsplit(url).netloc
        self._seal = seal
        self._timeout_s = timeout_s

    @property
    def channel(self) -> Channel:
        return Channel("postcard")

    def normalize(self, address: str) -> str | None:
        """One line, as it stands on the card."""
        line = " ".join(address.split())
        return line if 0 < len(line) <= 200 and line.isprintable() else None

    def find_address(self, customer: Mapping[str, object]) -> str | None:
        attributes = customer.get("attributes")
        line = attributes.get("street") if isinstance(attributes, Mapping) else customer.get("phone")
        return self.normalize(line) if isinstance(line, str) else None

    # --- webhooks ---------------------------------------------------------------------------------------------------

    def verify(self, request: WebhookRequest) -> None:
        given = request.headers.get("x-post-seal", "").encode("utf-8", "surrogatepass")
        if not hmac.compare_digest(given, self._seal.encode()):
            raise InvalidSignature("a broken seal")

    def parse(self, request: WebhookRequest) -> Sequence[Inbound]:
        try:
            card = json.loads(request.body)
        except (ValueError, RecursionError):
            raise MalformedWebhook("not JSON") from None
        if (
            not isinstance(card, dict)
            or not isinstance(card.get("number"), str)
            or not isinstance(card.get("from"), str)
        ):
            raise NotUnderstood("no postcard")
        number, sender = storable(card["number"])[:200], self.normalize(storable(card["from"]))
        if sender is None or not number:
            raise NotUnderstood("a postcard of nobody")
        if card.get("returned") is True:
            place = {"channel": self.channel, "account": self.account, "provider_id": number, "sender": sender}
            return (EndpointBlocked(**place),)  # type: ignore[arg-type]
        if not isinstance(card.get("text"), str):
            raise NotUnderstood("a postcard without words")
        text = storable(card["text"])
        return (
            InboundMessage(channel=self.channel, account=self.account, provider_id=number, sender=sender, text=text),
        )

    def acknowledge(self) -> WebhookReply:
        return WebhookReply(status=200, body="stamped")

    # --- sending ----------------------------------------------------------------------------------------------------

    def render(self, to: str, prompt: Prompt) -> Payload:
        fields = {"to": to, "text": storable(prompt.text).strip()[:MAX_TEXT], "reference": prompt.reference}
        return Payload(to=to, fields=fields, reference=prompt.reference)

    def send(self, payload: Payload, *, before_request: Callable[[], None]) -> SendResult:
        office = http.client.HTTPConnection(self._host, timeout=self._timeout_s)
        try:
            office.connect()
        except OSError:
            raise SendError(SendErrorCode.UNREACHABLE, "no connection") from None
        try:
            before_request()
            try:
                body = json.dumps(dict(payload.fields)).encode()
                headers = {"X-Post-Seal": self._seal, "Content-Type": "application/json"}
                office.request("POST", "/postcards", body, headers)
                answer = office.getresponse()
                return _result(answer.status, answer.read(100_000))
            except (OSError, http.client.HTTPException, ValueError):
                raise SendError(SendErrorCode.AMBIGUOUS, "no answer that could be read") from None
        finally:
            office.close()

    def look_up(self, payload: Payload, since: datetime, *, known: Collection[str] = ()) -> Lookup:
        """The post office cannot be asked: nobody knows, and a person decides."""
        return Lookup(result=None, settled=False)


def storable(text: str) -> str:
    """Without what no database can hold: NUL and halves of surrogate pairs."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def _result(status: int, body: bytes) -> SendResult:
    """The number under which the post office took the card. Raises SendError, and ValueError for what is no answer."""
    if 400 <= status < 500:
        wait = timedelta(minutes=1) if status == 429 else None
        raise SendError(REFUSALS.get(status, SendErrorCode.REJECTED), f"HTTP {status}", retry_after=wait)
    number = json.loads(body)["number"] if status == 201 else None
    if not isinstance(number, str):
        raise ValueError("no number")
    return SendResult(provider_id=number)
