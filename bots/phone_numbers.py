"""One form for a phone number: E.164, whatever international way it was written in."""

from __future__ import annotations

import re
import unicodedata

import phonenumbers

_WRITTEN = re.compile(r"(?:\+|00)[0-9][0-9 ().\-/]{5,40}")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")


def to_e164(address: str) -> str | None:
    """The number in E.164 ("+31 6 1234 5678", "0031612345678", digits of any script), or None if it cannot be one.

    Possible, not assigned: ranges are opened faster than tables follow, and a wrong guess here would cost a customer.
    A number without its country is refused, for nobody can know the country.
    """
    plain = unicodedata.normalize("NFKC", address).translate(_DASHES).strip()
    text = "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in plain)
    if not _WRITTEN.fullmatch(text):
        return None
    try:
        number = phonenumbers.parse("+" + text[2:] if text.startswith("00") else text)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
