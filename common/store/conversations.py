"""Reading conversations, invitations and their threads, in the shapes of the API.

Ids of interactions and customers are the caller's own everywhere outside; ours stay inside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, RowMapping, Select, select

from common.errors import NotFound
from common.store.cursors import Order, Page, read_page
from common.store.schema import conversations, customer_refs, events, interactions, invitations, messages
from common.store.scope import thread_within, within
from common.store.tickets import NOTE


def find_invitation(connection: Connection, invitation_id: str) -> dict[str, Any]:
    """One invitation. Raises NotFound."""
    row = connection.execute(
        select(
            invitations,
            interactions.c.ref,
            interactions.c.customer_ref,
            conversations.c.id.label("conversation_id"),
        )
        .join(interactions, interactions.c.id == invitations.c.interaction_id)
        .outerjoin(conversations, conversations.c.invitation_id == invitations.c.id)
        .where(invitations.c.id == invitation_id, within(interactions.c.team))
    ).first()
    if row is None:
        raise NotFound("no such invitation")
    return {
        "id": row.id,
        "interaction_id": row.ref,
        "customer_id": row.customer_ref,
        "conversation_id": row.conversation_id,
        "survey": {"key": row.survey_key, "version": row.survey_version},
        "channel": row.channel,
        "locale": row.locale,
        "status": row.status,
        "reason": row.reason,
        "send_at": row.send_at.isoformat(),
        "latest_at": row.latest_at.isoformat(),
        "sent_at": _time(row.sent_at),
        "created_at": row.created_at.isoformat(),
    }


def find_conversation(connection: Connection, conversation_id: str) -> dict[str, Any]:
    """One conversation with its thread. Raises NotFound."""
    row = connection.execute(_statement().where(conversations.c.id == conversation_id)).first()
    if row is None:
        raise NotFound("no such conversation")
    return _with_threads(connection, [row])[0]


def list_page(
    connection: Connection, filters: Mapping[str, str | None], *, cursor: str | None, limit: int
) -> Page[dict[str, Any]]:
    """Conversations with their threads, the newest first.

    filters: customer_id and interaction_id (the caller's own), invitation_id, channel, state. Raises Invalid for a
    foreign cursor.
    """
    statement = _statement()
    for name, value in filters.items():
        if value is None:
            continue
        if name == "customer_id":
            person = select(customer_refs.c.customer_id).where(customer_refs.c.ref == value)
            statement = statement.where(conversations.c.customer_id.in_(person))
        elif name == "interaction_id":
            statement = statement.where(interactions.c.ref == value)
        else:
            statement = statement.where(conversations.c[name] == value)
    order = Order(at=conversations.c.started_at, id=conversations.c.id)
    page = read_page(connection, statement, order, cursor=cursor, limit=limit)
    return Page(rows=_with_threads(connection, page.rows), next_cursor=page.next_cursor)


def message_json(row: Row[Any]) -> dict[str, Any]:
    """One message as the API shows it."""
    return {
        "id": row.id,
        "at": row.at.isoformat(),
        "direction": row.direction,
        "author": row.author,
        "kind": row.kind,
        "text": row.text,
        "provider_id": row.provider_id,
        "delivery": row.delivery,
    }


def _statement() -> Select[Any]:
    return (
        select(
            conversations,
            interactions.c.ref,
            interactions.c.customer_ref,
            conversations.c.started_at.label("page_at"),
            conversations.c.id.label("page_id"),
        )
        .join(interactions, interactions.c.id == conversations.c.interaction_id)
        .where(thread_within())
    )


def _with_threads(connection: Connection, rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    """The conversations as shown; messages and events of all of them in two statements."""
    ids = [row.id for row in rows]
    said: dict[str, list[dict[str, Any]]] = {key: [] for key in ids}
    happened: dict[str, list[tuple[int, dict[str, Any]]]] = {key: [] for key in ids}
    thread = select(messages).where(messages.c.conversation_id.in_(ids))
    for row in connection.execute(thread.order_by(messages.c.conversation_id, messages.c.sequence)):
        if row.kind == NOTE:
            data = {"id": row.id, "text": row.text, "by": row.author_id, "name": row.author_name}
            happened[row.conversation_id].append((row.sequence, _event(row.at, "noted", data)))
        else:
            said[row.conversation_id].append(message_json(row))
    for row in connection.execute(select(events).where(events.c.conversation_id.in_(ids))):
        happened[row.conversation_id].append((row.sequence, _event(row.at, row.name, row.data)))
    shown = []
    for row in rows:
        log = sorted(happened[row.id], key=lambda numbered: numbered[0])
        shown.append(_conversation(row._mapping) | {"messages": said[row.id], "events": [entry for _, entry in log]})
    return shown


def _conversation(row: RowMapping) -> dict[str, Any]:
    plain = ("id", "invitation_id", "channel", "locale", "state", "outcome", "score", "band", "reason", "aspect")
    return {name: row[name] for name in (*plain, "ticket_id")} | {
        "interaction_id": row["ref"],
        "customer_id": row["customer_ref"],
        "survey": {"key": row["survey_key"], "version": row["survey_version"]},
    }


def _event(at: datetime, name: str, data: Mapping[str, Any]) -> dict[str, Any]:
    return {"at": at.isoformat(), "name": name, "data": dict(data)}


def _time(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
