"""What is known before a decision, the rules it is made by, and what comes out. `eligibility` does the deciding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from common.outreach.quiet_hours import QuietHours

Json = str | int | float | bool | list[str] | None
"""A value in the trail."""

LONGEST = timedelta(days=366)
"""No waiting time or send window is longer; it keeps all arithmetic inside the calendar."""


class Reason(StrEnum):
    """Why a customer is not asked. Where several apply, the first in this order is given."""

    OPT_OUT = "opt_out"
    NO_CONSENT = "no_consent"
    CHANNEL_OFF = "channel_off"
    NO_ENDPOINT = "no_endpoint"
    NOT_SUBSTANTIVE = "not_substantive"
    TOO_SHORT = "too_short"
    DUPLICATE = "duplicate"
    TOO_LATE = "too_late"
    FATIGUE = "fatigue"


class Direction(StrEnum):
    """Who sought the interaction: the customer (inbound) or we (outbound)."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """When a survey may ask.

    send_after: waiting time after the end of the interaction; `send_after_by_channel` overrides it for the channel that
    is asked on (zero = at once). latest_after: at this distance from the end and later nothing is sent. fatigue: least
    time between two invitations of one customer, exactly that long is enough; None or zero = no limit. min_duration:
    shorter interactions are not asked about. Raises ValueError for a time that is negative or longer than a year (the
    fatigue limit may be any length).
    """

    send_after: timedelta = timedelta(minutes=90)
    latest_after: timedelta = timedelta(hours=24)
    fatigue: timedelta | None = timedelta(days=60)
    quiet_hours: QuietHours | None = None
    min_duration: timedelta = timedelta(seconds=30)
    send_after_by_channel: Mapping[str, timedelta] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        for name, length in (
            ("send_after", self.send_after),
            ("latest_after", self.latest_after),
            ("min_duration", self.min_duration),
            *((f"send_after_by_channel[{key}]", length) for key, length in self.send_after_by_channel.items()),
        ):
            if not timedelta(0) <= length <= LONGEST:
                raise ValueError(f"{name} must lie between 0 and {LONGEST.days} days, not {length}")
        if self.fatigue is not None and self.fatigue < timedelta(0):
            raise ValueError(f"fatigue must not be negative, it is {self.fatigue}")

    def waiting_time(self, channel: str | None) -> timedelta:
        """How long after the end to ask on this channel."""
        return self.send_after_by_channel.get(channel or "", self.send_after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything one decision is made from; all datetimes aware.

    channel: where the interaction was. survey_channel: where the survey wants to ask about it, None = nowhere.
    channel_is_on: that channel has credentials. endpoint: the customer's address there. consent: only True allows; None
    means that nobody said. opted_out_at: the person's opt-out over all channels. already_invited: this interaction has
    its invitation. duration: None = the kind of interaction has none.

    last_invited_at, last_invited_channel: the latest *other* invitation that counts (`COUNTS_FOR_FATIGUE`), over all
    channels and aliases of the person: when it left, or when it is planned to leave.

    timezone: the customer's. phone_timezone: that of the phone number's country, given only if the country has just
    one. zone_fallback: the company's setting.

    Raises ValueError for a datetime without an offset, or an end outside 1970-9990.
    """

    now: datetime
    ended_at: datetime
    duration: timedelta | None
    direction: Direction
    outcome: str | None
    channel: str
    survey_channel: str | None
    channel_is_on: bool
    endpoint: str | None
    consent: bool | None
    opted_out_at: datetime | None
    last_invited_at: datetime | None
    already_invited: bool
    timezone: str | None
    zone_fallback: str | None
    phone_timezone: str | None = None
    last_invited_channel: str | None = None

    def __post_init__(self) -> None:
        for name, instant in (
            ("now", self.now),
            ("ended_at", self.ended_at),
            ("opted_out_at", self.opted_out_at),
            ("last_invited_at", self.last_invited_at),
        ):
            if instant is not None and instant.utcoffset() is None:
                raise ValueError(f"{name} must carry an offset")
        if not 1970 <= self.ended_at.year <= 9990:
            raise ValueError(f"ended_at must lie between 1970 and 9990, not in {self.ended_at.year}")


COUNTS_FOR_FATIGUE = frozenset({"scheduled", "sent", "answered", "expired"})
"""Invitation statuses that use up the customer's slot; cancelled, suppressed and undeliverable give it back. One that
expired before it was ever sent gives it back too, which only the caller can tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One rule looked at: whether it lets the invitation pass, in words, and what was measured."""

    reason: Reason
    passed: bool
    words: str
    measured: Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """How a decision came about. `rule` is what settled it: a reason, or what set the moment of an invitation.

    Holds no name, number or address, so that it may be kept when a customer's data is erased.
    """

    rule: str
    clock: Mapping[str, Json]
    checks: tuple[Check, ...]

    def as_json(self) -> dict[str, object]:
        """The trail for `json.dumps`: rule, clock, counters, and every check in the order of precedence."""
        counters: dict[str, Json] = {}
        for check in self.checks:
            counters.update(check.measured)
        return {
            "rule": self.rule,
            "clock": dict(self.clock),
            "counters": counters,
            "checks": [
                {"rule": str(check.reason), "passed": check.passed, "words": check.words} for check in self.checks
            ],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Invite:
    """Ask on `channel` at `send_at`; of no use from `useful_until` on (too late, or quiet again). Both UTC."""

    send_at: datetime
    useful_until: datetime
    channel: str
    explanation: str
    trail: Trail


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppress:
    """Do not ask."""

    reason: Reason
    explanation: str
    trail: Trail


@dataclass(frozen=True, slots=True, kw_only=True)
class SendNow:
    """At the lease: still right. Give `useful_until` to providers that can drop a message by themselves."""

    useful_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Defer:
    """At the lease: right, but not now. Look again at `at`, which is before the latest moment."""

    at: datetime
    explanation: str
