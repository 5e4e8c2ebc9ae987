"""From the machine's order to the words: which prompt, in which language, with which choices, for this channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from common.channels import Capabilities, Choice, OutboundFile, Prompt
from common.survey.questions import ASPECT, REASON, SCORE
from common.surveys import SurveyDefinition
from common.templates import TemplateUse
from common.wording import choice_label, numbered, played, say


def compose(
    definition: SurveyDefinition,
    *,
    channel: str,
    capabilities: Capabilities,
    locale: str,
    key: str,
    step: int,
    attempt: int,
    cause: str,
    reference: str,
    values: Mapping[str, str],
    useful_until: datetime | None,
) -> Prompt:
    """The prompt `key` worded for one channel. Choices become a numbered list where the channel has no buttons.

    A form is offered with the first asking of the score alone: whoever answered that by other words is asked by words.
    """
    place = f"{channel}.{capabilities.manner}" if capabilities.manner else channel
    asking: dict[str, Any] = {"locale": locale, "channel": place, "overrides": definition.wording}
    asking |= {"attempt": attempt, "cause": cause}
    text = say(key, brand=definition.brand, values=values, **asking)
    sound = None
    if capabilities.spoken:
        sound = played(key, definition.speech.sounds, values={**values, "brand": definition.brand}, **asking)
    choices = aspect_choices(definition, locale) if key == ASPECT else ()
    text, choices = with_choices(definition, text, choices, capabilities, locale=locale, channel=channel)
    return Prompt(
        key=key,
        text=text[: capabilities.max_text],
        locale=locale,
        step=step,
        reference=reference,
        choices=choices,
        scale=key == SCORE,
        can_skip=key in {REASON, ASPECT},
        useful_until=useful_until,
        attempt=attempt,
        form=_form(definition, channel, capabilities, locale) if key == SCORE and attempt == 1 else None,
        sound=sound,
    )


def _form(definition: SurveyDefinition, channel: str, capabilities: Capabilities, locale: str) -> str | None:
    """The form that asks this survey in this language, where the channel can show one."""
    return definition.form_for(channel, locale) if capabilities.forms else None


def with_choices(
    definition: SurveyDefinition,
    text: str,
    choices: Sequence[Choice],
    capabilities: Capabilities,
    *,
    locale: str,
    channel: str,
) -> tuple[str, tuple[Choice, ...]]:
    """Text and buttons: what the channel cannot show as buttons becomes a numbered list in the text."""
    if not choices or _fit_on_buttons(choices, capabilities):
        return text, tuple(choices)
    hint = say("choice.hint", locale=locale, channel=channel, brand=definition.brand, overrides=definition.wording)
    return numbered(text, [choice.label for choice in choices], hint=hint), ()


_choices: dict[tuple[str, int, str], tuple[SurveyDefinition, tuple[Choice, ...]]] = {}
"""What `aspect_choices` found, by survey, version and locale. A version of a survey never changes."""
_MOST_CHOICES = 1_000


def _fit_on_buttons(choices: Sequence[Choice], capabilities: Capabilities) -> bool:
    """True if the channel can show these choices as buttons: few enough, short enough, no two of the same words."""
    if len(choices) > capabilities.max_choices or len({choice.label for choice in choices}) < len(choices):
        return False
    longest = max((len(choice.label) for choice in choices), default=0)
    return not capabilities.choice_title or longest <= capabilities.choice_title


def aspect_choices(definition: SurveyDefinition, locale: str) -> tuple[Choice, ...]:
    """The survey's closed options in the customer's language, in the order shown."""
    known = _choices.get((definition.key, definition.version, locale))
    if known is not None and known[0] is definition:
        return known[1]
    question = definition.survey.question(ASPECT)
    keys = question.choices if question else ()
    choices = tuple(Choice(key=key, label=choice_label(key, locale, definition.wording)) for key in keys)
    if len(_choices) >= _MOST_CHOICES:
        _choices.clear()
    _choices[definition.key, definition.version, locale] = (definition, choices)
    return choices


def prompt_to_json(prompt: Prompt) -> dict[str, Any]:
    """The prompt as stored in the outbox; of a file only what it is called, for its content is kept once."""
    stored = {column.name: getattr(prompt, column.name) for column in fields(prompt)}
    stored["choices"] = [asdict(choice) for choice in prompt.choices]
    stored["template"] = asdict(prompt.template) if prompt.template else None
    stored["useful_until"] = prompt.useful_until.isoformat() if prompt.useful_until else None
    stored["file"] = (
        {name: getattr(prompt.file, name) for name in ("id", "media_type", "name")} if prompt.file else None
    )
    return stored


def prompt_from_json(stored: Mapping[str, Any]) -> Prompt:
    """The prompt of an outbox row."""
    until, template, file = stored["useful_until"], stored.get("template"), stored.get("file")
    columns = dict(stored) | {
        "choices": tuple(Choice(**choice) for choice in stored["choices"]),
        "useful_until": datetime.fromisoformat(until) if until else None,
        "template": _template(template) if template else None,
        "file": OutboundFile(**file) if file else None,
    }
    return Prompt(**columns)


def _template(stored: Mapping[str, Any]) -> TemplateUse:
    lists = {name: tuple(stored.get(name, ())) for name in ("header", "buttons")}
    return TemplateUse(**dict(stored) | lists)
