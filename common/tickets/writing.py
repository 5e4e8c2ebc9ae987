"""What the owner of a ticket sends: replies, templates, calls; and notes, which stay among colleagues."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from common import mentions, queueing
from common.actors import Actor
from common.audit import record
from common.bell import OUTBOX
from common.channels import Capabilities, Delivery, OutboundFile
from common.errors import Conflict, Invalid
from common.files.keeping import with_message
from common.files.offering import refuse_unfit
from common.ids import new_id
from common.queue.life import Change, TicketStatus
from common.store import held
from common.store import tickets as store
from common.store.calls import conversation
from common.store.conversations import message_json
from common.telephone.bridge import Bridges
from common.templates import TemplateUse
from common.ticket_templates import listed_for_api, offers, use_template
from common.tickets.ground import Done, Ground, known, refuse_if_resolved, refuse_unless_owner, window_closes_at

_NUMBER = "with its country, such as +31201234567"


class Writing(Ground):
    """The acts that put words into a thread, or ring the customer."""

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
        file: OutboundFile | None = None,
    ) -> Done:
        """Write to the customer in the thread. The same `client_id` again is the same message.

        hold: outside the provider's window, keep it until the customer writes, when it leaves by itself; inside, it
        leaves at once. file: goes with the words, which may then be empty; it is not held.

        Raises NotFound; Forbidden unless the actor owns the ticket; Invalid for a text that the channel cannot carry;
        Conflict with a code: opted_out, window_closed (with `templates`), channel_off, resolved, client_id_reused.
        """
        ticket = known(store.hold(connection, ticket_id, actor))
        done = self._written_before(connection, ticket, actor, client_id, text, is_note=False, file=file)
        if done is not None:
            return done
        refuse_unless_owner(ticket, actor)
        refuse_if_resolved(ticket)
        capabilities = self._reachable(ticket)
        is_closed = _is_window_closed(ticket, capabilities, now)
        if is_closed and (file is not None or not hold):
            why = "the customer wrote too long ago; the channel takes approved templates only"
            offered = offers(connection, self._turns.surveys, ticket, actor)
            raise Conflict(why, code="window_closed", facts={"templates": listed_for_api(offered)})
        if len(text) > capabilities.max_text:
            raise Invalid(
                f"the channel carries {capabilities.max_text} characters at most",
                [("text", f"at most {capabilities.max_text} characters, not {len(text)}")],
                code="text_long",
                facts={"most": capabilities.max_text},
            )
        if file is not None:
            refuse_unfit(file, text, capabilities)
        return self._send(
            connection, ticket, actor, text=text, client_id=client_id, now=now, is_held=is_closed, file=file
        )

    def retry(self, connection: Connection, ticket_id: str, actor: Actor, message_id: str, now: datetime) -> Done:
        """Send a reply that failed once more, with its file. Twice is once: the second is named after the first.

        Raises what `reply` raises, and Conflict: `not_failed` for anything but a failed reply of free text or a file,
        `file_gone` if its file is not kept any more.
        """
        ticket = known(store.hold(connection, ticket_id, actor))
        failed = store.find_reply(connection, ticket.conversation_id, message_id)
        if failed is None or failed.delivery != Delivery.FAILED or failed.error == "cancelled":
            raise Conflict("this message did not fail", code="not_failed")
        if (again := store.find_message(connection, ticket.conversation_id, again_id(message_id))) is not None:
            return Done(ticket=self._json(ticket), message=message_json(again))
        file = with_message(connection, message_id)
        if failed.kind == "media" and file is None:
            raise Conflict("the file is not kept any more", code="file_gone")
        copy = None if file is None else replace(file, id=new_id("fil"))
        client_id = again_id(message_id)
        return self.reply(connection, ticket_id, actor, text=failed.text, client_id=client_id, now=now, file=copy)

    def note(
        self, connection: Connection, ticket_id: str, actor: Actor, *, text: str, client_id: str | None, now: datetime
    ) -> Done:
        """Write to colleagues beside the thread; the customer never sees it. `@Name` calls one of them.

        Raises NotFound, Conflict.
        """
        ticket = known(store.hold(connection, ticket_id, actor))
        if (done := self._written_before(connection, ticket, actor, client_id, text, is_note=True)) is not None:
            return done
        note_id = store.add_note(connection, ticket, actor, text=text, client_id=client_id or new_id("cli"), now=now)
        if ticket.owner == actor.id:
            queueing.active(connection, ticket_id, now)
        mentions.record(connection, ticket, note_id, text, actor.id, now)
        record(connection, actor, "ticket.noted", about=ticket_id, message=note_id)
        rings = self._say_changed(connection, ticket, now)
        return self._done(connection, ticket_id, rings, message_id=note_id)

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
            raise Invalid("that is no telephone number", [("number", _NUMBER)], code="bad_number")
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

    def _written_before(
        self,
        connection: Connection,
        ticket: Row[Any],
        actor: Actor,
        client_id: str | None,
        text: str,
        *,
        is_note: bool,
        file: OutboundFile | None = None,
    ) -> Done | None:
        """The same message from the same hand, a moment ago: a double click, or an answer that got lost."""
        earlier = store.find_message(connection, ticket.conversation_id, client_id) if client_id else None
        if earlier is None:
            return None
        is_same = earlier.author_id == actor.id and earlier.text == text and (earlier.kind == store.NOTE) == is_note
        if not is_same or not _is_same_file(connection, earlier, file):
            raise Conflict("this client_id was used for another message", code="client_id_reused")
        return Done(ticket=self._json(ticket), message=message_json(earlier))

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
        file: OutboundFile | None = None,
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
            file=file,
        )
        assert result.message_id is not None
        what = None if template is None else f"{template.name}/{template.language}"
        facts = {"message": result.message_id, "template": what} | ({"file": file.media_type} if file else {})
        record(connection, actor, "ticket.replied", about=ticket.id, **facts)
        first = ticket.first_reply_at or (None if is_held else now)
        columns = {"first_reply_at": first, "last_message_at": now, "awaiting_since": None, "owner_active_at": now}
        self._move(connection, ticket, Change.ANSWERED, now, **columns)
        rings = result.rings | self._say_changed(connection, ticket, now)
        return self._done(connection, ticket.id, rings, message_id=result.message_id)


def again_id(message_id: str) -> str:
    """The client id under which a failed reply is sent again."""
    return f"again-{message_id}"


def _is_same_file(connection: Connection, earlier: Row[Any], file: OutboundFile | None) -> bool:
    """True if `file` is what went with that message; of one that is not kept any more nothing better is known."""
    if file is None or earlier.kind != "media":
        return file is None and earlier.kind != "media"
    kept = with_message(connection, earlier.id)
    return kept is None or kept.content == file.content


def _is_window_closed(ticket: Row[Any], capabilities: Capabilities, now: datetime) -> bool:
    closes_at = window_closes_at(ticket, capabilities)
    return closes_at is not None and now >= closes_at
