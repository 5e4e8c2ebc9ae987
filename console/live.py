"""The stream's address, and what a page asks instead when it cannot have a stream."""

from __future__ import annotations

import json
import re

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from common.clock import wall
from common.services import Services
from common.sign_ins import SignIns
from common.store.inbox import find_ticket, newest_feed_id
from common.store.presence import people
from console.access import Guard, signed_in
from console.presence import topic
from console.stream import Others, Reader, Streams, as_json, lines

RETRY_AFTER_S = 30


def add_routes(blueprint: Blueprint, services: Services, sign_ins: SignIns, guard: Guard, streams: Streams) -> None:
    """Register the routes on `blueprint`."""

    @blueprint.get("/console/stream")
    def stream() -> ResponseReturnValue:
        slot = streams.take(signed_in().user.id)
        if slot is None:
            return Response("Too many open streams.", 503, {"Retry-After": str(RETRY_AFTER_S)})
        reader, token, teams = _reader(services), guard.token(), signed_in().user.teams

        def is_welcome() -> bool:
            found = sign_ins.find(token)
            return found is not None and found.user.teams == teams

        text = lines(reader, services.bell, slot, is_welcome, _others(services))
        response = Response(text, mimetype="text/event-stream", headers={"X-Accel-Buffering": "no"})
        response.call_on_close(slot.release)  # also when the first line was never asked for
        return response

    @blueprint.get("/console/changes")
    def changes() -> ResponseReturnValue:
        reader = _reader(services)
        news = reader.look()
        told = json.loads(news.as_json()) if news else {"tickets": [], "conversations": [], "position": reader.position}
        others = _others(services)
        if others is not None:
            with services.store.read() as connection:
                told["others"] = as_json(people(connection, others.ticket_id, wall(), but=others.user_id))
        return jsonify(told)


def _others(services: Services) -> Others | None:
    """Who else has the thread open that this tab shows, if it shows one."""
    ticket_id = request.args.get("ticket", "")
    if not re.fullmatch(r"[\w-]{1,64}", ticket_id, re.ASCII):
        return None
    with services.store.read() as connection:
        if find_ticket(connection, ticket_id) is None:
            return None
    return Others(services.store, topic(ticket_id), ticket_id, signed_in().user.id)


def _reader(services: Services) -> Reader:
    """A reader from where this tab has read: what it read last, or else what its page showed."""
    given = request.headers.get("Last-Event-ID") or request.args.get("after") or ""
    with services.store.read() as connection:
        newest = newest_feed_id(connection)
    is_number = given.isascii() and given.isdigit() and len(given) < 19
    position = min(int(given), newest) if is_number else newest
    return Reader(services.store, position, signed_in().user.teams)
