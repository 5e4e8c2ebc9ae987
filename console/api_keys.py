"""Settings → API keys: which programs may call, made and shown once, revoked for good."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from common import clock
from common.actors import Role
from common.errors import Conflict, Invalid, NotFound
from common.services import Services
from common.store import api_keys as store
from common.store.teams import names_of_teams
from console.access import signed_in
from console.language import N_, _
from console.scopes import chosen_teams

ROLE_WORDS: Mapping[Role, str] = {
    Role.INTAKE: N_("Hands interactions in and reads what was decided about them. Nothing else."),
    Role.ANALYST: N_("Reads figures and conversations; claims and writes nothing."),
    Role.SUPERVISOR: N_("Tickets and threads: claims, replies, resolves. Reads figures."),
    Role.ADMIN: N_("Everything, surveys, webhooks and erasure included."),
}
"""What a key may do, the least first."""
_FAULTS: Mapping[str, str] = {
    "name": N_("1 to 64 letters, digits, spaces and . - _ : @, beginning with a letter or digit."),
    "role": N_("Choose what the key may do."),
    "teams": N_("An administrator's key sees every team. Choose another role, or all teams."),
}
_TAKEN = N_("There is, or was, a key with this name. Tickets and threads know it by its name, so a name is given once.")


def add_routes(blueprint: Blueprint, services: Services) -> None:
    """Register the pages on `blueprint`."""

    @blueprint.get("/settings/api-keys")
    def api_keys() -> ResponseReturnValue:
        with services.store.read() as connection:
            found = store.listed(connection)
        live = [key for key in found if key.revoked_at is None]
        over = [key for key in found if key.revoked_at is not None]
        return render_template("console/api_keys.html", live=live, over=over, here="console.settings")

    @blueprint.route("/settings/api-keys/new", methods=["GET", "POST"])
    def new_api_key() -> ResponseReturnValue:
        if request.method == "GET":
            return _form(services, {"role": Role.INTAKE.value}, {})
        form, actor = request.form, signed_in().user.actor
        name, role = " ".join(form.get("name", "").split()), _role(form.get("role"))
        if role is None:
            no_role = _FAULTS["role"]
            return _form(services, form, {"role": _(no_role)}), 422
        teams = chosen_teams()
        try:
            key = services.store.write(
                lambda c: store.create(c, name=name, role=role, now=clock.now(), teams=teams, by=actor)
            )
        except Invalid as fault:
            return _form(services, form, {field: _(_FAULTS[field]) for field, _why in fault.errors}), 422
        except Conflict:
            return _form(services, form, {"name": _(_TAKEN)}), 409
        return render_template("console/api_key_made.html", here="console.settings", name=name, key=key)

    @blueprint.post("/settings/api-keys/<key_id>/revoke")
    def revoke_api_key(key_id: str) -> ResponseReturnValue:
        actor = signed_in().user.actor
        with services.store.read() as connection:
            found = next((key for key in store.listed(connection) if key.id == key_id), None)
        if found is None:
            raise NotFound("no such key")
        services.store.write(lambda c: store.revoke(c, found.name, clock.now(), by=actor))
        flash(_("The key “%(name)s” is revoked. Whoever still calls with it is refused.", name=found.name), "good")
        return redirect(url_for("console.api_keys"), 303)


def _form(services: Services, given: Mapping[str, Any], faults: Mapping[str, str]) -> str:
    with services.store.read() as connection:
        known = names_of_teams(connection)
    chosen = chosen_teams()
    return render_template(
        "console/api_key.html",
        here="console.settings",
        given=given,
        faults=faults,
        chosen=chosen,
        known=sorted({*known, *(chosen or ())} - {""}, key=str.casefold),
        roles={role.value: words for role, words in ROLE_WORDS.items()},
    )


def _role(given: str | None) -> Role | None:
    return next((role for role in ROLE_WORDS if role.value == given), None)
