"""Rows for exports, one after the other and never all at once: each thousand is a transaction of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Select, select

from common.store import responses
from common.store.schema import conversations, interactions, invitations, tickets
from common.store.writer import Store

PAGE = 1_000


class Export(StrEnum):
    """What can be exported."""

    RESPONSES = "responses"
    INVITATIONS = "invitations"
    TICKETS = "tickets"


COLUMNS: Mapping[Export, Sequence[str]] = {
    Export.RESPONSES: responses.COLUMNS,
    Export.INVITATIONS: (
        "id",
        "interaction_id",
        "customer_id",
        "conversation_id",
        "survey",
        "survey_version",
        "channel",
        "locale",
        "status",
        "reason",
        "send_at",
        "sent_at",
        "created_at",
    ),
    Export.TICKETS: (
        "id",
        "conversation_id",
        "interaction_id",
        "customer_id",
        "channel",
        "team",
        "status",
        "owner",
        "reason",
        "score",
        "priority",
        "resolution",
        "opened_at",
        "due_at",
        "claimed_at",
        "first_reply_at",
        "resolved_at",
    ),
}


NUMBERS = frozenset({"score", "survey_version", "priority"})
"""The columns that hold whole numbers; all others hold text."""


def rows_of(store: Store, export: Export, start: datetime | None, end: datetime | None) -> Iterator[Mapping[str, Any]]:
    """Rows from `start` (included) to `end` (excluded); None = without end.

    Responses by the time of their first answer, the newest first; invitations by when they were made and tickets by
    when they were opened, the oldest first. Tests of our own are left out.
    """
    if export is Export.RESPONSES:
        yield from _responses(store, start, end)
        return
    statement, key, at = (
        (_INVITATIONS, invitations.c.id, invitations.c.created_at)
        if export is Export.INVITATIONS
        else (_TICKETS, tickets.c.id, tickets.c.opened_at)
    )
    if start is not None:
        statement = statement.where(at >= start)
    if end is not None:
        statement = statement.where(at < end)
    yield from _by_key(store, statement.where(conversations.c.test.is_not(True)), key)


def _responses(store: Store, start: datetime | None, end: datetime | None) -> Iterator[Mapping[str, Any]]:
    cursor: str | None = None
    while True:
        with store.read() as connection:
            page = responses.list_page(connection, {"from": start, "to": end}, cursor=cursor, limit=PAGE)
        yield from page.rows
        cursor = page.next_cursor
        if cursor is None:
            return


def _by_key(store: Store, statement: Select[Any], key: Column[str]) -> Iterator[Mapping[str, Any]]:
    """Ids sort by the time they were made, so walking along them needs no other index."""
    last = ""
    while True:
        with store.read() as connection:
            rows = connection.execute(statement.where(key > last).order_by(key).limit(PAGE)).all()
        for row in rows:
            yield {name: _plain(value) for name, value in row._mapping.items()}
        if len(rows) < PAGE:
            return
        last = rows[-1].id


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


_INVITATIONS = (
    select(
        invitations.c.id,
        interactions.c.ref.label("interaction_id"),
        interactions.c.customer_ref.label("customer_id"),
        conversations.c.id.label("conversation_id"),
        invitations.c.survey_key.label("survey"),
        *(
            invitations.c[name]
            for name in ("survey_version", "channel", "locale", "status", "reason", "send_at", "sent_at", "created_at")
        ),
    )
    .join(interactions, interactions.c.id == invitations.c.interaction_id)
    .join(conversations, conversations.c.invitation_id == invitations.c.id, isouter=True)
)
_TICKETS = (
    select(
        tickets.c.id,
        tickets.c.conversation_id,
        interactions.c.ref.label("interaction_id"),
        interactions.c.customer_ref.label("customer_id"),
        *(tickets.c[name] for name in ("channel", "team", "status")),
        tickets.c.owner_name.label("owner"),
        *(
            tickets.c[name]
            for name in (
                "reason",
                "score",
                "priority",
                "resolution",
                "opened_at",
                "due_at",
                "claimed_at",
                "first_reply_at",
                "resolved_at",
            )
        ),
    )
    .join(conversations, conversations.c.id == tickets.c.conversation_id)
    .join(interactions, interactions.c.id == conversations.c.interaction_id)
)
