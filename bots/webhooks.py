"""The webhooks of all message channels: verify, parse, store, and only then acknowledge.

A provider is told "received" when the transaction that holds its news is committed, never before; whatever we cannot
take now is answered 503, so that it comes again. What is authentic but cannot be understood is kept in quarantine and
acknowledged, because the provider would send it again for days.

Which addresses there are, and how long a body may be, the adapters say (`Called.doors`); a channel that is off has
none, so its addresses do not exist.
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

import structlog
from flask import Blueprint, Response, request
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from common.channels import (
    Adapter,
    Called,
    Challenged,
    Channel,
    Confirms,
    Door,
    Inbound,
    InvalidSignature,
    MalformedWebhook,
    NotUnderstood,
    Taken,
    Unread,
    WebhookReply,
    WebhookRequest,
)
from common.errors import StoreUnavailable

log = structlog.get_logger(__name__)

_TITLES = {
    400: "Malformed webhook",
    403: "Invalid signature",
    404: "Not found",
    405: "Method not allowed",
    413: "Body too large",
    503: "Try again",
}


class Receiver(Protocol):
    """Where the facts of webhooks go. Both return only after commit."""

    def receive(self, items: Sequence[Inbound]) -> Sequence[Taken]:
        """Store each fact once, however often it comes, and let it take effect: what came of the messages.

        Raises StoreUnavailable.
        """

    def quarantine(self, channel: Channel, webhook: WebhookRequest, reason: str) -> None:
        """Keep an authentic webhook that we cannot act on, for a person to look at. Raises StoreUnavailable."""


def create_webhooks(adapters: Mapping[str, Adapter], receiver: Receiver) -> Blueprint:
    """The routes of every adapter that is called by its provider; anything else below /webhooks is 404."""
    webhooks = Blueprint("webhooks", __name__)
    for adapter in adapters.values():
        if isinstance(adapter, Called):
            for door in adapter.doors:
                _open(webhooks, door, adapter, receiver)
    webhooks.add_url_rule(
        "/webhooks/<path:unknown>",
        "unknown",
        lambda unknown: _problem(404),
        methods=_METHODS,
        provide_automatic_options=False,
    )
    return webhooks


_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def _open(webhooks: Blueprint, door: Door, adapter: Adapter, receiver: Receiver) -> None:
    def enter() -> Response:
        if request.method == "POST":
            return _take(door, adapter, receiver)
        if request.method == "GET" and isinstance(adapter, Challenged):
            return _challenge(door, adapter)
        allowed = "GET, POST" if isinstance(adapter, Challenged) else "POST"
        return _problem(405, headers={"Allow": allowed})

    name = door.path.removeprefix("/").replace("/", "_")
    webhooks.add_url_rule(door.path, name, enter, methods=_METHODS, provide_automatic_options=False)


def _challenge(door: Door, adapter: Challenged) -> Response:
    try:
        return _reply(adapter.challenge(_as_received(door, b"")))
    except InvalidSignature:
        return _problem(403)


def _take(door: Door, adapter: Adapter, receiver: Receiver) -> Response:
    def act(webhook: WebhookRequest) -> Response:
        taken = _store(webhook, adapter, receiver)
        return _reply(_acknowledgement(webhook, adapter, taken))

    return answer_webhook(door, adapter, act)


def answer_webhook(door: Door, adapter: Adapter, act: Callable[[WebhookRequest], Response]) -> Response:
    """What `act` answers to the request that is being served, if that is proven and not too long; else why not.

    `act` may raise MalformedWebhook and StoreUnavailable.
    """
    try:
        webhook = _as_received(door, _body(door))
        _verify(webhook, adapter)
        return act(webhook)
    except RequestEntityTooLarge:
        return _problem(413, f"A body may have {door.max_body} bytes.")
    except ClientDisconnected:
        return _problem(400, "The body ended early.")
    except InvalidSignature as refusal:
        log.warning("webhook_refused", path=door.path, reason=str(refusal))
        return _problem(403)
    except MalformedWebhook as fault:
        log.warning("webhook_malformed", path=door.path, reason=str(fault))
        return _problem(400, str(fault))
    except StoreUnavailable:
        log.error("webhook_not_stored", path=door.path)
        return _problem(503, "The store cannot take this now.", headers={"Retry-After": "1"})


def _acknowledgement(webhook: WebhookRequest, adapter: Adapter, taken: Sequence[Taken]) -> WebhookReply:
    """What the adapter says. It is stored by now, so a slip in the words must not make the provider send it again."""
    if not isinstance(adapter, Confirms):
        return adapter.acknowledge()
    try:
        return adapter.confirm(webhook, taken)
    except Exception as fault:
        log.error("confirm_failed", path=webhook.path, error=type(fault).__name__, at=_place(fault), alarm=True)
        return adapter.acknowledge()


def _body(door: Door) -> bytes:
    """The raw body. Raises RequestEntityTooLarge, before anything is read where the length is declared."""
    if (request.content_length or 0) > door.max_body:
        raise RequestEntityTooLarge
    # One byte more than may come: Werkzeug cuts a body of undeclared length off at the limit without a word.
    request.max_content_length = door.max_body + 1
    body = request.get_data(cache=False)
    if len(body) > door.max_body:
        raise RequestEntityTooLarge
    return body


def _as_received(door: Door, body: bytes) -> WebhookRequest:
    """The request as the provider made it: raw query, and the door's own path, for servers give no raw one."""
    return WebhookRequest(
        method=request.method,
        path=door.path,
        query=request.environ.get("QUERY_STRING", ""),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body,
    )


def _verify(webhook: WebhookRequest, adapter: Adapter) -> None:
    """Raise InvalidSignature unless it is proven; a check that breaks proves nothing."""
    try:
        adapter.verify(webhook)
    except InvalidSignature:
        raise
    except Exception as fault:
        log.error("verify_failed", path=webhook.path, error=type(fault).__name__, at=_place(fault), alarm=True)
        raise InvalidSignature("the check itself failed") from None


def _store(webhook: WebhookRequest, adapter: Adapter, receiver: Receiver) -> Sequence[Taken]:
    """Parse and receive; what cannot be understood or received goes to quarantine. Raises StoreUnavailable."""
    taken: list[Taken] = []
    try:
        items = adapter.parse(webhook)
    except NotUnderstood as reason:
        log.warning("webhook_not_understood", path=webhook.path, reason=str(reason))
        _quarantine(webhook, adapter, receiver, f"not understood: {reason}")
        return taken
    except MalformedWebhook:
        raise
    except Exception as fault:
        _poisoned(fault, webhook, adapter, receiver)
        return taken
    for poison in _receive([item for item in items if not isinstance(item, Unread)], receiver, taken):
        _poisoned(poison, webhook, adapter, receiver)
    for part in items:
        if isinstance(part, Unread):
            log.warning("webhook_part_not_understood", path=webhook.path, reason=part.reason)
            _quarantine(replace(webhook, body=part.body), adapter, receiver, f"not understood: {part.reason}")
    return taken


def _receive(items: Sequence[Inbound], receiver: Receiver, taken: list[Taken]) -> Iterator[Exception]:
    """Hand the facts over in one go; if that fails, one by one, so that one poisoned fact does not cost the others.

    Yields what went wrong, per fact, and adds to `taken`. Receiving a fact twice has no second effect.
    """
    try:
        if items:
            taken += receiver.receive(items)
        return
    except StoreUnavailable:
        raise
    except Exception as fault:
        if len(items) == 1:
            yield fault
            return
    for item in items:
        try:
            taken += receiver.receive((item,))
        except StoreUnavailable:
            raise
        except Exception as fault:
            yield fault


def _poisoned(fault: Exception, webhook: WebhookRequest, adapter: Adapter, receiver: Receiver) -> None:
    """Alarm and keep it. Only the fault's kind and place are told: what an exception says may quote the customer."""
    log.error("webhook_poisoned", path=webhook.path, error=type(fault).__name__, at=_place(fault), alarm=True)
    _quarantine(webhook, adapter, receiver, f"poisoned: {type(fault).__name__} at {_place(fault)}")


def _quarantine(webhook: WebhookRequest, adapter: Adapter, receiver: Receiver, reason: str) -> None:
    """Keep it. Raises StoreUnavailable, also for a fault of the quarantine itself: what is not kept must come again."""
    try:
        receiver.quarantine(adapter.channel, webhook, reason)
    except StoreUnavailable:
        raise
    except Exception as fault:
        log.error("quarantine_failed", path=webhook.path, error=type(fault).__name__, at=_place(fault), alarm=True)
        raise StoreUnavailable from None


def _place(fault: BaseException) -> str:
    frames = traceback.extract_tb(fault.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "unknown"


def _reply(reply: WebhookReply) -> Response:
    return Response(reply.body, status=reply.status, content_type=reply.content_type)


def _problem(status: int, detail: str | None = None, *, headers: Mapping[str, str] | None = None) -> Response:
    """RFC 9457."""
    members = {"type": "about:blank", "title": _TITLES[status], "status": status}
    if detail:
        members["detail"] = detail
    return Response(json.dumps(members), status=status, headers=headers, content_type="application/problem+json")
