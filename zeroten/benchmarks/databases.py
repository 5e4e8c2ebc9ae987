"""The databases of one run: SQLite always, PostgreSQL where there is a server; each prepared once and then copied."""

from __future__ import annotations

import contextlib
import itertools
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from zeroten.benchmarks.customers import prepare
from zeroten.benchmarks.postgres import scratch_database
from zeroten.benchmarks.setting import Setting

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A kind of database with conversations that wait for their score. `copy` gives the address of a fresh copy."""

    name: str
    copy: Callable[[], AbstractContextManager[str]]

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
    with scratch_database(server) as source:
        prepare(source, conversations)
        yield [*kinds, Prepared(name="PostgreSQL", copy=lambda: scratch_database(server, source))]


@contextlib.contextmanager
def _sqlite_copy(setting: Setting, template: str) -> Iterator[str]:
    name = f"copy-{next(_numbers)}.db"
    shutil.copyfile(setting.folder / template, setting.folder / name)
    try:
        yield f"sqlite:///{setting.folder / name}"
    finally:
        for path in setting.folder.glob(f"{name}*"):
            path.unlink()
