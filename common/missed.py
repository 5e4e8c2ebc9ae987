"""News that never reached us: providers that do not repeat a failed webhook are asked for it.

Asking costs HTTP, so it has a thread of its own beside the tick. What it brings passes the same door as a webhook, and
the unique keys drop what had come after all.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from sqlalchemy import select

from common import clock
from common.channels import Adapter, Channel, Delivery, Inbound, Recounts, SendError
from common.errors import StoreUnavailable
from common.store.schema import messages
from common.store.writer import Store

log = structlog.get_logger()

EVERY_S = 60.0
LOOK_BACK = timedelta(hours=1)
NEWS_AFTER = timedelta(minutes=15)
"""A message whose delivery is not final after this time is asked about."""
NO_NEWS_AFTER = timedelta(hours=24)
ASKED_AT_ONCE = 20
_NOT_FINAL = (Delivery.QUEUED.value, Delivery.SENT.value)


class Receiver(Protocol):
    """Where facts go; the same as for webhooks."""

    def receive(self, items: Sequence[Inbound]) -> object: ...


class Missed:
    """Asks every provider that can be asked, again and again."""

    def __init__(self, store: Store, adapters: Mapping[Channel, Adapter], receiver: Receiver) -> None:
        self._store = store
        self._adapters = {channel: adapter for channel, adapter in adapters.items() if isinstance(adapter, Recounts)}
        self._receiver = receiver
        self._stopping = threading.Event()

    def run(self) -> None:
        """Ask until `stop`."""
        while self._adapters and not self._stopping.wait(EVERY_S):
            self.once()

    def stop(self) -> None:
        """End; a question that is under way is finished."""
        self._stopping.set()

    def once(self) -> None:
        """Ask every provider once; one that does not answer is asked again next time."""
        now = clock.now()
        for channel, adapter in self._adapters.items():
            try:
                self._receiver.receive(adapter.received(now - LOOK_BACK))
                for provider_id in self._without_news(channel, now):
                    if (receipt := adapter.receipt(provider_id)) is not None:
                        self._receiver.receive((receipt,))
            except (SendError, StoreUnavailable) as error:
                log.warning("missed news could not be fetched", channel=channel.value, why=type(error).__name__)

    def _without_news(self, channel: Channel, now: datetime) -> Sequence[str]:
        with self._store.read() as connection:
            return (
                connection.execute(
                    select(messages.c.provider_id)
                    .where(
                        messages.c.channel == channel.value,
                        messages.c.direction == "out",
                        messages.c.provider_id.is_not(None),
                        messages.c.delivery.in_(_NOT_FINAL),
                        messages.c.at < now - NEWS_AFTER,
                        messages.c.at > now - NO_NEWS_AFTER,
                    )
                    .order_by(messages.c.at.desc())
                    .limit(ASKED_AT_ONCE)
                )
                .scalars()
                .all()
            )
