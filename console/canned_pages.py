"""The page of canned replies: the list, the form to add and change one, and undoing a deletion."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from common import canned_replies, clock
from common.errors import Conflict, Invalid, NotFound
from common.services import Services
from common.store.inbox import teams
from common.wording import PLACEHOLDERS, fill
from console.access import signed_in
from console.language import _

_FIELDS = ("short", "team", "locale", "text")
SAMPLES = {"brand": "Acme", "name": "Ana", "agent": "Joost", "reference": "order 4711", "topic": "invoice"}


def add_routes(blueprint: Blueprint, services: Services) -> None:
    """Register the routes on `blueprint`."""

    @blueprint.get("/canned")
    def canned() -> ResponseReturnValue:
        return _list(services)

    @blueprint.post("/canned")
    def add_canned() -> ResponseReturnValue:
        return _save(services, None)

    @blueprint.get("/canned/<reply_id>")
    def canned_reply(reply_id: str) -> ResponseReturnValue:
        with services.store.read() as connection:
            reply = canned_replies.find(connection, reply_id, signed_in().user.actor)
        return _form(services, reply_id, {name: getattr(reply, name) for name in _FIELDS})

    @blueprint.post("/canned/<reply_id>")
    def save_canned(reply_id: str) -> ResponseReturnValue:
        return _save(services, reply_id)

    @blueprint.post("/canned/<reply_id>/delete")
    def delete_canned(reply_id: str) -> ResponseReturnValue:
        actor, now = signed_in().user.actor, clock.now()
        services.store.write(lambda connection: canned_replies.delete(connection, reply_id, actor, now))
        return redirect(url_for("console.canned", deleted=reply_id), 303)

    @blueprint.post("/canned/<reply_id>/bring-back")
    def bring_back_canned(reply_id: str) -> ResponseReturnValue:
        actor = signed_in().user.actor
        try:
            reply = services.store.write(lambda connection: canned_replies.bring_back(connection, reply_id, actor))
        except NotFound:
            fault = _("It cannot be brought back: another reply has its name now, or it was deleted long ago.")
            return _list(services, fault), 404
        flash(_("/%(short)s is back.", short=reply.short), "good")
        return redirect(url_for("console.canned"), 303)


def _list(services: Services, fault: str = "") -> str:
    actor = signed_in().user.actor
    asked = " ".join(request.args.get("q", "").replace("\0", "").split())[:100]
    with services.store.read() as connection:
        replies = canned_replies.listed(connection, actor)
        deleted = canned_replies.deleted(connection, request.args.get("deleted", ""), actor)
    shown = [each for each in replies if asked.lower() in f"/{each.short} {each.text} {each.team}".lower()]
    context: dict[str, Any] = {"replies": shown, "asked": asked, "has_any": bool(replies), "deleted": deleted}
    context["changeable"] = {each.id for each in shown if canned_replies.may_change(each, actor)}
    return render_template("console/canned.html", **context, **_choices(services), given={}, faults={}, fault=fault)


def _form(
    services: Services,
    reply_id: str | None,
    given: dict[str, str],
    faults: dict[str, str] | None = None,
    fault: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    context: dict[str, Any] = {"reply_id": reply_id, "given": given, "faults": faults or {}, "fault": fault}
    context["sample"] = fill(given.get("text", ""), SAMPLES)
    return render_template("console/canned_reply.html", **context, **_choices(services)), status


def _save(services: Services, reply_id: str | None) -> ResponseReturnValue:
    given = {name: request.form.get(name, "").replace("\0", "") for name in _FIELDS}
    actor, now = signed_in().user.actor, clock.now()
    try:
        reply = services.store.write(
            lambda connection: canned_replies.save(connection, reply_id, given, actor=actor, now=now)
        )
    except Invalid as refusal:
        return _form(services, reply_id, given, dict(refusal.errors), _("Not saved yet."), 422)
    except Conflict as refusal:
        taken = {"short": _("There is one under this name for this team and language already.")}
        faults = taken if refusal.code == "taken" else {}
        return _form(services, reply_id, given, faults, _("Not saved: %(why)s.", why=refusal.detail), 409)
    flash(_("Saved. Type /%(short)s in a reply to use it.", short=reply.short), "good")
    return redirect(url_for("console.canned"), 303)


def _choices(services: Services) -> dict[str, Any]:
    with services.store.read() as connection:
        known = teams(connection)
    return {"teams": known, "languages": canned_replies.languages(), "placeholders": sorted(PLACEHOLDERS)}
