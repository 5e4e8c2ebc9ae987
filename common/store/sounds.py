"""Uploaded sounds: what is played to callers in place of words. A sound never changes; surveys name it by its id."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from common.ids import new_id
from common.speech.sounds import Sound
from common.store.dialect import among
from common.store.schema import sounds

_KNOWN = select(sounds.c.id).where(among(sounds.c.id))


def keep(connection: Connection, content: bytes, sound: Sound, *, name: str, now: datetime) -> str:
    """Store a sound; its id, which nobody can guess. name: what the file was called, for people."""
    row = {
        "id": new_id("snd"),
        "media_type": sound.media_type,
        "size": len(content),
        "duration_ms": sound.duration_ms,
        "name": name,
        "content": content,
        "at": now,
    }
    connection.execute(insert(sounds).values(row))
    return str(row["id"])


def known(connection: Connection, ids: Collection[str]) -> set[str]:
    """Those of `ids` that are there."""
    return set(connection.execute(_KNOWN, {"ids": list(ids)}).scalars()) if ids else set()


def described(connection: Connection, ids: Collection[str]) -> dict[str, Row[Any]]:
    """The sounds with these ids, without their content."""
    if not ids:
        return {}
    columns = [column for column in sounds.c if column.name != "content"]
    rows = connection.execute(select(*columns).where(sounds.c.id.in_(ids)))
    return {row.id: row for row in rows}


def find(connection: Connection, sound_id: str) -> Row[Any] | None:
    """One sound with its content."""
    return connection.execute(select(sounds).where(sounds.c.id == sound_id)).first()
