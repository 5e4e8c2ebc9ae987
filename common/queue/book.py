"""What the administrators decided about the queue: rules of routing, and a policy for each team or for everyone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from common.queue.hours import WorkingHours, office_week
from common.queue.routing import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How soon somebody must act, in working time.

    first_reply: from the ticket's opening. next_reply: from the first words that nobody has answered. resolve: from the
    opening, or opening again. warn_percent: of each of these, when a warning comes. silent_after: so long may an owner
    leave a customer without a word or an act; None = for ever. escalates_to: the team that gets a late ticket which
    nobody has; None = it stays.
    """

    hours: WorkingHours
    first_reply: timedelta = timedelta(hours=4)
    next_reply: timedelta = timedelta(hours=4)
    resolve: timedelta = timedelta(hours=24)
    warn_percent: int = 75
    silent_after: timedelta | None = timedelta(hours=16)
    escalates_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """default: what holds for tickets of no team, and of teams without a policy of their own."""

    default: Policy
    policies: Mapping[str, Policy] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()

    def policy(self, team: str | None) -> Policy:
        """The policy that holds for a ticket of this team."""
        return self.policies.get(team or "", self.default)


def shipped_policy(zone: str) -> Policy:
    """What holds until an administrator decides: office hours in the installation's time zone.

    The resolution time is three days of eight hours; an owner may be silent for two.
    """
    return Policy(hours=office_week(zone))
