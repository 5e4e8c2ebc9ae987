"""Settings → Sites: who may show the web chat, how it looks there, and the secret that visitors are vouched with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, NamedTuple

from babel import Locale
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from common import clock
from common.audit import record
from common.errors import Invalid, NotFound
from common.services import Services
from common.sites.colours import DARK_GROUND, LEAST, LIGHT_GROUND, contrast, is_colour, legible
from common.sites.site import GRACE, Site, SiteSettings, checked
from common.store import sites
from common.surveys import keys_of_surveys
from common.wording import LOCALES
from console.access import signed_in
from console.language import N_, _

_WORDS = {
    "name": N_("Name"),
    "survey_key": N_("Survey"),
    "origins": N_("Allowed origins"),
    "colour": N_("Brand colour"),
    "position": N_("Position"),
    "locale": N_("Language"),
    "greeting": N_("Greeting"),
}


class Seen(NamedTuple):
    """How a colour is seen on one of our grounds. shade: the colour that is drawn, which is another if it must be."""

    where: str
    ground: str
    ratio: float
    shade: str
    is_kept: bool


def add_routes(blueprint: Blueprint, services: Services) -> None:
    """Register the routes on `blueprint`."""

    @blueprint.get("/settings")
    def settings() -> ResponseReturnValue:
        with services.store.read() as connection:
            found = sites.listed(connection)
        return render_template("console/sites.html", sites=found, here="console.settings")

    @blueprint.route("/settings/sites/new", methods=["GET", "POST"])
    def new_site() -> ResponseReturnValue:
        if request.method == "GET":
            return _form(services, None, asdict(SiteSettings(name="", survey_key="")))
        given = _given()
        try:
            made = _checked(services, given)
        except Invalid as fault:
            return _form(services, None, given, dict(fault.errors)), 422
        actor = signed_in().user.actor

        def work(connection: Connection) -> Site:
            site = sites.create(connection, made, clock.wall())
            record(connection, actor, "site.created", about=site.key)
            return site

        site = services.store.write(work)
        flash(_("%(name)s is ready. Put the snippet below into its pages.", name=made.name), "good")
        return redirect(url_for("console.site", site_key=site.key), 303)

    @blueprint.route("/settings/sites/<site_key>", methods=["GET", "POST"])
    def site(site_key: str) -> ResponseReturnValue:
        with services.store.read() as connection:
            found = sites.find(connection, site_key)
        if request.method == "GET":
            return _form(services, found, asdict(found.settings))
        given = _given()
        try:
            made = _checked(services, given)
        except Invalid as fault:
            return _form(services, found, given, dict(fault.errors)), 422
        actor = signed_in().user.actor

        def work(connection: Connection) -> None:
            sites.change(connection, site_key, made, clock.wall())
            record(connection, actor, "site.changed", about=site_key)

        services.store.write(work)
        flash(_("Saved. Pages that are open follow at their next load."), "good")
        return redirect(url_for("console.site", site_key=site_key), 303)

    @blueprint.post("/settings/sites/<site_key>/secret")
    def rotate_site_secret(site_key: str) -> ResponseReturnValue:
        at_once = request.form.get("at_once") == "1"
        actor = signed_in().user.actor

        def work(connection: Connection) -> None:
            sites.rotate_secret(connection, site_key, clock.wall(), at_once=at_once)
            record(connection, actor, "site.secret_rotated", about=site_key)

        services.store.write(work)
        counts = _("The old one counts for another %(hours)s hours.", hours=_hours(GRACE))
        until = _("The old one counts no more.") if at_once else counts
        flash(_("There is a new signing secret.") + f" {until}", "good")
        return redirect(url_for("console.site", site_key=site_key) + "#identity", 303)

    @blueprint.get("/settings/colours/<colour>")
    def site_colour(colour: str) -> ResponseReturnValue:
        if not is_colour(f"#{colour.lower()}"):
            raise NotFound("no such colour")
        return render_template("console/_colour.html", seen=seen(f"#{colour.lower()}"))


def seen(colour: str) -> tuple[Seen, Seen]:
    """How a brand's colour is seen by day and by night."""
    by_day = Seen(N_("On a light page"), LIGHT_GROUND, *_seen(colour, LIGHT_GROUND))
    return by_day, Seen(N_("On a dark page"), DARK_GROUND, *_seen(colour, DARK_GROUND))


def _seen(colour: str, ground: str) -> tuple[float, str, bool]:
    ratio = contrast(colour, ground)
    return ratio, legible(colour, ground), ratio >= LEAST


def _form(
    services: Services, site: Site | None, given: Mapping[str, Any], faults: Mapping[str, str] | None = None
) -> str:
    with services.store.read() as connection:
        surveys = keys_of_surveys(connection)
        brands = {key: found.brand for key in surveys if (found := services.surveys.find(connection, key))}
    colour = str(given["colour"]).lower()
    return render_template(
        "console/site.html",
        here="console.settings",
        site=site,
        given=given,
        faults=faults or {},
        brands=brands,
        labels=_WORDS,
        languages={locale: Locale.parse(locale).get_display_name() or locale for locale in LOCALES},
        seen=seen(colour) if is_colour(colour) else (),
        secret=site.secret(services.settings.secret_key) if site else "",
        is_rotating=bool(site and site.previous_until and clock.wall() < site.previous_until),
        public_url=services.settings.public_url,
    )


def _given() -> dict[str, Any]:
    """The form as settings, unchecked."""
    form = request.form
    return {
        "name": form.get("name", ""),
        "survey_key": form.get("survey_key", ""),
        "origins": [line.strip() for line in form.get("origins", "").replace(",", "\n").splitlines() if line.strip()],
        "colour": form.get("colour", ""),
        "position": form.get("position", ""),
        "locale": form.get("locale") or None,
        "greeting": form.get("greeting", "").strip() or None,
        "has_launcher": form.get("has_launcher") == "1",
        "allows_anonymous": form.get("visitors") == "everyone",
        "is_on": form.get("is_on") == "1",
    }


def _checked(services: Services, given: Mapping[str, Any]) -> SiteSettings:
    """The settings. Raises Invalid, also for a survey that is not there."""

    def exists(connection: Connection) -> bool:
        return services.surveys.find(connection, str(given["survey_key"])) is not None

    made = checked(given)
    with services.store.read() as connection:
        if not exists(connection):
            raise Invalid("no such survey", [("survey_key", "Choose one of the surveys.")])
    return made


def _hours(length: Any) -> int:
    return int(length.total_seconds() // 3600)
