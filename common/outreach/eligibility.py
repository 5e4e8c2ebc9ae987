"""The decision: may we ask this customer about this interaction, and when?

Every rule is looked at, also when an earlier one already forbids, so that the ledger shows all of them; the first that
fails gives the reason. The same rules are looked at again when the message is about to leave (`may_still_send`), for a
customer may have opted out, been asked about something else, or moved in the meantime.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from common.outreach import words
from common.outreach.checks import CHECKS
from common.outreach.decision import Check, Defer, Facts, Invite, Json, Reason, Rules, SendNow, Suppress, Trail
from common.outreach.plan import Plan, make_plan, useful_until, what_set_the_moment

_MAY_CHANGE = frozenset(Reason) - {Reason.NOT_SUBSTANTIVE, Reason.TOO_SHORT, Reason.DUPLICATE}
"""Looked at again at the lease. What the interaction was, is settled when the invitation is made."""


def decide(rules: Rules, facts: Facts) -> Invite | Suppress:
    """Decide once, when the interaction is reported. Deterministic: the same rules and facts, the same decision."""
    plan = make_plan(rules, facts)
    checks = tuple(CHECKS[reason](rules, facts, plan) for reason in Reason)
    refusal = next((check for check in checks if not check.passed), None)
    if refusal is not None:
        return _suppress(rules, facts, plan, checks, refusal)
    # All checks passed, so both are known; this tells the type checker.
    assert plan.send_at is not None
    assert facts.survey_channel is not None
    rule, why = what_set_the_moment(rules, facts, plan)
    return Invite(
        send_at=plan.send_at,
        useful_until=useful_until(rules, plan, plan.send_at),
        channel=facts.survey_channel,
        explanation=(
            f"Asked over {words.channel_name(facts.survey_channel)} at {words.moment(plan.send_at, plan.zone)}: {why}."
        ),
        trail=Trail(rule=rule, clock=_clock(rules, facts, plan), checks=checks),
    )


def may_still_send(rules: Rules, facts: Facts) -> SendNow | Defer | Suppress:
    """Look again when the message is leased for sending, with `facts` as they are now.

    What the interaction was (substantive, long enough, asked once) was settled when the invitation was made and is not
    asked again. `facts.last_invited_at` must be that of the person's *other* invitations.
    """
    plan = make_plan(rules, facts)
    checks = tuple(CHECKS[reason](rules, facts, plan) for reason in Reason if reason in _MAY_CHANGE)
    refusal = next((check for check in checks if not check.passed), None)
    if refusal is not None:
        return _suppress(rules, facts, plan, checks, refusal)
    assert plan.send_at is not None  # the check for too late has passed
    if plan.send_at > facts.now:
        _, why = what_set_the_moment(rules, facts, plan)
        return Defer(at=plan.send_at, explanation=f"Waits until {words.moment(plan.send_at, plan.zone)}: {why}.")
    return SendNow(useful_until=useful_until(rules, plan, plan.send_at))


def _suppress(rules: Rules, facts: Facts, plan: Plan, checks: tuple[Check, ...], refusal: Check) -> Suppress:
    return Suppress(
        reason=refusal.reason,
        explanation=f"Not asked: {refusal.words}.",
        trail=Trail(rule=str(refusal.reason), clock=_clock(rules, facts, plan), checks=checks),
    )


def _clock(rules: Rules, facts: Facts, plan: Plan) -> dict[str, Json]:
    quiet_hours = rules.quiet_hours
    return {
        "now": words.rfc3339(facts.now),
        "now_local": _local(facts.now, plan.zone),
        "ended_at": words.rfc3339(facts.ended_at),
        "ended_at_local": _local(facts.ended_at, plan.zone),
        "earliest_at": words.rfc3339(plan.earliest),
        "send_at": words.rfc3339(plan.send_at),
        "send_at_local": _local(plan.send_at, plan.zone),
        "latest_at": words.rfc3339(plan.latest),
        "timezone": plan.zone.key if plan.zone else None,
        "timezone_source": str(plan.known_zone.source) if plan.known_zone else None,
        "quiet_hours": [f"{quiet_hours.start:%H:%M}", f"{quiet_hours.end:%H:%M}"] if quiet_hours else None,
    }


def _local(instant: datetime | None, zone: ZoneInfo | None) -> str | None:
    return None if instant is None or zone is None else instant.astimezone(zone).isoformat()
