"""Interactions in, the decision about them, and invitations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Connection

from api.calls import Answer, Call
from api.models.fields import Reference
from api.models.interactions import InteractionIn
from common.actors import Actor
from common.errors import Forbidden
from common.store import conversations
from common.store.scope import narrowed_to


class InteractionPath(BaseModel):
    """The caller's own id of an interaction."""

    id: Reference


class InvitationPath(BaseModel):
    """Our id of an invitation."""

    id: Reference


def take(call: Call, body: InteractionIn) -> Answer:
    """Hand in an interaction that has ended

    Decides once whether the customer will be asked. The same id with the same body gets the first answer (200), with
    another body 409.
    """
    given = complete(call.given, body)
    refuse_other_teams(call.actor, given)

    def work(connection: Connection) -> Answer:
        answer = call.services.intake.take(connection, given, call.now)
        return Answer(status=answer.status, body=answer.body)

    return call.write(work)


def reopen(call: Call, path: InteractionPath) -> Answer:
    """The interaction goes on after all

    Cancels the invitation if nothing has been sent. Doing it twice does no harm.
    """

    def work(connection: Connection) -> Answer:
        with narrowed_to(call.actor.teams):
            return Answer(body=call.services.intake.reopen(connection, path.id, call.now))

    return call.write(work)


def decision(call: Call, path: InteractionPath) -> Answer:
    """Why this person was or was not asked

    The decision with the rule, the clock and the counters behind it, and what has become of it.
    """
    return call.read(lambda connection: Answer(body=call.services.intake.decision(connection, path.id)))


def invitation(call: Call, path: InvitationPath) -> Answer:
    """One invitation"""
    return call.read(lambda connection: Answer(body=conversations.find_invitation(connection, path.id)))


def refuse_other_teams(actor: Actor, given: Mapping[str, Any]) -> None:
    """Raises Forbidden if an actor with teams hands in what belongs to none of them."""
    if not actor.sees((given.get("agent") or {}).get("team")):
        raise Forbidden("this key hands in interactions of its own teams only")


def complete(given: dict[str, object], checked: InteractionIn) -> dict[str, object]:
    """The interaction as it is stored: what the caller sent, with the direction that was left out."""
    return {**given, "direction": checked.direction}
