"""The hosted page at `/s/{token}`: a plain HTML form that works by itself, and what the page's script asks for.

The secret address is the whole authority: no cookie, no session, hence nothing for a foreign site to ride on. Opening
the page begins the survey that waits there; robots that draw link previews, HEAD requests and prefetches do not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.exceptions import HTTPException

from bots.webchat.drawing import Drawing
from bots.webchat.embedding import Embedding, Rule
from bots.webchat.guard import Refused, origins, protect
from bots.webchat.limits import Pace, Seats
from bots.webchat.posting import read_form
from bots.webchat.threads import Threads
from bots.webchat.visiting import Visiting
from common.errors import Conflict, Forbidden, Invalid, NotFound, StoreUnavailable
from common.pages import is_page_token, token_hash
from common.services import Services
from common.store.hosted_pages import HostedPage

POLLS, STREAMS_PER_PAGE = 16, 2
"""Requests that one process holds open beside its streams; most of its threads must stay free."""
_ROBOT = re.compile(
    r"bot\b|bot/|crawl|spider|preview|facebookexternalhit|facebot|whatsapp|slack|discord|skype|embedly|vkshare|pinterest"
    r"|google-inspectiontool|iframely|mastodon|snapchat|viber",
    re.IGNORECASE,
)


@dataclass(slots=True)
class WebChatPages:
    """The views of the hosted page."""

    threads: Threads

    def show(self, token: str) -> Response:
        hashed = _hashed(token)
        page = self.threads.page(hashed)
        if self.threads.may_begin(page):
            if _is_mere_look():
                return self.threads.drawing.welcome(page)
            page = self.threads.start(page, hashed)
        return self._thread(page, hashed)

    def post_form(self, token: str) -> Response:
        hashed = _hashed(token)
        page = self.threads.begun(self.threads.for_writing(hashed), hashed)
        if request.form.get("start"):
            return _back_to(token, "")
        try:
            posting = read_form(request.form)
        except Invalid as error:
            return self._thread(page, hashed, error)
        self.threads.take(page, posting)
        return _back_to(token, "answer")

    def post_json(self, token: str) -> Response:
        return self.threads.post_json(_hashed(token))

    def news(self, token: str) -> Response:
        return self.threads.news(_hashed(token))

    def stream(self, token: str) -> Response:
        return self.threads.stream(_hashed(token))

    def file(self, token: str, file_id: str) -> Response:
        return self.threads.file(_hashed(token), file_id)

    def nothing(self, anything: str) -> Response:
        raise Refused(404, "no such page")

    def _thread(self, page: HostedPage, hashed: str | None, error: Invalid | None = None) -> Response:
        if page.conversation_id is None:
            return self.threads.drawing.closed(page)
        return self.threads.drawing.thread(page, self.threads.settled(page, hashed), error)


def create_webchat(services: Services) -> Blueprint:
    """The web chat's part of the web application. Raises ValueError if WEBCHAT_ORIGINS holds what is no origin."""
    blueprint = Blueprint(
        "webchat", __name__, template_folder="templates", static_folder="static", static_url_path="/webchat/static"
    )
    threads = Threads(
        services=services,
        drawing=Drawing(services),
        pace=Pace(),
        streams=Seats(total=services.settings.webchat_streams, per_page=STREAMS_PER_PAGE),
        polls=Seats(total=POLLS, per_page=STREAMS_PER_PAGE),
    )
    pages, embedding, visiting = WebChatPages(threads), Embedding(services), Visiting(services, threads)
    rules: tuple[Rule, ...] = (
        ("GET", "/s/<token>", pages.show),
        ("POST", "/s/<token>", pages.post_form),
        ("POST", "/s/<token>/messages", pages.post_json),
        ("GET", "/s/<token>/messages", pages.news),
        ("GET", "/s/<token>/stream", pages.stream),
        ("GET", "/s/<token>/files/<file_id>", pages.file),
        *embedding.rules(),
        *visiting.rules(),
    )
    for method, rule, view in rules:
        blueprint.add_url_rule(rule, view.__name__, view, methods=[method])
    blueprint.add_url_rule("/s/<path:anything>", "nothing", pages.nothing, methods=["GET", "POST"])
    allowed = origins(services.settings.get("WEBCHAT_ORIGINS"))
    blueprint.after_request(partial(protect, allowed))
    for fault in (Refused, Invalid, StoreUnavailable, HTTPException, NotFound, Forbidden, Conflict):
        blueprint.register_error_handler(fault, threads.drawing.refuse)
    return blueprint


def _hashed(token: str) -> str | None:
    """What the page of this address is found by; None for what cannot be an address of ours."""
    return token_hash(token) if is_page_token(token) else None


def _is_mere_look() -> bool:
    """A robot that draws a link preview, a prefetch or a HEAD request: nobody has opened the page yet."""
    purpose = " ".join(request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"))
    agent = request.headers.get("User-Agent", "")
    return request.method == "HEAD" or bool(re.search("prefetch|preview", purpose)) or bool(_ROBOT.search(agent))


def _back_to(token: str, anchor: str) -> Response:
    values = {"token": token} | ({"embed": "1"} if request.args.get("embed") == "1" else {})
    address = url_for("webchat.show", _anchor=anchor or None, **values)  # type: ignore[arg-type]
    response = redirect(address, code=303)
    assert isinstance(response, Response)
    return response
