"""Settings → Webhooks: which systems are told what happens here, how that goes, and telling them again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection
from werkzeug.exceptions import NotFound as NoSuchPage

from common import clock
from common.audit import record
from common.errors import Conflict, Invalid
from common.guarded_http import checked_target
from common.herald.testing import announce_test
from common.services import Services
from common.store import posts
from common.store import subscriptions as store
from common.store.subscriptions import Subscription
from common.webhooks import SUBSCRIBABLE, PostState
from common.webhooks.addresses import NotAllowed
from console.access import signed_in
from console.language import N_, _, ngettext

PER_PAGE = 50
TYPES: Mapping[str, str] = {
    "invitation.sent": N_("An invitation was sent"),
    "response.created": N_("A customer gave a first answer"),
    "response.updated": N_("An answer was added or corrected"),
    "ticket.opened": N_("A ticket was opened"),
    "ticket.resolved": N_("A ticket was resolved"),
    "customer.opted_out": N_("A customer opted out"),
    "template.status_changed": N_("A template stands otherwise with its provider"),
    "interview.completed": N_("A follow-up interview ended"),
    "alert.raised": N_("An alert was raised"),
    "webhook.test": N_("A test"),
}
STATES: Mapping[str, tuple[str, str]] = {
    PostState.PENDING.value: (N_("Waiting"), ""),
    PostState.POSTING.value: (N_("On its way"), ""),
    PostState.DELIVERED.value: (N_("Delivered"), "chip-good"),
    PostState.DEAD.value: (N_("Given up"), "chip-bad"),
}
WHY_OFF: Mapping[str, str] = {
    "gone": N_("The receiver said that it wants nothing any more (410), so we switched it off."),
    "failing": N_("Nothing got through for five days, so we switched it off."),
}


def add_routes(blueprint: Blueprint, services: Services) -> None:
    """Register the routes on `blueprint`."""

    @blueprint.get("/settings/webhooks")
    def webhooks() -> ResponseReturnValue:
        with services.store.read() as connection:
            found = [(each, posts.counts_of(connection, each.id)) for each in store.listed(connection)]
        return render_template("console/webhooks.html", found=found, here="console.settings")

    @blueprint.route("/settings/webhooks/new", methods=["GET", "POST"])
    def new_webhook() -> ResponseReturnValue:
        given: dict[str, Any] = (
            _given() if request.method == "POST" else {"url": "", "name": "", "types": [], "is_on": True}
        )
        if request.method == "GET":
            return _form(services, None, given)
        actor = signed_in().user.actor
        try:
            _check(services, given)
            made = services.store.write(
                lambda connection: store.create(
                    connection,
                    url=given["url"],
                    name=given["name"],
                    types=given["types"],
                    now=clock.now(),
                    by=actor,
                )
            )
        except Invalid as fault:
            return _form(services, None, given, dict(fault.errors)), 422
        flash(_("The webhook is ready. Give its secret to the receiver, then send a test."), "good")
        return redirect(url_for("console.webhook", webhook_id=made.id), 303)

    @blueprint.route("/settings/webhooks/<webhook_id>", methods=["GET", "POST"])
    def webhook(webhook_id: str) -> ResponseReturnValue:
        with services.store.read() as connection:
            found = store.find(connection, webhook_id)
        if request.method == "GET":
            shown = {"url": found.url, "name": found.name, "types": list(found.types), "is_on": found.is_on}
            return _form(services, found, shown)
        given = _given()
        try:
            _check(services, given)
        except Invalid as fault:
            return _form(services, found, given, dict(fault.errors)), 422
        actor = signed_in().user.actor
        services.store.write(
            lambda connection: store.change(connection, webhook_id, **given, now=clock.now(), by=actor)
        )
        flash(_("Saved."), "good")
        return redirect(url_for("console.webhook", webhook_id=webhook_id), 303)

    _add_acts(blueprint, services)


def _add_acts(blueprint: Blueprint, services: Services) -> None:
    def back(webhook_id: str) -> ResponseReturnValue:
        return redirect(url_for("console.webhook", webhook_id=webhook_id), 303)

    @blueprint.post("/settings/webhooks/<webhook_id>/secret")
    def rotate_webhook_secret(webhook_id: str) -> ResponseReturnValue:
        at_once = request.form.get("at_once") == "1"
        actor = signed_in().user.actor
        services.store.write(lambda c: store.rotate_secret(c, webhook_id, clock.now(), at_once=at_once, by=actor))
        flash(
            _("There is a new secret. The old one signs no more.")
            if at_once
            else _("There is a new secret. Both sign for another day."),
            "good",
        )
        return back(webhook_id)

    @blueprint.post("/settings/webhooks/<webhook_id>/test")
    def test_webhook(webhook_id: str) -> ResponseReturnValue:
        try:
            services.store.write(lambda c: announce_test(c, store.find(c, webhook_id), clock.now()))
            flash(_("A test is on its way. What came of it stands below in a moment."), "good")
        except Conflict:
            flash(_("The webhook is switched off. Switch it on to send a test."), "bad")
        return back(webhook_id)

    @blueprint.post("/settings/webhooks/<webhook_id>/replay")
    def replay_webhook(webhook_id: str) -> ResponseReturnValue:
        actor = signed_in().user.actor

        def work(connection: Connection) -> int:
            record(connection, actor, "webhook.replayed", about=webhook_id)
            return posts.replay_all(connection, store.find(connection, webhook_id).id, clock.now())

        count = services.store.write(work)
        flash(
            ngettext("%(num)s event is posted again.", "%(num)s events are posted again.", count)
            if count
            else _("Nothing was given up."),
            "good",
        )
        return back(webhook_id)

    @blueprint.post("/settings/webhooks/<webhook_id>/delete")
    def delete_webhook(webhook_id: str) -> ResponseReturnValue:
        actor = signed_in().user.actor
        services.store.write(lambda c: store.remove(c, webhook_id, by=actor))
        flash(_("The webhook is deleted."), "good")
        return redirect(url_for("console.webhooks"), 303)

    @blueprint.get("/settings/webhooks/<webhook_id>/deliveries/<post_id>")
    def webhook_delivery(webhook_id: str, post_id: str) -> ResponseReturnValue:
        with services.store.read() as connection:
            found = store.find(connection, webhook_id)
            post, tries = posts.find_post(connection, post_id)
        if post.subscription_id != found.id:
            raise NoSuchPage
        body = json.dumps(json.loads(post.body), ensure_ascii=False, indent=2)
        return render_template(
            "console/webhook_delivery.html",
            webhook=found,
            post=post,
            tries=tries,
            body=body,
            types=TYPES,
            states=STATES,
            here="console.settings",
        )

    @blueprint.post("/settings/webhooks/<webhook_id>/deliveries/<post_id>/replay")
    def replay_delivery(webhook_id: str, post_id: str) -> ResponseReturnValue:
        try:
            services.store.write(lambda c: posts.replay(c, post_id, clock.now()))
            flash(_("It is posted again, with the same id."), "good")
        except Conflict as fault:
            flash(
                _("The webhook is switched off.") if fault.code == "switched_off" else _("It is on its way already."),
                "bad",
            )
        return redirect(url_for("console.webhook_delivery", webhook_id=webhook_id, post_id=post_id), 303)


def _given() -> dict[str, Any]:
    form = request.form
    known = {kind.value for kind in SUBSCRIBABLE}
    return {
        "url": form.get("url", "").strip(),
        "name": form.get("name", "").strip()[:120],
        "types": [kind for kind in form.getlist("types") if kind in known] if form.get("which") == "some" else [],
        "is_on": form.get("is_on") == "1",
    }


def _check(services: Services, given: Mapping[str, Any]) -> None:
    """Raises Invalid."""
    try:
        checked_target(given["url"], services.settings.private_networks)
    except NotAllowed as fault:
        raise Invalid("not an address that may be called", [("url", str(fault))]) from fault
    if request.form.get("which") == "some" and not given["types"]:
        raise Invalid("no event", [("types", _("Choose at least one event."))])


def _form(
    services: Services,
    found: Subscription | None,
    given: Mapping[str, Any],
    faults: Mapping[str, str] | None = None,
) -> str:
    log: Any = None
    counts: Mapping[str, int] = {}
    state = request.args.get("state") if request.args.get("state") in STATES else None
    if found is not None:
        with services.store.read() as connection:
            cursor = request.args.get("cursor")
            log = posts.list_page(connection, found.id, state=state, cursor=cursor, limit=PER_PAGE)
            counts = posts.counts_of(connection, found.id)
    return render_template(
        "console/webhook.html",
        here="console.settings",
        webhook=found,
        given=given,
        faults=faults or {},
        types=TYPES,
        choices=[kind.value for kind in SUBSCRIBABLE],
        chosen_some=bool(given["types"]) or "types" in (faults or {}),
        states=STATES,
        state=state,
        log=log,
        counts=counts,
        why_off=WHY_OFF,
        secret=found.secret(services.settings.secret_key) if found else "",
        is_rotating=bool(found and found.previous_until and clock.now() < found.previous_until),
    )
