"""People who use the console: who there is, with which role and teams, and the links by which they come in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from common.actors import Role, Teams
from common.clock import wall
from common.errors import Conflict, Invalid
from common.services import Services
from common.store import identities, second_factors, welcomes
from common.store import users as rows
from common.store.teams import list_teams, names_of_teams
from common.users import (
    PEOPLE,
    WELCOME_FOR,
    User,
    change_user,
    close_account,
    create_user,
    find_user,
    list_users,
    open_account,
    reset_account,
    welcome,
)
from console.access import signed_in
from console.language import N_, _
from console.scopes import chosen_teams

ROLE_WORDS = {
    Role.ADMIN: N_("Everything: people, settings, templates, and all tickets."),
    Role.SUPERVISOR: N_("Tickets and threads, figures, single agents."),
    Role.ANALYST: N_("Reads figures and conversations; claims and writes nothing."),
}
REFUSALS = {
    "oneself": N_("You cannot close the account that you are using."),
    "last_admin": N_("This is the only administrator who can sign in. Make another one first."),
}


def add_routes(blueprint: Blueprint, services: Services) -> None:
    """Register the pages on `blueprint`."""

    @blueprint.get("/settings/people")
    def people() -> ResponseReturnValue:
        return _list(services)

    @blueprint.route("/settings/people/invite", methods=["GET", "POST"])
    def invite_person() -> ResponseReturnValue:
        if request.method == "GET":
            return _form(services, None, {"role": Role.SUPERVISOR.value})
        form, actor, teams = request.form, signed_in().user.actor, chosen_teams()

        def work(connection: Connection) -> tuple[User, str]:
            email, name = form.get("email", ""), form.get("name", "") or form.get("email", "").partition("@")[0]
            user = create_user(connection, email, name, _role(form.get("role")), None, teams=teams, by=actor)
            return user, welcome(connection, user.id)

        try:
            user, token = services.store.write(work)
        except Invalid as fault:
            return _form(services, None, form, dict(fault.errors)), 422
        except Conflict:
            taken = {"email": _("There is an account with this e-mail address already.")}
            return _form(services, None, form, taken), 409
        return _link(services, user, token)

    @blueprint.get("/settings/people/<user_id>")
    def person(user_id: str) -> ResponseReturnValue:
        with services.store.read() as connection:
            user = find_user(connection, user_id)
        return _form(services, user, {"name": user.name, "role": user.role.value, "teams": user.teams})

    @blueprint.post("/settings/people/<user_id>")
    def change_person(user_id: str) -> ResponseReturnValue:
        form, actor, teams = request.form, signed_in().user.actor, chosen_teams()
        with services.store.read() as connection:
            user = find_user(connection, user_id)
        name, given = form.get("name", ""), form.get("role")
        try:
            role = _role(given)
            services.store.write(lambda c: change_user(c, user_id, actor, name=name, role=role, teams=teams))
        except Invalid as fault:
            return _form(services, user, form, dict(fault.errors)), 422
        except Conflict as refusal:
            return _form(services, user, form, {"role": _(REFUSALS[str(refusal.code)])}), 409
        flash(_("Saved. It counts with the next click."), "good")
        return redirect(url_for("console.people"), 303)

    @blueprint.post("/settings/people/<user_id>/close")
    def close_person(user_id: str) -> ResponseReturnValue:
        actor = signed_in().user.actor
        try:
            services.store.write(lambda connection: close_account(connection, user_id, actor))
            flash(_("The account is closed, and every browser is signed out."), "good")
        except Conflict as refusal:
            flash(_(REFUSALS[str(refusal.code)]), "bad")
        return redirect(url_for("console.people"), 303)

    @blueprint.post("/settings/people/<user_id>/open")
    def open_person(user_id: str) -> ResponseReturnValue:
        actor = signed_in().user.actor
        services.store.write(lambda connection: open_account(connection, user_id, actor))
        flash(_("The account is open again."), "good")
        return redirect(url_for("console.people"), 303)

    @blueprint.post("/settings/people/<user_id>/reset")
    def reset_person(user_id: str) -> ResponseReturnValue:
        actor = signed_in().user.actor
        user, token = services.store.write(lambda connection: reset_account(connection, user_id, actor))
        return _link(services, user, token)

    @blueprint.get("/settings/teams")
    def teams() -> ResponseReturnValue:
        with services.store.read() as connection:
            found = list_teams(connection)
            everywhere = [each for each in list_users(connection) if each.teams is None and not each.is_disabled]
        return render_template("console/teams.html", teams=found, everywhere=everywhere, here="console.settings")


def _list(services: Services) -> str:
    with services.store.read() as connection:
        context: dict[str, Any] = {
            "people": list_users(connection),
            "seen": rows.last_seen(connection),
            "waiting": welcomes.waiting(connection, wall()),
            "with_factor": second_factors.confirmed(connection),
            "with_identity": identities.with_identity(connection),
        }
    return render_template("console/people.html", here="console.settings", **context)


def _form(services: Services, user: User | None, given: Any, faults: dict[str, str] | None = None) -> str:
    with services.store.read() as connection:
        known = names_of_teams(connection)
        has_factor = user is not None and user.id in second_factors.confirmed(connection)
    chosen: Teams | None = given.get("teams") if user is not None and "scope" not in given else chosen_teams()
    return render_template(
        "console/person.html",
        here="console.settings",
        user=user,
        given=given,
        chosen=chosen,
        known=sorted({*known, *(chosen or ())} - {""}, key=str.casefold),
        faults=faults or {},
        roles={role.value: words for role in PEOPLE if (words := ROLE_WORDS[role])},
        has_factor=has_factor,
    )


def _link(services: Services, user: User, token: str) -> str:
    """The page that shows a welcome link, this once."""
    address = services.settings.public_url + url_for("console.welcome", token=token)
    hours = int(WELCOME_FOR.total_seconds() // 3600)
    return render_template("console/person_link.html", here="console.settings", user=user, address=address, hours=hours)


def _role(given: str | None) -> Role:
    """One of the roles that have a console. Raises Invalid."""
    role = next((each for each in PEOPLE if each.value == given), None)
    if role is None:
        raise Invalid(_("Choose a role."), [("role", "choose a role")])
    return role
