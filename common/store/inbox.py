"""What the console reads: the list of tickets, one ticket with its thread, and the feed that says what changed.

Reading only. Every list is bounded and follows an index, so that five thousand open tickets cost what fifty cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, func, select

from common.store.dialect import among
from common.store.schema import (
    answers,
    conversations,
    customers,
    endpoints,
    events,
    feed,
    interactions,
    messages,
    tickets,
)
from common.store.scope import teams_now, within

OVERLAP = 256
"""How many feed rows are read again: on PostgreSQL a lower id may become visible after a higher one."""
_FEED_LIMIT = 2_000


class View(StrEnum):
    """The lists of the inbox. A ticket is in exactly one of open, claimed, waiting and resolved; mine cuts across."""

    OPEN = "open"
    MINE = "mine"
    CLAIMED = "claimed"
    WAITING = "waiting"
    RESOLVED = "resolved"


def count_by_view(connection: Connection, user_id: str) -> dict[View, int]:
    """How many tickets stand in each list; resolved ones are not counted, there is no end to them."""
    rows = connection.execute(
        select(tickets.c.status, func.count(), func.sum(case((tickets.c.owner == user_id, 1), else_=0)))
        .where(tickets.c.status != View.RESOLVED, within(tickets.c.team))
        .group_by(tickets.c.status)
    )
    counts = dict.fromkeys((View.OPEN, View.MINE, View.CLAIMED, View.WAITING), 0)
    for status, count, mine in rows:
        counts[View(status)] += count
        counts[View.MINE] += int(mine)
    return counts


def has_tickets(connection: Connection) -> bool:
    """False in a product that nobody has complained to yet."""
    return connection.execute(select(tickets.c.id).where(within(tickets.c.team)).limit(1)).first() is not None


def list_tickets(connection: Connection, view: View, user_id: str, limit: int) -> Sequence[Row[Any]]:
    """The first `limit` tickets: the most urgent and longest waiting first; of the resolved ones, the latest first."""
    last_words = (
        select(messages.c.text)
        .where(messages.c.conversation_id == tickets.c.conversation_id, messages.c.direction == "in")
        .order_by(messages.c.sequence.desc())
        .limit(1)
        .scalar_subquery()
    )
    order: tuple[ColumnElement[Any], ...] = (tickets.c.priority, tickets.c.opened_at, tickets.c.id)
    if view is View.RESOLVED:
        order = (tickets.c.resolved_at.desc(), tickets.c.id)
    statement = (
        select(
            tickets,
            customers.c.name.label("customer_name"),
            conversations.c.address,
            conversations.c.reason.label("verbatim"),
            conversations.c.band,
            last_words.label("last_words"),
        )
        .join(conversations, conversations.c.id == tickets.c.conversation_id)
        .join(customers, customers.c.id == tickets.c.customer_id)
        .where(_in_view(view, user_id), within(tickets.c.team))
        .order_by(*order)
        .limit(limit)
    )
    return connection.execute(statement).all()


def _in_view(view: View, user_id: str) -> ColumnElement[bool]:
    if view is View.MINE:
        return and_(tickets.c.owner == user_id, tickets.c.status.in_((View.CLAIMED, View.WAITING)))
    return tickets.c.status == view


def find_ticket(connection: Connection, ticket_id: str) -> Row[Any] | None:
    """A ticket with all that a person wants beside its thread: conversation, interaction and customer."""
    return connection.execute(_ticket().where(tickets.c.id == ticket_id, within(tickets.c.team))).first()


def _ticket() -> Select[Any]:
    return (
        select(
            tickets,
            conversations.c.address,
            conversations.c.reason.label("verbatim"),
            conversations.c.band,
            conversations.c.aspect,
            conversations.c.locale.label("conversation_locale"),
            conversations.c.state.label("conversation_state"),
            conversations.c.survey_key,
            conversations.c.survey_version,
            customers.c.name.label("customer_name"),
            customers.c.timezone,
            customers.c.opted_out_at,
            endpoints.c.last_inbound_at,
            endpoints.c.blocked_at,
            interactions.c.channel.label("interaction_channel"),
            interactions.c.direction.label("interaction_direction"),
            interactions.c.ended_at,
            interactions.c.agent_name,
            interactions.c.agent_id,
            interactions.c.team.label("interaction_team"),
            interactions.c.topic,
            interactions.c.reference,
        )
        .join(conversations, conversations.c.id == tickets.c.conversation_id)
        .join(customers, customers.c.id == tickets.c.customer_id)
        .outerjoin(endpoints, endpoints.c.id == conversations.c.endpoint_id)
        .outerjoin(interactions, interactions.c.id == conversations.c.interaction_id)
    )


def latest_messages(connection: Connection, conversation_id: str, limit: int) -> list[Row[Any]]:
    """The last `limit` messages of a thread, oldest first."""
    statement = (
        select(messages)
        .where(messages.c.conversation_id == conversation_id)
        .order_by(messages.c.sequence.desc())
        .limit(limit)
    )
    return list(reversed(connection.execute(statement).all()))


def events_named(connection: Connection, conversation_id: str, names: Sequence[str], limit: int) -> list[Row[Any]]:
    """The last `limit` events of these kinds, oldest first."""
    statement = (
        select(events)
        .where(events.c.conversation_id == conversation_id, events.c.name.in_(names))
        .order_by(events.c.sequence.desc())
        .limit(limit)
    )
    return list(reversed(connection.execute(statement).all()))


def answers_by_message(connection: Connection, conversation_id: str) -> dict[str, list[str]]:
    """Which message answered which questions; one message may answer several."""
    rows = connection.execute(
        select(answers.c.message_id, answers.c.question)
        .where(answers.c.conversation_id == conversation_id)
        .order_by(answers.c.question.desc())
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.message_id, []).append(row.question)
    return found


# --- the feed ---------------------------------------------------------------------------------------------------------


def newest_feed_id(connection: Connection) -> int:
    """The last number given in the feed; 0 if it is empty."""
    return connection.execute(select(func.max(feed.c.id))).scalar() or 0


def feed_after(connection: Connection, after: int) -> Sequence[Row[Any]]:
    """Feed rows above `after`, in order, and the `OVERLAP` before them; of other teams' tickets there are none."""
    statement = (
        select(feed.c.id, feed.c.at, feed.c.ticket_id, feed.c.conversation_id)
        .where(feed.c.id > after - OVERLAP)
        .order_by(feed.c.id.desc())
        .limit(_FEED_LIMIT)
    )
    rows = connection.execute(statement).all()
    if teams_now() is not None:
        seen = _conversations_within(connection, {row.conversation_id for row in rows if row.conversation_id})
        rows = [row for row in rows if row.conversation_id in seen]
    return list(reversed(rows))


def _conversations_within(connection: Connection, ids: set[str]) -> set[str]:
    """Those of these conversations whose ticket, or without one whose interaction, exists for whoever asks."""
    statement = (
        select(conversations.c.id)
        .join(interactions, interactions.c.id == conversations.c.interaction_id)
        .outerjoin(tickets, tickets.c.conversation_id == conversations.c.id)
        .where(
            among(conversations.c.id), within(case((tickets.c.id.is_(None), interactions.c.team), else_=tickets.c.team))
        )
    )
    return set(connection.execute(statement, {"ids": sorted(ids)}).scalars()) if ids else set()
