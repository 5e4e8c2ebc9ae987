"""Links: a customer follows one to a channel, and the address from which they come is theirs from then on.

The token is kept as its hash, works once, for a time, and for the first who comes with it.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from common.channels import Channel
from common.pages import token_hash
from common.store import people
from common.store.schema import endpoints, links

LIFE = timedelta(days=7)
_BYTES = 24
"""192 bits: 32 characters, of which a channel takes at least 64."""


def create(
    connection: Connection, *, customer_id: str, channel: Channel, now: datetime, life: timedelta = LIFE
) -> tuple[str, datetime]:
    """A new token for this customer, and when it ends."""
    token, expires_at = secrets.token_urlsafe(_BYTES), now + life
    connection.execute(
        insert(links).values(
            token_hash=token_hash(token),
            customer_id=customer_id,
            channel=channel.value,
            created_at=now,
            expires_at=expires_at,
        )
    )
    return token, expires_at


def follow(connection: Connection, *, token: str, channel: Channel, address: str, now: datetime) -> bool:
    """Connect `address` with the customer of this token. False if the token is unknown, too old, or somebody else's.

    The same person may follow the link again.
    """
    key = token_hash(token)
    row = connection.execute(select(links).where(links.c.token_hash == key, links.c.channel == channel.value)).first()
    if row is None:
        return False
    if row.used_at is not None:
        return bool(row.address == address)
    if now >= row.expires_at or not people.give_address(connection, row.customer_id, channel, address):
        return False
    is_new = (links.c.token_hash == key, links.c.used_at.is_(None))
    used = connection.execute(update(links).where(*is_new).values(used_at=now, address=address)).rowcount
    if not used:  # somebody was quicker, in another process
        raise Taken
    return True


class Taken(Exception):
    """The token was used while we looked at it: nothing of what we did may stay."""


def address_of(connection: Connection, customer_id: str, channel: Channel) -> str | None:
    """Where this customer was last heard on a channel, if they are known there."""
    return connection.execute(
        select(endpoints.c.address)
        .where(endpoints.c.customer_id == customer_id, endpoints.c.channel == channel.value)
        .order_by(endpoints.c.last_inbound_at.desc().nulls_last(), endpoints.c.id.desc())
        .limit(1)
    ).scalar()
