"""Files in the database: announced with their message, fetched, refused or stored, and let go in the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from common import fetching
from common.channels import InboundMessage
from common.files.kinds import Kind, kind_named
from common.ids import new_id
from common.store.schema import conversations, files, interactions, messages
from common.store.scope import thread_within
from common.store.threads import lock_customers
from common.telephone.recordings import put_into_reason

PLACEHOLDER = "[media]"
"""What stands as the reason until there are words."""
_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """A stored file. name: for saving it, never empty."""

    content: bytes
    kind: Kind
    name: str


def announced(thread_row: dict[str, Any], message_id: str, item: InboundMessage, now: datetime) -> dict[str, Any]:
    """The row of a message's file, which is to be fetched."""
    assert item.file is not None
    return {
        "id": new_id("fil"),
        "message_id": message_id,
        "conversation_id": thread_row["id"],
        "customer_id": thread_row["customer_id"],
        "channel": item.channel.value,
        "provider_id": item.file.provider_id,
        "state": "ready",
        "name": (item.file.name or "")[:_LONGEST_NAME] or None,
        "due_at": now,
        "at": now,
    }


def due(connection: Connection, channels: Sequence[str], now: datetime, limit: int = 20) -> list[Row[Any]]:
    """Files to be fetched, or turned into words, the longest waiting first."""
    columns = [column for column in files.c if column.name != "content"]
    mine = (files.c.due_at <= now, files.c.channel.in_(channels))
    found: list[Row[Any]] = list(
        connection.execute(
            select(*columns, conversations.c.locale)
            .join(conversations, conversations.c.id == files.c.conversation_id)
            .where(*mine)
            .order_by(files.c.due_at)
            .limit(limit)
        )
    )
    return found


def keep(connection: Connection, file_id: str, content: bytes, kind: Kind, *, due_at: datetime | None) -> None:
    """We have it. due_at: when to turn it into words, None = never."""
    values = {"state": "stored", "content": content, "media_type": kind.media_type, "size": len(content)}
    connection.execute(update(files).where(files.c.id == file_id).values(due_at=due_at, attempts=0, **values))


def content_of(connection: Connection, file_id: str) -> bytes | None:
    """The bytes, for whoever works on them; None if they are gone."""
    return connection.execute(select(files.c.content).where(files.c.id == file_id)).scalar_one_or_none()


def understood(connection: Connection, row: Row[Any], words: str | None) -> None:
    """What was said in it, None = nothing: it stands in the thread, and where it is the reason, there, too."""
    lock_customers(connection, [row.customer_id])
    connection.execute(update(files).where(files.c.id == row.id).values(due_at=None))
    if said := (words or "").strip()[:4000]:
        empty = (messages.c.id == row.message_id, messages.c.kind == "media")
        if connection.execute(update(messages).where(*empty).values(text=said)).rowcount:
            put_into_reason(connection, row.conversation_id, row.message_id, PLACEHOLDER, said)


def end(connection: Connection, file_id: str, state: str) -> None:
    """It will not come: `refused`, as too large; `failed`, as the provider has it no more."""
    connection.execute(update(files).where(files.c.id == file_id).values(state=state, due_at=None))


def postpone(connection: Connection, row: Row[Any], now: datetime) -> bool:
    """Fetch it later; False if that was tried often enough."""
    return fetching.postpone(connection, files, files.c.content, row.id, row.attempts, now)


def expire(connection: Connection, before: datetime) -> int:
    """Let go of what came before that instant; how many."""
    return fetching.expire(connection, files, files.c.content, ("ready", "stored", "failed"), before)


def file_of(connection: Connection, file_id: str) -> KeptFile | None:
    """The stored file, for whoever may read its thread; None if there is none (any more)."""
    row = connection.execute(
        select(files.c.content, files.c.media_type, files.c.name)
        .join(conversations, conversations.c.id == files.c.conversation_id)
        .join(interactions, interactions.c.id == conversations.c.interaction_id)
        .where(files.c.id == file_id, thread_within())
    ).first()
    if row is None or row.content is None:
        return None
    kind = kind_named(row.media_type)
    stem = "".join(sign for sign in _stem(row.name or "") if sign.isalnum() or sign in " -_").strip()
    return KeptFile(content=bytes(row.content), kind=kind, name=f"{stem or 'file'}.{kind.ending}")


def _stem(name: str) -> str:
    """A file's name without its ending, which says nothing of what the file is."""
    return name.rpartition(".")[0] or name


def files_by_message(connection: Connection, conversation_id: str) -> dict[str, Row[Any]]:
    """The files of a thread, without their content, by the message that each came with."""
    columns = (files.c.id, files.c.message_id, files.c.state, files.c.name, files.c.media_type, files.c.size)
    found: list[Row[Any]] = list(connection.execute(select(*columns).where(files.c.conversation_id == conversation_id)))
    return {row.message_id: row for row in found}
