"""Retiring: a question that was answered shows its answer and no controls any more, where the channel keeps both.

Done when the next message goes out: by then the answer is committed, and the question's own sending is settled, for a
conversation's messages leave one after the other. It is a courtesy, done once and never insisted upon: a control that
stays is known as an old one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from common.channels import Prompt
from common.prompts import prompt_from_json
from common.store.dialect import among
from common.store.schema import answers, conversations, outbox

Row = Mapping[Any, Any]
_SENT = (
    select(outbox.c.conversation_id, outbox.c.sequence, outbox.c.kind, outbox.c.provider_id, outbox.c.prompt)
    .where(among(outbox.c.conversation_id), outbox.c.state == "sent", outbox.c.provider_id.is_not(None))
    .order_by(outbox.c.sequence)
)
_STATES = select(conversations.c.id, conversations.c.state).where(among(conversations.c.id))
_ANSWERS = select(answers.c.conversation_id, answers.c.question, answers.c.value).where(
    among(answers.c.conversation_id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """A question with controls that nobody needs any more. answer: as the customer chose it; None = nothing to show."""

    provider_id: str
    prompt: Prompt
    answer: str | None


def spent_before(connection: Connection, rows: Sequence[Row]) -> dict[str, Spent]:
    """For each of these outbox rows, by id, the message right before it, if that was a question and is over."""
    if not rows:
        return {}
    ids = {"ids": list({row["conversation_id"] for row in rows})}
    sent: dict[str, list[Row]] = {}
    for one in connection.execute(_SENT, ids).mappings():
        sent.setdefault(one["conversation_id"], []).append(one)
    if not sent:
        return {}
    states = {row.id: row.state for row in connection.execute(_STATES, ids)}
    given = {(row.conversation_id, row.question): row.value for row in connection.execute(_ANSWERS, ids)}
    found: dict[str, Spent] = {}
    for row in rows:
        key = row["conversation_id"]
        before = [earlier for earlier in sent.get(key, ()) if earlier["sequence"] < row["sequence"]]
        if not before or before[-1]["kind"] != "prompt":
            continue
        prompt = prompt_from_json(before[-1]["prompt"])
        has_controls = prompt.scale or prompt.choices or prompt.can_skip
        is_open = states.get(key) == prompt.key and row["prompt"]["key"] != prompt.key
        if has_controls and not is_open:
            answer = _shown(prompt, given.get((key, prompt.key)))
            found[row["id"]] = Spent(provider_id=before[-1]["provider_id"], prompt=prompt, answer=answer)
    return found


def _shown(prompt: Prompt, value: str | None) -> str | None:
    """What was chosen, in the words of its control; the customer's own words stand in the chat anyway."""
    if prompt.scale:
        return value
    return next((choice.label for choice in prompt.choices if choice.key == value), None)
