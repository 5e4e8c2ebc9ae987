"""Posting: a lease, one call, and what follows from its answer."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection

from common import clock
from common.failpoints import failpoint
from common.guarded_http import GuardedHttp, Reply
from common.store import posts
from common.store.posts import Leased
from common.store.subscriptions import find
from common.webhooks import PostState
from common.webhooks.schedule import SWITCH_OFF_AFTER, WARN_AFTER, Answered, next_try, retry_after
from common.webhooks.signing import headers

log = structlog.get_logger()

LEASE = timedelta(seconds=60)
"""Longer than the whole exchange may take."""
PER_SUBSCRIPTION = 4
"""Posts on their way to one address at a time: a slow receiver holds up nobody else."""
_AGENT = "Zeroten-Webhooks/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """One call that came back."""

    leased: Leased
    reply: Reply
    took_ms: int

    @property
    def answered(self) -> Answered:
        """What it means."""
        given = {name.lower(): value for name, value in (self.reply.headers or {}).items()}
        return Answered(
            status=self.reply.status, error=self.reply.error, retry_after=retry_after(given.get("retry-after"))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """An address that people should look at. is_off: we switched it off."""

    subscription_id: str
    name: str
    is_off: bool
    why: str


def lease(connection: Connection, room: int, length: timedelta) -> Sequence[Leased]:
    """What may be sent now, leased for `length`."""
    wall = clock.wall()
    return posts.lease(
        connection, now=clock.now(), wall=wall, until=wall + length, per_subscription=PER_SUBSCRIPTION, room=room
    )


def call(http: GuardedHttp, secret_key: str, leased: Leased) -> Called:
    """Sign and send one post. The signature's time is the system's: receivers compare it with their own clock."""
    secrets = leased.subscription.secrets(secret_key, clock.now())
    signed = headers(secrets, leased.announcement_id, int(clock.wall().timestamp()), leased.body)
    begun = clock.monotonic()
    failpoint("post.before_http")
    reply = http.post(
        leased.subscription.url,
        leased.body,
        {**signed, "Content-Type": "application/json; charset=utf-8", "User-Agent": _AGENT},
    )
    failpoint("post.after_http")
    return Called(leased=leased, reply=reply, took_ms=int((clock.monotonic() - begun) * 1000))


def settle(connection: Connection, called: Called) -> Trouble | None:
    """Write down what came of a call; the trouble that people should hear of."""
    now, answered, leased = clock.now(), called.answered, called.leased
    gap = None
    if not answered.is_delivered and not answered.is_gone:
        gap = next_try(leased.tries, random.random(), answered.retry_after)  # noqa: S311 - jitter, no secret
    state = posts.settle(
        connection,
        leased,
        now=now,
        took_ms=called.took_ms,
        status=answered.status,
        error=answered.error,
        answer=called.reply.text,
        next_at=now + gap if gap else None,
    )
    if state is None:
        log.warning("a webhook came back after its lease ended", post=leased.post_id)
        return None
    return _health(connection, leased, answered, state, now)


def _health(
    connection: Connection, leased: Leased, answered: Answered, state: PostState, now: datetime
) -> Trouble | None:
    subscription = find(connection, leased.subscription.id)
    if state is PostState.DELIVERED:
        posts.note_health(
            connection, subscription.id, now, {"failing_since": None, "paused_until": None, "told_at": now}
        )
        return None
    since = subscription.failing_since or now
    values: dict[str, Any] = {"failing_since": since}
    if (pause := answered.pause) is not None:
        values["paused_until"] = now + pause
    why_off = "gone" if answered.is_gone else "failing" if now - since >= SWITCH_OFF_AFTER else None
    if why_off and subscription.is_on:
        values |= {"is_on": False, "why_off": why_off}
    posts.note_health(connection, subscription.id, now, values)
    why = answered.error or f"it answered {answered.status}"
    if why_off or not subscription.is_on:  # also what was on its way when it was switched off
        posts.give_up_all(connection, subscription.id, now, "the webhook was switched off")
    if why_off and subscription.is_on:
        log.warning("a webhook was switched off", webhook=subscription.id, why=why_off)
        return Trouble(subscription_id=subscription.id, name=subscription.name, is_off=True, why=why)
    if state is PostState.DEAD or now - since >= WARN_AFTER:
        return Trouble(subscription_id=subscription.id, name=subscription.name, is_off=False, why=why)
    return None


def words_of(trouble: Trouble) -> Mapping[str, Any]:
    """What an alert says of it."""
    return {"webhook_id": trouble.subscription_id, "is_off": trouble.is_off, "why": trouble.why}
