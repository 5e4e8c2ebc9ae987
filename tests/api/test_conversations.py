"""What came out: conversations, and responses as rows."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from sqlalchemy import update

from common import clock
from common.exports import original
from common.store.schema import conversations
from tests.api.world import World

CONVERSATION = {
    "id",
    "invitation_id",
    "interaction_id",
    "customer_id",
    "channel",
    "locale",
    "state",
    "outcome",
    "score",
    "band",
    "reason",
    "aspect",
    "ticket_id",
    "survey",
    "messages",
    "events",
}
MESSAGE = {"id", "at", "direction", "author", "kind", "text", "provider_id", "delivery"}
RESPONSE = [
    "conversation_id",
    "invitation_id",
    "interaction_id",
    "customer_id",
    "at",
    "channel",
    "survey",
    "kind",
    "direction",
    "agent",
    "team",
    "topic",
    "score",
    "band",
    "reason",
    "aspect",
    "outcome",
    "locale",
]


def test_a_conversation_with_its_thread(world: World) -> None:
    conversation_id = world.answered("9", "Quick and kind")
    shown = world.get(f"/conversations/{conversation_id}")
    assert set(shown) == CONVERSATION
    assert (shown["score"], shown["band"], shown["reason"]) == (9, "promoter", "Quick and kind")
    assert (shown["state"], shown["outcome"], shown["ticket_id"]) == ("aspect", None, None)
    assert shown["survey"] == {"key": "support", "version": 1}
    assert [message["direction"] for message in shown["messages"]] == ["out", "in", "out", "in", "out"]
    assert all(set(message) == MESSAGE for message in shown["messages"])
    assert all(set(event) == {"at", "name", "data"} for event in shown["events"])
    invitation = world.get(f"/invitations/{shown['invitation_id']}")
    assert (invitation["status"], invitation["conversation_id"]) == ("answered", conversation_id)
    assert world.call("GET", "/conversations/nobody").status_code == 404


def test_conversations_are_found(world: World) -> None:
    first = world.get(f"/conversations/{world.answered('9')}")
    second = world.get(f"/conversations/{world.answered('STOP', channel='whatsapp')}")

    def found(**query: str) -> list[str]:
        page = world.get("/conversations?" + urlencode(query))
        assert all(set(row) == CONVERSATION for row in page["data"])
        return [row["id"] for row in page["data"]]

    assert found() == [second["id"], first["id"]]
    assert found(customer_id=first["customer_id"]) == [first["id"]]
    assert found(interaction_id=second["interaction_id"]) == [second["id"]]
    assert found(invitation_id=second["invitation_id"]) == [second["id"]]
    assert found(channel="sms") == [first["id"]]
    assert found(state="closed") == [second["id"]]
    assert found(state="closed", channel="sms") == []
    assert found(customer_id="nobody") == []


def _rows(world: World, **query: Any) -> list[dict[str, Any]]:
    return list(world.get("/responses?" + urlencode(query))["data"])


def test_a_response_is_a_conversation_with_an_answer(world: World) -> None:
    world.answered()
    world.answered("STOP")
    world.answered("hm")
    answered = world.answered("6", "Slow")
    (row,) = _rows(world)
    assert list(row) == RESPONSE
    assert row["conversation_id"] == answered
    assert (row["score"], row["band"], row["reason"], row["outcome"]) == (6, "detractor", "Slow", None)
    assert (row["survey"], row["kind"], row["direction"]) == ("support", "transactional", "inbound")
    assert (row["agent"], row["team"], row["topic"], row["locale"]) == ("a-7", "billing", "invoice", "en")


def test_responses_are_filtered(world: World) -> None:
    low = world.answered("2", agent={"id": "a-1", "name": "Mia", "team": "sales"}, topic="price")
    high = world.answered("10", channel="whatsapp")
    at = next(row["at"] for row in _rows(world) if row["conversation_id"] == low)
    later = (clock.now() + timedelta(hours=1)).isoformat()

    def found(**query: str) -> set[str]:
        return {row["conversation_id"] for row in _rows(world, **query)}

    assert found() == {low, high}
    assert found(band="detractor") == found(team="sales") == found(topic="price") == {low}
    assert found(agent="a-1") == found(agent="Mia") == {low}
    assert found(channel="whatsapp") == {high}
    assert found(survey="support", kind="transactional", direction="inbound") == {low, high}
    assert found(kind="relational") == found(direction="outbound") == found(survey="x") == set()
    assert found(**{"from": at}) == {low, high}
    assert found(to=at) == set()
    assert found(**{"from": later}) == set()
    assert found(**{"from": "2020-01-01", "to": later}) == {low, high}
    assert world.call("GET", f"/responses?from={at}").status_code == 200  # an unescaped plus
    wrong = ("from=yesterday", "from=2026-01-01T00:00:00", "band=angry", "kind=x", "to=", f"topic={quote(chr(0))}")
    for query in wrong:
        assert world.call("GET", f"/responses?{query}").status_code == 422, query


def test_pages_are_stable_while_answers_come_in(world: World) -> None:
    made = {world.answered(str(number % 11)) for number in range(7)}
    same = clock.now()
    with world.services.store.database.write() as connection:  # several in one instant: the id decides
        connection.execute(update(conversations).values(answered_at=same))
    found: list[str] = []
    cursor = ""
    while cursor is not None:
        page = world.get(f"/responses?limit=2{cursor and f'&cursor={cursor}'}")
        found += [row["conversation_id"] for row in page["data"]]
        cursor = page["next_cursor"]
        world.answered("5")
    assert len(found) == len(set(found))
    assert set(found) == made


NASTY = [
    '=HYPERLINK("http://evil","x")',
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "\t=1",
    " =1+1",
    '"=1',
    "＝1+1",
    "'=1",
    "plain, with comma",
    'quotes "inside"',
    "two\nlines",
    "semi;=1+1",
    "+49 170 1234567",
    "'quoted'",
    "Grüße 👩‍👩‍👧 \u202edrawkcab",
]


def test_csv_holds_no_formula_and_loses_nothing(world: World) -> None:
    said = {}
    for text in NASTY:
        said[world.answered("3")] = text
    with world.services.store.database.write() as connection:
        for key, text in said.items():
            connection.execute(update(conversations).where(conversations.c.id == key).values(reason=text))
    response = world.call("GET", "/responses", headers={"Accept": "text/csv"})
    assert response.content_type.startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(response.text, newline="")))
    assert list(rows[0]) == RESPONSE
    assert {row["conversation_id"]: original(row["reason"]) for row in rows} == said
    for row in rows:
        cell = row["reason"]
        assert cell.lstrip(" \"'\t")[:1] not in "=@-＝" or cell.startswith("'")
        assert cell[:1] != "+" or cell == "+49 170 1234567"
    assert rows[0]["score"] == "3"
    assert rows[0]["aspect"] == ""


def test_csv_in_pages(world: World) -> None:
    for _ in range(3):
        world.answered("3")
    first = world.call("GET", "/responses?limit=2", headers={"Accept": "text/csv"})
    assert len(first.text.splitlines()) == 3
    cursor = first.headers["Next-Cursor"]
    last = world.call("GET", f"/responses?limit=2&cursor={cursor}", headers={"Accept": "text/csv"})
    assert len(last.text.splitlines()) == 2
    assert "Next-Cursor" not in last.headers
    assert world.call("GET", "/responses", headers={"Accept": "text/html"}).content_type == "application/json"


ODD = ["👍🏽", "مرحبا", "e\u0301", "Z̸̛͎" * 50, "a\u200bb", "\u202edrawkcab", "𝔘𝔫𝔦", "'; DROP TABLE messages; --"]


def test_words_come_back_as_they_were_said(world: World, subtests: pytest.Subtests) -> None:
    for text in ODD:
        with subtests.test(ascii(text)[:40]):
            shown = world.get(f"/conversations/{world.answered('3', text)}")
            assert text in [message["text"] for message in shown["messages"]]


def test_opting_out_counts_for_the_person(world: World) -> None:
    case = world.unhappy()
    path = f"/customers/{case.customer_id}/opt-out"
    out = world.put(path)
    assert out.status_code == 200, out.text
    assert (out.json["opted_out"], out.json["source"], out.json["customer_id"]) == (True, "api", case.customer_id)
    number = int(case.customer_id.removeprefix("c-"))
    refused = world.post("/interactions", world.interaction(number, id="next"))
    assert (refused.json["decision"], refused.json["reason"]) == ("suppress", "opt_out")
    again = world.put(path, {"opted_out": True, "source": "crm"})
    assert again.json["opted_out_at"] == out.json["opted_out_at"]
    back = world.put(path, {"opted_out": False, "source": "crm"})
    assert (back.json["opted_out"], back.json["opted_out_at"]) == (False, None)
    assert world.put("/customers/nobody/opt-out").status_code == 404
    assert world.put(path, {"opted_out": "yes"}).status_code == 422
    assert world.put(path, {}).json["opted_out"] is True
