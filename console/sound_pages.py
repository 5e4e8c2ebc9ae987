"""How a survey sounds on the telephone: recorded prompts, voices and the menu of languages, beside the words."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import PurePath

from flask import Blueprint, abort, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from common import clock
from common.audit import record
from common.errors import Invalid
from common.services import Services
from common.speech.settings import Settings, with_languages, with_voice
from common.speech.sounds import LONGEST_S, MAX_BYTES, NotASound, Refused, read_sound
from common.store import sounds
from common.survey_wording import SPOKEN, resound, revoice
from common.surveys import SurveyDefinition
from console.access import signed_in
from console.language import N_, _

Change = Callable[[Settings], Settings]
_LONGEST_NAME = 120
_MB = MAX_BYTES // (1024 * 1024)
REFUSALS = {
    Refused.EMPTY: N_("Choose a file first."),
    Refused.TOO_LARGE: N_("That file is larger than %(megabytes)s MB."),
    Refused.NO_SOUND: N_("That is neither a WAV nor an MP3 file, whatever its name says."),
    Refused.BROKEN: N_("That file is damaged or incomplete. Save it again as WAV or MP3."),
    Refused.UNPLAYABLE: N_("That kind of WAV cannot be played on a telephone. Save it as 16-bit PCM, mono."),
    Refused.TOO_SHORT: N_("There is hardly anything to hear in that file."),
    Refused.TOO_LONG: N_("That recording is longer than %(seconds)s seconds."),
}


def add_routes(blueprint: Blueprint, services: Services) -> None:
    """Register the sounds' addresses on `blueprint`."""

    @blueprint.post("/wording/<survey>/<locale>/<channel>/<prompt>/sound")
    def upload_sound(survey: str, locale: str, channel: str, prompt: str) -> ResponseReturnValue:
        _only_spoken(channel)
        return _upload(services, survey, locale, prompt)

    @blueprint.post("/wording/<survey>/<locale>/<channel>/<prompt>/sound/remove")
    def remove_sound(survey: str, locale: str, channel: str, prompt: str) -> ResponseReturnValue:
        _only_spoken(channel)
        return _remove(services, survey, locale, prompt)

    @blueprint.get("/sounds/<sound_id>")
    def sound(sound_id: str) -> ResponseReturnValue:
        with services.store.read() as connection:
            found = sounds.find(connection, sound_id)
        if found is None:
            abort(404)
        response = send_file(io.BytesIO(found.content), mimetype=found.media_type, conditional=True, etag=found.id)
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return response

    @blueprint.post("/wording/<survey>/<locale>/voice")
    def save_voice(survey: str, locale: str) -> ResponseReturnValue:
        name = request.form.get("voice", "").strip()[:100] or None
        return _save_speech(
            services, survey, locale, lambda old: with_voice(old, locale, name), "wording.voice_chosen", locale
        )

    @blueprint.post("/wording/<survey>/<locale>/languages")
    def save_languages(survey: str, locale: str) -> ResponseReturnValue:
        wanted = re.split(r"[\s,;]+", request.form.get("languages", "").strip()[:200])
        codes = [code for code in wanted if code]
        return _save_speech(
            services, survey, locale, lambda old: with_languages(old, codes), "wording.languages_offered", locale
        )


def _only_spoken(channel: str) -> None:
    if channel not in SPOKEN:
        abort(404)


def _upload(services: Services, survey: str, locale: str, prompt: str) -> ResponseReturnValue:
    now, actor = clock.now(), signed_in().user.actor
    sent = request.files.get("sound")
    content = sent.read(MAX_BYTES + 1) if sent is not None else b""
    name = PurePath((sent.filename or "") if sent is not None else "").name[:_LONGEST_NAME].replace("\0", "")
    try:
        read = read_sound(content)
    except NotASound as refusal:
        flash(_(REFUSALS[refusal.why], megabytes=_MB, seconds=LONGEST_S), "bad")
        return _back(survey, locale, prompt)

    def work(connection: Connection) -> SurveyDefinition:
        kept = sounds.keep(connection, content, read, name=name or "?", now=now)
        made = resound(connection, services.surveys, survey, locale=locale, prompt=prompt, sound=kept, now=now)
        record(connection, actor, "wording.sound_added", about=survey, prompt=prompt, version=made.version, sound=kept)
        return made

    try:
        saved = services.store.write(work)
    except Invalid as refusal:
        flash(_("Not saved: %(why)s.", why=refusal.detail), "bad")
    else:
        flash(_("Callers hear this recording from version %(number)s of the survey on.", number=saved.version), "good")
    return _back(survey, locale, prompt)


def _remove(services: Services, survey: str, locale: str, prompt: str) -> ResponseReturnValue:
    now, actor = clock.now(), signed_in().user.actor

    def work(connection: Connection) -> SurveyDefinition:
        made = resound(connection, services.surveys, survey, locale=locale, prompt=prompt, sound=None, now=now)
        record(connection, actor, "wording.sound_removed", about=survey, prompt=prompt, version=made.version)
        return made

    saved = services.store.write(work)
    flash(_("The words are said again, in version %(number)s of the survey.", number=saved.version), "good")
    return _back(survey, locale, prompt)


def _save_speech(
    services: Services, survey: str, locale: str, change: Change, act: str, about: str
) -> ResponseReturnValue:
    now, actor = clock.now(), signed_in().user.actor

    def work(connection: Connection) -> SurveyDefinition:
        made = revoice(connection, services.surveys, survey, change, now)
        record(connection, actor, act, about=survey, locale=about, version=made.version)
        return made

    try:
        saved = services.store.write(work)
    except Invalid as refusal:
        flash(_("Not saved: %(why)s.", why=refusal.errors[0][1] if refusal.errors else refusal.detail), "bad")
    else:
        flash(_("Saved as version %(number)s of the survey. New conversations use it.", number=saved.version), "good")
    return redirect(url_for("console.wording_of", survey=survey, locale=locale, channel="voice"), 303)


def _back(survey: str, locale: str, prompt: str) -> ResponseReturnValue:
    return redirect(
        url_for("console.prompt_wording", survey=survey, locale=locale, channel="voice", prompt=prompt), 303
    )
