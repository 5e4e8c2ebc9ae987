"""Secrets that we must be able to read again, sealed under a key of their own made from `ZEROTEN_SECRET_KEY`.

Fernet (AES-128-CBC with HMAC-SHA256). What was sealed under an older key opens as long as that key is listed in
`ZEROTEN_SECRET_KEY_OLD`, and is sealed anew under the newest one when it is next used.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class CannotOpen(Exception):
    """Sealed under a key that is not known any more, or not by us."""


class Sealer:
    """Seals under the first key, opens what any of them sealed. purpose: what is sealed for one opens for no other."""

    def __init__(self, keys: Sequence[str], purpose: str) -> None:
        self._newest = Fernet(_derived(keys[0], purpose))
        self._all = MultiFernet([Fernet(_derived(key, purpose)) for key in keys])

    def seal(self, text: str) -> str:
        return self._newest.encrypt(text.encode()).decode("ascii")

    def open(self, sealed: str) -> str:
        """The text. Raises CannotOpen."""
        try:
            return self._all.decrypt(sealed.encode()).decode()
        except (InvalidToken, ValueError) as error:
            raise CannotOpen("sealed under a key that is not known") from error

    def is_newest(self, sealed: str) -> bool:
        """True if it was sealed under the first key."""
        try:
            self._newest.decrypt(sealed.encode())
        except (InvalidToken, ValueError):
            return False
        return True


def _derived(key: str, purpose: str) -> bytes:
    made = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"zeroten {purpose}".encode()).derive(key.encode())
    return base64.urlsafe_b64encode(made)
