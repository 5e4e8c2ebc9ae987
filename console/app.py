"""Putting the console together: one blueprint with its guard, its error pages and its headers."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from flask import Blueprint, Flask, Response, current_app, g, request, url_for
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import HTTPException

from common import clock
from common.actors import Role
from common.sealing import Sealer
from common.second_factor import SecondFactors
from common.services import Services
from common.sign_ins import SignIns
from common.tickets import Tickets
from console import (
    aftercare_pages,
    alerts,
    api_keys,
    audit_pages,
    bulk,
    canned_pages,
    closing,
    dashboard,
    errors,
    files,
    handing,
    inbox,
    language,
    live,
    notes,
    people,
    presence,
    queue_pages,
    report,
    saved_views,
    second_factor,
    sign_in,
    sites,
    sound_pages,
    telephone,
    template_pages,
    theme_book_pages,
    themes,
    threads,
    ways_in,
    webhooks,
    wording_pages,
    words,
)
from console.access import RULES, Guard, missing_rules
from console.identity_provider import IdentityProvider
from console.language import N_
from console.stream import MAX_STREAMS, Streams
from console.template_findings import finding_words

_STATIC = Path(__file__).parent / "static"
_A_YEAR_S = 31_536_000
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'"
)


class Place(NamedTuple):
    """One entry of the navigation; shown when its page exists."""

    endpoint: str
    name: str
    """In English, said by `_` where it is shown."""


PLACES = (
    Place("console.inbox", N_("Inbox")),
    Place("console.dashboard", N_("Dashboard")),
    Place("console.themes", N_("Themes")),
    Place("console.report", N_("Report")),
    Place("console.loop", N_("Closing the loop")),
    Place("console.surveys", N_("Surveys")),
    Place("console.templates", N_("Templates")),
    Place("console.interviews", N_("Interviews")),
    Place("console.settings", N_("Settings")),
)

SETTINGS_PLACES = (
    Place("console.settings", N_("Sites")),
    Place("console.queue_settings", N_("Queue")),
    Place("console.people", N_("People")),
    Place("console.teams", N_("Teams")),
    Place("console.api_keys", N_("API keys")),
    Place("console.webhooks", N_("Webhooks")),
    Place("console.alert_routes", N_("Alerts")),
    Place("console.audit", N_("Audit log")),
)
"""The pages of the settings, in the order of their tabs."""


def register_console(app: Flask, services: Services, *, max_streams: int = MAX_STREAMS) -> Streams:
    """Add the console to `app`; returns its streams, to be closed when the process stops.

    Sets the cookie of form tokens, and answers unknown addresses with a page where people, not programs, look.
    """
    is_secure = services.settings.public_url.startswith("https://")
    app.secret_key = app.secret_key or services.settings.secret_key
    app.extensions["zeroten_streams"] = streams = Streams(max_streams)
    app.config.update(
        SESSION_COOKIE_NAME="__Host-zeroten-form" if is_secure else "zeroten-form",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=is_secure,
        WTF_CSRF_CHECK_DEFAULT=False,  # the guard asks for the token on every route of ours; others have keys
        WTF_CSRF_TIME_LIMIT=None,  # it ends with the session: a tab may stay open all day
        WTF_CSRF_SSL_STRICT=False,  # behind a proxy the Referer may carry another port; SameSite and token suffice
    )
    language.add_language(app)
    csrf = CSRFProtect(app)
    app.register_blueprint(create_console(services, csrf, streams))
    if missing := missing_rules(app):
        raise RuntimeError(f"console routes and rules differ: {', '.join(sorted(missing))}")
    app.register_error_handler(404, _unknown_address)
    app.register_error_handler(405, _unknown_address)
    return streams


def create_console(services: Services, csrf: CSRFProtect, streams: Streams) -> Blueprint:
    """The console's blueprint."""
    blueprint = _Console(
        "console", __name__, template_folder="templates", static_folder="static", static_url_path="/console/static"
    )
    settings = services.settings
    factors = SecondFactors(services.store, Sealer(settings.secret_keys, "second factor"))
    sign_ins = SignIns(services.store, factors, takes_passwords=settings.text("PASSWORDS") == "on")
    is_secure = settings.public_url.startswith("https://")
    guard = Guard(sign_ins, csrf, is_secure=is_secure, factor_for=[Role(r) for r in settings.listed("SECOND_FACTOR")])
    provider = IdentityProvider(settings) if settings.get("OIDC_ISSUER") else None
    blueprint.before_request(guard)
    blueprint.teardown_request(guard.leave)
    blueprint.after_request(lambda response: harden(response, is_secure=is_secure))
    blueprint.app_context_processor(_for_templates)
    blueprint.app_context_processor(
        lambda: {
            "takes_passwords": settings.text("PASSWORDS") == "on",
            "provider_name": provider.name if provider else None,
        }
    )
    sign_in.add_routes(blueprint, guard, sign_ins, factors)
    ways_in.add_routes(blueprint, services, guard, sign_ins, provider)
    second_factor.add_routes(blueprint, guard, factors)
    people.add_routes(blueprint, services)
    api_keys.add_routes(blueprint, services)
    audit_pages.add_routes(blueprint, services)
    language.add_routes(blueprint, is_secure=is_secure)
    desk = Tickets(services.turns, zone=services.settings.get("TIMEZONE"))
    inbox.add_routes(blueprint, services, desk)
    bulk.add_routes(blueprint, services, desk, partial(inbox.show_report, services))
    notes.add_routes(blueprint, services)
    presence.add_routes(blueprint, services)
    saved_views.add_routes(blueprint, services)
    canned_pages.add_routes(blueprint, services)
    telephone.add_routes(blueprint, services, desk)
    files.add_routes(blueprint, services)
    handing.add_routes(blueprint, services, desk)
    dashboard.add_routes(blueprint, services)
    themes.add_routes(blueprint, services)
    theme_book_pages.add_routes(blueprint, services)
    report.add_routes(blueprint, services)
    sites.add_routes(blueprint, services)
    queue_pages.add_routes(blueprint, services)
    live.add_routes(blueprint, services, sign_ins, guard, streams)
    template_pages.add_routes(blueprint, services)
    wording_pages.add_routes(blueprint, services)
    aftercare_pages.add_routes(blueprint, services)
    sound_pages.add_routes(blueprint, services)
    webhooks.add_routes(blueprint, services)
    alerts.add_routes(blueprint, services)
    closing.add_routes(blueprint, services)
    errors.add_handlers(blueprint)
    return blueprint


def harden(response: Response, *, is_secure: bool) -> Response:
    """The headers of every console page: nothing from elsewhere, in nobody's frame, kept in no cache."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)  # a customer's file has its own
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    # a welcome link's address opens an account
    headers["Referrer-Policy"] = "no-referrer" if request.endpoint == "console.welcome" else "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    if request.endpoint != "console.static":
        headers["Cache-Control"] = "no-store"
    if is_secure:
        headers["Strict-Transport-Security"] = f"max-age={_A_YEAR_S}"
    return response


def _unknown_address(error: HTTPException) -> Response | HTTPException:
    """A page for people; programs get what the rest of the product answers them."""
    accepts_pages = request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"
    if not accepts_pages or request.path.startswith(("/api/", "/webhooks/", "/webchat/", "/s/")):
        return error
    return harden(errors.error_page(error.code or 404), is_secure=request.is_secure)


class _Console(Blueprint):
    def get_send_file_max_age(self, filename: str | None) -> int | None:
        """A file asked for by the hash of its content never changes; any other is asked for again each time."""
        is_named_by_version = (filename or "").startswith("vendor/")
        return _A_YEAR_S if "v" in request.args or is_named_by_version else None


_hashes: dict[tuple[str, int], str] = {}


def asset(name: str) -> str:
    """The address of a file in `static`, with the hash of its content."""
    path = _STATIC / name
    key = (name, path.stat().st_mtime_ns)
    if key not in _hashes:
        _hashes[key] = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    return url_for("console.static", filename=name, v=_hashes[key])


def _for_templates() -> dict[str, Any]:
    signed_in = g.get("signed_in")
    return {
        "asset": asset,
        "ahead_ms": round((clock.now() - clock.wall()).total_seconds()) * 1000,
        "me": signed_in.user if signed_in else None,
        "settings_places": [place for place in SETTINGS_PLACES if signed_in and _may_open(place, signed_in.user.role)],
        "places": [place for place in PLACES if signed_in and _may_open(place, signed_in.user.role)],
        "words_for": words,
        "finding_words": finding_words,
        "customer_title": threads.customer_title,
        "since": _since,
    }


def _may_open(place: Place, role: Role) -> bool:
    """True if the page exists and this role may look at it."""
    return place.endpoint in current_app.view_functions and RULES[place.endpoint].allows(role)


def _since(at: datetime, now: datetime | None = None) -> timedelta:
    return (now or clock.now()) - at
