"""The ids of buttons and rows that we show: they come back with the tap and say which question it answers.

A tap can come days later, from a message far up in the chat. Its id therefore names the question, the step of the
conversation and our own reference of the message, beside the choice; a control of somebody else is only its words.
The token of a Flow has the same form.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from common.channels import Prompt

OURS = "zt:"
FORM = "form"
"""What stands for the choice in the token of a Flow."""
_TAP = re.compile(r"zt:([a-z_]{1,32}):([0-9]{1,9}):([0-9A-Za-z_-]{1,64}):([0-9A-Za-z_.-]{1,64})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tap:
    """What a control stands for. step: the place of its question in the conversation."""

    question: str
    step: int
    reference: str
    choice: str


def tap_id(prompt: Prompt, choice: str) -> str:
    """The id of the control for `choice` in `prompt`; at most 178 characters, a row's may have 200."""
    return f"zt:{prompt.key}:{prompt.step}:{prompt.reference}:{choice}"


def read_tap(value: object) -> Tap | None:
    """What a control of ours stands for, None for any other."""
    match = _TAP.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    return Tap(question=match[1], step=int(match[2]), reference=match[3], choice=match[4])
