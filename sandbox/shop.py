"""A shop of somebody else: its pages show the product's web chat, and its server says who its visitors are.

Written from the product's documentation alone, as a customer's developer would: one script tag, and a JSON Web Token
(HS256) that names the signed-in customer, made with the standard library.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import secrets
import time
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, jsonify, request, send_from_directory
from werkzeug.exceptions import BadRequest, NotFound

from sandbox.ledger import Record
from sandbox.world import World

FILES = Path(__file__).parent / "shopfront"
CUSTOMERS = {
    "ana": {"sub": "shop-ana", "name": "Ana Castro", "locale": "en", "timezone": "Europe/Lisbon"},
    "joris": {"sub": "shop-joris", "name": "Joris Bakker", "locale": "nl", "timezone": "Europe/Amsterdam"},
    "layla": {"sub": "shop-layla", "name": "Layla Haddad", "locale": "ar", "timezone": "Africa/Cairo"},
}
LIFETIME_S = 300
LOCALES = ("en", "nl", "ar")


class Shop:
    """The shop. What it needs to know of the product, a site's key and secret, it is told by the control API."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._site: str | None = None
        self._secret = ""
        world.join({"shop": self._installed})

    def blueprint(self) -> Blueprint:
        """`/shop`, its files, its tokens, and `/_sandbox/shop`."""
        blueprint = Blueprint("shop", __name__)
        product = urlsplit(self._world.settings.product_url)
        theirs = f"{product.scheme}://{product.netloc}"
        policy = (
            f"default-src 'none'; script-src 'self' {theirs}; frame-src {theirs}; style-src 'self'; img-src 'self'; "
            "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )

        @blueprint.after_request
        def _headers(response: Response) -> Response:
            response.headers["Content-Security-Policy"] = policy
            response.headers["X-Content-Type-Options"] = "nosniff"
            response.headers["Cache-Control"] = "no-cache"
            return response

        for rule, method, view in (
            ("/shop", "GET", self._page),
            ("/shop/token", "GET", self._token),
            ("/shop/<path:name>", "GET", self._file),
            ("/_sandbox/shop", "POST", self._install),
        ):
            blueprint.add_url_rule(rule, f"{method} {rule}", view, methods=[method])
        return blueprint

    def _page(self) -> Response:
        locale = request.args.get("lang", "en")
        locale = locale if locale in LOCALES else "en"
        text = (FILES / "index.html").read_text(encoding="utf-8")
        tag = ""
        if self._site:
            address = escape(f"{self._world.settings.product_url}/webchat/embed.js")
            tag = f'<script src="{address}" data-site="{escape(self._site)}" data-on="shop:chat-ended" async></script>'
        for name, value in (("lang", locale), ("dir", "rtl" if locale == "ar" else "ltr"), ("webchat", tag)):
            text = text.replace(f"%{name}%", value)
        return Response(text, mimetype="text/html")

    def _file(self, name: str) -> Response:
        return send_from_directory(FILES, name)

    def _token(self) -> Response:
        """What the shop's server says of its visitor, who here is whoever the page says: it is a sandbox."""
        customer = CUSTOMERS.get(request.args.get("customer", ""))
        if customer is None or self._site is None:
            raise NotFound("nobody of that name is signed in here, or no site is installed")
        now = int(time.time())
        claims: dict[str, Any] = {
            **customer,
            "aud": self._site,
            "jti": secrets.token_urlsafe(16),
            "iat": now,
            "exp": now + LIFETIME_S,
            "consent": True,
        }
        if request.args.get("chat") == "1":
            claims["interaction"] = {
                "id": f"shop-chat-{secrets.token_hex(4)}",
                "ended_at": self._world.clock.now().isoformat(timespec="seconds"),
                "duration_s": 240,
                "topic": "delivery",
                "agent": {"id": "shop-mia", "name": "Mia", "team": "shop"},
            }
        return Response(sign(self._secret, claims), mimetype="text/plain", headers={"Cache-Control": "no-store"})

    def _install(self) -> Response:
        if request.mimetype != "application/json":
            raise BadRequest("send application/json")
        wish = request.get_json()
        site, secret = (wish.get(name) if isinstance(wish, dict) else None for name in ("site", "secret"))
        if not isinstance(site, str) or not re.fullmatch(r"[A-Za-z0-9]{1,64}", site) or not isinstance(secret, str):
            raise BadRequest("site and secret, as the product's console shows them")
        self._world.commit("shop", site=site, secret=secret)
        return jsonify({"site": site})

    def _installed(self, record: Record) -> None:
        self._site, self._secret = record["site"], record["secret"]


def sign(secret: str, claims: dict[str, Any]) -> str:
    """A JSON Web Token with HS256."""
    said = ".".join(_base64(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, claims))
    return f"{said}.{_base64(hmac.digest(secret.encode(), said.encode(), hashlib.sha256))}"


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
