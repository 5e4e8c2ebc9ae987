"""What every act on a ticket stands on: the ticket under its lock, the machine's turn, the ticket as it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from common import queueing
from common.actors import Actor
from common.bell import FEED
from common.channels import Capabilities, Channel
from common.errors import Conflict, Forbidden, NotFound
from common.queue.life import Change, TicketStatus
from common.store import tickets as store
from common.store.conversations import message_json
from common.store.cursors import Page
from common.survey.machine import Event, IllegalEvent
from common.turns import ConversationEvent, Turns


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What an act came to. message: the reply or note that it wrote."""

    ticket: Mapping[str, Any]
    rings: frozenset[str] = field(default_factory=frozenset)
    message: Mapping[str, Any] | None = None


class Ground:
    """Tickets as they are read, and the parts that the acts have in common."""

    def __init__(self, turns: Turns, *, zone: str | None = None) -> None:
        """zone: for the quiet hours of customers whose own zone is unknown."""
        self._turns = turns
        self._zone = zone

    def get(self, connection: Connection, ticket_id: str) -> dict[str, Any]:
        """One ticket. Raises NotFound."""
        return self._json(known(store.find(connection, ticket_id)))

    def list_page(
        self, connection: Connection, *, status: str | None, cursor: str | None, limit: int
    ) -> Page[dict[str, Any]]:
        """Tickets, the longest open first. Raises Invalid for a foreign cursor."""
        page = store.list_page(connection, status=status, cursor=cursor, limit=limit)
        return Page(rows=[self._json(row) for row in page.rows], next_cursor=page.next_cursor)

    # --- parts of acts --------------------------------------------------------------------------------------------

    def _own(self, connection: Connection, ticket_id: str, actor: Actor) -> Row[Any]:
        """The held ticket, which the actor owns and has not resolved."""
        ticket = known(store.hold(connection, ticket_id, actor))
        refuse_unless_owner(ticket, actor)
        refuse_if_resolved(ticket)
        return ticket

    def _move(self, connection: Connection, ticket: Row[Any], change: Change, now: datetime, **columns: Any) -> None:
        queueing.move(connection, ticket, change, self._turns.zone, now, **columns)

    def _tell_machine(self, connection: Connection, ticket: Row[Any], event: Event, now: datetime) -> frozenset[str]:
        """Run the conversation's turn; the topics to ring."""
        try:
            (result,) = self._turns.run(
                connection, [ConversationEvent(conversation_id=ticket.conversation_id, event=event)]
            )
        except IllegalEvent as error:
            raise Conflict("the conversation is in no state for this", code="wrong_state") from error
        return result.rings | (frozenset() if FEED in result.rings else self._say_changed(connection, ticket, now))

    def _say_changed(self, connection: Connection, ticket: Row[Any], now: datetime) -> frozenset[str]:
        store.say_changed(connection, ticket, now)
        return frozenset({FEED, f"conversation:{ticket.conversation_id}"})

    def _done(
        self, connection: Connection, ticket_id: str, rings: frozenset[str], *, message_id: str | None = None
    ) -> Done:
        ticket = self._json(known(store.find(connection, ticket_id)))
        message = message_json(store.message(connection, message_id)) if message_id else None
        return Done(ticket=ticket, rings=rings, message=message)

    def _capabilities(self, ticket: Row[Any]) -> Capabilities | None:
        adapter = self._turns.adapters.get(Channel(ticket.channel))
        return adapter.capabilities if adapter else None

    def _json(self, ticket: Row[Any]) -> dict[str, Any]:
        capabilities = self._capabilities(ticket)
        closes_at = window_closes_at(ticket, capabilities) if capabilities else None
        return {
            "id": ticket.id,
            "conversation_id": ticket.conversation_id,
            "customer_id": ticket.customer_ref,
            "channel": ticket.channel,
            "status": ticket.status,
            "owner": ticket.owner_name,
            "opened_at": ticket.opened_at.isoformat(),
            "due_at": ticket.due_at.isoformat(),
            "reason": ticket.reason,
            "score": ticket.score,
            "priority": ticket.priority,
            "resolution": ticket.resolution,
            "window_closes_at": closes_at.isoformat() if closes_at else None,
            **_slot(ticket),
        }


def known(ticket: Row[Any] | None) -> Row[Any]:
    if ticket is None:
        raise NotFound("no such ticket")
    return ticket


def refuse_unless_owner(ticket: Row[Any], actor: Actor) -> None:
    if ticket.owner != actor.id:
        why = f"{ticket.owner_name or 'nobody'} has this ticket; only its owner may do this"
        raise Forbidden(why, code="not_owner", facts={"owner": ticket.owner_name})


def refuse_if_resolved(ticket: Row[Any]) -> None:
    if ticket.status == TicketStatus.RESOLVED:
        raise Conflict("the ticket is resolved", code="resolved")


def _slot(ticket: Row[Any]) -> dict[str, Any]:
    """When the customer wants to be called back; only tickets that ask for it have the field."""
    if ticket.callback_from is None:
        return {}
    return {"callback": {"begin": ticket.callback_from.isoformat(), "end": ticket.callback_to.isoformat()}}


def window_closes_at(ticket: Row[Any], capabilities: Capabilities) -> datetime | None:
    """Until when the provider takes free text; None = always. It opens with each message of the customer."""
    if capabilities.session_window is None:
        return None
    opened_at: datetime = ticket.last_inbound_at or ticket.opened_at - capabilities.session_window
    return opened_at + capabilities.session_window
