"""Wording: a prompt's key, a locale and a channel become the words that a customer reads or hears.

Shipped words are in `catalogues/`, one TOML file per language; a survey's own words go before them. The machine never
holds a sentence, and no sentence is ever a program: see `placeholders`.
"""

from common.wording.catalogue import shipped
from common.wording.locales import LOCALES, is_right_to_left, normalized, resolve_locale, widening
from common.wording.placeholders import (
    MAX_WORDING,
    MENU_PLACEHOLDERS,
    PLACEHOLDERS,
    check_wording,
    clean_value,
    fill,
    placeholders_in,
)
from common.wording.say import UnknownPrompt, choice_label, interface, numbered, played, say
from common.wording.segments import Encoding, Segments, sms_segments

__all__ = [
    "LOCALES",
    "MAX_WORDING",
    "MENU_PLACEHOLDERS",
    "PLACEHOLDERS",
    "Encoding",
    "Segments",
    "UnknownPrompt",
    "check_wording",
    "choice_label",
    "clean_value",
    "fill",
    "interface",
    "is_right_to_left",
    "normalized",
    "numbered",
    "placeholders_in",
    "played",
    "resolve_locale",
    "say",
    "shipped",
    "sms_segments",
    "widening",
]
