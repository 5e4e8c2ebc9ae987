"""Quiet hours in every kind of zone, against a brute-force clock that is looked at minute by minute."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.outreach.quiet_hours import QuietHours, next_allowed, next_quiet

BERLIN = ZoneInfo("Europe/Berlin")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
KATHMANDU = ZoneInfo("Asia/Kathmandu")
APIA = ZoneInfo("Pacific/Apia")
ODD_ZONES = [
    *("Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "America/Sao_Paulo", "Asia/Tehran"),
    *("America/St_Johns", "Pacific/Chatham", "Africa/Casablanca", "Asia/Gaza", "Antarctica/Troll", "UTC"),
    *("Pacific/Kiritimati", "Etc/GMT+12", "Asia/Kolkata", "America/Asuncion", "Africa/Cairo"),
]
MINUTE = timedelta(minutes=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def hours(start: str, end: str) -> QuietHours:
    parsed = QuietHours.parse([start, end])
    assert parsed is not None
    return parsed


@pytest.mark.parametrize(
    ("zone", "quiet", "instant", "allowed"),
    [
        # An ordinary evening and its edges: quiet at the start, not at the end.
        (BERLIN, ("21:00", "09:00"), "2026-11-22T20:59:59+01:00", "2026-11-22T20:59:59+01:00"),
        (BERLIN, ("21:00", "09:00"), "2026-11-22T21:00:00+01:00", "2026-11-23T09:00:00+01:00"),
        (BERLIN, ("21:00", "09:00"), "2026-11-23T08:59:59+01:00", "2026-11-23T09:00:00+01:00"),
        (BERLIN, ("21:00", "09:00"), "2026-11-23T09:00:00+01:00", "2026-11-23T09:00:00+01:00"),
        # Within the day.
        (BERLIN, ("12:00", "14:00"), "2026-11-22T12:00:00+01:00", "2026-11-22T14:00:00+01:00"),
        (BERLIN, ("12:00", "14:00"), "2026-11-22T11:59:00+01:00", "2026-11-22T11:59:00+01:00"),
        # From and to midnight.
        (BERLIN, ("00:00", "08:00"), "2026-11-22T00:00:00+01:00", "2026-11-22T08:00:00+01:00"),
        (BERLIN, ("21:00", "00:00"), "2026-11-22T23:59:00+01:00", "2026-11-23T00:00:00+01:00"),
        # The short night: 21:00 to 09:00 are eleven hours.
        (BERLIN, ("21:00", "09:00"), "2026-03-28T22:00:00+01:00", "2026-03-29T09:00:00+02:00"),
        # The end falls into the gap (02:00-03:00 does not exist): the jump itself ends the quiet hours.
        (BERLIN, ("21:00", "02:30"), "2026-03-29T01:30:00+01:00", "2026-03-29T03:00:00+02:00"),
        (BERLIN, ("02:00", "02:30"), "2026-03-29T01:59:59+01:00", "2026-03-29T01:59:59+01:00"),
        # All that is open falls into the gap: that night has no open moment.
        (BERLIN, ("03:00", "02:00"), "2026-03-29T01:59:00+01:00", "2026-03-30T02:00:00+02:00"),
        # The long night: 09:00 comes twelve plus one hours later; 02:30 exists twice.
        (BERLIN, ("21:00", "09:00"), "2026-10-24T21:00:00+02:00", "2026-10-25T09:00:00+01:00"),
        (BERLIN, ("01:00", "02:30"), "2026-10-25T01:15:00+02:00", "2026-10-25T02:30:00+02:00"),
        (BERLIN, ("01:00", "02:30"), "2026-10-25T02:10:00+01:00", "2026-10-25T02:30:00+01:00"),
        # The clock falls back out of the quiet hours.
        (BERLIN, ("02:30", "08:00"), "2026-10-25T02:45:00+02:00", "2026-10-25T02:00:00+01:00"),
        # Half an hour of daylight saving; 05:45 from Greenwich; a day that never was.
        (LORD_HOWE, ("21:00", "02:15"), "2026-10-04T01:50:00+10:30", "2026-10-04T02:30:00+11:00"),
        (LORD_HOWE, ("01:00", "01:45"), "2026-04-05T01:40:00+10:30", "2026-04-05T01:45:00+10:30"),
        (KATHMANDU, ("21:00", "09:00"), "2026-11-22T21:30:00+05:45", "2026-11-23T09:00:00+05:45"),
        (APIA, ("21:00", "09:00"), "2011-12-29T22:00:00-10:00", "2011-12-31T09:00:00+14:00"),
        (APIA, ("09:00", "00:00"), "2011-12-29T22:00:00-10:00", "2011-12-31T00:00:00+14:00"),
    ],
)
def test_first_allowed_moment(zone: ZoneInfo, quiet: tuple[str, str], instant: str, allowed: str) -> None:
    found = next_allowed(at(instant), hours(*quiet), zone)
    assert found == at(allowed)
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    ("night", "zone"),
    [
        ("2026-03-28T12:00:00+01:00", BERLIN),
        ("2026-10-24T12:00:00+02:00", BERLIN),
        ("2026-10-03T12:00:00+10:30", LORD_HOWE),
        ("2026-04-04T12:00:00+11:00", LORD_HOWE),
        ("2026-11-22T12:00:00+05:45", KATHMANDU),
        ("2011-12-28T12:00:00-10:00", APIA),
    ],
)
@pytest.mark.parametrize("quiet", [("21:00", "09:00"), ("12:00", "14:00"), ("01:30", "02:15"), ("02:40", "02:05")])
def test_minute_by_minute_over_two_days(night: str, zone: ZoneInfo, quiet: tuple[str, str]) -> None:
    """Walk backwards, so that the expected answer is simply the last open minute seen."""
    window = hours(*quiet)
    minutes = [at(night) + n * MINUTE for n in range(2 * 24 * 60)]
    expected: datetime | None = None
    for minute in reversed(minutes):
        if not window.holds(minute.astimezone(zone).time()):
            expected = minute
        if expected is not None:
            assert next_allowed(minute, window, zone) == expected


TIMES = st.builds(time, st.integers(0, 23), st.integers(0, 59))
INSTANTS = st.datetimes(datetime(2005, 1, 1), datetime(2036, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
ZONES = st.sampled_from(ODD_ZONES).map(ZoneInfo)


@settings(max_examples=150, deadline=None)
@given(INSTANTS, TIMES, TIMES, ZONES)
def test_any_clock_in_any_zone(instant: datetime, start: time, end: time, zone: ZoneInfo) -> None:
    window = QuietHours(start=start, end=end)
    found = next_allowed(instant, window, zone)
    assert found >= instant
    assert not window.holds_at(found, zone)
    moment = instant
    while moment < found:
        assert window.holds_at(moment, zone)
        moment = moment.replace(second=0, microsecond=0) + MINUTE


@settings(max_examples=100, deadline=None)
@given(INSTANTS, TIMES, TIMES, ZONES)
def test_the_next_quiet_moment(instant: datetime, start: time, end: time, zone: ZoneInfo) -> None:
    window = QuietHours(start=start, end=end)
    found = next_quiet(instant, window, zone)
    if found is None:
        assert start == end
        return
    assert found >= instant
    assert window.holds_at(found, zone)
    if found > instant:
        assert not window.holds_at(instant, zone)
        assert not window.holds_at(found - timedelta(microseconds=1), zone)


def test_equal_ends_are_an_empty_window() -> None:
    window = hours("09:00", "09:00")
    assert window.is_empty
    assert not window.holds(time(9, 0))
    noon = at("2026-11-22T12:00:00+01:00")
    assert next_allowed(noon, window, BERLIN) == noon
    assert next_quiet(noon, window, BERLIN) is None


def test_read_from_settings() -> None:
    assert QuietHours.parse(None) is None
    assert QuietHours.parse(["21:00", "09:00"]) == QuietHours(start=time(21), end=time(9))
    assert str(hours("21:00", "09:00")) == "21:00-09:00"


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        ["21:00"],
        ["21:00", "09:00", "10:00"],
        "21",
        ["21:00", "24:00"],
        ["late", "early"],
        [21, 9],
        ["21:00+01:00"] * 2,
    ],
)
def test_what_is_not_quiet_hours_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match=r"time|zone"):
        QuietHours.parse(wrong)  # type: ignore[arg-type]
