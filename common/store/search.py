"""The words by which threads with a ticket are found, and the condition that finds them.

One row for each different word of a thread, under a key that begins with the word: a question is a few ranges of that
key, on both databases, however many threads there are. Rows are only ever added; doing it twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, false, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from common.search.words import Term, words_in, words_of_phone
from common.store.dialect import among, upsert
from common.store.schema import conversations, customers, interactions, messages, sought, sought_words, tickets

_LAST = "\U0010ffff"
"""Sorts behind every character that a word can hold."""
_THREADS: Select[Any] = (
    select(
        conversations.c.id,
        conversations.c.customer_id,
        conversations.c.sequence,
        conversations.c.address,
        sought.c.sequence.label("known"),
        customers.c.name,
        tickets.c.id.label("ticket_id"),
        interactions.c.ref,
        interactions.c.customer_ref,
        interactions.c.reference,
        interactions.c.topic,
        interactions.c.agent_name,
    )
    .join(tickets, tickets.c.conversation_id == conversations.c.id)
    .join(customers, customers.c.id == conversations.c.customer_id)
    .join(interactions, interactions.c.id == conversations.c.interaction_id)
    .outerjoin(sought, sought.c.conversation_id == conversations.c.id)
    .where(among(conversations.c.id))
)
_SAID = (
    select(messages.c.conversation_id, messages.c.sequence, messages.c.text)
    .where(among(messages.c.conversation_id), messages.c.author != "bot")
    .order_by(messages.c.conversation_id, messages.c.sequence)
)
_BEHIND = (
    select(tickets.c.conversation_id)
    .join(conversations, conversations.c.id == tickets.c.conversation_id)
    .outerjoin(sought, sought.c.conversation_id == conversations.c.id)
    .where(or_(sought.c.sequence.is_(None), sought.c.sequence < conversations.c.sequence))
)


def behind(connection: Connection, limit: int) -> Sequence[str]:
    """Some conversations with a ticket whose words are not all known. Looks at every ticket."""
    return connection.execute(_BEHIND.limit(limit)).scalars().all()


def learn(connection: Connection, conversation_ids: Collection[str]) -> int:
    """Add the words of these conversations that are new; those without a ticket are left out. Returns how many grew."""
    ids = {"ids": sorted(conversation_ids)}
    threads: dict[str, Row[Any]] = {
        row.id: row for row in connection.execute(_THREADS, ids) if row.known is None or row.known < row.sequence
    }
    if not threads:
        return 0
    found = {key: _words_beside(row) for key, row in threads.items()}
    for row in connection.execute(_SAID, {"ids": sorted(threads)}):
        thread = threads[row.conversation_id]
        if thread.known is None or row.sequence > thread.known:
            found[thread.id] |= words_in(row.text)
    rows = [
        {"word": word, "conversation_id": key, "customer_id": threads[key].customer_id}
        for key, words in sorted(found.items())
        for word in sorted(words)
    ]
    if rows:
        connection.execute(_add(connection.dialect.name), rows)
    state = [
        {"conversation_id": row.id, "customer_id": row.customer_id, "sequence": row.sequence}
        for row in threads.values()
    ]
    upsert(connection, sought, state)
    return len(threads)


def found_by(terms: Iterable[Term]) -> ColumnElement[bool]:
    """The condition on `tickets`: its thread has all of these."""
    conditions = [tickets.c.conversation_id.in_(_having(term)) for term in terms]
    return and_(*conditions) if conditions else false()


def _having(term: Term) -> Any:
    word = sought_words.c.word
    ranges = [and_(word >= each, word < each + _LAST) for each in term.beginnings]
    return select(sought_words.c.conversation_id).where(or_(*ranges))


def _words_beside(row: Row[Any]) -> set[str]:
    """What a thread is known by without anything said: names, ids, and the customer's number."""
    beside = (row.name, row.ticket_id, row.id, row.ref, row.customer_ref, row.reference, row.topic, row.agent_name)
    words = set().union(*(words_in(each) for each in beside if each))
    return words | words_of_phone(row.address)


def _add(dialect: str) -> Any:
    made = postgresql.insert(sought_words) if dialect == "postgresql" else sqlite.insert(sought_words)
    return made.inline().on_conflict_do_nothing()
