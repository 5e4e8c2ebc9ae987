"""What is known of a customer beside the thread: earlier tickets and scores, and every address. Reading only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from common.store.schema import conversations, endpoints, interactions, tickets
from common.store.scope import within


def earlier_tickets(connection: Connection, ticket: Row[Any], limit: int) -> Sequence[Row[Any]]:
    """The customer's other tickets, the latest first."""
    return connection.execute(
        select(tickets)
        .where(tickets.c.customer_id == ticket.customer_id, tickets.c.id != ticket.id, within(tickets.c.team))
        .order_by(tickets.c.opened_at.desc(), tickets.c.id)
        .limit(limit)
    ).all()


def earlier_scores(connection: Connection, ticket: Row[Any], limit: int) -> Sequence[Row[Any, Any, Any, Any]]:
    """What the customer answered in other conversations, the latest first: score, band, channel, answered_at."""
    return connection.execute(
        select(conversations.c.score, conversations.c.band, conversations.c.channel, conversations.c.answered_at)
        .join(interactions, interactions.c.id == conversations.c.interaction_id)
        .where(
            conversations.c.customer_id == ticket.customer_id,
            conversations.c.id != ticket.conversation_id,
            conversations.c.score.is_not(None),
            within(interactions.c.team),
        )
        .order_by(conversations.c.answered_at.desc(), conversations.c.id)
        .limit(limit)
    ).all()


def addresses(connection: Connection, customer_id: str) -> Sequence[Row[Any]]:
    """Where the customer can be reached; of several addresses that are one, the one that stands for all."""
    return connection.execute(
        select(endpoints)
        .where(endpoints.c.customer_id == customer_id, endpoints.c.same_as.is_(None))
        .order_by(endpoints.c.channel, endpoints.c.id)
    ).all()


def waiting_question(connection: Connection, conversation_id: str) -> str | None:
    """The question that the bot would ask if the thread were handed back to it; None = it would close the survey."""
    machine = connection.execute(
        select(conversations.c.machine).where(conversations.c.id == conversation_id)
    ).scalar_one()
    found: str | None = machine.get("waiting")
    return found
