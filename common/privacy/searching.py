"""Rows that belong to nobody by a column, and may speak of a person all the same: they have to be read.

Both tables are short: answers for repeats are kept for days, and what nobody understood is rare.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import unquote_plus

from sqlalchemy import Connection, Row, String, and_, cast, delete, or_, select, true, tuple_

from common.privacy.belongings import Person
from common.privacy.inventory import ERASED
from common.store.schema import conversations, idempotency_keys, quarantine, saved_views, tickets

AT_ONCE = 500
_SHORTEST_ID = 6
"""A name or id of fewer characters stands in texts by chance, so such a text is not taken for the person's own."""


def quarantined(connection: Connection, person: Person, since: datetime | None = None) -> list[dict[str, Any]]:
    """Webhooks that nobody understood and in which an address or an id of this person stands."""
    wanted = _pattern(person)
    rows = _all_quarantined(connection, since)
    return [dict(row._mapping) for row in rows if wanted.search(readable(row.raw))]


def forget_quarantined(connection: Connection, person: Person, since: datetime | None = None) -> int:
    """Delete them; how many."""
    ids = [row["id"] for row in quarantined(connection, person, since)]
    return connection.execute(delete(quarantine).where(quarantine.c.id.in_(ids))).rowcount if ids else 0


def answered(connection: Connection, person: Person, since: datetime | None = None) -> list[tuple[str, str]]:
    """The keys (actor, key) of answers in which this person, or a thread or ticket of theirs, is named."""
    found: list[tuple[str, str]] = []
    text = cast(idempotency_keys.c.body, String)
    columns = (idempotency_keys.c.actor, idempotency_keys.c.key)
    for some in _batched(_names(connection, person), 50):
        named = or_(*(text.contains(json.dumps(name, ensure_ascii=False), autoescape=True) for name in some))
        wanted = and_(idempotency_keys.c.body.is_not(None), named)
        if since is not None:
            wanted = and_(wanted, idempotency_keys.c.at >= since)
        found += [(row.actor, row.key) for row in connection.execute(select(*columns).where(wanted))]
    return sorted(set(found))


def forget_answered(connection: Connection, person: Person, since: datetime | None = None) -> int:
    """Delete them; how many. A repeat is then a new request, and meets the marks."""
    keys = answered(connection, person, since)
    for some in _batched(keys, AT_ONCE):
        where = tuple_(idempotency_keys.c.actor, idempotency_keys.c.key).in_(some)
        connection.execute(delete(idempotency_keys).where(where))
    return len(keys)


def viewed(connection: Connection, person: Person) -> list[dict[str, Any]]:
    """Searches that colleagues keep under a name and in which this person is named."""
    wanted = _pattern(person)
    rows = connection.execute(select(saved_views).order_by(saved_views.c.id))
    found = [(row, f"{row.name} {unquote_plus(row.query)}") for row in rows]
    return [dict(row._mapping) for row, text in found if wanted.search(text)]


def forget_viewed(connection: Connection, person: Person) -> int:
    """Delete them; how many."""
    ids = [row["id"] for row in viewed(connection, person)]
    return connection.execute(delete(saved_views).where(saved_views.c.id.in_(ids))).rowcount if ids else 0


def readable(raw: str) -> str:
    """A quarantined webhook as text: its parts, and its body without base64, form and JSON escapes."""
    try:
        parts = json.loads(raw)
        body = base64.b64decode(parts.get("body", "")).decode("utf-8", "replace")
    except (ValueError, AttributeError, TypeError):
        return raw
    try:
        body += json.dumps(json.loads(body), ensure_ascii=False)
    except (ValueError, RecursionError):
        body += unquote_plus(body)
    return f"{parts.get('path', '')} {unquote_plus(str(parts.get('query', '')))} {body}"


def _pattern(person: Person) -> re.Pattern[str]:
    """What finds the person's name, addresses and ids as whole words."""
    names = {address.removeprefix("+") for _, address in person.places} | set(person.refs) | set(person.interactions)
    names |= {provider_id for _, provider_id in person.sent} | {person.name or ""}
    parts = [re.escape(name) for name in sorted(names) if len(name) >= _SHORTEST_ID and name != ERASED]
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)" if parts else r"(?!)")


def _names(connection: Connection, person: Person) -> list[str]:
    names = {*person.refs, *person.interactions} - {ERASED}
    for table in (conversations, tickets):
        names |= set(connection.execute(select(table.c.id).where(table.c.customer_id == person.id)).scalars())
    return sorted(names)


def _all_quarantined(connection: Connection, since: datetime | None) -> Iterator[Row[Any]]:
    last = ""
    recent = true() if since is None else quarantine.c.at >= since
    while True:
        statement = select(quarantine).where(quarantine.c.id > last, recent).order_by(quarantine.c.id).limit(AT_ONCE)
        rows = connection.execute(statement).all()
        yield from rows
        if len(rows) < AT_ONCE:
            return
        last = rows[-1].id


def _batched(items: list[Any], size: int) -> Iterator[list[Any]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
