"""Setting up an authenticator app, its recovery codes, and taking it away again."""

from __future__ import annotations

import segno
from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from common.attempts import TooManyAttempts
from common.errors import Conflict
from common.second_factor import SecondFactors, WrongCode
from console.access import Guard, signed_in
from console.language import _
from console.sign_in import slowed
from console.words import span

_QUIET = 4
"""Light modules around a QR code (ISO/IEC 18004)."""


def add_routes(blueprint: Blueprint, guard: Guard, factors: SecondFactors) -> None:
    """Register the routes on `blueprint`."""

    @blueprint.get("/account/second-factor")
    def second_factor() -> ResponseReturnValue:
        return page()

    @blueprint.post("/account/second-factor")
    def begin_second_factor() -> ResponseReturnValue:
        try:
            factors.begin(signed_in().user)
        except Conflict:
            flash(_("An app is set up already."), "bad")
        return redirect(url_for("console.second_factor"), 303)

    @blueprint.post("/account/second-factor/confirm")
    def confirm_second_factor() -> ResponseReturnValue:
        try:
            codes = factors.confirm(signed_in().user, request.form.get("code", ""))
        except Conflict:
            return redirect(url_for("console.second_factor"), 303)
        except (WrongCode, TooManyAttempts) as fault:
            return refused(fault)
        return render_template("console/recovery_codes.html", codes=codes)

    @blueprint.post("/account/second-factor/codes")
    def renew_recovery_codes() -> ResponseReturnValue:
        try:
            codes = factors.renew_codes(signed_in().user, request.form.get("code", ""))
        except (WrongCode, TooManyAttempts) as fault:
            return refused(fault)
        return render_template("console/recovery_codes.html", codes=codes)

    @blueprint.post("/account/second-factor/remove")
    def remove_second_factor() -> ResponseReturnValue:
        try:
            factors.remove(signed_in().user, request.form.get("code", ""))
        except (WrongCode, TooManyAttempts) as fault:
            return refused(fault)
        flash(_("The second factor is switched off."), "good")
        return redirect(url_for("console.account"), 303)

    def refused(fault: WrongCode | TooManyAttempts) -> Response:
        if isinstance(fault, WrongCode):
            return make_response(page(_(str(fault))), 422)
        words = _("Too many wrong codes. Please try again in %(time)s.", time=span(fault.retry_after))
        return slowed(make_response(page(words), 429), fault)

    def page(fault: str = "") -> str:
        user = signed_in().user
        is_on = factors.is_on(user)
        enrolment = None if is_on else factors.enrolment(user)
        return render_template(
            "console/second_factor.html",
            fault=fault,
            is_on=is_on,
            is_required=guard.requires_factor(signed_in()),
            enrolment=enrolment,
            picture=picture_of(enrolment.address) if enrolment else None,
            codes_left=factors.codes_left(user) if is_on else 0,
        )


def picture_of(address: str) -> tuple[int, str]:
    """A QR code: the length of its side with the quiet zone, and the path that draws its modules.

    Drawn by the template, because the policy of the page takes no picture from an address of its own making.
    """
    rows = [bytes(row) for row in segno.make(address, error="m", micro=False).matrix]
    dots = (
        f"M{x + _QUIET} {y + _QUIET}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark
    )
    return len(rows) + 2 * _QUIET, "".join(dots)
