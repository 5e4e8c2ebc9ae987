"""The console's words for what the store knows by key, and for lengths of time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import UnknownLocaleError

REASONS: Mapping[str, str] = {
    "detractor": "Unhappy customer",
    "human_requested": "Asked for a person",
    "callback": "Asked for a call back",
    "reply_after_close": "Wrote again",
}
STATUSES: Mapping[str, str] = {"open": "Open", "claimed": "Claimed", "waiting": "Waiting", "resolved": "Resolved"}
BANDS: Mapping[str, str] = {"detractor": "Detractor", "passive": "Passive", "promoter": "Promoter"}
RESOLUTIONS: Mapping[str, tuple[str, str]] = {
    "recovered": ("Recovered", "We put it right, and the customer knows."),
    "explained": ("Explained", "Nothing to put right; the customer knows why."),
    "no_contact": ("No contact", "The customer did not answer."),
    "escalated": ("Escalated", "Someone else takes it further."),
}
DELIVERIES: Mapping[str, str] = {
    "queued": "On its way",
    "sent": "Sent",
    "delivered": "Delivered",
    "read": "Read",
    "failed": "Not delivered",
    "unknown": "Nobody can tell whether it arrived",
}
_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)  # in this order: most browsers also name the ones they want to be taken for
_IRREGULAR: Mapping[str, str] = {"sms": "SMS", "whatsapp": "WhatsApp", "webchat": "Web chat"}


def channel_name(key: str | None) -> str:
    """A channel as people write it."""
    return _IRREGULAR.get(key or "", plain(key))


def plain(key: str | None) -> str:
    """A key as words: `wait_time` → "Wait time"."""
    return (key or "").replace("_", " ").replace("-", " ").strip().capitalize()


def language_name(locale: str | None) -> str:
    """The language of a locale in English; the locale itself if nobody knows it."""
    try:
        return Locale.parse((locale or "").replace("-", "_")).get_display_name("en") or (locale or "")
    except (UnknownLocaleError, ValueError):
        return locale or ""


def span(length: timedelta) -> str:
    """A length of time in one unit, rounded down: "now", "5 min", "3 h", "2 d"."""
    minutes = max(0, int(length.total_seconds())) // 60
    if minutes < 1:
        return "now"
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} d"


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
        return agent[:40] or "Unknown browser"
    return f"{browser} on {system}" if system else browser
