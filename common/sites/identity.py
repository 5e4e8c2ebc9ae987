"""Who a visitor is, by the word of the site: a short-lived token that the site's own server has signed.

A JSON Web Token with HS256 (RFC 7515, RFC 7519), so that every language has a library for it; read here by hand,
because only one algorithm and few claims are allowed and everything else is refused:

* `aud` the site's key, `sub` the site's own id of the customer, `jti` a number used once, `iat` and `exp` at most ten
  minutes apart;
* `name`, `locale`, `timezone`, `consent` about the customer;
* `interaction` about what has just ended, with the API's names: `id`, `ended_at`, `duration_s`, `outcome`, `topic`,
  `reference`, `agent`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from common.outreach.zones import zone_named

LIFETIME = timedelta(minutes=10)
"""The longest time between `iat` and `exp`."""
LEEWAY = timedelta(seconds=60)
"""How far the clocks of two servers may differ."""
MAX_TOKEN = 4096
_PART = re.compile(r"[A-Za-z0-9_-]+")
_LOCALE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,3}")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_CLAIMS = {"aud", "sub", "jti", "iat", "exp", "nbf", "iss", "name", "locale", "timezone", "consent", "interaction"}
_LENGTHS = {"id": 255, "topic": 255, "reference": 1000, "outcome": 64}
_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


class BadIdentity(Exception):
    """A token that nobody is believed by. code: malformed, signature, site, expired, early or claims."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Whom a site vouches for. customer, interaction: as in the API. nonce: `jti`, remembered until expires_at."""

    customer: Mapping[str, Any]
    interaction: Mapping[str, Any] = field(default_factory=dict)
    nonce: str
    expires_at: datetime


def read_identity(token: str, *, site_key: str, secrets: Sequence[str], now: datetime) -> Identity:
    """The identity in `token`, signed with one of `secrets`. `now` is the system's time. Raises BadIdentity."""
    claims = _verified(token, secrets)
    if claims.keys() - _CLAIMS:
        raise BadIdentity("claims", "unknown claims: " + ", ".join(sorted(claims.keys() - _CLAIMS))[:200])
    audience = claims.get("aud")
    if site_key not in (audience if isinstance(audience, list) else [audience]):
        raise BadIdentity("site", "the token is for another site: aud must be the site's key")
    expires_at = _check_times(claims, now)
    nonce = _text(claims, "jti", 128)
    if nonce is None or len(nonce) < 8:
        raise BadIdentity("claims", "jti: 8 to 128 characters that are used once")
    return Identity(
        customer=_customer(claims), interaction=_interaction(claims), nonce=nonce, expires_at=expires_at + LEEWAY
    )


def _verified(token: str, secrets: Sequence[str]) -> Mapping[str, Any]:
    parts = token.split(".") if len(token) <= MAX_TOKEN else []
    if len(parts) != 3 or not all(_PART.fullmatch(part) for part in parts):
        raise BadIdentity("malformed", "not a signed token in three parts")
    header = _decoded(parts[0])
    if header.get("alg") != "HS256" or header.keys() - {"alg", "typ", "kid"} or header.get("typ", "JWT") != "JWT":
        raise BadIdentity("malformed", "the header must say alg HS256 and typ JWT, and nothing else")
    try:
        given = _bytes(parts[2])
    except (ValueError, binascii.Error) as error:
        raise BadIdentity("malformed", "the signature is not base64url") from error
    signed = f"{parts[0]}.{parts[1]}".encode("ascii")
    right = [hmac.compare_digest(hmac.digest(key.encode("ascii"), signed, hashlib.sha256), given) for key in secrets]
    if not any(right):
        raise BadIdentity("signature", "the signature does not fit the site's secret")
    return _decoded(parts[1])


def _decoded(part: str) -> Mapping[str, Any]:
    try:
        value = json.loads(_bytes(part).decode("utf-8"))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise BadIdentity("malformed", "a part is not JSON in base64url") from error
    if not isinstance(value, dict):
        raise BadIdentity("malformed", "a part is not a JSON object")
    return value


def _bytes(part: str) -> bytes:
    return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)


def _check_times(claims: Mapping[str, Any], now: datetime) -> datetime:
    issued_at, expires_at = (_instant(claims, name) for name in ("iat", "exp"))
    if not timedelta(0) < expires_at - issued_at <= LIFETIME:
        raise BadIdentity("claims", f"exp must be at most {LIFETIME.seconds // 60} minutes after iat")
    if now >= expires_at + LEEWAY:
        raise BadIdentity("expired", "the token has expired")
    not_before = _instant(claims, "nbf") if "nbf" in claims else issued_at
    if max(issued_at, not_before) > now + LEEWAY:
        raise BadIdentity("early", "the token is from the future: is the clock of the site's server right?")
    return expires_at


def _instant(claims: Mapping[str, Any], name: str) -> datetime:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 4_000_000_000:
        raise BadIdentity("claims", f"{name} must be a time in seconds since 1970")
    return datetime.fromtimestamp(value, UTC)


def _customer(claims: Mapping[str, Any]) -> dict[str, Any]:
    found = {"id": _text(claims, "sub", 255), "name": _text(claims, "name", 255)}
    found |= {"locale": _text(claims, "locale", 35), "timezone": _text(claims, "timezone", 64)}
    if found["id"] is None:
        raise BadIdentity("claims", "sub must be the site's own id of the customer")
    if found["locale"] is not None and not _LOCALE.fullmatch(found["locale"]):
        raise BadIdentity("claims", "locale must be a language code such as nl or pt-BR")
    if found["timezone"] is not None and zone_named(found["timezone"]) is None:
        raise BadIdentity("claims", "timezone must be an IANA zone such as Europe/Amsterdam")
    consent = claims.get("consent")
    if consent is not None and not isinstance(consent, bool):
        raise BadIdentity("claims", "consent must be true or false")
    return {name: value for name, value in (found | {"consent": consent}).items() if value is not None}


def _interaction(claims: Mapping[str, Any]) -> dict[str, Any]:
    given = claims.get("interaction")
    if given is None:
        return {}
    if not isinstance(given, dict) or given.keys() - {*_LENGTHS, "ended_at", "duration_s", "agent"}:
        raise BadIdentity(
            "claims", "interaction: an object of " + ", ".join([*_LENGTHS, "ended_at, duration_s, agent"])
        )
    found: dict[str, Any] = {name: _text(given, name, most) for name, most in _LENGTHS.items()}
    agent = given.get("agent")
    if agent is not None:
        if not isinstance(agent, dict) or agent.keys() - {"id", "name", "team"}:
            raise BadIdentity("claims", "interaction.agent: an object of id, name, team")
        found["agent"] = {name: _text(agent, name, 255) for name in ("id", "name", "team")}
    duration = given.get("duration_s")
    if duration is not None:
        if isinstance(duration, bool) or not isinstance(duration, int | float) or not 0 <= duration <= 10_000_000:
            raise BadIdentity("claims", "interaction.duration_s: seconds")
        found["duration_s"] = duration
    if given.get("ended_at") is not None:
        found["ended_at"] = _time(given["ended_at"])
    return {name: value for name, value in found.items() if value is not None}


def _time(value: Any) -> str:
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) and len(value) <= 40 else None
        is_good = at is not None and at.tzinfo is not None and _EARLIEST <= at < _LATEST
    except (ValueError, OverflowError):
        is_good = False
    if not is_good:
        raise BadIdentity("claims", "interaction.ended_at: a time with an offset, such as 2026-11-22T10:04:00+01:00")
    return str(value)


def _text(given: Mapping[str, Any], name: str, most: int) -> str | None:
    value = given.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip() or len(value) > most or _UNPRINTABLE.search(value):
        raise BadIdentity("claims", f"{name} must be text of at most {most} characters")
    return value
