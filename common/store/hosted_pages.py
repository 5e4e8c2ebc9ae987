"""What a customer's page shows: the invitation behind an address, and the thread from a number on.

The page is shown what has been sent. The first message that still waits to be sent ends what is shown, so that numbers
are handed out in order and a page that resumes after a number has missed nothing. Cancelled messages are never shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, select

from common.store.schema import (
    conversations,
    customers,
    endpoints,
    files,
    interactions,
    invitations,
    messages,
    outbox,
    tickets,
)
from common.survey.machine import OPEN_STATES, State

_WAITING = {"pending", "sending", "unknown"}
_HIDDEN = {"cancelled", "dead", "needs_human"}


@dataclass(frozen=True, slots=True, kw_only=True)
class HostedPage:
    """The state of one invitation as its page needs it. The last five are None until it has begun.

    status: the invitation's. ended_at: when the interaction did. owner: the name of the person who has the thread.
    ticket_status: of the conversation's ticket, None = it has none.
    """

    invitation_id: str
    channel: str
    status: str
    locale: str
    survey_key: str
    survey_version: int
    address: str
    ended_at: datetime
    opted_out: bool
    conversation_id: str | None = None
    state: str | None = None
    outcome: str | None = None
    owner: str | None = None
    ticket_status: str | None = None

    @property
    def open_question(self) -> str | None:
        """The key of the question that waits for its answer; None = none does."""
        return self.state if self.state in OPEN_STATES else None

    @property
    def is_over(self) -> bool:
        """True when nobody on our side has anything to say any more: it has ended, and no person is wanted."""
        return self.state == State.CLOSED.value and self.ticket_status in {None, "resolved"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    """A file that went out with a message; its content is asked for by itself. size: bytes."""

    id: str
    name: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One message as the page shows it. extra: the controls of a question (choices, scale, can_skip). file: what a
    person sent along."""

    sequence: int
    at: datetime
    direction: str
    author: str
    author_name: str | None
    text: str
    prompt: str | None
    extra: Mapping[str, Any]
    provider_id: str | None
    file: SentFile | None = None


def find_page(connection: Connection, token_hash: str) -> HostedPage | None:
    """The page whose token has this hash."""
    row = connection.execute(
        select(
            invitations,
            endpoints.c.address,
            interactions.c.ended_at,
            customers.c.opted_out_at,
            conversations.c.id.label("conversation_id"),
            conversations.c.state,
            conversations.c.outcome,
            conversations.c.locale.label("spoken"),
            tickets.c.owner_name,
            tickets.c.status.label("ticket_status"),
        )
        .join(endpoints, endpoints.c.id == invitations.c.endpoint_id)
        .join(interactions, interactions.c.id == invitations.c.interaction_id)
        .join(customers, customers.c.id == invitations.c.customer_id)
        .outerjoin(conversations, conversations.c.invitation_id == invitations.c.id)
        .outerjoin(tickets, tickets.c.id == conversations.c.ticket_id)
        .where(invitations.c.token_hash == token_hash)
    ).first()
    if row is None:
        return None
    return HostedPage(
        invitation_id=row.id,
        channel=row.channel,
        status=row.status,
        locale=row.spoken or row.locale,
        survey_key=row.survey_key,
        survey_version=row.survey_version,
        address=row.address,
        ended_at=row.ended_at,
        opted_out=row.opted_out_at is not None,
        conversation_id=row.conversation_id,
        state=row.state,
        outcome=row.outcome,
        owner=row.owner_name if row.ticket_status in {"claimed", "waiting"} else None,
        ticket_status=row.ticket_status,
    )


def read_thread(connection: Connection, conversation_id: str, after: int) -> tuple[list[Entry], bool]:
    """The messages numbered above `after` that may be shown, in order, and whether nothing waits to be sent."""
    rows = connection.execute(
        _thread()
        .where(messages.c.conversation_id == conversation_id, messages.c.sequence > after)
        .order_by(messages.c.sequence)
    )
    entries: list[Entry] = []
    for row in rows:
        if row.sending in _WAITING:
            return entries, False
        if row.sending not in _HIDDEN:
            entries.append(_entry(row))
    return entries, True


def last_asking(connection: Connection, conversation_id: str, question: str) -> Entry | None:
    """The latest message that asks `question`, if it may be shown already."""
    row = connection.execute(
        _thread()
        .where(
            messages.c.conversation_id == conversation_id,
            messages.c.direction == "out",
            messages.c.prompt == question,
        )
        .order_by(messages.c.sequence.desc())
        .limit(1)
    ).first()
    return None if row is None or row.sending in _WAITING | _HIDDEN else _entry(row)


def _thread() -> Any:
    of_message = and_(outbox.c.conversation_id == messages.c.conversation_id, outbox.c.message_id == messages.c.id)
    sent = and_(files.c.message_id == messages.c.id, messages.c.direction == "out", files.c.state == "stored")
    columns = (files.c.id.label("file_id"), files.c.name.label("file_name"), files.c.media_type, files.c.size)
    joined = messages.outerjoin(outbox, of_message).outerjoin(files, sent)
    thread = select(messages, outbox.c.state.label("sending"), *columns).select_from(joined)
    return thread.where(messages.c.kind != "note")  # notes are between colleagues


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        sequence=row.sequence,
        at=row.at,
        direction=row.direction,
        author=row.author,
        author_name=row.author_name,
        text=row.text,
        prompt=row.prompt,
        extra=row.extra or {},
        provider_id=row.provider_id,
        file=_file(row),
    )


def _file(row: Row[Any]) -> SentFile | None:
    if row.file_id is None:
        return None
    return SentFile(id=row.file_id, name=row.file_name or "", media_type=row.media_type, size=row.size)
