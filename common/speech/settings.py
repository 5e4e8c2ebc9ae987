"""What a survey's `voice` says: languages for a first menu, a voice per language, uploaded sounds per prompt.

A survey without it sounds as before: the customer's language or the survey's own, the provider's usual voice for it,
every word synthesised.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from common.wording import MENU_PLACEHOLDERS, PLACEHOLDERS, normalized, placeholders_in, widening

MOST_LANGUAGES = 8
"""One key each, and nobody listens to more."""
FIXED = frozenset({"brand"})
"""Placeholders that say the same to everybody; a prompt with any other cannot be a sound."""
_PERSONAL = (PLACEHOLDERS | MENU_PLACEHOLDERS) - FIXED
_FAMILIES = frozenset({"score", "reason", "aspect", "closing", "opted_out", "opted_in", "human", "voice"})
_NUMBERED = "voice.language"
"""It bears the number of the key, which is the place of the language in the survey's list."""
# Source: the names of voices at https://www.twilio.com/docs/voice/twiml/say/text-speech.
_POLLY = r"Polly\.[A-Z][A-Za-z]{1,30}(-(Neural|Generative|Long-Form))?"
_GOOGLE = r"Google\.(?P<language>[a-z]{2,3}-[A-Z]{2})-[A-Z][A-Za-z0-9]{1,20}(-[A-Z]{1,4})?-[A-Za-z0-9]{1,30}"
_VOICE = re.compile(f"{_POLLY}|{_GOOGLE}")
_SOUND = re.compile(r"snd_[0-9a-z]{26}")
_PROMPT = re.compile(r"[a-z0-9_]{1,40}(\.[a-z0-9_]{1,40}){0,3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechSettings:
    """languages: offered to callers of whom no language is known, in the order of their keys; none = no menu.

    voices: locale → the provider's name of a voice. sounds: locale → prompt → the id of what is played instead.
    """

    languages: Sequence[str] = ()
    voices: Mapping[str, str] = field(default_factory=dict)
    sounds: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def voice_for(self, locale: str) -> str | None:
        """The voice of the nearest language that has one; None = the provider's usual one."""
        by_tag = {normalized(code) or code: voice for code, voice in self.voices.items()}
        return next((by_tag[tag] for tag in widening(locale) if tag in by_tag), None)

    @property
    def sound_ids(self) -> frozenset[str]:
        """Everything that is played."""
        return frozenset(sound for prompts in self.sounds.values() for sound in prompts.values())


def speech_of(body: Mapping[str, Any]) -> SpeechSettings:
    """The settings in a survey's body that was checked."""
    given: Mapping[str, Any] = body.get("voice") or {}
    return SpeechSettings(
        languages=tuple(given.get("languages") or ()),
        voices=given.get("voices") or {},
        sounds=given.get("sounds") or {},
    )


def can_be_sound(prompt: str) -> bool:
    """True for a prompt that is said whole: no choice, which is said with its number, and no hint of a list."""
    return prompt.partition(".")[0] in _FAMILIES and prompt != _NUMBERED


def is_the_same_for_everybody(text: str) -> bool:
    """True for words into which nothing of a customer is put."""
    return not placeholders_in(text) & _PERSONAL


def spoken_in(voice: str) -> str | None:
    """The language that the name of a voice says, as a provider wants both to agree; None = it says none."""
    found = re.fullmatch(_GOOGLE, voice)
    return found["language"] if found else None


def is_voice(name: str) -> bool:
    """True for what can be the name of a voice; whether the provider has it, only the provider knows."""
    return _VOICE.fullmatch(name) is not None


Settings = Mapping[str, Any] | None
"""A survey's `voice` as it is stored."""


def with_sound(settings: Settings, locale: str, prompt: str, sound: str | None) -> Settings:
    """The settings with this sound for a prompt in a language; None = its words are said."""
    sounds = {code: dict(prompts) for code, prompts in _part(settings, "sounds").items()}
    spelt = next((code for code in sounds if normalized(code) == normalized(locale)), locale)
    sounds[spelt] = _put(sounds.get(spelt, {}), prompt, sound)
    return _tidy(settings, "sounds", {code: prompts for code, prompts in sounds.items() if prompts})


def with_voice(settings: Settings, locale: str, voice: str | None) -> Settings:
    """The settings with this voice for a language; None = the provider's usual one."""
    voices = _part(settings, "voices")
    spelt = next((code for code in voices if normalized(code) == normalized(locale)), locale)
    return _tidy(settings, "voices", _put(voices, spelt, voice))


def with_languages(settings: Settings, languages: Sequence[str]) -> Settings:
    """The settings with this menu; empty = none."""
    return _tidy(settings, "languages", list(languages))


def _part(settings: Settings, name: str) -> dict[str, Any]:
    return dict((settings or {}).get(name) or {})


def _put(values: Mapping[str, str], key: str, value: str | None) -> dict[str, str]:
    others = {name: each for name, each in values.items() if name != key}
    return others if value is None else others | {key: value}


def _tidy(settings: Settings, name: str, value: object) -> Settings:
    """With this part, without those that say nothing; None if nothing is left."""
    return {key: each for key, each in {**(settings or {}), name: value}.items() if each} or None


def speech_faults(value: object, wording: object) -> list[tuple[str, str]]:
    """What is wrong with a survey's `voice`: field and reason. wording: the survey's own words."""
    if value is None:
        return []
    if not isinstance(value, Mapping):
        return [("voice", 'null, or an object such as {"languages": ["en", "es"]}')]
    faults = [(f"voice.{name}", "no such field") for name in value.keys() - {"languages", "voices", "sounds"}]
    return [
        *faults,
        *_language_faults(value.get("languages") or []),
        *_voice_faults(value.get("voices") or {}),
        *_sound_faults(value.get("sounds") or {}, wording if isinstance(wording, Mapping) else {}),
    ]


def _language_faults(languages: object) -> list[tuple[str, str]]:
    if not isinstance(languages, list) or not all(isinstance(code, str) and normalized(code) for code in languages):
        return [("voice.languages", 'a list of language codes such as ["en", "es"]')]
    tags = [normalized(code) for code in languages]
    if len(set(tags)) < len(tags) or len(tags) > MOST_LANGUAGES or len(tags) == 1:
        return [("voice.languages", f"none, or 2 to {MOST_LANGUAGES} different languages")]
    return []


def _voice_faults(voices: object) -> list[tuple[str, str]]:
    if not isinstance(voices, Mapping):
        return [("voice.voices", 'an object such as {"en": "Polly.Joanna-Neural"}')]
    faults = []
    for code, name in voices.items():
        if normalized(code) is None:
            faults.append((f"voice.voices.{code}", "no language code"))
        elif not isinstance(name, str) or not is_voice(name):
            faults.append((f"voice.voices.{code}", "a name such as Polly.Joanna-Neural or Google.en-US-Wavenet-F"))
    return faults


def _sound_faults(sounds: object, wording: Mapping[Any, Any]) -> list[tuple[str, str]]:
    if not isinstance(sounds, Mapping) or not all(isinstance(prompts, Mapping) for prompts in sounds.values()):
        return [("voice.sounds", 'an object such as {"en": {"score": "snd_…"}}')]
    faults = []
    for code, prompts in sounds.items():
        words = wording.get(code) if isinstance(wording.get(code), Mapping) else {}
        for prompt, sound in prompts.items():
            place = f"voice.sounds.{code}.{prompt}"
            own = [words.get(f"{prompt}.voice"), words.get(prompt)] if words else []
            nearest = next((text for text in own if isinstance(text, str)), "")
            if normalized(code) is None or _PROMPT.fullmatch(prompt) is None or not can_be_sound(prompt):
                faults.append((place, "no prompt that can be a sound"))
            elif not isinstance(sound, str) or _SOUND.fullmatch(sound) is None:
                faults.append((place, "no id of a sound"))
            elif not is_the_same_for_everybody(nearest):
                faults.append((place, "its words hold a placeholder that differs from customer to customer"))
    return faults
