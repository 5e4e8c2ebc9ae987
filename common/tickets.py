"""The human queue: who has a ticket, and what that person may do with it.

Every act works in the caller's transaction under the customer's lock, so the owner is who the database says, whatever
a page still shows. It returns the ticket as the API shows it and the topics to ring *after* the commit:

    done = services.store.write(lambda connection: tickets.claim(connection, ticket_id, actor, clock.now()))
    services.bell.ring(*done.rings)

Claiming and releasing are events of the conversation, so they go through the turns: the bot falls silent in the same
transaction that gives the ticket an owner, and wakes in the one that takes the owner away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from common import mentions, queueing
from common.actors import Actor, Role
from common.audit import record
from common.bell import FEED, OUTBOX
from common.channels import Capabilities, Channel, Delivery
from common.errors import Conflict, Forbidden, Invalid, NotFound
from common.failpoints import failpoint
from common.ids import new_id
from common.queue.deadlines import standing
from common.queue.life import Change, Resolution, TicketStatus
from common.store import held, queue
from common.store import tickets as store
from common.store.calls import conversation
from common.store.conversations import message_json
from common.store.cursors import Page
from common.survey.machine import Event, IllegalEvent, Released, Resolved, Returned, TakenOver
from common.telephone.bridge import Bridges
from common.templates import TemplateUse
from common.ticket_templates import listed_for_api, offers, use_template
from common.turns import ConversationEvent, Turns


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What an act came to. message: the reply or note that it wrote."""

    ticket: Mapping[str, Any]
    rings: frozenset[str] = field(default_factory=frozenset)
    message: Mapping[str, Any] | None = None


class Tickets:
    """The acts on tickets. Any actor who is allowed into the queue may see and claim; the rest is the owner's."""

    def __init__(self, turns: Turns, *, zone: str | None = None) -> None:
        """zone: for the quiet hours of customers whose own zone is unknown."""
        self._turns = turns
        self._zone = zone

    def get(self, connection: Connection, ticket_id: str) -> dict[str, Any]:
        """One ticket. Raises NotFound."""
        return self._json(_known(store.find(connection, ticket_id)))

    def list_page(
        self, connection: Connection, *, status: str | None, cursor: str | None, limit: int
    ) -> Page[dict[str, Any]]:
        """Tickets, the longest open first. Raises Invalid for a foreign cursor."""
        page = store.list_page(connection, status=status, cursor=cursor, limit=limit)
        return Page(rows=[self._json(row) for row in page.rows], next_cursor=page.next_cursor)

    def claim(self, connection: Connection, ticket_id: str, actor: Actor, now: datetime) -> Done:
        """Take a ticket and its thread. Claiming one's own again changes nothing.

        Raises NotFound, and Conflict with the fact `owner` if another has it.
        """
        ticket = _known(store.hold(connection, ticket_id, actor))
        if ticket.status == TicketStatus.RESOLVED:
            raise Conflict("the ticket is resolved", code="resolved", facts={"owner": ticket.owner_name})
        if ticket.owner == actor.id:
            return Done(ticket=self._json(ticket))
        if ticket.owner is not None:
            raise _taken(ticket)
        row = dict(ticket._mapping) | {"status": TicketStatus.CLAIMED, "owner_active_at": now}
        kept = standing(row, queue.load_book(connection, self._turns.zone).policy(ticket.team), now)
        if not store.take(connection, ticket_id, owner=actor.id, owner_name=actor.name, now=now, **kept):
            raise _taken(_known(store.find(connection, ticket_id)))
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
        ticket = _known(store.hold(connection, ticket_id, actor))
        if actor.role is not Role.ADMIN:
            _refuse_unless_owner(ticket, actor)
        _refuse_if_resolved(ticket)
        worker = store.find_worker(connection, to, ticket.team)
        if worker is None:
            raise Invalid("nobody by that name may have tickets", [("to", "no active user or API key of the queue")])
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
        ticket = _known(store.hold(connection, ticket_id, actor))
        if actor.role is not Role.ADMIN:
            _refuse_unless_owner(ticket, actor)
        _refuse_if_resolved(ticket)
        if team is not None and team != ticket.team and team not in queue.known_teams(connection):
            raise Invalid("there is no such team", [("team", "no interaction, policy or rule names this team")])
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

    def reply(
        self,
        connection: Connection,
        ticket_id: str,
        actor: Actor,
        *,
        text: str,
        client_id: str | None,
        now: datetime,
        hold: bool = False,
    ) -> Done:
        """Write to the customer in the thread. The same `client_id` again is the same message.

        hold: outside the provider's window, keep it until the customer writes, when it leaves by itself; inside, it
        leaves at once.

        Raises NotFound; Forbidden unless the actor owns the ticket; Invalid for a text that the channel cannot carry;
        Conflict with a code: opted_out, window_closed (with `templates`), channel_off, resolved, client_id_reused.
        """
        ticket = _known(store.hold(connection, ticket_id, actor))
        if (done := self._written_before(connection, ticket, actor, client_id, text, is_note=False)) is not None:
            return done
        _refuse_unless_owner(ticket, actor)
        _refuse_if_resolved(ticket)
        capabilities = self._reachable(ticket)
        is_closed = _is_window_closed(ticket, capabilities, now)
        if is_closed and not hold:
            why = "the customer wrote too long ago; the channel takes approved templates only"
            offered = offers(connection, self._turns.surveys, ticket, actor)
            raise Conflict(why, code="window_closed", facts={"templates": listed_for_api(offered)})
        if len(text) > capabilities.max_text:
            raise Invalid(
                f"the channel carries {capabilities.max_text} characters at most",
                [("text", f"at most {capabilities.max_text} characters, not {len(text)}")],
            )
        return self._send(connection, ticket, actor, text=text, client_id=client_id, now=now, is_held=is_closed)

    def retry(self, connection: Connection, ticket_id: str, actor: Actor, message_id: str, now: datetime) -> Done:
        """Write the words of a reply that failed once more. Twice is once: the second message is named after the first.

        Raises what `reply` raises, and Conflict `not_failed` for anything but a failed reply of free text.
        """
        ticket = _known(store.hold(connection, ticket_id, actor))
        failed = store.find_reply(connection, ticket.conversation_id, message_id)
        if failed is None or failed.delivery != Delivery.FAILED or failed.error == "cancelled":
            raise Conflict("this message did not fail", code="not_failed")
        if (again := store.find_message(connection, ticket.conversation_id, again_id(message_id))) is not None:
            return Done(ticket=self._json(ticket), message=message_json(again))
        return self.reply(connection, ticket_id, actor, text=failed.text, client_id=again_id(message_id), now=now)

    def note(
        self, connection: Connection, ticket_id: str, actor: Actor, *, text: str, client_id: str | None, now: datetime
    ) -> Done:
        """Write to colleagues beside the thread; the customer never sees it. `@Name` calls one of them.

        Raises NotFound, Conflict.
        """
        ticket = _known(store.hold(connection, ticket_id, actor))
        if (done := self._written_before(connection, ticket, actor, client_id, text, is_note=True)) is not None:
            return done
        note_id = store.add_note(connection, ticket, actor, text=text, client_id=client_id or new_id("cli"), now=now)
        if ticket.owner == actor.id:
            queueing.active(connection, ticket_id, now)
        mentions.record(connection, ticket, note_id, text, actor.id, now)
        record(connection, actor, "ticket.noted", about=ticket_id, message=note_id)
        rings = self._say_changed(connection, ticket, now)
        return self._done(connection, ticket_id, rings, message_id=note_id)

    def resolve(
        self, connection: Connection, ticket_id: str, actor: Actor, resolution: Resolution, now: datetime
    ) -> Done:
        """Close the ticket for good reasons. Resolving again the same way changes nothing.

        Raises NotFound; Forbidden unless the actor owns the ticket; Conflict if it was resolved otherwise.
        """
        ticket = _known(store.hold(connection, ticket_id, actor))
        _refuse_unless_owner(ticket, actor)
        if ticket.status == TicketStatus.RESOLVED and ticket.resolution == resolution:
            return Done(ticket=self._json(ticket))
        _refuse_if_resolved(ticket)
        columns = {"resolution": resolution.value, "resolved_at": now, "awaiting_since": None}
        self._move(connection, ticket, Change.RESOLVED, now, **columns)
        held.cancel(connection, conversation_id=ticket.conversation_id, why="the ticket was resolved")
        rings = self._tell_machine(connection, ticket, Resolved(at=now), now)
        data = {"by": actor.id, "name": actor.name, "resolution": resolution.value}
        store.log_event(connection, ticket, now, "ticket_resolved", data)
        record(connection, actor, "ticket.resolved", about=ticket_id, resolution=resolution.value)
        return self._done(connection, ticket_id, rings)

    def send_template(
        self,
        connection: Connection,
        ticket_id: str,
        actor: Actor,
        *,
        name: str,
        language: str,
        values: Mapping[str, str],
        client_id: str | None,
        now: datetime,
    ) -> Done:
        """Send an approved template; whatever the window. The same `client_id` again is the same message.

        Raises NotFound, Forbidden; Invalid for its values; Conflict with a code: no_templates (the channel has none),
        template_not_approved (with `templates`), opted_out, channel_off, resolved, client_id_reused.
        """
        ticket = self._own(connection, ticket_id, actor)
        capabilities = self._reachable(ticket)
        if capabilities.session_window is None:
            raise Conflict("this channel has no approved templates", code="no_templates", facts={"templates": []})
        use, text = use_template(
            connection, self._turns.surveys, ticket, actor, name=name, language=language, values=values
        )
        if (done := self._written_before(connection, ticket, actor, client_id, text, is_note=False)) is not None:
            return done
        return self._send(connection, ticket, actor, text=text, client_id=client_id, now=now, template=use)

    def cancel_held(self, connection: Connection, ticket_id: str, actor: Actor, message_id: str, now: datetime) -> Done:
        """Take back a reply that waits for the customer. Raises NotFound, Forbidden, and Conflict if it has left."""
        ticket = self._own(connection, ticket_id, actor)
        if not held.cancel(connection, conversation_id=ticket.conversation_id, message_id=message_id, why="taken back"):
            raise Conflict("no such reply is waiting any more", code="not_held")
        since = store.unanswered_since(connection, ticket)
        if ticket.status == TicketStatus.WAITING and since is not None:
            self._move(connection, ticket, Change.UNSAID, now, awaiting_since=since, owner_active_at=now)
        record(connection, actor, "ticket.reply_taken_back", about=ticket_id, message=message_id)
        return self._done(connection, ticket_id, self._say_changed(connection, ticket, now))

    def call(self, connection: Connection, ticket_id: str, actor: Actor, number: str | None, now: datetime) -> Done:
        """Ring the actor, then the customer. number: the actor's telephone; None = the one that is known.

        A call that is being placed already is that call. Raises NotFound, Forbidden, Invalid for a number that cannot
        be one, and Conflict with a code: no_calls, no_own_number, no_number, opted_out, quiet_hours, resolved.
        """
        ticket = self._own(connection, ticket_id, actor)
        telephone = next((each for each in self._turns.adapters.values() if each.capabilities.spoken), None)
        if telephone is None:
            raise Conflict("the telephone is not switched on", code="no_calls")
        phone = telephone.normalize(number) if number else store.phone_of(connection, actor.id)
        if number and phone is None:
            raise Invalid("that is no telephone number", [("number", "with its country, such as +31201234567")])
        if phone is None:
            raise Conflict("say which telephone of yours to ring", code="no_own_number")
        if number:
            store.remember_phone(connection, actor.id, phone)
        bridges = Bridges(self._turns.surveys, channel=telephone.channel, zone=self._zone)
        row = conversation(connection, ticket.conversation_id)
        if bridges.is_being_placed(connection, row["id"]):
            return Done(ticket=self._json(ticket))
        bridges.place(connection, row, phone=phone, actor=actor, now=now)
        queueing.active(connection, ticket_id, now)
        record(connection, actor, "ticket.called", about=ticket_id)
        return self._done(connection, ticket_id, self._say_changed(connection, ticket, now) | {OUTBOX})

    # --- parts ----------------------------------------------------------------------------------------------------

    def _own(self, connection: Connection, ticket_id: str, actor: Actor) -> Row[Any]:
        """The held ticket, which the actor owns and has not resolved."""
        ticket = _known(store.hold(connection, ticket_id, actor))
        _refuse_unless_owner(ticket, actor)
        _refuse_if_resolved(ticket)
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
        ticket = self._json(_known(store.find(connection, ticket_id)))
        message = message_json(store.message(connection, message_id)) if message_id else None
        return Done(ticket=ticket, rings=rings, message=message)

    def _written_before(
        self, connection: Connection, ticket: Row[Any], actor: Actor, client_id: str | None, text: str, *, is_note: bool
    ) -> Done | None:
        """The same message from the same hand, a moment ago: a double click, or an answer that got lost."""
        earlier = store.find_message(connection, ticket.conversation_id, client_id) if client_id else None
        if earlier is None:
            return None
        if earlier.author_id != actor.id or earlier.text != text or (earlier.kind == store.NOTE) != is_note:
            raise Conflict("this client_id was used for another message", code="client_id_reused")
        return Done(ticket=self._json(ticket), message=message_json(earlier))

    def _capabilities(self, ticket: Row[Any]) -> Capabilities | None:
        adapter = self._turns.adapters.get(Channel(ticket.channel))
        return adapter.capabilities if adapter else None

    def _reachable(self, ticket: Row[Any]) -> Capabilities:
        """What the ticket's channel can do. Raises Conflict if nothing may be sent there at all."""
        if ticket.opted_out_at is not None or ticket.blocked_at is not None:
            raise Conflict("the customer opted out; nothing may be sent any more", code="opted_out")
        capabilities = self._capabilities(ticket)
        if capabilities is None:
            raise Conflict(f"{ticket.channel} is switched off", code="channel_off")
        if capabilities.spoken:
            raise Conflict("nobody can write to a telephone; call the customer", code="call_instead")
        return capabilities

    def _send(
        self,
        connection: Connection,
        ticket: Row[Any],
        actor: Actor,
        *,
        text: str,
        client_id: str | None,
        now: datetime,
        template: TemplateUse | None = None,
        is_held: bool = False,
    ) -> Done:
        """Put the words into the thread and the outbox; from now on the ticket waits for the customer."""
        result = self._turns.reply(
            connection,
            conversation_id=ticket.conversation_id,
            text=text,
            actor=actor,
            client_id=client_id or new_id("cli"),
            now=now,
            template=template,
            is_held=is_held,
        )
        assert result.message_id is not None
        what = None if template is None else f"{template.name}/{template.language}"
        record(connection, actor, "ticket.replied", about=ticket.id, message=result.message_id, template=what)
        first = ticket.first_reply_at or (None if is_held else now)
        columns = {"first_reply_at": first, "last_message_at": now, "awaiting_since": None, "owner_active_at": now}
        self._move(connection, ticket, Change.ANSWERED, now, **columns)
        rings = result.rings | self._say_changed(connection, ticket, now)
        return self._done(connection, ticket.id, rings, message_id=result.message_id)

    def _json(self, ticket: Row[Any]) -> dict[str, Any]:
        capabilities = self._capabilities(ticket)
        closes_at = _window_closes_at(ticket, capabilities) if capabilities else None
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


def again_id(message_id: str) -> str:
    """The client id under which a failed reply is sent again."""
    return f"again-{message_id}"


def _known(ticket: Row[Any] | None) -> Row[Any]:
    if ticket is None:
        raise NotFound("no such ticket")
    return ticket


def _taken(ticket: Row[Any]) -> Conflict:
    taken = f"{ticket.owner_name} has this ticket"
    return Conflict(taken, code="already_claimed", facts={"owner": ticket.owner_name})


def _slot(ticket: Row[Any]) -> dict[str, Any]:
    """When the customer wants to be called back; only tickets that ask for it have the field."""
    if ticket.callback_from is None:
        return {}
    return {"callback": {"begin": ticket.callback_from.isoformat(), "end": ticket.callback_to.isoformat()}}


def _refuse_unless_owner(ticket: Row[Any], actor: Actor) -> None:
    if ticket.owner != actor.id:
        raise Forbidden(f"{ticket.owner_name or 'nobody'} has this ticket; only its owner may do this")


def _refuse_if_resolved(ticket: Row[Any]) -> None:
    if ticket.status == TicketStatus.RESOLVED:
        raise Conflict("the ticket is resolved", code="resolved")


def _window_closes_at(ticket: Row[Any], capabilities: Capabilities) -> datetime | None:
    """Until when the provider takes free text; None = always. It opens with each message of the customer."""
    if capabilities.session_window is None:
        return None
    opened_at: datetime = ticket.last_inbound_at or ticket.opened_at - capabilities.session_window
    return opened_at + capabilities.session_window


def _is_window_closed(ticket: Row[Any], capabilities: Capabilities, now: datetime) -> bool:
    closes_at = _window_closes_at(ticket, capabilities)
    return closes_at is not None and now >= closes_at


__all__ = ["Done", "Resolution", "TicketStatus", "Tickets"]
