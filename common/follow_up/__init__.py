"""After a survey's end: an offer to call back, a few words by band, a later question whether it is mended. Pure.

None of it is a question of the survey: the offer is a service, the words ask nothing, and the later question is an
invitation of its own under the rules of every invitation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum
from typing import Any

LATEST = timedelta(days=30)
MAX_SLOTS = 6
"""More would be no choice, and a number of two digits."""
BANDS = ("detractor", "passive", "promoter")


class FollowUpKind(StrEnum):
    """callback: an offer of slots. message: a few words, by the band of the score."""

    CALLBACK = "callback"
    MESSAGE = "message"


class FollowUpState(StrEnum):
    """planned: it waits for its time. sent. accepted: the customer chose a slot. dropped: it must not be sent."""

    PLANNED = "planned"
    SENT = "sent"
    ACCEPTED = "accepted"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpSettings:
    """What a survey says after its end. hours: the slots of a day; days: on how many working days; words: band →
    locale → text."""

    after: timedelta = timedelta(minutes=1)
    callback_bands: tuple[str, ...] = ()
    hours: tuple[tuple[time, time], ...] = ()
    days: int = 2
    words: Mapping[str, Mapping[str, str]] | None = None

    def kind_for(self, band: str | None) -> FollowUpKind | None:
        """What a customer of this band hears; the offer goes before the words."""
        if band in self.callback_bands:
            return FollowUpKind.CALLBACK
        return FollowUpKind.MESSAGE if band in (self.words or {}) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoverySettings:
    """After how long the customer of a resolved ticket is asked whether things are mended, and by which survey."""

    survey: str
    after: timedelta


def follow_up_of(body: Mapping[str, Any]) -> FollowUpSettings | None:
    """The follow-up of a survey's definition, None = off."""
    given = body.get("follow_up")
    if not given:
        return None
    is_offered, callback = given.get("callback") is not None, given.get("callback") or {}
    hours = tuple((time.fromisoformat(begin), time.fromisoformat(end)) for begin, end in callback.get("hours", _HOURS))
    return FollowUpSettings(
        after=timedelta(seconds=given.get("after_s", 60)),
        callback_bands=tuple(callback.get("bands", ("detractor",))) if is_offered else (),
        hours=hours,
        days=callback.get("days", 2),
        words=given.get("messages") or {},
    )


def recovery_of(body: Mapping[str, Any]) -> RecoverySettings | None:
    """The recovery question of a survey's definition, None = off."""
    given = body.get("recovery")
    return RecoverySettings(survey=given["survey"], after=timedelta(days=given["after_days"])) if given else None


_HOURS = (("09:00", "12:00"), ("13:00", "17:00"))
