"""Counting themes: whom they concern, how those score, week by week, and the words themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select

from common.analysis.counts import Counts, counts_of
from common.privacy.inventory import ERASED
from common.store.figure_scope import Period
from common.store.schema import coded, conversations, theme_marks, theme_verdicts, uncoded
from common.store.scope import within
from common.themes.shares import Reach


@dataclass(frozen=True, slots=True, kw_only=True)
class Comments:
    """Which comments: of a period by the answer's time, narrowed by columns of `coded`."""

    period: Period = field(default_factory=Period)
    only: Mapping[str, str] = field(default_factory=dict)

    def conditions(self) -> list[ColumnElement[bool]]:
        found = [within(coded.c.team), *(coded.c[name] == value for name, value in self.only.items())]
        if self.period.start is not None:
            found.append(coded.c.answered_at >= self.period.start)
        if self.period.end is not None:
            found.append(coded.c.answered_at < self.period.end)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was told in these comments. base: customers; unassigned: of those, whose comments show no theme."""

    base: int
    unassigned: int
    scores: Counts
    reach: Mapping[str, Reach]
    scores_with: Mapping[str, Counts]


def tell(connection: Connection, comments: Comments) -> Told:
    """Every theme's reach and scores. Customers are counted for the reach, comments for the scores."""
    where = comments.conditions()
    customers = func.count(coded.c.customer_id.distinct())
    base = connection.execute(select(customers).where(*where)).scalar_one()
    speaking = connection.execute(select(customers).where(*where, coded.c.has_theme.is_(True))).scalar_one()
    mine = theme_marks.c.conversation_id == coded.c.conversation_id
    reach = connection.execute(
        select(theme_marks.c.theme_id, customers)
        .join_from(theme_marks, coded, mine)
        .where(*where)
        .group_by(theme_marks.c.theme_id)
    )
    comment = func.count(coded.c.conversation_id.distinct())
    scored = connection.execute(
        select(theme_marks.c.theme_id, coded.c.score, comment)
        .join_from(theme_marks, coded, mine)
        .where(*where)
        .group_by(theme_marks.c.theme_id, coded.c.score)
    )
    distributions: dict[str, list[int]] = {}
    for theme_id, score, count in scored:
        distributions.setdefault(theme_id, [0] * 11)[score] = count
    whole = [0] * 11
    for score, count in connection.execute(select(coded.c.score, func.count()).where(*where).group_by(coded.c.score)):
        whole[score] = count
    return Told(
        base=base,
        unassigned=base - speaking,
        scores=counts_of(whole),
        reach={theme_id: Reach(count=count, base=base) for theme_id, count in reach},
        scores_with={theme_id: counts_of(scores) for theme_id, scores in distributions.items()},
    )


def reach_by_week(
    connection: Connection, comments: Comments, first: int, end: int, theme_id: str | None = None
) -> dict[str, list[Reach]]:
    """Theme → its reach in each week from `first` to before `end`; weeks as in common/analysis/tally.py."""
    where = [*comments.conditions(), coded.c.week >= first, coded.c.week < end]
    customers = func.count(coded.c.customer_id.distinct())
    bases: dict[int, int] = dict(
        connection.execute(select(coded.c.week, customers).where(*where).group_by(coded.c.week)).all()
    )
    found: dict[str, dict[int, int]] = {}
    statement = (
        select(theme_marks.c.theme_id, coded.c.week, customers)
        .join_from(theme_marks, coded, theme_marks.c.conversation_id == coded.c.conversation_id)
        .where(*where)
        .group_by(theme_marks.c.theme_id, coded.c.week)
    )
    if theme_id is not None:
        statement = statement.where(theme_marks.c.theme_id == theme_id)
        found[theme_id] = {}
    for each, week, count in connection.execute(statement):
        found.setdefault(each, {})[week] = count
    return {
        each: [Reach(count=counts.get(week, 0), base=bases.get(week, 0)) for week in range(first, end)]
        for each, counts in found.items()
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A customer's own words. spans: where the theme shows, first to last, none in another."""

    conversation_id: str
    text: str
    score: int
    channel: str
    locale: str
    answered_at: datetime
    spans: Sequence[tuple[int, int]]
    verdict: bool | None

    @property
    def pieces(self) -> list[tuple[str, bool]]:
        """The text in pieces, each with whether it shows the theme."""
        found, at = [], 0
        for start, end in self.spans:
            if end > start >= at:
                found += [(self.text[at:start], False), (self.text[start:end], True)]
                at = end
        return [(piece, is_shown) for piece, is_shown in [*found, (self.text[at:], False)] if piece]


def quotes_of(
    connection: Connection, theme_id: str | None, comments: Comments, *, limit: int, band: tuple[int, int] | None = None
) -> list[Quote]:
    """The newest comments that speak of a theme; None: those that speak of none."""
    statement = (
        select(coded, conversations.c.reason)
        .join_from(coded, conversations, conversations.c.id == coded.c.conversation_id)
        .where(*comments.conditions(), conversations.c.reason != ERASED)
        .order_by(coded.c.answered_at.desc(), coded.c.conversation_id)
        .limit(limit)
    )
    if theme_id is None:
        statement = statement.where(coded.c.has_theme.is_(False))
    else:
        spoken = select(theme_marks.c.conversation_id).where(theme_marks.c.theme_id == theme_id)
        statement = statement.where(coded.c.conversation_id.in_(spoken))
    if band is not None:
        statement = statement.where(coded.c.score.between(*band))
    rows = connection.execute(statement).all()
    ids = [row.conversation_id for row in rows]
    spans = _spans(connection, theme_id, ids) if theme_id else {}
    said = _verdicts(connection, theme_id, ids) if theme_id else {}
    return [_quote(row, spans.get(row.conversation_id, []), said.get(row.conversation_id)) for row in rows]


def quotes_by_id(connection: Connection, ids: Sequence[str]) -> list[Quote]:
    """These comments, in this order, as far as they are still there."""
    rows = connection.execute(
        select(coded, conversations.c.reason)
        .join_from(coded, conversations, conversations.c.id == coded.c.conversation_id)
        .where(coded.c.conversation_id.in_(list(ids)), within(coded.c.team), conversations.c.reason != ERASED)
    )
    found = {row.conversation_id: _quote(row, [], None) for row in rows}
    return [found[each] for each in ids if each in found]


def _quote(row: Row[Any], spans: list[tuple[int, int]], verdict: bool | None) -> Quote:
    return Quote(
        conversation_id=row.conversation_id,
        text=row.reason or "",
        score=row.score,
        channel=row.channel,
        locale=row.locale,
        answered_at=row.answered_at,
        spans=sorted(spans),
        verdict=verdict,
    )


def _spans(connection: Connection, theme_id: str, ids: Sequence[str]) -> dict[str, list[tuple[int, int]]]:
    found: dict[str, list[tuple[int, int]]] = {}
    mine = (theme_marks.c.theme_id == theme_id) & theme_marks.c.conversation_id.in_(ids)
    for row in connection.execute(select(theme_marks).where(mine)):
        found.setdefault(row.conversation_id, []).append((row.start, row.end))
    return found


def _verdicts(connection: Connection, theme_id: str, ids: Sequence[str]) -> dict[str, bool]:
    mine = (theme_verdicts.c.theme_id == theme_id) & theme_verdicts.c.conversation_id.in_(ids)
    return {row.conversation_id: row.is_right for row in connection.execute(select(theme_verdicts).where(mine))}


def verdicts_by_term(connection: Connection, theme_id: str) -> list[tuple[str, int, int]]:
    """Term, how often people found it right, how often wrong; empty: a person had put the theme there."""
    tables: dict[str, list[int]] = {}
    statement = (
        select(theme_verdicts.c.term, theme_verdicts.c.is_right, func.count())
        .where(theme_verdicts.c.theme_id == theme_id)
        .group_by(theme_verdicts.c.term, theme_verdicts.c.is_right)
    )
    for term, is_right, count in connection.execute(statement):
        tables.setdefault(term, [0, 0])[0 if is_right else 1] += count
    return sorted(((term, right, wrong) for term, (right, wrong) in tables.items()), key=lambda each: -each[2])


def is_seen(connection: Connection, conversation_id: str) -> bool:
    """True if this comment was read and whoever asks may see it."""
    mine = select(coded.c.version).where(coded.c.conversation_id == conversation_id, within(coded.c.team))
    return connection.execute(mine).first() is not None


def waiting_comments(connection: Connection) -> int:
    """How many comments wait to be read."""
    return connection.execute(select(func.count()).select_from(uncoded)).scalar_one()
