"""What a site's page loads of us: the loader, the frame with its colours, and the console's preview of it.

The frame is given only to a page whose origin the site allows; the answer says so to the browser (`frame-ancestors`
with that one origin) and to the frame's script (the one origin with which it talks). A ticket in it, signed by us, lets
it open visits for that site and that origin.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Response, g, make_response, render_template, request, url_for
from itsdangerous import BadSignature, URLSafeTimedSerializer

from bots.webchat.drawing import asset
from bots.webchat.guard import Refused
from common.channels import Channel
from common.errors import NotFound
from common.services import Services
from common.sites.colours import DARK_GROUND, LIGHT_GROUND, Shades, is_colour, shades
from common.sites.site import DEFAULT_COLOUR, Position, Site, SiteSettings, is_site_key, normalized_origin
from common.store import sites
from common.wording import interface, is_right_to_left, resolve_locale, say

TICKET_S = 12 * 3600
"""How long a frame may lie in an open page before it opens a visit."""
_LOADER = Path(__file__).parent / "static" / "embed.js"
_LOADER_KEPT = "public, max-age=300, stale-while-revalidate=86400"
_BRAND_KEPT = "public, max-age=31536000, immutable"

Rule = tuple[str, str, Callable[..., Response]]


class Embedding:
    """The views of the embedding."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._tickets = tickets(services)

    def rules(self) -> Sequence[Rule]:
        """(method, address, view) of each."""
        return (
            ("GET", "/webchat/embed.js", self.loader),
            ("GET", "/webchat/frame/<key>", self.frame),
            ("GET", "/webchat/brand/<colour>.css", self.brand),
            ("GET", "/webchat/preview", self.preview),
        )

    def loader(self) -> Response:
        """The script that a site's page names. Every origin may load it: it holds nothing."""
        response = Response(_loader(), mimetype="text/javascript")
        response.set_etag(hashlib.sha256(_loader()).hexdigest()[:32])
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        g.kept = _LOADER_KEPT
        response.make_conditional(request)
        return response

    def frame(self, key: str) -> Response:
        """The frame, for a page of an allowed origin."""
        origin = normalized_origin(request.args.get("origin", ""))
        site = self._site(key)
        if origin is None or "*" in origin or not site.allows(origin) or not _may_come_from(origin):
            raise Refused(403, "this page is not one of the site's")
        g.frame_ancestors = origin
        settings, brand, offered, fallback = self._survey_of(site)
        locale = settings.locale or _wanted_locale(fallback, offered)
        config = {
            "site": site.key,
            "origin": origin,
            "ticket": self._tickets.dumps({"site": site.key, "origin": origin}),
            "side": _side(settings.position, request.args.get("dir")),
            "has_launcher": settings.has_launcher,
            "allows_anonymous": settings.allows_anonymous,
        }
        return _drawn(config, settings.colour, locale, brand, settings.greeting, script="frame.js")

    def brand(self, colour: str) -> Response:
        """A brand's colour as a style sheet: our policy allows no style inside a page."""
        if not is_colour(f"#{colour}"):
            raise Refused(404, "no such colour")
        g.kept = _BRAND_KEPT
        light, dark = shades(f"#{colour}", LIGHT_GROUND), shades(f"#{colour}", DARK_GROUND)
        text = f"{_rule(light)}\n@media (prefers-color-scheme: dark) {{\n{_rule(dark)}\n}}\n"
        return Response(text, mimetype="text/css")

    def preview(self) -> Response:
        """The panel as the console shows it beside its form: in our own frame only; nobody is asked anything."""
        g.frame_ancestors = "'self'"
        if request.headers.get("Sec-Fetch-Dest", "iframe") != "iframe":
            raise Refused(404, "no such page")
        locale = resolve_locale(request.args.get("locale"), "en")
        colour = request.args.get("colour", DEFAULT_COLOUR).lower()
        brand = request.args.get("brand", "Acme")[:80]
        words = say("score", locale=locale, channel=Channel.WEBCHAT.value, brand=brand)
        asked = {"key": "score", "control": "scale", "text": words, "asked": 1, "choices": [], "can_skip": False}
        config = {"side": "left" if request.args.get("side") == "left" else "right", "question": asked}
        return _drawn(config, colour if is_colour(colour) else DEFAULT_COLOUR, locale, brand, None, script="preview.js")

    # --- parts ----------------------------------------------------------------------------------------------------

    def _site(self, key: str) -> Site:
        if not is_site_key(key):
            raise Refused(404, "no such site")
        try:
            with self._services.store.read() as connection:
                return sites.find(connection, key)
        except NotFound as error:
            raise Refused(404, "no such site") from error

    def _survey_of(self, site: Site) -> tuple[SiteSettings, str, Mapping[str, object], str]:
        with self._services.store.read() as connection:
            survey = self._services.surveys.find(connection, site.settings.survey_key)
        if survey is None:
            raise Refused(404, "the site's survey is gone")
        return site.settings, survey.brand, survey.wording, survey.default_locale


def tickets(services: Services) -> URLSafeTimedSerializer:
    """What signs the frames' tickets."""
    return URLSafeTimedSerializer(services.settings.secret_key, salt="webchat-frame")


def read_ticket(signer: URLSafeTimedSerializer, ticket: object, site: Site) -> str:
    """The origin for which a ticket was given, if that may still show the site's web chat. Raises Refused."""
    try:
        given = signer.loads(ticket, max_age=TICKET_S) if isinstance(ticket, str) else {}
    except BadSignature as error:
        raise Refused(403, "the frame's ticket is not valid, or too old; load the page again") from error
    if given.get("site") != site.key or not site.allows(str(given.get("origin"))):
        raise Refused(403, "the frame's ticket is for another page")
    return str(given["origin"])


def _drawn(
    config: Mapping[str, object], colour: str, locale: str, brand: str, greeting: str | None, *, script: str
) -> Response:
    values: dict[str, Any] = {
        "config": config,
        "side": config["side"],
        "locale": locale.replace("_", "-"),
        "direction": "rtl" if is_right_to_left(locale) else "ltr",
        "brand": brand,
        "words": interface(locale, brand),
        "greeting": greeting,
        "brand_css": url_for("webchat.brand", colour=colour[1:], v=_digest_of_shades()),
        "asset": asset,
        "script": script,
        "is_embedded": True,
        "view": None,
        "messages": (),
    }
    return make_response(render_template("webchat/widget.html", **values))


def _rule(shade: Shades) -> str:
    accent, ink, tint = shade.accent, shade.ink, shade.tint
    return f":root {{\n  --accent: {accent};\n  --on-accent: {ink};\n  --tint: {tint};\n}}"


def _side(position: Position, direction: str | None) -> str:
    """The side of the window: the end of a line is the right, unless the site's page reads to the left."""
    return "right" if (position is Position.END) != (direction == "rtl") else "left"


def _wanted_locale(fallback: str, offered: Mapping[str, object]) -> str:
    """The language of the site's page, else the browser's."""
    wanted = request.args.get("lang") or request.accept_languages.best
    return resolve_locale(wanted, fallback, offered=list(offered))


def _may_come_from(origin: str) -> bool:
    """Whether what the browser says of itself fits: a frame, asked for by a page of this origin."""
    if request.headers.get("Sec-Fetch-Dest", "iframe") != "iframe":
        return False
    if not request.referrer:
        return True
    parts = urlsplit(request.referrer)
    return normalized_origin(f"{parts.scheme}://{parts.netloc}") == origin


@cache
def _loader() -> bytes:
    return _LOADER.read_bytes()


@cache
def _digest_of_shades() -> str:
    """Changes when the rules by which shades are made do, so that kept style sheets are asked for anew."""
    rules = [
        _rule(shades(colour, ground)) for colour in ("#24479e", "#ffd400") for ground in (LIGHT_GROUND, DARK_GROUND)
    ]
    return hashlib.sha256("".join(rules).encode()).hexdigest()[:12]
