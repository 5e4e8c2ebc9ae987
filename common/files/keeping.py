"""Files in the database: announced with their message, fetched, refused or stored, and let go in the end."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from common import fetching
from common.channels import InboundMessage, OutboundFile
from common.files.kinds import Kind, kind_named
from common.ids import new_id
from common.store.schema import conversations, files, interactions, messages, outbox
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


def sent_along(thread_row: dict[str, Any], message_id: str, file: OutboundFile, now: datetime) -> dict[str, Any]:
    """The row of a file that a person sends: it is here already, and no provider gives it out."""
    return {
        "id": file.id,
        "message_id": message_id,
        "conversation_id": thread_row["id"],
        "customer_id": thread_row["customer_id"],
        "channel": thread_row["channel"],
        "provider_id": "",
        "state": "stored",
        "name": file.name,
        "media_type": file.media_type,
        "size": len(file.content),
        "content": file.content,
        "due_at": None,
        "at": now,
    }


def contents(connection: Connection, file_ids: Collection[str]) -> dict[str, bytes]:
    """The bytes of these files, by id; those that are gone are left out."""
    if not file_ids:
        return {}
    kept = (files.c.id.in_(sorted(file_ids)), files.c.content.is_not(None))
    return {row.id: bytes(row.content) for row in connection.execute(select(files.c.id, files.c.content).where(*kept))}


def with_message(connection: Connection, message_id: str) -> OutboundFile | None:
    """The file that went out with a message; None if none did, or if it is gone."""
    columns = (files.c.id, files.c.media_type, files.c.name, files.c.content)
    row = connection.execute(select(*columns).where(files.c.message_id == message_id)).first()
    if row is None or row.content is None:
        return None
    return OutboundFile(id=row.id, media_type=row.media_type, name=row.name or "", content=bytes(row.content))


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
    return None if row is None or row.content is None else _kept(row)


def sent_file(connection: Connection, file_id: str, conversation_id: str) -> KeptFile | None:
    """A file that went out in this conversation, for the customer's own page; None if there is none (any more)."""
    row = connection.execute(
        select(files.c.content, files.c.media_type, files.c.name)
        .join(messages, messages.c.id == files.c.message_id)
        .join(outbox, outbox.c.message_id == messages.c.id)
        .where(files.c.id == file_id, files.c.conversation_id == conversation_id)
        .where(messages.c.direction == "out", outbox.c.conversation_id == conversation_id, outbox.c.state == "sent")
    ).first()
    return None if row is None or row.content is None else _kept(row)


def _kept(row: Any) -> KeptFile:
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
