"""Deadlines: which clocks run on a ticket, what is due now, and when to look again. Pure; counted in working time.

While a customer waits for an answer, the first-reply or the next-reply clock runs; until the ticket is resolved, so
does the resolution's. A clock warns once, when `warn_percent` of its time has passed, and is missed once; a warning
that comes no sooner than the deadline is left out. Whoever looks twice finds nothing the second time, because what was
done is written on the ticket: a mark that is older than the clock's beginning belongs to an earlier run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from common.queue.book import Policy
from common.queue.life import TicketStatus
from common.queue.priority import Weight, priority, rises_at

_ASKED = {"human_requested", "callback"}


class Clock(StrEnum):
    """What somebody is to do in time."""

    FIRST_REPLY = "first_reply"
    NEXT_REPLY = "next_reply"
    RESOLVE = "resolve"


class Duty(StrEnum):
    """What is due on a ticket; also the name of the event that says so in its thread."""

    WARN = "sla_warned"
    BREACH = "sla_breached"
    LOSE_OWNER = "owner_silent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A clock that runs. is_warned, is_missed: in this run, already."""

    clock: Clock
    since: datetime
    allowed: timedelta
    warn_at: datetime
    due_at: datetime
    is_warned: bool
    is_missed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One thing to do now. running: the clock it is about, None for the silent owner."""

    duty: Duty
    running: Running | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a ticket stands. due_at: the nearest deadline, None if none runs. check_at: when something changes next."""

    due: tuple[Due, ...]
    due_at: datetime | None
    check_at: datetime | None
    priority: int


def running(ticket: Mapping[str, Any], policy: Policy) -> list[Running]:
    """The clocks that run on this ticket, the answer's before the resolution's."""
    if ticket["status"] == TicketStatus.RESOLVED:
        return []
    clocks = []
    if (since := ticket["awaiting_since"]) is not None:
        clock, allowed = Clock.FIRST_REPLY, policy.first_reply
        if ticket["first_reply_at"] is not None:
            clock, allowed = Clock.NEXT_REPLY, policy.next_reply
        clocks.append(_running(clock, since, allowed, policy, ticket, "reply"))
    since = ticket["reopened_at"] or ticket["opened_at"]
    clocks.append(_running(Clock.RESOLVE, since, policy.resolve, policy, ticket, "resolve"))
    return clocks


def _running(
    clock: Clock, since: datetime, allowed: timedelta, policy: Policy, ticket: Mapping[str, Any], kind: str
) -> Running:
    return Running(
        clock=clock,
        since=since,
        allowed=allowed,
        warn_at=policy.hours.add(since, allowed * policy.warn_percent / 100),
        due_at=policy.hours.add(since, allowed),
        is_warned=_is_after(ticket[f"{kind}_warned_at"], since),
        is_missed=_is_after(ticket[f"{kind}_breached_at"], since),
    )


def _is_after(mark: datetime | None, since: datetime) -> bool:
    return mark is not None and mark >= since


def look(ticket: Mapping[str, Any], policy: Policy, now: datetime) -> Look:
    """What is due on `ticket` (its row, by column name) at `now`, and how it stands."""
    clocks = running(ticket, policy)
    due: list[Due] = []
    coming: list[datetime] = []
    for each in clocks:
        if each.is_missed:
            continue
        if each.due_at <= now:
            due.append(Due(duty=Duty.BREACH, running=each))
            continue
        coming.append(each.due_at)
        if each.is_warned:
            continue
        if each.warn_at <= now:
            due.append(Due(duty=Duty.WARN, running=each))
        else:
            coming.append(each.warn_at)
    silent_at = loses_owner_at(ticket, policy)
    if silent_at is not None and silent_at <= now:
        due.append(Due(duty=Duty.LOSE_OWNER))
    elif silent_at is not None:
        coming.append(silent_at)
    level, rises = _urgency(ticket, clocks, policy, now)
    coming += [rises] if rises is not None else []
    return Look(
        due=tuple(due),
        due_at=min((each.due_at for each in clocks), default=None),
        check_at=now if due else min(coming, default=None),
        priority=level,
    )


def loses_owner_at(ticket: Mapping[str, Any], policy: Policy) -> datetime | None:
    """When the owner will have been silent too long; None while there is none or nobody waits for an answer."""
    since = ticket["awaiting_since"]
    if ticket["status"] != TicketStatus.CLAIMED or since is None or policy.silent_after is None:
        return None
    return policy.hours.add(max(since, ticket["owner_active_at"] or since), policy.silent_after)


def _urgency(
    ticket: Mapping[str, Any], clocks: list[Running], policy: Policy, now: datetime
) -> tuple[int, datetime | None]:
    """The priority now, and when waiting alone will raise it."""
    weight = Weight(score=ticket["score"], value=ticket["value"] or 0, asked=ticket["reason"] in _ASKED)
    is_late = ticket["escalated_at"] is not None
    waited = next((each for each in clocks if each.clock is not Clock.RESOLVE), None)
    if waited is None or is_late:
        return priority(weight, 0.0, is_late=is_late), None
    share = policy.hours.between(waited.since, now) / waited.allowed
    rising = rises_at(weight, share)
    at = None if rising is None else policy.hours.add(waited.since, waited.allowed * rising)
    if at is not None and at <= now:  # the share fell short of the step by a rounding
        return priority(weight, rising or 0.0), None
    return priority(weight, share), at


def standing(ticket: Mapping[str, Any], policy: Policy, now: datetime) -> dict[str, Any]:
    """The columns of `ticket` that follow from the others: due_at, priority and check_at."""
    found = look(ticket, policy, now)
    return {"due_at": found.due_at or ticket["due_at"], "priority": found.priority, "check_at": found.check_at}
