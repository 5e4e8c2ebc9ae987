"""What each effect of the machine means in rows: answers, tickets, timers, and messages that wait to be sent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import singledispatchmethod

from common.bell import FEED
from common.ids import new_id
from common.queue.life import Change, TicketStatus, after
from common.queue.priority import LAST
from common.survey.machine import (
    Ask,
    CancelUnsent,
    Close,
    Effect,
    Event,
    ForwardToTicket,
    OpenTicket,
    Outcome,
    RecordAnswer,
    Released,
    Reopen,
    Resolved,
    Returned,
    Say,
    SetTimer,
    SkipQuestion,
    Suppress,
    TakenOver,
    Timer,
    Turn,
    Undeliverable,
    Unsuppress,
)
from common.survey.questions import ASPECT, REASON, SCORE
from common.survey.score import band_of
from common.turns.speaking import Speaking


@dataclass(slots=True, kw_only=True)
class Applied(Speaking):
    """The effects of one turn on one thread."""

    opted_out_by: str | None = None
    opted_in: bool = False

    def rings(self) -> frozenset[str]:
        """Who wants to know after the commit."""
        topics = self.topics | {f"conversation:{self.thread.id}"}
        return frozenset(topics | {FEED} if self.thread.ticket else topics)

    # --- effects --------------------------------------------------------------------------------------------------

    @singledispatchmethod
    def apply(self, effect: Effect) -> None:
        """Carry out one effect. A new kind of effect without a rule here is a fault of ours."""
        raise NotImplementedError(type(effect).__name__)

    @apply.register
    def _(self, effect: Ask) -> None:
        self.speak(effect.prompt, effect.step, attempt=effect.attempt, cause=effect.cause, is_ask=True)
        self.thread.log(self.now, "asked", question=effect.prompt, attempt=effect.attempt, cause=effect.cause)

    @apply.register
    def _(self, effect: Say) -> None:
        self.speak(effect.prompt, effect.step)
        self.thread.log(self.now, "said", prompt=effect.prompt)

    @apply.register
    def _(self, effect: RecordAnswer) -> None:
        thread = self.thread
        thread.new_answers[effect.question] = {
            "conversation_id": thread.id,
            "question": effect.question,
            "customer_id": thread.row["customer_id"],
            "value": str(effect.value),
            "verbatim": effect.verbatim,
            "message_id": effect.message_id,
            "at": self.now,
            "revision": int(effect.revised),
        }
        thread.row[_COLUMN[effect.question]] = effect.value
        if effect.question == SCORE:
            thread.row["band"] = band_of(int(effect.value)).value
            if thread.ticket is not None:
                thread.ticket["score"], thread.ticket_is_changed = effect.value, True
        thread.row["answered_at"] = thread.row["answered_at"] or self.now
        thread.invitation_status = "answered"
        thread.log(self.now, "answered", question=effect.question, value=effect.value, revised=effect.revised)

    @apply.register
    def _(self, effect: SkipQuestion) -> None:
        self.thread.log(self.now, "skipped", question=effect.question)

    @apply.register
    def _(self, effect: OpenTicket) -> None:
        thread = self.thread
        ticket_id = new_id("tkt")
        thread.ticket = {
            "id": ticket_id,
            "conversation_id": thread.id,
            "customer_id": thread.row["customer_id"],
            "channel": thread.row["channel"],
            "team": thread.row["machine"].get("team"),
            "locale": thread.value.locale,
            "status": "open",
            "owner": None,
            "owner_name": None,
            "reason": effect.reason.value,
            "score": effect.score,
            "priority": LAST,  # until `common/queueing.py` has placed it
            "resolution": None,
            "opened_at": self.now,
            "due_at": self.now,
            "claimed_at": None,
            "first_reply_at": None,
            "resolved_at": None,
            "last_message_at": self.now,
            "callback_from": None,
            "callback_to": None,
            "updated_at": self.now,
            "value": 0,
            "reopened_at": None,
            "awaiting_since": self.now,
            "owner_active_at": None,
            "reply_warned_at": None,
            "reply_breached_at": None,
            "resolve_warned_at": None,
            "resolve_breached_at": None,
            "escalated_at": None,
            "silences": 0,
            "check_at": self.now,
        }
        thread.ticket_is_new = True
        thread.row["ticket_id"] = ticket_id
        thread.log(self.now, "ticket_opened", ticket_id=ticket_id, reason=effect.reason.value, score=effect.score)

    @apply.register
    def _(self, effect: ForwardToTicket) -> None:
        ticket = self.thread.ticket
        if ticket is None:
            return
        self.thread.ticket_is_changed = True
        before = TicketStatus(ticket["status"])
        ticket["status"] = after(before, Change.THANKED if effect.is_courtesy else Change.HEARD).value
        ticket["last_message_at"] = self.now
        if before is TicketStatus.WAITING and ticket["first_reply_at"] is None:
            ticket["first_reply_at"] = self.now  # the reply that was held leaves with this message
        if not effect.is_courtesy:
            ticket["awaiting_since"] = ticket["awaiting_since"] or self.now
        if before is TicketStatus.RESOLVED and ticket["status"] != before:
            ticket |= {"owner": None, "owner_name": None, "resolution": None, "resolved_at": None}
            ticket |= {"reopened_at": self.now, "escalated_at": None, "owner_active_at": None}
            self.thread.log(self.now, "ticket_reopened", ticket_id=ticket["id"])
        self.thread.log(self.now, "forwarded", message_id=effect.message_id)

    @apply.register
    def _(self, effect: SetTimer) -> None:
        if effect.timer is Timer.NO_INPUT and self._capabilities.spoken:
            return  # a caller's silence is heard in the call; nobody is rung to be reminded
        self.thread.timers_are_over = False
        self.thread.new_timers[effect.timer.value] = {
            "conversation_id": self.thread.id,
            "name": effect.timer.value,
            "epoch": effect.epoch,
            "due_at": effect.due,
        }

    @apply.register
    def _(self, effect: Suppress) -> None:
        self.opted_out_by = effect.source
        self.thread.customer |= {"opted_out_at": self.now, "opted_out_by": effect.source}
        self.thread.log(self.now, "opted_out", source=effect.source)

    @apply.register
    def _(self, effect: Unsuppress) -> None:
        self.thread.customer |= {"opted_out_at": None, "opted_out_by": None}
        self.opted_in = True
        self.thread.log(self.now, "opted_in", source=effect.source)

    @apply.register
    def _(self, effect: CancelUnsent) -> None:
        self.thread.bot_is_cancelled = True
        for row in self.thread.new_outbox:
            if row["kind"] == "prompt":
                row |= {"state": "cancelled", "error": "taken over or opted out"}

    @apply.register
    def _(self, effect: Reopen) -> None:
        self.thread.log(self.now, "reopened")

    @apply.register
    def _(self, effect: Close) -> None:
        thread = self.thread
        thread.timers_are_over = True
        thread.new_timers.clear()
        if thread.row["answered_at"] is None:
            thread.invitation_status = _STATUS_AT_CLOSE.get(effect.outcome, thread.invitation_status)
        thread.log(self.now, "closed", outcome=effect.outcome.value)


_COLUMN = {SCORE: "score", REASON: "reason", ASPECT: "aspect"}
_STATUS_AT_CLOSE = {Outcome.NO_ANSWER: "expired", Outcome.UNREACHABLE: "undeliverable"}


def apply_effects(applied: Applied, event: Event, turn: Turn) -> None:
    """Put `turn` into the thread's rows: the log, the new value, and every effect in order."""
    thread, before = applied.thread, applied.thread.value
    thread.is_changed = True
    data = {"from": before.state.value, "to": turn.conversation.state.value}
    if isinstance(event, TakenOver):
        data["by"] = event.user_id
    if isinstance(event, Undeliverable):
        data["code"] = event.code
    thread.log(applied.now, _name(event), **data)
    if isinstance(event, TakenOver | Released | Returned):
        thread.row["owner_epoch"] += 1
    if isinstance(event, TakenOver | Released | Returned | Resolved):
        thread.timers_are_over = True
    thread.value = turn.conversation
    for effect in turn.effects:
        applied.apply(effect)


def _name(event: Event) -> str:
    """`TakenOver` → `taken_over`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(event).__name__).lower()
