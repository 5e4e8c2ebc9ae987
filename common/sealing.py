"""Secrets that people type in and nobody reads again: sealed with a key that follows from the installation's own."""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken


class CannotOpen(Exception):
    """It was sealed with another installation's key, or is damaged."""


def seal(secret_key: str, purpose: str, text: str) -> str:
    """`text`, unreadable without the key. purpose: what it is for; nothing opens it for another."""
    return _box(secret_key, purpose).encrypt(text.encode("utf-8")).decode("ascii")


def unseal(secret_key: str, purpose: str, sealed: str) -> str:
    """What was sealed. Raises CannotOpen."""
    try:
        return _box(secret_key, purpose).decrypt(sealed.encode("ascii")).decode("utf-8")
    except (InvalidToken, UnicodeError) as error:
        raise CannotOpen("sealed with another ZEROTEN_SECRET_KEY") from error


def _box(secret_key: str, purpose: str) -> Fernet:
    digest = hmac.digest(secret_key.encode("utf-8"), f"sealing:{purpose}".encode(), hashlib.sha256)
    return Fernet(base64.urlsafe_b64encode(digest))
