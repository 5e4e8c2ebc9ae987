"""What a linter has to say about a template: how bad, where, what, and whose rule it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """error: the provider refuses it, so it is not submitted. warning: it may surprise. note: worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Said:
    """English words with their values apart, so that a page can say them in its reader's language.

    values: what stands for `%(name)s`; a Said among them is said in turn. `str` gives the English.
    """

    pattern: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.pattern % self.values if self.values else self.pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One remark. where: name, language, category, header, body, footer, buttons or buttons[0]; rule: its source."""

    severity: Severity
    where: str
    said: Said
    rule: str

    @property
    def message(self) -> str:
        """In English."""
        return str(self.said)


COMPONENTS = "Meta, template components"
REVIEW = "Meta, template review (INVALID_FORMAT)"
MANAGEMENT = "Meta, template management"
CATEGORIES = "Meta, template categorization"
PARAMETERS = "Meta, template parameters"
OPT_OUT = "WhatsApp Business messaging policy"


def error(where: str, message: str, rule: str, **values: object) -> Finding:
    return Finding(severity=Severity.ERROR, where=where, said=Said(message, values), rule=rule)


def warning(where: str, message: str, rule: str, **values: object) -> Finding:
    return Finding(severity=Severity.WARNING, where=where, said=Said(message, values), rule=rule)


def note(where: str, message: str, rule: str, **values: object) -> Finding:
    return Finding(severity=Severity.NOTE, where=where, said=Said(message, values), rule=rule)
