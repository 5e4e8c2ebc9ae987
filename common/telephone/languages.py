"""Which voice speaks a language: Twilio wants a language with its country, our locales have none or their own."""

from __future__ import annotations

_DEFAULT = {
    "ar": "ar-AE",
    "de": "de-DE",
    "en": "en-US",
    "es": "es-ES",
    "fr": "fr-FR",
    "hi": "hi-IN",
    "id": "id-ID",
    "it": "it-IT",
    "ja": "ja-JP",
    "ko": "ko-KR",
    "nl": "nl-NL",
    "pl": "pl-PL",
    "pt": "pt-BR",
    "ru": "ru-RU",
    "tr": "tr-TR",
    "zh": "cmn-CN",
}
"""Twilio's code for each of our languages. Source: the table of voices, https://www.twilio.com/docs/voice/twiml/say."""
_REGIONS = {"en-GB", "en-AU", "en-IN", "es-MX", "es-US", "fr-CA", "pt-PT", "nl-BE", "de-AT", "de-CH"}


def spoken_language(locale: str) -> str:
    """Twilio's code for a locale; American English for a language that has no voice."""
    language, _, region = locale.replace("_", "-").partition("-")
    regional = f"{language.lower()}-{region.upper()}"
    return regional if regional in _REGIONS else _DEFAULT.get(language.lower(), "en-US")
