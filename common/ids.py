"""Identifiers: opaque strings that sort by the time they were made, so that indexes grow at one end."""

from __future__ import annotations

import os
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no letter that reads as a digit


def new_id(kind: str) -> str:
    """A new id such as `cnv_01k9…`: 48 bits of milliseconds and 80 random bits, base 32."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    return f"{kind}_" + "".join(_ALPHABET[(value >> shift) & 31] for shift in range(125, -1, -5))
