"""The telephone in the console: calling a customer from a ticket, and playing what callers have said."""

from __future__ import annotations

import io

from flask import Blueprint, abort, request, send_file
from flask.typing import ResponseReturnValue

from common.services import Services
from common.telephone.recordings import audio_of
from common.tickets import Tickets
from console.inbox import act_on

MAX_NUMBER = 64


def add_routes(blueprint: Blueprint, services: Services, desk: Tickets) -> None:
    """Register the telephone's addresses on `blueprint`."""

    @blueprint.post("/inbox/<ticket_id>/call")
    def call(ticket_id: str) -> ResponseReturnValue:
        number = request.form.get("number", "").strip()[:MAX_NUMBER].replace("\0", "")
        done = "Your telephone rings now. Press a key there, and the customer's rings."
        return act_on(
            services,
            ticket_id,
            lambda connection, actor, now: desk.call(connection, ticket_id, actor, number or None, now),
            done,
        )

    @blueprint.get("/recordings/<recording_id>")
    def recording(recording_id: str) -> ResponseReturnValue:
        with services.store.read() as connection:
            audio = audio_of(connection, recording_id)
        if audio is None:
            abort(404)
        response = send_file(io.BytesIO(audio.data), mimetype=audio.media_type, conditional=True, etag=False)
        response.headers["Content-Disposition"] = "inline"
        return response
