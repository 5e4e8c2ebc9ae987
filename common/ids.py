"""Identifiers: opaque strings that sort by the time they were made, so that indexes grow at one end."""

from __future__ import annotations

import os

from common import clock

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no letter that reads as a digit


def new_id(kind: str) -> str:
    """A new id such as `cnv_01k9…`: 48 bits of milliseconds and 80 random bits, base 32."""
    value = int(clock.wall().timestamp() * 1000) << 80 | int.from_bytes(os.urandom(10), "big")
    return f"{kind}_" + "".join(_ALPHABET[(value >> shift) & 31] for shift in range(125, -1, -5))
