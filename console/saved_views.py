"""Saving a search of the inbox under a name, and taking such a view away."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from common import clock, saved_views
from common.errors import Conflict, Forbidden, Invalid
from common.services import Services
from console.access import signed_in
from console.inbox_filters import as_query, from_query
from console.language import _


def add_routes(blueprint: Blueprint, services: Services) -> None:
    """Register the routes on `blueprint`."""

    @blueprint.post("/inbox/views")
    def save_view() -> ResponseReturnValue:
        actor, now = signed_in().user.actor, clock.now()
        listing = from_query(request.form.get("query", ""))
        name, is_shared = request.form.get("name", ""), request.form.get("is_shared") == "yes"
        query = as_query(listing)
        try:
            made = services.store.write(
                lambda connection: saved_views.save(
                    connection, actor, name=name, query=query, is_shared=is_shared, now=now
                )
            )
        except Invalid:
            flash(_("Give the view a name of at most %(most)d characters.", most=saved_views.MAX_NAME), "bad")
            return redirect(url_for("console.inbox", **listing.query()), 303)
        except Conflict:
            flash(_("You have %(most)d views already. Delete one first.", most=saved_views.MAX_VIEWS), "bad")
            return redirect(url_for("console.inbox", **listing.query()), 303)
        flash(_("Saved as “%(name)s”.", name=made.name), "good")
        return redirect(url_for("console.inbox", **listing.query()), 303)

    @blueprint.post("/inbox/views/<view_id>/delete")
    def delete_view(view_id: str) -> ResponseReturnValue:
        actor, now = signed_in().user.actor, clock.now()
        try:
            services.store.write(lambda connection: saved_views.delete(connection, actor, view_id, now))
        except Forbidden:
            flash(_("Only who made this view, or an administrator, can delete it."), "bad")
            return redirect(url_for("console.inbox"), 303)
        return redirect(url_for("console.inbox", view_deleted=view_id), 303)

    @blueprint.post("/inbox/views/<view_id>/bring-back")
    def bring_back_view(view_id: str) -> ResponseReturnValue:
        actor = signed_in().user.actor
        services.store.write(lambda connection: saved_views.bring_back(connection, actor, view_id))
        flash(_("The view is back."), "good")
        return redirect(url_for("console.inbox"), 303)
