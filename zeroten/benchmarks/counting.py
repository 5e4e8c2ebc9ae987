"""What figures that are never late cost: the statements of a turn with and without their triggers, and counting after.

One thread hands messages in, each a transaction of its own, so that every statement is seen alone. Two copies of one
database take turns, of which one has lost the triggers that note what must be counted.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from datetime import UTC
from typing import Any

from sqlalchemy import event, text

from common.receiving import Inbox
from common.services import Services
from common.store.engine import Database
from common.store.tallies import fold
from zeroten.benchmarks.customers import QUESTIONS, inbound, settings
from zeroten.benchmarks.databases import Prepared, prepared
from zeroten.benchmarks.machine import Meter
from zeroten.benchmarks.report import Figure, Table, median
from zeroten.benchmarks.setting import Setting
from zeroten.root import create_services

_BLOCK = 50
_TRIGGERS = "untallied_"


def run(setting: Setting) -> Iterator[Table]:
    """One table per kind of database."""
    rounds, messages = setting.either(10, 2), setting.either(150, 50)
    people = -(-rounds * messages // (QUESTIONS * _BLOCK)) * _BLOCK
    with prepared(setting, people) as kinds:
        for kind in kinds:
            setting.say(f"  {kind.name}")
            yield _measure(kind, rounds, messages)


def _measure(kind: Prepared, rounds: int, messages: int) -> Table:
    meter = Meter()
    with kind.copy() as whole, kind.copy() as bare:
        _drop_triggers(bare)
        sides = {"with the triggers": _Side(whole), "without": _Side(bare)}
        for number in range(rounds):
            for side in list(sides.values())[:: 1 if number % 2 else -1]:
                side.take(messages)
        noted, counting = _count(sides["with the triggers"].services)
        for side in sides.values():
            side.services.close()
    meter.stop()
    base = median(sides["without"].statements)
    rows = [_row(name, side, base) for name, side in sides.items()]
    others = "" if meter.others_percent is None else f" Other programs took {meter.others_percent:.0f} % of all cores."
    return Table(
        benchmark="counting",
        title=f"What the figures cost on {kind.name}",
        rows=rows,
        note=(
            f"Medians over {rounds} rounds of {messages} messages in turns, per message."
            f" {noted / (rounds * messages):.1f} changes were noted for each; counting one took {counting:.2f} ms of"
            f" this process's time.{others}"
        ),
    )


class _Side:
    """One of the two copies, and what its turns took."""

    def __init__(self, address: str) -> None:
        self.services = create_services(settings(address), has_writer=True)
        self.statements: list[float] = []
        self.whole: list[float] = []
        self._inbox = Inbox(self.services)
        self._numbers = itertools.count()
        self._spent = 0.0
        event.listen(self.services.store.database.engine, "before_cursor_execute", self._begins)
        event.listen(self.services.store.database.engine, "after_cursor_execute", self._ends)

    def _begins(self, _connection: Any, _cursor: Any, _statement: Any, _values: Any, context: Any, _many: Any) -> None:
        context.began = time.perf_counter()

    def _ends(self, _connection: Any, _cursor: Any, _statement: Any, _values: Any, context: Any, _many: Any) -> None:
        self._spent += time.perf_counter() - context.began

    def take(self, messages: int) -> None:
        """Hand in so many messages; milliseconds of each: all of its statements, and all of it."""
        for number in itertools.islice(self._numbers, messages):
            self._spent, began = 0.0, time.perf_counter()
            self._inbox.receive((inbound(number, _BLOCK),))
            self.whole.append((time.perf_counter() - began) * 1000)
            self.statements.append(self._spent * 1000)


def _drop_triggers(address: str) -> None:
    database = Database(address)
    catalogue = (
        "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
        if database.is_sqlite
        else "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
    )
    with database.write() as connection:
        for name, table in connection.execute(text(catalogue)).all():
            if name.startswith(_TRIGGERS):
                on = "" if database.is_sqlite else f" ON {table}"
                connection.exec_driver_sql(f"DROP TRIGGER {name}{on}")
    database.close()


def _count(services: Services) -> tuple[int, float]:
    """How many changes were noted, and the milliseconds of this process for counting one."""
    noted, began = 0, time.process_time()
    while some := services.store.write(lambda connection: fold(connection, UTC)):
        noted += some
    return noted, (time.process_time() - began) * 1000 / max(1, noted)


def _row(name: str, side: _Side, base: float) -> dict[str, Figure]:
    return {
        "turns": name,
        "statements, ms": median(side.statements),
        "of without": median(side.statements) / base,
        "with the commit, ms": median(side.whole),
    }
