"""Threads: a conversation with everything one turn needs, loaded for many conversations at once.

Loading locks in the one order of the product: customers by id, then conversations by id. What a turn then changes is
written by `common/store/thread_changes.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Row, Select, select, tuple_, union_all

from common.ids import new_id
from common.store.dialect import among
from common.store.schema import (
    answers,
    conversations,
    customers,
    endpoints,
    invitations,
    tickets,
)
from common.survey.machine import Answer, Conversation, Outcome, State
from common.survey.questions import SCORE
from common.surveys import SurveyDefinition, Surveys

_STORED_APART = {"answers", "locale", "state", "outcome", "closed_at"}
_COUNTERS = [f.name for f in fields(Conversation) if f.name not in _STORED_APART]
_SETS = {f.name for f in fields(Conversation) if "frozenset" in str(f.type)}
_INSTANTS = {f.name for f in fields(Conversation) if "datetime" in str(f.type)}

# --- statements, built once ---------------------------------------------------------------------------------------

_LOCK_CUSTOMERS = select(customers).where(among(customers.c.id)).order_by(customers.c.id).with_for_update()
_LOCK_OWNERS = (
    select(customers)
    .where(
        customers.c.id.in_(
            union_all(
                select(endpoints.c.customer_id).where(
                    among(tuple_(endpoints.c.channel, endpoints.c.address), "places")
                ),
                select(conversations.c.customer_id).where(among(conversations.c.id, "conversations")),
                select(invitations.c.customer_id).where(among(invitations.c.id, "invitations")),
            )
        )
    )
    .order_by(customers.c.id)
    .with_for_update()
)
_LOCK_CONVERSATIONS = (
    select(conversations).where(among(conversations.c.id)).order_by(conversations.c.id).with_for_update()
)
_ANSWERS = select(answers).where(among(answers.c.conversation_id))
_TICKETS = select(tickets).where(among(tickets.c.id))


@dataclass(slots=True, kw_only=True)
class Thread:
    """One conversation during one transaction: its rows as loaded, its value, and the rows to be written."""

    row: dict[str, Any]
    customer: dict[str, Any]
    ticket: dict[str, Any] | None
    definition: SurveyDefinition
    value: Conversation
    is_new: bool = False
    is_changed: bool = False
    ticket_is_new: bool = False
    ticket_is_changed: bool = False
    bot_is_cancelled: bool = False
    new_messages: list[dict[str, Any]] = field(default_factory=list)
    new_files: list[dict[str, Any]] = field(default_factory=list)
    new_events: list[dict[str, Any]] = field(default_factory=list)
    new_outbox: list[dict[str, Any]] = field(default_factory=list)
    new_answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    new_timers: dict[str, dict[str, Any]] = field(default_factory=dict)
    timers_are_over: bool = False
    invitation_status: str | None = None

    @property
    def id(self) -> str:
        return str(self.row["id"])

    def next_sequence(self) -> int:
        """The next number in the thread's one order of messages and events."""
        self.row["sequence"] += 1
        return int(self.row["sequence"])

    def log(self, at: datetime, name: str, **data: object) -> None:
        """Add an event to the thread's log."""
        self.new_events.append(
            {
                "conversation_id": self.id,
                "sequence": self.next_sequence(),
                "customer_id": self.row["customer_id"],
                "at": at,
                "name": name,
                "data": data,
            }
        )

    def message(self, *, message_id: str, at: datetime, direction: str, author: str, **columns: Any) -> dict[str, Any]:
        """Add a message to the thread; the row is returned for whoever refers to it."""
        row = {
            "id": message_id,
            "conversation_id": self.id,
            "customer_id": self.row["customer_id"],
            "sequence": self.next_sequence(),
            "at": at,
            "direction": direction,
            "author": author,
            "author_id": None,
            "author_name": None,
            "kind": "text",
            "prompt": None,
            "text": "",
            "extra": None,
            "channel": self.row["channel"],
            "provider_id": None,
            "delivery": None,
            "error": None,
            "client_id": None,
        } | columns
        self.new_messages.append(row)
        return row


def lock_customers(connection: Connection, ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """The customers with these ids, locked until the transaction ends, in the one order that cannot deadlock."""
    return _by_id(connection.execute(_LOCK_CUSTOMERS, {"ids": list(ids)}))


def hold_customers(connection: Connection, owners: Select[Any] | CompoundSelect[Any], keys: Mapping[str, Any]) -> None:
    """Lock the customers whose ids `owners` selects, as lock_customers does, for whoever needs nothing of them.

    On SQLite the transaction itself is the lock.
    """
    if connection.dialect.name != "sqlite":
        connection.execute(_hold(owners), keys)


@cache
def _hold(owners: Select[Any] | CompoundSelect[Any]) -> Select[Any]:
    return select(customers.c.id).where(customers.c.id.in_(owners)).order_by(customers.c.id).with_for_update()


def lock_owners(
    connection: Connection,
    *,
    places: Collection[tuple[str, str]] = (),
    conversations: Collection[str] = (),
    invitations: Collection[str] = (),
) -> dict[str, dict[str, Any]]:
    """The customers behind endpoints (channel, address), conversations and invitations, locked as by lock_customers.

    Two customers may have become one while we waited: then what was asked for has another owner, who is not among them.
    """
    keys = {"places": list(places), "conversations": list(conversations), "invitations": list(invitations)}
    return _by_id(connection.execute(_LOCK_OWNERS, keys)) if any(keys.values()) else {}


def lock_others(connection: Connection, people: dict[str, dict[str, Any]], owners: Iterable[str]) -> None:
    """Lock the `owners` who are not among `people` and add them: two customers became one while we waited."""
    if others := set(owners) - people.keys():
        people |= lock_customers(connection, others)


def _by_id(rows: Iterable[Row[Any]]) -> dict[str, dict[str, Any]]:
    return {row.id: dict(row._mapping) for row in rows}


def load(
    connection: Connection, surveys: Surveys, ids: Collection[str], people: dict[str, dict[str, Any]] | None = None
) -> dict[str, Thread]:
    """The threads of these conversations, locked. Conversations that do not exist are left out.

    people: customers that are locked already, by id; whoever else is concerned is locked and added.
    """
    if not ids:
        return {}
    people = lock_owners(connection, conversations=ids) if people is None else people
    rows = connection.execute(_LOCK_CONVERSATIONS, {"ids": list(ids)}).all()
    lock_others(connection, people, (row.customer_id for row in rows))
    given: dict[str, dict[str, Answer]] = {}
    if answered := [row.id for row in rows if row.answered_at is not None]:
        for row in connection.execute(_ANSWERS, {"ids": answered}):
            value: int | str = int(row.value) if row.question == SCORE else row.value
            answer = Answer(value=value, verbatim=row.verbatim, at=row.at)
            given.setdefault(row.conversation_id, {})[row.question] = answer
    queue: dict[str, dict[str, Any]] = {}
    if with_ticket := [row.ticket_id for row in rows if row.ticket_id]:
        queue = {row.conversation_id: dict(row._mapping) for row in connection.execute(_TICKETS, {"ids": with_ticket})}
    threads = {}
    for row in rows:
        columns = dict(row._mapping)
        threads[row.id] = Thread(
            row=columns,
            customer=people[row.customer_id],
            ticket=queue.get(row.id),
            definition=surveys.get(connection, row.survey_key, row.survey_version),
            value=replace(value_of(columns, given.get(row.id, {})), opted_out=_is_opted_out(people[row.customer_id])),
        )
    return threads


def _is_opted_out(customer: Mapping[str, Any]) -> bool:
    """The person's wish as it is now: it may have been lifted elsewhere since this conversation heard of it."""
    return customer["opted_out_at"] is not None


def value_of(row: Mapping[str, Any], given: Mapping[str, Answer]) -> Conversation:
    """The machine's value of a conversation row."""
    counters: dict[str, Any] = dict(row["machine"])
    kept: dict[str, Any] = {}
    for name in _COUNTERS:
        if name not in counters:
            continue  # a counter added by a newer version starts at its default
        value = counters[name]
        if name in _SETS:
            value = frozenset(value)
        elif name in _INSTANTS and value is not None:
            value = datetime.fromisoformat(value)
        kept[name] = value
    return Conversation(
        **kept,
        locale=row["locale"],
        state=State(row["state"]),
        outcome=Outcome(row["outcome"]) if row["outcome"] else None,
        closed_at=row["closed_at"],
        answers=given,
    )


def counters_of(value: Conversation) -> dict[str, Any]:
    """The JSON of a machine's value, without what has columns or rows of its own."""
    stored: dict[str, Any] = {}
    for name in _COUNTERS:
        item = getattr(value, name)
        if isinstance(item, frozenset):
            item = sorted(item)
        elif isinstance(item, datetime):
            item = item.isoformat()
        stored[name] = item
    return stored


def new_thread(
    *, row: Mapping[str, Any], customer: dict[str, Any], definition: SurveyDefinition, locale: str, now: datetime
) -> Thread:
    """A thread that begins now, for the invitation `row`."""
    value = Conversation(locale=locale)
    columns = {
        "id": new_id("cnv"),
        "invitation_id": row["id"],
        "interaction_id": row["interaction_id"],
        "customer_id": row["customer_id"],
        "endpoint_id": row["endpoint_id"],
        "channel": row["channel"],
        "address": row["address"],
        "survey_key": definition.key,
        "survey_version": definition.version,
        "locale": locale,
        "state": value.state.value,
        "outcome": None,
        "machine": {"values": row["values"], "team": row["team"]},
        "score": None,
        "band": None,
        "reason": None,
        "aspect": None,
        "ticket_id": None,
        "owner_epoch": 0,
        "sequence": 0,
        "version": 0,
        "test": False,
        "started_at": now,
        "answered_at": None,
        "closed_at": None,
        "updated_at": now,
    }
    return Thread(row=columns, customer=customer, ticket=None, definition=definition, value=value, is_new=True)
