"""Identifiers: opaque strings that sort by the time they were made, so that indexes grow at one end."""

from __future__ import annotations

import os

from common import clock

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no letter that reads as a digit

_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
_SHIFTS = range(120, -1, -10)


def new_id(kind: str) -> str:
    """A new id such as `cnv_01k9…`: 48 bits of milliseconds and 80 random bits, base 32."""
    value = int(clock.wall().timestamp() * 1000) << 80 | int.from_bytes(os.urandom(10), "big")
    return f"{kind}_" + "".join([_PAIRS[(value >> shift) & 1023] for shift in _SHIFTS])
