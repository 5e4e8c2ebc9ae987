"""Senders: the threads of a dispatcher that wait for providers.

A `ThreadPoolExecutor` makes a future, a condition and a lock for every message; all that is wanted is a queue.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

from common.delivery.leasing import Leased


class Senders:
    """At most `count` threads, started with the first message, each of which calls `send`. It must not raise."""

    def __init__(self, send: Callable[[Leased], None], count: int) -> None:
        self._send = send
        self._count = count
        self._queue: queue.SimpleQueue[Leased | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []

    def submit(self, leased: Leased) -> None:
        """Have it sent as soon as a thread is free."""
        if not self._threads:
            names = [f"send-{number}" for number in range(self._count)]
            self._threads = [threading.Thread(target=self._work, name=name, daemon=True) for name in names]
            for thread in self._threads:
                thread.start()
        self._queue.put(leased)

    def close(self) -> None:
        """Send what was submitted, then end; more may be submitted afterwards."""
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()
        self._threads = []

    def _work(self) -> None:
        while (leased := self._queue.get()) is not None:
            self._send(leased)
