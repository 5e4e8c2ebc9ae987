"""The other ways in: the code after the password, the identity provider, and a welcome link."""

from __future__ import annotations

from dataclasses import asdict

import structlog
from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from common.attempts import TooManyAttempts
from common.audit import NOBODY, network_of, record
from common.errors import Forbidden, Invalid, NotFound
from common.identity import NotLetIn, come_in, rules_of
from common.services import Services
from common.sign_ins import SignIns, WrongCode
from common.users import accept_welcome, welcomed
from console.access import Guard, safe_next
from console.identity_provider import Departure, IdentityProvider, NotVouched
from console.language import _
from console.sign_in import address, agent, slowed, with_token
from console.words import span

log = structlog.get_logger()


def add_routes(
    blueprint: Blueprint, services: Services, guard: Guard, sign_ins: SignIns, provider: IdentityProvider | None
) -> None:
    """Register the routes on `blueprint`."""
    _add_code(blueprint, guard, sign_ins)
    _add_identity(blueprint, services, guard, sign_ins, provider)
    _add_welcome(blueprint, services)


def _add_code(blueprint: Blueprint, guard: Guard, sign_ins: SignIns) -> None:
    @blueprint.route("/sign-in/code", methods=["GET", "POST"])
    def sign_in_code() -> ResponseReturnValue:
        half, wanted = session.get("half"), session.get("next")
        user = sign_ins.awaits_code(half) if isinstance(half, str) else None
        if user is None or not isinstance(half, str):
            if request.method == "POST":
                flash(_("That took too long. Please sign in again."), "bad")
            return redirect(url_for("console.sign_in", next=wanted), 303)
        if request.method == "GET":
            return render_template("console/sign_in_code.html", fault=None)
        try:
            token = sign_ins.finish(half, request.form.get("code", ""), address=address(), agent=agent())
        except WrongCode as fault:
            return render_template("console/sign_in_code.html", fault=_(str(fault))), 401
        except NotFound:
            return redirect(url_for("console.sign_in", next=wanted), 303)
        except TooManyAttempts as fault:
            words = _("Too many wrong codes. Please try again in %(time)s.", time=span(fault.retry_after))
            page = make_response(render_template("console/sign_in_code.html", fault=words), 429)
            return slowed(page, fault)
        session.clear()
        return with_token(guard, redirect(safe_next(wanted), 303), token)


def _add_identity(
    blueprint: Blueprint, services: Services, guard: Guard, sign_ins: SignIns, provider: IdentityProvider | None
) -> None:
    @blueprint.get("/sign-in/identity")
    def identity() -> ResponseReturnValue:
        if provider is None:
            raise NotFound("there is no identity provider")
        try:
            departure = provider.depart()
        except NotVouched as fault:
            return _turned_away(str(fault), _("%(name)s cannot be reached just now.", name=provider.name), 503)
        session.clear()
        session["departure"], session["next"] = asdict(departure), request.args.get("next")
        return redirect(departure.address, 303)

    @blueprint.get("/sign-in/identity/back")
    def identity_back() -> ResponseReturnValue:
        if provider is None:
            raise NotFound("there is no identity provider")
        kept, wanted = session.pop("departure", None), session.pop("next", None)  # once, whatever comes of it
        if not isinstance(kept, dict):
            return _turned_away("no departure of this browser", _("That sign-in was not begun in this browser."), 400)
        try:
            who = provider.arrive(request.args.to_dict(), Departure(**kept))
        except NotVouched as fault:
            return _turned_away(str(fault), _("%(name)s did not vouch for you.", name=provider.name), 401)
        network, place, browser, rules = network_of(address()), address(), agent(), rules_of(services.settings)

        def let_in(connection: Connection) -> str:
            user_id = come_in(connection, who, rules, network=network)
            return sign_ins.open_for(connection, user_id, method="identity", address=place, agent=browser)

        try:
            token = services.store.write(let_in)
        except NotLetIn as fault:
            why = fault.code
            services.store.write(lambda connection: record(connection, NOBODY, "session.refused", by=why))
            return _turned_away(why, _(str(fault)), 403)
        except (Invalid, Forbidden):
            return _turned_away("no account", _("This account has no console."), 403)
        session.clear()
        return with_token(guard, redirect(safe_next(wanted), 303), token)

    def _turned_away(why: str, words: str, status: int) -> Response:
        log.warning("a sign-in by the identity provider failed", why=why)
        page = render_template("console/sign_in.html", next=None, email="", fault=words)
        return make_response(page, status)


def _add_welcome(blueprint: Blueprint, services: Services) -> None:
    @blueprint.route("/welcome/<token>", methods=["GET", "POST"])
    def welcome(token: str) -> ResponseReturnValue:
        network = network_of(address())
        with services.store.read() as connection:
            try:
                user = welcomed(connection, token)
            except NotFound:
                return _gone()
        if request.method == "GET":
            return render_template("console/welcome.html", user=user, fault=None)
        new = request.form.get("new", "")
        try:
            if new != request.form.get("again", ""):
                raise Invalid(_("The two passwords differ."))
            services.store.write(lambda c: accept_welcome(c, token, new, network=network))
        except Invalid as fault:
            return render_template("console/welcome.html", user=user, fault=_(fault.detail)), 422
        except NotFound:
            return _gone()
        session.clear()
        flash(_("Your password is set. Sign in with it now."), "good")
        return redirect(url_for("console.sign_in"), 303)

    def _gone() -> ResponseReturnValue:
        g.signed_in = None
        return render_template("console/welcome.html", user=None, fault=None), 404
