"""What stands in for a template's variables when the product, not a person, sends it.

A provider refuses an empty value, so every variable of an invitation must always have one: these are the names that do.
Where a fact is missing the next best takes its place, down to the brand and to the kind of contact ("phone call").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from common.templates.finding import Finding, error
from common.templates.shelf import INVITATIONS
from common.templates.template import Template

ALWAYS_KNOWN = ("brand", "date", "about", "agent", "topic", "reference")
"""Variables that an invitation may use. about: the reference, else the topic, else the kind of contact."""
WITH_A_PERSON = (*ALWAYS_KNOWN, "person", "name")
"""Variables that are proposed to a person who sends a template; any other one that person fills in."""
OUR_RULE = "Zeroten: every value must be known when it is sent"

_CONTACTS: Mapping[str, Mapping[str, str]] = {
    "voice": {
        "en": "phone call",
        "nl": "telefoongesprek",
        "de": "Telefonat",
        "fr": "appel téléphonique",
        "es": "llamada telefónica",
        "pt": "chamada telefónica",
        "pt_BR": "ligação telefônica",
        "it": "telefonata",
        "tr": "telefon görüşmesi",
        "ar": "مكالمة هاتفية",
        "hi": "फ़ोन कॉल",
        "id": "panggilan telepon",
        "pl": "rozmowa telefoniczna",
    },
    "webchat": {"fr": "discussion en ligne", "ar": "محادثة", "hi": "चैट", "pl": "czat", "tr": "sohbet", "": "chat"},
    "sms": {"": "SMS"},
    "whatsapp": {"": "WhatsApp"},
    "telegram": {"": "Telegram"},
}


def contact_words(channel: str, language: str) -> str:
    """The kind of contact in a template's language; in English where nobody worded it."""
    words = _CONTACTS.get(channel, {})
    for code in (language, language.partition("_")[0], "", "en"):
        if code in words:
            return words[code]
    return "contact"


def values_for(
    *, brand: str, date: str, contact: str, agent: str = "", topic: str = "", reference: str = ""
) -> dict[str, str]:
    """A value for every name of ALWAYS_KNOWN; none is empty."""
    about = reference or topic or contact
    return {
        "brand": brand,
        "date": date,
        "about": about,
        "agent": agent or brand,
        "topic": topic or about,
        "reference": reference or about,
    }


def check_filling(template: Template) -> Iterator[Finding]:
    """Variables of an invitation that nobody would fill in."""
    if template.name not in INVITATIONS:
        return
    for name in template.variables:
        if name not in ALWAYS_KNOWN:
            known = ", ".join(ALWAYS_KNOWN)
            why = "nobody fills in {{%(name)s}} here; an invitation knows %(known)s"
            yield error("body", why, OUR_RULE, name=name[:40], known=known)
