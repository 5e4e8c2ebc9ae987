"""The databases of one run: SQLite always, PostgreSQL where there is a server; each prepared once and then copied."""

from __future__ import annotations

import contextlib
import itertools
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial

from zeroten.benchmarks.customers import prepare
from zeroten.benchmarks.postgres import scratch_database
from zeroten.benchmarks.setting import Setting

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A kind of database with conversations that wait for their score. `copy` gives the address of a fresh copy.

    server_pid: the process of its server, None if there is none or it was not started here.
    """

    name: str
    copy: Callable[[], AbstractContextManager[str]]
    server_pid: int | None = None

    @property
    def is_sqlite(self) -> bool:
        return self.name.startswith("SQLite")


@contextlib.contextmanager
def prepared(setting: Setting, conversations: int) -> Iterator[Sequence[Prepared]]:
    """Every kind of database there is, with so many conversations."""
    setting.say(f"  preparing {conversations:,} conversations")
    template = setting.folder / f"template-{next(_numbers)}.db"
    prepare(f"sqlite:///{template}", conversations)
    kinds = [Prepared(name="SQLite", copy=lambda: _sqlite_copy(setting, template.name))]
    if setting.postgres is None:
        yield kinds
        return
    server = setting.postgres
    with scratch_database(server.url) as source:
        prepare(source, conversations)
        copy = partial(scratch_database, server.url, source)
        yield [*kinds, Prepared(name="PostgreSQL", copy=copy, server_pid=server.pid)]


@contextlib.contextmanager
def _sqlite_copy(setting: Setting, template: str) -> Iterator[str]:
    name = f"copy-{next(_numbers)}.db"
    shutil.copyfile(setting.folder / template, setting.folder / name)
    try:
        yield f"sqlite:///{setting.folder / name}"
    finally:
        for path in setting.folder.glob(f"{name}*"):
            path.unlink()
