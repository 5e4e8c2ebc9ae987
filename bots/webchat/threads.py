"""One thread as a page's script uses it: a posting in, news out. The hosted page and the frame in a site share it.

Whoever asks has shown by what right: the hosted page by its address, the frame by its visit's secret. Both lead to the
hash under which the invitation's page is found; from there on nothing differs.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from functools import partial

from flask import Response, jsonify, request, send_file

from bots.webchat.adapter import ACCOUNT
from bots.webchat.drawing import Drawing
from bots.webchat.guard import Refused
from bots.webchat.limits import Pace, Seats
from bots.webchat.posting import MAX_BODY, Posting, read_json
from bots.webchat.stream import events, settle, wait_for_news
from bots.webchat.view import Reader, View, entry_to_json, provider_id, read_view
from common import clock
from common.channels import Channel, InboundMessage, ProviderSignal
from common.errors import StoreUnavailable
from common.files.keeping import sent_file
from common.services import Services
from common.store.hosted_pages import HostedPage, find_page
from common.turns import StartInvitation

POLL_S = 20.0
SETTLE_S = 2.0
"""How long a drawn page waits for the messages that are just being sent."""
_COUNT = re.compile(r"\d{1,9}")


@dataclass(slots=True)
class Threads:
    """What the threads of one process share. `hashed` below is the hash of a page's token."""

    services: Services
    drawing: Drawing
    pace: Pace
    streams: Seats
    polls: Seats

    # --- the page behind a right ----------------------------------------------------------------------------------

    def page(self, hashed: str | None) -> HostedPage:
        """The page with this hash. Raises Refused for an unknown one."""
        if hashed is not None:
            with self.services.store.read() as connection:
                page = find_page(connection, hashed)
            if page is not None and page.channel == Channel.WEBCHAT.value:
                return page
        raise Refused(404, "no such page")

    def open_page(self, hashed: str | None) -> HostedPage:
        """The same, with its conversation. Raises Refused if it has not begun."""
        page = self.page(hashed)
        if page.conversation_id is None:
            raise Refused(409 if self.may_begin(page) else 410, "the conversation has not begun")
        return page

    def for_writing(self, hashed: str | None) -> HostedPage:
        """The page, for a request that changes something. Raises Refused."""
        request.max_content_length = MAX_BODY
        if request.headers.get("Sec-Fetch-Site") == "cross-site":
            raise Refused(403, "only this page may send from this page")
        page = self.page(hashed)
        if (seconds := self.pace.take(page.invitation_id)) > 0:
            raise Refused(429, "too many messages in a short time", retry_after=int(seconds) + 1)
        return page

    def begun(self, page: HostedPage, hashed: str | None) -> HostedPage:
        """The page with its conversation, which begins now if it may. Raises Refused."""
        if self.may_begin(page):
            page = self.start(page, hashed)
        if page.conversation_id is None:
            raise Refused(410, "this survey is closed")
        return page

    def may_begin(self, page: HostedPage) -> bool:
        """Whether a survey waits here. Opening is the customer's own doing, so the time of day does not matter."""
        if page.conversation_id is not None or page.status != "scheduled":
            return False
        return clock.now() < page.ended_at + self.drawing.definition(page).seconds("latest_after_s")

    def start(self, page: HostedPage, hashed: str | None) -> HostedPage:
        """Begin the survey that waits here."""
        self.services.take(StartInvitation(invitation_id=page.invitation_id))
        return self.page(hashed)

    # --- what a page's script asks for ----------------------------------------------------------------------------

    def post_json(self, hashed: str | None) -> Response:
        """One act of the customer."""
        page = self.begun(self.for_writing(hashed), hashed)
        if request.mimetype != "application/json":
            raise Refused(415, "send application/json")
        posting = read_json(request.get_data())
        fresh = self.take(page, posting)
        return jsonify({"id": posting.client_id, "fresh": fresh})

    def news(self, hashed: str | None) -> Response:
        """The messages after a number, now or as soon as there are some."""
        page = self.open_page(hashed)
        after, wait = _count("after"), min(_count("wait"), POLL_S)
        read = self.reader(hashed)
        seat = self.polls.take(page.invitation_id) if wait else None
        if seat is None:
            return jsonify(news_of(read(after), pause_s=3 if wait else 0))
        try:
            tag = request.args.get("tag", "")
            return jsonify(news_of(wait_for_news(self.services.bell, topic(page), read, after, tag, seat, wait)))
        finally:
            self.polls.release(seat)

    def stream(self, hashed: str | None) -> Response:
        """Messages and states as they come."""
        page = self.open_page(hashed)
        number = request.headers.get("Last-Event-ID") or request.args.get("after") or "0"
        if not _COUNT.fullmatch(number):
            raise Refused(400, "Last-Event-ID is the number of a message")
        if request.method == "HEAD":
            return Response(mimetype="text/event-stream")
        seat = self.streams.take(page.invitation_id)
        if seat is None:
            raise Refused(503, "all streams are taken; ask for /messages instead", retry_after=30)
        body = events(self.services.bell, topic(page), self.reader(hashed), int(number), seat)
        response = Response(body, mimetype="text/event-stream")
        response.headers["X-Accel-Buffering"] = "no"
        response.call_on_close(partial(self.streams.release, seat))
        return response

    def file(self, hashed: str | None, file_id: str) -> Response:
        """A file that a person sent in this thread. Only pictures are shown; all else is for saving."""
        page = self.open_page(hashed)
        assert page.conversation_id is not None
        with self.services.store.read() as connection:
            kept = sent_file(connection, file_id, page.conversation_id)
        if kept is None:
            raise Refused(404, "no such file")
        return send_file(
            io.BytesIO(kept.content),
            mimetype=kept.kind.media_type,
            as_attachment=kept.kind.shows != "picture",
            download_name=kept.name,
            conditional=True,
            etag=False,
        )

    # --- parts ----------------------------------------------------------------------------------------------------

    def settled(self, page: HostedPage, hashed: str | None) -> View:
        """The whole thread, once nothing is on its way out any more."""
        return settle(self.services.bell, topic(page), self.reader(hashed), SETTLE_S)

    def take(self, page: HostedPage, posting: Posting) -> bool:
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

    def reader(self, hashed: str | None) -> Reader:
        """Reads the page anew each time, so that a takeover, an opt-out or the end shows at once."""

        def read(after: int) -> View:
            with self.services.store.read() as connection:
                page = find_page(connection, hashed or "")
                if page is None or page.conversation_id is None:
                    raise StoreUnavailable("the page is gone")
                return read_view(connection, page, after)

        return read


def topic(page: HostedPage) -> str:
    """What rings when something happens in this page's thread."""
    return f"conversation:{page.conversation_id}"


def news_of(view: View, pause_s: int = 0) -> dict[str, object]:
    """A view for the page's script. pause_s: how long it should wait before it asks again."""
    messages = [entry_to_json(entry) for entry in view.entries]
    return {"messages": messages, "state": view.state(), "tag": view.tag, "pause_s": pause_s}


def _count(name: str) -> int:
    value = request.args.get(name, "0")
    if not _COUNT.fullmatch(value):
        raise Refused(400, f"{name} is a whole number")
    return int(value)
