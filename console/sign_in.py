"""Signing in and out, and the page on which people look after their own account."""

from __future__ import annotations

from math import ceil

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from common.errors import Forbidden, Invalid
from common.second_factor import SecondFactors
from common.sign_ins import LIFETIME, CodeAwaited, SignIns, TooManyAttempts, WrongCredentials
from console.access import Guard, safe_next, signed_in
from console.language import _
from console.words import span


def add_routes(blueprint: Blueprint, guard: Guard, sign_ins: SignIns, factors: SecondFactors) -> None:
    """Register the routes on `blueprint`."""

    @blueprint.route("/sign-in", methods=["GET", "POST"])
    def sign_in() -> ResponseReturnValue:
        wanted = request.values.get("next")
        if request.method == "GET":
            if g.signed_in is not None:
                return redirect(safe_next(wanted), 303)
            return render_template("console/sign_in.html", next=wanted, email="", fault=None)
        email = request.form.get("email", "")
        try:
            token = sign_ins.sign_in(email, request.form.get("password", ""), address=address(), agent=agent())
        except CodeAwaited as awaited:
            session.clear()
            session["half"], session["next"] = awaited.half, wanted
            return redirect(url_for("console.sign_in_code"), 303)
        except WrongCredentials as fault:
            return _refused(_(str(fault)), email, wanted, 401)
        except Forbidden as fault:
            return _refused(_(str(fault)), email, wanted, 403)
        except TooManyAttempts as fault:
            words = _("Too many wrong passwords. Please try again in %(time)s, or ask an administrator.")
            return slowed(_refused(words % {"time": span(fault.retry_after)}, email, wanted, 429), fault)
        session.clear()  # a form made for the stranger is no form of the person who came in
        return with_token(guard, redirect(safe_next(wanted), 303), token)

    @blueprint.post("/sign-out")
    def sign_out() -> ResponseReturnValue:
        sign_ins.sign_out(signed_in().user, guard.token())
        session.clear()
        flash(_("You are signed out."), "good")
        response = redirect(url_for("console.sign_in"), 303)
        response.delete_cookie(guard.cookie, secure=guard.is_secure, httponly=True, samesite="Lax")
        return response

    def page(faults: dict[str, str] | None = None, status: int = 200) -> ResponseReturnValue:
        user = signed_in().user
        context = {"sessions": sign_ins.sessions(user), "faults": faults or {}, "has_factor": signed_in().has_factor}
        context["codes_left"] = factors.codes_left(user) if signed_in().has_factor else 0
        return render_template("console/account.html", **context), status

    @blueprint.get("/account")
    def account() -> ResponseReturnValue:
        return page()

    @blueprint.post("/account/password")
    def change_password() -> ResponseReturnValue:
        form = request.form
        if form.get("new", "") != form.get("again", ""):
            return page({"again": _("The two new passwords differ.")}, 422)
        try:
            token = sign_ins.change_password(
                signed_in().user, form.get("current", ""), form.get("new", ""), address=address(), agent=agent()
            )
        except WrongCredentials as fault:
            return page({"current": _(str(fault))}, 422)
        except Invalid as fault:
            return page({"new": _(fault.detail)}, 422)
        except TooManyAttempts as fault:
            words = _("Too many wrong passwords. Please try again in %(time)s.", time=span(fault.retry_after))
            return slowed(make_response(page({"current": words}, 429)), fault)
        flash(_("Your password is changed. Every other browser has been signed out."), "good")
        return with_token(guard, redirect(url_for("console.account"), 303), token)

    @blueprint.post("/account/sessions/<session_id>/revoke")
    def revoke_session(session_id: str) -> ResponseReturnValue:
        sign_ins.revoke(signed_in().user, session_id)
        flash(_("That browser is signed out."), "good")
        return redirect(url_for("console.account"), 303)

    @blueprint.post("/account/sessions/revoke")
    def revoke_other_sessions() -> ResponseReturnValue:
        count = sign_ins.revoke_others(signed_in().user, signed_in().session)
        flash(_("All other browsers are signed out.") if count else _("There was no other browser."), "good")
        return redirect(url_for("console.account"), 303)


def _refused(words: str, email: str, wanted: str | None, status: int) -> Response:
    page = render_template("console/sign_in.html", next=wanted, email=email, fault=words)
    return make_response(page, status)


def with_token(guard: Guard, response: ResponseReturnValue, token: str) -> Response:
    """The response, with the cookie of a new session."""
    made = make_response(response)
    made.set_cookie(
        guard.cookie,
        token,
        max_age=int(LIFETIME.total_seconds()),
        secure=guard.is_secure,
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return made


def slowed(response: Response, fault: TooManyAttempts) -> Response:
    """The response, saying when to come again."""
    response.headers["Retry-After"] = str(ceil(fault.retry_after.total_seconds()))
    return response


def address() -> str:
    """The network address that asks."""
    return request.remote_addr or ""


def agent() -> str:
    """The name of the browser that asks."""
    return request.headers.get("User-Agent", "")
