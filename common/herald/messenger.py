"""The messenger's thread: raises what follows from how things stand, and sends alerts on their routes, until stopped.

A message is leased before it leaves, so that several messengers send it once. One that dies between sending and
writing that down sends again after the lease: of an alert, twice is better than never.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta, tzinfo

import structlog
from sqlalchemy import Connection

from common import clock
from common.alerts.words import message
from common.config import Settings
from common.herald.alarms import news_of, rate_conditions, sending_conditions, take_note
from common.herald.insight_news import tell_of_week, theme_conditions, untold_week
from common.rounds import Rounds
from common.sealing import CannotOpen, Sealer
from common.store import alerts as store
from common.store.alerts import LeasedMessage
from common.store.writer import Store

log = structlog.get_logger()

LOOK_EVERY_S, RATES_EVERY_S, CLEAN_EVERY_S = 60.0, 1800.0, 3600.0
LEASE = timedelta(minutes=3)
BACKOFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6))
KEEP = timedelta(days=90)
"""How long what was seen is kept."""
Send = Callable[[str, str, str], str | None]
"""Address, title and body → None if the service took it, else why not, in words that do not hold the address."""


def sealer_of(settings: Settings) -> Sealer | None:
    """What opens the addresses of routes; None without a key."""
    keys = [settings.get("SECRET_KEY"), *(settings.values.get("SECRET_KEY_OLD") or "").split(",")]
    known = [key.strip() for key in keys if key and key.strip()]
    return Sealer(known, "alert route") if known else None


_TEST = ("Zeroten: a test", "This is a test. Alerts that this route is for will come here.")


class Messenger(Rounds):
    """Sends alerts."""

    who = "messenger"

    def __init__(self, store: Store, send: Send, *, sealer: Sealer | None, console_url: str, zone: tzinfo) -> None:
        super().__init__()
        self._store = store
        self._send = send
        self._sealer = sealer
        self._console_url = console_url
        self._zone = zone

    def round(self) -> None:
        """Look how things stand, and send what is due."""
        self.look()
        self.once()

    def look(self, *, now: bool = False) -> None:
        """Look how things stand when it is time to; now: at once."""
        wants_sending, wants_rates = (
            now or self.is_time("sending", LOOK_EVERY_S),
            now or self.is_time("rates", RATES_EVERY_S),
        )
        with self._store.read() as connection:
            found = sending_conditions(connection, clock.now()) if wants_sending else []
            found += rate_conditions(connection, self._zone, clock.now()) if wants_rates else []
            found += theme_conditions(connection, self._zone, clock.now()) if wants_rates else []
            found = news_of(connection, found)
            week = untold_week(connection, self._zone, clock.now()) if wants_rates else None
        if week is not None:
            self._store.write(lambda connection: tell_of_week(connection, self._zone, clock.now()))
        if found:
            self._store.write(lambda connection: take_note(connection, found, clock.now()))
        if self.is_time("clean", CLEAN_EVERY_S):
            self._store.write(lambda connection: store.forget_old(connection, clock.now() - KEEP))

    def once(self) -> int:
        """Send what is due: the number of messages."""
        if self._sealer is None:
            return 0
        wall = clock.wall()
        with self._store.read() as connection:
            if not store.is_due(connection, clock.now(), wall):
                return 0
        leased = self._store.write(
            lambda connection: store.lease(connection, now=clock.now(), wall=wall, until=wall + LEASE)
        )
        for one in leased:
            self._deliver(one)
        return len(leased)

    def _deliver(self, leased: LeasedMessage) -> None:
        assert self._sealer is not None
        error: str | None = None
        if leased.is_test or leased.alerts:
            title, body = _TEST if leased.is_test else message(leased.alerts, self._console_url)
            try:
                error = self._send(self._sealer.open(leased.route.address), title, body)
            except CannotOpen:
                error = "the address was sealed with another ZEROTEN_SECRET_KEY; enter it again"
        gap = BACKOFF[leased.attempts - 1] if error and not leased.is_test and leased.attempts <= len(BACKOFF) else None
        if error:
            log.warning("an alert could not be sent", route=leased.route.id, why=error)

        def work(connection: Connection) -> None:
            now = clock.now()
            store.settle(connection, leased, now, error=error, next_at=now + gap if gap else None)

        self._store.write(work)
