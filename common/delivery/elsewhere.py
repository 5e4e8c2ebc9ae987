"""Elsewhere: a first question that its channel must not carry is asked on another one.

Only on channels that the survey uses, that are switched on, on which the person has an address that is not blocked, and
that let us write first: a page waits to be visited, a call is no message, and a window that is closed there is no help.
Consent is per person, so it holds on each of them. The conversation goes with the question, so the answer finds it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from common.channels import Adapter, Capabilities, Channel
from common.delivery.opening import NOT_APPROVED
from common.prompts import compose, prompt_from_json, prompt_to_json
from common.store.schema import conversations, endpoints, invitations, messages, outbox
from common.store.thread_changes import store as store_threads
from common.store.threads import Thread, load
from common.survey.machine import State
from common.surveys import Surveys

Row = Mapping[Any, Any]
"""A row by column name."""


def ask_elsewhere(
    connection: Connection,
    surveys: Surveys,
    adapters: Mapping[Channel, Adapter],
    rows: Sequence[Row],
    passed: Mapping[str, Sequence[tuple[str, str]]],
    now: datetime,
) -> set[str]:
    """Move these first questions to another channel where that may be; the outbox ids of those that moved.

    passed: by outbox id, the templates (language, why) that stood in the way, for the log. The customers must be
    locked.
    """
    threads = load(connection, surveys, [row["conversation_id"] for row in rows])
    moved: set[str] = set()
    for row in rows:
        thread = threads[row["conversation_id"]]
        found = _place(connection, thread, adapters)
        if found is None:
            continue
        endpoint, adapter = found
        _move(connection, thread, row, endpoint, adapter)
        why = [{"language": language, "why": reason} for language, reason in passed.get(row["id"], ())]
        told = {"from": row["channel"], "to": endpoint["channel"], "why": NOT_APPROVED, "passed": why}
        thread.log(now, "asked_elsewhere", **told)
        thread.is_changed = True
        moved.add(row["id"])
    store_threads(connection, threads.values(), now)
    return moved


def takes_a_first_message(capabilities: Capabilities) -> bool:
    """True if we may write there before the customer does, in free text."""
    return not capabilities.pushes and not capabilities.spoken and capabilities.session_window is None


def _place(
    connection: Connection, thread: Thread, adapters: Mapping[Channel, Adapter]
) -> tuple[Mapping[str, Any], Adapter] | None:
    """Where this person can be asked instead, in the survey's own order of channels."""
    asked_on = dict.fromkeys(str(each) for each in thread.definition.body["channels"].values())
    for name in asked_on:
        adapter = adapters.get(Channel(name))
        if name == thread.row["channel"] or adapter is None or not takes_a_first_message(adapter.capabilities):
            continue
        row = (
            connection.execute(
                select(endpoints, conversations.c.state)
                .outerjoin(conversations, conversations.c.id == endpoints.c.conversation_id)
                .where(
                    endpoints.c.customer_id == thread.row["customer_id"],
                    endpoints.c.channel == name,
                    endpoints.c.blocked_at.is_(None),
                    endpoints.c.same_as.is_(None),
                )
                .order_by(endpoints.c.last_inbound_at.desc().nulls_last(), endpoints.c.id)
            )
            .mappings()
            .first()
        )
        if row is not None and row["state"] != State.HANDOFF.value:  # a person may be talking there just now
            return {key: row[key] for key in ("id", "channel", "address")}, adapter
    return None


def _move(connection: Connection, thread: Thread, row: Row, endpoint: Mapping[str, Any], adapter: Adapter) -> None:
    """The conversation, its invitation and its question go to another endpoint, worded for its channel."""
    old_endpoint, place = thread.row["endpoint_id"], {"channel": endpoint["channel"], "address": endpoint["address"]}
    stored = prompt_from_json(row["prompt"])
    values = dict(thread.row["machine"].get("values", {}))
    if name := thread.customer.get("name"):
        values["name"] = name
    prompt = compose(
        thread.definition,
        channel=endpoint["channel"],
        capabilities=adapter.capabilities,
        locale=thread.value.locale,
        key=stored.key,
        step=stored.step,
        attempt=1,
        cause="",
        reference=stored.reference,
        values=values,
        useful_until=stored.useful_until,
    )
    _set(connection, outbox, row["id"], prompt=prompt_to_json(prompt), **place)
    controls = {"choices": [], "scale": prompt.scale, "can_skip": prompt.can_skip}
    message = {"channel": endpoint["channel"], "text": prompt.text, "kind": "text", "extra": controls}
    _set(connection, messages, row["message_id"], **message)
    _set(connection, conversations, thread.id, endpoint_id=endpoint["id"], **place)
    moved = {"endpoint_id": endpoint["id"], "channel": endpoint["channel"]}
    _set(connection, invitations, thread.row["invitation_id"], **moved)
    _set(connection, endpoints, endpoint["id"], conversation_id=thread.id)
    connection.execute(
        update(endpoints)
        .where(endpoints.c.id == old_endpoint, endpoints.c.conversation_id == thread.id)
        .values(conversation_id=None)
    )
    thread.row |= moved | place


def _set(connection: Connection, table: Any, key: str, **values: Any) -> None:
    connection.execute(update(table).where(table.c.id == key).values(**values))
