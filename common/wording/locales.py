"""Which language to speak: the shipped ones, how wishes are matched to them, and which run from right to left."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

FALLBACK = "en"
LOCALES = ("en", "nl", "de", "fr", "es", "pt", "it", "pl", "tr", "ru", "ar", "hi", "id", "zh", "ja", "ko")
"""The languages that are shipped, each complete."""

_TAG = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,8})*")
_OTHER_NAMES = {"in": "id", "cmn": "zh"}
"""Codes that some systems still send: "in" was Indonesian until 1989, "cmn" is Mandarin by its narrower name."""
_RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "ps", "sd", "ug", "ur", "yi"})
_RIGHT_TO_LEFT_SCRIPTS = frozenset({"adlm", "arab", "hebr", "nkoo", "syrc", "thaa"})


@lru_cache(maxsize=1024)
def normalized(tag: str | None) -> str | None:
    """A language tag in lower case with hyphens ("nl_BE.UTF-8" becomes "nl-be"), or None if it cannot be one."""
    tidy = re.split(r"[.,;@]", (tag or "").strip(), maxsplit=1)[0].strip().replace("_", "-").lower()
    if _TAG.fullmatch(tidy) is None:
        return None
    language, hyphen, rest = tidy.partition("-")
    return _OTHER_NAMES.get(language, language) + hyphen + rest


def widening(tag: str | None) -> list[str]:
    """A tag, then the same with its last part left off, and so on: "zh-hant-tw", "zh-hant", "zh"."""
    parts = (normalized(tag) or "").split("-")
    return ["-".join(parts[:length]) for length in range(len(parts), 0, -1) if parts[0]]


def resolve_locale(wanted: str | None, default: str, offered: Collection[str] = ()) -> str:
    """The locale to speak: the wanted one as near as we have it, else the default, else English.

    offered: locales that the survey brings words for itself; they count as if they were shipped and are returned as
    they are spelt there.
    """
    known = {code: code for code in LOCALES}
    known.update({tag: code for code in offered if (tag := normalized(code)) is not None})
    for tag in (*widening(wanted), *widening(default)):
        if tag in known:
            return known[tag]
    return FALLBACK


def is_right_to_left(locale: str) -> bool:
    """True if it is written from right to left; a script in the tag decides ("pa-Arab" is, "ar-Latn" is not)."""
    parts = (normalized(locale) or "").split("-")
    scripts = [part for part in parts[1:] if len(part) == 4 and part.isalpha()]
    return scripts[0] in _RIGHT_TO_LEFT_SCRIPTS if scripts else parts[0] in _RIGHT_TO_LEFT
