"""Reading responses: one row per conversation in which at least one question was answered.

A response counts at the time of its first answer (`answered_at`), which later answers and corrections do not move.
Conversations of the product's own tests are no responses.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, or_, select

from common.store.cursors import Order, Page, read_page
from common.store.schema import conversations, interactions, surveys
from common.store.scope import within

COLUMNS = (
    "conversation_id",
    "invitation_id",
    "interaction_id",
    "customer_id",
    "at",
    "channel",
    "survey",
    "kind",
    "direction",
    "agent",
    "team",
    "topic",
    "score",
    "band",
    "reason",
    "aspect",
    "outcome",
    "locale",
)
_KIND = surveys.c.body["kind"].as_string()
_SAME = {
    "channel": conversations.c.channel,
    "survey": conversations.c.survey_key,
    "kind": _KIND,
    "direction": interactions.c.direction,
    "team": interactions.c.team,
    "topic": interactions.c.topic,
    "band": conversations.c.band,
}


def list_page(
    connection: Connection, filters: Mapping[str, Any], *, cursor: str | None, limit: int
) -> Page[dict[str, Any]]:
    """Responses, the newest first.

    filters: `from` (included) and `to` (excluded) as instants, channel, survey, kind, direction, agent (id or name),
    team, topic, band; None = all. Raises Invalid for a foreign cursor.
    """
    order = Order(at=conversations.c.answered_at, id=conversations.c.id)
    page = read_page(connection, _statement(filters), order, cursor=cursor, limit=limit)
    return Page(rows=[_json(row) for row in page.rows], next_cursor=page.next_cursor)


def of_conversations(connection: Connection, ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """The responses of these conversations as they stand, by conversation; those that are none are left out."""
    statement = _statement({}).where(conversations.c.id.in_(sorted(ids)))
    return {row.id: _json(row) for row in connection.execute(statement)}


def _statement(filters: Mapping[str, Any]) -> Select[Any]:
    version = and_(surveys.c.key == conversations.c.survey_key, surveys.c.version == conversations.c.survey_version)
    statement = (
        select(
            conversations,
            _KIND.label("kind"),
            interactions.c.ref,
            interactions.c.customer_ref,
            interactions.c.direction,
            func.coalesce(interactions.c.agent_id, interactions.c.agent_name).label("agent"),
            interactions.c.team,
            interactions.c.topic,
            conversations.c.answered_at.label("page_at"),
            conversations.c.id.label("page_id"),
        )
        .join(interactions, interactions.c.id == conversations.c.interaction_id)
        .join(surveys, version)
        .where(conversations.c.answered_at.is_not(None), conversations.c.test.is_(False), within(interactions.c.team))
    )
    for name, value in filters.items():
        if value is None:
            continue
        if name == "from":
            statement = statement.where(conversations.c.answered_at >= value)
        elif name == "to":
            statement = statement.where(conversations.c.answered_at < value)
        elif name == "agent":
            statement = statement.where(or_(interactions.c.agent_id == value, interactions.c.agent_name == value))
        else:
            statement = statement.where(_SAME[name] == value)
    return statement


def _json(row: Row[Any]) -> dict[str, Any]:
    return {
        "conversation_id": row.id,
        "invitation_id": row.invitation_id,
        "interaction_id": row.ref,
        "customer_id": row.customer_ref,
        "at": row.answered_at.isoformat(),
        "channel": row.channel,
        "survey": row.survey_key,
        "kind": row.kind,
        "direction": row.direction,
        "agent": row.agent,
        "team": row.team,
        "topic": row.topic,
        "score": row.score,
        "band": row.band,
        "reason": row.reason,
        "aspect": row.aspect,
        "outcome": row.outcome,
        "locale": row.locale,
    }
