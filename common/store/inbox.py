"""What the console reads: the list of tickets, one ticket with its thread, and the feed that says what changed.

Reading only. Every list is bounded and follows an index, so that five thousand open tickets cost what fifty cost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, func, select

from common.search.words import Term
from common.store.dialect import among
from common.store.schema import (
    answers,
    conversations,
    customers,
    endpoints,
    events,
    feed,
    interactions,
    mentions,
    messages,
    tickets,
)
from common.store.scope import teams_now, within
from common.store.search import found_by

OVERLAP = 256
"""How many feed rows are read again: on PostgreSQL a lower id may become visible after a higher one."""
FEED_LIMIT = 2_000
"""As many of the newest feed rows are read at once; whoever gets them all may have missed some."""

BANDS: Mapping[str, tuple[int, int]] = {"detractor": (0, 6), "passive": (7, 8), "promoter": (9, 10)}
NO_SCORE = "none"
_NARROWED_BY = ("channel", "team", "locale", "reason")


class View(StrEnum):
    """The lists of the inbox. A ticket is in one of open, claimed, waiting and resolved; the others cut across."""

    OPEN = "open"
    MINE = "mine"
    CLAIMED = "claimed"
    WAITING = "waiting"
    RESOLVED = "resolved"
    MENTIONS = "mentions"
    ALL = "all"


_NOT_OVER = (View.OPEN.value, View.CLAIMED.value, View.WAITING.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """Which tickets of a list are shown; an empty field leaves all. terms: None = nothing is searched for."""

    terms: tuple[Term, ...] | None = None
    channel: str = ""
    team: str = ""
    locale: str = ""
    reason: str = ""
    band: str = ""
    owner: str = ""

    def conditions(self) -> list[ColumnElement[bool]]:
        """The conditions on tickets, joined with their conversations."""
        given: list[tuple[ColumnElement[Any], str]] = [
            (tickets.c.channel, self.channel),
            (tickets.c.team, self.team),
            (tickets.c.locale, self.locale),
            (tickets.c.reason, self.reason),
            (tickets.c.owner, self.owner),
        ]
        found: list[ColumnElement[bool]] = [column == value for column, value in given if value]
        if self.band == NO_SCORE:
            found.append(tickets.c.score.is_(None))
        elif self.band in BANDS:
            found.append(tickets.c.score.between(*BANDS[self.band]))
        return found if self.terms is None else [*found, found_by(self.terms)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What stands in the lists that are not over. counts: tickets in each; choices: what they can be narrowed by."""

    counts: Mapping[View, int]
    choices: Mapping[str, list[str]]


def standing(connection: Connection, user_id: str) -> Standing:
    """One look at the tickets that are not resolved: a page waits for each statement, whatever it costs.

    Resolved ones are not counted, there is no end to them.
    """
    columns = [tickets.c.status, *(tickets.c[name] for name in _NARROWED_BY)]
    rows = connection.execute(
        select(*columns, func.count().label("count"), func.sum(case((tickets.c.owner == user_id, 1), else_=0)))
        .where(tickets.c.status.in_(_NOT_OVER), within(tickets.c.team))
        .group_by(*columns)
    ).all()
    counts = dict.fromkeys((View.OPEN, View.MINE, View.CLAIMED, View.WAITING), 0)
    for status, *_group, count, mine in rows:
        counts[View(status)] += count
        counts[View.MINE] += int(mine)
    choices = {
        name: sorted({row[place] for row in rows if row[place]}) for place, name in enumerate(_NARROWED_BY, start=1)
    }
    return Standing(counts=counts, choices=choices)


def has_tickets(connection: Connection) -> bool:
    """False in a product that nobody has complained to yet."""
    return connection.execute(select(tickets.c.id).where(within(tickets.c.team)).limit(1)).first() is not None


def list_tickets(
    connection: Connection, view: View, user_id: str, limit: int, narrowed: Narrowed | None = None
) -> Sequence[Row[Any]]:
    """The first `limit` tickets: the most urgent and first due first; of those that are over, the latest."""
    ids = connection.execute(_chosen(view, user_id, narrowed or Narrowed()).limit(limit)).scalars().all()
    last_words = (
        select(messages.c.text)
        .where(messages.c.conversation_id == tickets.c.conversation_id, messages.c.direction == "in")
        .order_by(messages.c.sequence.desc())
        .limit(1)
        .scalar_subquery()
    )
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
        .where(among(tickets.c.id), within(tickets.c.team))
    )
    place = {ticket_id: number for number, ticket_id in enumerate(ids)}
    return sorted(connection.execute(statement, {"ids": ids}).all(), key=lambda row: place[row.id])


def _chosen(view: View, user_id: str, narrowed: Narrowed) -> Select[Any]:
    """The ids of a list in its order. Only ids, so that nothing is looked up for what is not shown."""
    statement = select(tickets.c.id).where(*narrowed.conditions(), within(tickets.c.team))
    if view is View.MENTIONS:
        named = (
            select(mentions.c.ticket_id, func.max(mentions.c.at).label("at"))
            .where(mentions.c.user_id == user_id)
            .group_by(mentions.c.ticket_id)
            .subquery()
        )
        return statement.join(named, named.c.ticket_id == tickets.c.id).order_by(named.c.at.desc(), tickets.c.id)
    if view is View.ALL:
        return statement.order_by(tickets.c.opened_at.desc(), tickets.c.id.desc())
    if view is View.RESOLVED:
        return statement.where(tickets.c.status == view).order_by(tickets.c.resolved_at.desc(), tickets.c.id)
    mine = and_(tickets.c.owner == user_id, tickets.c.status.in_((View.CLAIMED, View.WAITING)))
    wanted = mine if view is View.MINE else tickets.c.status == view
    return statement.where(wanted).order_by(tickets.c.priority, tickets.c.due_at, tickets.c.id)


def teams(connection: Connection) -> list[str]:
    """The teams that tickets belong to; of resolved ones, the latest thousand."""
    some = select(tickets.c.team).where(tickets.c.team.is_not(None), within(tickets.c.team))
    over = some.where(tickets.c.status == View.RESOLVED).order_by(tickets.c.resolved_at.desc()).limit(1_000)
    found = {*connection.execute(some.where(tickets.c.status != View.RESOLVED).distinct()).scalars()}
    return sorted(team for team in found.union(connection.execute(over).scalars()) if team)


def titles(connection: Connection, ticket_ids: Sequence[str]) -> Sequence[Row[Any]]:
    """What these tickets are called by: id, channel, customer_name and address."""
    statement: Select[Any] = (
        select(tickets.c.id, tickets.c.channel, customers.c.name.label("customer_name"), conversations.c.address)
        .join(conversations, conversations.c.id == tickets.c.conversation_id)
        .join(customers, customers.c.id == tickets.c.customer_id)
        .where(among(tickets.c.id), within(tickets.c.team))
    )
    return connection.execute(statement, {"ids": list(ticket_ids)}).all()


def said_in(connection: Connection, conversation_ids: Sequence[str], limit: int) -> Sequence[Row[Any]]:
    """What people said last in these threads, `limit` messages of each, the latest first: conversation_id and text."""
    place = func.row_number().over(partition_by=messages.c.conversation_id, order_by=messages.c.sequence.desc())
    said = (
        select(messages.c.conversation_id, messages.c.sequence, messages.c.text, place.label("place"))
        .where(among(messages.c.conversation_id), messages.c.author != "bot")
        .subquery()
    )
    statement: Select[Any] = (
        select(said.c.conversation_id, said.c.text)
        .where(said.c.place <= limit)
        .order_by(said.c.conversation_id, said.c.sequence.desc())
    )
    return connection.execute(statement, {"ids": list(conversation_ids)}).all()


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
        .limit(FEED_LIMIT)
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
