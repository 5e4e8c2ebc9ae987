"""How the product writes: one call, `write` or `submit`, that returns after the commit or raises.

`Store` writes in the caller's thread. `StoreWriter` is the same with a thread of its own that gathers what many request
threads bring and commits it as one group: on SQLite it makes the process the single writer that SQLite wants, on
PostgreSQL it turns many small round trips into few large ones. A full queue is refused at once, so that a provider's
webhook gets its 503 while it still waits, instead of a time-out.
"""

from __future__ import annotations

import contextlib
import queue
import random
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection

from common.errors import StoreUnavailable
from common.failpoints import failpoint
from common.store.engine import Database

T = TypeVar("T")
Item = TypeVar("Item")
Batch = Callable[[Connection, Sequence[Item]], Sequence[T]]
"""Works on many items in one transaction; gives one result per item, in order. Fails as a whole."""

MAX_BATCH = 128
MAX_QUEUE = 2_000
PATIENCE_S = 5.0
"""How long a caller waits for its commit before it is told to try again. It may still happen: keys catch that."""
RETRIES = 5
_SERIALIZATION = {"40001", "40P01"}


def _one(connection: Connection, items: Sequence[Callable[[Connection], Any]]) -> Sequence[Any]:
    return [item(connection) for item in items]


class Store:
    """Writes in the caller's thread, one transaction per call."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def read(self) -> AbstractContextManager[Connection]:
        """A connection to read with (`Database.read`)."""
        return self.database.read()

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in one transaction and return its result after the commit. `work` may run more than once."""
        result: T = self.submit(_one, work)
        return result

    def write_apart(self, work: Callable[[Connection], T]) -> T:
        """As `write`, for work of many statements while somebody waits: it shares its transaction with nobody's.

        Where the database takes many writers, it does not wait for theirs either.
        """
        result: T = Store.submit_all(self, _one, [work])[0]
        return result

    def submit(self, batch: Batch[Item, T], item: Item) -> T:
        """Run `batch` on `item`, possibly together with other callers' items, and return its result after the commit.

        Raises StoreUnavailable when the database or the queue cannot take it, and whatever `batch` raises.
        """
        return self.submit_all(batch, [item])[0]

    def submit_all(self, batch: Batch[Item, T], items: Sequence[Item]) -> Sequence[T]:
        """As `submit`, for what came together: one wait for all. If one of them fails, others may have been done."""
        for attempt in range(RETRIES):
            try:
                with self.database.write() as connection:
                    return batch(connection, items)
            except StoreUnavailable as error:
                if attempt == RETRIES - 1 or not _may_succeed_at_once(error):
                    raise
                threading.Event().wait(random.uniform(0.005, 0.05) * (attempt + 1))  # noqa: S311 - jitter
        raise AssertionError("the last attempt returns or raises")

    def close(self) -> None:
        """Release the connections."""
        self.database.close()


def _may_succeed_at_once(error: StoreUnavailable) -> bool:
    """True for a deadlock or a serialization failure: the other transaction is through by now."""
    original = getattr(error.__cause__, "orig", None)
    return getattr(original, "sqlstate", None) in _SERIALIZATION


class _Call:
    """One caller who waits for its works: a bare lock, because an Event costs several, and this is made per message."""

    __slots__ = ("_done", "_missing")

    def __init__(self, count: int) -> None:
        self._missing = count
        self._done = threading.Lock()
        self._done.acquire()

    def finish_one(self) -> None:
        """One of the works is done; the last one wakes the caller. Only the writing thread calls this."""
        self._missing -= 1
        if not self._missing:
            self._done.release()

    def wait(self, seconds: float) -> bool:
        """False if the works were not done in that time."""
        return self._done.acquire(timeout=seconds)


@dataclass(slots=True)
class _Work(Generic[Item, T]):
    batch: Batch[Item, T]
    item: Item
    call: _Call
    result: T | None = None
    error: BaseException | None = None

    def finish(self, result: T | None = None, error: BaseException | None = None) -> None:
        self.result, self.error = result, error
        self.call.finish_one()


class StoreWriter(Store):
    """A store with one writing thread and group commit."""

    def __init__(self, database: Database, *, max_queue: int = MAX_QUEUE, max_batch: int = MAX_BATCH) -> None:
        super().__init__(database)
        self._queue: queue.SimpleQueue[_Work[Any, Any] | None] = queue.SimpleQueue()
        self._entrance = threading.Lock()
        self._max_queue, self._max_batch = max_queue, max_batch
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    def write_apart(self, work: Callable[[Connection], T]) -> T:
        return self.write(work) if self.database.is_sqlite else super().write_apart(work)

    @property
    def waiting(self) -> int:
        """How many writes wait for the writing thread."""
        return self._queue.qsize()

    def submit_all(self, batch: Batch[Item, T], items: Sequence[Item]) -> Sequence[T]:
        if threading.current_thread() is self._thread:
            raise RuntimeError("a write inside a write would wait for itself")
        if not items:
            return []
        call = _Call(len(items))
        works: list[_Work[Item, T]] = [_Work(batch, item, call) for item in items]
        with self._entrance:
            if self._closing or self._queue.qsize() + len(works) > self._max_queue:
                raise StoreUnavailable("the writing queue is full")
            for work in works:
                self._queue.put(work)
        if not call.wait(PATIENCE_S):
            raise StoreUnavailable("the database did not answer in time")
        for work in works:
            if work.error is not None:
                raise work.error
        return [work.result for work in works]  # type: ignore[misc]

    def close(self) -> None:
        """Commit what is queued, then stop."""
        with self._entrance:
            if not self._closing:
                self._closing = True
                self._queue.put(None)
        self._thread.join(timeout=10)
        super().close()

    def _run(self) -> None:
        for works in self._batches():
            try:
                self._commit(works)
            except StoreUnavailable as error:
                if len(works) > 1 and _may_succeed_at_once(error):
                    self._one_by_one(works)
                else:
                    for work in works:
                        work.finish(error=error)
            except Exception as error:
                if len(works) == 1:
                    works[0].finish(error=error)
                else:
                    self._one_by_one(works)

    def _batches(self) -> Iterator[list[_Work[Any, Any]]]:
        """What has come together since the last commit, until the end."""
        while (work := self._queue.get()) is not None:
            works = [work]
            with contextlib.suppress(queue.Empty):
                while len(works) < self._max_batch:
                    if (work := self._queue.get_nowait()) is None:
                        self._queue.put(None)  # the end comes after these
                        break
                    works.append(work)
            yield works

    def _commit(self, works: Sequence[_Work[Any, Any]]) -> None:
        finished: list[tuple[_Work[Any, Any], Any, BaseException | None]] = []
        groups: dict[Batch[Any, Any], list[_Work[Any, Any]]] = {}
        for work in works:  # what many threads brought for one batch is one call of it, whatever came between
            groups.setdefault(work.batch, []).append(work)
        with self.database.write() as connection:
            for batch, same in groups.items():
                if batch is _one and len(works) > 1:
                    finished += [(work, *_in_savepoint(connection, work)) for work in same]
                else:
                    results = batch(connection, [work.item for work in same])
                    finished += [(work, result, None) for work, result in zip(same, results, strict=True)]
            failpoint("writer.before_commit")
        failpoint("writer.after_commit")
        for work, result, error in finished:
            work.finish(result, error)

    def _one_by_one(self, works: Sequence[_Work[Any, Any]]) -> None:
        """Isolate the poisonous one: the others of its group must not suffer."""
        for work in works:
            try:
                work.finish(super().submit_all(work.batch, [work.item])[0])
            except Exception as error:
                work.finish(error=error)


def _in_savepoint(connection: Connection, work: _Work[Any, Any]) -> tuple[Any, BaseException | None]:
    """One caller's refusal (a claim that lost, say) must not undo the group it shares a commit with."""
    savepoint = connection.begin_nested()
    try:
        result = work.item(connection)
    except StoreUnavailable:
        raise
    except Exception as error:
        if not savepoint.is_active or connection.invalidated:
            raise
        savepoint.rollback()
        return None, error
    savepoint.commit()
    return result, None
