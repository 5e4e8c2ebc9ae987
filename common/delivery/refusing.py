"""Refusing: why a message that is due must not leave any more, whatever the outreach rules say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from common.channels import Capabilities
from common.delivery.opening import may_open
from common.survey.questions import ASPECT, REASON, SCORE
from common.turns.speaking import APART

Row = Mapping[Any, Any]
"""A row by column name."""

NOTICE_AFTER_OPT_OUT = "opted_out"
"""The one prompt that may be sent to a person who has opted out."""
NOT_FOUND = "not found at the provider"
"""Why a message of unknown fate is sent once more."""
_BY_BOT = frozenset({"prompt", APART})
_QUESTIONS = frozenset({SCORE, REASON, ASPECT})


def refusal(row: Row, facts: Row, capabilities: Capabilities, now: datetime) -> str | None:
    """Why the message of outbox row `row` must not leave any more; None = nothing but the outreach rules forbids it.

    facts: the conversation's owner epoch and machine, its customer's `opted_out_at` and its endpoint's
    `last_inbound_at`, as they are now.
    """
    if facts["opted_out_at"] is not None and row["prompt"]["key"] != NOTICE_AFTER_OPT_OUT:
        return "opt_out"
    if row["kind"] in _BY_BOT and row["owner_epoch"] != facts["owner_epoch"]:
        return "taken_over"
    if row["error"] == NOT_FOUND and row["prompt"]["key"] in _QUESTIONS and _is_past(row, facts):
        return "answered"  # perhaps it did arrive: the customer has gone on from it
    if capabilities.pushes:
        return None  # it lies on a page that the customer opens: no hour is a wrong one, and nobody is disturbed
    if row["useful_until"] is not None and now >= row["useful_until"]:
        return "too_late"
    if is_window_closed(capabilities, facts, now) and not may_open(row):
        return "window_closed"
    return None


def is_window_closed(capabilities: Capabilities, facts: Row, now: datetime) -> bool:
    """True if the provider takes no free text for this customer now. facts: the endpoint's `last_inbound_at`."""
    window, heard_at = capabilities.session_window, facts["last_inbound_at"]
    return window is not None and (heard_at is None or now - heard_at >= window)


def _is_past(row: Row, facts: Row) -> bool:
    """True if the conversation has asked something later than this."""
    return bool(row["step"] < (facts["machine"].get("asked_step") or 0))


def is_first_question(row: Row, facts: Row) -> bool:
    """True for the first question of an invitation that nobody has answered: the outreach rules are asked once more."""
    return bool(row["kind"] == "prompt" and row["step"] == 1 and facts["answered_at"] is None)
