"""Error pages that say what happened and what to do, in the console's own look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import structlog
from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from common.errors import Forbidden, NotFound, StoreUnavailable
from console.access import PART
from console.language import N_, _

log = structlog.get_logger()
RETRY_AFTER_S = 5


class Words(NamedTuple):
    """An error page: what happened, and what to do."""

    title: str
    advice: str


PAGES: Mapping[int, Words] = {
    400: Words(
        N_("That did not come through"), N_("The form was too old or incomplete. Go back, reload the page, try again.")
    ),
    403: Words(
        N_("This is not yours to open"), N_("Your role does not include this. An administrator can change that.")
    ),
    404: Words(
        N_("Nothing here"), N_("The address is wrong, or what stood here is gone. The inbox is a good place to go on.")
    ),
    405: Words(N_("Not that way"), N_("This address takes a form, not a visit. Go back and use the button.")),
    413: Words(N_("That is too much"), N_("What you sent is larger than we take. Shorten it and try again.")),
    429: Words(N_("A little too fast"), N_("Please wait a moment, then try again.")),
    500: Words(
        N_("Something broke on our side"), N_("It is written down. Try again; if it stays, tell whoever runs Zeroten.")
    ),
    503: Words(
        N_("Back in a moment"),
        N_("The database cannot be reached right now. Nothing is lost; this page can be reloaded."),
    ),
}


def add_handlers(blueprint: Blueprint) -> None:
    """Answer what goes wrong inside the console's own routes."""

    @blueprint.errorhandler(HTTPException)
    def on_http(error: HTTPException) -> ResponseReturnValue:
        return error_page(error.code or 500)

    @blueprint.errorhandler(CSRFError)
    def on_csrf(error: CSRFError) -> ResponseReturnValue:
        log.info("a form without its token", reason=error.description)
        return error_page(400)

    @blueprint.errorhandler(NotFound)
    def on_not_found(_error: NotFound) -> ResponseReturnValue:
        return error_page(404)

    @blueprint.errorhandler(Forbidden)
    def on_forbidden(_error: Forbidden) -> ResponseReturnValue:
        return error_page(403)

    @blueprint.errorhandler(StoreUnavailable)
    def on_unavailable(error: StoreUnavailable) -> ResponseReturnValue:
        log.warning("the console cannot reach the database", error=str(error))
        return error_page(503)

    @blueprint.errorhandler(Exception)
    def on_fault(error: Exception) -> ResponseReturnValue:
        log.exception("a console page failed", path=request.path, exc_info=error)
        return error_page(500)


def error_page(status: int) -> Response:
    """The page for `status`; a few words for the page's own script."""
    words = PAGES.get(status) or PAGES[500 if status >= 500 else 400]
    if request.headers.get(PART):
        response = make_response(f"{_(words.title)}. {_(words.advice)}", status)
        response.content_type = "text/plain; charset=utf-8"
    else:
        response = make_response(render_template("console/error.html", status=status, words=words), status)
    if status in {429, 503}:
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response
