"""Survey definitions: what an admin saves, checked, and the parts of it that each room needs.

A definition is JSON as in the API (`PUT /api/v1/surveys/{key}`). Each save is a new version; versions never change, so
they are cached for ever.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, select

from common.channels import Channel
from common.errors import Invalid, NotFound
from common.follow_up import FollowUpSettings, RecoverySettings, follow_up_of, recovery_of
from common.follow_up.checking import follow_up_faults, recovery_faults
from common.speech.settings import SpeechSettings, speech_faults, speech_of
from common.store import sounds
from common.store.schema import surveys
from common.survey.questions import MAX_QUESTIONS, Question, Survey
from common.wording import check_wording, normalized, widening

DEFAULT_ASPECTS = ("wait_time", "expertise", "solution", "friendliness")
DEFAULTS: Mapping[str, Any] = {
    "kind": "transactional",
    "default_locale": "en",
    "questions": [{"key": "score"}, {"key": "reason"}, {"key": "aspect", "choices": list(DEFAULT_ASPECTS)}],
    "channels": {channel.value: channel.value for channel in Channel},
    "send_after_s": 5400,
    "latest_after_s": 86400,
    "fatigue_days": 60,
    "quiet_hours": ["21:00", "09:00"],
    "min_duration_s": 30,
    "reminder_after_s": None,
    "answer_within_s": 86400,
    "late_answers_s": 604800,
    "max_attempts": 3,
    "wording": {},
    "follow_up": None,
    "recovery": None,
    "forms": {},
    "voice": None,
}
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_FORM = re.compile(r"[0-9A-Za-z_-]{1,64}")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyDefinition:
    """One version of a survey. `body` is the JSON as saved, with every default filled in."""

    key: str
    version: int
    body: Mapping[str, Any]
    survey: Survey

    @property
    def brand(self) -> str:
        return str(self.body["brand"])

    @property
    def default_locale(self) -> str:
        return str(self.body["default_locale"])

    @property
    def wording(self) -> Mapping[str, Mapping[str, str]]:
        """Locale → key → text, as the admin worded it."""
        wording: Mapping[str, Mapping[str, str]] = self.body["wording"]
        return wording

    @property
    def quiet_hours(self) -> tuple[time, time] | None:
        hours = self.body["quiet_hours"]
        return (time.fromisoformat(hours[0]), time.fromisoformat(hours[1])) if hours else None

    def seconds(self, name: str) -> timedelta:
        """The duration called `name`, for example `send_after_s`."""
        return timedelta(seconds=self.body[name])

    @property
    def follow_up(self) -> FollowUpSettings | None:
        """What is said after the end, None = nothing."""
        return follow_up_of(self.body)

    @property
    def recovery(self) -> RecoverySettings | None:
        """The question, days after a ticket was resolved, whether things are mended; None = it is not asked."""
        return recovery_of(self.body)

    def form_for(self, channel: str, locale: str) -> str | None:
        """The provider's id of the form that asks this survey on `channel` in `locale`; None = there is none.

        A form in another language than the customer's is worse than typing, so no other language stands in for it.
        """
        forms: Mapping[str, Mapping[str, str]] = self.body["forms"]
        named = {normalized(code): key for code, key in forms.get(channel, {}).items()}
        return next((named[tag] for tag in widening(locale) if tag in named), None)

    @property
    def speech(self) -> SpeechSettings:
        """How it sounds on the telephone."""
        return speech_of(self.body)

    def channel_for(self, interaction_channel: str) -> str | None:
        """The channel on which an interaction on `interaction_channel` is asked about, None = it is not."""
        channels: Mapping[str, str] = self.body["channels"]
        return channels.get(interaction_channel)


def define(key: str, version: int, body: Mapping[str, Any]) -> SurveyDefinition:
    """Check a definition and fill in the defaults. Raises Invalid with one entry per wrong field."""
    full = {**DEFAULTS, **{name: value for name, value in body.items() if name not in {"key", "version"}}, "key": key}
    errors = _errors(key, body, full)
    if errors:
        raise Invalid(errors[0][1] if len(errors) == 1 else f"{len(errors)} fields are wrong", errors)
    questions = tuple(
        Question(key=question["key"], choices=tuple(question.get("choices") or ())) for question in full["questions"]
    )
    survey = Survey(
        key=key,
        version=version,
        questions=questions,
        max_attempts=full["max_attempts"],
        answer_within=timedelta(seconds=full["answer_within_s"]),
        late_answers=timedelta(seconds=full["late_answers_s"]),
        reminder_after=None if full["reminder_after_s"] is None else timedelta(seconds=full["reminder_after_s"]),
    )
    return SurveyDefinition(key=key, version=version, body=full, survey=survey)


def _errors(key: str, given: Mapping[str, Any], full: Mapping[str, Any]) -> list[tuple[str, str]]:
    errors: list[tuple[str, str]] = []

    def check(is_right: bool, name: str, message: str) -> None:
        if not is_right:
            errors.append((name, message))

    check(_KEY.fullmatch(key) is not None, "key", "a key is 1-64 characters of a-z, 0-9, - and _")
    check(given.get("key", key) == key, "key", "the key in the body is not the key in the address")
    errors += [(name, "no such field") for name in given.keys() - DEFAULTS.keys() - {"key", "brand", "version"}]
    brand = full.get("brand")
    check(isinstance(brand, str) and 0 < len(brand.strip()) <= 80, "brand", "the brand's name, 1-80 characters")
    check(full["kind"] in {"transactional", "relational"}, "kind", "transactional or relational")
    locale = full["default_locale"]
    check(isinstance(locale, str) and 1 < len(locale) <= 35, "default_locale", "a language code such as en or pt_BR")
    errors += _question_errors(full["questions"])
    errors += _channel_errors(full["channels"])
    for name, low, high in _RANGES:
        check(_is_whole(full[name], low, high), name, f"a whole number from {low} to {high}")
    reminder = full["reminder_after_s"]
    check(reminder is None or _is_whole(reminder, 60, 604800), "reminder_after_s", "null, or 60 to 604800 seconds")
    if _is_whole(full["send_after_s"], 0, 86399) and _is_whole(full["latest_after_s"], 1, 86400):
        check(full["send_after_s"] < full["latest_after_s"], "send_after_s", "must be less than latest_after_s")
    quiet = full["quiet_hours"]
    check(quiet is None or _is_pair_of_times(quiet), "quiet_hours", 'null, or two times such as ["21:00", "09:00"]')
    errors += _wording_errors(full["wording"])
    errors += follow_up_faults(full["follow_up"], check_wording)
    errors += recovery_faults(full["recovery"], key)
    errors += _form_errors(full["forms"])
    errors += speech_faults(full["voice"], full["wording"])
    return errors


_RANGES = (
    ("send_after_s", 0, 86399),
    ("latest_after_s", 1, 86400),
    ("fatigue_days", 0, 3650),
    ("min_duration_s", 0, 86400),
    ("answer_within_s", 60, 2592000),
    ("late_answers_s", 0, 7776000),
    ("max_attempts", 1, 5),
)


def _is_pair_of_times(value: object) -> bool:
    if not isinstance(value, list) or len(value) != 2:
        return False
    return all(isinstance(hour, str) and _TIME.fullmatch(hour) is not None for hour in value)


def _is_whole(value: object, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _question_errors(questions: object) -> list[tuple[str, str]]:
    if not isinstance(questions, list) or not all(
        isinstance(question, Mapping) and isinstance(question.get("key"), str) for question in questions
    ):
        return [("questions", 'a list of questions such as [{"key": "score"}]')]
    if len(questions) > MAX_QUESTIONS:
        why = f"a survey asks at most {MAX_QUESTIONS} questions, this one asks {len(questions)}"
        return [("questions", f"{why}: every further one costs answers")]
    errors = []
    try:
        Survey(key="x", version=1, questions=tuple(Question(key=question["key"]) for question in questions))
    except ValueError as error:
        errors.append(("questions", str(error)))
    for number, question in enumerate(questions):
        choices = question.get("choices")
        if question["key"] == "aspect":
            is_list = isinstance(choices, list) and all(isinstance(key, str) and _KEY.fullmatch(key) for key in choices)
            if not is_list or not 2 <= len(choices) <= 9 or len(set(choices)) != len(choices):
                errors.append((f"questions[{number}].choices", "2 to 9 different keys such as wait_time"))
        elif choices:
            errors.append((f"questions[{number}].choices", "only the aspect has choices"))
        for name in question.keys() - {"key", "choices"}:
            errors.append((f"questions[{number}].{name}", "no such field"))
    return errors


def _channel_errors(channels: object) -> list[tuple[str, str]]:
    if not isinstance(channels, Mapping):
        return [("channels", 'an object such as {"sms": "sms"}')]
    known = {channel.value for channel in Channel}
    return [
        (f"channels.{source}", "no such channel, or asked on a channel that does not exist")
        for source, target in channels.items()
        if source not in known or target not in known
    ]


def _wording_errors(wording: object) -> list[tuple[str, str]]:
    if not isinstance(wording, Mapping) or not all(isinstance(texts, Mapping) for texts in wording.values()):
        return [("wording", 'an object such as {"en": {"score": "…"}}')]
    errors = []
    for locale, texts in wording.items():
        for key, text in texts.items():
            try:
                if not isinstance(text, str):
                    raise ValueError("must be text")
                check_wording(text)
            except ValueError as error:
                errors.append((f"wording.{locale}.{key}", str(error)))
    return errors


def _form_errors(forms: object) -> list[tuple[str, str]]:
    """What is wrong with `forms`: channel → language → the provider's id of a published form."""
    if not isinstance(forms, Mapping) or not all(isinstance(named, Mapping) for named in forms.values()):
        return [("forms", 'an object such as {"whatsapp": {"en": "1234567890"}}')]
    known = {channel.value for channel in Channel}
    errors = [(f"forms.{channel}", "no such channel") for channel in forms if channel not in known]
    for channel, named in forms.items():
        languages = [normalized(code) if isinstance(code, str) else None for code in named]
        for code, key in named.items():
            if not isinstance(code, str) or normalized(code) is None:
                errors.append((f"forms.{channel}.{code}", "a language code such as en or pt_BR"))
            elif languages.count(normalized(code)) > 1:
                errors.append((f"forms.{channel}.{code}", "this language is named twice"))
            elif not isinstance(key, str) or not _FORM.fullmatch(key):
                errors.append((f"forms.{channel}.{code}", "the provider's id of the form, as text, such as 1234567890"))
    return errors


class Surveys:
    """The survey definitions of one process, cached by version."""

    def __init__(self) -> None:
        self._cache: dict[tuple[str, int], SurveyDefinition] = {}

    def save(self, connection: Connection, key: str, body: Mapping[str, Any], now: Any) -> SurveyDefinition:
        """Store `body` as the next version; an unchanged body stays the version it is. Raises Invalid."""
        current = self.find(connection, key)
        definition = define(key, (current.version if current else 0) + 1, body)
        if current is not None and current.body == definition.body:
            return current
        if missing := definition.speech.sound_ids - sounds.known(connection, definition.speech.sound_ids):
            raise Invalid("there is no such sound", [("voice.sounds", f"no sound {each}") for each in sorted(missing)])
        row = {"key": key, "version": definition.version, "body": dict(definition.body), "created_at": now}
        connection.execute(insert(surveys).values(**row))
        return definition

    def find(self, connection: Connection, key: str) -> SurveyDefinition | None:
        """The newest version of survey `key`."""
        version = connection.execute(select(func.max(surveys.c.version)).where(surveys.c.key == key)).scalar()
        return None if version is None else self.get(connection, key, version)

    def get(self, connection: Connection, key: str, version: int) -> SurveyDefinition:
        """One version. Raises NotFound."""
        if (cached := self._cache.get((key, version))) is not None:
            return cached
        body = connection.execute(
            select(surveys.c.body).where(surveys.c.key == key, surveys.c.version == version)
        ).scalar()
        if body is None:
            raise NotFound(f"no version {version} of survey {key!r}")
        return self._cache.setdefault((key, version), define(key, version, body))


def keys_of_surveys(connection: Connection) -> list[str]:
    """The key of every survey, in order."""
    return list(connection.execute(select(surveys.c.key).distinct().order_by(surveys.c.key)).scalars())
