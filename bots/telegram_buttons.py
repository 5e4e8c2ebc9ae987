"""Telegram's buttons: what is drawn under a question, and what a tap says when it comes back.

A button carries 1 to 64 bytes (`callback_data`), which must name everything that the tap means, because the chat keeps
old messages with their buttons for ever: the question, the value, the step that was asked, and our own id of the
message. By the id the tap finds its conversation even when another one has begun meanwhile, and it proves that a
message has arrived whose sending ended unclearly.

    out_01k9…  →  01k9….2.s.9      reference . step . question . value
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from common.channels import Prompt
from common.follow_up.slots import CALLBACK
from common.survey.events import SKIP_CHOICE
from common.survey.questions import ASPECT, REASON, SCORE
from common.wording import say

MAX_DATA = 64
"""Bytes: https://core.telegram.org/bots/api#inlinekeyboardbutton"""
FIRST_ROW = 6
"""Eleven scores stand in two rows, 0 to 5 and 6 to 10: eight is the most that Telegram draws in a row."""
MAX_LABEL = 64
"""Characters; a phone shows about thirty in a row of one."""
_REFERENCE = "out_"
_LETTERS: Mapping[str, str] = {SCORE: "s", REASON: "r", ASPECT: "a", CALLBACK: "c"}
_QUESTIONS = {letter: question for question, letter in _LETTERS.items()}
_DATA = re.compile(r"([0-9a-z]{26})?\.([0-9]{1,9})\.([srac])\.([^\x00-\x1f\x7f\ud800-\udfff]{1,64})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tap:
    """What a button said: `value` is a score, a choice's key or "skip"; reference: our id of its message."""

    question: str
    value: str
    step: int
    reference: str | None


def read_tap(data: str) -> Tap | None:
    """The tap behind a button's data; None if the button is none of ours."""
    match = _DATA.fullmatch(data)
    if match is None:
        return None
    reference, step, letter, value = match.groups()
    return Tap(
        question=_QUESTIONS[letter],
        value=value,
        step=int(step),
        reference=_REFERENCE + reference if reference else None,
    )


def draw_buttons(prompt: Prompt) -> InlineKeyboardMarkup | None:
    """The buttons of a question: the scale in rows of six and five, a row for each choice, and one to skip it."""
    rows = [*_scale(prompt), *_choices(prompt)]
    if prompt.can_skip and prompt.key in _LETTERS:
        label = say("ui.skip", locale=prompt.locale, channel="telegram", brand="")
        rows.append([_button(prompt, SKIP_CHOICE, label)])
    return InlineKeyboardMarkup(rows) if rows else None


def _scale(prompt: Prompt) -> Iterator[Sequence[InlineKeyboardButton]]:
    if not prompt.scale:
        return
    scores = [str(score) for score in range(11)]
    for row in (scores[:FIRST_ROW], scores[FIRST_ROW:]):
        yield [_button(prompt, score, score) for score in row]


def _choices(prompt: Prompt) -> Iterator[Sequence[InlineKeyboardButton]]:
    for choice in prompt.choices:
        yield [_button(prompt, choice.key, choice.label)]


def _button(prompt: Prompt, value: str, label: str) -> InlineKeyboardButton:
    words = label if len(label) <= MAX_LABEL else label[: MAX_LABEL - 1].rstrip() + "…"
    return InlineKeyboardButton(text=words or value, callback_data=_data(prompt, value))


def _data(prompt: Prompt, value: str) -> str:
    """With our reference where it fits; a choice with a very long key does without."""
    tail = f".{prompt.step}.{_LETTERS[prompt.key]}.{value}"
    reference = prompt.reference.removeprefix(_REFERENCE)
    data = reference + tail
    is_whole = len(data.encode()) <= MAX_DATA and read_tap(data) is not None
    return data if is_whole else tail[:MAX_DATA]
