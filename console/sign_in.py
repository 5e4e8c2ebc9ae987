"""Signing in and out, and the page on which people look after their own account."""

from __future__ import annotations

from math import ceil

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from common.errors import Forbidden, Invalid
from common.sign_ins import LIFETIME, SignIns, TooManyAttempts, WrongCredentials
from console.access import Guard, safe_next, signed_in
from console.words import span


def add_routes(blueprint: Blueprint, guard: Guard, sign_ins: SignIns) -> None:
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
            token = sign_ins.sign_in(email, request.form.get("password", ""), address=_address(), agent=_agent())
        except WrongCredentials as fault:
            return _refused(str(fault), email, wanted, 401)
        except Forbidden as fault:
            return _refused(str(fault), email, wanted, 403)
        except TooManyAttempts as fault:
            words = f"Too many wrong passwords. Please try again in {span(fault.retry_after)}, or ask an administrator."
            response = _refused(words, email, wanted, 429)
            response.headers["Retry-After"] = str(ceil(fault.retry_after.total_seconds()))
            return response
        session.clear()  # a form made for the stranger is no form of the person who came in
        return _with_token(guard, redirect(safe_next(wanted), 303), token)

    @blueprint.post("/sign-out")
    def sign_out() -> ResponseReturnValue:
        sign_ins.sign_out(signed_in().user, guard.token())
        session.clear()
        flash("You are signed out.", "good")
        response = redirect(url_for("console.sign_in"), 303)
        response.delete_cookie(guard.cookie, secure=guard.is_secure, httponly=True, samesite="Lax")
        return response

    @blueprint.get("/account")
    def account() -> ResponseReturnValue:
        return _account_page(sign_ins)

    @blueprint.post("/account/password")
    def change_password() -> ResponseReturnValue:
        form = request.form
        if form.get("new", "") != form.get("again", ""):
            return _account_page(sign_ins, {"again": "The two new passwords differ."}, 422)
        try:
            token = sign_ins.change_password(
                signed_in().user, form.get("current", ""), form.get("new", ""), address=_address(), agent=_agent()
            )
        except WrongCredentials as fault:
            return _account_page(sign_ins, {"current": str(fault)}, 422)
        except Invalid as fault:
            return _account_page(sign_ins, {"new": fault.detail}, 422)
        except TooManyAttempts as fault:
            words = f"Too many wrong passwords. Please try again in {span(fault.retry_after)}."
            response = make_response(_account_page(sign_ins, {"current": words}, 429))
            response.headers["Retry-After"] = str(ceil(fault.retry_after.total_seconds()))
            return response
        flash("Your password is changed. Every other browser has been signed out.", "good")
        return _with_token(guard, redirect(url_for("console.account"), 303), token)

    @blueprint.post("/account/sessions/<session_id>/revoke")
    def revoke_session(session_id: str) -> ResponseReturnValue:
        sign_ins.revoke(signed_in().user, session_id)
        flash("That browser is signed out.", "good")
        return redirect(url_for("console.account"), 303)

    @blueprint.post("/account/sessions/revoke")
    def revoke_other_sessions() -> ResponseReturnValue:
        count = sign_ins.revoke_others(signed_in().user, signed_in().session)
        flash("There was no other browser." if count == 0 else "All other browsers are signed out.", "good")
        return redirect(url_for("console.account"), 303)


def _account_page(sign_ins: SignIns, faults: dict[str, str] | None = None, status: int = 200) -> ResponseReturnValue:
    sessions = sign_ins.sessions(signed_in().user)
    return render_template("console/account.html", sessions=sessions, faults=faults or {}), status


def _refused(words: str, email: str, wanted: str | None, status: int) -> Response:
    page = render_template("console/sign_in.html", next=wanted, email=email, fault=words)
    return make_response(page, status)


def _with_token(guard: Guard, response: ResponseReturnValue, token: str) -> Response:
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


def _address() -> str:
    return request.remote_addr or ""


def _agent() -> str:
    return request.headers.get("User-Agent", "")
