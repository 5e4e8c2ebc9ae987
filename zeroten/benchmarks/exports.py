"""Exporting many responses in each format: how fast, and with how much memory, by the command in a process of its own.

The rows are real ones with their interactions and invitations, copied inside the database until there are enough.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import String, Table, bindparam, case, cast, insert, literal_column, select, text
from sqlalchemy.sql.elements import ColumnElement

from common import clock
from common.store.engine import Database
from common.store.migrations import migrate
from common.store.schema import conversations, interactions, invitations
from zeroten.benchmarks.answered import Plan, load
from zeroten.benchmarks.report import Figure
from zeroten.benchmarks.report import Table as Figures
from zeroten.benchmarks.setting import Setting

FORMATS = ("csv", "jsonl", "xlsx", "parquet")
_COPIED: tuple[tuple[Table, tuple[str, ...]], ...] = (
    (interactions, ("id", "ref")),
    (invitations, ("id", "interaction_id", "token_hash")),
    (conversations, ("id", "invitation_id", "interaction_id")),
)
_FEW = 20
"""The smaller export is this much smaller."""


def run(setting: Setting) -> Iterator[Figures]:
    """One table: each format at two sizes. Memory is flat if the second column of it is as high as the first."""
    wanted = setting.responses or setting.either(100_000, 500)
    path = setting.folder / "exports.db"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    setting.say(f"  SQLite: {wanted:,} responses")
    count = write(database, wanted)
    database.close()
    formats = [each for each in FORMATS if each != "parquet" or importlib.util.find_spec("pyarrow")]
    rows = [_measured(path, each, wanted // _FEW, wanted) for each in formats]
    for file in setting.folder.glob("exports.db*"):
        file.unlink()
    yield Figures(
        benchmark="exports",
        title=f"Exporting {count:,} responses",
        rows=rows,
        note=f"Memory is the most that the process held; the smaller export has {wanted // _FEW:,} rows.",
    )


def write(database: Database, wanted: int) -> int:
    """So many responses or a few more, of which the first `wanted // _FEW` lie in a year of their own; how many."""
    load(database, Plan(interactions=max(400, wanted // 250), until=clock.now(), with_words=True))
    with database.write() as connection:
        for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        answered = select(conversations.c.interaction_id).where(conversations.c.score.is_not(None))
        answered = answered.where(conversations.c.test.is_(False))
        base = len(connection.execute(answered).all())
        copies = -(-wanted // base)
        connection.execute(
            text("CREATE TABLE bases AS " + str(answered.compile(connection, compile_kwargs={"literal_binds": True})))
        )
        for copied, unique in _COPIED:
            connection.execute(_copying(copied, unique), {"copies": copies, "few": -(-copies // _FEW)})
    return base * copies


def _copying(copied: Table, unique: tuple[str, ...]) -> Any:
    """Every row of an answered interaction again, as often as `copies` says, under ids of its own."""
    number: ColumnElement[int] = literal_column("numbers.n")
    columns: list[Any] = []
    for each in copied.c:
        if each.name in unique:
            columns.append((cast(each, String) + "-" + cast(number, String)).label(each.name))
        elif each.name == "answered_at":  # the few are a century younger
            later: Any = literal_column("datetime(conversations.answered_at, '+100 years') || '.000000'")
            columns.append(case((number <= bindparam("few"), later), else_=each).label(each.name))
        else:
            columns.append(each)
    key = "id" if copied is interactions else "interaction_id"
    source = select(*columns).where(copied.c[key].in_(text("SELECT interaction_id FROM bases")))
    numbers = text(
        "(WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < :copies) "
        "SELECT n FROM counted) AS numbers"
    )
    return insert(copied).inline().from_select([each.name for each in copied.c], source.select_from(copied, numbers))


def _measured(path: Path, form: str, few: int, all_of_them: int) -> dict[str, Figure]:
    small = _export(path, form, "--from", f"{clock.now().year + 50}-01-01")
    large = _export(path, form)
    return {
        "format": form,
        "rows/s": all_of_them / large[0],
        f"MB, {few:,} rows": small[1],
        f"MB, {all_of_them:,} rows": large[1],
    }


def _export(path: Path, form: str, *options: str) -> tuple[float, float]:
    """Seconds, and the most memory in MB, of the command in a process of its own."""
    target = path.with_suffix(f".{form}")
    command = [sys.executable, "-m", "zeroten", "export", "responses", "--format", form, "--output", str(target)]
    environment = os.environ | {"ZEROTEN_DATABASE_URL": f"sqlite:///{path}", "ZEROTEN_SECRET_KEY": "s" * 32}
    began = time.monotonic()
    process = os.posix_spawn(sys.executable, [*command, *options], environment)
    _, status, usage = os.wait4(process, 0)
    took = time.monotonic() - began
    if os.waitstatus_to_exitcode(status) != 0:
        raise RuntimeError(f"the export of {form} failed")
    target.unlink()
    return took, usage.ru_maxrss / 1024
