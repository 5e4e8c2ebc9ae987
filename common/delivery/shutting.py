"""Shutting a window: the provider says that a customer takes no free text now, though we thought so.

It may say so at once or, mostly, long after it took the message. A first question then leaves as a template, or on
another channel, or not at all, as every first question outside the window; what a person wrote waits for the customer.
Any other question of the bot has failed: nobody is asked a reason by template.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from common.bell import FEED, OUTBOX
from common.channels import Delivery
from common.store.dialect import among
from common.store.held import HELD, mark
from common.store.schema import conversations, endpoints, invitations, messages, outbox, tickets

Row = Mapping[Any, Any]
"""A row of the outbox by column name."""

_PLACES = (
    select(conversations.c.id, endpoints.c.id.label("endpoint_id"), endpoints.c.last_inbound_at, tickets.c.status)
    .join(endpoints, endpoints.c.id == conversations.c.endpoint_id)
    .join(tickets, tickets.c.conversation_id == conversations.c.id, isouter=True)
    .where(among(conversations.c.id))
)
_SHUT = update(endpoints).where(among(endpoints.c.id)).values(last_inbound_at=None)
_AGAIN = (
    update(outbox)
    .where(outbox.c.id == bindparam("_id"))
    .values(
        state=bindparam("_state"), due_at=bindparam("_now"), provider_id=None, lease_until=None, error=bindparam("_why")
    )
)
_NOT_ASKED_YET = (
    update(invitations)
    .where(
        invitations.c.id.in_(select(conversations.c.invitation_id).where(among(conversations.c.id)).scalar_subquery()),
        invitations.c.status == "sent",
    )
    .values(status="scheduled", sent_at=None)
)
_UNSENT = (
    update(messages)
    .where(messages.c.id == bindparam("_message"))
    .values(provider_id=None, delivery=Delivery.QUEUED.value, error=bindparam("_error"))
)


def goes_on(row: Row) -> bool:
    """True if a closed window is not the end of this message."""
    if row["prompt"].get("template") is not None:
        return False
    return bool(row["kind"] == "reply" or (row["kind"] == "prompt" and row["step"] == 1))


def shut_windows(connection: Connection, rows: Sequence[Row], now: datetime) -> tuple[frozenset[str], list[Row]]:
    """Believe the provider that these messages came outside the window: the topics to ring, and what cannot go on.

    Whoever has written since is in a new window. The customers must be locked.
    """
    if not rows:
        return frozenset(), []
    places = {row.id: row for row in connection.execute(_PLACES, {"ids": [row["conversation_id"] for row in rows]})}
    shut: set[str] = set()
    again: list[dict[str, Any]] = []
    over: list[Row] = []
    for row in rows:
        place = places[row["conversation_id"]]
        sent_at = row["first_leased_at"] or now
        is_open = place.last_inbound_at is not None and place.last_inbound_at > sent_at
        if not is_open:
            shut.add(place.endpoint_id)
        is_held = row["kind"] == "reply" and not is_open
        if not goes_on(row) or (is_held and place.status == "resolved"):
            over.append(row)
            continue
        again.append(
            {
                "_id": row["id"],
                "_message": row["message_id"],
                "_state": HELD if is_held else "pending",
                "_now": now,
                "_why": "window_closed",
                "_error": HELD if is_held else None,
            }
        )
        if is_held:
            mark(connection, place.endpoint_id)
    if shut:
        connection.execute(_SHUT, {"ids": list(shut)})
    if again:
        connection.execute(_AGAIN, again)
        connection.execute(_UNSENT, again)
    if first := [row["conversation_id"] for row in rows if row["kind"] == "prompt" and goes_on(row)]:
        connection.execute(_NOT_ASKED_YET, {"ids": first})
    rings = {f"conversation:{row['conversation_id']}" for row in rows} | {FEED, OUTBOX}
    return frozenset(rings), over
