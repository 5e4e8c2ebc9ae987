"""The hosted page at `/s/{token}`: a plain HTML form that works by itself, and what the page's script asks for.

The secret address is the whole authority: no cookie, no session, hence nothing for a foreign site to ride on. Opening
the page begins the survey that waits there; robots that draw link previews, HEAD requests and prefetches do not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial

import structlog
from flask import Blueprint, Response, jsonify, redirect, request, url_for
from werkzeug.exceptions import HTTPException

from bots.webchat.adapter import ACCOUNT
from bots.webchat.drawing import Drawing
from bots.webchat.guard import Refused, origins, protect
from bots.webchat.limits import Pace, Seats
from bots.webchat.posting import MAX_BODY, Posting, read_form, read_json
from bots.webchat.stream import events, settle, wait_for_news
from bots.webchat.view import Reader, View, entry_to_json, provider_id, read_view
from common import clock
from common.channels import Channel, InboundMessage, ProviderSignal
from common.errors import Invalid, StoreUnavailable
from common.pages import is_page_token, token_hash
from common.services import Services
from common.store.hosted_pages import HostedPage, find_page
from common.turns import StartInvitation

log = structlog.get_logger()

STREAMS, POLLS, STREAMS_PER_PAGE = 24, 16, 2
"""Requests that one process holds open; it has 64 threads, and most must stay free."""
POLL_S = 20.0
SETTLE_S = 2.0
"""How long a drawn page waits for the messages that are just being sent."""
_ROBOT = re.compile(
    r"bot\b|bot/|crawl|spider|preview|facebookexternalhit|facebot|whatsapp|slack|discord|skype|embedly|vkshare|pinterest"
    r"|google-inspectiontool|iframely|mastodon|snapchat|viber",
    re.IGNORECASE,
)
_COUNT = re.compile(r"\d{1,9}")


@dataclass(slots=True)
class WebChatPages:
    """The views, with what they share in one process."""

    services: Services
    drawing: Drawing
    pace: Pace
    streams: Seats
    polls: Seats

    # --- the page itself ------------------------------------------------------------------------------------------

    def show(self, token: str) -> Response:
        page = self._page(token)
        if self._may_begin(page):
            if _is_mere_look():
                return self.drawing.welcome(page)
            page = self._start(page, token)
        return self._thread(page, token)

    def post_form(self, token: str) -> Response:
        page = self._begun(self._for_writing(token), token)
        if request.form.get("start"):
            return _back_to(token, "")
        try:
            posting = read_form(request.form)
        except Invalid as error:
            return self._thread(page, token, error)
        self._take(page, posting)
        return _back_to(token, "answer")

    def _thread(self, page: HostedPage, token: str, error: Invalid | None = None) -> Response:
        if page.conversation_id is None:
            return self.drawing.closed(page)
        view = settle(self.services.bell, _topic(page), self._reader(token), SETTLE_S)
        return self.drawing.thread(page, view, error)

    # --- for the page's script ------------------------------------------------------------------------------------

    def post_json(self, token: str) -> Response:
        page = self._begun(self._for_writing(token), token)
        if request.mimetype != "application/json":
            raise Refused(415, "send application/json")
        posting = read_json(request.get_data())
        fresh = self._take(page, posting)
        return jsonify({"id": posting.client_id, "fresh": fresh})

    def news(self, token: str) -> Response:
        page = self._open(token)
        after, wait = _count("after"), min(_count("wait"), POLL_S)
        read = self._reader(token)
        seat = self.polls.take(page.invitation_id) if wait else None
        if seat is None:
            view = read(after)
            return _news(view, pause_s=3 if wait else 0)
        try:
            tag = request.args.get("tag", "")
            return _news(wait_for_news(self.services.bell, _topic(page), read, after, tag, seat, wait))
        finally:
            self.polls.release(seat)

    def nothing(self, anything: str) -> Response:
        raise Refused(404, "no such page")

    def stream(self, token: str) -> Response:
        page = self._open(token)
        number = request.headers.get("Last-Event-ID") or request.args.get("after") or "0"
        if not _COUNT.fullmatch(number):
            raise Refused(400, "Last-Event-ID is the number of a message")
        if request.method == "HEAD":
            return Response(mimetype="text/event-stream")
        seat = self.streams.take(page.invitation_id)
        if seat is None:
            raise Refused(503, "all streams are taken; ask for /messages instead", retry_after=30)
        body = events(self.services.bell, _topic(page), self._reader(token), int(number), seat)
        response = Response(body, mimetype="text/event-stream")
        response.headers["X-Accel-Buffering"] = "no"
        response.call_on_close(partial(self.streams.release, seat))
        return response

    # --- parts ----------------------------------------------------------------------------------------------------

    def _page(self, token: str) -> HostedPage:
        """The page of this address. Raises Refused for an unknown one."""
        if is_page_token(token):
            with self.services.store.read() as connection:
                page = find_page(connection, token_hash(token))
            if page is not None and page.channel == Channel.WEBCHAT.value:
                return page
        raise Refused(404, "no such page")

    def _open(self, token: str) -> HostedPage:
        """The page of this address, with its conversation. Raises Refused."""
        page = self._page(token)
        if page.conversation_id is None:
            raise Refused(409 if self._may_begin(page) else 410, "the conversation has not begun")
        return page

    def _for_writing(self, token: str) -> HostedPage:
        request.max_content_length = MAX_BODY
        if request.headers.get("Sec-Fetch-Site") == "cross-site":
            raise Refused(403, "only this page may send from this page")
        page = self._page(token)
        if (seconds := self.pace.take(page.invitation_id)) > 0:
            raise Refused(429, "too many messages in a short time", retry_after=int(seconds) + 1)
        return page

    def _begun(self, page: HostedPage, token: str) -> HostedPage:
        if self._may_begin(page):
            page = self._start(page, token)
        if page.conversation_id is None:
            raise Refused(410, "this survey is closed")
        return page

    def _may_begin(self, page: HostedPage) -> bool:
        """Whether a survey waits here. Opening is the customer's own doing, so the time of day does not matter."""
        if page.conversation_id is not None or page.status != "scheduled":
            return False
        return clock.now() < page.ended_at + self.drawing.definition(page).seconds("latest_after_s")

    def _start(self, page: HostedPage, token: str) -> HostedPage:
        self.services.take(StartInvitation(invitation_id=page.invitation_id))
        return self._page(token)

    def _take(self, page: HostedPage, posting: Posting) -> bool:
        """Put what the customer did into the conversation; False if it was there already."""
        assert page.conversation_id is not None
        if posting.opt_out and page.opted_out:
            return False
        message = InboundMessage(
            channel=Channel.WEBCHAT,
            account=ACCOUNT,
            provider_id=provider_id(page.conversation_id, posting.client_id),
            sender=page.address,
            text=self.drawing.words_of(page, posting),
            kind="text" if posting.choice is None and not posting.opt_out else "choice",
            choice=posting.choice,
            question=posting.question,
            signal=ProviderSignal.OPTED_OUT if posting.opt_out else None,
        )
        return self.services.take(message).fresh

    def _reader(self, token: str) -> Reader:
        """Reads the page anew each time, so that a takeover, an opt-out or the end shows at once."""
        hashed = token_hash(token)

        def read(after: int) -> View:
            with self.services.store.read() as connection:
                page = find_page(connection, hashed)
                if page is None or page.conversation_id is None:
                    raise StoreUnavailable("the page is gone")
                return read_view(connection, page, after)

        return read


def create_webchat(services: Services) -> Blueprint:
    """The web chat's part of the web application. Raises ValueError if WEBCHAT_ORIGINS holds what is no origin."""
    blueprint = Blueprint(
        "webchat", __name__, template_folder="templates", static_folder="static", static_url_path="/webchat/static"
    )
    pages = WebChatPages(
        services=services,
        drawing=Drawing(services),
        pace=Pace(),
        streams=Seats(total=STREAMS, per_page=STREAMS_PER_PAGE),
        polls=Seats(total=POLLS, per_page=STREAMS_PER_PAGE),
    )
    rules = (
        ("GET", "/s/<token>", pages.show),
        ("POST", "/s/<token>", pages.post_form),
        ("POST", "/s/<token>/messages", pages.post_json),
        ("GET", "/s/<token>/messages", pages.news),
        ("GET", "/s/<token>/stream", pages.stream),
    )
    for method, rule, view in rules:
        blueprint.add_url_rule(rule, view.__name__, view, methods=[method])
    blueprint.add_url_rule("/s/<path:anything>", "nothing", pages.nothing, methods=["GET", "POST"])
    allowed = origins(services.settings.get("WEBCHAT_ORIGINS"))
    blueprint.after_request(partial(protect, allowed))
    for fault in (Refused, Invalid, StoreUnavailable, HTTPException):
        blueprint.register_error_handler(fault, pages.drawing.refuse)
    return blueprint


def _topic(page: HostedPage) -> str:
    return f"conversation:{page.conversation_id}"


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


def _news(view: View, pause_s: int = 0) -> Response:
    messages = [entry_to_json(entry) for entry in view.entries]
    return jsonify({"messages": messages, "state": view.state(), "tag": view.tag, "pause_s": pause_s})


def _count(name: str) -> int:
    value = request.args.get(name, "0")
    if not _COUNT.fullmatch(value):
        raise Refused(400, f"{name} is a whole number")
    return int(value)
