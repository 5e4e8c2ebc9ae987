"""Whose tickets, threads and figures exist for a person or a key, as the form of `_scope.html` asks for it."""

from __future__ import annotations

from flask import request

from common.actors import Teams


def chosen_teams() -> Teams | None:
    """The teams of the form; None = all."""
    if request.form.get("scope") != "some":
        return None
    named = {name.strip() for name in request.form.getlist("team")}
    typed = {name.strip() for name in request.form.get("more", "").splitlines() if name.strip()}
    return frozenset(named | typed)
