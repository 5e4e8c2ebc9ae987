"""Subscriptions to what happens here: read and changed here alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from common.actors import Actor
from common.audit import record
from common.errors import Invalid, NotFound
from common.ids import new_id
from common.store.schema import post_tries, posts, subscriptions
from common.webhooks import SUBSCRIBABLE, AnnouncementType
from common.webhooks.signing import GRACE, secret_of, versions_that_count

MAX_SUBSCRIPTIONS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A stored subscription. types: what it hears, empty = everything. why_off: why we switched it off ourselves."""

    id: str
    url: str
    name: str
    types: tuple[str, ...]
    is_on: bool
    why_off: str | None
    secret_version: int
    previous_until: datetime | None
    failing_since: datetime | None
    paused_until: datetime | None
    told_at: datetime | None
    created_at: datetime
    updated_at: datetime

    def hears(self, kind: AnnouncementType) -> bool:
        """True if it is told of this."""
        return self.is_on and (not self.types or kind.value in self.types)

    def secret(self, secret_key: str) -> str:
        """The newest secret, to be shown to an administrator."""
        return secret_of(secret_key, self.id, self.secret_version)

    def secrets(self, secret_key: str, now: datetime) -> tuple[str, ...]:
        """The secrets that sign now, the newest first."""
        counted = versions_that_count(self.secret_version, self.previous_until, now)
        return tuple(secret_of(secret_key, self.id, version) for version in counted)


def checked_types(types: Sequence[str]) -> list[str]:
    """The types without repetition, in the order of the catalogue. Raises Invalid for one that is none."""
    known = [kind.value for kind in SUBSCRIBABLE]
    if foreign := sorted(set(types) - set(known)):
        raise Invalid("no such event", [("events", f"{foreign[0]!r} is none of: {', '.join(known)}")])
    return [kind for kind in known if kind in set(types)]


def create(
    connection: Connection, *, url: str, name: str, types: Sequence[str], now: datetime, by: Actor | None = None
) -> Subscription:
    """A new subscription. Raises Invalid when there are too many. by: whose act is written into the audit log."""
    if len(listed(connection)) >= MAX_SUBSCRIPTIONS:
        raise Invalid(f"at most {MAX_SUBSCRIPTIONS} webhooks", [("url", f"there are {MAX_SUBSCRIPTIONS} already")])
    subscription_id = new_id("whk")
    row = {
        "id": subscription_id,
        "url": url,
        "name": name,
        "types": list(types),
        "is_on": True,
        "secret_version": 1,
        "created_at": now,
        "updated_at": now,
    }
    connection.execute(insert(subscriptions).values(row))
    _note(connection, by, "webhook.created", subscription_id)
    return find(connection, subscription_id)


def find(connection: Connection, subscription_id: str) -> Subscription:
    """One subscription. Raises NotFound."""
    row = connection.execute(select(subscriptions).where(subscriptions.c.id == subscription_id)).first()
    if row is None:
        raise NotFound("no such webhook")
    return _subscription(row)


def listed(connection: Connection) -> Sequence[Subscription]:
    """Every subscription, the oldest first."""
    return [_subscription(row) for row in connection.execute(select(subscriptions).order_by(subscriptions.c.id))]


def change(
    connection: Connection,
    subscription_id: str,
    *,
    url: str,
    name: str,
    types: Sequence[str],
    is_on: bool,
    now: datetime,
    by: Actor | None = None,
) -> Subscription:
    """Save a subscription. Switched on again, or with another address, it begins without a history of failures."""
    before = find(connection, subscription_id)
    values: dict[str, Any] = {"url": url, "name": name, "types": list(types), "is_on": is_on, "updated_at": now}
    if url != before.url or (is_on and not before.is_on):
        values |= {"failing_since": None, "paused_until": None}
    if is_on:
        values |= {"why_off": None}
    connection.execute(update(subscriptions).where(subscriptions.c.id == subscription_id).values(values))
    _note(connection, by, "webhook.changed", subscription_id)
    return find(connection, subscription_id)


def rotate_secret(
    connection: Connection, subscription_id: str, now: datetime, *, at_once: bool, by: Actor | None = None
) -> Subscription:
    """The subscription with a new secret; the one before signs as well for another day, unless at_once."""
    found = find(connection, subscription_id)
    values = {
        "secret_version": found.secret_version + 1,
        "previous_until": None if at_once else now + GRACE,
        "updated_at": now,
    }
    connection.execute(
        update(subscriptions)
        .where(subscriptions.c.id == subscription_id, subscriptions.c.secret_version == found.secret_version)
        .values(values)
    )
    _note(connection, by, "webhook.secret_rotated", subscription_id)
    return find(connection, subscription_id)


def remove(connection: Connection, subscription_id: str, *, by: Actor | None = None) -> None:
    """Forget a subscription and everything that was posted to it. Raises NotFound."""
    find(connection, subscription_id)
    of_it = select(posts.c.id).where(posts.c.subscription_id == subscription_id)
    connection.execute(delete(post_tries).where(post_tries.c.post_id.in_(of_it)))
    connection.execute(delete(posts).where(posts.c.subscription_id == subscription_id))
    connection.execute(delete(subscriptions).where(subscriptions.c.id == subscription_id))
    _note(connection, by, "webhook.deleted", subscription_id)


def _note(connection: Connection, by: Actor | None, act: str, subscription_id: str) -> None:
    if by is not None:
        record(connection, by, act, about=subscription_id)


def _subscription(row: Row[Any]) -> Subscription:
    return Subscription(**{**row._mapping, "types": tuple(row.types)})
