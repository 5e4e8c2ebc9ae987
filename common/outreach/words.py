"""How a decision is put into words: spans of time, moments and channels in plain English."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_UNITS = (
    ("days", timedelta(days=1)),
    ("hours", timedelta(hours=1)),
    ("minutes", timedelta(minutes=1)),
    ("seconds", timedelta(seconds=1)),
)
_SPELLING = {"sms": "SMS", "whatsapp": "WhatsApp", "voice": "the phone", "telegram": "Telegram", "webchat": "web chat"}


def span(length: timedelta) -> str:
    """A setting, exactly: "60 days", "24 hours", "90 minutes". Uses the largest unit that leaves nothing over."""
    for unit, size in _UNITS:
        if length >= 2 * size and not length % size:
            return f"{length // size} {unit}"
    seconds = length.total_seconds()
    return "1 second" if seconds == 1 else f"{seconds:g} seconds"


def about(length: timedelta) -> str:
    """Time gone by, rounded down to something a person would say: "12 days", "3 hours", "a moment"."""
    for unit, size in _UNITS:
        if length >= 2 * size:
            return f"{length // size} {unit}"
    return "a moment"


def moment(instant: datetime, zone: ZoneInfo | None) -> str:
    """A moment on the customer's wall clock: "2026-11-22 11:34 (Europe/Amsterdam)"; in UTC if the zone is unknown."""
    if zone is None:
        return f"{instant.astimezone(UTC):%Y-%m-%d %H:%M} (UTC)"
    return f"{instant.astimezone(zone):%Y-%m-%d %H:%M} ({zone.key})"


def channel_name(channel: str) -> str:
    """A channel as it is spelt in a sentence; a channel without a spelling of its own is called by its key."""
    return _SPELLING.get(channel, channel)


def rfc3339(instant: datetime | None) -> str | None:
    """A moment for machines, in UTC."""
    return None if instant is None else instant.astimezone(UTC).isoformat()
