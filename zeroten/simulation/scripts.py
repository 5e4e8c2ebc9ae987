"""What one customer does, and what must come of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

ANYTHING = "*"
"""An expected reason that is not looked at."""
SMS, WEBCHAT, TELEGRAM, WHATSAPP = "sms", "webchat", "telegram", "whatsapp"
BUTTONS = frozenset({WEBCHAT, TELEGRAM, WHATSAPP})
"""Where questions have controls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing that the customer does once the business has said `after` things in this conversation.

    say: the words. tap: where the question has a control, the option taken instead (`skip` = its button).
    times: how often the same text is sent at once, as by an impatient thumb. stop: the page's own opt-out. wait_min:
    minutes that the customer takes. is_late: only after the conversation has ended for want of an answer. person: not
    the customer but somebody of the business acts: "claim" takes the ticket and replies `say`, "resolve" ends it.
    """

    after: int
    say: str = ""
    tap: str = ""
    question: str = ""
    times: int = 1
    stop: bool = False
    wait_min: float = 1.0
    is_late: bool = False
    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What must be true in the end.

    decision, decision_reason: of the interaction. outcome: of the conversation, None = there is none. ticket: why one
    was opened, None = there must be none; there is never more than one. asked: how often each question may be put in
    the words of its first asking.
    """

    decision: str = "invite"
    decision_reason: str | None = None
    outcome: str | None = None
    score: int | None = None
    reason: str | None = None
    aspect: str | None = None
    ticket: str | None = None
    opts_out: bool = False
    asked: Mapping[str, int] = field(default_factory=lambda: {"score": 1, "reason": 1, "aspect": 1})


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """One person: who they are, the interaction that ends, what they do, what must come of it.

    chat: the person's chat with the bot, or number on WhatsApp, for those who are asked there. echo: the same person
    ends another interaction soon after, under this customer id; it must be suppressed for fatigue. returns: they come
    back after everything, and an opt-out must still stand. shows: what WhatsApp tells of them: "number", "user_id" or
    "both". writes_first: they wrote there just before they are asked, so it may be done in free text.
    """

    number: int
    kind: str
    id: str
    name: str
    phone: str | None
    channel: str
    locale: str
    acts: tuple[Act, ...]
    expected: Expected
    interaction: Mapping[str, Any]
    echo: str | None = None
    returns: bool = False
    chat: str | None = None
    shows: str = "both"
    writes_first: bool = True

    @property
    def is_late(self) -> bool:
        """True if something is still to be done after the conversation has ended by silence."""
        return any(act.is_late for act in self.acts)

    def as_json(self) -> dict[str, Any]:
        """For a checker that shares no code with us."""
        return asdict(self)
