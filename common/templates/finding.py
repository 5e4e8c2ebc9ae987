"""What a linter has to say about a template: how bad, where, what, and whose rule it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """error: the provider refuses it, so it is not submitted. warning: it may surprise. note: worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One remark. where: name, language, category, header, body, footer, buttons or buttons[0]; rule: its source."""

    severity: Severity
    where: str
    message: str
    rule: str


COMPONENTS = "Meta, template components"
REVIEW = "Meta, template review (INVALID_FORMAT)"
MANAGEMENT = "Meta, template management"
CATEGORIES = "Meta, template categorization"
PARAMETERS = "Meta, template parameters"
OPT_OUT = "WhatsApp Business messaging policy"


def error(where: str, message: str, rule: str) -> Finding:
    return Finding(severity=Severity.ERROR, where=where, message=message, rule=rule)


def warning(where: str, message: str, rule: str) -> Finding:
    return Finding(severity=Severity.WARNING, where=where, message=message, rule=rule)


def note(where: str, message: str, rule: str) -> Finding:
    return Finding(severity=Severity.NOTE, where=where, message=message, rule=rule)
