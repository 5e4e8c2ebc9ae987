"""Stepping: one thread through the pure machine, and the effects into its rows. Touches no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import structlog

from common.channels import Adapter, Channel, InboundMessage
from common.files.keeping import announced
from common.ids import new_id
from common.prompts import aspect_choices
from common.store.threads import Thread
from common.survey.machine import Event, IllegalEvent, Replied, step
from common.survey.reading import Option
from common.turns.effects import Applied, apply_effects
from common.turns.inputs import TurnResult

log = structlog.get_logger()


def advance(
    thread: Thread, event: Event, adapters: Mapping[Channel, Adapter], now: datetime
) -> tuple[TurnResult, Applied | None]:
    """One event happens to this thread: its result, and what its turn put into the rows; None if it changed nothing.

    Raises IllegalEvent for what must not happen in its state, unless a customer did it.
    """
    try:
        turn = step(thread.definition.survey, thread.value, event)
    except IllegalEvent:
        if not isinstance(event, Replied):
            raise
        log.warning("a reply came in a state that takes none", conversation=thread.id, state=thread.value.state)
        return TurnResult(conversation_id=thread.id, rings=frozenset({f"conversation:{thread.id}"})), None
    if turn.conversation == thread.value and not turn.effects and not thread.is_changed:
        return TurnResult(conversation_id=thread.id, fresh=False), None
    applied = Applied(thread=thread, adapters=adapters, now=now)
    apply_effects(applied, event, turn)
    return TurnResult(conversation_id=thread.id, counts=bool(turn.effects), rings=applied.rings()), applied


def hear(
    thread: Thread, item: InboundMessage, adapters: Mapping[Channel, Adapter], now: datetime
) -> tuple[TurnResult, Applied | None]:
    """The customer says something in this thread: its result, and what its turn put into the rows."""
    message_id = new_id("msg")
    thread.message(
        message_id=message_id,
        at=now,
        direction="in",
        author="customer",
        kind="media" if item.media and not item.text else item.kind,
        text=_shown_form(thread, item)
        or item.text
        or _shown_choice(thread, item)
        or " ".join(f"[{kind}]" for kind in item.media),
        provider_id=item.provider_id,
    )
    if item.file is not None:
        thread.new_files.append(announced(thread.row, message_id, item, now))
    thread.is_changed = True
    choices = aspect_choices(thread.definition, thread.value.locale)
    event = Replied(
        at=now,
        message_id=message_id,
        text=item.text,
        choice=item.choice,
        question=item.question,
        kind="media" if item.media and not item.text else item.kind,
        carrier=item.signal.value if item.signal else None,
        is_edit=item.is_edit,
        filled=item.filled,
        options=tuple(Option(key=choice.key, label=choice.label) for choice in choices),
    )
    result, applied = advance(thread, event, adapters, now)
    return replace(result, message_id=message_id), applied


def _shown_choice(thread: Thread, item: InboundMessage) -> str:
    """A tap in words, for the thread."""
    labels = {choice.key: choice.label for choice in aspect_choices(thread.definition, thread.value.locale)}
    return labels.get(item.choice or "", item.choice or "")


def _shown_form(thread: Thread, item: InboundMessage) -> str:
    """A form in words, for the thread: score and aspect in the first line, the reason below; "" if it was none."""
    if (filled := item.filled) is None:
        return ""
    labels = {choice.key: choice.label for choice in aspect_choices(thread.definition, thread.value.locale)}
    given = ("" if filled.score is None else str(filled.score), labels.get(filled.aspect, filled.aspect))
    first = " · ".join(each for each in given if each)
    return "\n".join(line for line in (first, filled.reason.strip()) if line) or "–"
