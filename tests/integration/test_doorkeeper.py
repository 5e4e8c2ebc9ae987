"""Silence proves something only if somebody was there to hear."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection, update

from common.doorkeeper import NAME, say_open, would_have_heard
from common.store.engine import Database
from common.store.schema import leases
from common.store.writer import Store

HALF_A_MINUTE = timedelta(seconds=30)


@pytest.fixture
def store(database: Database) -> Store:
    return Store(database)


def pass_by(connection: Connection, by: timedelta) -> None:
    """The system's clock is not ours to move, so what was written becomes older."""
    row = connection.execute(leases.select().where(leases.c.name == NAME)).one()
    since, _, shut_s = row.holder.partition(" ")
    older = f"{float(since) - by.total_seconds():.1f} {shut_s}"
    connection.execute(update(leases).where(leases.c.name == NAME).values(holder=older, until=row.until - by))


def test_doors_that_stay_open_hear_what_comes(store: Store) -> None:
    assert store.write(lambda c: would_have_heard(c, HALF_A_MINUTE))  # nobody keeps the doors: as without this module
    store.write(say_open)
    assert not store.write(lambda c: would_have_heard(c, HALF_A_MINUTE))
    for _ in range(31):
        store.write(lambda c: pass_by(c, timedelta(seconds=1)))
        store.write(say_open)
    assert store.write(lambda c: would_have_heard(c, HALF_A_MINUTE))


def test_doors_that_were_shut_count_for_as_long_again(store: Store) -> None:
    store.write(say_open)
    store.write(lambda c: pass_by(c, timedelta(seconds=120)))
    assert not store.write(lambda c: would_have_heard(c, HALF_A_MINUTE))  # shut
    store.write(say_open)
    for _ in range(25):
        store.write(lambda c: pass_by(c, timedelta(seconds=4)))
        store.write(say_open)
    assert not store.write(lambda c: would_have_heard(c, HALF_A_MINUTE))  # open for 100 s, after 120 s
    for _ in range(6):
        store.write(lambda c: pass_by(c, timedelta(seconds=4)))
        store.write(say_open)
    assert store.write(lambda c: would_have_heard(c, HALF_A_MINUTE))
