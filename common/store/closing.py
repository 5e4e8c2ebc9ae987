"""Reading what became of tickets, for the figures of closing the loop."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from common.analysis.closing import TicketFacts
from common.queue.book import Book
from common.store.queue import load_book
from common.store.schema import conversations, recoveries, tickets
from common.store.scope import within


def teams(connection: Connection) -> list[str]:
    """The teams that have tickets."""
    named = (tickets.c.team.is_not(None), within(tickets.c.team))
    query = select(tickets.c.team).where(*named).distinct().order_by(tickets.c.team)
    return [str(team) for team in connection.execute(query).scalars()]


def read_facts(
    connection: Connection, *, zone: str, start: datetime | None, end: datetime | None, team: str | None = None
) -> list[TicketFacts]:
    """The tickets that were opened from `start` (included) to `end` (excluded), without those of our own tests.

    zone: of the working hours until an administrator sets them.
    """
    book = load_book(connection, zone)
    second = conversations.alias("second")
    first = conversations.alias("first")
    statement = (
        select(
            tickets.c.team,
            tickets.c.opened_at,
            tickets.c.first_reply_at,
            tickets.c.resolution,
            recoveries.c.invitation_id,
            second.c.score,
        )
        .join(first, first.c.id == tickets.c.conversation_id)
        .outerjoin(recoveries, recoveries.c.ticket_id == tickets.c.id)
        .outerjoin(second, second.c.invitation_id == recoveries.c.invitation_id)
        .where(first.c.test.is_(False), within(tickets.c.team))
        .order_by(tickets.c.opened_at, tickets.c.id)
    )
    if start is not None:
        statement = statement.where(tickets.c.opened_at >= start)
    if end is not None:
        statement = statement.where(tickets.c.opened_at < end)
    if team is not None:
        statement = statement.where(tickets.c.team == team)
    return [
        TicketFacts(
            team=row.team or "",
            waited=_worked(book, row.team, row.opened_at, row.first_reply_at),
            resolution=row.resolution,
            asked_again=row.invitation_id is not None,
            second_score=row.score,
        )
        for row in connection.execute(statement)
    ]


def _worked(book: Book, team: str | None, opened_at: datetime, replied_at: datetime | None) -> timedelta | None:
    """The team's working time until a person replied: a night before it counts for nothing."""
    return None if replied_at is None else book.policy(team).hours.between(opened_at, replied_at)
