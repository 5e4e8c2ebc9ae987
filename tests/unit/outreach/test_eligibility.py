"""One decision for each interaction: reasons and their order, the moment, and the second look at the lease."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.outreach.decision import Defer, Direction, Facts, Invite, Reason, Rules, SendNow, Suppress
from common.outreach.eligibility import decide, may_still_send
from common.outreach.quiet_hours import QuietHours

ENDED = datetime(2026, 11, 22, 9, 4, tzinfo=UTC)  # 10:04 in Amsterdam
NIGHT = QuietHours.parse(["21:00", "09:00"])
RULES = Rules(quiet_hours=NIGHT)
FACTS = Facts(
    now=ENDED + timedelta(seconds=5),
    ended_at=ENDED,
    duration=timedelta(seconds=312),
    direction=Direction.INBOUND,
    outcome="answered",
    channel="voice",
    survey_channel="sms",
    channel_is_on=True,
    endpoint="+31612345678",
    consent=True,
    opted_out_at=None,
    last_invited_at=None,
    already_invited=False,
    timezone="Europe/Amsterdam",
    zone_fallback=None,
)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)

SPOILED: dict[Reason, dict[str, object]] = {
    Reason.OPT_OUT: {"opted_out_at": ENDED - DAY},
    Reason.NO_CONSENT: {"consent": False},
    Reason.CHANNEL_OFF: {"channel_is_on": False},
    Reason.NO_ENDPOINT: {"endpoint": None},
    Reason.NOT_SUBSTANTIVE: {"outcome": "abandoned"},
    Reason.TOO_SHORT: {"duration": timedelta(seconds=12)},
    Reason.DUPLICATE: {"already_invited": True},
    Reason.TOO_LATE: {"now": ENDED + 2 * DAY},
    Reason.FATIGUE: {"last_invited_at": ENDED - 12 * DAY, "last_invited_channel": "sms"},
}


def invited(rules: Rules, facts: Facts) -> Invite:
    decision = decide(rules, facts)
    assert isinstance(decision, Invite), decision
    return decision


def suppressed(rules: Rules, facts: Facts) -> Suppress:
    decision = decide(rules, facts)
    assert isinstance(decision, Suppress), decision
    return decision


def changed(facts: Facts, changes: dict[str, object]) -> Facts:
    return replace(facts, **changes)  # type: ignore[arg-type]


# --- whether ------------------------------------------------------------------------------------------------------


def test_reasons_are_those_of_the_outside_contract_in_its_order() -> None:
    order = "opt_out no_consent channel_off no_endpoint not_substantive too_short duplicate too_late fatigue"
    assert [str(reason) for reason in Reason] == order.split()


@pytest.mark.parametrize(
    ("changes", "reason", "words"),
    [
        (
            SPOILED[Reason.OPT_OUT],
            "opt_out",
            "Not asked: this customer opted out on 2026-11-21 10:04 (Europe/Amsterdam).",
        ),
        (SPOILED[Reason.NO_CONSENT], "no_consent", "Not asked: this customer did not consent to being asked."),
        ({"consent": None}, "no_consent", "Not asked: nobody recorded that this customer consents to being asked."),
        ({"channel_is_on": False}, "channel_off", "Not asked: SMS is switched off or not set up."),
        (
            {"survey_channel": None},
            "channel_off",
            "Not asked: the survey does not ask after interactions over the phone.",
        ),
        ({"endpoint": None}, "no_endpoint", "Not asked: the customer's address for SMS is not known."),
        ({"endpoint": "  "}, "no_endpoint", "Not asked: the customer's address for SMS is not known."),
        (
            {"direction": Direction.OUTBOUND, "outcome": "no_answer"},
            "not_substantive",
            "Not asked: this outbound interaction ended as “no_answer”, which does not show a real conversation.",
        ),
        (
            {"direction": Direction.OUTBOUND, "outcome": None},
            "not_substantive",
            "Not asked: this outbound interaction came without an outcome, which does not show a real conversation.",
        ),
        (
            SPOILED[Reason.TOO_SHORT],
            "too_short",
            "Not asked: the interaction lasted 12 seconds; the least is 30 seconds.",
        ),
        (SPOILED[Reason.DUPLICATE], "duplicate", "Not asked: this interaction already has an invitation."),
        (
            SPOILED[Reason.TOO_LATE],
            "too_late",
            "Not asked: the interaction ended 2 days ago; nothing is sent 24 hours after the end or later.",
        ),
        (
            SPOILED[Reason.FATIGUE],
            "fatigue",
            "Not asked: this customer was asked 12 days ago over SMS; the limit is 60 days.",
        ),
        (
            {"last_invited_at": ENDED + HOUR},
            "fatigue",
            "Not asked: this customer is going to be asked at 2026-11-22 11:04 (Europe/Amsterdam); "
            "the limit is 60 days.",
        ),
    ],
)
def test_each_reason_in_words(changes: dict[str, object], reason: str, words: str) -> None:
    decision = suppressed(RULES, changed(FACTS, changes))
    assert decision.reason == reason
    assert decision.explanation == words


@settings(max_examples=100, deadline=None)
@given(st.sets(st.sampled_from(list(Reason)), min_size=1))
def test_the_first_of_several_reasons_is_given(reasons: set[Reason]) -> None:
    facts = FACTS
    for reason in reasons:
        facts = changed(facts, SPOILED[reason])
    decision = suppressed(RULES, facts)
    assert decision.reason == next(reason for reason in Reason if reason in reasons)
    failed = {check.reason for check in decision.trail.checks if not check.passed}
    assert failed == reasons


@pytest.mark.parametrize(
    ("direction", "outcome", "asked"),
    [
        (Direction.INBOUND, "answered", True),
        (Direction.INBOUND, None, True),
        (Direction.INBOUND, "billing enquiry", True),
        (Direction.INBOUND, "Abandoned", False),
        (Direction.INBOUND, "No-Answer", False),
        (Direction.INBOUND, "missed call", False),
        (Direction.OUTBOUND, "answered", True),
        (Direction.OUTBOUND, "ANSWERED ", True),
        (Direction.OUTBOUND, "completed", True),
        (Direction.OUTBOUND, "Appointment made", True),
        (Direction.OUTBOUND, "not interested", True),
        (Direction.OUTBOUND, "no-answer", False),
        (Direction.OUTBOUND, "busy", False),
        (Direction.OUTBOUND, "voicemail", False),
        (Direction.OUTBOUND, "machine_end_beep", False),
        (Direction.OUTBOUND, "left message", False),
        (Direction.OUTBOUND, "wrong_number", False),
        (Direction.OUTBOUND, "disposition 17", False),
        (Direction.OUTBOUND, "", False),
        (Direction.OUTBOUND, None, False),
    ],
)
def test_which_outcomes_are_a_conversation(direction: Direction, outcome: str | None, asked: bool) -> None:
    decision = decide(RULES, replace(FACTS, direction=direction, outcome=outcome))
    assert isinstance(decision, Invite) is asked
    if isinstance(decision, Suppress):
        assert decision.reason is Reason.NOT_SUBSTANTIVE


def test_a_duration_at_the_limit_is_long_enough_and_none_is_no_matter() -> None:
    assert isinstance(decide(RULES, replace(FACTS, duration=timedelta(seconds=30))), Invite)
    assert isinstance(decide(RULES, replace(FACTS, duration=None)), Invite)
    assert suppressed(RULES, replace(FACTS, duration=timedelta(seconds=29.9))).reason is Reason.TOO_SHORT
    assert suppressed(RULES, replace(FACTS, duration=timedelta(seconds=-5))).reason is Reason.TOO_SHORT


def test_fatigue_is_measured_from_sending_to_sending_and_the_limit_itself_is_enough() -> None:
    send_at = ENDED + 90 * MINUTE
    assert isinstance(decide(RULES, replace(FACTS, last_invited_at=send_at - 60 * DAY)), Invite)
    just_inside = replace(FACTS, last_invited_at=send_at - 60 * DAY + timedelta(microseconds=1))
    assert suppressed(RULES, just_inside).reason is Reason.FATIGUE


@pytest.mark.parametrize("limit", [None, timedelta(0)])
def test_without_a_fatigue_limit_nobody_is_tired(limit: timedelta | None) -> None:
    decision = invited(replace(RULES, fatigue=limit), replace(FACTS, last_invited_at=ENDED))
    assert decision.trail.as_json()["counters"]["fatigue_days"] == 0  # type: ignore[index]


# --- when ---------------------------------------------------------------------------------------------------------


def test_ninety_minutes_after_the_end() -> None:
    decision = invited(RULES, FACTS)
    assert decision.send_at == ENDED + 90 * MINUTE
    assert decision.send_at.tzinfo is UTC
    assert decision.channel == "sms"
    assert decision.explanation == (
        "Asked over SMS at 2026-11-22 11:34 (Europe/Amsterdam): 90 minutes after the interaction ended."
    )
    # Of no use once it is quiet again, which is before the 24 hours are over.
    assert decision.useful_until == datetime(2026, 11, 22, 20, 0, tzinfo=UTC)


def test_an_evening_call_is_asked_about_in_the_morning() -> None:
    ended = datetime(2026, 11, 22, 19, 0, tzinfo=UTC)
    decision = invited(RULES, replace(FACTS, now=ended, ended_at=ended))
    assert decision.send_at == datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    assert decision.useful_until == ended + DAY
    assert decision.trail.rule == "quiet_hours"
    assert decision.explanation == (
        "Asked over SMS at 2026-11-23 09:00 (Europe/Amsterdam): 2026-11-22 21:30 (Europe/Amsterdam) lies in the quiet "
        "hours 21:00-09:00, so it waits for their end."
    )


def test_news_that_comes_late_is_acted_on_at_once() -> None:
    now = ENDED + 3 * HOUR
    decision = invited(RULES, replace(FACTS, now=now))
    assert decision.send_at == now
    assert decision.trail.rule == "at_once"
    assert "the waiting time of 90 minutes was already over, so at once" in decision.explanation


def test_a_channel_may_have_its_own_waiting_time() -> None:
    rules = replace(RULES, send_after_by_channel={"voice": timedelta(0)})
    decision = invited(rules, replace(FACTS, survey_channel="voice", now=ENDED))
    assert decision.send_at == ENDED
    assert decision.explanation.endswith("as soon as the interaction ended.")
    assert invited(rules, FACTS).send_at == ENDED + 90 * MINUTE


def test_an_end_in_the_future_is_believed() -> None:
    """A caller's clock may be ahead; nobody is asked before the interaction ended by the caller's own account."""
    ended = FACTS.now + 3 * HOUR
    assert invited(RULES, replace(FACTS, ended_at=ended)).send_at == ended + 90 * MINUTE


def test_never_at_the_latest_moment_nor_after_it() -> None:
    rules = replace(RULES, quiet_hours=None)
    latest = ENDED + DAY
    assert invited(rules, replace(FACTS, now=latest - timedelta(microseconds=1))).useful_until == latest
    assert suppressed(rules, replace(FACTS, now=latest)).reason is Reason.TOO_LATE


def test_quiet_hours_past_the_window_are_too_late() -> None:
    ended = datetime(2026, 11, 22, 19, 0, tzinfo=UTC)
    rules = replace(RULES, latest_after=13 * HOUR)  # 09:00 in Amsterdam, to the second
    decision = suppressed(rules, replace(FACTS, now=ended, ended_at=ended))
    assert decision.reason is Reason.TOO_LATE
    assert decision.explanation == (
        "Not asked: the first allowed moment is 2026-11-23 09:00 (Europe/Amsterdam); nothing is sent at "
        "2026-11-23 09:00 (Europe/Amsterdam) or later, 13 hours after the end."
    )
    a_second_more = replace(rules, latest_after=13 * HOUR + timedelta(seconds=1))
    assert isinstance(decide(a_second_more, replace(FACTS, now=ended, ended_at=ended)), Invite)


def test_a_window_shorter_than_the_waiting_time_never_opens() -> None:
    assert suppressed(replace(RULES, latest_after=HOUR), FACTS).reason is Reason.TOO_LATE


def test_without_a_zone_nothing_is_sent_while_there_are_quiet_hours() -> None:
    nowhere = replace(FACTS, timezone=None, zone_fallback="Mars/Olympus")
    decision = suppressed(RULES, nowhere)
    assert decision.reason is Reason.TOO_LATE
    assert "nobody knows the customer's time zone" in decision.explanation
    assert decision.trail.as_json()["clock"]["send_at"] is None  # type: ignore[index]
    no_quiet_hours = invited(replace(RULES, quiet_hours=None), nowhere)
    assert "11-22 10:34 (UTC)" in no_quiet_hours.explanation


def test_the_better_known_zone_decides() -> None:
    evening = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)  # 12:00 in Amsterdam, 20:00 in Tokyo, 16:45 in Kathmandu
    facts = replace(FACTS, now=evening, ended_at=evening, zone_fallback="Europe/Amsterdam", timezone="Asia/Tokyo")
    assert invited(RULES, facts).trail.rule == "quiet_hours"
    no_customer_zone = replace(facts, timezone=None, phone_timezone="Asia/Kathmandu")
    clock = invited(RULES, no_customer_zone).trail.clock
    assert clock["timezone"] == "Asia/Kathmandu"
    assert clock["timezone_source"] == "phone_number"
    assert clock["send_at_local"] == "2026-11-22T18:15:00+05:45"


def test_equal_ends_of_quiet_hours_are_no_quiet_hours() -> None:
    rules = replace(RULES, quiet_hours=QuietHours.parse(["09:00", "09:00"]))
    assert invited(rules, FACTS).useful_until == ENDED + DAY


# --- the record ---------------------------------------------------------------------------------------------------


def test_the_trail_is_json_with_rule_clock_and_counters() -> None:
    facts = replace(FACTS, last_invited_at=ENDED - 12 * DAY, last_invited_channel="sms")
    trail = json.loads(json.dumps(suppressed(RULES, facts).trail.as_json()))
    assert trail["rule"] == "fatigue"
    assert trail["clock"] == {
        "now": "2026-11-22T09:04:05+00:00",
        "now_local": "2026-11-22T10:04:05+01:00",
        "ended_at": "2026-11-22T09:04:00+00:00",
        "ended_at_local": "2026-11-22T10:04:00+01:00",
        "earliest_at": "2026-11-22T10:34:00+00:00",
        "send_at": "2026-11-22T10:34:00+00:00",
        "send_at_local": "2026-11-22T11:34:00+01:00",
        "latest_at": "2026-11-23T09:04:00+00:00",
        "timezone": "Europe/Amsterdam",
        "timezone_source": "customer",
        "quiet_hours": ["21:00", "09:00"],
    }
    assert trail["counters"] == {
        "opted_out_at": None,
        "consent": True,
        "channel": "voice",
        "survey_channel": "sms",
        "has_endpoint": True,
        "direction": "inbound",
        "outcome": "answered",
        "duration_s": 312,
        "min_duration_s": 30,
        "already_invited": False,
        "send_after_s": 5400,
        "latest_after_s": 86400,
        "fatigue_days": 60,
        "last_invited_at": "2026-11-10T09:04:00+00:00",
        "last_invited_channel": "sms",
        "days_since_last_invitation": 12.062,
    }
    assert [check["rule"] for check in trail["checks"]] == [str(reason) for reason in Reason]
    assert [check["passed"] for check in trail["checks"]] == [True] * 8 + [False]


def test_nothing_that_names_the_customer_is_kept() -> None:
    for changes in ({}, *SPOILED.values()):
        decision = decide(RULES, changed(FACTS, changes))
        kept = decision.explanation + json.dumps(decision.trail.as_json())
        assert "612345678" not in kept


# --- the second look ------------------------------------------------------------------------------------------------


def test_at_the_lease_all_is_well() -> None:
    look = may_still_send(RULES, replace(FACTS, now=ENDED + 91 * MINUTE))
    assert look == SendNow(useful_until=datetime(2026, 11, 22, 20, 0, tzinfo=UTC))


def test_at_the_lease_the_clock_has_gone_back() -> None:
    look = may_still_send(RULES, FACTS)
    assert isinstance(look, Defer)
    assert look.at == ENDED + 90 * MINUTE
    assert look.explanation == (
        "Waits until 2026-11-22 11:34 (Europe/Amsterdam): 90 minutes after the interaction ended."
    )


def test_at_the_lease_it_has_become_quiet() -> None:
    look = may_still_send(RULES, replace(FACTS, now=datetime(2026, 11, 22, 20, 30, tzinfo=UTC)))
    assert isinstance(look, Defer)
    assert look.at == datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    assert "lies in the quiet hours 21:00-09:00" in look.explanation


def test_at_the_lease_the_customer_has_moved_east() -> None:
    look = may_still_send(RULES, replace(FACTS, now=ENDED + 4 * HOUR, timezone="Asia/Tokyo"))
    assert isinstance(look, Defer)
    assert look.at == datetime(2026, 11, 23, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize("reason", list(Reason))
def test_at_the_lease_what_may_have_changed_is_looked_at_again(reason: Reason) -> None:
    facts = changed(replace(FACTS, now=ENDED + 2 * HOUR), SPOILED[reason])
    look = may_still_send(RULES, facts)
    if reason in {Reason.NOT_SUBSTANTIVE, Reason.TOO_SHORT, Reason.DUPLICATE}:
        assert isinstance(look, SendNow)
    else:
        assert isinstance(look, Suppress)
        assert look.reason is reason
        assert look.trail.rule == reason


def test_at_the_lease_quiet_hours_run_past_the_window() -> None:
    rules = replace(RULES, latest_after=15 * HOUR)
    look = may_still_send(rules, replace(FACTS, now=datetime(2026, 11, 22, 20, 30, tzinfo=UTC)))
    assert isinstance(look, Suppress)
    assert look.reason is Reason.TOO_LATE


# --- hostile input ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["now", "ended_at", "opted_out_at", "last_invited_at"])
def test_a_moment_without_an_offset_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} must carry an offset"):
        changed(FACTS, {name: datetime(2026, 11, 22, 9, 4)})  # noqa: DTZ001


@pytest.mark.parametrize("year", [1, 1969, 9991, 9999])
def test_an_absurd_end_is_refused(year: int) -> None:
    with pytest.raises(ValueError, match="ended_at must lie between"):
        replace(FACTS, ended_at=datetime(year, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("year", [1970, 9990])
def test_a_strange_end_gets_a_decision(year: int) -> None:
    ended = datetime(year, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=-14)))
    assert isinstance(
        decide(replace(RULES, send_after=366 * DAY, latest_after=366 * DAY), replace(FACTS, ended_at=ended)), Suppress
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"send_after": -MINUTE},
        {"latest_after": 400 * DAY},
        {"min_duration": -MINUTE},
        {"fatigue": -DAY},
        {"send_after_by_channel": {"sms": -MINUTE}},
    ],
)
def test_impossible_rules_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Rules(**wrong)  # type: ignore[arg-type]


# --- all clocks, all zones ------------------------------------------------------------------------------------------

ZONES = [
    *("Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "America/Sao_Paulo", "Asia/Tehran"),
    *("America/St_Johns", "Pacific/Chatham", "Africa/Casablanca", "Asia/Gaza", "Antarctica/Troll", "UTC", "nowhere"),
]
WALL = st.times().map(lambda wall: wall.replace(second=0, microsecond=0))
SPANS = st.timedeltas(timedelta(0), timedelta(days=3))
RULE_SETS = st.builds(
    Rules,
    send_after=SPANS,
    latest_after=SPANS,
    fatigue=st.none() | st.timedeltas(timedelta(0), timedelta(days=90)),
    quiet_hours=st.none() | st.builds(QuietHours, start=WALL, end=WALL),
    min_duration=st.just(timedelta(0)),
)
CLOCKS = st.datetimes(datetime(2005, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@settings(max_examples=300, deadline=None)
@given(
    RULE_SETS, CLOCKS, st.timedeltas(-DAY, 4 * DAY), st.none() | st.timedeltas(-DAY, 90 * DAY), st.sampled_from(ZONES)
)
def test_whatever_the_clock_says(
    rules: Rules, ended_at: datetime, later: timedelta, asked_before: timedelta | None, zone: str
) -> None:
    now = ended_at + later
    last = None if asked_before is None else now - asked_before
    facts = replace(FACTS, now=now, ended_at=ended_at, timezone=zone, last_invited_at=last)
    decision = decide(rules, facts)
    assert decision == decide(rules, facts)
    if isinstance(decision, Suppress):
        assert decision.reason in {Reason.TOO_LATE, Reason.FATIGUE}
        return
    assert max(now, ended_at + rules.send_after) <= decision.send_at < ended_at + rules.latest_after
    assert decision.send_at < decision.useful_until <= ended_at + rules.latest_after
    if rules.fatigue and last is not None:
        assert decision.send_at - last >= rules.fatigue
    if rules.quiet_hours is not None:
        assert not rules.quiet_hours.holds_at(decision.send_at, ZoneInfo(zone))
        assert not rules.quiet_hours.holds_at(decision.useful_until - timedelta(microseconds=1), ZoneInfo(zone))
    # Leased at the planned moment nothing has changed, so it goes out then.
    look = may_still_send(rules, replace(facts, now=decision.send_at))
    assert look == SendNow(useful_until=decision.useful_until)
