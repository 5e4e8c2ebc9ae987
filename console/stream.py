"""The one stream per browser tab: says that something changed, never what.

The database's feed is the truth; the door-bell only shortens the wait. An event carries the feed's number as its id, so
a tab that lost its connection resumes where it was. Numbers may become visible out of order on PostgreSQL, so each look
reads a stretch before the last number again; an event twice is a look twice, an event lost would be a customer lost.

A stream holds one thread of the server. Their number is capped, they end by themselves after five minutes, and one
person has at most six: a closed tab is noticed only when the next line cannot be written.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from common.actors import Teams
from common.bell import FEED, Bell
from common.clock import monotonic, now, wall
from common.errors import StoreUnavailable
from common.store import presence
from common.store.inbox import feed_after
from common.store.scope import narrowed_to
from common.store.writer import Store

HEARTBEAT_S = 15.0
LOOK_S = 2.0
"""How often a stream looks by itself, for news whose ring was lost or rang in another process."""
LIFETIME_S = 300.0
MAX_STREAMS = 24
PER_USER = 6
"""As many connections as a browser opens to one address without HTTP/2."""
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
    teams: Teams | None = None  # whose news; a stream outlives its request
    _seen: set[int] = field(default_factory=set)
    _recent: datetime | None = field(default_factory=lambda: now() - _MAY_APPEAR_LATE)

    def look(self) -> News | None:
        """The news since the last look, None if there is none.

        The first look also reports rows below the position that are young enough to have become visible after it.
        """
        with narrowed_to(self.teams), self.store.read() as connection:
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


@dataclass(slots=True)
class Others:
    """Who else has the thread of a tab open. topic: what rings when that changes; what dies is noticed by looking."""

    store: Store
    topic: str
    ticket_id: str
    user_id: str
    _told: tuple[presence.Person, ...] | None = None

    def look(self) -> list[dict[str, object]] | None:
        """Their names, at the first look and whenever they are not the same as at the last."""
        with self.store.read() as connection:
            there = presence.people(connection, self.ticket_id, wall(), but=self.user_id)
        if there == self._told:
            return None
        self._told = there
        return as_json(there)


def as_json(there: Iterable[presence.Person]) -> list[dict[str, object]]:
    """People as the page's script is told of them."""
    return [{"name": person.name, "is_typing": person.is_typing} for person in there]


class Slot:
    """One open stream's place. Given back once, by whoever notices first that it is over."""

    def __init__(self, streams: Streams, user_id: str) -> None:
        self.user_id = user_id
        self.is_over = threading.Event()
        self.wake = threading.Event()
        self.is_replaced = False
        self._streams = streams

    def release(self) -> None:
        self._streams._forget(self)
        self.is_over.set()
        self.wake.set()


class Streams:
    """The open streams of this process."""

    def __init__(self, limit: int = MAX_STREAMS) -> None:
        self._limit = limit
        self._is_closing = False
        self._open: list[Slot] = []
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._open)

    def take(self, user_id: str) -> Slot | None:
        """A place for one more tab; None if all places are taken. A person's oldest stream makes room for a seventh."""
        slot = Slot(self, user_id)
        with self._lock:
            own = [other for other in self._open if other.user_id == user_id]
            oldest = own[0] if len(own) >= PER_USER else None
            if oldest is not None:
                self._open.remove(oldest)
            is_full = self._is_closing or len(self._open) >= self._limit
            if not is_full:
                self._open.append(slot)
        if oldest is not None:
            oldest.is_replaced = True
            oldest.release()
        return None if is_full else slot

    def close(self) -> None:
        """End all streams and open no more: the process stops."""
        self._is_closing = True
        for slot in tuple(self._open):
            slot.release()

    def _forget(self, slot: Slot) -> None:
        with self._lock:
            if slot in self._open:
                self._open.remove(slot)


def lines(
    reader: Reader, bell: Bell, slot: Slot, is_welcome: Callable[[], bool], others: Others | None = None
) -> Iterator[str]:
    """The stream's text: news as it happens, a comment when nothing does.

    `is_welcome` is asked with every heartbeat: a session that has ended takes its stream along. others: who else has
    the tab's thread open; told when it changes.
    """
    ends_at, beats_at = monotonic() + LIFETIME_S, monotonic() + HEARTBEAT_S
    try:
        yield f"retry: {RETRY_MS}\nevent: hello\ndata: {{}}\n\n"
        with bell.listening(FEED, *([others.topic] if others else [])) as rung:
            slot.wake = rung
            while not slot.is_over.is_set() and monotonic() < ends_at:
                rung.clear()
                news = reader.look()
                if news is not None:
                    yield f"id: {news.position}\nevent: changed\ndata: {news.as_json()}\n\n"
                if others is not None and (there := others.look()) is not None:
                    yield f"event: others\ndata: {json.dumps(there)}\n\n"
                if monotonic() >= beats_at:
                    if not is_welcome():
                        return
                    yield ": still here\n\n"
                    beats_at = monotonic() + HEARTBEAT_S
                if news is None and not slot.is_over.is_set():
                    rung.wait(min(LOOK_S, max(0.0, beats_at - monotonic())))
        if slot.is_replaced:
            yield "event: replaced\ndata: {}\n\n"
    except StoreUnavailable:
        return  # the browser comes again by itself, and resumes
    finally:
        slot.release()
