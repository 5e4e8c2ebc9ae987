"""How WhatsApp calls a customer: by the digits of a phone number, or by a user id that is the same for us only.

Since 2026 a person with a user name may be known to us by the id alone ("business-scoped user id": the country, a dot,
up to 128 letters and digits), and the number may come later or never. Stored is E.164 or the id as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from bots.phone_numbers import to_e164

_USER_ID = re.compile(r"[A-Z]{2}\.[A-Za-z0-9]{1,128}")
_DIGITS = re.compile(r"[1-9][0-9]{6,14}")


def is_user_id(address: str) -> bool:
    """True for a user id, False for a phone number."""
    return _USER_ID.fullmatch(address) is not None


def address_of(value: object) -> str | None:
    """The stored form of what Meta calls a person (`wa_id`, `from`, `user_id` …), or None if it is neither."""
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if is_user_id(text):
        return text
    digits = text.removeprefix("+")
    return (to_e164(f"+{digits}") or f"+{digits}") if _DIGITS.fullmatch(digits) else None


def addresses_in(values: Iterable[object]) -> tuple[str, ...]:
    """The addresses among `values`, each once, phone numbers first: they last when a user name goes."""
    found = dict.fromkeys(address for value in values if (address := address_of(value)) is not None)
    return tuple(sorted(found, key=is_user_id))


def addresses_of(customer: Mapping[str, object]) -> tuple[str, ...]:
    """The addresses in a caller's customer: `phone` in any international writing, and `whatsapp_user_id`."""
    phone = customer.get("phone")
    return addresses_in((to_e164(phone) if isinstance(phone, str) else None, customer.get("whatsapp_user_id")))


def recipient(address: str) -> dict[str, str | None]:
    """The fields of a call that name the person: digits as `to`, an id as `recipient`."""
    if is_user_id(address):
        return {"to": None, "recipient": address}
    return {"to": address.removeprefix("+"), "recipient": None}
