"""Handing a ticket over: to a colleague, to a team, back to the bot."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from common.actors import Actor
from common.errors import Invalid
from common.services import Services
from common.tickets import Done, Tickets
from console.access import signed_in
from console.inbox import act_on
from console.language import _


def add_routes(blueprint: Blueprint, services: Services, desk: Tickets) -> None:
    """Register the routes on `blueprint`."""

    @blueprint.post("/inbox/<ticket_id>/transfer")
    def transfer(ticket_id: str) -> ResponseReturnValue:
        kind, colon, name = request.form.get("to", "")[:512].replace("\0", "").partition(":")
        team = name if kind == "team" and colon else None

        def do(connection: Connection, actor: Actor, now: datetime) -> Done:
            if kind == "user" and name:
                return desk.transfer(connection, ticket_id, actor, name, now)
            if team is not None:
                return desk.pass_on(connection, ticket_id, actor, team or None, now)
            raise Invalid(_("Choose who gets the ticket."), [("to", "not one of the choices")])

        answer = act_on(services, ticket_id, do, _("Handed over. The bot stays silent."))
        if isinstance(answer, Response) and team is not None and not signed_in().user.actor.sees(team or None):
            return redirect(url_for("console.inbox"), 303)  # it is another team's now, whose tickets are not shown
        return answer

    @blueprint.post("/inbox/<ticket_id>/hand-back")
    def hand_back(ticket_id: str) -> ResponseReturnValue:
        def do(connection: Connection, actor: Actor, now: datetime) -> Done:
            return desk.release(connection, ticket_id, actor, now, to_bot=True)

        return act_on(services, ticket_id, do, _("The bot has the thread again. The ticket is open to everyone."))
