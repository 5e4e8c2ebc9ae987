"""From what happened to what is told: occurrences are taken as they were written, and worded once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, text, tuple_

from common.errors import NotFound
from common.store import responses
from common.store.conversations import find_invitation
from common.store.posts import announce
from common.store.schema import (
    conversations,
    customer_refs,
    customers,
    events,
    invitations,
    occurrences,
    template_changes,
    tickets,
)
from common.store.subscriptions import listed
from common.tickets import Tickets
from common.webhooks import AnnouncementType

AT_ONCE = 200
_LOCK = 7_010_002
"""PostgreSQL's name for the right to announce: one process at a time, so that what belongs together stays together."""
_RESPONSE = ("answered", "closed")
_TICKET = {"ticket_opened": AnnouncementType.TICKET_OPENED, "ticket_resolved": AnnouncementType.TICKET_RESOLVED}

_TOLD: Mapping[str, tuple[AnnouncementType, ...]] = defaultdict(
    tuple,
    {
        "answered": (AnnouncementType.RESPONSE_CREATED, AnnouncementType.RESPONSE_UPDATED),
        "closed": (AnnouncementType.RESPONSE_UPDATED,),
        "ticket_opened": (AnnouncementType.TICKET_OPENED,),
        "ticket_resolved": (AnnouncementType.TICKET_RESOLVED,),
        "invitation_sent": (AnnouncementType.INVITATION_SENT,),
        "customer_opted_out": (AnnouncementType.CUSTOMER_OPTED_OUT,),
        "template_moved": (AnnouncementType.TEMPLATE_STATUS_CHANGED,),
        "interview_completed": (AnnouncementType.INTERVIEW_COMPLETED,),
    },
)
"""What is told of an occurrence; what nobody hears is not worded."""


def something_happened(connection: Connection) -> bool:
    """True if occurrences wait."""
    return connection.execute(select(occurrences.c.id).limit(1)).first() is not None


def take(connection: Connection, limit: int = AT_ONCE) -> Sequence[Row[Any]]:
    """The occurrences that waited longest, which are the caller's from now on; none while another process has them."""
    if connection.dialect.name == "postgresql":
        is_ours = connection.execute(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": _LOCK}).scalar()
        if not is_ours:
            return ()
    rows = connection.execute(select(occurrences).order_by(occurrences.c.id).limit(limit)).all()
    if rows:
        connection.execute(delete(occurrences).where(occurrences.c.id.in_([row.id for row in rows])))
    return rows


def tell(connection: Connection, desk: Tickets, taken: Sequence[Row[Any]], now: datetime) -> None:
    """Word what happened for whoever subscribes to it."""
    receivers = listed(connection)
    taken = [row for row in taken if any(each.hears(kind) for kind in _TOLD[row.name] for each in receivers)]
    if not taken:
        return
    happened = events_of(connection, taken)
    _tell_responses(connection, happened, now)
    for row in taken:
        match row.name:
            case "invitation_sent":
                _tell_invitation(connection, row.subject, now)
            case "customer_opted_out":
                _tell_opt_out(connection, row.subject, row.id, now)
            case "template_moved":
                _tell_template(connection, row.subject, now)
            case "ticket_opened" | "ticket_resolved" if event := happened.get((row.subject, row.sequence)):
                _tell_ticket(connection, desk, event, now)
            case "interview_completed" if event := happened.get((row.subject, row.sequence)):
                data = {"conversation_id": event.conversation_id, **event.data}
                _tell_of_event(connection, AnnouncementType.INTERVIEW_COMPLETED, event, data, now)


def events_of(connection: Connection, taken: Sequence[Row[Any]]) -> dict[tuple[str, int], Row[Any]]:
    """The events behind occurrences, by conversation and number; those of the product's own tests are left out."""
    keys = [(row.subject, row.sequence) for row in taken if row.sequence]
    if not keys:
        return {}
    found = connection.execute(
        select(events)
        .join(conversations, conversations.c.id == events.c.conversation_id)
        .where(tuple_(events.c.conversation_id, events.c.sequence).in_(keys), conversations.c.test.is_(False))
        .order_by(events.c.conversation_id, events.c.sequence)
    )
    return {(row.conversation_id, row.sequence): row for row in found}


def _tell_responses(connection: Connection, happened: Mapping[tuple[str, int], Row[Any]], now: datetime) -> None:
    """One announcement for all that one turn changed in a response."""
    turns: dict[tuple[str, datetime], list[Row[Any]]] = {}
    for row in happened.values():
        if row.name in _RESPONSE:
            turns.setdefault((row.conversation_id, row.at), []).append(row)
    if not turns:
        return
    ids = {conversation_id for conversation_id, _ in turns}
    shown = responses.of_conversations(connection, ids)
    answered = connection.execute(
        select(events.c.conversation_id, func.min(events.c.sequence).label("first"))
        .where(events.c.conversation_id.in_(sorted(ids)), events.c.name == "answered")
        .group_by(events.c.conversation_id)
    )
    firsts = {row.conversation_id: row.first for row in answered}
    for (conversation_id, at), rows in sorted(turns.items(), key=lambda turn: turn[1][0].sequence):
        if conversation_id not in shown:
            continue  # it ended without an answer
        is_new = any(row.name == "answered" and row.sequence == firsts.get(conversation_id) for row in rows)
        kind = AnnouncementType.RESPONSE_CREATED if is_new else AnnouncementType.RESPONSE_UPDATED
        key = f"{kind}:{conversation_id}" + ("" if is_new else f":{rows[-1].sequence}")
        person = rows[0].customer_id
        announce(connection, kind, key, shown[conversation_id], at=at, now=now, customer_id=person)


def _tell_ticket(connection: Connection, desk: Tickets, event: Row[Any], now: datetime) -> None:
    ticket_id = connection.execute(
        select(tickets.c.id).where(tickets.c.conversation_id == event.conversation_id)
    ).scalar()
    if ticket_id is not None:
        _tell_of_event(connection, _TICKET[event.name], event, desk.get(connection, ticket_id), now)


def _tell_of_event(
    connection: Connection, kind: AnnouncementType, event: Row[Any], data: Mapping[str, Any], now: datetime
) -> None:
    key = f"{kind}:{event.conversation_id}:{event.sequence}"
    announce(connection, kind, key, data, at=event.at, now=now, customer_id=event.customer_id)


def _tell_invitation(connection: Connection, invitation_id: str, now: datetime) -> None:
    try:
        shown = find_invitation(connection, invitation_id)
    except NotFound:
        return
    row = connection.execute(select(invitations).where(invitations.c.id == invitation_id)).one()
    kind = AnnouncementType.INVITATION_SENT
    key = f"{kind}:{invitation_id}"
    announce(connection, kind, key, shown, at=row.sent_at or now, now=now, customer_id=row.customer_id)


def _tell_opt_out(connection: Connection, customer_id: str, number: int, now: datetime) -> None:
    """Of people whom no caller ever named there is nothing to tell."""
    row = connection.execute(select(customers).where(customers.c.id == customer_id)).first()
    refs = connection.execute(
        select(customer_refs.c.ref).where(customer_refs.c.customer_id == customer_id).order_by(customer_refs.c.ref)
    ).scalars()
    names = list(refs)
    if row is None or not names:
        return
    kind = AnnouncementType.CUSTOMER_OPTED_OUT
    at = row.opted_out_at or now
    data = {"customer_id": names[0], "customer_ids": names, "opted_out": True, "source": row.opted_out_by}
    key = f"{kind}:{customer_id}:{number}"
    announce(connection, kind, key, {**data, "at": at.isoformat()}, at=at, now=now, customer_id=customer_id)


def _tell_template(connection: Connection, change_id: str, now: datetime) -> None:
    row = connection.execute(select(template_changes).where(template_changes.c.id == change_id)).first()
    if row is None or "approval" not in row.data:
        return
    data = {
        "channel": row.channel,
        "name": row.name,
        "language": row.language,
        "status": row.data["approval"],
        "previous_status": row.data.get("was", {}).get("approval"),
        "category": row.data.get("category"),
        "reason": row.data.get("reason"),
    }
    kind = AnnouncementType.TEMPLATE_STATUS_CHANGED
    announce(connection, kind, f"{kind}:{change_id}", data, at=row.at, now=now)
