"""Slots are in the customer's own zone, on working days, and chosen by their number and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from common.follow_up import FollowUpSettings
from common.follow_up.checking import follow_up_faults, recovery_faults
from common.follow_up.slots import chosen, offered
from common.wording import check_wording

ZONE = ZoneInfo("Europe/Amsterdam")
SETTINGS = FollowUpSettings(hours=((time(9), time(12)), (time(13), time(17))), days=2)


def local(at: datetime) -> str:
    return at.astimezone(ZONE).strftime("%a %H:%M")


@pytest.mark.parametrize(
    ("now", "slots"),
    [
        ("2026-11-26T09:30", ["Thu 13:00", "Fri 09:00", "Fri 13:00"]),
        ("2026-11-26T18:00", ["Fri 09:00", "Fri 13:00", "Mon 09:00", "Mon 13:00"]),
        ("2026-11-28T10:00", ["Mon 09:00", "Mon 13:00", "Tue 09:00", "Tue 13:00"]),
        ("2026-10-23T18:00", ["Mon 09:00", "Mon 13:00", "Tue 09:00", "Tue 13:00"]),
    ],
)
def test_the_next_working_days_are_offered(now: str, slots: list[str]) -> None:
    found = offered(SETTINGS, datetime.fromisoformat(now).replace(tzinfo=ZONE).astimezone(UTC), ZONE)
    assert [local(slot.begin) for slot in found] == slots


@pytest.mark.parametrize(
    ("text", "place"),
    [("2", 1), (" 2. ", 1), ("2)", 1), ("٢", 1), ("２", 1), ("#1", 0), ("5", None), ("0", None), ("10", None)],
)
def test_a_number_chooses(text: str, place: int | None) -> None:
    assert chosen(text, 4) == place


@pytest.mark.parametrize("text", ["", "tomorrow", "2 or 3", "at 2 please", "I meant 2", "-", "no", "2/10"])
def test_anything_else_does_not(text: str) -> None:
    assert chosen(text, 4) is None


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ("yes", "follow_up"),
        ({}, "follow_up"),
        ({"callback": None, "messages": {}}, "follow_up"),
        ({"callback": {"bands": ["angry"]}}, "follow_up.callback.bands"),
        ({"callback": {"bands": ["detractor"], "hours": [["12:00", "09:00"]]}}, "follow_up.callback.hours"),
        ({"callback": {"bands": ["detractor"], "days": 9}}, "follow_up.callback.days"),
        ({"callback": {"bands": ["detractor"]}, "after_s": -1}, "follow_up.after_s"),
        ({"messages": {"promoter": {"en": "{hello}"}}}, "follow_up.messages.promoter.en"),
        ({"messages": {"fans": {"en": "Hi"}}}, "follow_up.messages.fans"),
        ({"callback": {"bands": ["detractor"]}, "more": 1}, "follow_up.more"),
    ],
)
def test_a_wrong_setting_is_named(given: object, field: str) -> None:
    assert field in [name for name, _ in follow_up_faults(given, check_wording)]


def test_what_is_right_has_no_faults() -> None:
    assert follow_up_faults(None, check_wording) == []
    assert follow_up_faults({"callback": {"bands": ["detractor"]}}, check_wording) == []
    assert follow_up_faults({"messages": {"promoter": {"en": "Thanks, {name}!"}}, "after_s": 0}, check_wording) == []
    assert recovery_faults(None, "support") == []
    assert recovery_faults({"survey": "mended", "after_days": 7}, "support") == []
    assert [name for name, _ in recovery_faults({"survey": "support", "after_days": 0}, "support")] == [
        "recovery.survey",
        "recovery.after_days",
    ]
