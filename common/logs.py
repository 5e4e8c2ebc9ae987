"""Logs: one JSON line per event on standard error, with secrets and people's data kept out.

What may be logged is an id, a channel, a code, a count. Text of customers, names, addresses and tokens may not; a
processor replaces what slips through by its form: phone numbers, bearer tokens, API keys.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import regex
import structlog

from common.config import SETTINGS, Settings

_LOOKS_PRIVATE = regex.compile(r"\+\d{7,15}|Bearer\s+\S+|zt_[0-9A-Za-z]{16,}|AC[0-9a-f]{32}:\S+|/s/[A-Za-z0-9_-]{43}")
_REDACTED = "[redacted]"


def configure_logs(settings: Settings) -> None:
    """Send this process's logs to standard error as JSON lines."""
    secrets = [settings.get(setting.name) for setting in SETTINGS if setting.secret]
    hidden = [secret for secret in secrets if secret and len(secret) >= 8]

    def redact(_logger: object, _name: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        return {key: _clean(value, hidden) for key, value in entry.items()}

    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            redact,
            structlog.processors.JSONRenderer(ensure_ascii=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )


def _clean(value: object, hidden: list[str]) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    text = value if isinstance(value, str) else repr(value)
    for secret in hidden:
        text = text.replace(secret, _REDACTED)
    return _LOOKS_PRIVATE.sub(_REDACTED, text)
