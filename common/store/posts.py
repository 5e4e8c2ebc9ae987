"""Announcements and their posts: written with what they tell of, leased, settled, listed and posted again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, delete, func, insert, or_, select, update

from common.errors import Conflict, NotFound
from common.ids import new_id
from common.store.cursors import Order, Page, read_page
from common.store.schema import announcements, post_tries, posts, storable, subscriptions
from common.store.subscriptions import Subscription, listed
from common.webhooks import AnnouncementType, PostState

KEEP = timedelta(days=30)
"""How long announcements, their posts and the log of them are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leased:
    """A post that this process may send now. tries: with this one."""

    post_id: str
    lease: str
    tries: int
    announcement_id: str
    body: bytes
    subscription: Subscription


def announce(
    connection: Connection,
    kind: AnnouncementType,
    key: str,
    data: Mapping[str, Any],
    *,
    at: datetime,
    now: datetime,
    customer_id: str | None = None,
    only_to: Subscription | None = None,
) -> str | None:
    """Word what happened and put it on its way to whoever subscribes to it; the id, None if nobody does.

    key: what makes it one thing; the same again is not told again. only_to: for the test of one address.
    """
    receivers = [only_to] if only_to else [each for each in listed(connection) if each.hears(kind)]
    if not receivers:
        return None
    if connection.execute(select(announcements.c.id).where(announcements.c.key == key)).first() is not None:
        return None
    body = json.dumps(
        {"type": kind.value, "timestamp": at.isoformat(), "data": dict(data)},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    announcement_id = new_id("msg")
    row = {"id": announcement_id, "key": key, "type": kind.value, "customer_id": customer_id, "at": now}
    connection.execute(insert(announcements).values({**row, "body": storable(body)}))
    rows = [
        {
            "id": new_id("pst"),
            "announcement_id": announcement_id,
            "subscription_id": each.id,
            "state": PostState.PENDING.value,
            "due_at": now,
            "at": now,
        }
        for each in receivers
    ]
    connection.execute(insert(posts), rows)
    return announcement_id


def lease(
    connection: Connection, *, now: datetime, wall: datetime, until: datetime, per_subscription: int, room: int
) -> list[Leased]:
    """The posts that this process may send now, the longest due first; of each subscription only a few at a time.

    A post whose lease ran out may have arrived: it is sent again with the same id, by which the receiver knows it.
    """
    found: list[Leased] = []
    for subscription in listed(connection):
        is_paused = subscription.paused_until is not None and subscription.paused_until > now
        if not subscription.is_on or is_paused:
            continue
        on_their_way = _flying(connection, subscription.id, wall)
        limit = min(per_subscription - on_their_way, room - len(found))
        if limit <= 0:
            continue
        is_due = or_(
            and_(posts.c.state == PostState.PENDING.value, posts.c.due_at <= now),
            and_(posts.c.state == PostState.POSTING.value, posts.c.lease_until < wall),
        )
        rows = connection.execute(
            select(posts.c.id, posts.c.attempts, announcements.c.id.label("announcement_id"), announcements.c.body)
            .join(announcements, announcements.c.id == posts.c.announcement_id)
            .where(posts.c.subscription_id == subscription.id, is_due)
            .order_by(posts.c.due_at, posts.c.id)
            .limit(limit)
            .with_for_update(of=posts, skip_locked=True)
        ).all()
        for row in rows:
            mine = new_id("lse")
            connection.execute(
                update(posts)
                .where(posts.c.id == row.id)
                .values(state=PostState.POSTING.value, lease=mine, lease_until=until, attempts=row.attempts + 1)
            )
            found.append(
                Leased(
                    post_id=row.id,
                    lease=mine,
                    tries=row.attempts + 1,
                    announcement_id=row.announcement_id,
                    body=row.body.encode("utf-8"),
                    subscription=subscription,
                )
            )
    return found


def _flying(connection: Connection, subscription_id: str, wall: datetime) -> int:
    return int(
        connection.execute(
            select(func.count()).where(
                posts.c.subscription_id == subscription_id,
                posts.c.state == PostState.POSTING.value,
                posts.c.lease_until >= wall,
            )
        ).scalar_one()
    )


def settle(
    connection: Connection,
    leased: Leased,
    *,
    now: datetime,
    took_ms: int,
    status: int | None,
    error: str | None,
    answer: str,
    next_at: datetime | None,
) -> PostState | None:
    """Write down what came of a post; its state now, None if the lease was lost meanwhile.

    status 2xx is delivered. next_at: when it is tried again, None = never.
    """
    is_delivered = status is not None and 200 <= status < 300
    state = PostState.DELIVERED if is_delivered else PostState.PENDING if next_at else PostState.DEAD
    values: dict[str, Any] = {"state": state.value, "status": status, "error": error, "lease": None}
    values |= {"lease_until": None, "ended_at": None if state is PostState.PENDING else now}
    if next_at is not None:
        values["due_at"] = next_at
    held = and_(posts.c.id == leased.post_id, posts.c.lease == leased.lease)
    if connection.execute(update(posts).where(held).values(values)).rowcount != 1:
        return None
    number = connection.execute(
        select(func.coalesce(func.max(post_tries.c.number), 0) + 1).where(post_tries.c.post_id == leased.post_id)
    ).scalar_one()
    row = {"post_id": leased.post_id, "number": number, "at": now, "took_ms": took_ms, "status": status}
    connection.execute(insert(post_tries).values({**row, "error": error, "answer": answer or None}))
    return state


def note_health(connection: Connection, subscription_id: str, now: datetime, values: Mapping[str, Any]) -> None:
    """Write down how an address does."""
    connection.execute(update(subscriptions).where(subscriptions.c.id == subscription_id).values(**values))


def give_up_all(connection: Connection, subscription_id: str, now: datetime, why: str) -> None:
    """What still waits for this address is dead, to be posted again by a person."""
    waiting = (posts.c.subscription_id == subscription_id, posts.c.state == PostState.PENDING.value)
    connection.execute(update(posts).where(*waiting).values(state=PostState.DEAD.value, error=why, ended_at=now))


def replay(connection: Connection, post_id: str, now: datetime) -> None:
    """Post one again, with the same id and from the first try on. Raises NotFound, and Conflict while it is on its
    way or its address is off."""
    row = connection.execute(
        select(posts.c.state, posts.c.subscription_id, subscriptions.c.is_on)
        .join(subscriptions, subscriptions.c.id == posts.c.subscription_id)
        .where(posts.c.id == post_id)
    ).first()
    if row is None:
        raise NotFound("no such delivery")
    if not row.is_on:
        raise Conflict("the webhook is switched off", code="switched_off")
    if _again(connection, [posts.c.id == post_id], now) == 0:
        raise Conflict("it is on its way already", code="on_its_way")


def replay_all(connection: Connection, subscription_id: str, now: datetime, *, since: datetime | None = None) -> int:
    """Post again what is dead, or, with `since`, everything from then on; the number of posts."""
    which = [posts.c.subscription_id == subscription_id]
    which += [posts.c.at >= since] if since else [posts.c.state == PostState.DEAD.value]
    return _again(connection, which, now)


def _again(connection: Connection, which: Sequence[Any], now: datetime) -> int:
    ended = posts.c.state.in_((PostState.DEAD.value, PostState.DELIVERED.value))
    fresh = {"state": PostState.PENDING.value, "attempts": 0, "due_at": now, "ended_at": None}
    return connection.execute(update(posts).where(ended, *which).values(fresh)).rowcount


def list_page(
    connection: Connection, subscription_id: str, *, state: str | None, cursor: str | None, limit: int
) -> Page[Row[Any]]:
    """Posts of one address, the newest first. Raises Invalid for a foreign cursor."""
    statement = _posts().where(posts.c.subscription_id == subscription_id)
    if state is not None:
        statement = statement.where(posts.c.state == state)
    return read_page(connection, statement, Order(at=posts.c.at, id=posts.c.id), cursor=cursor, limit=limit)


def find_post(connection: Connection, post_id: str) -> tuple[Row[Any], Sequence[Row[Any]]]:
    """A post with its body, and its tries, the newest first. Raises NotFound."""
    row = connection.execute(_posts().where(posts.c.id == post_id)).first()
    if row is None:
        raise NotFound("no such delivery")
    of_it = select(post_tries).where(post_tries.c.post_id == post_id).order_by(post_tries.c.number.desc())
    return row, connection.execute(of_it).all()


def _posts() -> Select[Any]:
    return select(
        posts,
        announcements.c.type,
        announcements.c.body,
        posts.c.at.label("page_at"),
        posts.c.id.label("page_id"),
    ).join(announcements, announcements.c.id == posts.c.announcement_id)


def counts_of(connection: Connection, subscription_id: str) -> dict[str, int]:
    """How many posts are in each state."""
    rows = connection.execute(
        select(posts.c.state, func.count().label("number"))
        .where(posts.c.subscription_id == subscription_id)
        .group_by(posts.c.state)
    )
    return {row.state: row.number for row in rows}


def is_due(connection: Connection, now: datetime, wall: datetime) -> bool:
    """True if a post may have to be sent now."""
    waits = (posts.c.state == PostState.PENDING.value) & (posts.c.due_at <= now)
    is_lost = (posts.c.state == PostState.POSTING.value) & (posts.c.lease_until < wall)
    return connection.execute(select(posts.c.id).where(or_(waits, is_lost)).limit(1)).first() is not None


def overdue(connection: Connection, before: datetime) -> bool:
    """True if a post waits that a living process would have sent."""
    late = (posts.c.state == PostState.PENDING.value) & (posts.c.due_at < before)
    on = select(subscriptions.c.id).where(subscriptions.c.is_on)
    return (
        connection.execute(select(posts.c.id).where(late, posts.c.subscription_id.in_(on)).limit(1)).first() is not None
    )


def forget_old(connection: Connection, before: datetime, limit: int = 1000) -> int:
    """Drop announcements from before, with their posts; the number of announcements."""
    old = connection.execute(select(announcements.c.id).where(announcements.c.at < before).limit(limit)).scalars().all()
    if not old:
        return 0
    of_them = select(posts.c.id).where(posts.c.announcement_id.in_(old))
    connection.execute(delete(post_tries).where(post_tries.c.post_id.in_(of_them)))
    connection.execute(delete(posts).where(posts.c.announcement_id.in_(old)))
    connection.execute(delete(announcements).where(announcements.c.id.in_(old)))
    return len(old)
