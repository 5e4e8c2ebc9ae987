"""The store writer: one commit for many, nobody's fault is another's, a full queue says so at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Connection, func, insert, select

from common import clock
from common.errors import Conflict, StoreUnavailable
from common.store.engine import Database
from common.store.schema import quarantine
from common.store.writer import Store, StoreWriter


@pytest.fixture
def writer(database: Database) -> Iterator[StoreWriter]:
    made = StoreWriter(database, max_queue=50)
    yield made
    made.close()


def put(connection: Connection, key: str) -> str:
    connection.execute(insert(quarantine).values(id=key, channel="sms", raw="", error="", at=clock.now()))
    return key


def put_all(connection: Connection, keys: Sequence[str]) -> list[str]:
    if "poison" in keys:
        raise RuntimeError("poison")
    return [put(connection, key) for key in keys]


def count(store: Store) -> int:
    with store.read() as connection:
        return int(connection.execute(select(func.count()).select_from(quarantine)).scalar_one())


def test_many_threads_share_commits(writer: StoreWriter) -> None:
    with ThreadPoolExecutor(16) as pool:
        keys = list(pool.map(lambda number: writer.submit(put_all, f"k{number}"), range(200)))
    assert keys == [f"k{number}" for number in range(200)]
    assert count(writer) == 200


def test_work_apart_waits_for_nobody_where_the_database_takes_many_writers(writer: StoreWriter) -> None:
    at_once = threading.Barrier(1 if writer.database.is_sqlite else 4, timeout=20)
    threads: list[str] = []

    def work(number: int) -> str:
        def both(connection: Connection) -> str:
            threads.append(threading.current_thread().name)
            key = put(connection, f"k{number}")
            at_once.wait()  # each in a transaction of its own, with the others' not yet committed
            return key

        return writer.write_apart(both)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, range(4))) == ["k0", "k1", "k2", "k3"]
    assert count(writer) == 4
    assert (set(threads) == {"store-writer"}) == writer.database.is_sqlite


def test_what_came_together_is_done_together(writer: StoreWriter) -> None:
    assert writer.submit_all(put_all, ["a", "b", "c"]) == ["a", "b", "c"]
    assert Store(writer.database).submit_all(put_all, ["d", "e"]) == ["d", "e"]
    assert count(writer) == 5


def test_poison_among_what_came_together_is_told_and_isolated(writer: StoreWriter) -> None:
    with pytest.raises(RuntimeError, match="poison"):
        writer.submit_all(put_all, ["a", "poison", "c"])
    assert count(writer) == 2


def test_one_batch_is_one_call_whatever_came_between(writer: StoreWriter) -> None:
    hold, began = threading.Event(), threading.Event()
    calls: list[int] = []

    def slow(connection: Connection) -> None:
        began.set()
        hold.wait(10)

    def counted(connection: Connection, keys: Sequence[str]) -> list[str]:
        calls.append(len(keys))
        return put_all(connection, keys)

    with ThreadPoolExecutor(8) as pool:
        works: list[Future[Any]] = [pool.submit(writer.write, slow)]
        began.wait(5)
        for number in range(3):
            works.append(pool.submit(writer.submit, counted, f"a{number}"))
            works.append(pool.submit(writer.write, lambda connection, key=f"b{number}": put(connection, key)))
        while writer.waiting < 6:
            threading.Event().wait(0.01)
        hold.set()
        assert [work.exception() for work in works] == [None] * 7
    assert calls == [3]
    assert count(writer) == 6


def test_a_refusal_does_not_undo_its_group(writer: StoreWriter) -> None:
    def work(connection: Connection, number: int) -> str:
        put(connection, f"k{number}")
        if number % 3 == 0:
            raise Conflict("no")
        return f"k{number}"

    def attempt(number: int) -> bool:
        try:
            writer.write(lambda connection: work(connection, number))
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        kept = sum(pool.map(attempt, range(60)))
    assert kept == count(writer) == 40


def test_poison_is_isolated(writer: StoreWriter) -> None:
    def attempt(key: str) -> bool:
        try:
            writer.submit(put_all, key)
        except RuntimeError:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        kept = list(pool.map(attempt, [*(f"a{n}" for n in range(30)), "poison", *(f"b{n}" for n in range(30))]))
    assert kept.count(False) == 1
    assert count(writer) == 60


def test_a_full_queue_refuses_at_once(writer: StoreWriter) -> None:
    hold, began = threading.Event(), threading.Event()

    def slow(connection: Connection) -> None:
        began.set()
        hold.wait(10)

    with ThreadPoolExecutor(80) as pool:
        first = pool.submit(writer.write, slow)
        began.wait(5)
        waiting = [pool.submit(writer.submit, put_all, f"k{number}") for number in range(70)]
        while sum(future.done() for future in waiting) < 20:
            threading.Event().wait(0.01)  # who does not fit is refused while the others still wait
        hold.set()
        outcomes = [future.exception() for future in waiting]
        assert first.exception() is None
    assert sum(isinstance(error, StoreUnavailable) for error in outcomes) == 20
    assert count(writer) == sum(error is None for error in outcomes)


def test_a_write_inside_a_write_is_a_fault_of_ours(writer: StoreWriter) -> None:
    with pytest.raises(RuntimeError, match="wait for itself"):
        writer.write(lambda connection: writer.write(lambda inner: put(inner, "x")))


def test_after_closing_nothing_is_taken(database: Database) -> None:
    writer = StoreWriter(database)
    writer.write(lambda connection: put(connection, "k"))
    writer.close()
    with pytest.raises(StoreUnavailable):
        writer.write(lambda connection: put(connection, "l"))


def test_a_database_that_is_away_is_said_to_be_away(database: Database) -> None:
    gone = Database("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(StoreUnavailable):
        Store(gone).write(lambda connection: put(connection, "k"))
    gone.close()
