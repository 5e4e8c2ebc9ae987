"""What a database's files remember of rows that are gone.

PostgreSQL keeps a deleted row until VACUUM comes by, which it does by itself; no query and no dump shows it. SQLite
overwrites what is deleted (`secure_delete`), but its log (the -wal file) and pages that were once rearranged may hold
copies: the log is written back and cut to nothing, and the file is written anew where it is small, or where something
is found in it.
"""

from __future__ import annotations

import mmap
import re
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from common.store.engine import Database

ALWAYS_ANEW_UP_TO = 128 * 1024 * 1024
"""Bytes of a file that is written anew without asking: about a second, for which writers wait."""
_SHORTEST = 8
"""Fewer bytes are found anywhere, by chance."""
_TRIES = 10
_PLAIN = re.compile(r'[^"\\\x00-\x1f]+')


class NotNow(Exception):
    """Somebody is reading what is to go; try again later."""


def compact(database: Database, words: Sequence[str]) -> None:
    """Let nothing of deleted rows be left in SQLite's files. words: what was deleted; empty = not known any more.

    Raises NotNow while another connection holds on to an old state of the database.
    """
    if not database.is_sqlite:
        return
    path = Path(str(database.url.database))
    raw = database.engine.raw_connection()  # autocommit: VACUUM will not run inside a transaction
    try:
        cursor: Any = raw.cursor()
        _cut_log(cursor)
        if not words or path.stat().st_size <= ALWAYS_ANEW_UP_TO or _remembers(path, words):
            cursor.execute("VACUUM")
            _cut_log(cursor)
        cursor.close()
    except sqlite3.OperationalError as error:
        raise NotNow(str(error)) from error
    finally:
        raw.close()


def cut_log(database: Database) -> None:
    """Write SQLite's log back into its file, and cut it to nothing. Raises NotNow."""
    if database.is_sqlite:
        raw = database.engine.raw_connection()
        try:
            _cut_log(raw.cursor())
        except sqlite3.OperationalError as error:
            raise NotNow(str(error)) from error
        finally:
            raw.close()


def _cut_log(cursor: Any) -> None:
    for _ in range(_TRIES):
        is_busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if not is_busy:
            return
        threading.Event().wait(0.2)
    raise NotNow("the log cannot be cut while somebody reads in it")


def _remembers(path: Path, words: Sequence[str]) -> bool:
    """True if one of the words stands in the file."""
    parts = [max(_PLAIN.findall(word), key=len, default="").encode() for word in words]
    wanted = sorted({part for part in parts if len(part) >= _SHORTEST})
    if not wanted or not path.stat().st_size:
        return False
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return any(content.find(part) >= 0 for part in wanted)
