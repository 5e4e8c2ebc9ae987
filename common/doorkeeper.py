"""Whether providers can reach us: the web processes say again and again that their doors are open.

Some providers cannot be asked what became of a message; their news would have said so, had it been able to come in. So
silence proves something only if somebody was there to hear, and for as long as nobody was: a provider that has found
the doors shut waits about as long again before it comes back.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import Connection, select, update

from common import clock
from common.errors import StoreUnavailable
from common.store.dialect import insert_new
from common.store.schema import leases
from common.store.writer import Store

log = structlog.get_logger()

NAME = "doors"
EVERY_S = 2.0
SHUT_AFTER = timedelta(seconds=6)
"""Doors of which nobody has said for so long that they are open count as shut since then."""


class Doorkeeper:
    """Says that this process's doors are open, until it is stopped."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._stopping = threading.Event()

    def run(self) -> None:
        """Say so every two seconds."""
        while True:
            try:
                self._store.write(say_open)
            except StoreUnavailable:
                log.debug("nobody can be told that the doors are open")
            if self._stopping.wait(EVERY_S):
                return

    def stop(self) -> None:
        """Say it no more."""
        self._stopping.set()


def say_open(connection: Connection) -> None:
    """The doors are open now; if nobody had said so for a while, they open now."""
    now = clock.wall()
    values = {"holder": _opened(now, timedelta(0)), "until": now + SHUT_AFTER}
    if insert_new(connection, leases, [{"name": NAME, **values}]):
        return
    known = connection.execute(select(leases.c.until).where(leases.c.name == NAME).with_for_update()).scalar_one()
    if known < now:
        values["holder"] = _opened(now, now - known + SHUT_AFTER)
        changed = values
    else:
        changed = {"until": values["until"]}
    connection.execute(update(leases).where(leases.c.name == NAME).values(changed))


def would_have_heard(connection: Connection, within: timedelta) -> bool:
    """True if news that was on its way for `within` could have come in: the doors were open all the while, and for as
    long as they had been shut before. True as well where no web process has ever said anything."""
    row = connection.execute(select(leases.c.holder, leases.c.until).where(leases.c.name == NAME)).first()
    if row is None:
        return True
    since, _, shut_s = row.holder.partition(" ")
    now = clock.wall()
    opened = datetime.fromtimestamp(float(since), UTC)
    return bool(row.until >= now and now - opened >= max(within, timedelta(seconds=float(shut_s))))


def _opened(at: datetime, shut_for: timedelta) -> str:
    return f"{at.timestamp():.1f} {shut_for.total_seconds():.1f}"
