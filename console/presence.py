"""Who else looks at a thread: what a tab says about itself. Others hear of it through their streams."""

from __future__ import annotations

import re

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from common import clock
from common.services import Services
from common.store import mentions, presence
from common.store.inbox import find_ticket
from console.access import signed_in

_TAB = re.compile(r"[\w-]{8,64}", re.ASCII)


def topic(ticket_id: str) -> str:
    """What rings when somebody comes, goes or types in this ticket's thread."""
    return f"presence:{ticket_id}"


def add_routes(blueprint: Blueprint, services: Services) -> None:
    """Register the route on `blueprint`."""

    @blueprint.post("/inbox/<ticket_id>/presence")
    def say_presence(ticket_id: str) -> ResponseReturnValue:
        with services.store.read() as connection:
            if find_ticket(connection, ticket_id) is None:
                abort(404)
        tab, doing = request.form.get("tab", ""), request.form.get("doing", "")
        if not _TAB.fullmatch(tab) or doing not in ("viewing", "typing", "left"):
            abort(400)
        _note(services, ticket_id, tab, doing)
        return "", 204


def _note(services: Services, ticket_id: str, tab: str, doing: str) -> None:
    user, wall = signed_in().user, clock.wall()

    def work(connection: Connection) -> bool:
        """Whether others see something else now."""
        before = presence.people(connection, ticket_id, wall, but="")
        if presence.owner_of_tab(connection, tab) not in (None, user.id):
            return False  # a tab's name that is somebody else's: a guess, or a second person at one browser
        if doing == "left":
            presence.leave(connection, tab, user.id)
        else:
            facts = {"ticket_id": ticket_id, "user_id": user.id, "user_name": user.name}
            presence.note(connection, tab, **facts, is_typing=doing == "typing", now=wall)
        if doing != "left":
            mentions.see(connection, user.id, ticket_id, clock.now())
        return presence.people(connection, ticket_id, wall, but="") != before

    if services.store.write(work):
        services.bell.ring(topic(ticket_id))
