"""Without the form: a provider that refuses a form has not asked, so the question leaves again in its words alone.

A form is blocked, throttled, a draft or gone while its survey still names it: the customer need not know, and types the
number. People hear of it once, by an alert that counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from common.alerts import AlertKind, Raised, Urgency
from common.bell import OUTBOX
from common.channels import Delivery, SendErrorCode
from common.herald.alarms import sound
from common.store.dialect import among
from common.store.schema import conversations, messages, outbox

Row = Mapping[Any, Any]
"""A row of the outbox by column name."""
WHY = "The provider refuses it. The question goes out in words meanwhile, and customers type the number."

_AGAIN = (
    update(outbox)
    .where(outbox.c.id == bindparam("_id"))
    .values(
        prompt=bindparam("_prompt"),
        state="pending",
        due_at=bindparam("_now"),
        error=bindparam("_why"),
        provider_id=None,
        lease_until=None,
    )
)
_UNSENT = (
    update(messages)
    .where(messages.c.id == bindparam("_message"))
    .values(provider_id=None, delivery=Delivery.QUEUED.value, error=None)
)
_OVER = (
    update(outbox).where(outbox.c.id == bindparam("_id")).values(state="cancelled", error="answered", lease_until=None)
)
_NOT_SENT = update(messages).where(messages.c.id == bindparam("_message")).values(delivery=Delivery.FAILED.value)
_ASKED = select(conversations.c.id, conversations.c.state, conversations.c.machine).where(among(conversations.c.id))


def is_refused_form(row: Row, fate: SendErrorCode | str | None) -> bool:
    """True for a message with a form that was refused for good: the form may be all that is wrong with it."""
    return fate == SendErrorCode.REJECTED and row["prompt"].get("form") is not None


def ask_in_words(connection: Connection, refused: Sequence[tuple[Row, str]], now: datetime) -> frozenset[str]:
    """Send these questions again without their form, and raise the alert; the topics to ring.

    refused: each row with the provider's code. A question that was answered meanwhile is not asked again. The customers
    must be locked.
    """
    if not refused:
        return frozenset()
    places = {
        row.id: row for row in connection.execute(_ASKED, {"ids": [row["conversation_id"] for row, _ in refused]})
    }
    again = [
        {
            "_id": row["id"],
            "_message": row["message_id"],
            "_prompt": {**row["prompt"], "form": None},
            "_now": now,
            "_why": f"form refused {code}".strip()[:64],
        }
        for row, code in refused
        if _is_open(row, places[row["conversation_id"]])
    ]
    kept = {each["_id"] for each in again}
    over = [{"_id": row["id"], "_message": row["message_id"]} for row, _ in refused if row["id"] not in kept]
    for statements, rows in (((_AGAIN, _UNSENT), again), ((_OVER, _NOT_SENT), over)):
        for statement in statements if rows else ():
            connection.execute(statement, rows)
    for subject, code, times in _counted(refused):
        facts = {"why": WHY, "code": code}
        raised = Raised(
            kind=AlertKind.FORM_REFUSED, severity=Urgency.WARNING, subject=subject, facts=facts, times=times
        )
        sound(connection, raised, now)
    return frozenset({OUTBOX} | {f"conversation:{row['conversation_id']}" for row, _ in refused})


def _is_open(row: Row, conversation: Any) -> bool:
    """True while the conversation still waits for the answer to this very question."""
    return bool(conversation.state == row["prompt"]["key"] and conversation.machine.get("asked_step") == row["step"])


def _counted(refused: Sequence[tuple[Row, str]]) -> list[tuple[str, str, int]]:
    """For each form its name, the newest code and how often, in an order in which two processes cannot block."""
    found: dict[str, tuple[str, int]] = {}
    for row, code in refused:
        subject = f"{row['channel']} {row['prompt']['form']}"
        found[subject] = (code, found.get(subject, ("", 0))[1] + 1)
    return [(subject, *found[subject]) for subject in sorted(found)]
