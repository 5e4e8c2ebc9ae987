"""News for an open page: server-sent events out of the database, with the bell only to say "look again".

The number of a message in its conversation is the event's id, so a page that lost its connection says how far it got
and misses nothing. A ring that is lost costs at most one heartbeat.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator

import structlog

from bots.webchat.limits import Seat
from bots.webchat.view import Reader, View, entry_to_json
from common import clock
from common.bell import Bell
from common.errors import StoreUnavailable

log = structlog.get_logger()

HEARTBEAT_S = 15.0
LIFE_S = 300.0
"""How long one stream lives; the page comes back at once. Lets servers be replaced and dead connections be noticed."""
UNSETTLED_S = 0.25
"""How soon to look again while a message of ours is on its way out."""


def events(bell: Bell, topic: str, read: Reader, after: int, seat: Seat) -> Iterator[str]:
    """The stream of one page, from the messages numbered above `after` on."""
    shown = ""
    end = clock.monotonic() + LIFE_S
    with bell.listening(topic) as rung:
        seat.wake = rung.set
        yield ": zeroten\n\n"
        while clock.monotonic() < end and not bell.is_closing:
            if seat.left:
                yield _event("leave", "{}")
                return
            rung.clear()
            try:
                view = read(after)
            except StoreUnavailable:
                log.warning("a page's stream ends because the database cannot be read")
                return
            news = [_event("message", _json(entry_to_json(entry)), entry.sequence) for entry in view.entries]
            if view.tag != shown:
                shown = view.tag
                news.append(_event("state", _json(view.state())))
            if view.entries:
                after = view.entries[-1].sequence
            if news:
                yield "".join(news)
            if not view.live:
                return
            if not _wait(rung, view) and view.settled:
                yield ": still here\n\n"


def wait_for_news(bell: Bell, topic: str, read: Reader, after: int, tag: str, seat: Seat, seconds: float) -> View:
    """The view as soon as it holds a message numbered above `after`, or its tag is not `tag`, or `seconds` are over."""
    end = clock.monotonic() + seconds
    with bell.listening(topic) as rung:
        seat.wake = rung.set
        while True:
            rung.clear()
            view = read(after)
            left = end - clock.monotonic()
            if view.entries or view.tag != tag or not view.live or seat.left or bell.is_closing or left <= 0:
                return view
            rung.wait(min(left, HEARTBEAT_S if view.settled else UNSETTLED_S))


def settle(bell: Bell, topic: str, read: Reader, seconds: float) -> View:
    """The whole view once nothing is on its way out any more; at the latest after `seconds`, as it is then."""
    end = clock.monotonic() + seconds
    with bell.listening(topic) as rung:
        while True:
            rung.clear()
            view = read(0)
            left = end - clock.monotonic()
            if view.settled or bell.is_closing or left <= 0:
                return view
            rung.wait(min(left, UNSETTLED_S))


def _wait(rung: threading.Event, view: View) -> bool:
    return rung.wait(HEARTBEAT_S if view.settled else UNSETTLED_S)


def _event(name: str, data: str, number: int | None = None) -> str:
    head = f"id: {number}\n" if number is not None else ""
    return f"{head}event: {name}\ndata: {data}\n\n"


def _json(value: object) -> str:
    """On one line, whatever the text holds: line ends inside it are escaped."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
