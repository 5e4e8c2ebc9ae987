"""Deadlines: which clocks run, what is due, and that looking twice finds nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from common.queue.book import Book, Policy, shipped_policy
from common.queue.deadlines import Clock, Duty, look, loses_owner_at, running, standing
from common.queue.hours import whole_week

AT = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
POLICY = Policy(
    hours=whole_week("UTC"),
    first_reply=60 * MINUTE,
    next_reply=30 * MINUTE,
    resolve=480 * MINUTE,
    warn_percent=50,
    silent_after=45 * MINUTE,
)


def ticket(**columns: Any) -> dict[str, Any]:
    return {
        "status": "open",
        "reason": "detractor",
        "score": 6,
        "value": 0,
        "opened_at": AT,
        "due_at": AT,
        "reopened_at": None,
        "awaiting_since": AT,
        "first_reply_at": None,
        "owner_active_at": None,
        "reply_warned_at": None,
        "reply_breached_at": None,
        "resolve_warned_at": None,
        "resolve_breached_at": None,
        "escalated_at": None,
    } | columns


def duties(row: dict[str, Any], minutes: float) -> list[tuple[str, str | None]]:
    found = look(row, POLICY, AT + minutes * MINUTE)
    return [(due.duty.value, due.running.clock.value if due.running else None) for due in found.due]


def test_the_clocks_of_a_life() -> None:
    assert [each.clock for each in running(ticket(), POLICY)] == [Clock.FIRST_REPLY, Clock.RESOLVE]
    answered = ticket(status="waiting", awaiting_since=None, first_reply_at=AT + 5 * MINUTE)
    assert [each.clock for each in running(answered, POLICY)] == [Clock.RESOLVE]
    heard = answered | {"status": "claimed", "awaiting_since": AT + 20 * MINUTE}
    first, _ = running(heard, POLICY)
    assert (first.clock, first.due_at) == (Clock.NEXT_REPLY, AT + 50 * MINUTE)
    assert running(ticket(status="resolved"), POLICY) == []
    again = ticket(reopened_at=AT + 90 * MINUTE, awaiting_since=AT + 90 * MINUTE, first_reply_at=AT)
    assert [each.since for each in running(again, POLICY)] == [AT + 90 * MINUTE] * 2


def test_warned_once_then_missed_once() -> None:
    row = ticket()
    assert duties(row, 29.9) == []
    assert duties(row, 30) == [("sla_warned", "first_reply")]
    row["reply_warned_at"] = AT + 30 * MINUTE
    assert duties(row, 59.9) == []
    assert duties(row, 60) == [("sla_breached", "first_reply")]
    row["reply_breached_at"] = AT + 60 * MINUTE
    assert duties(row, 239) == []
    assert duties(row, 240) == [("sla_warned", "resolve")]
    assert duties(row | {"resolve_warned_at": AT + 240 * MINUTE}, 480) == [("sla_breached", "resolve")]


def test_a_tick_that_slept_tells_of_the_deadline_alone() -> None:
    assert duties(ticket(), 70) == [("sla_breached", "first_reply")]


def test_marks_of_an_earlier_run_count_no_more() -> None:
    marks = {"reply_warned_at": AT + 30 * MINUTE, "reply_breached_at": AT + 60 * MINUTE}
    row = ticket(first_reply_at=AT + 70 * MINUTE, awaiting_since=AT + 80 * MINUTE, status="claimed", **marks)
    assert ("sla_warned", "next_reply") in duties(row, 95)


def test_the_silent_owner() -> None:
    row = ticket(status="claimed", owner_active_at=AT + 10 * MINUTE)
    assert loses_owner_at(row, POLICY) == AT + 55 * MINUTE
    assert Duty.LOSE_OWNER not in {due.duty for due in look(row, POLICY, AT + 54 * MINUTE).due}
    assert Duty.LOSE_OWNER in {due.duty for due in look(row, POLICY, AT + 55 * MINUTE).due}
    assert loses_owner_at(row | {"owner_active_at": None}, POLICY) == AT + 45 * MINUTE
    for column in ({"status": "waiting"}, {"status": "open"}, {"awaiting_since": None}):
        assert loses_owner_at(row | column, POLICY) is None
    assert loses_owner_at(row, shipped_policy("UTC")) is not None
    assert loses_owner_at(row, Policy(hours=POLICY.hours, silent_after=None)) is None


def test_priority_rises_at_its_time_and_not_before() -> None:
    row = ticket(score=7)  # 15 points, 20 after a third of the hour
    first = look(row, POLICY, AT)
    assert (first.priority, first.check_at) == (3, AT + 20 * MINUTE)
    assert look(row, POLICY, AT + 19.9 * MINUTE).priority == 3
    assert look(row, POLICY, AT + 20 * MINUTE).priority == 2
    assert look(row | {"escalated_at": AT}, POLICY, AT).priority == 1
    assert look(row | {"awaiting_since": None}, POLICY, AT + 20 * MINUTE).priority == 3


def test_what_follows_from_the_rest() -> None:
    kept = standing(ticket(), POLICY, AT)
    assert kept == {"due_at": AT + 60 * MINUTE, "priority": 2, "check_at": AT + 30 * MINUTE}
    assert standing(ticket(), POLICY, AT + 30 * MINUTE)["check_at"] == AT + 30 * MINUTE  # something is due
    resolved = standing(ticket(status="resolved", awaiting_since=None), POLICY, AT)
    assert (resolved["due_at"], resolved["check_at"]) == (AT, None)


def test_a_team_without_a_policy_has_everyones() -> None:
    book = Book(default=POLICY, policies={"Billing": shipped_policy("UTC")})
    assert book.policy("Billing") is book.policies["Billing"]
    assert book.policy("Shop") is book.policy(None) is POLICY


@given(st.lists(st.integers(1, 200), max_size=12), st.sampled_from(["open", "claimed"]), st.integers(0, 10))
def test_each_thing_is_done_once_whenever_anybody_looks(steps: list[int], status: str, score: int) -> None:
    """Looking at any times at all: no clock warns or is missed twice, none after it was missed, and it all ends."""
    row, at, told = ticket(status=status, score=score, owner_active_at=AT), AT, []
    for minutes in [*steps, 10_000]:
        at += minutes * MINUTE
        found = look(row, POLICY, at)
        for due in found.due:
            if due.running is None:
                row["status"] = "open"
                told.append("silent")
                continue
            kind = "resolve" if due.running.clock is Clock.RESOLVE else "reply"
            row[f"{kind}_{'warned' if due.duty is Duty.WARN else 'breached'}_at"] = at
            told.append(f"{kind} {due.duty}")
            if due.duty is Duty.BREACH:
                row["escalated_at"] = at
        assert look(row, POLICY, at).due == ()
    assert len(told) == len(set(told))
    assert {"reply sla_breached", "resolve sla_breached"} <= set(told)
    for kind in ("reply", "resolve"):
        if f"{kind} sla_warned" in told:
            assert told.index(f"{kind} sla_warned") < told.index(f"{kind} sla_breached")
    assert look(row, POLICY, at).check_at is None
