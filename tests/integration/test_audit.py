"""The audit log: in the transaction of the act, one chain, and no change to it that would not be seen."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Connection, delete, insert, select, update

from common import clock
from common.actors import Actor, Role
from common.audit import network_of, record
from common.store.audit import BEGINNING, verify
from common.store.engine import Database
from common.store.migrations import migrate
from common.store.schema import audit
from common.store.writer import Store, StoreWriter
from zeroten.main import cli

ANA = Actor(id="usr_ana", name="Ana", role=Role.SUPERVISOR, session="abc", network="192.0.2.0/24")


def wrote(store: Store, count: int) -> str:
    """The head of a log with so many entries."""
    for number in range(count):
        store.write(lambda connection, n=number: record(connection, ANA, "ticket.claimed", about=f"tkt_{n}", count=n))  # type: ignore[misc]
    return str(verdict(store).head)


def verdict(store: Store, expect: str | None = None) -> Any:
    with store.read() as connection:
        return verify(connection, expect=expect)


def test_an_entry_is_there_if_and_only_if_the_act_is(database: Database) -> None:
    store = Store(database)
    assert verdict(store).head == BEGINNING

    def failing(connection: Connection) -> None:
        record(connection, ANA, "ticket.claimed", about="tkt_1")
        raise LookupError

    with pytest.raises(LookupError):
        store.write(failing)
    head = wrote(store, 3)
    assert (verdict(store).count, verdict(store).is_whole) == (3, True)
    assert len(head) == 64


def test_a_refusal_in_a_group_takes_its_entry_back_and_leaves_the_others(database: Database) -> None:
    store = StoreWriter(Database(database.url.render_as_string(hide_password=False)))

    def act(number: int) -> None:
        def work(connection: Connection) -> None:
            record(connection, ANA, "ticket.claimed", about=f"tkt_{number}")
            if number % 2:
                raise LookupError

        store.write(work)

    def attempt(number: int) -> bool:
        try:
            act(number)
        except LookupError:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(attempt, range(60))) == 30
    found = verdict(store)
    assert (found.count, found.fault) == (30, None)
    store.close()


def test_many_processes_make_one_chain(database: Database) -> None:
    url = database.url.render_as_string(hide_password=False)
    stores = [Store(Database(url)) for _ in range(4)]

    def act(number: int) -> None:
        stores[number % 4].write(lambda connection: record(connection, ANA, "ticket.replied", about=f"tkt_{number}"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(act, range(80)))
    found = verdict(stores[0])
    assert (found.count, found.fault) == (80, None)
    for store in stores:
        store.close()


def _row(connection: Connection, position: int) -> Any:
    return connection.execute(select(audit).where(audit.c.position == position)).one()._asdict()


def _swapped(connection: Connection) -> None:
    first, second = _row(connection, 3), _row(connection, 4)
    connection.execute(delete(audit).where(audit.c.position.in_([3, 4])))
    connection.execute(insert(audit), [first | {"position": 4}, second | {"position": 3}])


def _slipped_in(connection: Connection) -> None:
    connection.execute(insert(audit).values(**_row(connection, 5) | {"id": "aud_false", "position": 6, "about": "x"}))


def _at(position: int, **values: Any) -> Any:
    return lambda connection: connection.execute(update(audit).where(audit.c.position == position).values(**values))


TAMPERINGS: dict[str, Any] = {
    "another actor": _at(2, actor="usr_ben"),
    "another act": _at(2, act="ticket.released"),
    "another fact": _at(2, facts={"count": 99}),
    "another network": _at(2, network="198.51.100.0/24"),
    "another time": _at(2, at=clock.now()),
    "another hash": _at(2, hash="0" * 64),
    "one taken out": lambda connection: connection.execute(delete(audit).where(audit.c.position == 3)),
    "the first taken out": lambda connection: connection.execute(delete(audit).where(audit.c.position == 1)),
    "two swapped": _swapped,
    "one slipped in": _slipped_in,
    "one without a place": lambda connection: connection.execute(
        insert(audit).values(**_row(connection, 5) | {"id": "aud_false", "position": None, "hash": None})
    ),
}


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_no_change_goes_unseen(database: Database, tampering: str) -> None:
    store = Store(database)
    wrote(store, 5)
    store.write(lambda connection: TAMPERINGS[tampering](connection) and None)
    found = verdict(store)
    assert not found.is_whole, tampering
    assert found.position <= 6


def test_an_end_that_was_cut_off_is_seen_by_whoever_kept_the_hash(database: Database) -> None:
    store = Store(database)
    early, late = wrote(store, 3), wrote(store, 2)
    assert verdict(store, early).is_whole
    assert verdict(store, late).is_whole
    store.write(lambda connection: connection.execute(delete(audit).where(audit.c.position > 3)) and None)
    assert verdict(store).is_whole, "by itself a shorter chain is a chain"
    assert verdict(store, early).is_whole
    assert "cut off" in verdict(store, late).fault


def test_the_command_says_whole_or_where_it_is_not(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/zeroten.db"
    store = Store(Database(url))
    migrate(store.database)
    head = wrote(store, 2)
    environment = {"ZEROTEN_DATABASE_URL": url, "ZEROTEN_CONFIG": None}
    whole = CliRunner().invoke(cli, ["audit", "verify", "--expect", head], env=environment)
    assert (whole.exit_code, whole.output) == (0, f"2 entries, whole\n{head}\n")
    store.write(lambda connection: connection.execute(update(audit).values(actor="nobody")) and None)
    broken = CliRunner().invoke(cli, ["audit", "verify"], env=environment)
    assert broken.exit_code == 1
    assert "entry 1: the entry was changed" in broken.output
    store.close()


def test_nobody_s_words_get_in(database: Database) -> None:
    store = Store(database)
    for act, facts in (
        ("claimed", {}),
        ("ticket claimed", {}),
        ("ticket.replied", {"text": "I waited an hour"}),
        ("ticket.replied", {"text": "x" * 129}),
        ("user.changed", {"teams": ["x" * 256]}),
    ):
        with pytest.raises(ValueError, match=r"is no act|fact"):
            store.write(lambda c, act=act, facts=facts: record(c, ANA, act, **facts))  # type: ignore[misc]
    assert verdict(store).count == 0


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("not an address", ""),
        (None, ""),
    ],
)
def test_from_where_is_kept_coarsely(address: str | None, network: str) -> None:
    assert network_of(address) == network
