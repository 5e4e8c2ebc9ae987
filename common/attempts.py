"""Attempts that fail are counted, by account and by place, and too many close the door for a while.

An attempt is written down before it is looked at, so that a burst cannot slip through between counting and comparing; a
success takes its own rows away again. All times are the system's.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Connection

from common.clock import wall
from common.errors import ZerotenError
from common.ids import new_id
from common.store import users as rows

ATTEMPTS = 20
"""Wrong passwords per account and per network address within `ATTEMPTS_WITHIN`; then nobody is let in from there."""
CODE_ATTEMPTS = 10
"""Wrong codes of one account's second factor within the same time; three of a million are right at any moment."""
ATTEMPTS_WITHIN = timedelta(minutes=15)


class TooManyAttempts(ZerotenError):
    """Too many wrong passwords or codes for this account or from this address."""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__("too many attempts to sign in")
        self.retry_after = retry_after


def note_attempt(connection: Connection, subjects: Sequence[str], *, most: int = ATTEMPTS) -> list[str]:
    """Write an attempt down as failed until it proves right; returns the rows' ids. Raises TooManyAttempts."""
    now = wall()
    for subject in subjects:
        count, first_at = rows.failures_since(connection, subject, now - ATTEMPTS_WITHIN)
        if count >= most and first_at is not None:
            raise TooManyAttempts(max(first_at + ATTEMPTS_WITHIN - now, timedelta(seconds=1)))
    attempt = [{"id": new_id("try"), "subject": subject, "at": now} for subject in subjects]
    rows.insert_failures(connection, attempt)
    return [str(row["id"]) for row in attempt]


def address_subject(address: str) -> str:
    """A place that fails: an IPv4 address, or the /64 network of an IPv6 one, which one line has to itself."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "address:unknown"
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is None:
        return f"address:{ipaddress.ip_network((parsed, 64), strict=False)}"
    return f"address:{getattr(parsed, 'ipv4_mapped', None) or parsed}"
