"""Routes: which alerts leave the console on one, and when: at once, after the quiet hours, or in the daily digest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from common.alerts import AlertKind, Urgency

SCHEMES: Mapping[str, str] = {
    "mailto": "E-mail",
    "mailtos": "E-mail",
    "slack": "Slack",
    "workflow": "Microsoft Teams",
    "workflows": "Microsoft Teams",
    "tgram": "Telegram",
    "discord": "Discord",
    "gchat": "Google Chat",
    "webex": "Webex",
    "wxteams": "Webex",
    "mmost": "Mattermost",
    "mmosts": "Mattermost",
    "rocket": "Rocket.Chat",
    "rockets": "Rocket.Chat",
    "zulip": "Zulip",
    "matrix": "Matrix",
    "matrixs": "Matrix",
    "ntfy": "ntfy",
    "ntfys": "ntfy",
    "gotify": "Gotify",
    "gotifys": "Gotify",
    "pover": "Pushover",
    "opsgenie": "Opsgenie",
    "pagerduty": "PagerDuty",
    "victorops": "Splunk On-Call",
    "signl4": "SIGNL4",
}
"""Where alerts may go: the beginning of an address → the service. Addresses that could call anything are not among
them; for machines there are webhooks."""
LONGEST_ADDRESS = 1000
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteSettings:
    """What an administrator sets.

    kinds, teams: which alerts, empty = all; alerts of no team go to routes for all teams. least: how urgent at least.
    is_digest: gathered until `digest_at`. quiet: from and to, None = none. breaks_quiet: what is critical waits for
    neither. zone: in which these times are read.
    """

    kinds: tuple[AlertKind, ...] = ()
    teams: tuple[str, ...] = ()
    least: Urgency = Urgency.WARNING
    is_digest: bool = False
    digest_at: time = time(8)
    quiet: tuple[time, time] | None = None
    breaks_quiet: bool = True
    zone: str = "UTC"

    def wants(self, kind: AlertKind, severity: Urgency, team: str | None) -> bool:
        """True if such an alert leaves on this route."""
        is_team = not self.teams or team in self.teams
        return is_team and (not self.kinds or kind in self.kinds) and severity.rank >= self.least.rank

    def due_at(self, severity: Urgency, now: datetime) -> datetime:
        """When an alert that is raised now leaves on this route."""
        if severity is Urgency.CRITICAL and self.breaks_quiet:
            return now
        if self.is_digest:
            return _next(self.digest_at, now, self.zone)
        if self.quiet is not None and _is_within(self.quiet, now.astimezone(ZoneInfo(self.zone)).time()):
            return _next(self.quiet[1], now, self.zone)
        return now


def _is_within(hours: tuple[time, time], local: time) -> bool:
    begin, end = hours
    return begin <= local < end if begin < end else local >= begin or local < end


def _next(at: time, now: datetime, zone: str) -> datetime:
    """The next time after `now` at which clocks there say `at`; in the night of a change of clocks the nearest."""
    there = ZoneInfo(zone)
    local = now.astimezone(there)
    for days in (0, 1, 2):
        found = datetime.combine(local.date() + timedelta(days=days), at, there).astimezone(now.tzinfo)
        if found > now:
            return found
    return now + _MINUTE


def to_json(settings: RouteSettings) -> dict[str, Any]:
    """As it is stored."""
    return {
        "kinds": [kind.value for kind in settings.kinds],
        "teams": list(settings.teams),
        "least": settings.least.value,
        "is_digest": settings.is_digest,
        "digest_at": settings.digest_at.strftime("%H:%M"),
        "quiet": [each.strftime("%H:%M") for each in settings.quiet] if settings.quiet else None,
        "breaks_quiet": settings.breaks_quiet,
        "zone": settings.zone,
    }


def from_json(given: Mapping[str, Any]) -> RouteSettings:
    """The settings that `to_json` wrote, or that a form gave in the same shape. Raises ValueError (field, why)."""
    known = {each.name for each in fields(RouteSettings)}
    if foreign := sorted(set(given) - known):
        raise ValueError(foreign[0], "no such setting")
    quiet = given.get("quiet")
    try:
        ZoneInfo(str(given["zone"]))
    except Exception as error:
        raise ValueError("zone", "a time zone such as Europe/Amsterdam") from error
    times = [_time(name, given) for name in ("digest_at",)]
    return RouteSettings(
        kinds=tuple(AlertKind(kind) for kind in given["kinds"]),
        teams=_teams(given["teams"]),
        least=Urgency(given["least"]),
        is_digest=bool(given["is_digest"]),
        digest_at=times[0],
        quiet=_quiet(quiet) if quiet else None,
        breaks_quiet=bool(given["breaks_quiet"]),
        zone=str(given["zone"]),
    )


def _teams(given: Sequence[str]) -> tuple[str, ...]:
    teams = tuple(dict.fromkeys(team.strip() for team in given if team.strip()))
    if len(teams) > 100 or any(len(team) > 255 for team in teams):
        raise ValueError("teams", "at most 100 teams")
    return teams


def _time(name: str, given: Mapping[str, Any]) -> time:
    try:
        return time.fromisoformat(str(given[name]))
    except ValueError as error:
        raise ValueError(name, "a time such as 08:00") from error


def _quiet(given: Sequence[str]) -> tuple[time, time]:
    try:
        begin, end = (time.fromisoformat(str(each)) for each in given)
    except ValueError as error:
        raise ValueError("quiet", "two times such as 22:00 and 07:00") from error
    if begin == end:
        raise ValueError("quiet", "two different times")
    return begin, end
