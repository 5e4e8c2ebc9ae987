"""Held replies: a person's words that wait until the customer writes, because the provider takes none before.

A held reply is a row of the outbox in the state `held`, which no lease looks at; its endpoint says that there is one,
so that hearing a customer costs nothing where nothing waits.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, select, update

from common.store.dialect import among
from common.store.schema import conversations, endpoints, messages, outbox

HELD = "held"
"""The state of the outbox row; in the thread, the message's `error` says the same while it waits."""

_MARK = update(endpoints).where(endpoints.c.id == bindparam("_id")).values(holds_reply=True)
_CLEAR = update(endpoints).where(among(endpoints.c.id)).values(holds_reply=False)
_WAITING = (
    select(outbox.c.id, outbox.c.message_id)
    .join(conversations, conversations.c.id == outbox.c.conversation_id)
    .where(among(conversations.c.endpoint_id), outbox.c.state == HELD)
)
_LET_GO = update(outbox).where(among(outbox.c.id)).values(state="pending", due_at=bindparam("_now"))
_SHOW = update(messages).where(among(messages.c.id)).values(error=None)


def mark(connection: Connection, endpoint_id: str) -> None:
    """Remember that a reply waits for the next message from this endpoint."""
    connection.execute(_MARK, {"_id": endpoint_id})


def let_go(connection: Connection, endpoint_ids: Collection[str], now: datetime) -> None:
    """The customers at these endpoints wrote: what waited for them leaves."""
    rows = connection.execute(_WAITING, {"ids": list(endpoint_ids)}).all()
    if rows:
        connection.execute(_LET_GO, {"ids": [row.id for row in rows], "_now": now})
        connection.execute(_SHOW, {"ids": [row.message_id for row in rows]})
    connection.execute(_CLEAR, {"ids": list(endpoint_ids)})


def cancel(
    connection: Connection, *, conversation_id: str = "", customer_id: str = "", message_id: str = "", why: str
) -> int:
    """Held replies of a conversation or a person, or one of them, will not be sent; the number of them."""
    given: dict[Any, str] = {
        outbox.c.conversation_id: conversation_id,
        outbox.c.customer_id: customer_id,
        outbox.c.message_id: message_id,
    }
    mine: list[ColumnElement[bool]] = [column == value for column, value in given.items() if value]
    gone = list(connection.execute(select(outbox.c.message_id).where(outbox.c.state == HELD, *mine)).scalars())
    if gone:
        values = {"state": "cancelled", "error": why}
        connection.execute(update(outbox).where(outbox.c.message_id.in_(gone)).values(**values))
        failed = {"delivery": "failed", "error": "cancelled"}
        connection.execute(update(messages).where(messages.c.id.in_(gone)).values(**failed))
    return len(gone)
