"""Lines of the inbox that were searched for: each with the words that were found."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, Row

from common.search.words import Term, marked
from common.store.inbox import said_in

MESSAGES_READ = 60
"""Of a thread, from its end: a word found further back shows the thread without the place."""


def with_snippets(connection: Connection, lines: Sequence[Row[Any]], terms: Sequence[Term] | None) -> list[Any]:
    """The lines with `found`: the latest of their messages that has any of the words, in pieces; empty if none has.

    Whoever is found by name, number or id has no such message.
    """
    if not terms:
        return [SimpleNamespace(**line._mapping, found=[]) for line in lines]
    found: dict[str, list[tuple[str, bool]]] = {}
    for row in said_in(connection, [line.conversation_id for line in lines], MESSAGES_READ):
        if row.conversation_id not in found and (pieces := marked(row.text, terms)):
            found[row.conversation_id] = pieces
    return [SimpleNamespace(**line._mapping, found=found.get(line.conversation_id, [])) for line in lines]
