"""Rows of the audit log and the chain that binds them.

An entry is written in the transaction of the act, and bound to its predecessor when that transaction is about to commit
(`seal`, called by common/store/engine.py): then, and only for that moment, the end of the chain is locked. It is the
last lock of any transaction, so it can deadlock with none, and turns, which write no entry, never wait for it.

The hash of an entry is SHA-256 over the hash before it and the entry's own content. Whoever changes, takes out or slips
in an entry would have to change every hash after it, the last one included, which `zeroten audit verify` prints and can
be told to expect.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, text, update

from common.store.schema import audit

BEGINNING = "0" * 64
"""What stands before the first entry."""
_WRITTEN = "zeroten.audit"
_LOCK = 7_010_070
"""PostgreSQL's name for the end of the chain."""
_CHUNK = 2_000
_SEAL = (
    update(audit).where(audit.c.id == bindparam("key")).values(position=bindparam("place"), hash=bindparam("digest"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came of reading the chain. head: the last hash. fault: what is wrong at `position`; None = nothing is."""

    count: int
    head: str
    position: int = 0
    fault: str | None = None

    @property
    def is_whole(self) -> bool:
        return self.fault is None


def insert_entry(connection: Connection, values: Mapping[str, Any]) -> None:
    """Write an entry; it takes its place in the chain when the transaction commits."""
    connection.execute(insert(audit).values(**values))
    connection.info.setdefault(_WRITTEN, []).append(values["id"])


def seal(connection: Connection) -> None:
    """Bind the entries of this transaction to the chain; without any this costs nothing."""
    written: list[str] = connection.info.pop(_WRITTEN, [])
    if not written:
        return
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    fresh = {row.id: row for row in connection.execute(select(audit).where(audit.c.id.in_(written)))}
    position, previous = _last(connection)
    sealed = []
    for row in (fresh[key] for key in written if key in fresh):  # what a savepoint took back is not there
        position += 1
        previous = hash_of(previous, position, row)
        sealed.append({"key": row.id, "place": position, "digest": previous})
    if sealed:
        connection.execute(_SEAL, sealed)


def hash_of(previous: str, position: int, row: Row[Any]) -> str:
    """The hash of an entry at its place after `previous`."""
    at: datetime = row.at
    content = [position, row.id, at.isoformat(), row.actor, row.act, row.about, row.facts, row.session, row.network]
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(f"{previous}\n{canonical}".encode()).hexdigest()


def verify(connection: Connection, *, expect: str | None = None) -> Verdict:
    """Read the whole chain. expect: a hash that was its head at some time, which must be in it still."""
    count, previous, is_expected = 0, BEGINNING, expect in {None, BEGINNING}
    for row in _chain(connection):
        if row.position != count + 1:
            return Verdict(count=count, head=previous, position=count + 1, fault="an entry is missing")
        if row.hash != hash_of(previous, row.position, row):
            return Verdict(count=count, head=previous, position=row.position, fault="the entry was changed")
        count, previous = row.position, row.hash
        is_expected = is_expected or row.hash == expect
    if connection.execute(select(audit.c.id).where(audit.c.position.is_(None)).limit(1)).first() is not None:
        return Verdict(count=count, head=previous, position=count + 1, fault="an entry has no place in the chain")
    if not is_expected:
        return Verdict(
            count=count, head=previous, position=count + 1, fault="the expected hash is gone: the end was cut off"
        )
    return Verdict(count=count, head=previous)


def _chain(connection: Connection) -> Iterator[Row[Any]]:
    last = 0
    while True:
        statement = select(audit).where(audit.c.position > last).order_by(audit.c.position).limit(_CHUNK)
        rows = connection.execute(statement).all()
        yield from rows
        if len(rows) < _CHUNK:
            return
        last = rows[-1].position


def _last(connection: Connection) -> tuple[int, str]:
    newest = select(audit.c.position, audit.c.hash).where(audit.c.position.is_not(None))
    row = connection.execute(newest.order_by(audit.c.position.desc()).limit(1)).first()
    return (0, BEGINNING) if row is None else (row.position, row.hash)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Which entries to list; None = whichever. before: only those with a smaller position."""

    actor: str | None = None
    act: str | None = None
    about: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    before: int | None = None


def list_entries(connection: Connection, sought: Sought, limit: int) -> Sequence[Row[Any]]:
    """Entries, the newest first. act: the whole name, or what stands before its dot."""
    statement = select(audit).where(audit.c.position.is_not(None))
    for column, value in ((audit.c.actor, sought.actor), (audit.c.about, sought.about)):
        if value is not None:
            statement = statement.where(column == value)
    if sought.act is not None:
        is_whole = "." in sought.act
        statement = statement.where(
            audit.c.act == sought.act if is_whole else audit.c.act.startswith(f"{sought.act}.", autoescape=True)
        )
    if sought.start is not None:
        statement = statement.where(audit.c.at >= sought.start)
    if sought.end is not None:
        statement = statement.where(audit.c.at < sought.end)
    if sought.before is not None:
        statement = statement.where(audit.c.position < sought.before)
    return connection.execute(statement.order_by(audit.c.position.desc()).limit(limit)).all()


def known_acts(connection: Connection) -> list[str]:
    """The acts that were ever done, by name."""
    return list(connection.execute(select(audit.c.act).distinct().order_by(audit.c.act)).scalars())


def count_entries(connection: Connection) -> int:
    """How many entries there are."""
    return connection.execute(select(func.max(audit.c.position))).scalar() or 0
