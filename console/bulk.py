"""One act on many tickets. Each is a transaction of its own and says for itself what came of it.

Doing it again does no harm: claiming and resolving twice change nothing, and a note is known by the form it came from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from common import clock
from common.actors import Actor
from common.errors import Conflict, Forbidden, Invalid, NotFound, StoreUnavailable
from common.services import Services
from common.store.inbox import titles
from common.tickets import Done, Resolution, Tickets
from console.access import signed_in
from console.language import _
from console.refusals import why
from console.threads import customer_title

MOST = 100
"""Tickets in one act."""
Act = Callable[[Connection, str, Actor, datetime], Done]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one ticket; why: empty if it was done."""

    ticket_id: str
    title: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What came of all of them. done: in words, what was asked for."""

    done: str
    outcomes: tuple[Outcome, ...] = ()

    @property
    def count(self) -> int:
        """How many were done."""
        return sum(not each.why for each in self.outcomes)

    @property
    def refused(self) -> tuple[Outcome, ...]:
        return tuple(each for each in self.outcomes if each.why)


Show = Callable[[Report | None, str, int], ResponseReturnValue]
"""Draws the inbox with a report, or with a fault and its status."""


def add_routes(blueprint: Blueprint, services: Services, desk: Tickets, show: Show) -> None:
    """Register the route on `blueprint`."""

    @blueprint.post("/inbox/bulk")
    def bulk() -> ResponseReturnValue:
        chosen = list(dict.fromkeys(request.form.getlist("ticket")))
        if not chosen:
            return show(None, _("Choose some tickets first."), 422)
        if len(chosen) > MOST:
            return show(None, _("At most %(most)d tickets at once.", most=MOST), 422)
        try:
            done, act = _act(desk, request.form)
        except Invalid as refusal:
            return show(None, refusal.detail, 422)
        named = _titles(services, chosen)
        outcomes = tuple(_each(services, act, ticket_id, named) for ticket_id in chosen)
        return show(Report(done=done, outcomes=outcomes), "", 200)


def _act(desk: Tickets, form: Mapping[str, str]) -> tuple[str, Act]:
    """What to do to each ticket, and in words what was done. Raises Invalid for a form that says too little."""
    wanted, form_id = form.get("act", ""), form.get("client_id", "")[:64].replace("\0", "")
    if wanted == "claim":
        return _("claimed"), desk.claim
    if wanted == "resolve":
        try:
            resolution = Resolution(form.get("resolution", ""))
        except ValueError as error:
            raise Invalid(_("Choose how they ended.")) from error
        return _("resolved"), lambda connection, each, actor, now: desk.resolve(
            connection, each, actor, resolution, now
        )
    if wanted == "note":
        text = form.get("text", "").replace("\r\n", "\n").replace("\0", "").strip()
        if not text or len(text) > 4_000:
            raise Invalid(_("Write the note first."))
        return _("noted"), lambda connection, each, actor, now: desk.note(
            connection, each, actor, text=text, client_id=f"{form_id}-{each}" if form_id else None, now=now
        )
    if wanted == "transfer":
        to = form.get("to", "")
        if not to:
            raise Invalid(_("Choose who gets them."))
        return _("handed over"), lambda connection, each, actor, now: desk.transfer(connection, each, actor, to, now)
    raise Invalid(_("Choose what to do with them."))


def _each(services: Services, act: Act, ticket_id: str, named: Mapping[str, str]) -> Outcome:
    actor, now = signed_in().user.actor, clock.now()
    title = named.get(ticket_id, ticket_id[:40])
    try:
        done = services.store.write(lambda connection: act(connection, ticket_id, actor, now))
    except NotFound:
        return Outcome(ticket_id=ticket_id, title=title, why=_("There is no such ticket."))
    except (Conflict, Forbidden, Invalid) as refusal:
        return Outcome(ticket_id=ticket_id, title=title, why=why(refusal))
    except StoreUnavailable:
        return Outcome(ticket_id=ticket_id, title=title, why=_("The database was away. Try this one again."))
    services.bell.ring(*done.rings)
    return Outcome(ticket_id=ticket_id, title=title)


def _titles(services: Services, ticket_ids: list[str]) -> dict[str, str]:
    with services.store.read() as connection:
        return {row.id: customer_title(row) for row in titles(connection, ticket_ids)}
