"""Giving up: messages that will not be sent. The thread says so, and the machine hears of it if one was a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from common.bell import FEED
from common.channels import Delivery
from common.store.schema import conversations, invitations, messages, outbox
from common.survey.machine import Undeliverable
from common.turns import ConversationEvent, Turns

_END = (
    update(outbox)
    .where(outbox.c.id == bindparam("_id"))
    .values(state=bindparam("_state"), error=bindparam("_why"), lease_until=None)
)
_TELL = (
    update(messages)
    .where(messages.c.id == bindparam("_id"))
    .values(delivery=bindparam("_delivery"), error=bindparam("_why"))
)
_NOT_ASKED = (
    update(invitations)
    .where(
        invitations.c.id
        == select(conversations.c.invitation_id)
        .where(conversations.c.id == bindparam("_conversation"))
        .scalar_subquery(),
        invitations.c.status == "scheduled",
    )
    .values(status=bindparam("_status"), reason=bindparam("_reason"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenUp:
    """One outbox row with the state in which it ends: `cancelled`, `dead` or `needs_human`, and why, in words."""

    row: Mapping[Any, Any]
    state: str
    why: str


def give_up(connection: Connection, turns: Turns, given_up: Sequence[GivenUp], now: datetime) -> frozenset[str]:
    """End these rows; the topics to ring. Their customers must be locked."""
    if not given_up:
        return frozenset()
    connection.execute(_END, [{"_id": one.row["id"], "_state": one.state, "_why": one.why} for one in given_up])
    connection.execute(_TELL, [_told(one) for one in given_up])
    # A question of unknown fate may have arrived: the customer may answer it, so the machine is told nothing.
    questions = [one for one in given_up if one.row["kind"] == "prompt" and one.state != "needs_human"]
    first = [
        {
            "_conversation": one.row["conversation_id"],
            "_status": "undeliverable" if one.state == "dead" else "suppressed",
            "_reason": one.why.partition(" ")[0][:32],
        }
        for one in questions
        if one.row["step"] == 1
    ]
    if first:
        connection.execute(_NOT_ASKED, first)
    rings = {f"conversation:{one.row['conversation_id']}" for one in given_up} | {FEED}
    events = [
        ConversationEvent(
            conversation_id=one.row["conversation_id"],
            event=Undeliverable(at=now, prompt_step=one.row["step"], code=one.why),
        )
        for one in questions
    ]
    if events:
        rings.update(*(result.rings for result in turns.run(connection, events)))
    return frozenset(rings)


def _told(one: GivenUp) -> dict[str, str]:
    """What the thread says of it: what may have arrived has not failed."""
    delivery = Delivery.UNKNOWN if one.state == "needs_human" else Delivery.FAILED
    return {"_id": one.row["message_id"], "_delivery": delivery.value, "_why": one.why[:64]}
