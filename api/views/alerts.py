"""Alerts: read and acknowledged by programs."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from sqlalchemy import Connection, Row

from api.calls import Answer, Call
from api.models.alerts import AlertQuery
from api.models.fields import Reference
from common.audit import record
from common.errors import NotFound
from common.herald.alarms import told_json
from common.store import alerts as store


class AlertPath(BaseModel):
    """The alert's id."""

    id: Reference


def list_page(call: Call, query: AlertQuery) -> Answer:
    """Alerts, the latest first

    What is alike is one alert with a count until somebody acknowledges it.
    """

    def work(connection: Connection) -> Answer:
        page = store.list_page(
            connection,
            is_seen=query.acknowledged,
            kind=query.kind,
            team=query.team,
            severity=query.severity,
            cursor=query.cursor,
            limit=query.limit,
        )
        return Answer(body={"data": [_json(row) for row in page.rows], "next_cursor": page.next_cursor})

    return call.read(work)


def acknowledge(call: Call, path: AlertPath) -> Answer:
    """Acknowledge an alert

    It is counted up no more, and what waits to be sent of it is dropped. Acknowledging again changes nothing.
    """

    def work(connection: Connection) -> Answer:
        if not store.seen_by(connection, [path.id], call.actor):
            raise NotFound("no such alert")
        if store.see(connection, [path.id], call.now, by=call.actor.id, name=call.actor.name):
            record(connection, call.actor, "alert.acknowledged", about=path.id)
        return Answer(body=_json(store.find(connection, path.id)))

    return call.write(work)


def _json(row: Row[Any]) -> dict[str, Any]:
    seen = {"acknowledged_at": row.seen_at.isoformat() if row.seen_at else None, "acknowledged_by": row.seen_by_name}
    return {**told_json(row), **seen}
