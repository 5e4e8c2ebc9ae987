"""Beginnings: an invitation that is due becomes a conversation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from common.store import threads as thread_store
from common.store.dialect import among
from common.store.schema import endpoints, interactions, invitations
from common.store.threads import Thread
from common.surveys import Surveys
from common.turns.inputs import StartInvitation, TurnInput
from common.wording import resolve_locale

_BEGINNING = (
    select(invitations, endpoints.c.address, interactions)
    .join(endpoints, endpoints.c.id == invitations.c.endpoint_id)
    .join(interactions, interactions.c.id == invitations.c.interaction_id)
    .where(among(invitations.c.id), invitations.c.started_at.is_(None), invitations.c.status == "scheduled")
    .order_by(invitations.c.id)
)
_BEGIN_AT_ENDPOINT = (
    update(endpoints).where(endpoints.c.id == bindparam("_id")).values(conversation_id=bindparam("_conversation"))
)
_BEGIN = update(invitations).where(among(invitations.c.id)).values(started_at=bindparam("_now"))


def begin(
    connection: Connection,
    surveys: Surveys,
    inputs: Sequence[TurnInput],
    people: dict[str, dict[str, Any]],
    now: datetime,
) -> dict[str, Thread]:
    """New threads, by invitation, for the invitations in `inputs` that have not begun."""
    ids = [item.invitation_id for item in inputs if isinstance(item, StartInvitation)]
    if not ids:
        return {}
    rows = connection.execute(_BEGINNING, {"ids": ids}).mappings().all()
    thread_store.lock_others(connection, people, (row[invitations.c.customer_id] for row in rows))
    begun: dict[str, Thread] = {}
    for row in rows:
        definition = surveys.get(connection, row[invitations.c.survey_key], row[invitations.c.survey_version])
        columns = {
            "id": row[invitations.c.id],
            "interaction_id": row[invitations.c.interaction_id],
            "customer_id": row[invitations.c.customer_id],
            "endpoint_id": row[invitations.c.endpoint_id],
            "channel": row[invitations.c.channel],
            "address": row[endpoints.c.address],
            "team": row[interactions.c.team],
            "values": _values(row),
        }
        locale = resolve_locale(row[invitations.c.locale], definition.default_locale, offered=definition.wording)
        thread = thread_store.new_thread(
            row=columns, customer=people[columns["customer_id"]], definition=definition, locale=locale, now=now
        )
        thread.row["machine"]["latest_at"] = row[invitations.c.latest_at].isoformat()
        begun[columns["id"]] = thread
    if begun:
        places = [{"_id": thread.row["endpoint_id"], "_conversation": thread.id} for thread in begun.values()]
        connection.execute(_BEGIN_AT_ENDPOINT, places)
        connection.execute(_BEGIN, {"ids": list(begun), "_now": now})
    return begun


def _values(row: Mapping[Any, Any]) -> dict[str, str]:
    """What wording may name, as it was when the interaction ended; the customer's name comes from the customer."""
    named = {
        "agent": row[interactions.c.agent_name],
        "topic": row[interactions.c.topic],
        "reference": row[interactions.c.reference],
    }
    return {key: value for key, value in named.items() if value}
