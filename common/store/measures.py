"""What interactions contribute to the figures: as they are, and as the tallies count them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import tzinfo
from typing import Any

from sqlalchemy import Connection, Row, RowMapping, Select, and_, case, func, literal, select

from common.analysis.tally import DEPTH_OF_SCORE, Measure, day_number, hour_of_week
from common.store.dialect import among
from common.store.schema import conversations, interactions, invitations, messages, surveys, tallied

_ARRIVED = func.max(case((messages.c.delivery == "read", 2), (messages.c.delivery == "delivered", 1), else_=0))
_NEWS = (
    select(
        messages.c.conversation_id,
        _ARRIVED.label("arrived"),
        func.max(case((messages.c.direction == "in", 1), else_=0)).label("heard"),
    )
    .where(messages.c.author != "user")
    .group_by(messages.c.conversation_id)
)


def _truth() -> Select[Any]:
    version = and_(surveys.c.key == invitations.c.survey_key, surveys.c.version == invitations.c.survey_version)
    return (
        select(
            interactions.c.id,
            interactions.c.direction,
            interactions.c.team,
            func.coalesce(interactions.c.agent_id, interactions.c.agent_name).label("agent"),
            interactions.c.agent_name,
            interactions.c.topic,
            interactions.c.ended_at,
            invitations.c.channel.label("asked_on"),
            invitations.c.survey_key,
            invitations.c.started_at.label("invited_at"),
            invitations.c.sent_at,
            surveys.c.body["kind"].as_string().label("kind"),
            func.coalesce(conversations.c.locale, invitations.c.locale).label("locale"),
            conversations.c.id.label("conversation_id"),
            conversations.c.channel,
            conversations.c.answered_at,
            conversations.c.score,
            conversations.c.reason,
            conversations.c.outcome,
        )
        .join(invitations, invitations.c.interaction_id == interactions.c.id)
        .join(surveys, version)
        .join(conversations, conversations.c.invitation_id == invitations.c.id, isouter=True)
        .where(interactions.c.decision == "invite", func.coalesce(conversations.c.test, literal(False)).is_(False))
    )


_TRUTH_OF = _truth().where(among(interactions.c.id))
_NEWS_OF = _NEWS.where(among(messages.c.conversation_id))
MEASURED = tuple(column for column in tallied.c if column.name not in {"facet", "staff"})
"""The columns of `tallied` that are fields of a measure."""
_KNOWN = select(*MEASURED).where(among(tallied.c.interaction_id))


def truths(connection: Connection, ids: Collection[str], zone: tzinfo) -> dict[str, Measure]:
    """What these interactions contribute now, by id. Those that contribute nothing are left out."""
    rows = connection.execute(_TRUTH_OF, {"ids": list(ids)}).all()
    talks = [row.conversation_id for row in rows if row.conversation_id]
    heard = connection.execute(_NEWS_OF, {"ids": talks}).all() if talks else []
    news = {row.conversation_id: row._mapping for row in heard}
    return {row.id: _measure(row, news.get(row.conversation_id), zone) for row in rows}


def known(connection: Connection, ids: Collection[str]) -> dict[str, Measure]:
    """What these interactions contribute to the tallies as they stand, by id."""
    rows = connection.execute(_KNOWN, {"ids": list(ids)})
    return {row.interaction_id: Measure(**row._mapping) for row in rows}


def _measure(row: Row[Any], news: RowMapping | None, zone: tzinfo) -> Measure:
    has_score = row.score is not None and row.answered_at is not None
    return Measure(
        interaction_id=row.id,
        conversation_id=row.conversation_id,
        kind=row.kind,
        direction=row.direction,
        channel=row.channel or row.asked_on,
        survey=row.survey_key,
        team=row.team or "",
        agent=row.agent or "",
        agent_name=row.agent_name or "",
        topic=row.topic or "",
        locale=row.locale,
        zone=str(zone),
        cohort_at=row.ended_at,
        cohort_on=day_number(row.ended_at, zone),
        weekhour=hour_of_week(row.ended_at, zone),
        answered_at=row.answered_at if has_score else None,
        answered_on=day_number(row.answered_at, zone) if has_score else None,
        score=row.score if has_score else None,
        depth=DEPTH_OF_SCORE if has_score else _depth(row, news),
        has_reason=has_score and bool(row.reason),
        is_complete=has_score and row.outcome == "complete",
    )


def _depth(row: Row[Any], news: RowMapping | None) -> int:
    """How many steps before the score were reached: eligible, invited, accepted, delivered, read."""
    if row.invited_at is None and row.conversation_id is None:
        return 1
    if news is not None and (news["heard"] or news["arrived"] == 2):
        return 5
    if news is not None and news["arrived"]:
        return 4
    return 3 if row.sent_at is not None else 2
