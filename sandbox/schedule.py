"""Things that happen later, or beside the request: one thread keeps the time, a pool of threads does the work."""

from __future__ import annotations

import heapq
import itertools
import sys
import threading
import time
import traceback
from collections.abc import Callable
from queue import SimpleQueue

WORKERS = 48  # each may wait for a webhook that hangs


class Schedule:
    """Tasks started in order of their due time. What was scheduled before `forget()` is not started any more."""

    def __init__(self, workers: int = WORKERS) -> None:
        self._due: list[tuple[float, int, int, Callable[[], None]]] = []
        self._changed = threading.Condition()
        self._order = itertools.count()
        self._epoch = 0
        self._ready: SimpleQueue[tuple[int, Callable[[], None]] | None] = SimpleQueue()
        self._workers = workers
        self._closed = False
        self._threads = [threading.Thread(target=self._keep_time, name="schedule", daemon=True)]
        self._threads += [threading.Thread(target=self._work, name=f"work-{n}", daemon=True) for n in range(workers)]
        for thread in self._threads:
            thread.start()

    def soon(self, task: Callable[[], None]) -> None:
        """Starts `task` as soon as a worker is free."""
        self._ready.put((self._epoch, task))

    def after(self, delay_s: float, task: Callable[[], None]) -> None:
        """Starts `task` when `delay_s` seconds have passed on the system's own clock."""
        if delay_s <= 0:
            self.soon(task)
            return
        with self._changed:
            heapq.heappush(self._due, (time.monotonic() + delay_s, next(self._order), self._epoch, task))
            self._changed.notify()

    def forget(self) -> None:
        """Drops everything that has not been started."""
        with self._changed:
            self._epoch += 1
            self._due.clear()
            self._changed.notify()

    def close(self) -> None:
        """Lets the threads go; what is running ends by itself."""
        with self._changed:
            self._closed = True
            self._due.clear()
            self._changed.notify()
        for _ in range(self._workers):
            self._ready.put(None)

    def _keep_time(self) -> None:
        with self._changed:
            while not self._closed:
                if not self._due:
                    self._changed.wait()
                    continue
                wait = self._due[0][0] - time.monotonic()
                if wait > 0:
                    self._changed.wait(wait)
                    continue
                _, _, epoch, task = heapq.heappop(self._due)
                self._ready.put((epoch, task))

    def _work(self) -> None:
        while (item := self._ready.get()) is not None:
            epoch, task = item
            if epoch != self._epoch or self._closed:
                continue
            try:
                task()
            except Exception:  # a worker outlives a task that failed; the trace is for whoever runs the sandbox
                traceback.print_exc(file=sys.stderr)
