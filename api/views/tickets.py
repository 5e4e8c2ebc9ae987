"""The human queue."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import BaseModel
from sqlalchemy import Connection

from api.calls import Answer, Call
from api.models.fields import Reference
from api.models.tickets import (
    CallIn,
    HeldIn,
    NoteIn,
    ReplyIn,
    ResolveIn,
    TemplateIn,
    TicketQuery,
    TransferIn,
)
from api.views.conversations import shown_page
from common.errors import Invalid
from common.tickets import Done, Resolution


class TicketPath(BaseModel):
    """The ticket's id."""

    id: Reference


def list_page(call: Call, query: TicketQuery) -> Answer:
    """Tickets, the longest open first"""
    page = call.read(
        lambda connection: call.tickets.list_page(
            connection, status=query.status, cursor=query.cursor, limit=query.limit
        )
    )
    return shown_page(page)


def get(call: Call, path: TicketPath) -> Answer:
    """One ticket"""
    return call.read(lambda connection: Answer(body=call.tickets.get(connection, path.id)))


def claim(call: Call, path: TicketPath) -> Answer:
    """Take a ticket and its thread

    One owner: whoever comes second gets 409 with the `owner`. Claiming one's own ticket again changes nothing.
    """
    return _act(call, lambda connection: call.tickets.claim(connection, path.id, call.actor, call.now))


def release(call: Call, path: TicketPath) -> Answer:
    """Hand the thread back to the bot, and the ticket to the queue

    The bot asks the question that waits, or closes the survey if there is none. To put the ticket back and keep the bot
    silent, return it.
    """
    return _act(call, lambda connection: call.tickets.release(connection, path.id, call.actor, call.now))


def put_back(call: Call, path: TicketPath) -> Answer:
    """Put a ticket back into the queue; the bot stays silent

    Whoever claims it next may still release it to the bot, which then asks the question that waited.
    """
    return _act(call, lambda connection: call.tickets.release(connection, path.id, call.actor, call.now, to_bot=False))


def transfer(call: Call, path: TicketPath, body: TransferIn) -> Answer:
    """Give a ticket to another user or key, or to a team; its owner may, and any admin

    With `to`, that person owns it from now on. With `team` it stands open in the queue of that team. The bot stays
    silent.
    """
    if (body.to is None) is (body.team is None):
        raise Invalid("say who gets it", [("to", "either this or `team`, and not both")])

    def work(connection: Connection) -> Done:
        if body.to is not None:
            return call.tickets.transfer(connection, path.id, call.actor, body.to, call.now)
        return call.tickets.pass_on(connection, path.id, call.actor, body.team, call.now)

    return _act(call, work)


def reply(call: Call, path: TicketPath, body: ReplyIn) -> Answer:
    """Write to the customer in the thread

    403 unless the ticket is yours. 409 with `code` opted_out after a STOP, window_closed (with `templates`) outside the
    provider's window; with `hold` it is kept then, and leaves by itself when the customer writes. The same `client_id`
    again is the same message and gets the same answer.
    """

    def work(connection: Connection) -> Answer:
        done = call.tickets.reply(
            connection,
            path.id,
            call.actor,
            text=body.text,
            client_id=body.client_id,
            now=call.now,
            hold=body.hold,
        )
        return Answer(body={"message": done.message, "ticket": done.ticket}, rings=done.rings)

    return call.write(work)


def note(call: Call, path: TicketPath, body: NoteIn) -> Answer:
    """Write to colleagues beside the thread; the customer never sees it

    In the conversation it stands among the events, as `noted`.
    """

    def work(connection: Connection) -> Answer:
        done = call.tickets.note(
            connection, path.id, call.actor, text=body.text, client_id=body.client_id, now=call.now
        )
        assert done.message is not None
        written = {name: done.message[name] for name in ("id", "at", "text")}
        return Answer(body={"note": written, "ticket": done.ticket}, rings=done.rings)

    return call.write(work)


def template(call: Call, path: TicketPath, body: TemplateIn) -> Answer:
    """Send an approved template, outside the provider's window too

    409 with `code` no_templates on channels that have none, template_not_approved (with `templates`, those that may be
    sent) for one that is not approved just now; 422 for values that are missing or that the provider would refuse.
    """

    def work(connection: Connection) -> Answer:
        done = call.tickets.send_template(
            connection,
            path.id,
            call.actor,
            name=body.name,
            language=body.language,
            values=body.values or {},
            client_id=body.client_id,
            now=call.now,
        )
        return Answer(body={"message": done.message, "ticket": done.ticket}, rings=done.rings)

    return call.write(work)


def cancel_held(call: Call, path: TicketPath, body: HeldIn) -> Answer:
    """Take back a reply that waits for the customer

    409 with `code` not_held once it has left or was taken back.
    """
    return _act(
        call, lambda connection: call.tickets.cancel_held(connection, path.id, call.actor, body.message_id, call.now)
    )


def phone(call: Call, path: TicketPath, body: CallIn) -> Answer:
    """Call the customer

    Your own telephone rings first, at `number` or the one that was used last; a key there connects you, then the
    customer's rings. 409 with `code` no_calls while the telephone is off, no_own_number, no_number of the customer,
    opted_out, or quiet_hours with `callable_at`.
    """
    return _act(call, lambda connection: call.tickets.call(connection, path.id, call.actor, body.number, call.now))


def resolve(call: Call, path: TicketPath, body: ResolveIn) -> Answer:
    """Close a ticket and say how it ended"""
    resolution = Resolution(body.resolution)
    return _act(call, lambda connection: call.tickets.resolve(connection, path.id, call.actor, resolution, call.now))


def _act(call: Call, act: Callable[[Connection], Done]) -> Answer:
    def work(connection: Connection) -> Answer:
        done = act(connection)
        return Answer(body=dict(done.ticket), rings=done.rings)

    return call.write(work)
