"""The shop: its page holds the snippet and nothing else of the product; its server signs tokens by the standard."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest

from tests.sandbox.running import Box

SITE, SECRET = "abcdefgh23456789", "s" * 43


@pytest.fixture
def shop(box: Box) -> Box:
    box.call("POST", "/_sandbox/shop", {"site": SITE, "secret": SECRET})
    return box


def test_the_page_shows_the_snippet_of_its_site(shop: Box) -> None:
    status, _, page = shop.fetch("GET", "/shop?lang=ar")
    assert status == 200
    assert '<html lang="ar" dir="rtl">' in page
    assert f'/webchat/embed.js" data-site="{SITE}" data-on="shop:chat-ended" async></script>' in page
    assert '<html lang="en" dir="ltr">' in shop.fetch("GET", "/shop?lang=%3Cscript%3E")[2]


def test_a_token_is_a_json_web_token(shop: Box) -> None:
    status, _, token = shop.fetch("GET", "/shop/token?customer=layla&chat=1")
    assert status == 200
    said, _, signature = token.rpartition(".")
    given = base64.urlsafe_b64decode(signature + "=")
    assert hmac.compare_digest(given, hmac.digest(SECRET.encode(), said.encode(), hashlib.sha256))
    header, claims = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in said.split("."))
    assert header == {"alg": "HS256", "typ": "JWT"}
    assert (claims["aud"], claims["sub"], claims["consent"]) == (SITE, "shop-layla", True)
    assert 0 < claims["exp"] - claims["iat"] <= 600
    assert claims["interaction"]["topic"] == "delivery"
    assert json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))["jti"] == claims["jti"]


def test_nobody_else_is_vouched_for(shop: Box) -> None:
    assert shop.raw("GET", "/shop/token?customer=mallory")[0] == 404
    assert shop.raw("GET", "/shop/token")[0] == 404
    assert shop.raw("GET", "/shop/../server.py")[0] == 404


@pytest.mark.parametrize(
    "wish", [{}, {"site": SITE}, {"site": '"><script>', "secret": SECRET}, {"site": 7, "secret": "x"}]
)
def test_a_site_is_installed_as_the_console_shows_it(box: Box, wish: dict[str, object]) -> None:
    assert box.raw("POST", "/_sandbox/shop", wish)[0] == 400
