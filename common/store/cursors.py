"""Pages of long lists: a cursor names the last row seen, never a row's number, so that new rows shift nothing."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Column, Connection, Row, Select, literal, tuple_

from common.errors import Invalid

T = TypeVar("T")
_MAX_ID = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """Rows and the cursor of the page after them; None = these were the last."""

    rows: Sequence[T]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """The order of a list: by a time that never changes, then by the id."""

    at: Column[datetime]
    id: Column[str]
    newest_first: bool = True


def read_page(
    connection: Connection, statement: Select[Any], order: Order, *, cursor: str | None, limit: int
) -> Page[Row[Any]]:
    """The `limit` rows of `statement` after `cursor`. The statement labels the order's columns `page_at` and `page_id`.

    Raises Invalid for a cursor that was not given out here.
    """
    if cursor is not None:
        at, row_id = read_cursor(cursor)
        seen = tuple_(literal(at, order.at.type), literal(row_id, order.id.type))
        place = tuple_(order.at, order.id)
        statement = statement.where(place < seen if order.newest_first else place > seen)
    columns = (order.at, order.id)
    statement = statement.order_by(*(column.desc() if order.newest_first else column.asc() for column in columns))
    rows = connection.execute(statement.limit(limit + 1)).all()
    has_more, rows = len(rows) > limit, rows[:limit]
    return Page(rows=rows, next_cursor=write_cursor(rows[-1].page_at, rows[-1].page_id) if has_more else None)


def write_cursor(at: datetime, row_id: str) -> str:
    """An opaque cursor for the row with this time and id."""
    return base64.urlsafe_b64encode(json.dumps([at.isoformat(), row_id]).encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> tuple[datetime, str]:
    """The time and id in a cursor. Raises Invalid for anything that `write_cursor` did not write."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        at, row_id = json.loads(base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True))
        instant = datetime.fromisoformat(at).astimezone(UTC)
        if not isinstance(row_id, str) or not row_id.isascii() or "\0" in row_id or len(row_id) > _MAX_ID:
            raise ValueError
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise Invalid("this cursor was not given out here", [("cursor", "not a cursor of this list")]) from error
    return instant, row_id
