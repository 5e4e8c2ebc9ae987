"""The life of a ticket: open, claimed, waiting, resolved. Every change of a status is a line of `AFTER`.

Nobody else may know what follows what.

Who may do it is another question, answered in `common/tickets/`; here stands what becomes of the ticket.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class TicketStatus(StrEnum):
    """open: nobody has it. claimed: its owner is to act. waiting: for the customer. resolved: done."""

    OPEN = "open"
    CLAIMED = "claimed"
    WAITING = "waiting"
    RESOLVED = "resolved"


class Resolution(StrEnum):
    """How a ticket ended."""

    RECOVERED = "recovered"
    EXPLAINED = "explained"
    NO_CONTACT = "no_contact"
    ESCALATED = "escalated"


class Change(StrEnum):
    """What happens to a ticket.

    given: to another person. passed: to a team. lost: taken from an owner who was silent. answered: the owner wrote,
    or spoke on the telephone. unsaid: the owner took back what had not left. heard: the customer wrote. thanked: the
    customer wrote a mere courtesy.
    """

    CLAIMED = "claimed"
    GIVEN = "given"
    PASSED = "passed"
    RELEASED = "released"
    LOST = "lost"
    ANSWERED = "answered"
    UNSAID = "unsaid"
    RESOLVED = "resolved"
    HEARD = "heard"
    THANKED = "thanked"


_OPEN, _CLAIMED, _WAITING, _RESOLVED = TicketStatus
_OWNED: Mapping[Change, TicketStatus] = {
    Change.GIVEN: _CLAIMED,
    Change.PASSED: _OPEN,
    Change.RELEASED: _OPEN,
    Change.ANSWERED: _WAITING,
    Change.UNSAID: _CLAIMED,
    Change.RESOLVED: _RESOLVED,
    Change.HEARD: _CLAIMED,
    Change.THANKED: _CLAIMED,
}
AFTER: Mapping[TicketStatus, Mapping[Change, TicketStatus]] = MappingProxyType(
    {
        _OPEN: {
            Change.CLAIMED: _CLAIMED,
            Change.GIVEN: _CLAIMED,
            Change.PASSED: _OPEN,
            Change.HEARD: _OPEN,
            Change.THANKED: _OPEN,
        },
        _CLAIMED: {**_OWNED, Change.LOST: _OPEN},
        _WAITING: _OWNED,
        _RESOLVED: {Change.HEARD: _OPEN, Change.THANKED: _RESOLVED},
    }
)
"""Status → what may happen → the status after it."""


class IllegalChange(Exception):
    """It cannot happen to a ticket of this status; nothing changed."""


def after(status: TicketStatus, change: Change) -> TicketStatus:
    """The status after `change`. Raises IllegalChange."""
    try:
        return AFTER[status][change]
    except KeyError:
        raise IllegalChange(f"a ticket that is {status} cannot be {change}") from None


def has_owner(status: TicketStatus) -> bool:
    """True for the statuses in which exactly one person has the ticket."""
    return status in {_CLAIMED, _WAITING}
