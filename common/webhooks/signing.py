"""Signatures: HMAC-SHA256 over `id.timestamp.body`, once for each secret that counts."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

PREFIX = "whsec_"
GRACE = timedelta(hours=24)
"""How long the secret before a rotation still signs as well."""


def secret_of(secret_key: str, subscription_id: str, version: int) -> str:
    """The secret of a subscription: `whsec_` and 32 bytes in base64.

    It follows from the installation's own key, so the database holds none, and a new number is a new secret.
    """
    said = f"webhook:{subscription_id}:{version}".encode()
    digest = hmac.digest(secret_key.encode(), said, hashlib.sha256)
    return PREFIX + base64.b64encode(digest).decode("ascii")


def versions_that_count(version: int, previous_until: datetime | None, now: datetime) -> tuple[int, ...]:
    """The numbers of the secrets that sign now, the newest first."""
    is_rotating = previous_until is not None and now < previous_until and version > 1
    return (version, version - 1) if is_rotating else (version,)


def signature(secret: str, announcement_id: str, timestamp: int, body: bytes) -> str:
    """One signature such as `v1,K5oZ…`. timestamp: whole seconds since 1970. Raises ValueError for no such secret."""
    if not secret.startswith(PREFIX):
        raise ValueError("a secret begins with whsec_")
    key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    said = f"{announcement_id}.{timestamp}.".encode("ascii") + body
    return "v1," + base64.b64encode(hmac.digest(key, said, hashlib.sha256)).decode("ascii")


def headers(secrets: Sequence[str], announcement_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of the specification; while secrets are rotated the signatures of all, with spaces between."""
    signed = " ".join(signature(secret, announcement_id, timestamp, body) for secret in secrets)
    return {"webhook-id": announcement_id, "webhook-timestamp": str(timestamp), "webhook-signature": signed}
