"""Pages of long lists: a cursor names the last row seen, never a row's number, so that new rows shift nothing."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, literal, tuple_

from common.errors import Invalid

T = TypeVar("T")
DEFAULT_LIMIT = 100
MAX_LIMIT = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """Rows and the cursor of the page after them; None = this was the last."""

    rows: Sequence[T]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """The order of a list: a time, then the id; both columns are in the rows that are read."""

    at: ColumnElement[datetime]
    id: ColumnElement[str]
    newest_first: bool = True


def read_page(
    connection: Connection,
    statement: Select[Any],
    order: Order,
    *,
    cursor: str | None,
    limit: int,
    shape: Callable[[Any], T],
) -> Page[T]:
    """The page of `statement` after `cursor`. The statement must name `page_at` and `page_id`. Raises Invalid."""
    place = tuple_(order.at, order.id)
    if cursor is not None:
        at, row_id = read_cursor(cursor)
        seen = tuple_(literal(at, order.at.type), literal(row_id, order.id.type))
        statement = statement.where(place < seen if order.newest_first else place > seen)
    columns = (order.at, order.id)
    statement = statement.order_by(*(column.desc() if order.newest_first else column.asc() for column in columns))
    rows = connection.execute(statement.limit(limit + 1)).mappings().all()
    has_more, rows = len(rows) > limit, rows[:limit]
    last = write_cursor(rows[-1]["page_at"], rows[-1]["page_id"]) if has_more else None
    return Page(rows=[shape(row) for row in rows], next_cursor=last)


def write_cursor(at: datetime, row_id: str) -> str:
    """An opaque cursor for the row with this time and id."""
    return base64.urlsafe_b64encode(json.dumps([at.isoformat(), row_id]).encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> tuple[datetime, str]:
    """The time and id in a cursor. Raises Invalid for anything that `write_cursor` did not write."""
    try:
        at, row_id = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        instant = datetime.fromisoformat(at)
        if instant.tzinfo is None or not isinstance(row_id, str) or "\0" in row_id or len(row_id) > 64:
            raise ValueError
        row_id.encode("utf-8")
        instant.astimezone()
    except (ValueError, TypeError, binascii.Error, UnicodeError, OverflowError, RecursionError) as error:
        raise Invalid("this cursor was not given out here", [("cursor", "not a cursor of this list")]) from error
    return instant, row_id
