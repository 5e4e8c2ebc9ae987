"""The one stream per browser tab: says that something changed, never what.

The database's feed is the truth; the door-bell only shortens the wait. An event carries the feed's number as its id, so
a tab that lost its connection resumes where it was. Numbers may become visible out of order on PostgreSQL, so each look
reads a stretch before the last number again; an event twice is a look twice, an event lost would be a customer lost.

A stream holds one thread of the server. Their number is capped, they end by themselves after five minutes, and a tab
that opens a new one closes its old one: a closed tab is noticed only when the next line cannot be written.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from common.bell import FEED, Bell
from common.clock import monotonic, now
from common.errors import StoreUnavailable
from common.store.inbox import feed_after
from common.store.writer import Store

HEARTBEAT_S = 15.0
LOOK_S = 2.0
"""How often a stream looks by itself, for news whose ring was lost or rang in another process."""
LIFETIME_S = 300.0
MAX_STREAMS = 24
RETRY_MS = 1_000
_MAY_APPEAR_LATE = timedelta(seconds=30)
"""The longest a transaction lasts on PostgreSQL (its statement time-out)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What changed since the last look: the new position in the feed, and whose threads to look at again."""

    position: int
    tickets: tuple[str, ...] = ()
    conversations: tuple[str, ...] = ()

    def as_json(self) -> str:
        return json.dumps({"tickets": self.tickets, "conversations": self.conversations, "position": self.position})


@dataclass(slots=True)
class Reader:
    """Reads the feed from a position on, each row once."""

    store: Store
    position: int
    _seen: set[int] = field(default_factory=set)
    _recent: datetime | None = field(default_factory=lambda: now() - _MAY_APPEAR_LATE)

    def look(self) -> News | None:
        """The news since the last look, None if there is none.

        The first look also reports rows below the position that are young enough to have become visible after it.
        """
        with self.store.read() as connection:
            rows = feed_after(connection, self.position)
        recent, self._recent = self._recent, None
        fresh = [
            row
            for row in rows
            if row.id not in self._seen and (row.id > self.position or recent is None or row.at > recent)
        ]
        self._seen = {row.id for row in rows}
        if not fresh:
            return None
        self.position = max(self.position, fresh[-1].id)
        return News(
            position=self.position,
            tickets=tuple(dict.fromkeys(row.ticket_id for row in fresh if row.ticket_id)),
            conversations=tuple(dict.fromkeys(row.conversation_id for row in fresh if row.conversation_id)),
        )


class Slot:
    """One open stream's place. Given back once, by whoever notices first that it is over."""

    def __init__(self, streams: Streams, key: tuple[str, str]) -> None:
        self.is_over = threading.Event()
        self.wake = threading.Event()
        self._streams = streams
        self.key = key

    def release(self) -> None:
        self._streams._release(self)
        self.is_over.set()
        self.wake.set()


class Streams:
    """The open streams of this process."""

    def __init__(self, limit: int = MAX_STREAMS) -> None:
        self._limit = limit
        self._open: dict[tuple[str, str], Slot] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._open)

    def take(self, user_id: str, tab: str) -> Slot | None:
        """A place for this tab, whose earlier stream ends; None if all places are taken."""
        slot = Slot(self, (user_id, tab))
        with self._lock:
            earlier = self._open.pop(slot.key, None)
            is_full = len(self._open) >= self._limit
            if not is_full:
                self._open[slot.key] = slot
        if earlier is not None:
            earlier.release()
        return None if is_full else slot

    def close(self) -> None:
        """End all streams: the process stops."""
        for slot in list(self._open.values()):
            slot.release()

    def _release(self, slot: Slot) -> None:
        with self._lock:
            if self._open.get(slot.key) is slot:
                del self._open[slot.key]


def lines(reader: Reader, bell: Bell, slot: Slot, is_welcome: Callable[[], bool]) -> Iterator[str]:
    """The stream's text: news as it happens, a comment when nothing does.

    `is_welcome` is asked with every heartbeat: a session that has ended takes its stream along.
    """
    ends_at, beats_at = monotonic() + LIFETIME_S, monotonic() + HEARTBEAT_S
    try:
        yield f"retry: {RETRY_MS}\nevent: hello\ndata: {{}}\n\n"
        with bell.listening(FEED) as rung:
            slot.wake = rung
            while not slot.is_over.is_set() and monotonic() < ends_at:
                rung.clear()
                news = reader.look()
                if news is not None:
                    yield f"id: {news.position}\nevent: changed\ndata: {news.as_json()}\n\n"
                if monotonic() >= beats_at:
                    if not is_welcome():
                        return
                    yield ": still here\n\n"
                    beats_at = monotonic() + HEARTBEAT_S
                if news is None and not slot.is_over.is_set():
                    rung.wait(min(LOOK_S, max(0.0, beats_at - monotonic())))
    except StoreUnavailable:
        return  # the browser comes again by itself, and resumes
    finally:
        slot.release()
