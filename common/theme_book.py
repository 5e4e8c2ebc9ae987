"""The code book as it is kept: versions, what people accept, correct and merge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from common import clock
from common.errors import Conflict, NotFound
from common.ids import new_id
from common.store.dialect import upsert
from common.store.schema import coded, theme_books, theme_candidates, theme_marks, theme_verdicts, uncoded
from common.themes.book import CodeBook, Theme, read_book
from common.themes.candidates import Candidate, Comment, propose, unlike
from common.themes.starter import starter

MOST_READ = 5_000
"""Comments without a theme that candidates are looked for in, the newest ones."""


def current_book(connection: Connection) -> CodeBook:
    """The newest version; the shipped one, version 0, before anybody has changed it."""
    row = connection.execute(select(theme_books).order_by(theme_books.c.version.desc()).limit(1)).first()
    return starter() if row is None else read_book(row.version, row.body)


def current_version(connection: Connection) -> int:
    """The number of the newest version."""
    return connection.execute(select(func.max(theme_books.c.version))).scalar() or 0


def versions(connection: Connection) -> list[Row[Any]]:
    """All versions but the shipped one, the newest first: number, when, who, why."""
    columns = (theme_books.c.version, theme_books.c.at, theme_books.c.actor, theme_books.c.note)
    return list(connection.execute(select(*columns).order_by(theme_books.c.version.desc())))


def save_book(connection: Connection, book: CodeBook, *, actor: str, note: str) -> None:
    """Store the next version and let every comment be read again by it.

    Raises Conflict when somebody else has made that version meanwhile.
    """
    row = {"version": book.version, "at": clock.now(), "actor": actor, "note": note, "body": book.as_json()}
    try:
        with connection.begin_nested():
            connection.execute(insert(theme_books), [row])
    except IntegrityError as error:
        raise Conflict("Somebody else has just changed the code book.", code="changed_meanwhile") from error
    connection.execute(insert(uncoded).from_select(["conversation_id"], select(coded.c.conversation_id)))


def say(connection: Connection, conversation_id: str, theme_id: str, *, is_right: bool, actor: str) -> None:
    """Keep what a person says about a theme in a comment; it is stronger than the book from now on.

    Raises NotFound for a comment that was not read or a theme that does not live.
    """
    book = current_book(connection)
    known = connection.execute(select(coded.c.version).where(coded.c.conversation_id == conversation_id)).first()
    if known is None or theme_id not in {theme.id for theme in book.living}:
        raise NotFound
    found = select(theme_marks.c.term).where(
        theme_marks.c.conversation_id == conversation_id, theme_marks.c.theme_id == theme_id
    )
    row = {
        "conversation_id": conversation_id,
        "theme_id": theme_id,
        "is_right": is_right,
        "term": connection.execute(found.order_by(theme_marks.c.start).limit(1)).scalar() or "",
        "actor": actor,
        "at": clock.now(),
    }
    upsert(connection, theme_verdicts, [row])
    connection.execute(insert(uncoded), [{"conversation_id": conversation_id}])


# --- candidates -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A candidate that waits for a person."""

    id: str
    at: datetime
    candidate: Candidate


def look_for_candidates(comments: list[Comment], earlier: list[Candidate]) -> list[Candidate]:
    """New proposals from these comments, without what was proposed before. Raises Conflict without scikit-learn."""
    return unlike(propose(comments), earlier)


def earlier_candidates(connection: Connection) -> list[Candidate]:
    """What was proposed so far, whatever became of it."""
    return [_candidate(row) for row in connection.execute(select(theme_candidates))]


def offer(connection: Connection, found: list[Candidate]) -> int:
    """Keep new proposals; how many."""
    rows = [
        {
            "id": new_id("tcd"),
            "at": clock.now(),
            "words": dict(each.words),
            "members": sorted(each.members),
            "quotes": list(each.quotes),
            "state": "offered",
            "theme_id": None,
            "actor": "",
        }
        for each in found
    ]
    if rows:
        connection.execute(insert(theme_candidates), rows)
    return len(rows)


def offered(connection: Connection) -> list[Offered]:
    """What waits for a person, the largest first."""
    rows = connection.execute(select(theme_candidates).where(theme_candidates.c.state == "offered"))
    found = [Offered(id=row.id, at=row.at, candidate=_candidate(row)) for row in rows]
    return sorted(found, key=lambda each: (-len(each.candidate.members), each.id))


def accept(
    connection: Connection, candidate_id: str, *, name: str, language: str, terms: tuple[str, ...], actor: str
) -> Theme:
    """Make a proposal a theme with an id of its own. Raises NotFound, Invalid or Conflict."""
    row = connection.execute(
        select(theme_candidates).where(theme_candidates.c.id == candidate_id, theme_candidates.c.state == "offered")
    ).first()
    if row is None:
        raise NotFound
    theme = Theme(
        id=new_id("thm"),
        names={language: name, **({} if language == "en" else {"en": name})},
        include={language: terms},
    )
    book = current_book(connection).with_theme(theme)
    save_book(connection, book, actor=actor, note=f"{name}: accepted from the candidates")
    _settle(connection, candidate_id, "accepted", actor, theme.id)
    return theme


def dismiss(connection: Connection, candidate_id: str, *, actor: str) -> None:
    """Never offer this again. Dismissing twice changes nothing. Raises NotFound for what was never offered."""
    if connection.execute(select(theme_candidates.c.id).where(theme_candidates.c.id == candidate_id)).first() is None:
        raise NotFound
    _settle(connection, candidate_id, "dismissed", actor, None)


def _settle(connection: Connection, candidate_id: str, state: str, actor: str, theme_id: str | None) -> None:
    mine = (theme_candidates.c.id == candidate_id) & (theme_candidates.c.state == "offered")
    connection.execute(update(theme_candidates).where(mine).values(state=state, actor=actor, theme_id=theme_id))


def _candidate(row: Row[Any]) -> Candidate:
    return Candidate(words=dict(row.words), members=frozenset(row.members), quotes=tuple(row.quotes))
