"""Whether we may ask: one check for each reason not to.

Every check has a sentence for both verdicts, because the ledger shows all of them. The checks fail closed: no consent
on record, no word that an outbound call reached the customer, no zone to tell quiet hours by, each forbids.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from common.outreach import words
from common.outreach.decision import Check, Direction, Facts, Reason, Rules
from common.outreach.outcomes import is_substantive
from common.outreach.plan import Plan


def _opt_out(rules: Rules, facts: Facts, plan: Plan) -> Check:
    since = facts.opted_out_at
    if since is None:
        said = "this customer has not opted out"
    else:
        said = f"this customer opted out on {words.moment(since, plan.zone)}"
    return Check(
        reason=Reason.OPT_OUT, passed=since is None, words=said, measured={"opted_out_at": words.rfc3339(since)}
    )


def _no_consent(rules: Rules, facts: Facts, plan: Plan) -> Check:
    said = {
        True: "this customer consented to being asked",
        False: "this customer did not consent to being asked",
        None: "nobody recorded that this customer consents to being asked",
    }[facts.consent]
    return Check(
        reason=Reason.NO_CONSENT, passed=facts.consent is True, words=said, measured={"consent": facts.consent}
    )


def _channel_off(rules: Rules, facts: Facts, plan: Plan) -> Check:
    if facts.survey_channel is None:
        passed, said = False, f"the survey does not ask after interactions over {words.channel_name(facts.channel)}"
    else:
        passed = facts.channel_is_on
        said = f"{words.channel_name(facts.survey_channel)} is {'set up' if passed else 'switched off or not set up'}"
    return Check(
        reason=Reason.CHANNEL_OFF,
        passed=passed,
        words=said,
        measured={"channel": facts.channel, "survey_channel": facts.survey_channel},
    )


def _no_endpoint(rules: Rules, facts: Facts, plan: Plan) -> Check:
    passed = bool(facts.endpoint and facts.endpoint.strip())
    where = words.channel_name(facts.survey_channel or facts.channel)
    said = f"the customer's address for {where} is {'known' if passed else 'not known'}"
    return Check(reason=Reason.NO_ENDPOINT, passed=passed, words=said, measured={"has_endpoint": passed})


def _not_substantive(rules: Rules, facts: Facts, plan: Plan) -> Check:
    passed = is_substantive(facts.direction, facts.outcome)
    outcome = f"ended as “{facts.outcome[:80]}”" if facts.outcome else "came without an outcome"
    direction = "outbound" if facts.direction != Direction.INBOUND else "inbound"
    said = f"this {direction} interaction {outcome}, which {'is' if passed else 'does not show'} a real conversation"
    return Check(
        reason=Reason.NOT_SUBSTANTIVE,
        passed=passed,
        words=said,
        measured={"direction": direction, "outcome": facts.outcome[:80] if facts.outcome else None},
    )


def _too_short(rules: Rules, facts: Facts, plan: Plan) -> Check:
    duration, least = facts.duration, rules.min_duration
    passed = duration is None or duration >= least
    if duration is None:
        said = "the interaction has no duration"
    else:
        said = f"the interaction lasted {words.span(duration)}; the least is {words.span(least)}"
    return Check(
        reason=Reason.TOO_SHORT,
        passed=passed,
        words=said,
        measured={
            "duration_s": None if duration is None else _seconds(duration),
            "min_duration_s": _seconds(least),
        },
    )


def _duplicate(rules: Rules, facts: Facts, plan: Plan) -> Check:
    said = f"this interaction {'already has' if facts.already_invited else 'does not have'} an invitation"
    return Check(
        reason=Reason.DUPLICATE,
        passed=not facts.already_invited,
        words=said,
        measured={"already_invited": facts.already_invited},
    )


def _too_late(rules: Rules, facts: Facts, plan: Plan) -> Check:
    window = words.span(rules.latest_after)
    passed = plan.send_at is not None and plan.send_at < plan.latest
    if plan.wanted >= plan.latest and plan.wanted > plan.earliest:
        ago = words.about(plan.wanted - facts.ended_at)
        said = f"the interaction ended {ago} ago; nothing is sent {window} after the end or later"
    elif plan.send_at is None:
        said = "quiet hours are set and nobody knows the customer's time zone, so no moment is known to be allowed"
    else:
        first = words.moment(plan.send_at, plan.zone)
        last = words.moment(plan.latest, plan.zone)
        said = f"the first allowed moment is {first}; nothing is sent at {last} or later, {window} after the end"
    return Check(
        reason=Reason.TOO_LATE,
        passed=passed,
        words=said,
        measured={
            "send_after_s": _seconds(rules.waiting_time(facts.survey_channel)),
            "latest_after_s": _seconds(rules.latest_after),
        },
    )


def _fatigue(rules: Rules, facts: Facts, plan: Plan) -> Check:
    """Measured from sending to sending: what counts is how soon after the last question the next one arrives."""
    limit, last = rules.fatigue, facts.last_invited_at
    sending = plan.send_at or plan.wanted
    gap = None if last is None else sending - last
    passed = not limit or gap is None or gap >= limit
    over = f" over {words.channel_name(facts.last_invited_channel)}" if facts.last_invited_channel else ""
    bound = f"the limit is {words.span(limit)}" if limit else "no limit is set"
    if last is None:
        said = f"this customer has not been asked before; {bound}"
    elif last > facts.now:
        said = f"this customer is going to be asked{over} at {words.moment(last, plan.zone)}; {bound}"
    else:
        said = f"this customer was asked {words.about(facts.now - last)} ago{over}; {bound}"
    return Check(
        reason=Reason.FATIGUE,
        passed=passed,
        words=said,
        measured={
            "fatigue_days": limit / timedelta(days=1) if limit else 0,
            "last_invited_at": words.rfc3339(last),
            "last_invited_channel": facts.last_invited_channel,
            "days_since_last_invitation": None if gap is None else round(gap / timedelta(days=1), 3),
        },
    )


def _seconds(length: timedelta) -> int | float:
    seconds = length.total_seconds()
    return int(seconds) if seconds.is_integer() else seconds


CHECKS: Mapping[Reason, Callable[[Rules, Facts, Plan], Check]] = {
    Reason.OPT_OUT: _opt_out,
    Reason.NO_CONSENT: _no_consent,
    Reason.CHANNEL_OFF: _channel_off,
    Reason.NO_ENDPOINT: _no_endpoint,
    Reason.NOT_SUBSTANTIVE: _not_substantive,
    Reason.TOO_SHORT: _too_short,
    Reason.DUPLICATE: _duplicate,
    Reason.TOO_LATE: _too_late,
    Reason.FATIGUE: _fatigue,
}
