"""Where the facts of webhooks go: messages become turns, receipts delivery, blocks opt-outs; templates have a book."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, insert, select

from common import clock, receipts
from common.channels import Channel, DeliveryReceipt, EndpointBlocked, Inbound, InboundMessage, WebhookRequest
from common.failpoints import failpoint
from common.ids import new_id
from common.services import Services
from common.store.schema import endpoints, quarantine
from common.templates import TemplateNews


class Inbox:
    """Stores every fact once, however often it comes. Both methods return only after the commit."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def receive(self, items: Sequence[Inbound]) -> None:
        """Let the facts take effect, in order. Raises StoreUnavailable; then the provider should send them again."""
        failpoint("webhook.before_store")
        for kind, group in groupby(items, key=type):
            together: list[Any] = list(group)
            if kind is InboundMessage:
                self._take(together)
            elif kind is DeliveryReceipt:
                self._record(together)
            elif kind is TemplateNews:
                self._services.templates.record(together)
            else:
                for block in together:
                    self._blocked(block)
        failpoint("webhook.after_commit")

    def quarantine(self, channel: Channel, webhook: WebhookRequest, reason: str) -> None:
        """Keep an authentic webhook that we cannot act on, for a person to look at."""
        raw = {
            "method": webhook.method,
            "path": webhook.path,
            "query": webhook.query,
            "body": base64.b64encode(webhook.body).decode("ascii"),
        }
        row = {"id": new_id("qua"), "channel": channel.value, "raw": json.dumps(raw), "error": reason[:2000]}
        self._services.store.write(lambda connection: connection.execute(insert(quarantine).values(row | _at())))

    def _take(self, messages: Sequence[InboundMessage]) -> None:
        results = self._services.store.submit_all(self._services.turns.run, messages)
        self._services.bell.ring(*set().union(*(result.rings for result in results)))

    def _record(self, news: Sequence[DeliveryReceipt]) -> None:
        topics = self._services.store.submit_all(self._record_all, news)
        self._services.bell.ring(*set().union(*topics))

    def _record_all(self, connection: Connection, news: Sequence[DeliveryReceipt]) -> list[frozenset[str]]:
        return receipts.record(connection, self._services.turns, news)

    def _blocked(self, block: EndpointBlocked) -> None:
        def work(connection: Connection) -> frozenset[str]:
            place = (endpoints.c.channel == block.channel.value, endpoints.c.address == block.sender)
            owner = connection.execute(select(endpoints.c.customer_id).where(*place)).scalar()
            if owner is None:
                return frozenset()
            return self._services.turns.opt_out(connection, owner, block.channel.value, clock.now())

        self._services.bell.ring(*self._services.store.write(work))


def _at() -> dict[str, object]:
    return {"at": clock.now()}
