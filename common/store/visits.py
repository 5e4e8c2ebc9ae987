"""Visits: the tabs in which visitors of a site have our web chat open, and what waits for a customer there."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, or_, select, update

from common.store.dialect import insert_new
from common.store.schema import conversations, customer_refs, interactions, invitations, nonces, tickets, visits

LIFETIME = timedelta(hours=24)
"""How long a tab may go on without a new token; its conversation lives on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One tab. customer_ref: the site's own id of a signed visitor, else one made for this visit. claims: what the
    token said (`customer`, `interaction`). invitation_id: the thread that is shown; None = nothing was asked yet.
    """

    key_hash: str
    site_id: str
    customer_ref: str
    origin: str
    is_signed: bool
    opened_at: datetime
    expires_at: datetime
    customer_id: str | None = None
    invitation_id: str | None = None
    claims: Mapping[str, Any] = field(default_factory=dict)


def hash_of(secret: str) -> str:
    """What is stored of a visit's secret, or of a nonce: SHA-256 in 64 hexadecimal digits. Accepts any text."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def find(connection: Connection, key_hash: str, now: datetime) -> Visit | None:
    """The visit, if it has not expired. `now`: the system's time."""
    row = connection.execute(select(visits).where(visits.c.key_hash == key_hash, visits.c.expires_at > now)).first()
    return None if row is None else Visit(**row._mapping)


def add(connection: Connection, visit: Visit) -> bool:
    """Store a new visit; False if it is there already."""
    row = {name: getattr(visit, name) for name in visit.__slots__}
    return bool(insert_new(connection, visits, [row]))


def forget_expired(connection: Connection, now: datetime) -> None:
    """Drop the visits and nonces that count no more. `now`: the system's time."""
    for table in (visits, nonces):
        connection.execute(delete(table).where(table.c.expires_at <= now))


def spend_nonce(connection: Connection, *, site_id: str, nonce: str, key_hash: str, expires_at: datetime) -> bool:
    """Use a token's number up for this visit; False if another visit has used it."""
    row = {"site_id": site_id, "nonce_hash": hash_of(nonce), "key_hash": key_hash, "expires_at": expires_at}
    if insert_new(connection, nonces, [row]):
        return True
    by = select(nonces.c.key_hash).where(nonces.c.site_id == site_id, nonces.c.nonce_hash == row["nonce_hash"])
    return connection.execute(by).scalar() == key_hash


def is_worth_keeping(visit: Visit, now: datetime) -> bool:
    """Whether somebody who is still talking should be given more time."""
    return visit.expires_at - now < LIFETIME / 2


def prolong(connection: Connection, key_hash: str, now: datetime) -> None:
    """Give the tab another day."""
    connection.execute(update(visits).where(visits.c.key_hash == key_hash).values(expires_at=now + LIFETIME))


def show(connection: Connection, key_hash: str, invitation_id: str, customer_id: str) -> None:
    """From now on the tab shows the thread of this invitation."""
    values = {"invitation_id": invitation_id, "customer_id": customer_id}
    connection.execute(update(visits).where(visits.c.key_hash == key_hash).values(values))


def invitation_token(connection: Connection, invitation_id: str) -> str | None:
    """The hash by which the hosted page of this invitation is found."""
    query = select(invitations.c.token_hash).where(invitations.c.id == invitation_id)
    return connection.execute(query).scalar()


def waiting_for(connection: Connection, customer_ref: str) -> tuple[str, str] | None:
    """Invitation and customer of what the person can go on with on a page of ours, the latest one: a thread that is not
    over, or a survey that waits to be opened.
    """
    is_going_on = or_(conversations.c.state != "closed", tickets.c.status.in_(("open", "claimed", "waiting")))
    waits = invitations.c.status == "scheduled"
    row = connection.execute(
        select(invitations.c.id, invitations.c.customer_id)
        .join(customer_refs, customer_refs.c.customer_id == invitations.c.customer_id)
        .outerjoin(conversations, conversations.c.invitation_id == invitations.c.id)
        .outerjoin(tickets, tickets.c.id == conversations.c.ticket_id)
        .where(
            customer_refs.c.ref == customer_ref,
            invitations.c.token_hash.is_not(None),
            or_(is_going_on, waits & conversations.c.id.is_(None)),
        )
        .order_by(invitations.c.created_at.desc(), invitations.c.id.desc())
        .limit(1)
    ).first()
    return None if row is None else (row.id, row.customer_id)


def invitation_of(connection: Connection, interaction_ref: str, customer_ref: str) -> tuple[str, str] | None:
    """Invitation and customer of an interaction that was reported before, if it is this customer's."""
    row = connection.execute(
        select(invitations.c.id, invitations.c.customer_id)
        .join(interactions, interactions.c.id == invitations.c.interaction_id)
        .join(customer_refs, customer_refs.c.customer_id == invitations.c.customer_id)
        .where(
            interactions.c.ref == interaction_ref,
            customer_refs.c.ref == customer_ref,
            invitations.c.token_hash.is_not(None),
        )
    ).first()
    return None if row is None else (row.id, row.customer_id)
