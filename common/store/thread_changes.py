"""Writing what one transaction changed in its threads.

A handful of statements however many threads there are; row by row PostgreSQL would spend its time on round trips.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, update

from common.errors import StoreUnavailable
from common.store.dialect import among, upsert
from common.store.schema import (
    answers,
    conversations,
    events,
    feed,
    files,
    invitations,
    messages,
    outbox,
    tickets,
    timers,
)
from common.store.threads import Thread, counters_of

_INSERTS = {table: insert(table).inline() for table in (conversations, messages, files, events, outbox, tickets, feed)}
_CONVERSATION_COLUMNS = (
    "state",
    "outcome",
    "locale",
    "machine",
    "score",
    "band",
    "reason",
    "aspect",
    "ticket_id",
    "owner_epoch",
    "sequence",
    "answered_at",
    "closed_at",
    "updated_at",
)
_UPDATE_CONVERSATION = (
    update(conversations)
    .where(conversations.c.id == bindparam("_id"), conversations.c.version == bindparam("_version"))
    .values({name: bindparam(name) for name in _CONVERSATION_COLUMNS} | {"version": conversations.c.version + 1})
)
_TICKET_COLUMNS = (
    "status",
    "owner",
    "owner_name",
    "reason",
    "score",
    "callback_from",
    "callback_to",
    "last_message_at",
    "priority",
    "due_at",
    "first_reply_at",
    "reopened_at",
    "awaiting_since",
    "owner_active_at",
    "escalated_at",
    "check_at",
    "resolution",
    "resolved_at",
    "updated_at",
)
_UPDATE_TICKET = (
    update(tickets).where(tickets.c.id == bindparam("_id")).values({name: bindparam(name) for name in _TICKET_COLUMNS})
)
_END_TIMERS = delete(timers).where(among(timers.c.conversation_id))
# An answer always counts; how a conversation ended does not hide why its question never left.
_ANSWERED = update(invitations).where(among(invitations.c.id)).values(status=bindparam("_status"))
_ENDED = _ANSWERED.where(invitations.c.status.in_(("scheduled", "sent")))


def store(connection: Connection, threads: Iterable[Thread], now: datetime) -> None:
    """Write what one transaction changed in these threads. Raises StoreUnavailable if a row moved underneath."""
    changed = [thread for thread in threads if thread.is_changed or thread.is_new]
    for thread in changed:
        _put_value_into_row(thread, now)
    _store_conversations(connection, changed)
    _insert_all(connection, messages, [row for thread in changed for row in thread.new_messages])
    _insert_all(connection, files, [row for thread in changed for row in thread.new_files])
    _insert_all(connection, events, [row for thread in changed for row in thread.new_events])
    upsert(connection, answers, [row for thread in changed for row in thread.new_answers.values()])
    upsert(connection, timers, [row for thread in changed for row in thread.new_timers.values()])
    if over := [thread.id for thread in changed if thread.timers_are_over]:
        connection.execute(_END_TIMERS, {"ids": over})
    if silenced := [thread.id for thread in changed if thread.bot_is_cancelled]:
        cancel_unsent(connection, silenced, reason="taken over or opted out")
    _insert_all(connection, outbox, [row for thread in changed for row in thread.new_outbox])
    _store_tickets(connection, changed, now)
    for status in {thread.invitation_status for thread in changed if thread.invitation_status}:
        ids = [thread.row["invitation_id"] for thread in changed if thread.invitation_status == status]
        connection.execute(_ANSWERED if status == "answered" else _ENDED, {"ids": ids, "_status": status})


def cancel_unsent(connection: Connection, conversation_ids: Sequence[str], reason: str) -> None:
    """Cancel the bot's messages of these conversations that have not left yet."""
    waiting = (
        outbox.c.conversation_id.in_(conversation_ids),
        outbox.c.state == "pending",
        outbox.c.kind != "reply",
    )
    gone = select(outbox.c.message_id).where(*waiting)
    connection.execute(update(messages).where(messages.c.id.in_(gone)).values(delivery="failed", error="cancelled"))
    connection.execute(update(outbox).where(*waiting).values(state="cancelled", error=reason))


def _put_value_into_row(thread: Thread, now: datetime) -> None:
    value, row = thread.value, thread.row
    row["state"], row["outcome"] = value.state.value, value.outcome.value if value.outcome else None
    row["locale"], row["closed_at"] = value.locale, value.closed_at
    row["machine"] = row["machine"] | counters_of(value)
    row["updated_at"] = now


def _store_conversations(connection: Connection, threads: Sequence[Thread]) -> None:
    _insert_all(connection, conversations, [thread.row for thread in threads if thread.is_new])
    known = [thread for thread in threads if not thread.is_new]
    if not known:
        return
    rows = [
        {name: thread.row[name] for name in _CONVERSATION_COLUMNS}
        | {"_id": thread.id, "_version": thread.row["version"]}
        for thread in known
    ]
    result = connection.execute(_UPDATE_CONVERSATION, rows)
    if result.rowcount not in (-1, len(rows)):
        raise StoreUnavailable("a conversation changed while it was locked")
    for thread in known:
        thread.row["version"] += 1


def _store_tickets(connection: Connection, threads: Sequence[Thread], now: datetime) -> None:
    new = [thread.ticket for thread in threads if thread.ticket_is_new and thread.ticket is not None]
    _insert_all(connection, tickets, new)
    changed = [
        {name: thread.ticket[name] for name in _TICKET_COLUMNS} | {"_id": thread.ticket["id"], "updated_at": now}
        for thread in threads
        if thread.ticket_is_changed and not thread.ticket_is_new and thread.ticket
    ]
    if changed:
        connection.execute(_UPDATE_TICKET, changed)
    rows = [
        {"at": now, "kind": "ticket", "ticket_id": thread.ticket["id"], "conversation_id": thread.id}
        for thread in threads
        if thread.ticket
    ]
    _insert_all(connection, feed, rows)


def _insert_all(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(_INSERTS[table], list(rows))
