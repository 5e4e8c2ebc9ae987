"""Who sent a webhook: Meta's signature over the raw bytes, and the challenge by which it proves an address.

Source: "Webhooks, getting started": `X-Hub-Signature-256: sha256=` and the HMAC of the payload with the secret of the
app; the address is not covered. A replay is stopped by the ids of the items, for there is no time in it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from urllib.parse import parse_qs

from common.channels import InvalidSignature, WebhookReply, WebhookRequest

HEADER = "x-hub-signature-256"
_SIGNATURE = re.compile(r"sha256=([0-9a-fA-F]{64})")
_CHALLENGE = re.compile(r"[\x20-\x7e]{1,1024}")


class WebhookProof:
    """Checks webhooks of one app. app_secrets: any of them proves one; verify_token: what Meta was told to say."""

    def __init__(self, *, app_secrets: Sequence[str], verify_token: str) -> None:
        if not app_secrets or not all(app_secrets) or not verify_token:
            raise ValueError("WhatsApp needs an app secret and a verify token: unsigned webhooks prove nothing")
        self._secrets = [secret.encode() for secret in app_secrets]
        self._verify_token = verify_token.encode()

    def check(self, request: WebhookRequest) -> None:
        """Raise InvalidSignature unless Meta signed these bytes."""
        match = _SIGNATURE.fullmatch(request.headers.get(HEADER, ""))
        if match is None:
            raise InvalidSignature("no signature of the form sha256=…")
        given = match[1].lower().encode()
        proven = [
            hmac.compare_digest(hmac.new(secret, request.body, hashlib.sha256).hexdigest().encode(), given)
            for secret in self._secrets
        ]
        if not any(proven):
            raise InvalidSignature("the signature does not fit the body")

    def answer(self, request: WebhookRequest) -> WebhookReply:
        """The echo of a challenge that names our token. Raises InvalidSignature."""
        fields = parse_qs(request.query, keep_blank_values=True, errors="replace")
        mode, token, challenge = (fields.get(f"hub.{name}", [""])[0] for name in ("mode", "verify_token", "challenge"))
        is_ours = hmac.compare_digest(token.encode("utf-8", "surrogatepass"), self._verify_token)
        if not is_ours or mode != "subscribe" or not _CHALLENGE.fullmatch(challenge):
            raise InvalidSignature("not a challenge of ours")
        return WebhookReply(body=challenge)
