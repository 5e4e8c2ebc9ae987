"""How a template stands with its provider: which news moves it where, and what may be changed when.

News is not ordered and may come twice. A decision (approved, rejected, paused, disabled) is never undone by the
`pending` of its own submission that arrives late; only our own submitting, or the provider's own list, says pending
again. What the provider's list says is believed as it stands: it is the truth that webhooks only announce.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from common.templates.approval import Approval, Category

EVENTS: Mapping[str, Approval] = {
    "APPROVED": Approval.APPROVED,
    "PENDING": Approval.PENDING,
    "REJECTED": Approval.REJECTED,
    "PAUSED": Approval.PAUSED,
    "DISABLED": Approval.DISABLED,
    "LIMIT_EXCEEDED": Approval.DISABLED,
    "LOCKED": Approval.DISABLED,
    "IN_APPEAL": Approval.IN_APPEAL,
    "FLAGGED": Approval.APPROVED,  # of low quality and watched, but still to be sent
    "REINSTATED": Approval.APPROVED,
    "UNPAUSED": Approval.APPROVED,
    "UNARCHIVED": Approval.APPROVED,
    "ARCHIVED": Approval.DISABLED,
    "PENDING_DELETION": Approval.DELETED,
    "DELETED": Approval.DELETED,
}
"""Meta's words (`message_template_status_update`, and the status of a template in its list) in ours."""
_REVIVES = frozenset({"REINSTATED", "UNPAUSED", "UNARCHIVED"})
"""Events that bring a disabled template back; a plain `APPROVED` after it is news of an earlier day."""
_DECIDED = frozenset({Approval.APPROVED, Approval.REJECTED, Approval.PAUSED, Approval.DISABLED, Approval.IN_APPEAL})
_EDITABLE = frozenset({Approval.APPROVED, Approval.REJECTED, Approval.PAUSED})
EDITS_PER_DAY = 1
EDITS_PER_30_DAYS = 10
NAME_BLOCKED_FOR = timedelta(days=30)
"""After deleting an approved template, its name cannot be used again for this long."""


def approval_of(event: str) -> Approval | None:
    """What a provider's word means for sending; None for news of something else."""
    return EVENTS.get(event.strip().upper().replace(" ", "_"))


def after_news(current: Approval | None, event: str, told: Approval | None) -> Approval | None:
    """How a template stands after a webhook's news; `current` if the news is older than what is known.

    told: what the adapter made of the news; without it, the event's own word counts.
    """
    new = told or approval_of(event)
    if new is None or new is current:
        return current
    if current is Approval.DELETED:
        return current
    if new is Approval.PENDING and current in _DECIDED:
        return current
    is_revived = event.strip().upper() in _REVIVES
    if current is Approval.DISABLED and new is not Approval.DELETED and not is_revived:
        return Approval.IN_APPEAL if new is Approval.IN_APPEAL else current
    return new


def may_be_sent(approval: Approval | None, asked: Category | None, category: Category | None) -> str | None:
    """None if the provider takes it and it is what we asked for; else why it must not be sent, in one word.

    A template that was asked for as utility and made marketing costs more, reaches fewer people and needs another
    consent: it is not sent until a person accepts that, which makes marketing what we ask for.
    """
    if approval is not Approval.APPROVED:
        return (approval or Approval.DRAFT).value
    if asked is Category.UTILITY and category is Category.MARKETING:
        return "recategorised"
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Editing:
    """Whether the words may be changed at the provider now. why: in words if not; again_at: when it is allowed again.

    left: edits left in the 30 days that end now, None = no limit.
    """

    is_allowed: bool
    why: str = ""
    again_at: datetime | None = None
    left: int | None = None
    may_change_category: bool = True


def editing(approval: Approval | None, edits: Sequence[datetime], now: datetime) -> Editing:
    """What Meta allows: approved ones once a day and ten times in 30 days, rejected and paused ones without limit.

    edits: when an approved version was edited before. The category of an approved template cannot be edited. Source:
    Meta, template management, "Edit limitations".
    """
    if approval in {None, Approval.DRAFT}:
        return Editing(is_allowed=True)
    if approval not in _EDITABLE:
        assert approval is not None
        return Editing(is_allowed=False, why=_WHY_NOT[approval])
    if approval is not Approval.APPROVED:
        return Editing(is_allowed=True)
    month = sorted(at for at in edits if now - at < timedelta(days=30))
    left = EDITS_PER_30_DAYS - len(month)
    if left <= 0:
        again = month[-EDITS_PER_30_DAYS] + timedelta(days=30)
        return Editing(is_allowed=False, why="ten edits in 30 days are made", again_at=again, left=0)
    if month and now - month[-1] < timedelta(days=1):
        again = month[-1] + timedelta(days=1)
        why = "an approved template is edited once a day"
        return Editing(is_allowed=False, why=why, again_at=again, left=left, may_change_category=False)
    return Editing(is_allowed=True, left=left, may_change_category=False)


_WHY_NOT: Mapping[Approval, str] = {
    Approval.PENDING: "it is being reviewed; wait for the decision",
    Approval.IN_APPEAL: "an appeal is being decided; wait for it",
    Approval.DISABLED: "the provider has disabled it; make a new one under another name",
    Approval.DELETED: "it is deleted; its name is blocked for 30 days",
}
