"""Forms on WhatsApp through the whole product, on both databases: everything in one turn, and never a lost question."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from common import clock
from common.reconcile import reconcile
from common.store.schema import alerts, answers, approvals, events, inbound, messages, outbox, quarantine, tickets
from tests.channels.whatsapp_harness import an_error
from tests.integration.installation import Installation, an_installation
from tests.integration.test_whatsapp import SURVEY, Person, a_change, a_post, somebody

FLOW = "1234567890"


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Iterator[Installation]:
    with an_installation(database_url, tmp_path) as made:
        body = {**SURVEY, "forms": {"whatsapp": {"en": FLOW}}}
        assert made.call("PUT", "/surveys/support", body)["forms"] == {"whatsapp": {"en": FLOW}}
        yield made


def shown_flow(site: Installation) -> Mapping[str, Any]:
    """The parameters of the newest message with a Flow."""
    action = [each for each in site.taken if each.get("interactive", {}).get("type") == "flow"][-1]
    parameters: Mapping[str, Any] = action["interactive"]["action"]["parameters"]
    return parameters


def a_form(token: str, **fields: Any) -> dict[str, Any]:
    reply = {"name": "flow", "body": "Sent", "response_json": json.dumps({"flow_token": token, **fields})}
    return {"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": reply}}


def fills(person: Person, token: str, **fields: Any) -> None:
    """The customer sends the form that has this token."""
    item = {**person.message(""), **a_form(token, **fields)}
    person.site.meta_calls(a_post(a_change(messages=[{key: value for key, value in item.items() if key != "text"}])))


def asked(site: Installation, number: int = 1, **customer: Any) -> tuple[Person, str]:
    """Somebody who has written just now, and was asked with the form."""
    person = somebody(site, number)
    person.writes("Thanks")
    return person, person.is_asked(**customer)


def test_one_form_is_one_turn_however_often_it_comes(site: Installation) -> None:
    person, key = asked(site)
    flow = shown_flow(site)
    assert flow["flow_id"] == FLOW
    item = {**person.message(""), **a_form(flow["flow_token"], score="3", reason="Waited an hour", aspect="wait_time")}
    payload = a_post(a_change(messages=[item]))
    threads = [threading.Thread(target=site.meta_calls, args=(payload,)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    shown = person.shown(key)
    got = {name: shown[name] for name in ("state", "outcome", "score", "band", "reason", "aspect")}
    assert got == {
        "state": "closed",
        "outcome": "complete",
        "score": 3,
        "band": "detractor",
        "reason": "Waited an hour",
        "aspect": "wait_time",
    }
    (ticket,) = site.rows(tickets)
    assert (ticket["reason"], ticket["status"], shown["ticket_id"]) == ("detractor", "open", ticket["id"])
    assert len(site.rows(answers)) == 3
    said = [message["text"] for message in shown["messages"]]
    assert said[1] == "3 · Waiting time\nWaited an hour"
    assert len(said) == 3  # the question, the form, and the closing that promises a person
    replied = [event for event in site.rows(events) if event["name"] == "replied"]
    assert len(replied) == 1
    assert len(site.rows(inbound)) == 2
    assert site.services.store.write(lambda connection: reconcile(connection, site.services.turns)) == 0


def test_a_form_of_an_earlier_conversation_answers_nothing(site: Installation) -> None:
    person, first = asked(site)
    token = shown_flow(site)["flow_token"]
    person.writes("9")
    fills(person, token, score="2", reason="Not from here")
    assert person.shown(first)["score"] == 9
    second = person.is_asked()
    fills(person, token, score="1", reason="Not from here")
    assert person.shown(second)["state"] == "score"
    person.writes("8")
    assert person.shown(second)["score"] == 8
    assert person.shown(first)["score"] == 9


def test_what_is_no_answer_is_asked_again_and_costs_nothing(site: Installation) -> None:
    person, key = asked(site)
    token = shown_flow(site)["flow_token"]
    for fields in ({"score": "11", "reason": "Waited an hour"}, {"score": 7.5}):
        fills(person, token, **fields)
        assert person.shown(key)["score"] is None
    person.writes("6")
    shown = person.shown(key)
    assert (shown["score"], shown["state"]) == (6, "reason")
    lists = [each for each in site.taken if each.get("interactive", {}).get("type") == "list"]
    assert len(lists) == 4  # each time it is asked again with two lists
    site.meta_calls(a_post(a_change(messages=[{**person.message(""), **a_form("zt:score:x", score="0")}])))
    assert len(site.rows(quarantine)) == 1
    assert person.shown(key)["score"] == 6


def test_without_a_form_in_the_customers_language_the_number_is_typed(site: Installation) -> None:
    person, key = asked(site, locale="nl")
    assert [each["type"] for each in site.taken] == ["text"]
    person.writes("9")
    assert person.shown(key)["score"] == 9


def test_outside_the_window_a_template_asks_as_ever(site: Installation) -> None:
    now = clock.now()
    name, components = "interaction_invitation", [{"type": "BODY", "text": "How likely? Reply with a number."}]
    row: dict[str, Any] = {
        "channel": "whatsapp",
        "name": name,
        "language": "en",
        "approval": "approved",
        "category": "utility",
    }
    row |= {"asked": "utility", "provider_id": "1", "components": components, "edits": [], "changed_at": now}
    site.services.store.write(lambda connection: connection.execute(insert(approvals).values(**row)))
    person = somebody(site, 7)
    person.writes("Thanks")
    site.advance(timedelta(hours=30))
    key = person.is_asked()
    assert [each["type"] for each in site.taken] == ["template"]
    person.writes("9")
    assert person.shown(key)["score"] == 9


@pytest.mark.parametrize(("code", "status"), [(132068, 400), (132069, 400), (131009, 400), (100, 400)])
def test_a_form_that_is_refused_is_asked_in_words_with_one_alert(site: Installation, code: int, status: int) -> None:
    people = []
    for number in range(3):
        person = somebody(site, number)
        person.writes("Thanks")
        site.next_answers = [an_error(status, code)]
        people.append((person, person.is_asked()))
    assert [each["type"] for each in site.taken] == ["text"] * 3
    assert {row["state"] for row in site.rows(outbox)} == {"sent"}
    (alert,) = site.rows(alerts)
    assert (alert["kind"], alert["subject"], alert["times"]) == ("form_refused", f"whatsapp {FLOW}", 3)
    assert alert["facts"]["code"] == str(code)
    for person, key in people:
        person.writes("9")
        shown = person.shown(key)
        assert (shown["score"], shown["messages"][0]["delivery"]) == (9, "queued")


def test_a_form_that_fails_after_it_was_taken_is_asked_in_words(site: Installation) -> None:
    person, key = asked(site)
    (row,) = site.rows(outbox)
    failed = {"id": row["provider_id"], "status": "failed", "timestamp": "1", "errors": [{"code": 132068}]}
    for _ in range(2):  # news may come twice
        site.meta_calls(a_post(a_change(statuses=[failed])))
        site.deliver()
    assert [each["type"] for each in site.taken] == ["interactive", "text"]
    (alert,) = site.rows(alerts)
    assert alert["times"] == 1
    late = {**failed, "status": "sent", "biz_opaque_callback_data": row["id"]}
    site.meta_calls(a_post(a_change(statuses=[late])))
    person.writes("4")
    shown = person.shown(key)
    assert (shown["score"], shown["state"]) == (4, "reason")


def test_a_question_that_was_answered_meanwhile_is_not_asked_again(site: Installation) -> None:
    person, key = asked(site)
    (row,) = site.rows(outbox)
    person.writes("9")
    failed = {"id": row["provider_id"], "status": "failed", "timestamp": "1", "errors": [{"code": 132068}]}
    site.meta_calls(a_post(a_change(statuses=[failed])))
    shown = person.shown(key)
    assert (shown["score"], shown["state"]) == (9, "reason")
    assert len(site.rows(messages, prompt="score", direction="out")) == 1
    assert site.rows(outbox, id=row["id"])[0]["state"] == "cancelled"
