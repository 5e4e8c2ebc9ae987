"""Policies and rules of the queue as they are written: by people in a form, and as JSON in the database. No I/O."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from common.errors import Invalid
from common.queue.book import Policy
from common.queue.hours import DAY, LEAST_WEEK, Interval, WorkingHours
from common.queue.routing import Rule
from common.survey.conversation import TicketReason

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MOST_INTERVALS = 6
MOST_HOLIDAYS = 400
MOST_RULES = 100
MOST_NAMES = 50
LONGEST_NAME = 255
LONGEST = timedelta(days=30)
"""Of working time; the longest that any deadline may be."""
_LENGTHS = ("first_reply", "next_reply", "resolve")
_INTERVAL = re.compile(r"(\d{1,2})[:.](\d{2})\s*(?:-|\N{EN DASH}|to)\s*(\d{1,2})[:.](\d{2})")
_LENGTH = re.compile(r"(?:(\d{1,4})\s*(?:h|hours?|u|uur))?\s*(?:(\d{1,5})\s*(?:m|mins?|minutes?|minuten)?)?", re.I)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")


# --- in the database --------------------------------------------------------------------------------------------------


def policy_as_json(policy: Policy, names: Mapping[date, str]) -> dict[str, Any]:
    """A policy as it is stored. names: what the holidays are called."""
    return {
        "zone": policy.hours.zone,
        "week": [[list(interval) for interval in day] for day in policy.hours.week],
        "holidays": {day.isoformat(): names.get(day, "") for day in sorted(policy.hours.holidays)},
        **{name: int(getattr(policy, name).total_seconds()) for name in _LENGTHS},
        "warn_percent": policy.warn_percent,
        "silent_after": int(policy.silent_after.total_seconds()) if policy.silent_after else None,
        "escalates_to": policy.escalates_to,
    }


def policy_from_json(body: Mapping[str, Any]) -> Policy:
    """A policy that `policy_as_json` wrote."""
    silent = body["silent_after"]
    return Policy(
        hours=WorkingHours(
            zone=body["zone"],
            week=tuple(tuple((start, end) for start, end in day) for day in body["week"]),
            holidays=frozenset(date.fromisoformat(day) for day in body["holidays"]),
        ),
        first_reply=timedelta(seconds=body["first_reply"]),
        next_reply=timedelta(seconds=body["next_reply"]),
        resolve=timedelta(seconds=body["resolve"]),
        warn_percent=body["warn_percent"],
        silent_after=timedelta(seconds=silent) if silent else None,
        escalates_to=body["escalates_to"],
    )


def rule_as_json(rule: Rule) -> dict[str, Any]:
    """A rule of routing as it is stored."""
    sets = {name: sorted(getattr(rule, name)) for name in ("teams", "languages", "surveys", "reasons")}
    return {"name": rule.name, **sets, "to_team": rule.to_team}


def rule_from_json(body: Mapping[str, Any]) -> Rule:
    """A rule that `rule_as_json` wrote."""
    sets = {name: frozenset(body[name]) for name in ("teams", "languages", "surveys", "reasons")}
    return Rule(name=body["name"], to_team=body["to_team"], **sets)


# --- by people --------------------------------------------------------------------------------------------------------


def policy_as_form(policy: Policy, names: Mapping[date, str]) -> dict[str, str]:
    """The fields of the form that `read_policy` reads."""
    return {
        "zone": policy.hours.zone,
        **{day: ", ".join(_clock_words(each) for each in policy.hours.week[at]) for at, day in enumerate(DAYS)},
        "holidays": "\n".join(
            f"{day.isoformat()} {names.get(day, '')}".strip() for day in sorted(policy.hours.holidays)
        ),
        **{name: length_words(getattr(policy, name)) for name in _LENGTHS},
        "warn_percent": str(policy.warn_percent),
        "silent_after": length_words(policy.silent_after) if policy.silent_after else "",
        "escalates_to": policy.escalates_to or "",
    }


def read_policy(given: Mapping[str, str]) -> tuple[Policy, dict[date, str]]:
    """The policy in a form, and the names of its holidays. Raises Invalid with a fault for each wrong field."""
    faults: list[tuple[str, str]] = []

    def read(name: str, reader: Callable[[str], Any]) -> Any:
        try:
            return reader(given.get(name, "").strip())
        except ValueError as fault:
            faults.append((name, str(fault)))
            return None

    zone = read("zone", _zone)
    week = tuple(read(day, _intervals) or () for day in DAYS)
    holidays = read("holidays", _holidays) or {}
    lengths = {name: read(name, read_length) for name in _LENGTHS}
    percent = read("warn_percent", _percent)
    silent = read("silent_after", lambda text: read_length(text) if text else None)
    team = read("escalates_to", partial(_name, may_be_empty=True)) or None
    if not faults and sum(end - start for day in week for start, end in day) < LEAST_WEEK:
        faults.append((DAYS[0], "A week needs at least one hour of work."))
    if faults:
        raise Invalid("; ".join(f"{name}: {why}" for name, why in faults), faults)
    hours = WorkingHours(zone=zone, week=week, holidays=frozenset(holidays))
    return Policy(hours=hours, **lengths, warn_percent=percent, silent_after=silent, escalates_to=team), holidays


def read_rules(given: Sequence[Mapping[str, str]], *, surveys: Sequence[str]) -> list[Rule]:
    """The rules in a form, one mapping each; empty ones are left out. Raises Invalid, a field being `<row>.<name>`."""
    faults: list[tuple[str, str]] = []
    rules = []
    for row, fields in enumerate(given):
        if not any(text.strip() for text in fields.values()):
            continue
        sets: dict[str, frozenset[str]] = {}
        for name, known in (
            ("teams", None),
            ("languages", None),
            ("surveys", surveys),
            ("reasons", list(TicketReason)),
        ):
            try:
                sets[name] = _names(fields.get(name, ""), known)
            except ValueError as fault:
                faults.append((f"{row}.{name}", str(fault)))
        try:
            title, team = (_name(fields.get(name, "").strip(), may_be_empty=True) for name in ("name", "to_team"))
        except ValueError as fault:
            faults.append((f"{row}.to_team", str(fault)))
            continue
        if not faults and not any(sets.values()):
            faults.append((f"{row}.teams", "Say when this rule fits: a team, a language, a survey or a reason."))
        rules.append(Rule(name=title, to_team=team or None, **sets))
    if len(rules) > MOST_RULES:
        faults.append(("rules", f"At most {MOST_RULES} rules."))
    if faults:
        raise Invalid("; ".join(f"{name}: {why}" for name, why in faults), faults)
    return rules


def read_length(text: str) -> timedelta:
    """ "4 h", "90 min", "1 h 30 min", "90". Raises ValueError for none, and beyond 30 days."""
    match = _LENGTH.fullmatch(text)
    if match is None or not any(match.groups()):
        raise ValueError("Such as 4 h, 90 min or 1 h 30 min.")
    length = timedelta(hours=int(match[1] or 0), minutes=int(match[2] or 0))
    if not timedelta(minutes=1) <= length <= LONGEST:
        raise ValueError(f"From 1 min to {int(LONGEST.total_seconds()) // 3600} h of working time.")
    return length


def length_words(length: timedelta) -> str:
    """A length of time as `read_length` reads it."""
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{minutes} min" if minutes else "") if part)


def _clock_words(interval: Interval) -> str:
    start, end = (f"{minute // 60:02d}:{minute % 60:02d}" for minute in interval)
    return f"{start}-{end}"


def _zone(text: str) -> str:
    if text not in available_timezones():
        raise ValueError("Such as Europe/Amsterdam or America/Bogota.")
    return ZoneInfo(text).key


def _intervals(text: str) -> tuple[Interval, ...]:
    """ "09:00-12:30, 13:00-17:30"; nothing = closed."""
    found = []
    for part in (part.strip() for part in re.split(r"[,;\n]", text)):
        match = _INTERVAL.fullmatch(part)
        if not part:
            continue
        if match is None:
            raise ValueError(f"{part[:40]!r} is no time such as 09:00-12:30. Several stand with a comma between them.")
        from_hour, from_minute, to_hour, to_minute = (int(digits) for digits in match.groups())
        start, end = from_hour * 60 + from_minute, to_hour * 60 + to_minute
        if from_minute > 59 or to_minute > 59 or end > DAY or start >= end:
            raise ValueError(f"{part} does not end after it begins, on the same day (the day ends at 24:00).")
        found.append((start, end))
    found.sort()
    if len(found) > MOST_INTERVALS:
        raise ValueError(f"At most {MOST_INTERVALS} intervals a day.")
    if any(later[0] < earlier[1] for earlier, later in pairwise(found)):
        raise ValueError("Two of these overlap.")
    return tuple(found)


def _holidays(text: str) -> dict[date, str]:
    """One a line: 2026-12-25 Christmas Day."""
    found = {}
    for line in (line.strip() for line in text.splitlines()):
        if not line:
            continue
        day, _, name = line.partition(" ")
        try:
            found[date.fromisoformat(day)] = _name(name.strip(), may_be_empty=True)
        except ValueError:
            raise ValueError(f"{line[:40]!r} does not begin with a date such as 2026-12-25.") from None
    if len(found) > MOST_HOLIDAYS:
        raise ValueError(f"At most {MOST_HOLIDAYS} days.")
    return found


def _percent(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 10 <= int(text) <= 100:
        raise ValueError("A whole number from 10 to 100.")
    return int(text)


def _name(text: str, *, may_be_empty: bool = False) -> str:
    if not text and not may_be_empty:
        raise ValueError("Please fill this in.")
    if len(text) > LONGEST_NAME or _CONTROLS.search(text):
        raise ValueError(f"One line of at most {LONGEST_NAME} characters.")
    return text


def _names(text: str, known: Sequence[str] | None) -> frozenset[str]:
    """Several, with commas between them."""
    found = {_name(part.strip()) for part in text.split(",") if part.strip()}
    if len(found) > MOST_NAMES:
        raise ValueError(f"At most {MOST_NAMES}.")
    if known is not None and (strange := sorted(found - set(known))):
        raise ValueError(f"There is no {strange[0][:80]!r}; there are {', '.join(sorted(known))}.")
    return frozenset(found)
