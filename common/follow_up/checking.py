"""What an admin may set: each fault names its field."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from common.follow_up import BANDS, MAX_SLOTS

Faults = list[tuple[str, str]]
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def follow_up_faults(given: object, check_words: Callable[[str], object]) -> Faults:
    """What is wrong with a survey's `follow_up`. check_words raises ValueError for words that cannot be said."""
    if given is None:
        return []
    if not isinstance(given, Mapping):
        return [("follow_up", "null, or an object with callback or messages")]
    faults: Faults = [(f"follow_up.{name}", "no such field") for name in given.keys() - _FIELDS]
    if not _is_whole(given.get("after_s", 60), 0, 86_400):
        faults.append(("follow_up.after_s", "a whole number from 0 to 86400"))
    if given.get("callback") is None and not given.get("messages"):
        faults.append(("follow_up", "either callback or messages must say something"))
    if given.get("callback") is not None:
        faults += _callback_faults(given["callback"])
    if given.get("messages") is not None:
        faults += _message_faults(given["messages"], check_words)
    return faults


def recovery_faults(given: object, key: str) -> Faults:
    """What is wrong with the `recovery` of the survey `key`."""
    if given is None:
        return []
    if not isinstance(given, Mapping):
        return [("recovery", "null, or an object with survey and after_days")]
    faults: Faults = [(f"recovery.{name}", "no such field") for name in given.keys() - {"survey", "after_days"}]
    survey = given.get("survey")
    if not isinstance(survey, str) or not _KEY.fullmatch(survey) or survey == key:
        faults.append(("recovery.survey", "the key of another survey, of the kind relational"))
    if not _is_whole(given.get("after_days"), 1, 90):
        faults.append(("recovery.after_days", "a whole number from 1 to 90"))
    return faults


_FIELDS = {"after_s", "callback", "messages"}


def _callback_faults(given: object) -> Faults:
    if not isinstance(given, Mapping):
        return [("follow_up.callback", 'null, or an object such as {"bands": ["detractor"]}')]
    faults: Faults = [(f"follow_up.callback.{name}", "no such field") for name in given.keys() - _CALLBACK]
    bands = given.get("bands", ["detractor"])
    if not isinstance(bands, list) or not bands or any(band not in BANDS for band in bands):
        faults.append(("follow_up.callback.bands", "one or more of: " + ", ".join(BANDS)))
    days, hours = given.get("days", 2), given.get("hours", [["09:00", "12:00"], ["13:00", "17:00"]])
    if not _is_whole(days, 1, 5):
        faults.append(("follow_up.callback.days", "a whole number from 1 to 5"))
    if not isinstance(hours, list) or not 1 <= len(hours) <= MAX_SLOTS or not all(_is_slot(slot) for slot in hours):
        faults.append(("follow_up.callback.hours", f'1 to {MAX_SLOTS} pairs such as ["09:00", "12:00"]'))
    return faults


_CALLBACK = {"bands", "hours", "days"}


def _is_slot(slot: object) -> bool:
    if not isinstance(slot, list) or len(slot) != 2:
        return False
    return all(isinstance(each, str) and _TIME.fullmatch(each) for each in slot) and slot[0] < slot[1]


def _message_faults(given: object, check_words: Callable[[str], object]) -> Faults:
    if not isinstance(given, Mapping):
        return [("follow_up.messages", 'an object such as {"promoter": {"en": "…"}}')]
    faults: Faults = []
    for band, texts in given.items():
        where = f"follow_up.messages.{band}"
        if band not in BANDS or not isinstance(texts, Mapping) or not texts:
            faults.append((where, "one of detractor, passive, promoter with its words by language"))
            continue
        for locale, text in texts.items():
            try:
                if not isinstance(text, str) or not text.strip() or len(text) > 1000:
                    raise ValueError("1 to 1000 characters")
                check_words(text)
            except ValueError as fault:
                faults.append((f"{where}.{locale}", str(fault)))
    return faults


def _is_whole(value: Any, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
