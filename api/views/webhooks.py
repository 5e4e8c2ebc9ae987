"""Webhooks that we call: subscribe, change, try, look what came of it, and post again."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from sqlalchemy import Connection, Row

from api.calls import Answer, Call
from api.models.fields import Reference, read_time
from api.models.webhooks import DeliveryQuery, ReplayIn, RotateIn, WebhookIn
from common.audit import record
from common.errors import Invalid
from common.guarded_http import checked_target
from common.herald.testing import announce_test
from common.store import posts
from common.store import subscriptions as store
from common.store.subscriptions import Subscription
from common.webhooks import PostState
from common.webhooks.addresses import NotAllowed


class WebhookPath(BaseModel):
    """The webhook's id."""

    id: Reference


def list_all(call: Call) -> Answer:
    """Every webhook, the oldest first"""
    return call.read(
        lambda connection: Answer(
            body={"data": [_json(call, each) for each in store.listed(connection)], "next_cursor": None}
        )
    )


def create(call: Call, body: WebhookIn) -> Answer:
    """Subscribe an address to what happens here

    Bodies are signed by Standard Webhooks 1.0 with the `secret` of the answer, and are `{"type", "timestamp", "data"}`;
    the types are listed under Webhooks. What is not 2xx within 15 seconds is tried again, ten times over three days.
    Only addresses of the public internet are called, by https, and redirects are not followed.
    """
    url = _checked_url(call, body.url)
    types = store.checked_types(body.events)

    def work(connection: Connection) -> Answer:
        made = store.create(connection, url=url, name=body.description, types=types, now=call.now, by=call.actor)
        if not body.enabled:
            made = store.change(
                connection, made.id, url=url, name=body.description, types=types, is_on=False, now=call.now
            )
        return Answer(status=201, body=_json(call, made))

    return call.write(work)


def get(call: Call, path: WebhookPath) -> Answer:
    """One webhook"""
    return call.read(lambda connection: Answer(body=_json(call, store.find(connection, path.id))))


def change(call: Call, path: WebhookPath, body: WebhookIn) -> Answer:
    """Save a webhook

    Whole: what is left out gets its default.
    """
    url = _checked_url(call, body.url)
    types = store.checked_types(body.events)

    def work(connection: Connection) -> Answer:
        changed = store.change(
            connection,
            path.id,
            url=url,
            name=body.description,
            types=types,
            is_on=body.enabled,
            now=call.now,
            by=call.actor,
        )
        return Answer(body=_json(call, changed))

    return call.write(work)


def remove(call: Call, path: WebhookPath) -> Answer:
    """Delete a webhook with everything that was posted to it"""

    def work(connection: Connection) -> Answer:
        store.remove(connection, path.id, by=call.actor)
        return Answer(body={"id": path.id, "deleted": True})

    return call.write(work)


def rotate_secret(call: Call, path: WebhookPath, body: RotateIn) -> Answer:
    """Make a new secret

    Both the new one and the one before sign for another day, unless the old one should end at once.
    """

    def work(connection: Connection) -> Answer:
        changed = store.rotate_secret(connection, path.id, call.now, at_once=body.at_once, by=call.actor)
        return Answer(body=_json(call, changed))

    return call.write(work)


def send_test(call: Call, path: WebhookPath) -> Answer:
    """Post a `webhook.test` to this address"""

    def work(connection: Connection) -> Answer:
        post_id = announce_test(connection, store.find(connection, path.id), call.now)
        row, _ = posts.find_post(connection, post_id)
        return Answer(body=_delivery(row))

    return call.write(work)


def deliveries(call: Call, path: WebhookPath, query: DeliveryQuery) -> Answer:
    """What this address was told, the newest first"""

    def work(connection: Connection) -> Answer:
        store.find(connection, path.id)
        page = posts.list_page(connection, path.id, state=query.state, cursor=query.cursor, limit=query.limit)
        return Answer(body={"data": [_delivery(row) for row in page.rows], "next_cursor": page.next_cursor})

    return call.read(work)


def replay_all(call: Call, path: WebhookPath, body: ReplayIn) -> Answer:
    """Post once more what was given up, or everything since a time

    With the same `webhook-id`, so that a receiver can leave out what it has.
    """

    def work(connection: Connection) -> Answer:
        store.find(connection, path.id)
        record(connection, call.actor, "webhook.replayed", about=path.id)
        since = read_time(body.since) if body.since else None
        return Answer(body={"replayed": posts.replay_all(connection, path.id, call.now, since=since)})

    return call.write(work)


def replay(call: Call, path: WebhookPath) -> Answer:
    """Post one event once more, with the id it had"""

    def work(connection: Connection) -> Answer:
        posts.replay(connection, path.id, call.now)
        row, _ = posts.find_post(connection, path.id)
        return Answer(body=_delivery(row))

    return call.write(work)


def _checked_url(call: Call, url: str) -> str:
    try:
        checked_target(url, call.services.settings.private_networks)
    except NotAllowed as fault:
        raise Invalid("not an address that may be called", [("url", str(fault))]) from fault
    return url


def _json(call: Call, found: Subscription) -> dict[str, Any]:
    return {
        "id": found.id,
        "url": found.url,
        "description": found.name,
        "events": list(found.types),
        "enabled": found.is_on,
        "disabled_reason": found.why_off,
        "secret": found.secret(call.services.settings.secret_key),
        "previous_until": _time(found.previous_until),
        "failing_since": _time(found.failing_since),
        "last_delivered_at": _time(found.told_at),
        "created_at": found.created_at.isoformat(),
        "updated_at": found.updated_at.isoformat(),
    }


def _delivery(row: Row[Any]) -> dict[str, Any]:
    is_waiting = row.state in (PostState.PENDING.value, PostState.POSTING.value)
    return {
        "id": row.id,
        "webhook_id": row.announcement_id,
        "event": row.type,
        "state": row.state,
        "attempts": row.attempts,
        "status": row.status,
        "error": row.error,
        "created_at": row.at.isoformat(),
        "next_attempt_at": row.due_at.isoformat() if is_waiting else None,
        "ended_at": _time(row.ended_at),
    }


def _time(at: Any) -> str | None:
    return at.isoformat() if at else None
