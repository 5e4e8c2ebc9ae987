"""What the composer completes: colleagues behind `@`, canned replies behind `/`; and the mentions of whoever asks."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from flask import Blueprint, abort, flash, g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from common import clock
from common.canned_replies import offered
from common.errors import StoreUnavailable
from common.mentions import colleagues
from common.services import Services
from common.store import mentions
from common.store.inbox import View, find_ticket
from console.access import signed_in
from console.language import _


def _see(user_id: str, ticket_id: str, now: datetime, connection: Connection) -> int:
    return mentions.see(connection, user_id, ticket_id, now)


def add_routes(blueprint: Blueprint, services: Services) -> None:
    """Register the routes on `blueprint`, and let every page say how often its reader was named."""

    def unseen_mentions() -> int:
        if g.get("signed_in") is None:
            return 0
        try:
            with services.store.read() as connection:
                return mentions.unseen(connection, signed_in().user.id)
        except StoreUnavailable:
            return 0  # the page may be the one that says so

    blueprint.app_context_processor(lambda: {"unseen_mentions": unseen_mentions})

    @blueprint.get("/console/colleagues")
    def colleagues_to_name() -> ResponseReturnValue:
        with services.store.read() as connection:
            found = colleagues(connection)
            if (ticket_id := request.args.get("ticket")) is not None:
                ticket = find_ticket(connection, ticket_id)
                found = [each for each in found if ticket is not None and each.sees(ticket.team)]
        me = signed_in().user.id
        return jsonify(
            [{"insert": each.handle, "label": each.name, "hint": each.email} for each in found if each.id != me]
        )

    @blueprint.get("/inbox/<ticket_id>/canned")
    def canned_for(ticket_id: str) -> ResponseReturnValue:
        with services.store.read() as connection:
            ticket = find_ticket(connection, ticket_id)
            if ticket is None:
                abort(404)
            found = offered(connection, services.surveys, ticket)
        return jsonify([{"insert": each.text, "label": f"/{each.short}", "hint": each.text} for each in found])

    @blueprint.post("/inbox/mentions/seen")
    def see_mentions() -> ResponseReturnValue:
        user_id, now = signed_in().user.id, clock.now()
        with services.store.read() as connection:
            waiting = mentions.unseen_tickets(connection, user_id)
        for ticket_id in sorted(waiting):
            services.store.write(partial(_see, user_id, ticket_id, now))
        flash(_("All mentions are marked as seen."), "good")
        return redirect(url_for("console.inbox", view=View.MENTIONS.value), 303)
