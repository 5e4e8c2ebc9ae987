"""A survey's words as an editor shows them: what is said for each prompt, where it comes from, and how to change it.

Saving is saving the survey: a new version of it, with one text more or less. Conversations keep the version they began
with, so nobody hears two voices.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from common.errors import Conflict, Invalid, NotFound
from common.speech.settings import can_be_sound, is_the_same_for_everybody, with_sound
from common.store.schema import surveys as table
from common.surveys import SurveyDefinition, Surveys
from common.wording import LOCALES, PLACEHOLDERS, check_wording, fill, normalized, shipped, widening

EVERYWHERE = "all"
"""The pseudo-channel of words that hold wherever a channel has none of its own."""
CHANNELS = (EVERYWHERE, "sms", "whatsapp", "webchat", "telegram", "voice")
SPOKEN = frozenset({"voice"})
"""Those on which words are said, not read; also while the channel is off and there are no capabilities to ask."""
SAMPLES: Mapping[str, str] = {"name": "Ana", "agent": "Joost", "reference": "order 4711", "topic": "invoice"}
"""What stands in for a customer in a preview; the brand is the survey's own."""
MAX_VERSIONS = 50
_MANNERS = ("speech",)
"""Of a channel that asks in more than one way (`Capabilities.manner`)."""
_SPOKEN = "voice"
KEPT = "kept"
"""A sound that stays as it is, whatever it is."""
_FIXED = "a recording cannot be played in place of words that differ from customer to customer"
_NOT_SAID = ("ui.", "scale.", "greeting")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is said for a prompt. key: where the words stand; is_own: the survey's, else the shipped ones. sound: what
    is played in their place where it is spoken; None = they are said."""

    prompt: str
    text: str
    key: str
    is_own: bool
    sound: str | None = None


def prompts_of(definition: SurveyDefinition) -> list[str]:
    """The prompts that have words, in the order in which a customer meets them; choices last."""
    known = [key for key in shipped("en") if not key.startswith(_NOT_SAID) and not _is_for_channel(key)]
    question = definition.survey.question("aspect")
    choices = [f"choice.{key}" for key in (question.choices if question else ())]
    plain = [key for key in known if not key.startswith("choice.") or key == "choice.hint"]
    return [*plain, *choices]


def _key(prompt: str, channel: str) -> str:
    """The key of these words in a survey's wording: `prompt`, or `prompt.channel` for one channel alone."""
    return prompt if channel == EVERYWHERE else f"{prompt}.{channel}"


def said(definition: SurveyDefinition, prompt: str, locale: str, channel: str, manner: str = "") -> Said:
    """What a customer of `locale` reads or hears for `prompt` on `channel`, with its placeholders. Raises NotFound.

    manner: how the channel asks, where it can ask in more than one way (`Capabilities.manner`).
    """
    keys = dict.fromkeys((f"{prompt}.{channel}.{manner}", _key(prompt, channel), prompt))
    own = _own(definition)
    sounds = _by_tag(definition.speech.sounds) if channel in SPOKEN else {}
    sound: str | None = None
    for tag in dict.fromkeys([*widening(locale), "en"]):
        sound = sound or sounds.get(tag, {}).get(prompt)
        for words, is_own in ((own.get(tag, {}), True), (shipped(tag), False)):
            for key in keys:
                if key in words:
                    return Said(prompt=prompt, text=words[key], key=key, is_own=is_own, sound=sound)
    if prompt in prompts_of(definition):
        plain = " ".join(prompt.partition(".")[2].replace("_", " ").split()).capitalize()
        return Said(prompt=prompt, text=plain, key=prompt, is_own=False, sound=sound)
    raise NotFound("no such prompt")


def sample_of(definition: SurveyDefinition, text: str) -> str:
    """The words with a customer's values put in."""
    return fill(text, {**SAMPLES, "brand": definition.brand})


def locales_of(definition: SurveyDefinition) -> list[str]:
    """The languages that can be worded: the shipped ones and those that the survey brought."""
    brought = [code for code in definition.wording if (normalized(code) or code) not in LOCALES]
    return [*LOCALES, *sorted(brought)]


def problem_in(text: str) -> str | None:
    """Why these words cannot be saved; None if they can."""
    try:
        check_wording(text)
    except ValueError as error:
        return str(error)
    return None


def reword(
    connection: Connection,
    surveys: Surveys,
    survey_key: str,
    *,
    locale: str,
    channel: str,
    prompt: str,
    text: str | None,
    seen_version: int | None,
    now: datetime,
    sound: str | None = KEPT,
) -> SurveyDefinition:
    """Save other words for a prompt as a new version of the survey; `text` None = back to the shipped words.

    sound: the id of what is played in their place from then on; None = nothing.

    seen_version: the version whose words were edited. If another version changed the very same words meanwhile, nothing
    is saved. Raises NotFound, Invalid and Conflict (`changed_meanwhile`).
    """
    current = surveys.find(connection, survey_key)
    if current is None:
        raise NotFound("no such survey")
    before = said(current, prompt, locale, channel)
    if seen_version is not None and seen_version != current.version:
        seen = surveys.get(connection, survey_key, seen_version)
        if said(seen, prompt, locale, channel) != before:
            raise Conflict("these words were changed meanwhile", code="changed_meanwhile")
    spelt = _spelling(current, locale)
    wording = {code: dict(words) for code, words in current.wording.items()}
    words = wording.setdefault(spelt, {})
    key = _key(prompt, channel)
    if text is None:
        words.pop(key, None)
    elif why := problem_in(text):
        raise Invalid(why, [("text", why)])
    else:
        words[key] = text
    if not words:
        wording.pop(spelt)
    changed: dict[str, Any] = {"wording": wording}
    if sound != KEPT:
        changed["voice"] = with_sound(current.body["voice"], locale, prompt, sound)
    elif text is not None and before.sound and not is_the_same_for_everybody(text):
        raise Invalid(_FIXED, [("text", _FIXED)])
    return surveys.save(connection, survey_key, _body(current) | changed, now)


def resound(
    connection: Connection,
    surveys: Surveys,
    survey_key: str,
    *,
    locale: str,
    prompt: str,
    sound: str | None,
    now: datetime,
) -> SurveyDefinition:
    """Play this in place of the words of a prompt, as a new version of the survey; None = the words are said again.

    Raises NotFound, and Invalid for a prompt that differs from customer to customer.
    """
    current = surveys.find(connection, survey_key)
    if current is None:
        raise NotFound("no such survey")
    if sound is not None and not takes_sound(said(current, prompt, locale, _SPOKEN)):
        raise Invalid(_FIXED, [("sound", _FIXED)])
    return revoice(connection, surveys, survey_key, lambda voice: with_sound(voice, locale, prompt, sound), now)


def revoice(
    connection: Connection,
    surveys: Surveys,
    survey_key: str,
    change: Callable[[Mapping[str, Any] | None], Mapping[str, Any] | None],
    now: datetime,
) -> SurveyDefinition:
    """Save what the survey says of voices, languages and sounds (`common/speech`). Raises NotFound and Invalid."""
    current = surveys.find(connection, survey_key)
    if current is None:
        raise NotFound("no such survey")
    return surveys.save(connection, survey_key, _body(current) | {"voice": change(current.body["voice"])}, now)


def takes_sound(words: Said) -> bool:
    """True if a recording may be played in place of these words: they are said whole, and to everybody the same."""
    return can_be_sound(words.prompt) and is_the_same_for_everybody(words.text)


def _body(definition: SurveyDefinition) -> dict[str, Any]:
    return {name: value for name, value in definition.body.items() if name != "key"}


def has_own(definition: SurveyDefinition, prompt: str, locale: str, channel: str) -> bool:
    """True if the survey words this prompt for exactly this language and channel."""
    key = _key(prompt, channel)
    return key in _own(definition).get(normalized(locale) or locale, {})


def history_of(
    connection: Connection, surveys: Surveys, survey_key: str, *, prompt: str, locale: str, channel: str
) -> list[tuple[int, datetime, Said]]:
    """The survey's versions in which these words became what they were, the newest first."""
    rows = connection.execute(
        select(table.c.version, table.c.created_at)
        .where(table.c.key == survey_key)
        .order_by(table.c.version.desc())
        .limit(MAX_VERSIONS)
    ).all()
    found = [
        (row.version, row.created_at, said(surveys.get(connection, survey_key, row.version), prompt, locale, channel))
        for row in rows
    ]
    older = [(each[2].text, each[2].sound) for each in found[1:]] + [None]
    return [each for each, before in zip(found, older, strict=True) if (each[2].text, each[2].sound) != before]


def _own(definition: SurveyDefinition) -> dict[str, Mapping[str, str]]:
    return _by_tag(definition.wording)


def _by_tag(by_locale: Mapping[str, Mapping[str, str]]) -> dict[str, Mapping[str, str]]:
    return {normalized(code) or code: values for code, values in by_locale.items()}


def _spelling(definition: SurveyDefinition, locale: str) -> str:
    """The locale as the survey spells it already."""
    wanted = normalized(locale)
    return next((code for code in definition.wording if normalized(code) == wanted), locale)


def _is_for_channel(key: str) -> bool:
    return key.rpartition(".")[2] in {*CHANNELS, *_MANNERS, "anonymous"}


__all__ = [
    "CHANNELS",
    "EVERYWHERE",
    "PLACEHOLDERS",
    "SPOKEN",
    "Said",
    "has_own",
    "history_of",
    "locales_of",
    "problem_in",
    "prompts_of",
    "resound",
    "revoice",
    "reword",
    "said",
    "sample_of",
    "takes_sound",
]
