"""Reads comments with the code book: those that are new or changed, and all of them when the book has a new version.

The log of what is to be read is filled by triggers (`uncoded`), so no path forgets. Reading twice gives the same; what
people have said about a comment is stronger than the book.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import tzinfo
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, insert, select

from common import clock
from common.analysis.tally import day_number, week_number
from common.privacy.inventory import ERASED
from common.store.dialect import among, upsert
from common.store.schema import coded, conversations, interactions, surveys, theme_marks, theme_verdicts, uncoded
from common.store.tallies import lock
from common.store.writer import Store
from common.theme_book import current_book, current_version
from common.themes.book import CodeBook
from common.themes.coding import Coder, Mark

AT_ONCE = 250
BATCHES = 4
REST = 4
"""How long it rests, in times of what the reading took: answers come first."""


class ThemeCoder:
    """Reads what waits; several at once do no harm."""

    def __init__(self, store: Store, zone: tzinfo) -> None:
        self._store = store
        self._zone = zone
        self._book: CodeBook | None = None
        self._coder: Coder | None = None
        self._rests_until = 0.0

    def once(self) -> int:
        """Read some of what waits; how many comments."""
        if clock.monotonic() < self._rests_until:
            return 0
        with self._store.read() as connection:
            if not waits(connection):
                return 0
        began = clock.monotonic()
        count = 0
        for _ in range(BATCHES):
            read = self._store.write(self._some)
            count += read
            if read < AT_ONCE:
                break
        self._rests_until = clock.monotonic() + (clock.monotonic() - began) * REST
        return count

    def catch_up(self) -> int:
        """Read what has just come, for a page that is about to show it; a second's worth at most."""
        count = 0
        for _ in range(BATCHES):
            with self._store.read() as connection:
                if not waits(connection):
                    break
            count += self._store.write(self._some)
        return count

    def all(self) -> int:
        """Read everything that waits; how many comments."""
        count = 0
        while read := self._store.write(self._some):
            count += read
        return count

    def _some(self, connection: Connection) -> int:
        book, coder = self._ready(connection)
        return read_some(connection, book, coder, self._zone)

    def _ready(self, connection: Connection) -> tuple[CodeBook, Coder]:
        if self._book is None or self._coder is None or self._book.version != current_version(connection):
            self._book = current_book(connection)
            self._coder = Coder(self._book)
        return self._book, self._coder


def waits(connection: Connection) -> bool:
    """True if a comment waits to be read."""
    return connection.execute(select(uncoded.c.id).limit(1)).first() is not None


def read_some(connection: Connection, book: CodeBook, coder: Coder, zone: tzinfo, limit: int = AT_ONCE) -> int:
    """Read what has waited longest; how many entries of the log were dealt with."""
    lock(connection)
    rows = connection.execute(select(uncoded).order_by(uncoded.c.id).limit(limit)).all()
    if rows:
        connection.execute(delete(uncoded).where(uncoded.c.id.in_([row.id for row in rows])))
        ids = {row.conversation_id for row in rows}
        _read(connection, book, coder, ids - _erased(connection, ids), zone)
    return len(rows)


def _erased(connection: Connection, ids: Collection[str]) -> set[str]:
    """Comments whose words are gone: what they spoke of stays counted as it was."""
    return set(connection.execute(_ERASED, {"ids": sorted(ids)}).scalars())


_ERASED = select(conversations.c.id).where(among(conversations.c.id), conversations.c.reason == ERASED)
_COMMENTS = (
    select(
        conversations.c.id,
        conversations.c.customer_id,
        conversations.c.reason,
        conversations.c.score,
        conversations.c.answered_at,
        conversations.c.channel,
        conversations.c.locale,
        interactions.c.direction,
        interactions.c.team,
        surveys.c.body["kind"].as_string().label("kind"),
    )
    .join(interactions, interactions.c.id == conversations.c.interaction_id)
    .join(
        surveys,
        and_(surveys.c.key == conversations.c.survey_key, surveys.c.version == conversations.c.survey_version),
    )
    .where(
        among(conversations.c.id),
        conversations.c.reason.is_not(None),
        conversations.c.score.is_not(None),
        conversations.c.answered_at.is_not(None),
        conversations.c.test.is_(False),
    )
)
_VERDICTS = select(theme_verdicts).where(among(theme_verdicts.c.conversation_id))


def _read(connection: Connection, book: CodeBook, coder: Coder, ids: Collection[str], zone: tzinfo) -> None:
    wanted = {"ids": sorted(ids)}
    connection.execute(delete(theme_marks).where(among(theme_marks.c.conversation_id)), wanted)
    comments = connection.execute(_COMMENTS, wanted).all()
    if gone := sorted(set(ids) - {comment.id for comment in comments}):
        connection.execute(delete(coded).where(among(coded.c.conversation_id)), {"ids": gone})
        connection.execute(delete(theme_verdicts).where(among(theme_verdicts.c.conversation_id)), {"ids": gone})
    said: dict[str, list[Row[Any]]] = {}
    for verdict in connection.execute(_VERDICTS, wanted):
        said.setdefault(verdict.conversation_id, []).append(verdict)
    found = {
        comment.id: corrected(
            coder.code(comment.reason, comment.locale), said.get(comment.id, ()), book, len(comment.reason)
        )
        for comment in comments
    }
    marks = [
        {"conversation_id": key, "theme_id": mark.theme, "start": mark.start, "end": mark.end, "term": mark.term}
        for key, some in found.items()
        for mark in some
    ]
    if marks:
        connection.execute(insert(theme_marks), marks)
    upsert(connection, coded, [_coded(comment, book, zone, bool(found[comment.id])) for comment in comments])


def corrected(marks: Sequence[Mark], verdicts: Sequence[Any], book: CodeBook, length: int) -> list[Mark]:
    """What the book found, as people corrected it: taken away, or put over the whole comment."""
    wrong = {book.final(each.theme_id) for each in verdicts if not each.is_right}
    kept = [mark for mark in marks if mark.theme not in wrong]
    there = {mark.theme for mark in kept} | wrong
    living = {theme.id for theme in book.living}
    added = {book.final(each.theme_id) for each in verdicts if each.is_right} - there
    return [*kept, *(Mark(theme, 0, length, "") for theme in sorted(added & living))]


def _coded(comment: Any, book: CodeBook, zone: tzinfo, has_theme: bool) -> Mapping[str, Any]:
    return {
        "conversation_id": comment.id,
        "customer_id": comment.customer_id,
        "version": book.version,
        "answered_at": comment.answered_at,
        "week": week_number(day_number(comment.answered_at, zone)),
        "score": comment.score,
        "kind": comment.kind,
        "direction": comment.direction,
        "channel": comment.channel,
        "locale": comment.locale,
        "team": comment.team or "",
        "has_theme": has_theme,
    }
