"""The checker is checked: on a quiet day it finds nothing, and everything that is planted."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.chaos import checker, evidence, record
from tests.chaos.checker import check
from tests.chaos.evidence import Evidence, Script, Violation
from tests.chaos.quiet_day import ANA, CLEO, MARKS, QuietDay

Plant = Callable[[QuietDay], None]


def find(day: QuietDay) -> list[Violation]:
    return check(
        Script(customers=day.customers, marks=MARKS),
        Evidence(
            ledger=day.ledger,
            diary=day.diary,
            heard=day.heard,
            conversations=day.conversations,
            tickets=day.tickets,
            responses=day.responses,
        ),
    )


def thread(day: QuietDay, name: str) -> dict[str, Any]:
    return next(conversation for conversation in day.conversations if conversation["customer_id"] == name)


def accepted(day: QuietDay, phone: str) -> list[dict[str, Any]]:
    return [line for line in day.ledger if line["kind"] == "request" and line["message"]["to"] == phone]


def send_again(day: QuietDay, phone: str, body: str, sid: str = "SM-again", minutes: float = 1) -> None:
    at = datetime.fromisoformat(day.ledger[-1]["at"]) + timedelta(minutes=minutes)
    message = {"to": phone, "body": body, "sid": sid}
    line = {"seq": len(day.ledger) + 1, "at": at.isoformat(), "kind": "request", "method": "POST"}
    day.ledger.append(line | {"status": 500, "sid": sid, "message": message})


def say(day: QuietDay, name: str, words: str, sid: str) -> None:
    thread(day, name)["messages"].append(
        thread(day, name)["messages"][0] | {"text": words, "provider_id": sid, "direction": "out", "author": "bot"}
    )


def test_a_quiet_day_has_nothing_to_report() -> None:
    assert find(QuietDay()) == []


def test_whoever_was_cut_before_a_correction_keeps_the_first_score() -> None:
    day = QuietDay()
    finn = next(customer for customer in day.customers if customer["id"] == "finn")
    finn["expected"] |= {"score": 2}
    assert [violation.rule for violation in find(day)] == ["wrong answer"]
    finn["acts"][0] |= {"question": "score", "tap": "9"}
    assert find(day) == []


def lose_an_inbound(day: QuietDay) -> None:
    thread(day, "ana")["messages"].pop(3)


def double_an_inbound(day: QuietDay) -> None:
    thread(day, "ana")["messages"].append(copy.deepcopy(thread(day, "ana")["messages"][1]))


def lose_a_form(day: QuietDay) -> None:
    thread(day, "ben")["messages"].pop(1)


def lose_the_reason(day: QuietDay) -> None:
    thread(day, "ana")["reason"] = None


def misread_the_score(day: QuietDay) -> None:
    thread(day, "ana")["score"] = 5


def forget_an_acknowledgement(day: QuietDay) -> None:
    for line in day.ledger:
        if line["kind"] == "webhook" and line["what"] == "inbound":
            line["status"] = None


def ask_twice_and_track_it(day: QuietDay) -> None:
    send_again(day, ANA, "[1] How likely?")
    say(day, "ana", "[1] How likely?", "SM-again")


def ask_twice_on_the_page(day: QuietDay) -> None:
    say(day, "ben", "[2] Why?", "page-again")


def resend_blindly(day: QuietDay) -> None:
    send_again(day, ANA, "Thank you")


def never_ask(day: QuietDay) -> None:
    day.ledger = [line for line in day.ledger if line.get("sid") != accepted(day, ANA)[0]["sid"]]


def lose_the_ticket(day: QuietDay) -> None:
    day.tickets.clear()


def double_the_ticket(day: QuietDay) -> None:
    day.tickets.append(day.tickets[0] | {"id": "t-again"})


def open_a_needless_ticket(day: QuietDay) -> None:
    day.tickets.append({"id": "t-ben", "conversation_id": "c-ben", "reason": "reply_after_close", "score": 9})


def write_after_stop(day: QuietDay) -> None:
    send_again(day, CLEO, "[3] What?")
    say(day, "cleo", "[3] What?", "SM-again")


def confirm_stop_twice(day: QuietDay) -> None:
    send_again(day, CLEO, "You will get no more messages")
    say(day, "cleo", "You will get no more messages", "SM-again")


def invite_after_stop(day: QuietDay) -> None:
    day.heard["i-cleo-return"] = {"decision": "invite", "reason": None}


def invite_within_fatigue(day: QuietDay) -> None:
    day.heard["i-ana-echo"] = {"decision": "invite", "reason": None}


def begin_a_second_conversation(day: QuietDay) -> None:
    second = copy.deepcopy(thread(day, "ana")) | {"id": "c-ana-2", "interaction_id": "i-ana-echo", "messages": []}
    day.conversations.append(second)


def swap_two_messages(day: QuietDay) -> None:
    first, second = accepted(day, ANA)[1:3]
    first["sid"], second["sid"] = second["sid"], first["sid"]
    first["message"], second["message"] = second["message"], first["message"]


def leave_it_waiting(day: QuietDay) -> None:
    thread(day, "ben")["state"] = "reason"


def leave_a_message_queued(day: QuietDay) -> None:
    day.ledger = [line for line in day.ledger if line.get("sid") != accepted(day, ANA)[-1]["sid"]]
    thread(day, "ana")["messages"][-1] |= {"delivery": "queued", "provider_id": None}


def give_a_message_up(day: QuietDay) -> None:
    thread(day, "ana")["messages"][-1]["delivery"] = "failed"


def fall_back_to_sent(day: QuietDay) -> None:
    thread(day, "ana")["messages"][0]["delivery"] = "sent"


def claim_a_send(day: QuietDay) -> None:
    say(day, "ana", "Anything else?", "SM-never")


def lose_an_interaction(day: QuietDay) -> None:
    del day.heard["i-dov"]


def ask_without_consent(day: QuietDay) -> None:
    day.conversations.append(copy.deepcopy(thread(day, "ben")) | {"id": "c-dov", "interaction_id": "i-dov"})


def lose_a_response(day: QuietDay) -> None:
    day.responses = [row for row in day.responses if row["conversation_id"] != "c-ana"]


def tell_another_figure(day: QuietDay) -> None:
    day.responses[0]["score"] = 10


def write_to_a_stranger(day: QuietDay) -> None:
    send_again(day, "+31699999999", "[1] How likely?")


def stop_halfway(day: QuietDay) -> None:
    day.diary.pop(2)


def meta_line(day: QuietDay, number: int) -> dict[str, Any]:
    return [line for line in day.ledger if line["kind"] == "whatsapp_request"][number]


def send_on_whatsapp_again(day: QuietDay) -> None:
    line = copy.deepcopy(meta_line(day, 1))
    line["message"]["id"] = "wamid.again"
    day.ledger.append(line)


def let_the_bot_talk_on(day: QuietDay) -> None:
    send_on_whatsapp_again(day)
    day.ledger[-1]["message"] |= {"body": "[3] What?", "tracker": "out-late"}
    day.ledger[-1]["at"] = (datetime.fromisoformat(day.ledger[-1]["at"]) + timedelta(minutes=5)).isoformat()
    say(day, "eva", "[3] What?", "wamid.again")


def lose_the_reply_of_a_person(day: QuietDay) -> None:
    day.ledger.remove(meta_line(day, 2))


def lose_a_batched_text(day: QuietDay) -> None:
    thread(day, "eva")["messages"].pop(-1)


def fall_back_on_whatsapp(day: QuietDay) -> None:
    thread(day, "eva")["messages"][0]["delivery"] = "sent"


def not_know_on_whatsapp(day: QuietDay) -> None:
    thread(day, "eva")["messages"][2]["delivery"] = "unknown"


def take_an_update_twice(day: QuietDay) -> None:
    thread(day, "finn")["messages"].append(copy.deepcopy(thread(day, "finn")["messages"][1]))


def repeat_what_is_in_doubt(day: QuietDay) -> None:
    line = [line for line in day.ledger if line["kind"] == "telegram_call"][1]
    day.ledger.append(line | {"message_id": 999})


def misread_who_was_cut_short(day: QuietDay) -> None:
    thread(day, "finn")["score"] = 3


def cut_short_without_a_doubt(day: QuietDay) -> None:
    thread(day, "finn")["messages"][-1] |= {"delivery": "delivered", "provider_id": "500110006:998"}
    thread(day, "finn")["messages"][2] |= {"delivery": "delivered", "provider_id": "500110006:997"}


@pytest.mark.parametrize(
    ("plant", "rule", "who"),
    [
        (lose_an_inbound, "answer lost", "ana"),
        (double_an_inbound, "answer doubled", "ana"),
        (lose_a_form, "answer lost", "ben"),
        (lose_the_reason, "answer lost", "ana"),
        (misread_the_score, "wrong answer", "ana"),
        (forget_an_acknowledgement, "never acknowledged", "ana"),
        (ask_twice_and_track_it, "asked twice", "ana"),
        (ask_twice_on_the_page, "asked twice", "ben"),
        (resend_blindly, "sent twice or untracked", "ana"),
        (never_ask, "never asked", "ana"),
        (lose_the_ticket, "detractor without ticket", "ana"),
        (double_the_ticket, "ticket doubled", "ana"),
        (open_a_needless_ticket, "wrong ticket", "ben"),
        (write_after_stop, "sent after STOP", "cleo"),
        (confirm_stop_twice, "sent after STOP", "cleo"),
        (invite_after_stop, "wrong decision", "cleo"),
        (invite_within_fatigue, "invited within fatigue", "ana"),
        (begin_a_second_conversation, "invited within fatigue", "ana"),
        (swap_two_messages, "out of order", "ana"),
        (leave_it_waiting, "stuck", "ben"),
        (leave_a_message_queued, "stuck", "ana"),
        (give_a_message_up, "gave up", "ana"),
        (fall_back_to_sent, "status fell back", "ana"),
        (claim_a_send, "claimed but not sent", "ana"),
        (lose_an_interaction, "interaction lost", "dov"),
        (ask_without_consent, "wrong decision", "dov"),
        (lose_a_response, "response lost or doubled", "ana"),
        (tell_another_figure, "response differs", "ana"),
        (write_to_a_stranger, "stranger", "+31699999999"),
        (stop_halfway, "script cut short", "ana"),
        (send_on_whatsapp_again, "sent twice or untracked", "eva"),
        (let_the_bot_talk_on, "bot spoke after claim", "eva"),
        (lose_the_reply_of_a_person, "reply lost or doubled", "eva"),
        (lose_a_batched_text, "answer lost", "eva"),
        (fall_back_on_whatsapp, "status fell back", "eva"),
        (not_know_on_whatsapp, "stuck", "eva"),
        (take_an_update_twice, "answer doubled", "finn"),
        (repeat_what_is_in_doubt, "sent twice or untracked", "finn"),
        (misread_who_was_cut_short, "wrong answer", "finn"),
        (cut_short_without_a_doubt, "script cut short", "finn"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_what_is_planted_is_found(plant: Plant, rule: str, who: str) -> None:
    day = QuietDay()
    plant(day)
    assert (rule, who) in {(violation.rule, violation.who) for violation in find(day)}


def test_a_send_under_way_when_stop_came_is_forgiven() -> None:
    day = QuietDay()
    stopped = next(line for line in day.ledger if line["kind"] == "text" and line["body"].startswith("stop"))
    send_again(day, CLEO, "[3] What?")
    at = datetime.fromisoformat(stopped["at"]) + timedelta(seconds=21)
    day.ledger[-1]["at"] = at.isoformat()
    day.ledger.sort(key=lambda line: str(line["at"]))
    assert "sent after STOP" not in {violation.rule for violation in find(day)}


def test_it_shares_no_code_with_what_it_checks() -> None:
    parts = [Path(module.__file__ or "") for module in (checker, evidence, record)]
    source = "".join(part.read_text(encoding="utf-8") for part in parts)
    for package in ("zeroten", "common", "bots", "api", "console", "ivr", "sandbox"):
        assert f"import {package}" not in source
        assert f"from {package}" not in source
