"""A token is believed only if the site signed it, for this site, for now; everything else is refused by name."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.sites.identity import MAX_TOKEN, BadIdentity, Identity, read_identity

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
SECRET, KEY = "s" * 43, "abcdefgh23456789"
CLAIMS: dict[str, Any] = {
    "aud": KEY,
    "sub": "c-991",
    "jti": "n-12345678",
    "iat": int(NOW.timestamp()),
    "exp": int(NOW.timestamp()) + 600,
}


def encoded(value: object) -> str:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(claims: object = CLAIMS, *, header: object = None, secret: str = SECRET) -> str:
    said = f"{encoded({'alg': 'HS256', 'typ': 'JWT'} if header is None else header)}.{encoded(claims)}"
    return f"{said}.{encoded(hmac.digest(secret.encode(), said.encode(), hashlib.sha256))}"


def read(text: str, now: datetime = NOW) -> Identity:
    return read_identity(text, site_key=KEY, secrets=[SECRET, "older"], now=now)


def code_of(text: str, now: datetime = NOW) -> str:
    with pytest.raises(BadIdentity) as caught:
        read(text, now)
    return caught.value.code


def test_everything_that_a_site_may_say() -> None:
    interaction = {
        "id": "chat-1",
        "ended_at": "2026-11-22T10:04:00+01:00",
        "duration_s": 312,
        "outcome": "answered",
        "topic": "invoice",
        "reference": "order 4711",
        "agent": {"id": "a-7", "name": "Joost", "team": None},
    }
    customer = {"name": "Ana", "locale": "pt-BR", "timezone": "Europe/Lisbon", "consent": True}
    found = read(token(CLAIMS | customer | {"interaction": interaction, "iss": "shop"}))
    assert found.customer == {"id": "c-991"} | customer
    assert found.interaction == interaction
    assert found.nonce == "n-12345678"
    assert found.expires_at == NOW + timedelta(minutes=11)


def test_both_secrets_count_while_they_are_rotated() -> None:
    assert read(token(secret="older")).customer["id"] == "c-991"
    assert code_of(token(secret="oldest")) == "signature"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a.b",
        "a.b.c",
        "a.b.c.d",
        "ä.b.c",
        token() + "=",
        token().replace(".", ". "),
        "a." * 3000,
        "x" * (MAX_TOKEN + 1),
    ],
)
def test_what_is_no_token(text: str) -> None:
    assert code_of(text) == "malformed"


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none", "typ": "JWT"},
        {"alg": "HS512", "typ": "JWT"},
        {"alg": "RS256"},
        {"alg": "hs256"},
        {"alg": ["HS256"]},
        {"alg": "HS256", "typ": "JWE"},
        {"alg": "HS256", "jku": "https://evil.example"},
        [],
        "HS256",
    ],
)
def test_only_one_algorithm_is_read(header: object) -> None:
    assert code_of(token(header=header)) == "malformed"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"aud": "another0site0key"}, "site"),
        ({"aud": None}, "site"),
        ({"aud": ["other"]}, "site"),
        ({"sub": None}, "claims"),
        ({"sub": ""}, "claims"),
        ({"sub": 7}, "claims"),
        ({"sub": "a" * 256}, "claims"),
        ({"sub": "a\x00b"}, "claims"),
        ({"jti": "short"}, "claims"),
        ({"jti": None}, "claims"),
        ({"iat": None}, "claims"),
        ({"iat": "now"}, "claims"),
        ({"iat": True}, "claims"),
        ({"exp": 1e30}, "claims"),
        ({"exp": CLAIMS["iat"] + 601}, "claims"),
        ({"exp": CLAIMS["iat"]}, "claims"),
        ({"nbf": CLAIMS["iat"] + 120}, "early"),
        ({"locale": "not a language"}, "claims"),
        ({"timezone": "Mars/Olympus"}, "claims"),
        ({"consent": "yes"}, "claims"),
        ({"is_admin": True}, "claims"),
        ({"interaction": []}, "claims"),
        ({"interaction": {"channel": "voice"}}, "claims"),
        ({"interaction": {"ended_at": "2026-11-22T10:04:00"}}, "claims"),
        ({"interaction": {"ended_at": "yesterday"}}, "claims"),
        ({"interaction": {"ended_at": 7}}, "claims"),
        ({"interaction": {"duration_s": -1}}, "claims"),
        ({"interaction": {"duration_s": True}}, "claims"),
        ({"interaction": {"agent": "Joost"}}, "claims"),
        ({"interaction": {"agent": {"email": "x"}}}, "claims"),
        ({"interaction": {"topic": "a" * 256}}, "claims"),
    ],
)
def test_a_wrong_claim_is_refused(changes: dict[str, Any], code: str) -> None:
    assert code_of(token(CLAIMS | changes)) == code


def test_a_token_lives_for_minutes() -> None:
    assert read(token(), NOW + timedelta(minutes=10, seconds=59)).nonce
    assert code_of(token(), NOW + timedelta(minutes=11)) == "expired"
    assert read(token(), NOW - timedelta(seconds=60)).nonce
    assert code_of(token(), NOW - timedelta(seconds=61)) == "early"


@given(text=st.text(max_size=200))
def test_no_text_makes_it_fall_over(text: str) -> None:
    assert code_of(text) == "malformed"


@given(
    claims=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from([*CLAIMS, "interaction", "agent", "name"]), inner, max_size=5)
        ),
        max_leaves=12,
    )
)
def test_no_signed_claims_make_it_fall_over(claims: object) -> None:
    with pytest.raises(BadIdentity):
        read(token(claims))


@given(position=st.integers(0, len(token()) - 1), letter=st.sampled_from("ABab09-_"))
def test_a_changed_letter_is_noticed(position: int, letter: str) -> None:
    good = token()
    changed = good[:position] + letter + good[position + 1 :]
    if changed == good or good[position] == ".":
        return
    if position == len(good) - 1 and _same_bytes(changed, good):
        return  # the last letter of base64url has bits that mean nothing
    assert code_of(changed) in {"signature", "malformed"}


def _same_bytes(one: str, other: str) -> bool:
    return base64.urlsafe_b64decode(one[-43:] + "=") == base64.urlsafe_b64decode(other[-43:] + "=")
