"""From a view to HTML, in the customer's language, and every refusal in the same style."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import structlog
from flask import Response, jsonify, make_response, render_template, request, url_for

from bots.webchat.guard import Refused, refused_by
from bots.webchat.posting import Posting
from bots.webchat.view import View, entry_to_json
from common.errors import Invalid
from common.prompts import aspect_choices
from common.services import Services
from common.store.hosted_pages import HostedPage
from common.survey.events import SKIP_CHOICE
from common.surveys import SurveyDefinition
from common.wording import interface, is_right_to_left, resolve_locale

log = structlog.get_logger()

_STATIC = Path(__file__).parent / "static"
_BRAND = "Zeroten"
"""On pages that belong to nobody: an unknown address, a broken request."""
_MESSAGES = {404: "invalid_link", 405: "problem", 409: "closed", 410: "closed", 413: "too_long", 429: "too_many"}


class Drawing:
    """Draws the pages of one process."""

    def __init__(self, services: Services) -> None:
        self._store = services.store
        self._surveys = services.surveys

    def thread(self, page: HostedPage, view: View, error: Invalid | None) -> Response:
        """The conversation with its one open control, as a form that works without script."""
        last = view.entries[-1].sequence if view.entries else 0
        html = self._draw(
            "webchat/thread.html",
            page,
            view=view,
            messages=[entry_to_json(entry) for entry in view.entries],
            config={"last": last, "tag": view.tag, "state": view.state()},
            client_id=secrets.token_urlsafe(12),
            error=None if error is None else _fault(error),
            typed=request.form.get("text", "")[:4000] if error is not None else "",
        )
        return make_response(html, 200 if error is None else 422)

    def welcome(self, page: HostedPage) -> Response:
        """What is shown to whoever merely looks: the name of the survey and a button that begins it."""
        return make_response(self._draw("webchat/welcome.html", page))

    def closed(self, page: HostedPage) -> Response:
        """The survey was cancelled, or its time is over."""
        return make_response(self._draw("webchat/notice.html", page, message="closed"), 410)

    def words_of(self, page: HostedPage, posting: Posting) -> str:
        """The words that stand in the thread for what was tapped or typed."""
        definition = self.definition(page)
        words = interface(page.locale, definition.brand)
        if posting.opt_out:
            return words["stop"]
        if posting.choice is None:
            return posting.text
        labels = {choice.key: choice.label for choice in aspect_choices(definition, page.locale)}
        if posting.choice in labels:
            return labels[posting.choice]
        return words["skip"] if posting.choice == SKIP_CHOICE else posting.choice

    def refuse(self, error: Exception) -> Response:
        """The answer to a request that is not carried out: a page for people, a problem for the script."""
        refused, errors = refused_by(error)
        response = _problem(refused, errors) if _wants_json() else self._notice(refused)
        if refused.retry_after is not None:
            response.headers["Retry-After"] = str(refused.retry_after)
        return response

    def definition(self, page: HostedPage) -> SurveyDefinition:
        """The survey that this page asks."""
        with self._store.read() as connection:
            return self._surveys.get(connection, page.survey_key, page.survey_version)

    # --- parts ----------------------------------------------------------------------------------------------------

    def _notice(self, refused: Refused) -> Response:
        locale = resolve_locale(request.accept_languages.best, "en")
        name = _MESSAGES.get(refused.status, "problem")
        html = render_template("webchat/notice.html", **_frame(locale, _BRAND), message=name, brand_is_known=False)
        return make_response(html, refused.status)

    def _draw(self, template: str, page: HostedPage, **values: Any) -> str:
        brand = self.definition(page).brand
        return render_template(template, **_frame(page.locale, brand), brand_is_known=True, **values)


def _frame(locale: str, brand: str) -> Mapping[str, Any]:
    """What every page needs, whatever it shows."""
    return {
        "locale": locale.replace("_", "-"),
        "direction": "rtl" if is_right_to_left(locale) else "ltr",
        "brand": brand,
        "words": interface(locale, brand),
        "is_embedded": request.args.get("embed") == "1",
        "asset": asset,
    }


def asset(name: str) -> str:
    """The address of a file of ours, with its content's hash, so that it may be kept for ever."""
    return url_for("webchat.static", filename=name, v=_digest(name))


@cache
def _digest(name: str) -> str:
    return hashlib.sha256((_STATIC / name).read_bytes()).hexdigest()[:16]


def _fault(error: Invalid) -> str:
    """The name of the words for what is wrong with a form."""
    for name, why in error.errors:
        if name == "text" and "at most" in why:
            return "too_long"
        if name == "text":
            return "empty"
        if name == "choice":
            return "choose_score" if request.form.get("question") == "score" else "choose_one"
    return "problem"


def _wants_json() -> bool:
    is_frame = request.path.startswith(("/webchat/visit", "/webchat/sites/"))
    return is_frame or request.path.endswith(("/messages", "/stream"))


def _problem(refused: Refused, errors: Any) -> Response:
    problem: dict[str, Any] = {"type": "about:blank", "title": "Refused", "status": refused.status}
    problem["detail"] = refused.detail
    if refused.code:
        problem["code"] = refused.code
    if errors:
        problem["errors"] = [{"field": name, "detail": why} for name, why in errors]
    response = jsonify(problem)
    response.status_code = refused.status
    response.mimetype = "application/problem+json"
    return response
