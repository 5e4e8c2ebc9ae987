"""The words of surveys: every prompt, on every channel, in every language; each save is a new version of the survey."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection, func, select

from common import clock
from common.audit import record
from common.channels import Channel
from common.errors import Conflict, Invalid, NotFound
from common.services import Services
from common.speech.settings import can_be_sound
from common.speech.sounds import LONGEST_S, MAX_BYTES
from common.store.schema import surveys as table
from common.store.sounds import described
from common.survey_wording import (
    CHANNELS,
    EVERYWHERE,
    KEPT,
    PLACEHOLDERS,
    SPOKEN,
    has_own,
    history_of,
    locales_of,
    problem_in,
    prompts_of,
    reword,
    said,
    sample_of,
    takes_sound,
)
from common.surveys import SurveyDefinition
from common.telephone.languages import spoken_language
from common.wording import MAX_WORDING, MENU_PLACEHOLDERS, Segments, sms_segments
from console.access import signed_in
from console.language import _
from console.prompt_titles import PROMPTS, title_of

_MENU = "voice.language"


class Place(NamedTuple):
    """Which words are meant: of which survey, in which language, on which channel."""

    survey: str
    locale: str
    channel: str


def add_routes(blueprint: Blueprint, services: Services) -> None:
    """Register the wording's pages on `blueprint`."""

    @blueprint.get("/wording")
    def wording() -> ResponseReturnValue:
        return _start(services)

    @blueprint.get("/wording/<survey>/<locale>/<channel>")
    def wording_of(survey: str, locale: str, channel: str) -> ResponseReturnValue:
        return _list(services, Place(survey, locale, channel))

    @blueprint.get("/wording/<survey>/<locale>/<channel>/<prompt>")
    def prompt_wording(survey: str, locale: str, channel: str, prompt: str) -> ResponseReturnValue:
        return _editor(services, Place(survey, locale, channel), prompt)

    @blueprint.post("/wording/<survey>/<locale>/<channel>/<prompt>")
    def save_wording(survey: str, locale: str, channel: str, prompt: str) -> ResponseReturnValue:
        return _save(services, Place(survey, locale, channel), prompt)

    @blueprint.post("/wording/<survey>/<locale>/<channel>/<prompt>/preview")
    def preview_wording(survey: str, locale: str, channel: str, prompt: str) -> ResponseReturnValue:
        place = Place(survey, locale, channel)
        with services.store.read() as connection:
            definition = _definition(services, connection, place)
            said(definition, prompt, locale, channel)
        return render_template("console/_wording_parts.html", **_parts(services, definition, place, _text()))

    @blueprint.post("/wording/<survey>/<locale>/<channel>/<prompt>/reset")
    def reset_wording(survey: str, locale: str, channel: str, prompt: str) -> ResponseReturnValue:
        return _reset(services, Place(survey, locale, channel), prompt)


def _start(services: Services) -> ResponseReturnValue:
    """To the words of the survey, language and channel that were asked for; of the first survey if none was."""
    with services.store.read() as connection:
        keys = _keys(connection)
        if not keys:
            return render_template("console/wording_empty.html", here="console.templates")
        key = request.args.get("survey", keys[0])
        if key not in keys:
            abort(404)
        definition = services.surveys.find(connection, key)
    assert definition is not None
    locale = request.args.get("locale", definition.default_locale)
    locale = locale if locale in locales_of(definition) else "en"
    channel = request.args.get("channel", "sms")
    channel = channel if channel in CHANNELS else EVERYWHERE
    return redirect(url_for("console.wording_of", survey=key, locale=locale, channel=channel), 303)


def _list(services: Services, place: Place) -> ResponseReturnValue:
    with services.store.read() as connection:
        definition = _definition(services, connection, place)
        keys = _keys(connection)
    lines = [
        (prompt, *title_of(prompt), said(definition, prompt, place.locale, place.channel, _manner(services, place)))
        for prompt in _all(definition)
    ]
    context: dict[str, Any] = {
        "keys": keys,
        "lines": lines,
        "segments": partial(_segments, services),
        "sample": sample_of,
        "spoken": _spoken(definition, place),
    }
    return render_template("console/wording.html", **_common(definition, place) | context)


def _editor(
    services: Services, place: Place, prompt: str, typed: str | None = None, fault: str = "", status: int = 200
) -> ResponseReturnValue:
    with services.store.read() as connection:
        definition = _definition(services, connection, place)
        current = said(definition, prompt, place.locale, place.channel, _manner(services, place))
        history = history_of(
            connection,
            services.surveys,
            place.survey,
            prompt=prompt,
            locale=place.locale,
            channel=place.channel,
        )
        recorded = described(connection, {words.sound for _, _, words in history if words.sound})
    prompts = _all(definition)
    at = prompts.index(prompt) if prompt in prompts else 0
    context: dict[str, Any] = {
        "prompt": prompt,
        "titles": title_of(prompt),
        "current": current,
        "is_own": has_own(definition, prompt, place.locale, place.channel),
        "history": history,
        "fault": fault,
        "spoken": _spoken(definition, place),
        "recorded": recorded,
        "takes_sound": takes_sound(current),
        "can_be_sound": can_be_sound(prompt),
        "placeholders": sorted(PLACEHOLDERS | MENU_PLACEHOLDERS if prompt == _MENU else PLACEHOLDERS),
        "most_megabytes": MAX_BYTES // (1024 * 1024),
        "longest_s": LONGEST_S,
        "before": prompts[at - 1] if at else None,
        "after": prompts[at + 1] if at + 1 < len(prompts) else None,
    }
    text = current.text if typed is None else typed
    parts = _parts(services, definition, place, text)
    return render_template("console/wording_prompt.html", **_common(definition, place) | parts | context), status


def _save(services: Services, place: Place, prompt: str) -> ResponseReturnValue:
    text, now, actor = _text(), clock.now(), signed_in().user.actor
    if request.form.get("do") == "check":
        return _editor(services, place, prompt, text)
    seen = request.form.get("version", type=int)
    sound = (request.form["sound"][:64] or None) if "sound" in request.form else KEPT
    with services.store.read() as connection:
        _definition(services, connection, place)

    def work(connection: Connection) -> SurveyDefinition:
        made = reword(
            connection,
            services.surveys,
            place.survey,
            locale=place.locale,
            channel=place.channel,
            prompt=prompt,
            text=text,
            seen_version=seen,
            now=now,
            sound=sound,
        )
        record(connection, actor, "wording.saved", about=place.survey, prompt=prompt, version=made.version)
        return made

    try:
        saved = services.store.write(work)
    except Invalid as refusal:
        return _editor(services, place, prompt, text, _("Not saved: %(why)s.", why=refusal.detail), 422)
    except Conflict:
        why = _("Not saved: a colleague changed these words meanwhile. Theirs are in the list of versions below.")
        return _editor(services, place, prompt, text, why, 409)
    flash(_("Saved as version %(number)s of the survey. New conversations use it.", number=saved.version), "good")
    return redirect(_address(place, prompt), 303)


def _reset(services: Services, place: Place, prompt: str) -> ResponseReturnValue:
    now, actor = clock.now(), signed_in().user.actor

    def work(connection: Connection) -> SurveyDefinition:
        _definition(services, connection, place)
        made = reword(
            connection,
            services.surveys,
            place.survey,
            locale=place.locale,
            channel=place.channel,
            prompt=prompt,
            text=None,
            seen_version=None,
            now=now,
        )
        record(connection, actor, "wording.reset", about=place.survey, prompt=prompt, version=made.version)
        return made

    saved = services.store.write(work)
    flash(_("Back to the shipped words, in version %(number)s of the survey.", number=saved.version), "good")
    return redirect(_address(place, prompt), 303)


# --- parts ------------------------------------------------------------------------------------------------------------


def _definition(services: Services, connection: Connection, place: Place) -> SurveyDefinition:
    """The newest version of the survey. Raises NotFound, for a place that is not there either."""
    definition = services.surveys.find(connection, place.survey)
    if definition is None or place.channel not in CHANNELS or place.locale not in locales_of(definition):
        raise NotFound("no such wording")
    return definition


def _keys(connection: Connection) -> list[str]:
    return list(connection.execute(select(table.c.key).group_by(table.c.key).order_by(func.min(table.c.key))).scalars())


def _all(definition: SurveyDefinition) -> list[str]:
    """The prompts in the order in which people look for them."""
    known = prompts_of(definition)
    order = [prompt for prompt in PROMPTS if prompt in known]
    return [*order, *(prompt for prompt in known if prompt not in PROMPTS)]


def _text() -> str:
    return request.form.get("text", "")[: MAX_WORDING * 4].replace("\r\n", "\n").replace("\0", "").strip()


def _segments(services: Services, channel: str, text: str) -> Segments | None:
    """How many text messages it costs; None where that is of no matter."""
    if channel == EVERYWHERE:
        return None
    adapter = services.adapters.get(Channel(channel))
    return sms_segments(text) if adapter is not None and adapter.capabilities.shows_segments else None


def _parts(services: Services, definition: SurveyDefinition, place: Place, text: str) -> dict[str, Any]:
    """What changes with every key stroke."""
    preview = sample_of(definition, text)
    return {
        "text": text,
        "preview": preview,
        "problem": problem_in(text),
        "segments": _segments(services, place.channel, preview),
        "limit": MAX_WORDING,
        "definition": definition,
        "at": place,
        "everywhere": EVERYWHERE,
    }


def _manner(services: Services, place: Place) -> str:
    """How the channel asks, where it can ask in more than one way."""
    adapter = None if place.channel == EVERYWHERE else services.adapters.get(Channel(place.channel))
    return adapter.capabilities.manner if adapter is not None else ""


def _spoken(definition: SurveyDefinition, place: Place) -> dict[str, str] | None:
    """Whose voices say it: the provider's by language and by name, the browser's for a look; None where nobody speaks.

    languages: those of the menu, as they are typed.
    """
    if place.channel not in SPOKEN:
        return None
    provider, speech = spoken_language(place.locale), definition.speech
    return {
        "provider": provider,
        "browser": provider.replace("cmn-", "zh-"),
        "voice": speech.voice_for(place.locale) or "",
        "languages": " ".join(speech.languages),
    }


def _common(definition: SurveyDefinition, place: Place) -> dict[str, Any]:
    return {
        "here": "console.templates",
        "definition": definition,
        "at": place,
        "locales": locales_of(definition),
        "channels": CHANNELS,
        "everywhere": EVERYWHERE,
        "placeholders": sorted(PLACEHOLDERS),
        "url": {"survey": place.survey, "locale": place.locale, "channel": place.channel},
    }


def _address(place: Place, prompt: str) -> str:
    return url_for("console.prompt_wording", **place._asdict(), prompt=prompt)
