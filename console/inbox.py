"""The inbox: the list of tickets with one thread beside it, and what a person does with a ticket.

Every act is a plain form that works without script. When the page's own script sends it, the answer is the same page
instead of a redirect, so that the script can put its parts in place and leave alone what the person is typing.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from common import clock, saved_views
from common.actors import Actor
from common.errors import Conflict, Forbidden, Invalid
from common.mentions import colleagues
from common.services import Services
from common.store import inbox as store
from common.store import mentions, presence
from common.store.tickets import phone_of
from common.tickets import Done, Resolution, Tickets
from console.access import PART, may_act, signed_in
from console.beside import beside
from console.bulk import Report
from console.files import given_file
from console.inbox_filters import MOST_SHOWN, PAGE, as_query, read_listing
from console.language import _
from console.refusals import why
from console.search import with_snippets
from console.threads import composer_for, entries_of, with_offers


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What a person typed that could not be done, to be given back."""

    reply: str = ""
    note: str = ""
    client_id: str = ""


Act = Callable[[Connection, Actor, datetime], Done]
"""What to do in the writing transaction; it runs in the writer's thread, where there is no request to look at."""


def add_routes(blueprint: Blueprint, services: Services, desk: Tickets) -> None:
    """Register the inbox's pages on `blueprint`."""

    @blueprint.get("/")
    def home() -> ResponseReturnValue:
        return redirect(url_for("console.inbox"), 303)

    @blueprint.get("/inbox")
    def inbox() -> ResponseReturnValue:
        return _page(services, None)

    @blueprint.get("/inbox/<ticket_id>")
    def thread(ticket_id: str) -> ResponseReturnValue:
        return _page(services, ticket_id)

    def act(ticket_id: str, do: Act, done: str = "", typed: Typed | None = None) -> ResponseReturnValue:
        return _act(services, ticket_id, do, done, typed or Typed())

    @blueprint.post("/inbox/<ticket_id>/claim")
    def claim(ticket_id: str) -> ResponseReturnValue:
        return act(ticket_id, lambda connection, actor, now: desk.claim(connection, ticket_id, actor, now))

    @blueprint.post("/inbox/<ticket_id>/release")
    def release(ticket_id: str) -> ResponseReturnValue:
        done = _("Given back. The ticket is open to everyone again.")
        return act(
            ticket_id,
            lambda connection, actor, now: desk.release(connection, ticket_id, actor, now, to_bot=False),
            done,
        )

    @blueprint.post("/inbox/<ticket_id>/reply")
    def reply(ticket_id: str) -> ResponseReturnValue:
        typed = Typed(reply=request.form.get("text", ""), client_id=_given_client_id())
        hold, file = request.form.get("hold") == "yes", given_file()

        def do(connection: Connection, actor: Actor, now: datetime) -> Done:
            text = _words(typed.reply) if file is None else _plain(typed.reply)
            return desk.reply(
                connection, ticket_id, actor, text=text, client_id=typed.client_id, now=now, hold=hold, file=file
            )

        return act(ticket_id, do, typed=typed)

    @blueprint.post("/inbox/<ticket_id>/retry")
    def retry(ticket_id: str) -> ResponseReturnValue:
        message_id = request.form.get("message_id", "")

        def do(connection: Connection, actor: Actor, now: datetime) -> Done:
            return desk.retry(connection, ticket_id, actor, message_id, now)

        return act(ticket_id, do)

    @blueprint.post("/inbox/<ticket_id>/template")
    def send_template(ticket_id: str) -> ResponseReturnValue:
        name, language, client_id = request.form.get("name", ""), request.form.get("language", ""), _given_client_id()
        given = {key.removeprefix("value."): text for key, text in request.form.items() if key.startswith("value.")}
        values = {key: " ".join(text.replace("\0", "").split()) for key, text in given.items()}

        def do(connection: Connection, actor: Actor, now: datetime) -> Done:
            return desk.send_template(
                connection, ticket_id, actor, name=name, language=language, values=values, client_id=client_id, now=now
            )

        return act(ticket_id, do)

    @blueprint.post("/inbox/<ticket_id>/cancel-held")
    def cancel_held(ticket_id: str) -> ResponseReturnValue:
        message_id = request.form.get("message_id", "")

        def do(connection: Connection, actor: Actor, now: datetime) -> Done:
            return desk.cancel_held(connection, ticket_id, actor, message_id, now)

        return act(ticket_id, do, _("Taken back. It will not be sent."))

    @blueprint.post("/inbox/<ticket_id>/note")
    def note(ticket_id: str) -> ResponseReturnValue:
        typed, client_id = Typed(note=request.form.get("text", "")), _given_client_id()

        def do(connection: Connection, actor: Actor, now: datetime) -> Done:
            text = _words(typed.note)
            return desk.note(connection, ticket_id, actor, text=text, client_id=client_id, now=now)

        return act(ticket_id, do, typed=typed)

    @blueprint.post("/inbox/<ticket_id>/resolve")
    def resolve(ticket_id: str) -> ResponseReturnValue:
        given = request.form.get("resolution", "")

        def do(connection: Connection, actor: Actor, now: datetime) -> Done:
            return desk.resolve(connection, ticket_id, actor, _resolution(given), now)

        return act(ticket_id, do, _("Resolved. It opens again if the customer writes."))


def show_report(services: Services, report: Report | None, fault: str, status: int) -> ResponseReturnValue:
    """The list with what came of many acts."""
    return _page(services, None, bulk_fault=fault, status=status, report=report)


def _page(
    services: Services,
    ticket_id: str | None,
    typed: Typed | None = None,
    fault: str = "",
    status: int = 200,
    report: Report | None = None,
    bulk_fault: str = "",
) -> ResponseReturnValue:
    """The inbox, with the thread of `ticket_id` beside the list. Answers 404 if there is no such ticket."""
    actor, listing, part, now = (
        signed_in().user.actor,
        read_listing(request.args),
        request.headers.get(PART),
        clock.now(),
    )
    context: dict[str, Any] = {"listing": listing, "view": listing.view, "shown": listing.shown, "fault": fault}
    context |= {
        "typed": typed or Typed(),
        "now": now,
        "report": report,
        "bulk_fault": bulk_fault,
        "part": part,
        "bulk_id": _client_id(),
    }
    context |= {"may_act": may_act(), "most_shown": MOST_SHOWN, "next_shown": min(listing.shown + PAGE, MOST_SHOWN)}
    with services.store.read() as connection:
        context["position"] = store.newest_feed_id(connection)  # before all else: what comes after it is news
        ticket = None if ticket_id is None else store.find_ticket(connection, ticket_id)
        if ticket_id is not None and ticket is None:
            abort(404)
        context["ticket"] = ticket
        if part != "thread":
            context |= _list(connection, actor)
        if ticket is not None and part != "list":
            context |= _thread(services, connection, ticket, actor, now)
            context["client_id"] = (typed.client_id if typed else "") or _client_id()
    template = {"list": "console/_list.html", "thread": "console/_thread.html"}.get(part or "", "console/inbox.html")
    return render_template(template, **context), status


def _list(connection: Connection, actor: Actor) -> dict[str, Any]:
    """What the list shows."""
    listing, gone = read_listing(request.args), request.args.get("view_deleted", "")
    lines = store.list_tickets(connection, listing.view, actor.id, listing.shown + 1, listing.narrowed())
    shown = lines[: listing.shown]
    views, standing = saved_views.listed(connection, actor.id), store.standing(connection, actor.id)
    return {
        "lines": with_snippets(connection, shown, listing.narrowed().terms),
        "more": len(lines) > listing.shown,
        "counts": standing.counts,
        "is_new_here": not lines and not store.has_tickets(connection),
        "choices": standing.choices,
        "saved_views": views,
        "current_view": next((each for each in views if each.query == as_query(listing)), None),
        "saved_query": as_query(listing),
        "deleted_view": saved_views.deleted(connection, actor, gone) if gone else None,
        "named_in": mentions.unseen_tickets(connection, actor.id),
        "workers": [each for each in mentions.people(connection) if each.role != "analyst"] if may_act() else [],
    }


def _thread(services: Services, connection: Connection, ticket: Any, actor: Actor, now: datetime) -> dict[str, Any]:
    """What the thread shows."""
    composer = composer_for(ticket, actor, may_act=may_act(), adapters=services.adapters, now=now)
    return {
        "entries": entries_of(connection, ticket.conversation_id, _zone(services), colleagues(connection)),
        "composer": with_offers(composer, connection, services.surveys, ticket, actor),
        "own_number": _own_number(services, connection, actor),
        "others": presence.people(connection, ticket.id, clock.wall(), but=actor.id),
    } | beside(connection, services, ticket, actor, now)


def _own_number(services: Services, connection: Connection, actor: Actor) -> str | None:
    """The telephone that rings first when this user calls, "" if unknown; None while customers cannot be rung."""
    if not any(adapter.capabilities.spoken for adapter in services.adapters.values()):
        return None
    return phone_of(connection, actor.id) or ""


def act_on(services: Services, ticket_id: str, do: Act, done: str) -> ResponseReturnValue:
    """Do something to a ticket that is typed nowhere, and show the ticket as it is then."""
    return _act(services, ticket_id, do, done, Typed())


def _act(services: Services, ticket_id: str, do: Act, done: str, typed: Typed) -> ResponseReturnValue:
    """Do it, and show the ticket as it is then; a refusal is shown on the page, with the words that were typed."""
    actor, now = signed_in().user.actor, clock.now()
    try:
        result = services.store.write(lambda connection: do(connection, actor, now))
    except Conflict as refusal:
        if refusal.code == "client_id_reused":
            typed = replace(typed, client_id="")
        return _page(services, ticket_id, typed, why(refusal), 409)
    except Forbidden as refusal:
        return _page(services, ticket_id, typed, why(refusal), 403)
    except Invalid as refusal:
        return _page(services, ticket_id, typed, why(refusal), 422)
    services.bell.ring(*result.rings)
    if done:
        flash(done, "good")
    if request.headers.get(PART):
        return _page(services, ticket_id)
    return redirect(url_for("console.thread", ticket_id=ticket_id, **read_listing(request.args).query()), 303)


def _resolution(given: str) -> Resolution:
    try:
        return Resolution(given)
    except ValueError as error:
        raise Invalid(_("Choose how it ended."), [("resolution", "not one of the choices")]) from error


def _given_client_id() -> str:
    return request.form.get("client_id", "")[:128].replace("\0", "") or _client_id()


def _words(text: str) -> str:
    words = _plain(text)
    if not words:
        raise Invalid(_("There is nothing to send yet: write something first."), [("text", "empty")])
    return words


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\0", "").strip()


def _client_id() -> str:
    return str(uuid.uuid4())


def _zone(services: Services) -> ZoneInfo:
    return ZoneInfo(services.settings.get("TIMEZONE") or "UTC")
