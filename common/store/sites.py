"""The sites that show our web chat: read and changed here alone."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from common.errors import NotFound
from common.ids import new_id
from common.sites.site import GRACE, Site, SiteSettings, checked
from common.store.schema import sites

_ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"
"""No letter that reads as a digit, and no vowel but two: keys are read out over the telephone and spell nothing."""
_KEY_LENGTH = 16


def create(connection: Connection, settings: SiteSettings, now: datetime, *, key: str | None = None) -> Site:
    """A new site; its key is made here unless given."""
    key = key or "".join(secrets.choice(_ALPHABET) for _ in range(_KEY_LENGTH))
    row = {
        "id": new_id("sit"),
        "key": key,
        "settings": _stored(settings),
        "secret_version": 1,
        "previous_until": None,
        "created_at": now,
        "updated_at": now,
    }
    connection.execute(insert(sites).values(row))
    return find(connection, key)


def find(connection: Connection, key: str) -> Site:
    """The site with this key. Raises NotFound."""
    row = connection.execute(select(sites).where(sites.c.key == key)).first()
    if row is None:
        raise NotFound("no such site")
    return _site(row)


def find_by_id(connection: Connection, site_id: str) -> Site:
    """The site with this id. Raises NotFound."""
    row = connection.execute(select(sites).where(sites.c.id == site_id)).first()
    if row is None:
        raise NotFound("no such site")
    return _site(row)


def listed(connection: Connection) -> Sequence[Site]:
    """Every site, the oldest first."""
    return [_site(row) for row in connection.execute(select(sites).order_by(sites.c.id))]


def change(connection: Connection, key: str, settings: SiteSettings, now: datetime) -> Site:
    """The site with new settings. Raises NotFound."""
    site = find(connection, key)
    connection.execute(update(sites).where(sites.c.id == site.id).values(settings=_stored(settings), updated_at=now))
    return find(connection, key)


def rotate_secret(connection: Connection, key: str, now: datetime, *, at_once: bool) -> Site:
    """The site with a new signing secret. The one before counts for another day, unless at_once. Raises NotFound."""
    site = find(connection, key)
    values = {
        "secret_version": site.secret_version + 1,
        "previous_until": None if at_once else now + GRACE,
        "updated_at": now,
    }
    connection.execute(
        update(sites).where(sites.c.id == site.id, sites.c.secret_version == site.secret_version).values(values)
    )
    return find(connection, key)


def _stored(settings: SiteSettings) -> dict[str, Any]:
    return {**dataclasses.asdict(settings), "origins": list(settings.origins), "position": settings.position.value}


def _site(row: Row[Any]) -> Site:
    return Site(
        id=row.id,
        key=row.key,
        settings=checked(row.settings),
        secret_version=row.secret_version,
        previous_until=row.previous_until,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
