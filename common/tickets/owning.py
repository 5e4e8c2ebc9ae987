"""Who has a ticket: claiming, releasing, handing over, resolving."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from common.actors import Actor, Role
from common.audit import record
from common.errors import Conflict, Invalid
from common.failpoints import failpoint
from common.queue.deadlines import standing
from common.queue.life import Change, Resolution, TicketStatus
from common.store import held, queue
from common.store import tickets as store
from common.survey.machine import Event, Released, Resolved, Returned, TakenOver
from common.tickets.ground import Done, Ground, known, refuse_if_resolved, refuse_unless_owner

_NOBODY = "no active user or API key of the queue"
_NO_TEAM = "no interaction, policy or rule names this team"


class Owning(Ground):
    """The acts that give a ticket an owner, or take one away."""

    def claim(self, connection: Connection, ticket_id: str, actor: Actor, now: datetime) -> Done:
        """Take a ticket and its thread. Claiming one's own again changes nothing.

        Raises NotFound, and Conflict with the fact `owner` if another has it.
        """
        ticket = known(store.hold(connection, ticket_id, actor))
        if ticket.status == TicketStatus.RESOLVED:
            raise Conflict("the ticket is resolved", code="resolved", facts={"owner": ticket.owner_name})
        if ticket.owner == actor.id:
            return Done(ticket=self._json(ticket))
        if ticket.owner is not None:
            raise _taken(ticket)
        row = dict(ticket._mapping) | {"status": TicketStatus.CLAIMED, "owner_active_at": now}
        kept = standing(row, queue.load_book(connection, self._turns.zone).policy(ticket.team), now)
        if not store.take(connection, ticket_id, owner=actor.id, owner_name=actor.name, now=now, **kept):
            raise _taken(known(store.find(connection, ticket_id)))
        rings = self._tell_machine(connection, ticket, TakenOver(at=now, user_id=actor.id), now)
        store.log_event(connection, ticket, now, "ticket_claimed", {"by": actor.id, "name": actor.name})
        record(connection, actor, "ticket.claimed", about=ticket_id)
        failpoint("claim.before_commit")
        return self._done(connection, ticket_id, rings)

    def release(
        self, connection: Connection, ticket_id: str, actor: Actor, now: datetime, *, to_bot: bool = True
    ) -> Done:
        """Put the ticket back into the queue. Raises NotFound, Forbidden, Conflict.

        to_bot: and the thread back to the bot, which asks the question that waits, or closes the survey if there is
        none. Otherwise the bot stays silent, and the next owner may still hand the thread to it.
        """
        ticket = self._own(connection, ticket_id, actor)
        self._move(connection, ticket, Change.RELEASED, now, owner=None, owner_name=None)
        event: Event = Released(at=now) if to_bot else Returned(at=now)
        rings = self._tell_machine(connection, ticket, event, now)
        data = {"by": actor.id, "name": actor.name, "to_bot": to_bot}
        store.log_event(connection, ticket, now, "ticket_released", data)
        record(connection, actor, "ticket.released", about=ticket_id, to_bot=to_bot)
        return self._done(connection, ticket_id, rings)

    def transfer(self, connection: Connection, ticket_id: str, actor: Actor, to: str, now: datetime) -> Done:
        """Give the ticket to another user (e-mail or id) or API key (name or id); its owner may, and any admin.

        Nobody's ticket is taken over for the new owner. Raises NotFound, Forbidden, Conflict, and Invalid for a
        receiver who is not there or may not work on tickets.
        """
        ticket = known(store.hold(connection, ticket_id, actor))
        if actor.role is not Role.ADMIN:
            refuse_unless_owner(ticket, actor)
        refuse_if_resolved(ticket)
        worker = store.find_worker(connection, to, ticket.team)
        if worker is None:
            raise Invalid("nobody by that name may have tickets", [("to", _NOBODY)], code="no_such_colleague")
        owner, name = worker
        if owner == ticket.owner:
            return Done(ticket=self._json(ticket))
        columns = {"owner": owner, "owner_name": name, "claimed_at": now, "owner_active_at": now}
        rings: frozenset[str] = frozenset()
        self._move(connection, ticket, Change.GIVEN, now, **columns)
        if ticket.owner is None:
            rings = self._tell_machine(connection, ticket, TakenOver(at=now, user_id=owner), now)
        else:
            store.raise_epoch(connection, ticket.conversation_id)
        store.log_event(connection, ticket, now, "ticket_transferred", {"by": actor.id, "to": owner, "name": name})
        record(connection, actor, "ticket.transferred", about=ticket_id, to=owner)
        return self._done(connection, ticket_id, rings | self._say_changed(connection, ticket, now))

    def pass_on(self, connection: Connection, ticket_id: str, actor: Actor, team: str | None, now: datetime) -> Done:
        """Put the ticket into the queue of a team, None = of everyone; its owner may, and any admin. The bot is silent.

        Raises NotFound, Forbidden, Conflict, and Invalid for a team that nobody has heard of.
        """
        ticket = known(store.hold(connection, ticket_id, actor))
        if actor.role is not Role.ADMIN:
            refuse_unless_owner(ticket, actor)
        refuse_if_resolved(ticket)
        if team is not None and team != ticket.team and team not in queue.known_teams(connection):
            raise Invalid("there is no such team", [("team", _NO_TEAM)], code="no_such_team")
        if ticket.owner is None and team == ticket.team:
            return Done(ticket=self._json(ticket))
        self._move(connection, ticket, Change.PASSED, now, owner=None, owner_name=None, team=team)
        rings: frozenset[str] = frozenset()
        if ticket.owner is not None:
            rings = self._tell_machine(connection, ticket, Returned(at=now), now)
        data = {"by": actor.id, "by_name": actor.name, "team": team}
        store.log_event(connection, ticket, now, "ticket_passed", data)
        record(connection, actor, "ticket.passed", about=ticket_id, teams=[team] if team else None)
        return self._done(connection, ticket_id, rings | self._say_changed(connection, ticket, now))

    def resolve(
        self, connection: Connection, ticket_id: str, actor: Actor, resolution: Resolution, now: datetime
    ) -> Done:
        """Close the ticket for good reasons. Resolving again the same way changes nothing.

        Raises NotFound; Forbidden unless the actor owns the ticket; Conflict if it was resolved otherwise.
        """
        ticket = known(store.hold(connection, ticket_id, actor))
        refuse_unless_owner(ticket, actor)
        if ticket.status == TicketStatus.RESOLVED and ticket.resolution == resolution:
            return Done(ticket=self._json(ticket))
        refuse_if_resolved(ticket)
        columns = {"resolution": resolution.value, "resolved_at": now, "awaiting_since": None}
        self._move(connection, ticket, Change.RESOLVED, now, **columns)
        held.cancel(connection, conversation_id=ticket.conversation_id, why="the ticket was resolved")
        rings = self._tell_machine(connection, ticket, Resolved(at=now), now)
        data = {"by": actor.id, "name": actor.name, "resolution": resolution.value}
        store.log_event(connection, ticket, now, "ticket_resolved", data)
        record(connection, actor, "ticket.resolved", about=ticket_id, resolution=resolution.value)
        return self._done(connection, ticket_id, rings)


def _taken(ticket: Row[Any]) -> Conflict:
    taken = f"{ticket.owner_name} has this ticket"
    return Conflict(taken, code="already_claimed", facts={"owner": ticket.owner_name})
