"""What a survey does after its end, as people write it in a form, and back. Pure.

The form shows the words of one language at a time; those of the others stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import time
from typing import Any

from common.follow_up import BANDS, follow_up_of

_RANGE = re.compile(r"(\d{1,2})[:.](\d{2})\s*(?:-|\N{EN DASH})\s*(\d{1,2})[:.](\d{2})")
_USUAL = "09:00-12:00, 13:00-17:00"


def as_form(body: Mapping[str, Any], locale: str) -> dict[str, Any]:
    """The fields of the form: of the survey's definition `body`, with the words of `locale`."""
    settings, recovery = follow_up_of(body), body.get("recovery") or {}
    words = (settings.words if settings else None) or {}
    is_offered = settings is not None and bool(settings.callback_bands)
    slots = ", ".join(_range(*slot) for slot in settings.hours) if settings and is_offered else _USUAL
    return {
        "bands": list(settings.callback_bands) if settings else [],
        "hours": slots,
        "days": str(settings.days if settings else 2),
        "after": str(round(settings.after.total_seconds() / 60) if settings else 1),
        **{f"words.{band}": words.get(band, {}).get(locale, "") for band in BANDS},
        "recovery": recovery.get("survey", ""),
        "after_days": str(recovery.get("after_days", 7)),
    }


def from_form(given: Mapping[str, str], bands: Collection[str], body: Mapping[str, Any], locale: str) -> dict[str, Any]:
    """`follow_up` and `recovery` as the form has them; what cannot be read stays as it was typed, for the check.

    given: the fields by name; bands: who is offered a call; body: the definition before.
    """
    before = body.get("follow_up") or {}
    words = {band: dict(texts) for band, texts in (before.get("messages") or {}).items()}
    for band in BANDS:
        text = given.get(f"words.{band}", "").strip()
        if text:
            words.setdefault(band, {})[locale] = text
        elif band in words:
            words[band].pop(locale, None)
    words = {band: texts for band, texts in words.items() if texts}
    callback = None
    if bands:
        offered = [band for band in BANDS if band in bands]
        callback = {"bands": offered, "hours": _ranges(given.get("hours", "")), "days": _whole(given.get("days", ""))}
    follow_up: dict[str, Any] | None = None
    if callback or words:
        follow_up = {"after_s": _seconds(given.get("after", ""), before.get("after_s", 60))}
        follow_up |= {"callback": callback} if callback else {}
        follow_up |= {"messages": words} if words else {}
    asks = given.get("recovery", "").strip()
    recovery = {"survey": asks, "after_days": _whole(given.get("after_days", ""))} if asks else None
    return {"follow_up": follow_up, "recovery": recovery}


def field_of(fault: str) -> str:
    """The form's field for a fault's field, such as `follow_up.callback.hours` → `hours`."""
    known = {"after_s": "after", "survey": "recovery"}
    parts = fault.split(".")
    if len(parts) > 2 and parts[1] == "messages":
        return f"words.{parts[2]}"
    return known.get(parts[-1], parts[-1])


def _range(begin: time, end: time) -> str:
    return f"{begin:%H:%M}-{end:%H:%M}"


def _ranges(text: str) -> list[list[str]]:
    """ "09:00-12:00, 13:00-17:00" as pairs; a part that is no time stays as it is, which the check refuses."""
    found = []
    for part in (part.strip() for part in re.split(r"[,;\n]", text)):
        if match := _RANGE.fullmatch(part):
            begin_hour, begin_minute, end_hour, end_minute = match.groups()
            found.append([f"{int(begin_hour):02}:{begin_minute}", f"{int(end_hour):02}:{end_minute}"])
        elif part:
            found.append([part, part])
    return sorted(found)


def _whole(text: str) -> int | str:
    plain = text.strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 7 else plain


def _seconds(text: str, before: int) -> int | str:
    """Minutes as seconds; a time that was not changed keeps its seconds."""
    minutes = _whole(text)
    if not isinstance(minutes, int):
        return minutes
    return before if minutes == round(before / 60) else minutes * 60
