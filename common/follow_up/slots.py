"""Slots in which somebody can be called back: offered on the next working days, chosen by number."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from common.follow_up import MAX_SLOTS, FollowUpSettings

CALLBACK = "callback"
"""The prompt that offers slots; its choices are the numbers of the slots, from 1."""
NOTICE = timedelta(hours=1)
"""A slot begins at the earliest so long after it is offered."""
_LOOK_AHEAD_DAYS = 14
_SATURDAY = 5
_NUMBER = re.compile(r"[\s\W]*(\d{1,2})[\s.)!]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """From when to when, in UTC."""

    begin: datetime
    end: datetime


def offered(settings: FollowUpSettings, now: datetime, zone: ZoneInfo) -> tuple[Slot, ...]:
    """The slots that can be offered now, in order: of the next working days on which there are any."""
    today = now.astimezone(zone).date()
    found: list[Slot] = []
    days = 0
    for ahead in range(_LOOK_AHEAD_DAYS):
        day = today + timedelta(days=ahead)
        if day.weekday() >= _SATURDAY or days == settings.days:
            continue
        slots = [
            Slot(
                begin=datetime.combine(day, begin, zone).astimezone(UTC),
                end=datetime.combine(day, end, zone).astimezone(UTC),
            )
            for begin, end in sorted(settings.hours)
        ]
        slots = [slot for slot in slots if slot.begin >= now + NOTICE]
        days += bool(slots)
        found += slots
    return tuple(found[:MAX_SLOTS])


def chosen(text: str, count: int) -> int | None:
    """The place (from 0) of the slot that these words choose, if they are a number of one of `count` and nothing else.

    Digits of every script count.
    """
    plain = "".join(
        str(unicodedata.decimal(letter)) if letter.isdecimal() else letter
        for letter in unicodedata.normalize("NFKC", text)
    )
    match = _NUMBER.fullmatch(plain)
    number = int(match[1]) if match else 0
    return number - 1 if 1 <= number <= count else None
