"""Trying an address: a post that says nothing but that it arrived."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from common.errors import Conflict
from common.ids import new_id
from common.store.posts import announce
from common.store.schema import posts
from common.store.subscriptions import Subscription
from common.webhooks import AnnouncementType


def announce_test(connection: Connection, subscription: Subscription, now: datetime) -> str:
    """Put a test on its way to this address; the id of the post. Raises Conflict if the address is switched off."""
    if not subscription.is_on:
        raise Conflict("the webhook is switched off", code="switched_off")
    kind = AnnouncementType.TEST
    data = {"message": "This is a test. Nothing happened."}
    announcement_id = announce(connection, kind, f"{kind}:{new_id('tst')}", data, at=now, now=now, only_to=subscription)
    return str(connection.execute(select(posts.c.id).where(posts.c.announcement_id == announcement_id)).scalar_one())
