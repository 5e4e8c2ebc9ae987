"""What is planned after a survey's end and after a ticket's: planned once, done once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from common.follow_up import FollowUpState
from common.store.dialect import insert_new
from common.store.schema import follow_ups, recoveries

AT_ONCE = 50


def plan(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Plan a follow-up; False if the conversation has had one."""
    columns = {"state": FollowUpState.PLANNED.value, "why": None, "slots": None, **row}
    return bool(insert_new(connection, follow_ups, [columns]))


def due(connection: Connection, now: datetime) -> Sequence[Row[Any]]:
    """The follow-ups whose time has come."""
    planned = (follow_ups.c.state == FollowUpState.PLANNED.value, follow_ups.c.due_at <= now)
    return connection.execute(select(follow_ups).where(*planned).order_by(follow_ups.c.due_at).limit(AT_ONCE)).all()


def move(connection: Connection, conversation_id: str, state: FollowUpState, **columns: Any) -> bool:
    """Take a planned follow-up on; False if somebody else did."""
    planned = (follow_ups.c.conversation_id == conversation_id, follow_ups.c.state == FollowUpState.PLANNED.value)
    return connection.execute(update(follow_ups).where(*planned).values(state=state.value, **columns)).rowcount == 1


def put_off(connection: Connection, conversation_id: str, until: datetime) -> None:
    """Look at a planned follow-up again later."""
    connection.execute(update(follow_ups).where(follow_ups.c.conversation_id == conversation_id).values(due_at=until))


def note_accepted(connection: Connection, conversation_id: str) -> None:
    """The customer chose a slot."""
    connection.execute(
        update(follow_ups)
        .where(follow_ups.c.conversation_id == conversation_id)
        .values(state=FollowUpState.ACCEPTED.value)
    )


# --- is it mended? ------------------------------------------------------------------------------------------------


def plan_recovery(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Plan the question; one that was dropped because the ticket went on is planned anew. False if it was asked."""
    columns = {"state": "planned", "why": None, "invitation_id": None, **row}
    if insert_new(connection, recoveries, [columns]):
        return True
    again = (recoveries.c.ticket_id == row["ticket_id"], recoveries.c.invitation_id.is_(None))
    fresh = {"state": "planned", "why": None, "due_at": row["due_at"], "survey_key": row["survey_key"]}
    return connection.execute(update(recoveries).where(*again).values(fresh)).rowcount == 1


def due_recoveries(connection: Connection, now: datetime) -> Sequence[Row[Any]]:
    """The recovery questions whose time has come."""
    planned = (recoveries.c.state == "planned", recoveries.c.due_at <= now)
    return connection.execute(select(recoveries).where(*planned).order_by(recoveries.c.due_at).limit(AT_ONCE)).all()


def move_recovery(connection: Connection, ticket_id: str, state: str, **columns: Any) -> bool:
    """Take a planned question on; False if somebody else did."""
    planned = (recoveries.c.ticket_id == ticket_id, recoveries.c.state == "planned")
    return connection.execute(update(recoveries).where(*planned).values(state=state, **columns)).rowcount == 1


def find_planned(connection: Connection, conversation_id: str) -> Row[Any] | None:
    """The follow-up that is planned for a conversation."""
    planned = (follow_ups.c.conversation_id == conversation_id, follow_ups.c.state == FollowUpState.PLANNED.value)
    return connection.execute(select(follow_ups).where(*planned)).first()


def find_recovery(connection: Connection, ticket_id: str) -> Row[Any] | None:
    """The question that is planned for a ticket's customer."""
    planned = (recoveries.c.ticket_id == ticket_id, recoveries.c.state == "planned")
    return connection.execute(select(recoveries).where(*planned)).first()
