"""The physical limit beside durable answers: what sqlite3 and psycopg do alone, one transaction per message.

`answer` writes what a turn writes for a score, row for row and index for index, without reading, stepping, checking or
building anything: no program that keeps the same promises by the same tables can be faster row by row. `commit`
changes one row: the rate of commits itself.
"""

from __future__ import annotations

import itertools
import sqlite3
from typing import Any
from urllib.parse import urlsplit

import psycopg

from common import clock
from zeroten.benchmarks.customers import SERVICE, phone

_JSON = '{"choices": [], "scale": true, "can_skip": false, "text": "What is the main reason for your score?"}'
_MESSAGE = (
    "INSERT INTO messages (id, conversation_id, customer_id, sequence, at, direction, author, kind, text, channel,"
    " extra, delivery) VALUES (%s, %s, %s, %s, %s, %s, %s, 'text', %s, 'sms', %s, %s)"
)
_EVENT = (
    "INSERT INTO events (conversation_id, sequence, customer_id, at, name, data) VALUES (%s, %s, %s, %s, 'asked', %s)"
)
_KEYS = itertools.count(1)


class RawDriver:
    """One connection to a prepared database. Not thread-safe."""

    def __init__(self, url: str) -> None:
        self._is_sqlite = url.startswith("sqlite")
        self._connection: Any
        if self._is_sqlite:
            self._connection = sqlite3.connect(urlsplit(url).path[1:], isolation_level=None, check_same_thread=False)
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000"):
                self._connection.execute(f"PRAGMA {pragma}")
        else:
            self._connection = psycopg.connect(url, autocommit=True)

    def close(self) -> None:
        self._connection.close()

    def commit(self, number: int) -> None:
        """One transaction that changes one row."""
        self._begin()
        self._do("UPDATE customers SET name = %s WHERE id = (SELECT min(id) FROM customers)", str(number))
        self._do("COMMIT")

    def answer(self, customer: int) -> None:
        """One transaction with the statements of a turn, for a message of this customer."""
        sender, now, key = phone(customer), clock.now().isoformat(sep=" "), f"raw_{next(_KEYS):026}"
        now = now.removesuffix("+00:00") if self._is_sqlite else now
        self._begin()
        self._do(
            "INSERT INTO inbound (channel, account, provider_id, sender, fields, received_at)"
            " VALUES ('sms', %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            *(SERVICE, key, sender, "{}", now),
        )
        owner, conversation = self._do(
            "SELECT customer_id, conversation_id FROM endpoints WHERE channel = 'sms' AND address = %s", sender
        )
        self._do("SELECT * FROM customers WHERE id = %s FOR UPDATE", owner)
        self._do("SELECT * FROM conversations WHERE id = %s FOR UPDATE", conversation)
        self._do("SELECT * FROM answers WHERE conversation_id = %s", conversation)
        (sequence,) = self._do(
            "UPDATE conversations SET state = 'reason', machine = %s, score = 9, band = 'promoter', sequence ="
            " sequence + 9, version = version + 1, answered_at = %s, updated_at = %s WHERE id = %s RETURNING sequence",
            *(_JSON, now, now, conversation),
        )
        self._do(_MESSAGE, key + "i", conversation, owner, sequence, now, "in", "customer", "9", None, None)
        self._do(_MESSAGE, key + "o", conversation, owner, sequence + 1, now, "out", "bot", "Why?", _JSON, "queued")
        for place in (2, 3, 4):
            self._do(_EVENT, conversation, sequence + place, owner, now, "{}")
        self._do(
            "INSERT INTO answers (conversation_id, question, customer_id, value, verbatim, message_id, at)"
            " VALUES (%s, 'score', %s, '9', '9', %s, %s) ON CONFLICT (conversation_id, question) DO UPDATE"
            " SET value = excluded.value, at = excluded.at",
            *(conversation, owner, key, now),
        )
        self._do(
            "INSERT INTO timers (conversation_id, name, epoch, due_at) VALUES (%s, 'expiry', 1, %s)"
            " ON CONFLICT (conversation_id, name) DO UPDATE SET epoch = excluded.epoch, due_at = excluded.due_at",
            *(conversation, now),
        )
        self._do(
            "INSERT INTO outbox (id, conversation_id, customer_id, message_id, channel, address, step, kind, prompt,"
            " owner_epoch, state, sequence, due_at, created_at)"
            " VALUES (%s, %s, %s, %s, 'sms', %s, %s, 'prompt', %s, 0, 'pending', %s, %s, %s)",
            *(key, conversation, owner, key, sender, sequence, _JSON, sequence, now, now),
        )
        self._do("UPDATE endpoints SET last_inbound_at = %s WHERE channel = 'sms' AND address = %s", now, sender)
        self._do(
            "UPDATE invitations SET status = 'cancelled' WHERE customer_id = %s AND status = 'scheduled'"
            " AND started_at IS NULL",
            owner,
        )
        self._do("COMMIT")

    def _begin(self) -> None:
        self._do("BEGIN IMMEDIATE" if self._is_sqlite else "BEGIN")

    def _do(self, statement: str, *values: object) -> Any:
        """Run one statement; its first row, None if it returns none."""
        if self._is_sqlite:
            statement = statement.replace("%s", "?").removesuffix(" FOR UPDATE")  # the transaction has the lock
            return self._connection.execute(statement, values).fetchone()
        cursor = self._connection.execute(statement, values or None)
        return cursor.fetchone() if cursor.description else None
