"""The values of a template's variables, from what is known of a conversation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date

from common.templates.filling import contact_words, values_for
from common.templates.languages import code_of
from common.wording import clean_value

UTC_NAME = "UTC"
_WRITTEN_AS = {"en": "en_GB"}
"""English for everyone writes the day before the month, which nobody misreads."""


def known_values(row: Mapping[Any, Any], *, brand: str, language: str) -> dict[str, str]:
    """A value for every variable that an invitation may use; none is empty and each is one clean line.

    row: the interaction's `ended_at`, `channel`, `agent_name`, `topic` and `reference`, and the customer's `timezone`.
    """
    values = values_for(
        brand=clean_value(brand),
        date=date_in(row["ended_at"], language, row["timezone"]),
        contact=contact_words(row["channel"], language),
        agent=clean_value(row["agent_name"] or ""),
        topic=clean_value(row["topic"] or ""),
        reference=clean_value(row["reference"] or ""),
    )
    return {name: value or clean_value(brand) for name, value in values.items()}


def date_in(at: datetime, language: str, timezone: str | None) -> str:
    """The day in words, as people of this language write it, on the customer's own calendar."""
    try:
        zone = ZoneInfo(timezone or UTC_NAME)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo(UTC_NAME)
    try:
        locale = Locale.parse(_WRITTEN_AS.get(language, code_of(language)))
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    return str(format_date(at.astimezone(zone).date(), format="long", locale=locale))
