"""When we would ask: the waiting time, the send window and quiet hours, before any rule has its say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from common.outreach import words
from common.outreach.decision import Facts, Rules
from common.outreach.quiet_hours import next_allowed, next_quiet
from common.outreach.zones import KnownZone, choose_zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """When we would ask if every rule allowed it; all UTC.

    earliest: the waiting time is over. wanted: the same, or now if that has passed. send_at: the first moment from then
    on outside quiet hours; None if quiet hours are set and nobody knows the zone. latest: from here on it is too late.
    """

    earliest: datetime
    wanted: datetime
    send_at: datetime | None
    latest: datetime
    known_zone: KnownZone | None

    @property
    def zone(self) -> ZoneInfo | None:
        """The customer's zone as far as anybody knows it."""
        return self.known_zone.zone if self.known_zone else None


def make_plan(rules: Rules, facts: Facts) -> Plan:
    """When we would ask, were every rule to allow it."""
    ended_at = facts.ended_at.astimezone(UTC)
    earliest = ended_at + rules.waiting_time(facts.survey_channel)
    wanted = max(earliest, facts.now.astimezone(UTC))
    known_zone = choose_zone(customer=facts.timezone, phone_number=facts.phone_timezone, company=facts.zone_fallback)
    send_at: datetime | None = wanted
    if rules.quiet_hours is not None:
        send_at = next_allowed(wanted, rules.quiet_hours, known_zone.zone) if known_zone else None
    return Plan(
        earliest=earliest,
        wanted=wanted,
        send_at=send_at,
        latest=ended_at + rules.latest_after,
        known_zone=known_zone,
    )


def useful_until(rules: Rules, plan: Plan, send_at: datetime) -> datetime:
    """The latest moment, or the next quiet hours if those begin earlier."""
    if rules.quiet_hours is None or plan.zone is None:
        return plan.latest
    quiet_from = next_quiet(send_at, rules.quiet_hours, plan.zone)
    return plan.latest if quiet_from is None else min(plan.latest, quiet_from)


def what_set_the_moment(rules: Rules, facts: Facts, plan: Plan) -> tuple[str, str]:
    """The rule that set the moment of sending, and the same in words."""
    waiting = rules.waiting_time(facts.survey_channel)
    if plan.send_at != plan.wanted:
        wanted = words.moment(plan.wanted, plan.zone)
        return "quiet_hours", f"{wanted} lies in the quiet hours {rules.quiet_hours}, so it waits for their end"
    if plan.wanted > plan.earliest:
        return "at_once", f"the waiting time of {words.span(waiting)} was already over, so at once"
    if not waiting:
        return "send_after", "as soon as the interaction ended"
    return "send_after", f"{words.span(waiting)} after the interaction ended"
