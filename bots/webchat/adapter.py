"""Web chat as a channel: the customer's own page fetches what we say, so nothing is handed to a provider.

There is no webhook. What the customer does on the page comes in through `bots/webchat/pages.py`, where the page's
secret address is the authority; this adapter is what the rest of the product sees of the channel.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from common.channels import (
    Capabilities,
    Channel,
    Delivery,
    Inbound,
    InvalidSignature,
    Lookup,
    Payload,
    Prompt,
    SendResult,
    WebhookReply,
    WebhookRequest,
)

ACCOUNT = "webchat"
MAX_TEXT = 4000
"""Characters in one message, either way."""
FILES = dict.fromkeys(
    ("image/jpeg", "image/png", "image/gif", "image/webp", "application/pdf", "video/mp4"), 10 * 1024 * 1024
)
"""What a person may attach, and bytes at most: the page shows pictures and offers the rest for saving."""
_ADDRESS = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{1,255}")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """The text without what no database can hold: NUL and halves of surrogate pairs become the replacement sign."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


class WebChat:
    """The adapter of the hosted page."""

    channel = Channel.WEBCHAT
    account = ACCOUNT
    capabilities = Capabilities(
        max_text=MAX_TEXT,
        max_choices=20,
        session_window=None,
        receipts=False,
        pushes=True,
        files=FILES,
        max_caption=MAX_TEXT,
    )
    per_second = 10_000.0

    def normalize(self, address: str) -> str | None:
        """The address as it is; None for what cannot be stored as one."""
        return address if _ADDRESS.fullmatch(address) else None

    def find_address(self, customer: Mapping[str, object]) -> str | None:
        """The caller's own id: whoever has one can be given a page, so web chat never lacks an endpoint."""
        ref = customer.get("id")
        return self.normalize(ref) if isinstance(ref, str) else None

    def verify(self, request: WebhookRequest) -> None:
        """Refuse: nobody calls this channel by webhook, so no request can be genuine."""
        raise InvalidSignature("web chat has no webhook")

    def parse(self, request: WebhookRequest) -> Sequence[Inbound]:
        """Nothing: there is no webhook."""
        return ()

    def acknowledge(self) -> WebhookReply:
        """An empty answer."""
        return WebhookReply(status=204)

    def render(self, to: str, prompt: Prompt) -> Payload:
        """The prompt with its choices; the page draws a control from it."""
        fields = {
            "key": prompt.key,
            "text": storable(prompt.text)[:MAX_TEXT],
            "choices": [{"key": choice.key, "label": choice.label} for choice in prompt.choices],
            "scale": prompt.scale,
            "can_skip": prompt.can_skip,
        }
        return Payload(to=to, fields=fields, reference=prompt.reference)

    def send(self, payload: Payload, *, before_request: Callable[[], None]) -> SendResult:
        """Done at once: the message is in the database, from which the page reads it. Named by our own reference."""
        before_request()
        return SendResult(provider_id=payload.reference, delivery=Delivery.SENT)

    def look_up(self, payload: Payload, since: datetime, *, known: Collection[str] = ()) -> Lookup:
        """A send that was begun has succeeded, because there is nothing in it that can fail."""
        return Lookup(result=SendResult(provider_id=payload.reference, delivery=Delivery.SENT))
