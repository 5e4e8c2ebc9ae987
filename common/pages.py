"""The address of a hosted page: derived from the invitation, provable without being stored.

A page's token is a keyed hash of the invitation's id, so the same link can be made again at any time, while the
database holds only the token's own hash: whoever reads the database cannot open a customer's page.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def page_token(secret_key: str, invitation_id: str) -> str:
    """The secret part of the page's address: 256 bits in 43 characters of base64url. The same for every call."""
    digest = hmac.digest(secret_key.encode("utf-8"), b"page:" + invitation_id.encode("utf-8"), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def token_hash(token: str) -> str:
    """What is stored of a token and looked up by: SHA-256 in 64 hexadecimal digits. Accepts any text."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def is_page_token(text: str) -> bool:
    """Whether `text` has the form of a token, so that anything else is refused without asking the database."""
    return _TOKEN.fullmatch(text) is not None


def page_url(public_url: str, secret_key: str, invitation_id: str) -> str:
    """The full address of the invitation's page. `public_url` has no slash at its end."""
    return f"{public_url}/s/{page_token(secret_key, invitation_id)}"
