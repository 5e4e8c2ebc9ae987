"""The door-bell: says "look again" to whoever waits for work or news. Never carries the news itself.

The database is the truth. A ring that is lost costs the time until the next poll and nothing else, so Redis may be
down, flushed or absent. In one process a ring wakes waiting threads directly; Redis carries it to other processes.
"""

from __future__ import annotations

import contextlib
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator

import redis
import structlog

from common.ids import new_id

log = structlog.get_logger()

_CHANNEL = "zeroten:bell"
_PAUSE_S = 2.0
_GATHER_S = 0.01
"""After a ring through Redis, what rings in this time goes out together. The first of them waits for nothing."""
OUTBOX = "outbox"
"""Topic: a message waits to be sent."""
FEED = "feed"
"""Topic: something changed that the console shows."""


class Bell:
    """Rings by topic, in this process and, with Redis, in all others."""

    def __init__(self, redis_url: str | None) -> None:
        self._waiting: dict[str, set[threading.Event]] = defaultdict(set)
        self._lock = threading.Lock()
        self._outgoing: set[str] = set()
        self._has_outgoing = threading.Event()
        self._name = new_id("bel")
        """Redis hands our own rings back to us; by this they are known."""
        self._closing = threading.Event()
        self._url = redis_url
        if redis_url:
            for name, target in (("bell-out", self._publish), ("bell-in", self._listen)):
                threading.Thread(target=target, name=name, daemon=True).start()

    def ring(self, *topics: str) -> None:
        """Wake everyone who waits for one of `topics`. Never blocks, never fails."""
        if not topics:
            return
        self._wake(topics)
        if self._url:
            with self._lock:
                self._outgoing.update(topics)
            self._has_outgoing.set()

    @contextlib.contextmanager
    def listening(self, *topics: str) -> Iterator[threading.Event]:
        """An event that is set by every ring of `topics`; clear it *before* looking at the database."""
        event = threading.Event()
        with self._lock:
            for topic in topics:
                self._waiting[topic].add(event)
        try:
            yield event
        finally:
            with self._lock:
                for topic in topics:
                    self._waiting[topic].discard(event)
                    if not self._waiting[topic]:
                        del self._waiting[topic]

    @property
    def is_closing(self) -> bool:
        """The process is about to end: streams should end now."""
        return self._closing.is_set()

    def close(self) -> None:
        """Stop the threads and wake all who wait."""
        self._closing.set()
        self._has_outgoing.set()
        self._wake_all()

    def _wake_all(self) -> None:
        with self._lock:
            waiting = {event for events in self._waiting.values() for event in events}
        for event in waiting:
            event.set()

    def _connect(self) -> redis.Redis:
        assert self._url is not None
        return redis.Redis.from_url(self._url, socket_connect_timeout=1, socket_timeout=5)

    def _publish(self) -> None:
        client = self._connect()
        while self._has_outgoing.wait() and not self._closing.is_set():
            self._has_outgoing.clear()
            with self._lock:
                topics, self._outgoing = self._outgoing, set()
            try:
                client.publish(_CHANNEL, " ".join((self._name, *topics)))
                self._closing.wait(_GATHER_S)
            except redis.RedisError:
                self._closing.wait(_PAUSE_S)
                with self._lock:
                    self._outgoing.clear()  # stale rings: the polls of the others have found their work by now

    def _hear(self, ring: str) -> None:
        """Wake who waits for the topics of another process's ring."""
        name, *topics = ring.split(" ")
        if name != self._name:
            self._wake(topics)

    def _wake(self, topics: Iterable[str]) -> None:
        with self._lock:
            waiting = {event for topic in topics for event in self._waiting.get(topic, ())}
        for event in waiting:
            event.set()

    def _listen(self) -> None:
        was_down = False
        while not self._closing.is_set():
            try:
                with self._connect().pubsub(ignore_subscribe_messages=True) as subscription:  # type: ignore[no-untyped-call]
                    subscription.subscribe(_CHANNEL)
                    self._wake_all()
                    was_down = False
                    while not self._closing.is_set():
                        message = subscription.get_message(timeout=2.0)
                        if message is not None:
                            self._hear(message["data"].decode("utf-8", "replace"))
            except redis.RedisError:
                if not was_down:
                    log.warning("redis is away; waiting by polling")
                was_down = True
                self._closing.wait(_PAUSE_S)
