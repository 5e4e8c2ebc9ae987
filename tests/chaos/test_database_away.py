"""The database goes away while customers answer: refused with 503 meanwhile, nothing lost, no restart needed."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import servers
from tests.chaos.checker import check
from tests.chaos.crowd import Crowd
from tests.chaos.evidence import Script
from tests.chaos.installation import Installation, installed
from tests.chaos.soak import MARKS, SURVEY, FastClock, gather, wait_for_quiet
from tests.chaos.test_failpoints import KINDS
from zeroten.simulation.population import make_population

pytestmark = pytest.mark.chaos

CUSTOMERS = 16
AWAY_S = 6.5
"""Longer than any write waits."""


def answer_while(installation: Installation, disturb: Callable[[], None]) -> None:
    """Customers answer, `disturb` happens meanwhile, and the checker finds nothing."""
    installation.api.json("PUT", "/api/v1/surveys/chaos", SURVEY)
    people = [one for one in make_population(200, 8, prefix="away") if one.kind in KINDS][:CUSTOMERS]
    crowd = Crowd(installation.api, installation.sandbox, survey="chaos", patience_s=60)
    with FastClock(installation), _beside(disturb):
        crowd.begin(people, 8.0)
    wait_for_quiet(installation, is_over=True)
    crowd.close()
    evidence = gather(installation, crowd)
    found = check(Script(customers=[one.as_json() for one in people], marks=MARKS), evidence)
    found = [violation for violation in found if violation.rule != "interaction lost"]  # nobody returns here
    assert found == [], f"{crowd.trouble}\n{installation.logs()}"
    statuses = {line["status"] for line in evidence.ledger if line["kind"] == "webhook" and line["what"] == "inbound"}
    assert statuses <= {200, 503, None}, statuses
    assert all(process.starts == 1 for process in installation.processes.values())


@contextmanager
def _beside(disturb: Callable[[], None]) -> Iterator[None]:
    faults: list[BaseException] = []

    def run() -> None:
        try:
            disturb()
        except BaseException as fault:
            faults.append(fault)

    thread = threading.Thread(target=run)
    thread.start()
    yield
    thread.join()
    assert not faults, faults


def test_postgresql_crashes_twice(tmp_path: Path) -> None:
    server = servers.start_postgres()

    def crash() -> None:
        for _ in range(2):
            time.sleep(2.5)
            server.crash()
            time.sleep(1.0)
            server.start_again()

    try:
        with installed(tmp_path, server.create_database()) as installation:
            answer_while(installation, crash)
    finally:
        server.stop()


def test_somebody_else_holds_sqlite(tmp_path: Path) -> None:
    """A backup tool, or a person with a shell, in a transaction of its own."""
    file = tmp_path / "zeroten.db"

    def hold() -> None:
        time.sleep(2.5)
        connection = sqlite3.connect(file, isolation_level=None, timeout=10)
        connection.execute("BEGIN IMMEDIATE")
        time.sleep(AWAY_S)
        connection.execute("ROLLBACK")
        connection.close()

    with installed(tmp_path, f"sqlite:///{file}") as installation:
        answer_while(installation, hold)
