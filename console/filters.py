"""Which figures a page shows: the period and the filters, read from the address and written back into links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from common.figures import INBOUND, RELATIONAL, TRANSACTIONAL, GroupBy, scope_of
from common.store.figures import Period, Scope
from console.language import N_

DEFAULT_DAYS = 28
PRESETS: Mapping[int, str] = {
    7: N_("7 days"),
    28: N_("28 days"),
    91: N_("13 weeks"),
    364: N_("52 weeks"),
}
NARROWING = ("channel", "team", "topic", "survey", "locale", "agent")
_EARLIEST = date(2000, 1, 1)
_LONGEST_TEXT = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """first and last: the first and the last day shown, both included, in `zone`."""

    zone: ZoneInfo
    today: date
    first: date
    last: date
    kind: str = TRANSACTIONAL
    direction: str = INBOUND
    only: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def preset(self) -> int | None:
        """The number of days if the period is one of the presets, up to today."""
        return self.days if self.last == self.today and self.days in PRESETS else None

    @property
    def period(self) -> Period:
        return Period(start=self._begins(self.first), end=self._begins(self.last + timedelta(days=1)))

    def _begins(self, day: date) -> datetime:
        return datetime.combine(day, time(0), self.zone).astimezone(UTC)

    def scope(self, **changes: Any) -> Scope:
        """What to read. A relational survey has no direction."""
        direction = None if self.kind == RELATIONAL else self.direction
        made = scope_of(
            self.zone,
            start=self.period.start,
            end=self.period.end,
            kind=self.kind,
            direction=direction,
            only=dict(self.only),
            group_by=GroupBy.DIRECTION if direction is None else None,
        )
        return replace(made, **changes)

    def before(self) -> Filters:
        """The same number of days before these."""
        length = timedelta(days=self.days)
        return replace(self, first=self.first - length, last=self.last - length)

    def query(self, **changes: object) -> dict[str, str]:
        """The parameters of an address with these filters; a change to None takes one away."""
        found: dict[str, object] = {}
        if self.preset is None or self.preset != DEFAULT_DAYS:
            found |= {"from": self.first.isoformat(), "to": self.last.isoformat()}
        if self.preset is not None and self.preset != DEFAULT_DAYS:
            found = {"days": self.preset}
        if self.kind != TRANSACTIONAL:
            found["kind"] = self.kind
        if self.direction != INBOUND:
            found["direction"] = self.direction
        found |= dict(self.only)
        if "days" in changes or "from" in changes:
            found = {key: value for key, value in found.items() if key not in {"days", "from", "to"}}
        found |= changes
        return {key: str(value) for key, value in found.items() if value is not None}


def read_filters(
    args: MultiDict[str, str], *, zone: ZoneInfo, now: datetime, may_see_agents: bool, default_days: int = DEFAULT_DAYS
) -> Filters:
    """What the address asks for. What cannot be understood is said in `fault` and falls back to the default."""
    today, fault = now.astimezone(zone).date(), ""
    days = args.get("days", default_days, type=int) or default_days
    first, last = today - timedelta(days=max(1, min(days, 3660)) - 1), today
    if args.get("from") or args.get("to"):
        try:
            last = date.fromisoformat(args["to"]) if args.get("to") else today
            first = date.fromisoformat(args["from"]) if args.get("from") else last - timedelta(days=default_days - 1)
        except ValueError:
            fault = N_("A date in the address is no date, so the last days are shown instead.")
            first, last = today - timedelta(days=default_days - 1), today
    if first > last:
        first, last = last, first
    last = min(max(last, _EARLIEST), today + timedelta(days=366))
    first = max(min(first, last), _EARLIEST)
    names = NARROWING if may_see_agents else NARROWING[:-1]
    only = {name: value for name in names if (value := _text(args.get(name)))}
    return Filters(
        zone=zone,
        today=today,
        first=first,
        last=last,
        kind=RELATIONAL if args.get("kind") == RELATIONAL else TRANSACTIONAL,
        direction="outbound" if args.get("direction") == "outbound" else INBOUND,
        only=only,
        fault=fault,
    )


def _text(value: str | None) -> str:
    return (value or "").replace("\0", "").strip()[:_LONGEST_TEXT]
