"""Working time: what is written on the wall clock, counted on the line of instants, in any zone and over any change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.queue.hours import DAY, Interval, WorkingHours, office_week, whole_week

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
LUNCH = ((9 * 60, 12 * 60 + 30), (13 * 60, 17 * 60 + 30))
OFFICE = WorkingHours(
    zone="Europe/Amsterdam", week=(LUNCH,) * 5 + ((), ()), holidays=frozenset({date(2026, 12, 25), date(2026, 1, 1)})
)
HOUR = timedelta(hours=1)


def local(text: str, zone: ZoneInfo = AMSTERDAM) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-26 09:00", 1.0, "2026-11-26 10:00"),
        ("2026-11-26 12:00", 1.0, "2026-11-26 13:30"),  # over lunch
        ("2026-11-26 12:40", 1.0, "2026-11-26 14:00"),  # from within lunch
        ("2026-11-26 17:00", 1.0, "2026-11-27 09:30"),  # over night
        ("2026-11-27 17:30", 1.0, "2026-11-30 10:00"),  # over the weekend
        ("2026-11-26 11:30", 1.0, "2026-11-26 12:30"),  # to the very end of an interval
        ("2026-12-24 17:00", 1.0, "2026-12-28 09:30"),  # over Christmas and the weekend behind it
        ("2026-11-28 03:00", 8.0, "2026-11-30 17:30"),
        ("2026-11-26 22:00", 0.0, "2026-11-26 22:00"),
    ],
)
def test_by_when(start: str, hours: float, end: str) -> None:
    assert OFFICE.add(local(start), hours * HOUR) == local(end)


@pytest.mark.parametrize(
    ("zone", "day", "interval", "hours"),
    [
        ("Europe/Amsterdam", date(2026, 3, 29), (60, 240), 2),  # 02:00 becomes 03:00
        ("Europe/Amsterdam", date(2026, 10, 25), (60, 240), 4),  # 03:00 becomes 02:00
        ("Europe/Amsterdam", date(2026, 3, 29), (120, 180), 0),  # this hour is not
        ("Africa/Cairo", date(2026, 4, 24), (0, 120), 1),  # midnight itself is jumped over
        ("America/Sao_Paulo", date(2017, 10, 15), (0, DAY), 23),
        ("Pacific/Apia", date(2011, 12, 30), (0, DAY), 0),  # a day that never was
        ("Australia/Lord_Howe", date(2026, 4, 5), (60, 180), 2.5),  # half an hour
    ],
)
def test_changes_of_the_clock(zone: str, day: date, interval: Interval, hours: float) -> None:
    week = tuple((interval,) if weekday == day.weekday() else () for weekday in range(7))
    calendar = WorkingHours(zone=zone, week=week)
    begins = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=2)
    assert calendar.between(begins, begins + timedelta(days=5)) == timedelta(hours=hours)


def test_open_and_closed() -> None:
    assert OFFICE.is_open(local("2026-11-26 09:00"))
    assert not OFFICE.is_open(local("2026-11-26 12:30"))
    assert not OFFICE.is_open(local("2026-12-25 10:00"))
    assert OFFICE.opens_at(local("2026-11-26 12:45")) == local("2026-11-26 13:00")
    assert whole_week("UTC").is_open(datetime(2026, 11, 29, 3, 0, tzinfo=UTC))
    assert office_week("UTC").opens_at(datetime(2026, 11, 28, tzinfo=UTC)) == datetime(2026, 11, 30, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "week",
    [
        ((),) * 7,
        (((540, 1020),),) * 6,
        (((540, 540),),) + ((),) * 6,
        (((540, 1500),),) + ((),) * 6,
        (((540, 700), (650, 1020)),) + ((),) * 6,
        (((0, 59),),) + ((),) * 6,
    ],
)
def test_weeks_that_are_none(week: tuple[tuple[Interval, ...], ...]) -> None:
    with pytest.raises(ValueError, match=r"week|interval"):
        WorkingHours(zone="UTC", week=week)


def test_the_calendar_ends() -> None:
    with pytest.raises(OverflowError):
        office_week("UTC").add(datetime(9999, 12, 1, tzinfo=UTC), timedelta(days=40))


ZONES = ("UTC", "Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Cairo")
INSTANTS = st.integers(0, 3 * 366 * 86_400).map(
    lambda seconds: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(0, seconds)
)
LENGTHS = st.integers(0, 60 * 60 * 24 * 4).map(lambda seconds: timedelta(seconds=seconds))


@st.composite
def calendars(draw: st.DrawFn) -> WorkingHours:
    days = []
    for _ in range(7):
        marks = sorted(draw(st.sets(st.integers(0, DAY), max_size=6)))
        days.append(tuple(zip(marks[::2], marks[1::2], strict=False)))
    days[draw(st.integers(0, 6))] = ((60, 300),)
    base = date(2026, 3, 20)
    off = draw(st.sets(st.integers(0, 20), max_size=5))
    holidays = frozenset(base + timedelta(days=number) for number in off)
    return WorkingHours(zone=draw(st.sampled_from(ZONES)), week=tuple(days), holidays=holidays)


@given(calendars(), INSTANTS, LENGTHS, LENGTHS)
@settings(max_examples=150, deadline=None)
def test_adding_and_counting_agree(hours: WorkingHours, start: datetime, one: timedelta, other: timedelta) -> None:
    end = hours.add(start, one)
    assert end >= start
    assert hours.between(start, end) == one
    assert hours.add(end, other) == hours.add(start, one + other) or not one + other
    assert hours.between(start, hours.add(end, other)) == one + other
    assert hours.between(end, start) == timedelta(0)


@given(calendars(), INSTANTS, LENGTHS)
@settings(max_examples=100, deadline=None)
def test_time_counts_only_while_somebody_works(hours: WorkingHours, start: datetime, passed: timedelta) -> None:
    """Against the slow way: every minute is looked at on the wall clock."""
    start = start.replace(second=0, microsecond=0)
    end = start + passed // (8 * timedelta(minutes=1)) * timedelta(minutes=1)
    zone, minutes, at = ZoneInfo(hours.zone), 0, start
    while at < end:
        shown = at.astimezone(zone)
        now = shown.hour * 60 + shown.minute
        is_day = shown.date() not in hours.holidays
        if shown.fold == 1:
            return  # of an hour that comes twice an interval begins and ends in the first: this way cannot tell
        minutes += is_day and any(begins <= now < ends for begins, ends in hours.week[shown.weekday()])
        at += timedelta(minutes=1)
    assert hours.between(start, end) == timedelta(minutes=minutes)
