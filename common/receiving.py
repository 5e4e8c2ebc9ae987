"""Where the facts of webhooks go: messages become turns, receipts delivery, blocks opt-outs; templates have a book."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from hashlib import blake2s
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, select

from common import clock
from common.bell import FEED
from common.channels import (
    AddressChanged,
    Channel,
    DeliveryReceipt,
    EndpointBlocked,
    Inbound,
    InboundMessage,
    Taken,
    WebhookRequest,
)
from common.delivery import receipts
from common.failpoints import failpoint
from common.privacy.searching import readable
from common.services import Services
from common.store import links
from common.store.dialect import insert_new
from common.store.people import move
from common.store.schema import customers, endpoints, inbound, quarantine
from common.templates import TemplateNews
from common.turns.opting_out import PROVIDER


class Inbox:
    """Stores every fact once, however often it comes. Both methods return only after the commit."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def receive(self, items: Sequence[Inbound]) -> Sequence[Taken]:
        """Let the facts take effect, in order: what came of the messages.

        Raises StoreUnavailable; then the provider should send them again.
        """
        failpoint("webhook.before_store")
        taken: list[Taken] = []
        for kind, group in groupby(items, key=type):
            together: list[Any] = list(group)
            if kind is InboundMessage:
                taken += self._take(together)
            elif kind is DeliveryReceipt:
                self._record(together)
            elif kind is TemplateNews:
                self._services.templates.record(together)
            else:
                for fact in together:
                    self._one(fact)
        failpoint("webhook.after_commit")
        return taken

    def quarantine(self, channel: Channel, webhook: WebhookRequest, reason: str) -> None:
        """Keep an authentic webhook that we cannot act on, for a person to look at; once, however often it comes."""
        raw = {
            "method": webhook.method,
            "path": webhook.path,
            "query": webhook.query,
            "body": base64.b64encode(webhook.body).decode("ascii"),
        }
        kept = json.dumps(raw)
        key = blake2s(f"{channel.value} {kept}".encode(), digest_size=15).hexdigest()
        row = {"id": f"qua_{key}", "channel": channel.value, "raw": kept, "error": reason[:2000], "at": clock.now()}
        text = readable(kept)

        def work(connection: Connection) -> None:
            if not self._services.erased.is_mentioned(connection, text):
                insert_new(connection, quarantine, [row])

        self._services.store.write(work)

    def _take(self, messages: Sequence[InboundMessage]) -> Sequence[Taken]:
        linked = [self._follow(message) for message in messages]
        results = self._services.store.submit_all(self._services.turns.run, messages)
        self._services.bell.ring(*set().union(*(result.rings for result in results)))
        return [
            Taken(provider_id=message.provider_id, is_new=result.fresh, counts=result.counts, is_linked=is_linked)
            for message, result, is_linked in zip(messages, results, linked, strict=True)
        ]

    def _follow(self, message: InboundMessage) -> bool | None:
        """The link by which somebody came, before what they say: then it is said by the right person."""
        token = message.link
        if token is None:
            return None

        def work(connection: Connection) -> bool:
            return links.follow(
                connection, token=token, channel=message.channel, address=message.sender, now=clock.now()
            )

        try:
            return self._services.store.write(work)
        except links.Taken:
            return False

    def _record(self, news: Sequence[DeliveryReceipt]) -> None:
        topics = self._services.store.submit_all(self._record_all, news)
        self._services.bell.ring(*set().union(*topics))

    def _record_all(self, connection: Connection, news: Sequence[DeliveryReceipt]) -> list[frozenset[str]]:
        return receipts.record(connection, self._services.turns, news)

    def _one(self, fact: EndpointBlocked | AddressChanged) -> None:
        if isinstance(fact, AddressChanged):
            self._services.store.write(lambda c: move(c, fact.channel, fact.sender, fact.address))
        else:
            self._blocked(fact)

    def _blocked(self, block: EndpointBlocked) -> None:
        """A block opts the person out; taking it back lifts that, but never an opt-out that came in words."""

        def work(connection: Connection) -> frozenset[str]:
            turns, rings = self._services.turns, frozenset[str]()
            if turns.is_erased(connection, block) or not _is_new(connection, block):
                return rings
            addresses = (block.sender, *block.aliases)
            owners = connection.execute(
                select(customers.c.id, customers.c.opted_out_by)
                .join(endpoints, endpoints.c.customer_id == customers.c.id)
                .where(endpoints.c.channel == block.channel.value, endpoints.c.address.in_(addresses))
                .distinct()
            ).all()
            if not owners and not block.lifted:
                turns.refuse_stranger(connection, block, clock.now())
            for owner in owners:
                if not block.lifted:
                    rings |= turns.opt_out(connection, owner.id, PROVIDER, clock.now())
                elif owner.opted_out_by == PROVIDER:
                    turns.opt_in(connection, owner.id)
                    rings |= {FEED}
            return rings

        self._services.bell.ring(*self._services.store.write(work))


def _is_new(connection: Connection, block: EndpointBlocked) -> bool:
    """True for the first time: a block that is told again after it was lifted must not stand again."""
    row = {
        "channel": block.channel.value,
        "account": block.account,
        "provider_id": f"block {block.provider_id}"[:255],
        "sender": block.sender,
        "fields": {"lifted": block.lifted},
        "received_at": clock.now(),
    }
    return bool(insert_new(connection, inbound, [row]))
