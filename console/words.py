"""The console's words for what the store knows by key, and for lengths of time.

The tables are in English; who shows them says them by `_`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date, format_datetime, get_day_names

from console.language import N_, _, chosen

REASONS: Mapping[str, str] = {
    "detractor": N_("Unhappy customer"),
    "human_requested": N_("Asked for a person"),
    "callback": N_("Asked for a call back"),
    "reply_after_close": N_("Wrote again"),
}
STATUSES: Mapping[str, str] = {
    "open": N_("Open"),
    "claimed": N_("Claimed"),
    "waiting": N_("Waiting"),
    "resolved": N_("Resolved"),
}
BANDS: Mapping[str, str] = {"detractor": N_("Detractor"), "passive": N_("Passive"), "promoter": N_("Promoter")}
ROLES: Mapping[str, str] = {
    "admin": N_("Admin"),
    "supervisor": N_("Supervisor"),
    "analyst": N_("Analyst"),
    "intake": N_("Intake"),
}
RESOLUTIONS: Mapping[str, tuple[str, str]] = {
    "recovered": (N_("Recovered"), N_("We put it right, and the customer knows.")),
    "explained": (N_("Explained"), N_("Nothing to put right; the customer knows why.")),
    "no_contact": (N_("No contact"), N_("The customer did not answer.")),
    "escalated": (N_("Escalated"), N_("Someone else takes it further.")),
}
DELIVERIES: Mapping[str, str] = {
    "queued": N_("On its way"),
    "sent": N_("Sent"),
    "delivered": N_("Delivered"),
    "read": N_("Read"),
    "failed": N_("Not delivered"),
    "unknown": N_("Nobody can tell whether it arrived"),
}
_BAND_RANGES: Mapping[str, str] = {
    "detractor": N_("0 to 6, detractors"),
    "passive": N_("7 and 8, passives"),
    "promoter": N_("9 and 10, promoters"),
    "none": N_("No score"),
}
_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)  # in this order: most browsers also name the ones they want to be taken for
_CHANNELS: Mapping[str, str] = {
    "sms": N_("SMS"),
    "whatsapp": N_("WhatsApp"),
    "webchat": N_("Web chat"),
    "voice": N_("Voice"),
    "phone": N_("Phone"),
    "email": N_("Email"),
    "chat": N_("Chat"),
}


def channel_name(key: str | None) -> str:
    """A channel as people write it."""
    return _(_CHANNELS[key]) if key and key in _CHANNELS else plain(key)


def plain(key: str | None) -> str:
    """A key as words: `wait_time` → "Wait time"."""
    return (key or "").replace("_", " ").replace("-", " ").strip().capitalize()


def filter_name(name: str, value: str) -> str:
    """A value that the inbox is narrowed by, as people call it."""
    if name == "channel":
        return channel_name(value)
    if name == "locale":
        return language_name(value)
    if name == "reason":
        return _(REASONS[value]) if value in REASONS else plain(value)
    if name == "band":
        return _(_BAND_RANGES.get(value, value))
    return value


def language_name(locale: str | None) -> str:
    """The language of a locale in the reader's words; the locale itself if nobody knows it."""
    try:
        return Locale.parse((locale or "").replace("-", "_")).get_display_name(chosen()) or (locale or "")
    except (UnknownLocaleError, ValueError):
        return locale or ""


def span(length: timedelta) -> str:
    """A length of time in one unit, rounded down: "now", "5 min", "3 h", "2 d"."""
    minutes = max(0, int(length.total_seconds())) // 60
    if minutes < 1:
        return _("now")
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} d"


def due(left: timedelta) -> str:
    """How long is left until a deadline, or how long it has been missed."""
    if left > timedelta(0):
        return _("%(time)s left", time=_length(left))
    return _("%(time)s late", time=_length(-left))


def _length(length: timedelta) -> str:
    """To the minute in its last hours, else as `span`."""
    minutes = int(length.total_seconds()) // 60
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min" if minutes < 10 * 60 else span(length)


_MOMENTS: Mapping[str, str] = {"clock": "HH:mm", "day": "EEEE d MMMM", "full": "d MMM, HH:mm 'UTC'"}


def moment(at: datetime, form: str) -> str:
    """A time as the page says it before its script knows the reader's zone: `form` is clock, day, full or ago."""
    return format_datetime(at, _MOMENTS.get(form, _MOMENTS["clock"]), locale=chosen())


def day(on: date, form: str = "d MMMM y") -> str:
    """A date as the reader writes it; `form` is a pattern of the Unicode consortium's."""
    return format_date(on, form, locale=chosen())


def weekday(number: int, width: Literal["wide", "abbreviated"] = "wide") -> str:
    """The name of a day of the week, 0 being Monday."""
    return str(get_day_names(width, locale=chosen())[number])


def initials(name: str) -> str:
    """One or two letters that stand for a person."""
    words = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0] for word in ([words[0], words[-1]] if len(words) > 1 else words[:1])).upper()


def clock_in(timezone: str, now: datetime) -> str:
    """The time of day in a zone, with the zone's name; empty if nobody knows the zone."""
    try:
        return f"{now.astimezone(ZoneInfo(timezone)):%H:%M} ({timezone.replace('_', ' ')})"
    except (KeyError, ValueError, OSError):
        return ""


def browser_name(agent: str) -> str:
    """A browser as its owner calls it: "Firefox on Windows". The agent's own first words if it is another program."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), None)
    system = next((name for name in ("iPhone", "iPad", "Android", "Windows", "Mac", "Linux") if name in agent), None)
    if browser is None:
        return agent[:40] or _("Unknown browser")
    return _("%(browser)s on %(system)s", browser=browser, system=system) if system else browser
