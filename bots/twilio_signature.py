"""X-Twilio-Signature: does a webhook come from Twilio?

Twilio's rule (https://www.twilio.com/docs/usage/webhooks/webhooks-security): base64 of an HMAC, keyed with the auth
token, over the full address as Twilio was given it and, for a form, every parameter's name and value, sorted by name,
each different value of a repeated name once. A JSON body is covered by its SHA-256 in the query (`bodySHA256`) and
the signature covers the address only. The digest is SHA-1, or SHA-256 where `X-Twilio-Webhooks-Signature-Settings`
says so.

The address is the configured public one with the request's raw path and query, never what a proxy made of the Host
header. Twilio is inconsistent about the port, so the address counts with and without its port.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import parse_qs, parse_qsl, urlsplit

from common.channels import InvalidSignature, WebhookRequest

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"

_LONGEST_HEADER = 512  # a SHA-256 in base64 has 44 characters; settings name a key and an algorithm
_DIGESTS = {"HMAC_SHA1": hashlib.sha1, "HMAC_SHA256": hashlib.sha256}


def media_type(request: WebhookRequest) -> str:
    """The declared type of the body without its parameters, in lower case."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


@lru_cache(maxsize=64)  # the check and the reading of one request ask for the same
def form_fields(body: bytes) -> tuple[tuple[str, str], ...]:
    """The pairs of a form, blank values kept, in order. Never raises: what is not UTF-8 becomes U+FFFD."""
    return tuple(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, errors="replace"))


class SignatureCheck:
    """Checks requests against one public address and any of several tokens (rotation: the old one and the new one)."""

    def __init__(self, *, public_url: str, auth_tokens: Sequence[str]) -> None:
        """Raises ValueError where no request could be proven: no token, an empty one, no http(s) address."""
        if not auth_tokens or not all(auth_tokens):
            raise ValueError("at least one auth token is needed, and none may be empty")
        self._keys = tuple(token.encode() for token in auth_tokens)
        self._bases = _spellings(public_url)

    def check(self, request: WebhookRequest) -> None:
        """Raise InvalidSignature unless Twilio sent these bytes to this address."""
        signature = request.headers.get("x-twilio-signature", "")
        settings = request.headers.get("x-twilio-webhooks-signature-settings", "")
        if not signature or len(signature) > _LONGEST_HEADER or len(settings) > _LONGEST_HEADER:
            raise InvalidSignature("the signature is missing or too long")
        digest = _DIGESTS.get(_algorithm(settings))
        if digest is None:
            raise InvalidSignature("the signature's algorithm is unknown")
        given = signature.encode("utf-8", "surrogatepass")
        suffix = request.path + (f"?{request.query}" if request.query else "")
        for base in self._bases:
            for fields in _signed_fields(request):
                text = (base + suffix + fields).encode("utf-8", "surrogatepass")
                for key in self._keys:
                    if hmac.compare_digest(base64.b64encode(hmac.digest(key, text, digest)), given):
                        return
        raise InvalidSignature("the signature does not match")


def _algorithm(settings: str) -> str:
    for part in settings.split(","):
        name, _, value = part.partition("=")
        if name.strip() == "algorithm" and value.strip():
            return value.strip().upper()
    return "HMAC_SHA1"


def _signed_fields(request: WebhookRequest) -> tuple[str, ...]:
    """What the signature covers beside the address; several where Twilio's rule leaves it open.

    A body that is neither form nor JSON carries no parameters, so only the address is covered; `parse` refuses such a
    body, which keeps the unproven bytes out.
    """
    kind = media_type(request)
    if kind == JSON:
        expected = parse_qs(request.query).get("bodySHA256", [""])[0]
        actual = hashlib.sha256(request.body).hexdigest()
        if not hmac.compare_digest(actual.encode(), expected.lower().encode("utf-8", "surrogatepass")):
            raise InvalidSignature("the body's hash does not match")
        return ("",)
    if kind != FORM:
        return ("",)
    covered = "".join(name + value for name, value in sorted(set(form_fields(request.body))))
    return (covered,) if b"=" in request.body else (covered, "")


def _spellings(public_url: str) -> tuple[str, ...]:
    """The public address without and with its port."""
    parts = urlsplit(public_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(f"the public address must be http(s)://host, not {public_url!r}")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    host = parts.netloc.removesuffix(f":{parts.port}") if parts.port else parts.netloc
    prefix = parts.path.rstrip("/")
    return f"{parts.scheme}://{host}{prefix}", f"{parts.scheme}://{host}:{port}{prefix}"
