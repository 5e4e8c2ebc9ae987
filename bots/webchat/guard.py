"""The page's protection: what a browser may do with it, who may frame it, and how a request is refused."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flask import Response, g, request
from werkzeug.exceptions import HTTPException

from common.errors import Invalid, StoreUnavailable

_ORIGIN = re.compile(
    r"https?://(?:\*\.)?[A-Za-z0-9.-]{1,253}(?::\d{1,5})?|https?://\[[0-9A-Fa-f:]{2,45}\](?::\d{1,5})?"
)
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors "
)
_A_YEAR = "public, max-age=31536000, immutable"


class Refused(Exception):
    """A request that is not carried out; nothing is stored. retry_after: seconds after which it may succeed. code: the
    reason for programs.
    """

    def __init__(self, status: int, detail: str, *, retry_after: int | None = None, code: str | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.retry_after = retry_after


def refused_by(error: Exception) -> tuple[Refused, Sequence[tuple[str, str]]]:
    """Any error of a request as a refusal, with the fields that are wrong."""
    if isinstance(error, Refused):
        return error, ()
    if isinstance(error, Invalid):
        return Refused(422, error.detail), error.errors
    if isinstance(error, StoreUnavailable):
        return Refused(503, "the database cannot take this now", retry_after=2), ()
    if isinstance(error, HTTPException):
        return Refused(error.code or 500, error.description or error.name), ()
    raise error


def origins(setting: str | None) -> str:
    """The value of `frame-ancestors` for a comma-separated list of origins. Raises ValueError for anything else in it.

    Nobody may frame the page unless named here, not even ourselves.
    """
    named = [origin.strip().rstrip("/") for origin in (setting or "").split(",") if origin.strip()]
    for origin in named:
        if not _ORIGIN.fullmatch(origin):
            raise ValueError(f"ZEROTEN_WEBCHAT_ORIGINS: {origin!r} is not an origin such as https://www.example.com")
    return " ".join(["'self'", *named]) if named else "'none'"


def protect(frame_ancestors: str, response: Response) -> Response:
    """Add the headers that every answer of the web chat carries.

    A view that knows better says so in `g`: `frame_ancestors` for the one origin that asked for a frame, `kept` for
    what may be kept.
    """
    headers = response.headers
    headers["Content-Security-Policy"] = _POLICY + g.get("frame_ancestors", frame_ancestors)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer"
    headers["X-Robots-Tag"] = "noindex, nofollow"
    headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), browsing-topics=()"
    is_file = request.endpoint == "webchat.static" and response.status_code in {200, 304}
    kept = "no-store"
    if is_file:  # a module that another one names without its version is asked for again by its tag
        kept = _A_YEAR if "v" in request.args else "no-cache"
    headers["Cache-Control"] = g.get("kept", kept) if response.status_code in {200, 304} else "no-store"
    return response
