"""Telegram: the buttons under a question, and what a webhook is answered."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.telegram import MAX_TEXT
from bots.telegram_buttons import MAX_DATA, read_tap
from common.channels import (
    Choice,
    Taken,
)
from common.wording import LOCALES, say
from tests.channels.contract import a_prompt
from tests.channels.receiving import FakeReceiver, an_app, post
from tests.channels.test_telegram import (
    ANA,
    REFERENCE,
    TelegramHarness,
    an_adapter,
)

# --- buttons ----------------------------------------------------------------------------------------------------------


def buttons(**changes: Any) -> list[list[tuple[str, str]]]:
    """Label and data of the buttons under a prompt."""
    payload = an_adapter().render(ANA, a_prompt(reference=REFERENCE, **changes))
    markup: Any = payload.fields.get("reply_markup")
    return [[(each.text, each.callback_data) for each in row] for row in markup.inline_keyboard] if markup else []


def test_eleven_scores_stand_in_rows_of_six_and_five() -> None:
    rows = buttons(scale=True, step=3)
    assert [[label for label, _ in row] for row in rows] == [list("012345"), ["6", "7", "8", "9", "10"]]
    assert rows[1][4][1] == "01k9adxm3v0000000000000001.3.s.10"


def test_each_choice_has_a_row_and_the_last_one_skips() -> None:
    choices = (Choice(key="wait_time", label="Wachttijd"), Choice(key="solution", label="De oplossing"))
    rows = buttons(key="aspect", choices=choices, can_skip=True, locale="nl", step=5)
    assert [row[0][0] for row in rows] == [
        "Wachttijd",
        "De oplossing",
        say("ui.skip", locale="nl", channel="", brand=""),
    ]
    assert [read_tap(row[0][1]).value for row in rows] == ["wait_time", "solution", "skip"]  # type: ignore[union-attr]


def test_words_alone_have_no_buttons() -> None:
    assert buttons(key="closing.promoter") == []
    assert buttons(key="reply", can_skip=True) == []


@pytest.mark.parametrize("locale", sorted(LOCALES))
def test_the_words_of_a_webhook_s_answer_fit(locale: str) -> None:
    assert 0 < len(say("ui.answered", locale=locale, channel="telegram", brand="")) <= 200
    assert 0 < len(say("ui.help", locale=locale, channel="telegram", brand="")) <= MAX_TEXT


_KEYS = st.from_regex(r"\A[a-z0-9_]{1,57}\Z")


@given(key=_KEYS, step=st.integers(1, 99), label=st.text(min_size=1, max_size=200))
def test_any_choice_comes_back_as_it_was_drawn(key: str, step: int, label: str) -> None:
    ((name, data),) = buttons(key="aspect", choices=(Choice(key=key, label=label),), step=step)[0:1][0:1][0]
    assert 1 <= len(data.encode()) <= MAX_DATA
    assert 1 <= len(name) <= 64
    tap = read_tap(data)
    assert tap is not None
    assert (tap.question, tap.value, tap.step) == ("aspect", key, step)
    assert tap.reference in (REFERENCE, None)


@given(data=st.text(max_size=70))
def test_any_other_button_is_none_of_ours(data: str) -> None:
    tap = read_tap(data)
    assert tap is None or data.count(".") >= 3


def test_text_is_cut_to_what_telegram_counts() -> None:
    text = an_adapter().render(ANA, a_prompt("👍" * 4096)).fields["text"]
    assert text == "👍" * 2048, "an emoji is two of Telegram's 4,096"


# --- what a webhook is answered ---------------------------------------------------------------------------------------


def confirmed(name: str, **taken: Any) -> Any:
    (fixture,) = (each for each in TelegramHarness().fixtures() if each.name == name)
    outcome = Taken(**{"provider_id": "x", "is_new": True, "counts": True, **taken})
    reply = an_adapter().confirm(fixture.webhook, (outcome,))
    assert reply.status == 200
    return json.loads(reply.body) if reply.body else None


def test_a_tap_s_spinner_is_stopped_without_a_word() -> None:
    assert confirmed("tap_score") == {"method": "answerCallbackQuery", "callback_query_id": "2248012890035"}


def test_a_tap_that_came_too_late_is_told_so_in_the_customer_s_language() -> None:
    told = confirmed("tap_score", is_new=True, counts=False)
    assert told["text"] == "Deze vraag is al beantwoord."
    assert "text" not in confirmed("tap_score", is_new=False, counts=False), "Telegram repeats the webhook, not we"


def test_a_tap_on_a_strange_button_is_let_go_as_well() -> None:
    receiver = FakeReceiver()
    (fixture,) = (each for each in TelegramHarness().fixtures() if each.name == "tap_foreign_button")
    answer = post(an_app(an_adapter(), receiver), fixture.webhook)
    assert answer.json is not None
    assert answer.json["method"] == "answerCallbackQuery"
    assert len(receiver.quarantined) == 1


def test_start_and_help_are_answered_once() -> None:
    for name in ("command_start", "command_start_link", "command_help"):
        told = confirmed(name)
        assert (told["method"], told["chat_id"]) == ("sendMessage", int(ANA))
        assert "/stop" in told["text"]
        assert confirmed(name, is_new=False, counts=False) is None
    told = confirmed("command_start_link", is_new=True, counts=False, is_linked=False)
    assert told["text"] == say("ui.invalid_link", locale="nl", channel="telegram", brand="")


@pytest.mark.parametrize("name", ["message_score", "command_stop", "edited_score", "group_message", "member_blocked"])
def test_everything_else_is_only_acknowledged(name: str) -> None:
    assert confirmed(name) is None
