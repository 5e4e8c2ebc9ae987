"""Telegram through the whole product, on both databases: taps, typed answers, blocks, links, and what is told twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bots.telegram import TelegramBot
from common import clock
from common.store.schema import conversations, customers, endpoints, invitations, messages, outbox, tickets
from tests.channels.test_telegram import refused
from tests.integration.installation import Installation, an_installation
from tests.integration.telegram_side import TelegramHandset
from tests.sandbox.running import eventually

SURVEY = {"brand": "Acme", "quiet_hours": None, "send_after_s": 0, "fatigue_days": 0}


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Iterator[Installation]:
    with an_installation(database_url, tmp_path) as made:
        made.call("PUT", "/surveys/support", {"key": "support", "kind": "transactional", **SURVEY})
        yield made


@pytest.fixture
def ana(site: Installation) -> TelegramHandset:
    return TelegramHandset(site, 1)


def ask(site: Installation, handset: TelegramHandset, ref: str = "i-1", **customer: Any) -> dict[str, Any]:
    """An interaction of this customer ended, and what is due is sent."""
    answer = hand_in(site, handset, ref, **customer)
    site.ticker.once()
    site.deliver()
    return answer


def hand_in(site: Installation, handset: TelegramHandset, ref: str, **customer: Any) -> dict[str, Any]:
    """An interaction of this customer ended."""
    given = {"id": "c-1", "consent": True, "timezone": "UTC", "locale": "en", **handset.customer, **customer}
    body = {
        "id": ref,
        "channel": "telegram",
        "ended_at": clock.now().isoformat(),
        "outcome": "answered",
        "direction": "inbound",
        "duration_s": 120,
        "survey": "support",
        "customer": {name: value for name, value in given.items() if value is not None},
    }
    answer: dict[str, Any] = site.call("POST", "/interactions", body)
    return answer


def conversation(site: Installation) -> dict[str, Any]:
    return site.rows(conversations)[-1]


# --- taps -----------------------------------------------------------------------------------------------------------


def _shows(handset: TelegramHandset, end: str) -> bool:
    return str(handset.shown()[0]["text"]).endswith(end)


def test_a_tap_and_a_typed_number_are_the_same_answer(site: Installation) -> None:
    for number, act in enumerate(("tap", "say"), start=1):
        handset = TelegramHandset(site, number)
        ask(site, handset, f"i-{number}", id=f"c-{number}")
        if act == "tap":
            handset.tap("3", "score", ())
        else:
            handset.say("3", None)
        site.deliver()
        (row,) = site.rows(conversations, address=handset.chat)
        assert (row["score"], row["state"]) == (3, "reason")
        assert len(site.rows(tickets, conversation_id=row["id"])) == 1
        eventually(partial(_shows, handset, "✓ 3"))  # edited once the next one is out
        assert handset.shown()[0]["buttons"] == []


def test_a_double_tap_counts_once_and_says_so(site: Installation, ana: TelegramHandset) -> None:
    ask(site, ana)
    question = ana.shown()[0]
    first, second = (ana.press(question, "9") for _ in range(2))
    assert first == {"method": "answerCallbackQuery", "callback_query_id": first["callback_query_id"]}
    assert second["text"] == "This question has been answered already."
    site.deliver()
    row = conversation(site)
    assert (row["score"], row["state"]) == (9, "reason")
    assert len(ana.received()) == 2


def test_the_same_update_again_changes_nothing_and_says_nothing(site: Installation, ana: TelegramHandset) -> None:
    ask(site, ana)
    update = ana.press_update(ana.shown()[0], "9")
    assert ana.deliver(update)["method"] == "answerCallbackQuery"
    before = (site.rows(messages), site.rows(outbox), site.rows(conversations))
    assert "text" not in ana.deliver(update)
    assert (site.rows(messages), site.rows(outbox), site.rows(conversations)) == before


def test_a_tap_on_an_old_question_changes_nothing(site: Installation, ana: TelegramHandset) -> None:
    ask(site, ana)
    old = ana.shown()[0]
    ana.press(old, "9")
    site.deliver()
    ana.press(ana.shown()[1], "skip")
    site.deliver()
    told = ana.press(old, "2")
    assert told["text"] == "This question has been answered already."
    assert conversation(site)["score"] == 9


def test_a_tap_proves_that_the_question_was_read(site: Installation, ana: TelegramHandset) -> None:
    ask(site, ana)
    ana.press(ana.shown()[0], "9")
    (question, *_) = site.call("GET", f"/conversations/{conversation(site)['id']}")["messages"]
    assert question["delivery"] == "read"


def test_a_tap_settles_a_message_of_unknown_fate(site: Installation, ana: TelegramHandset) -> None:
    site.telegram.fails = [refused(502, "Bad Gateway")]  # taken, and said not to be
    ask(site, ana)
    (row,) = site.rows(outbox)
    assert (row["state"], len(ana.shown())) == ("unknown", 1)
    ana.press(ana.shown()[0], "8")
    site.deliver()
    assert [row["state"] for row in site.rows(outbox)] == ["sent", "sent"]
    assert len(ana.received()) == 2, "nothing was sent twice"


def test_what_nobody_can_tell_is_left_to_a_person(site: Installation, ana: TelegramHandset) -> None:
    site.telegram.fails = [refused(500, "Internal Server Error")]
    ask(site, ana)
    site.advance(timedelta(seconds=5))
    site.dispatcher.once()
    (row,) = site.rows(outbox)
    assert row["state"] == "needs_human"
    assert len(site.telegram.calls("sendMessage")) == 1, "nobody is asked twice, whatever became of the first"
    ana.press(ana.shown()[0], "9")  # it had arrived after all
    site.deliver()
    assert [row["state"] for row in site.rows(outbox)] == ["sent", "sent"]
    (question, *_) = site.call("GET", f"/conversations/{conversation(site)['id']}")["messages"]
    assert (question["delivery"], conversation(site)["score"]) == ("read", 9)


def test_an_answer_is_corrected_by_editing_it(site: Installation, ana: TelegramHandset) -> None:
    ask(site, ana)
    ana.say("9", None)
    site.deliver()
    ana.correct("2")
    site.deliver()
    assert conversation(site)["score"] == 2
    assert len(site.rows(tickets)) == 1


# --- coming and going -----------------------------------------------------------------------------------------------


def test_a_block_opts_out_and_coming_back_opts_in(site: Installation, ana: TelegramHandset) -> None:
    ask(site, ana)
    ana.block(is_blocked=True)
    (person,) = site.rows(customers)
    assert (person["opted_out_at"] is not None, conversation(site)["state"]) == (True, "closed")
    assert ask(site, ana, "i-2")["reason"] == "opt_out"
    ana.block(is_blocked=False)
    ana.say("/start", None)
    assert site.rows(customers)[0]["opted_out_at"] is None
    assert ask(site, ana, "i-3")["decision"] == "invite"
    assert len(ana.received()) == 2


def test_a_block_that_is_told_again_does_not_stand_again(site: Installation, ana: TelegramHandset) -> None:
    ask(site, ana)
    block = ana.block_update(is_blocked=True)
    ana.deliver(block)
    ana.block(is_blocked=False)
    ana.deliver(block)
    assert site.rows(customers)[0]["opted_out_at"] is None


def test_a_refusal_for_a_block_opts_out_as_well(site: Installation, ana: TelegramHandset) -> None:
    site.telegram.fails = [refused(403, "Forbidden: bot was blocked by the user")]
    ask(site, ana)
    assert site.rows(customers)[0]["opted_out_by"] == "provider"
    assert site.rows(invitations)[0]["status"] == "undeliverable"
    ana.block(is_blocked=False)
    assert site.rows(customers)[0]["opted_out_at"] is None


def test_words_are_not_undone_by_unblocking(site: Installation, ana: TelegramHandset) -> None:
    ask(site, ana)
    ana.say("/stop", None)
    site.deliver()
    assert "no more messages" in ana.received()[-1]
    ana.block(is_blocked=False)
    assert site.rows(customers)[0]["opted_out_at"] is not None
    assert ana.say("/start", None)
    assert site.rows(customers)[0]["opted_out_at"] is None


def test_help_is_answered_and_moves_nothing(site: Installation, ana: TelegramHandset) -> None:
    ask(site, ana)
    told = ana.deliver(ana.message("/help"))
    assert told["method"] == "sendMessage"
    assert "/stop" in told["text"]
    site.deliver()
    assert (conversation(site)["state"], len(ana.received())) == ("score", 1)


def test_a_group_is_left_alone(site: Installation, ana: TelegramHandset) -> None:
    ask(site, ana)
    before = (site.rows(messages), site.rows(conversations))
    update = ana.message("9")
    update["message"]["chat"] = {"id": -100123, "type": "supergroup", "title": "Acme"}
    assert ana.deliver(update) == {}
    assert (site.rows(messages), site.rows(conversations)) == before


# --- links ----------------------------------------------------------------------------------------------------------


def test_a_link_makes_a_customer_s_chat_known(site: Installation, ana: TelegramHandset) -> None:
    link = site.call("POST", "/customers/c-7/link", {"channel": "telegram"})
    assert link["url"].startswith("https://t.me/AcmeFeedbackBot?start=")
    token = link["url"].partition("start=")[2]
    assert ask(site, ana, "i-0", id="c-7", telegram_chat_id=None)["reason"] == "no_endpoint"
    assert "/stop" in ana.deliver(ana.message(f"/start {token}"))["text"]
    assert ask(site, ana, "i-1", id="c-7", telegram_chat_id=None)["decision"] == "invite"
    assert len(ana.received()) == 1


def test_a_link_works_once_and_for_one(site: Installation, ana: TelegramHandset) -> None:
    token = site.call("POST", "/customers/c-7/link", {"channel": "telegram"})["url"].partition("start=")[2]
    ben = TelegramHandset(site, 2)
    ana.deliver(ana.message(f"/start {token}"))
    assert "/stop" in ana.deliver(ana.message(f"/start {token}"))["text"], "the same person may come again"
    assert "not valid" in ben.deliver(ben.message(f"/start {token}"))["text"]
    assert [row["address"] for row in site.rows(endpoints)] == [ana.chat]


def test_an_old_or_invented_link_is_none(site: Installation, ana: TelegramHandset) -> None:
    wish = {"channel": "telegram", "valid_for_s": 60}
    token = site.call("POST", "/customers/c-7/link", wish)["url"].partition("start=")[2]
    site.advance(timedelta(seconds=61))
    for each in (token, "invented"):
        assert "not valid" in ana.deliver(ana.message(f"/start {each}"))["text"]
    assert site.rows(endpoints) == []


def test_a_link_joins_who_was_known_apart(site: Installation, ana: TelegramHandset) -> None:
    ask(site, ana, "i-1", id="c-1")
    token = site.call("POST", "/customers/c-7/link", {"channel": "telegram"})["url"].partition("start=")[2]
    ana.deliver(ana.message(f"/start {token}"))
    assert len(site.rows(customers)) == 1, "the chat is one person's, whatever the caller's systems call that person"


def test_a_channel_without_links_says_so(site: Installation) -> None:
    headers = {"Authorization": f"Bearer {site.key}", "Content-Type": "application/json"}
    answer = site.http.post("/api/v1/customers/c-7/link", json={"channel": "sms"}, headers=headers)
    assert answer.json is not None
    assert (answer.status_code, answer.json["code"]) == (409, "channel_off")


# --- pace -----------------------------------------------------------------------------------------------------------


def test_two_messages_to_one_chat_keep_their_distance(
    site: Installation, ana: TelegramHandset, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert TelegramBot.per_address > timedelta(seconds=1), "Telegram's own advice"
    monkeypatch.setattr(TelegramBot, "per_address", timedelta(seconds=60))  # longer than a slow machine needs
    ask(site, ana)
    ana.press(ana.shown()[0], "9")
    assert site.dispatcher.once() == 0, "the question left within this minute"
    site.advance(timedelta(seconds=61))
    assert site.dispatcher.once() == 1


def test_a_storm_of_429_loses_and_doubles_nothing(site: Installation) -> None:
    handsets = [TelegramHandset(site, number) for number in range(1, 31)]
    throttled = refused(429, "Too Many Requests: retry after 1", retry_after=1)
    site.telegram.fails = [throttled] * 40
    for number, handset in enumerate(handsets):
        hand_in(site, handset, f"i-{number}", id=f"c-{number}")
    site.ticker.once()
    for _ in range(400):
        site.dispatcher.once()
        site.advance(timedelta(seconds=2))
        site.wake_pace()
        if not site.rows(outbox, state="pending"):
            break
    assert {row["state"] for row in site.rows(outbox)} == {"sent"}
    assert [len(handset.received()) for handset in handsets] == [1] * 30
    assert len(site.telegram.calls("sendMessage")) == 70


def test_one_refusal_makes_everybody_wait(site: Installation) -> None:
    ana, ben = TelegramHandset(site, 1), TelegramHandset(site, 2)
    site.telegram.fails = [refused(429, "Too Many Requests: retry after 5", retry_after=5)]
    hand_in(site, ana, "i-1", id="c-1")
    site.ticker.once()
    assert site.dispatcher.once() == 1
    hand_in(site, ben, "i-2", id="c-2")
    site.ticker.once()
    assert site.dispatcher.once() == 0, "the whole bot was told to wait"
    site.advance(timedelta(seconds=6))
    assert site.dispatcher.once() == 0, "Telegram's clock is not moved by ours"
    site.wake_pace()
    assert site.dispatcher.once() == 2


def test_a_button_of_an_older_conversation_answers_nothing_in_the_new_one(
    site: Installation, ana: TelegramHandset
) -> None:
    ask(site, ana)
    old = ana.shown()[0]
    site.advance(timedelta(days=2))
    while site.ticker.once():
        site.deliver()
    ask(site, ana, "i-2")
    told = ana.press(old, "2")
    new = next(row for row in site.rows(conversations) if row["state"] == "score")
    assert (new["score"], told["text"]) == (None, "This question has been answered already.")
    ana.press(ana.shown()[-1], "9")
    assert {row["score"] for row in site.rows(conversations)} == {None, 9}
