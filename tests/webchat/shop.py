"""A site of somebody else that shows our web chat: its pages on an origin of its own, and its server's tokens."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, request

from common import clock
from common.sites.site import Site, checked
from common.store import sites
from tests.webchat.conftest import serving
from tests.webchat.world import World

PAGE = """<!doctype html><html lang="{lang}" dir="{dir}"><head><meta charset="utf-8"><title>Shop</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body style="margin:0;font:16px/1.5 Georgia,serif;background:#faf7f0">{before}
<main style="padding:2rem"><h1>Lamps</h1><p>Some words about lamps.</p><button id="own">Our own button</button></main>
<script src="{ours}/webchat/embed.js" data-site="{site}" {attributes} async></script></body></html>"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """The site as it is set up at ours, and where its pages are."""

    site: Site
    origin: str
    secret: str

    def token(self, **changes: Any) -> str:
        """What the shop's server says of a customer who is signed in there."""
        now = int(time.time())
        claims = {"aud": self.site.key, "sub": "c-991", "jti": secrets.token_urlsafe(12), "iat": now, "exp": now + 300}
        return signed(self.secret, claims | {"name": "Ana", "consent": True} | changes)


def signed(secret: str, claims: dict[str, Any], header: dict[str, Any] | None = None) -> str:
    """A JSON Web Token with HS256."""
    parts = [header or {"alg": "HS256", "typ": "JWT"}, claims]
    said = ".".join(_base64(json.dumps(part).encode()) for part in parts)
    return f"{said}.{_base64(hmac.digest(secret.encode(), said.encode(), hashlib.sha256))}"


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def add_site(world: World, origins: list[str], **changes: Any) -> Site:
    """A site at ours that asks the world's survey."""
    given = {"name": "Lamps", "survey_key": "support", "origins": origins, "allows_anonymous": True} | changes
    return world.services.store.write(lambda connection: sites.create(connection, checked(given), clock.now()))


@contextmanager
def a_shop(world: World, address: str, **changes: Any) -> Iterator[Shop]:
    """The shop's pages on a port of their own. `?lang=ar`, `?attributes=`, `?before=` change what a page holds."""
    pages = Flask("shop", static_folder=None)
    made: list[Site] = []

    @pages.get("/")
    def page() -> Response:
        given = request.args
        lang = given.get("lang", "en")
        text = PAGE.format(
            ours=address,
            site=made[0].key,
            lang=lang,
            dir="rtl" if lang == "ar" else "ltr",
            attributes=given.get("attributes", ""),
            before=given.get("before", ""),
        )
        policy = (
            f"default-src 'self'; script-src {address} 'unsafe-inline'; frame-src {address}; style-src 'unsafe-inline'"
        )
        return Response(text, headers={"Content-Security-Policy": policy})

    with serving(pages) as origin:
        origins = changes.pop("origins", [origin])
        made.append(add_site(world, origins, **changes))
        yield Shop(site=made[0], origin=origin, secret=made[0].secret(world.services.settings.secret_key))
