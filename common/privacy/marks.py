"""Marks: by which somebody who was erased is known again without being known.

A mark is a keyed hash (HMAC-SHA-256) of a caller's id, an address, or an interaction's id. The key is derived from
`ZEROTEN_SECRET_KEY`, so that whoever has the database alone cannot try out all telephone numbers.
"""

from __future__ import annotations

import hashlib
import hmac
import re

_DIGITS = re.compile(r"(?<!\d)\d{5,20}(?!\d)")


class Marks:
    """Makes marks with one installation's key."""

    def __init__(self, secret_key: str) -> None:
        self._key = hmac.digest(secret_key.encode(), b"zeroten: marks of erased people, 1", hashlib.sha256)

    def of_customer(self, ref: str) -> str:
        """The caller's own id of a person."""
        return self._mark("customer", ref)

    def of_interaction(self, ref: str) -> str:
        """The caller's own id of an interaction."""
        return self._mark("interaction", ref)

    def of_address(self, channel: str, address: str) -> str:
        """An address on a channel. A telephone number is the same person's on every channel."""
        digits = address.removeprefix("+")
        return self._mark("number", digits) if digits.isdecimal() and digits.isascii() else self._mark(channel, address)

    def of_message(self, channel: str, provider_id: str) -> str:
        """The provider's id of a message of ours, of which it may bring news for days."""
        return self._mark(f"message:{channel}", provider_id)

    def of_report(self, body_hash: str) -> str:
        """A whole interaction, by its hash, of which the person must not be found by trying out numbers."""
        return self._mark("report", body_hash)

    def of_numbers_in(self, text: str) -> frozenset[str]:
        """The marks of every telephone number and account number that a text may hold."""
        return frozenset(self._mark("number", digits) for digits in _DIGITS.findall(text))

    def _mark(self, kind: str, value: str) -> str:
        return hmac.digest(self._key, f"{kind}\0{value}".encode("utf-8", "surrogatepass"), hashlib.sha256).hex()
