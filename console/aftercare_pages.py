"""After the end of a survey: a call back or a few words, and the question, days later, whether it is mended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from common import clock
from common.audit import record
from common.errors import Conflict, Invalid, NotFound
from common.follow_up import BANDS
from common.follow_up.forms import as_form, field_of, from_form
from common.services import Services
from common.survey_wording import locales_of
from common.surveys import SurveyDefinition, keys_of_surveys
from console.access import signed_in
from console.language import N_, _

_FAULTS: Mapping[str, str] = {
    "after": N_("Whole minutes, from 0 to 1440."),
    "bands": N_("Choose who is offered a call."),
    "hours": N_("One to six times of a day, such as 09:00-12:00, 13:00-17:00; each ends after it begins."),
    "days": N_("From 1 to 5 working days."),
    "recovery": N_("Choose another survey, of the relational kind."),
    "after_days": N_("From 1 to 90 days."),
}
_WORDS_FAULT = N_("1 to 1000 characters, with placeholders such as {name}.")


def add_routes(blueprint: Blueprint, services: Services) -> None:
    """Register the pages on `blueprint`."""

    @blueprint.get("/aftercare")
    def aftercare() -> ResponseReturnValue:
        with services.store.read() as connection:
            keys = keys_of_surveys(connection)
        if not keys:
            return render_template("console/aftercare_empty.html", here="console.templates")
        key = request.args.get("survey", keys[0])
        locale = request.args.get("locale")
        return redirect(url_for("console.aftercare_of", survey=key, locale=locale), 303)

    @blueprint.get("/aftercare/<survey>")
    def aftercare_of(survey: str) -> ResponseReturnValue:
        with services.store.read() as connection:
            definition = _definition(services, connection, survey)
            locale = _locale(definition)
            return _form(services, connection, definition, locale, as_form(definition.body, locale))

    @blueprint.post("/aftercare/<survey>")
    def save_aftercare(survey: str) -> ResponseReturnValue:
        return _save(services, survey)


def _save(services: Services, survey: str) -> ResponseReturnValue:
    given = {name: text[:20_000].replace("\0", "") for name, text in request.form.items()}
    bands, actor, now = request.form.getlist("bands"), signed_in().user.actor, clock.now()
    seen = request.form.get("version", type=int)
    with services.store.read() as connection:
        locale = _locale(_definition(services, connection, survey))

    def work(connection: Connection) -> SurveyDefinition:
        current = _definition(services, connection, survey)
        before = services.surveys.get(connection, survey, seen) if seen else current
        if as_form(before.body, locale) != as_form(current.body, locale):
            raise Conflict("changed meanwhile", code="changed_meanwhile")
        body = {name: value for name, value in current.body.items() if name != "key"}
        wanted = from_form(given, bands, current.body, locale)
        if (asks := wanted["recovery"]) and asks["survey"] not in _askable(services, connection, survey):
            raise Invalid("no such survey", [("recovery.survey", "no such survey")])
        made = services.surveys.save(connection, survey, body | wanted, now)
        if made.version != current.version:
            record(connection, actor, "survey.saved", about=survey, version=made.version)
        return made

    try:
        saved = services.store.write(work)
    except (Invalid, Conflict) as refusal:
        faults = {field_of(name): _fault(field_of(name)) for name, _why in getattr(refusal, "errors", ())}
        with services.store.read() as connection:
            definition = _definition(services, connection, survey)
            is_late = isinstance(refusal, Conflict)
            shown = {**given, "bands": bands}
            page = _form(services, connection, definition, locale, shown, faults, is_late=is_late)
        return page, 409 if is_late else 422
    flash(_("Saved as version %(number)s of the survey. New conversations use it.", number=saved.version), "good")
    return redirect(url_for("console.aftercare_of", survey=survey, locale=locale), 303)


def _form(
    services: Services,
    connection: Connection,
    definition: SurveyDefinition,
    locale: str,
    given: Mapping[str, Any],
    faults: Mapping[str, str] | None = None,
    *,
    is_late: bool = False,
) -> str:
    words = (definition.follow_up.words if definition.follow_up else None) or {}
    worded = {code for texts in words.values() for code in texts}
    return render_template(
        "console/aftercare.html",
        here="console.templates",
        definition=definition,
        keys=keys_of_surveys(connection),
        locale=locale,
        locales=locales_of(definition),
        worded=sorted(worded - {locale}),
        bands=BANDS,
        given=given,
        faults=faults or {},
        is_late=is_late,
        askable=_askable(services, connection, definition.key),
    )


def _askable(services: Services, connection: Connection, but: str) -> list[str]:
    """The surveys that can ask whether it is mended: those about no single interaction."""
    found = [services.surveys.find(connection, key) for key in keys_of_surveys(connection) if key != but]
    return [each.key for each in found if each is not None and each.body["kind"] == "relational"]


def _fault(field: str) -> str:
    return _(_WORDS_FAULT) if field.startswith("words.") else _(_FAULTS.get(field, N_("This cannot be read.")))


def _definition(services: Services, connection: Connection, survey: str) -> SurveyDefinition:
    """The newest version. Raises NotFound."""
    definition = services.surveys.find(connection, survey)
    if definition is None:
        raise NotFound("no such survey")
    return definition


def _locale(definition: SurveyDefinition) -> str:
    """The language whose words are edited."""
    wanted = request.args.get("locale") or request.form.get("locale") or definition.default_locale
    return wanted if wanted in locales_of(definition) else definition.default_locale
