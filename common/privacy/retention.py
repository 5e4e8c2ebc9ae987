"""Retention: what was kept long enough goes, class by class, in small batches, as often as one likes.

A class is a length of time in the settings and the tables that end with it. Rows are looked for in reading
transactions, walking once along the primary key, and ended a few at a time, so that writers hardly wait. Figures stay.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy import (
    ColumnElement,
    Connection,
    String,
    Table,
    and_,
    cast,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
    update,
)

from common import clock
from common.ids import new_id
from common.privacy.belongings import emptied
from common.privacy.inventory import Until
from common.store.compacting import NotNow, cut_log
from common.store.dialect import insert_new
from common.store.schema import (
    answers,
    call_steps,
    conversations,
    events,
    files,
    idempotency_keys,
    inbound,
    interactions,
    leases,
    messages,
    outbox,
    quarantine,
    receipts,
    recordings,
    sign_in_failures,
    sought_words,
    tickets,
    user_sessions,
)
from common.store.writer import Store

log = structlog.get_logger()

AT_ONCE = 200
REST_S = 0.02
EVERY = timedelta(hours=24)
LEASE = timedelta(minutes=10)
LEASE_NAME = "retention"
"""Its row in `leases`: nobody makes a round before `until`, which is business time here."""

Keys = Sequence[Sequence[Any]]
"""Primary keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What ends with a class in one table: which rows, given the instant before which they are too old, and how."""

    until: Until
    table: Table
    old: Callable[[datetime], ColumnElement[bool]]
    end: Callable[[Connection, Keys], None]


def _among(table: Table, keys: Keys) -> ColumnElement[bool]:
    columns = tuple(table.primary_key.columns)
    return columns[0].in_([key[0] for key in keys]) if len(columns) == 1 else tuple_(*columns).in_(list(keys))


def _comes_after(table: Table, key: Sequence[Any]) -> ColumnElement[bool]:
    columns = tuple(table.primary_key.columns)
    values = [literal(value, column.type) for column, value in zip(columns, key, strict=True)]
    return columns[0] > values[0] if len(columns) == 1 else tuple_(*columns) > tuple_(*values)


def _deleting(until: Until, table: Table, old: Callable[[datetime], ColumnElement[bool]]) -> Ending:
    def end(connection: Connection, keys: Keys) -> None:
        connection.execute(delete(table).where(_among(table, keys)))

    return Ending(until=until, table=table, old=old, end=end)


def _emptying(until: Until, table: Table, names: set[str], old: Callable[[datetime], ColumnElement[bool]]) -> Ending:
    def end(connection: Connection, keys: Keys) -> None:
        connection.execute(update(table).where(_among(table, keys)).values(emptied(table.name, names)))

    return Ending(until=until, table=table, old=old, end=end)


def _end_words(connection: Connection, keys: Keys) -> None:
    """The words of conversations that nobody goes on with; who it was, the score and the times stay."""
    ids = [key[0] for key in keys]
    for table in (messages, events, answers):
        connection.execute(update(table).where(table.c.conversation_id.in_(ids)).values(emptied(table.name)))
    connection.execute(delete(sought_words).where(sought_words.c.conversation_id.in_(ids)))
    machines = select(conversations.c.id, conversations.c.machine).where(conversations.c.id.in_(ids))
    for row in connection.execute(machines).all():
        values = emptied("conversations", {"reason"}) | {"words_gone_at": clock.now()}
        values["machine"] = row.machine | {"values": {}, "comment": ""}
        connection.execute(update(conversations).where(conversations.c.id == row.id).values(values))


def _is_over(before: datetime) -> ColumnElement[bool]:
    waits = exists().where(tickets.c.conversation_id == conversations.c.id, tickets.c.status != "resolved")
    said_since = or_(
        conversations.c.words_gone_at.is_(None), conversations.c.updated_at > conversations.c.words_gone_at
    )
    return and_(conversations.c.updated_at < before, conversations.c.state == "closed", said_since, ~waits)


def _is_still_told(before: datetime) -> ColumnElement[bool]:
    return and_(interactions.c.ended_at < before, cast(interactions.c.body, String) != "{}")


def _has_words(before: datetime) -> ColumnElement[bool]:
    return and_(recordings.c.at < before, recordings.c.transcript.is_not(None))


def _end_transcripts(connection: Connection, keys: Keys) -> None:
    connection.execute(update(recordings).where(_among(recordings, keys)).values(transcript=None))


def _has_sound(before: datetime) -> ColumnElement[bool]:
    return and_(recordings.c.at < before, recordings.c.state.not_in(("expired", "absent")))


def _end_sound(connection: Connection, keys: Keys) -> None:
    values = {"state": "expired", "audio": None, "due_at": None}
    connection.execute(update(recordings).where(_among(recordings, keys)).values(values))


def _has_content(before: datetime) -> ColumnElement[bool]:
    return and_(files.c.at < before, files.c.state.in_(("ready", "stored", "failed")))


def _end_content(connection: Connection, keys: Keys) -> None:
    values = {"state": "expired", "content": None, "due_at": None}
    connection.execute(update(files).where(_among(files, keys)).values(values))


def _has_left(before: datetime) -> ColumnElement[bool]:
    over = outbox.c.state.in_(("sent", "cancelled", "dead"))
    return and_(outbox.c.created_at < before, over, outbox.c.address != "")


ENDINGS = (
    Ending(until=Until.WORDS, table=conversations, old=_is_over, end=_end_words),
    _emptying(Until.WORDS, interactions, {"body", "reference"}, _is_still_told),
    _deleting(Until.WORDS, call_steps, lambda before: call_steps.c.at < before),
    Ending(until=Until.WORDS, table=recordings, old=_has_words, end=_end_transcripts),
    Ending(until=Until.RECORDINGS, table=recordings, old=_has_sound, end=_end_sound),
    Ending(until=Until.FILES, table=files, old=_has_content, end=_end_content),
    _deleting(Until.WEBHOOKS, inbound, lambda before: inbound.c.received_at < before),
    _deleting(Until.WEBHOOKS, receipts, lambda before: receipts.c.at < before),
    _deleting(Until.QUARANTINE, quarantine, lambda before: quarantine.c.at < before),
    _emptying(Until.OUTBOX, outbox, {"address", "prompt", "provider_id", "error"}, _has_left),
    _deleting(Until.REPEATS, idempotency_keys, lambda before: idempotency_keys.c.at < before),
    _deleting(Until.SIGN_INS, sign_in_failures, lambda before: sign_in_failures.c.at < before),
    _deleting(Until.SIGN_INS, user_sessions, lambda before: user_sessions.c.expires_at < before),
)
"""In the order in which they are looked at."""
_BY_SYSTEM_CLOCK = frozenset({Until.SIGN_INS})
"""Classes whose times the movable clock does not move."""

SETTINGS = {
    Until.WORDS: "KEEP_WORDS_DAYS",
    Until.RECORDINGS: "VOICE_RECORDING_DAYS",
    Until.FILES: "FILE_DAYS",
    Until.WEBHOOKS: "KEEP_WEBHOOKS_DAYS",
    Until.QUARANTINE: "KEEP_QUARANTINE_DAYS",
    Until.OUTBOX: "KEEP_OUTBOX_DAYS",
    Until.REPEATS: "KEEP_REPEATS_DAYS",
    Until.SIGN_INS: "KEEP_SIGN_INS_DAYS",
}
"""The setting of each class: a number of days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a round found, or ended, in one table. days: how long its class is kept."""

    until: Until
    table: str
    days: int
    count: int


class Retention:
    """Ends what was kept long enough. days: how long each class is kept."""

    def __init__(self, store: Store, days: dict[Until, int]) -> None:
        self._store = store
        self._days = days
        self._holder = new_id("ret")

    def round(self, is_stopping: Callable[[], bool] = lambda: False) -> list[Kept]:
        """The day's round, if nobody has made it; what it ended."""
        if not self._store.write(lambda connection: self._claim(connection, LEASE)):
            return []
        kept = self.run(is_stopping, lambda: self._store.write(lambda connection: self._claim(connection, LEASE)))
        if not is_stopping():
            self._store.write(lambda connection: self._claim(connection, EVERY))
            if ended := {each.table: each.count for each in kept if each.count}:
                log.info("retention", **ended)
        return kept

    def count(self) -> list[Kept]:
        """What a round would end now."""
        found = []
        for ending in ENDINGS:
            statement = select(func.count()).select_from(ending.table).where(ending.old(self._before(ending.until)))
            with self._store.read() as connection:
                found.append(self._kept(ending, connection.execute(statement).scalar_one()))
        return found

    def run(
        self, is_stopping: Callable[[], bool] = lambda: False, still_ours: Callable[[], bool] = lambda: True
    ) -> list[Kept]:
        """End everything that is too old now; again: nothing. It may be stopped between any two batches."""
        kept = [self._kept(ending, self._end(ending, is_stopping, still_ours)) for ending in ENDINGS]
        if any(each.count for each in kept):
            with contextlib.suppress(NotNow):  # then the next write that comes along cuts it
                cut_log(self._store.database)
        return kept

    # --- parts ----------------------------------------------------------------------------------------------------

    def _end(self, ending: Ending, is_stopping: Callable[[], bool], still_ours: Callable[[], bool]) -> int:
        old = ending.old(self._before(ending.until))
        count = 0
        for keys in self._batches(ending.table, old):
            if is_stopping() or not still_ours():
                break
            count += self._store.write(partial(_end_these, ending=ending, keys=keys, old=old))
            threading.Event().wait(REST_S)
        return count

    def _batches(self, table: Table, old: ColumnElement[bool]) -> Iterator[Keys]:
        columns = tuple(table.primary_key.columns)
        last: Sequence[Any] | None = None
        while True:
            statement = select(*columns).where(old).order_by(*columns).limit(AT_ONCE)
            if last is not None:
                statement = statement.where(_comes_after(table, last))
            with self._store.read() as connection:
                keys = [tuple(row) for row in connection.execute(statement)]
            if keys:
                yield keys
            if len(keys) < AT_ONCE:
                return
            last = keys[-1]

    def _kept(self, ending: Ending, count: int) -> Kept:
        return Kept(until=ending.until, table=ending.table.name, days=self._days[ending.until], count=count)

    def _before(self, until: Until) -> datetime:
        now = clock.wall() if until in _BY_SYSTEM_CLOCK else clock.now()
        return now - timedelta(days=self._days[until])

    def _claim(self, connection: Connection, life: timedelta) -> bool:
        """Take or keep the right to make the round, until now + life; False if another has it, or has made it."""
        now = clock.now()
        row = {"name": LEASE_NAME, "holder": self._holder, "until": now + life}
        if insert_new(connection, leases, [row]):
            return True
        free = or_(leases.c.until <= now, and_(leases.c.holder == self._holder, leases.c.until <= now + LEASE))
        taken = update(leases).where(leases.c.name == LEASE_NAME, free).values(holder=self._holder, until=now + life)
        return connection.execute(taken).rowcount == 1


def _end_these(connection: Connection, *, ending: Ending, keys: Keys, old: ColumnElement[bool]) -> int:
    """End these rows, as far as they are still old; how many."""
    columns = tuple(ending.table.primary_key.columns)
    statement = select(*columns).where(_among(ending.table, keys), old).with_for_update()
    still = [tuple(row) for row in connection.execute(statement)]
    if still:
        ending.end(connection, still)
    return len(still)
