"""Whose clock counts: the customer's zone, else that of the phone number's country, else the company's own setting."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

_NOT_A_PLACE = frozenset({"localtime", "posixrules", "Factory"})
"""Names that a zone database also holds, and that mean this server's own clock or nothing at all."""


class ZoneSource(StrEnum):
    """Who told us the zone, the best source first."""

    CUSTOMER = "customer"
    PHONE_NUMBER = "phone_number"
    COMPANY = "company"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownZone:
    """A zone and who told us."""

    zone: ZoneInfo
    source: ZoneSource


@lru_cache(maxsize=1024)
def zone_named(name: str | None) -> ZoneInfo | None:
    """The IANA zone of this name, or None. Names come from outside: whatever is wrong with them is not an error."""
    if not name or name in _NOT_A_PLACE:
        return None
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        # Unknown; "../../etc/passwd" and NUL; "Europe" (a directory), too long a name.
        return None


def choose_zone(*, customer: str | None, phone_number: str | None, company: str | None) -> KnownZone | None:
    """The first of the three that names a real zone; None means that nobody knows, and then nothing may be sent."""
    for name, source in (
        (customer, ZoneSource.CUSTOMER),
        (phone_number, ZoneSource.PHONE_NUMBER),
        (company, ZoneSource.COMPANY),
    ):
        zone = zone_named(name)
        if zone is not None:
            return KnownZone(zone=zone, source=source)
    return None
