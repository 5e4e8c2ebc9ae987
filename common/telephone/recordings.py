"""What callers said: fetched from the provider, kept for a time, turned into text where that is wanted.

A recording is announced by the request that ends it, ready when the provider says so, stored when we have it; then the
provider is asked to delete its copy. After the retention time our audio goes, too; the words stay in the thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Connection, Row, Select, select, update

from common import fetching
from common.bell import FEED
from common.store import calls as store
from common.store.schema import answers, conversations, interactions, messages, recordings
from common.store.scope import thread_within
from common.store.threads import lock_customers
from common.survey.questions import REASON

PLACEHOLDER = "[recording]"
"""What stands in the thread, and as the reason, until there are words."""
READY_ANYWAY_AFTER = timedelta(minutes=2)
"""A recording of which no callback told is asked for after this time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audio:
    """A recording as a file."""

    data: bytes
    media_type: str


class Transcriber(Protocol):
    """Turns speech into text."""

    def transcribe(self, audio: Audio, locale: str) -> str | None:
        """The words; None if there are none. Raises TranscriptionFailed when it may be tried again."""


class TranscriptionFailed(Exception):
    """No answer, or none that can be read; try again later."""


def due(connection: Connection, now: datetime, limit: int = 20) -> Sequence[Row[Any]]:
    """Recordings to be fetched, transcribed, or both, the longest waiting first."""
    connection.execute(
        update(recordings)
        .where(recordings.c.state == "announced", recordings.c.at < now - READY_ANYWAY_AFTER)
        .values(state="ready", due_at=now)
    )
    columns = [column for column in recordings.c if column.name != "audio"]
    statement: Select[Any] = (
        select(*columns, conversations.c.locale)
        .join(conversations, conversations.c.id == recordings.c.conversation_id)
        .where(recordings.c.due_at <= now)
        .order_by(recordings.c.due_at)
        .limit(limit)
    )
    return connection.execute(statement).all()


def audio_of(connection: Connection, recording_id: str) -> Audio | None:
    """The stored audio; None if there is none (any more)."""
    row = connection.execute(
        select(recordings.c.audio, recordings.c.media_type)
        .join(conversations, conversations.c.id == recordings.c.conversation_id)
        .join(interactions, interactions.c.id == conversations.c.interaction_id)
        .where(recordings.c.id == recording_id, thread_within())
    ).first()
    return Audio(data=bytes(row.audio), media_type=row.media_type) if row and row.audio is not None else None


def keep(connection: Connection, recording_id: str, audio: Audio, *, due_at: datetime | None) -> None:
    """The provider gave it to us. due_at: when to go on with it, None = it is done."""
    values = {
        "state": "stored",
        "audio": audio.data,
        "media_type": audio.media_type,
        "attempts": 0,
        "due_at": due_at,
    }
    connection.execute(update(recordings).where(recordings.c.id == recording_id).values(values))


def finish(connection: Connection, recording_id: str) -> None:
    """Nothing more is to be done with it."""
    connection.execute(update(recordings).where(recordings.c.id == recording_id).values(due_at=None))


def postpone(connection: Connection, recording_id: str, attempts: int, now: datetime) -> bool:
    """Try again later; False if it was tried often enough and is given up."""
    return fetching.postpone(connection, recordings, recordings.c.audio, recording_id, attempts, now)


def transcribed(connection: Connection, provider_id: str, text: str | None, now: datetime) -> frozenset[str]:
    """The words of a recording, or that there are none; the topics to ring. The first words stay."""
    found = connection.execute(
        select(recordings.c.customer_id).where(recordings.c.provider_id == provider_id)
    ).scalar_one_or_none()
    if found is None:
        return frozenset()
    lock_customers(connection, [found])
    row = connection.execute(select(recordings).where(recordings.c.provider_id == provider_id)).one()
    if row.transcribed_at is not None:
        return frozenset()
    words = (text or "").strip()[:4000] or None
    is_waiting = row.state == "stored"
    values = {"transcript": words, "transcribed_at": now} | ({"due_at": None} if is_waiting else {})
    connection.execute(update(recordings).where(recordings.c.id == row.id).values(values))
    if words is None or row.message_id is None:
        return frozenset()
    connection.execute(update(messages).where(messages.c.id == row.message_id).values(text=words))
    put_into_reason(connection, row.conversation_id, row.message_id, PLACEHOLDER, words)
    store.log(connection, row.conversation_id, now, "transcribed", {"message_id": row.message_id})
    return frozenset({f"conversation:{row.conversation_id}", FEED})


def put_into_reason(
    connection: Connection, conversation_id: str, message_id: str, placeholder: str, words: str
) -> None:
    """Where what was said in this message is the reason, its words are. Its customer must be locked."""
    mine = (answers.c.conversation_id == conversation_id, answers.c.question == REASON)
    answer = connection.execute(select(answers).where(*mine)).first()
    if answer is None or answer.message_id != message_id or placeholder not in answer.value:
        return
    value = answer.value.replace(placeholder, words, 1)
    connection.execute(update(answers).where(*mine).values(value=value, verbatim=value))
    connection.execute(update(conversations).where(conversations.c.id == conversation_id).values(reason=value))


def expire(connection: Connection, before: datetime) -> int:
    """Let go of the audio of recordings made before that instant; how many."""
    states = ("stored", "ready", "announced", "failed")
    return fetching.expire(connection, recordings, recordings.c.audio, states, before)
