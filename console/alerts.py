"""Alerts: what people should look at, in one list; and Settings → Alerts: who else hears of them, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import available_timezones

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from common import clock
from common.alerts import AlertKind, Urgency
from common.alerts.routes import SCHEMES, RouteSettings, from_json
from common.audit import record
from common.errors import Invalid, NotFound, StoreUnavailable
from common.herald.messenger import sealer_of
from common.notifying import BadAddress, checked_address
from common.services import Services
from common.store import alerts as store
from common.store.alerts import Route
from console.access import may_act, signed_in
from console.language import N_, _, ngettext

PER_PAGE = 50
KINDS: Mapping[AlertKind, str] = {
    AlertKind.LOW_SCORE: N_("Low scores"),
    AlertKind.SLA_WARNED: N_("Tickets about to be late"),
    AlertKind.SLA_BREACHED: N_("Tickets that are late"),
    AlertKind.OWNER_SILENT: N_("Owners who were silent"),
    AlertKind.RESPONSE_RATE: N_("Fewer customers answer"),
    AlertKind.TEMPLATE_STATE: N_("A template fell"),
    AlertKind.FORM_REFUSED: N_("A form is refused"),
    AlertKind.PROVIDER_ERRORS: N_("Messages do not leave"),
    AlertKind.WEBHOOK_FAILING: N_("A webhook fails"),
    AlertKind.THEME_RISING: N_("A theme rises"),
    AlertKind.WEEKLY_REPORT: N_("The weekly report"),
}
SEVERITIES: Mapping[Urgency, tuple[str, str]] = {
    Urgency.CRITICAL: (N_("Critical"), "chip-bad"),
    Urgency.WARNING: (N_("Warning"), "chip-warm"),
    Urgency.NOTICE: (N_("Notice"), ""),
}
WHENS = {"now": N_("At once"), "digest": N_("In one daily digest")}


def add_routes(blueprint: Blueprint, services: Services) -> None:
    """Register the routes on `blueprint`."""
    blueprint.app_context_processor(lambda: {"unseen_alerts": lambda: _unseen(services)})

    @blueprint.get("/alerts")
    def alerts() -> ResponseReturnValue:
        shown = _filters()
        with services.store.read() as connection:
            page = store.list_page(
                connection,
                is_seen=shown["seen"] == "yes",
                kind=shown["kind"],
                team=shown["team"],
                severity=shown["severity"],
                cursor=request.args.get("cursor"),
                limit=PER_PAGE,
            )
            teams = store.teams(connection)
        return render_template(
            "console/alerts.html",
            page=page,
            shown=shown,
            teams=teams,
            kinds={kind.value: words for kind, words in KINDS.items()},
            severities={each.value: words for each, words in SEVERITIES.items()},
            can_act=may_act(),
            here="console.alerts",
        )

    @blueprint.post("/alerts/seen")
    def see_alerts() -> ResponseReturnValue:
        actor = signed_in().user.actor
        ids = request.form.getlist("alert")[:PER_PAGE]

        def work(connection: Connection) -> int:
            mine = store.seen_by(connection, ids, actor)
            for alert_id in mine:
                record(connection, actor, "alert.acknowledged", about=alert_id)
            return store.see(connection, mine, clock.now(), by=actor.id, name=actor.name)

        count = services.store.write(work)
        if count:
            flash(ngettext("%(num)s alert acknowledged.", "%(num)s alerts acknowledged.", count), "good")
        return redirect(url_for("console.alerts", **_kept()), 303)

    @blueprint.post("/alerts/<alert_id>/unseen")
    def unsee_alert(alert_id: str) -> ResponseReturnValue:
        actor = signed_in().user.actor

        def work(connection: Connection) -> None:
            if not store.seen_by(connection, [alert_id], actor):
                raise NotFound("no such alert")
            store.unsee(connection, alert_id)
            record(connection, actor, "alert.reopened", about=alert_id)

        services.store.write(work)
        flash(_("The alert is open again."), "good")
        return redirect(url_for("console.alerts", **_kept()), 303)

    @blueprint.get("/alerts/count")
    def alert_count() -> ResponseReturnValue:
        with services.store.read() as connection:
            return {"unseen": store.unseen(connection)}

    _add_settings(blueprint, services)


def _unseen(services: Services) -> int:
    """For the bell; a page about a database that is away has none."""
    try:
        with services.store.read() as connection:
            return store.unseen(connection)
    except StoreUnavailable:
        return 0


def _filters() -> dict[str, Any]:
    given = request.args
    kind, severity = given.get("kind"), given.get("severity")
    return {
        "seen": "yes" if given.get("seen") == "yes" else "no",
        "kind": kind if kind in set(AlertKind) else None,
        "severity": severity if severity in set(Urgency) else None,
        "team": given.get("team") or None,
    }


def _kept() -> dict[str, Any]:
    """The filters of the list that a form was on."""
    names = ("seen", "kind", "severity", "team")
    return {name: request.form[name] for name in names if request.form.get(name)}


# --- settings -----------------------------------------------------------------------------------------------------


def _add_settings(blueprint: Blueprint, services: Services) -> None:
    @blueprint.get("/settings/alerts")
    def alert_routes() -> ResponseReturnValue:
        with services.store.read() as connection:
            found = store.routes(connection)
        return render_template(
            "console/alert_routes.html",
            found=found,
            schemes=SCHEMES,
            kinds=KINDS,
            severities=SEVERITIES,
            here="console.settings",
        )

    @blueprint.route("/settings/alerts/new", methods=["GET", "POST"])
    def new_alert_route() -> ResponseReturnValue:
        fresh = RouteSettings(zone=services.settings.get("TIMEZONE") or "UTC")
        if request.method == "GET":
            return _form(services, None, {"name": "", "settings": fresh, "is_on": True})
        return _save(services, None, fresh)

    @blueprint.route("/settings/alerts/<route_id>", methods=["GET", "POST"])
    def alert_route(route_id: str) -> ResponseReturnValue:
        with services.store.read() as connection:
            found = store.find_route(connection, route_id)
        if request.method == "GET":
            return _form(services, found, {"name": found.name, "settings": found.settings, "is_on": found.is_on})
        return _save(services, found, found.settings)

    @blueprint.post("/settings/alerts/<route_id>/test")
    def test_alert_route(route_id: str) -> ResponseReturnValue:
        services.store.write(lambda c: store.send_test(c, route_id, clock.now()))
        flash(_("A test is on its way. Load this page again in a few seconds to see what came of it."), "good")
        return redirect(url_for("console.alert_route", route_id=route_id), 303)

    @blueprint.post("/settings/alerts/<route_id>/delete")
    def delete_alert_route(route_id: str) -> ResponseReturnValue:
        actor = signed_in().user.actor

        def work(connection: Connection) -> None:
            store.remove_route(connection, route_id)
            record(connection, actor, "alert_route.deleted", about=route_id)

        services.store.write(work)
        flash(_("The route is deleted."), "good")
        return redirect(url_for("console.alert_routes"), 303)


def _save(services: Services, found: Route | None, before: RouteSettings) -> ResponseReturnValue:
    form, faults = request.form, {}
    given: dict[str, Any] = {"name": form.get("name", "").strip()[:80], "is_on": form.get("is_on") == "1"}
    given["settings"] = before
    if not given["name"]:
        faults["name"] = _("Please fill this in.")
    try:
        given["settings"] = _settings()
    except ValueError as fault:
        name, why = fault.args if len(fault.args) == 2 else ("kinds", _("Please choose again."))
        faults[str(name)] = str(why)
    try:
        address = _address(services, is_needed=found is None)
    except Invalid as fault:
        faults |= dict(fault.errors)
        address = None
    if faults:
        return _form(services, found, given, faults), 422
    actor = signed_in().user.actor

    def work(connection: Connection) -> str:
        route_id = store.save_route(
            connection,
            found.id if found else None,
            name=given["name"],
            settings=given["settings"],
            is_on=given["is_on"],
            now=clock.now(),
            address=address,
        )
        act = "alert_route.changed" if found else "alert_route.created"
        record(connection, actor, act, about=route_id, has_new_address=address is not None)
        return route_id

    route_id = services.store.write(work)
    flash(_("Saved.") if found else _("The route is ready. Send a test to see whether it gets through."), "good")
    return redirect(url_for("console.alert_route", route_id=route_id), 303)


def _address(services: Services, *, is_needed: bool) -> tuple[str, str] | None:
    """The scheme and the sealed address; None if it stays as it is. Raises Invalid."""
    address = request.form.get("address", "").strip()
    if not address:
        if is_needed:
            raise Invalid("no address", [("address", _("Please fill this in."))])
        return None
    try:
        scheme = checked_address(address, services.settings.private_networks)
    except BadAddress as fault:
        raise Invalid("not an address for alerts", [("address", str(fault))]) from fault
    sealer = sealer_of(services.settings)
    assert sealer is not None, "the console does not start without a key"
    return scheme, sealer.seal(address)


def _settings() -> RouteSettings:
    """The form's settings. Raises ValueError (field, why)."""
    form = request.form
    has_quiet = form.get("has_quiet") == "1"
    return from_json(
        {
            "kinds": form.getlist("kinds") if form.get("which") == "some" else [],
            "teams": form.get("teams", "").replace(",", "\n").splitlines(),
            "least": form.get("least", ""),
            "is_digest": form.get("when") == "digest",
            "digest_at": form.get("digest_at") or "08:00",
            "quiet": [form.get("quiet_from", ""), form.get("quiet_to", "")] if has_quiet else None,
            "breaks_quiet": form.get("breaks_quiet") == "1",
            "zone": form.get("zone", ""),
        }
    )


def _form(
    services: Services, found: Route | None, given: Mapping[str, Any], faults: Mapping[str, str] | None = None
) -> str:
    shown = dict(given)
    shown["settings"] = replace(given["settings"])
    return render_template(
        "console/alert_route.html",
        here="console.settings",
        route=found,
        given=shown,
        faults=faults or {},
        kinds=KINDS,
        severities=SEVERITIES,
        schemes=SCHEMES,
        services_named=sorted(set(SCHEMES.values())),
        zones=sorted(available_timezones()),
    )
