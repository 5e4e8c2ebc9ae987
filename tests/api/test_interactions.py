"""Interactions in: one decision, repeats, re-opening, batches."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

from tests.api.world import World


def test_an_interaction_is_decided_once(world: World) -> None:
    body = world.interaction()
    first = world.post("/interactions", body)
    assert first.status_code == 201
    assert set(first.json) == {"interaction_id", "decision", "reason", "explanation", "invitation"}
    assert first.json["interaction_id"] == body["id"]
    assert (first.json["decision"], first.json["reason"]) == ("invite", None)
    assert set(first.json["invitation"]) >= {"id", "channel", "status", "send_at"}
    again = world.post("/interactions", body)
    assert (again.status_code, again.json) == (200, first.json)
    other = world.post("/interactions", body | {"topic": "delivery"})
    assert other.status_code == 409
    assert other.json["status"] == 409


def test_a_suppressed_one_says_why(world: World) -> None:
    answer = world.post("/interactions", world.interaction(customer={"consent": False})).json
    assert (answer["decision"], answer["reason"], answer["invitation"]) == ("suppress", "no_consent", None)
    assert answer["explanation"]


def test_sixty_four_at_once_of_one_person_make_one_invitation(world: World) -> None:
    world.put("/surveys/support", {"brand": "Acme", "quiet_hours": None, "fatigue_days": 60})
    bodies = [world.interaction(1, id=f"call-{number}") for number in range(64)]
    answers: list[Any] = []
    gate = threading.Barrier(64)

    def send(body: dict[str, Any]) -> None:
        gate.wait()
        answers.append(world.post("/interactions", body))

    threads = [threading.Thread(target=send, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {201}
    assert sum(answer.json["decision"] == "invite" for answer in answers) == 1


def test_the_same_interaction_at_once_is_one(world: World) -> None:
    body = world.interaction()
    answers: list[Any] = []
    gate = threading.Barrier(16)

    def send() -> None:
        gate.wait()
        answers.append(world.post("/interactions", body))

    threads = [threading.Thread(target=send) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [200] * 15 + [201]
    assert len({json.dumps(answer.json, sort_keys=True) for answer in answers}) == 1


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("id", {"id": ""}),
    ("id", {"id": "x" * 256}),
    ("id", {"id": "a\nb"}),
    ("id", {"id": 7}),
    ("channel", {"channel": "fax"}),
    ("channel", {"channel": None}),
    ("direction", {"direction": "sideways"}),
    ("ended_at", {"ended_at": "2026-11-22T10:04:00"}),
    ("ended_at", {"ended_at": "2026-11-22"}),
    ("ended_at", {"ended_at": "2026-02-30T10:04:00Z"}),
    ("ended_at", {"ended_at": "0001-01-01T00:00:00+14:00"}),
    ("ended_at", {"ended_at": "9999-12-31T23:59:59-14:00"}),
    ("ended_at", {"ended_at": 1795000000}),
    ("ended_at", {"ended_at": "2026-11-22T10:04:00+99:00"}),
    ("duration_s", {"duration_s": -1}),
    ("duration_s", {"duration_s": "312"}),
    ("duration_s", {"duration_s": 10**30}),
    ("customer", {"customer": None}),
    ("customer.locale", {"customer": {"id": "c", "locale": "not a locale"}}),
    ("customer.timezone", {"customer": {"id": "c", "timezone": "Mars/Phobos"}}),
    ("customer.timezone", {"customer": {"id": "c", "timezone": "../../etc/passwd"}}),
    ("customer.consent", {"customer": {"id": "c", "consent": "yes"}}),
    ("customer.id", {"customer": {"name": "Ana"}}),
    ("customer.email", {"customer": {"id": "c", "email": "a@b.c"}}),
    ("agent.id", {"agent": {"id": 7}}),
    ("attributes", {"attributes": []}),
    ("survey", {"survey": "nowhere"}),
    ("surprise", {"surprise": 1}),
]


def test_a_wrong_field_is_named(world: World, subtests: pytest.Subtests) -> None:
    for field, change in WRONG:
        with subtests.test(str(change)[:80]):
            body = {**world.interaction(), **change}
            response = world.post("/interactions", body)
            assert response.status_code == 422, response.text
            assert response.content_type == "application/problem+json"
            assert any(error["field"].startswith(field) for error in response.json["errors"]), response.json
            assert response.json["errors"][0]["pointer"].startswith("#/")
            assert world.call("GET", f"/interactions/{body['id'] or 'x'}/decision").status_code == 404


def test_what_is_left_out(world: World) -> None:
    body = world.interaction()
    for name in ("direction", "outcome", "agent", "topic", "reference", "attributes"):
        del body[name]
    assert world.post("/interactions", body).status_code == 201
    for name in ("id", "channel", "ended_at", "customer"):
        missing = {key: value for key, value in world.interaction().items() if key != name}
        response = world.post("/interactions", missing)
        assert (response.status_code, response.json["errors"][0]["field"]) == (422, name)


def test_reopening_cancels_what_has_not_been_sent(world: World) -> None:
    body = world.interaction(id="call/with a slash?#")
    invitation = world.post("/interactions", body).json["invitation"]
    path = "/interactions/call%2Fwith%20a%20slash%3F%23"
    reopened = world.post(f"{path}/reopen")
    assert (reopened.status_code, reopened.json["cancelled"]) == (200, True)
    assert world.post(f"{path}/reopen").json["cancelled"] is False
    assert world.get(f"{path}/decision")["decision"] == "invite"
    shown = world.get(f"/invitations/{invitation['id']}")
    assert (shown["status"], shown["interaction_id"], shown["customer_id"]) == (
        "cancelled",
        body["id"],
        body["customer"]["id"],
    )
    assert world.post("/interactions/nobody/reopen").status_code == 404
    assert world.call("GET", "/invitations/nobody").status_code == 404


# --- batches ----------------------------------------------------------------------------------------------------------


def _batch(world: World, lines: list[Any], **options: Any) -> Any:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    return world.post("/interactions/batch", data=text.encode(), content_type="application/jsonl", **options)


def test_one_wrong_line_spoils_no_other(world: World) -> None:
    good, known = world.interaction(), world.interaction()
    world.post("/interactions", known)
    response = _batch(
        world, [good, "", "{", known, known | {"topic": "x"}, world.interaction(channel="fax"), '"text"', "[1]", good]
    )
    assert response.status_code == 200, response.text
    found = {result["line"]: result["status"] for result in response.json["data"]}
    assert found == {1: 201, 3: 400, 4: 200, 5: 409, 6: 422, 7: 422, 8: 422, 9: 200}
    assert (response.json["accepted"], response.json["rejected"]) == (3, 5)
    assert response.json["data"][4]["problem"]["errors"][0]["field"] == "channel"
    assert response.json["data"][0]["decision"] == "invite"


def test_a_batch_answers_in_lines_too(world: World) -> None:
    response = _batch(world, [world.interaction(), "{"], headers={"Accept": "application/jsonl"})
    results = [json.loads(line) for line in response.text.splitlines()]
    assert [(result["line"], result["status"]) for result in results] == [(1, 201), (2, 400)]


def test_a_repeated_batch_gets_the_first_answer(world: World) -> None:
    lines = [world.interaction() for _ in range(60)]
    first = _batch(world, lines, once="b-1")
    again = _batch(world, lines, once="b-1")
    assert first.json["accepted"] == 60
    assert again.json == first.json
    assert again.headers["Idempotency-Replayed"] == "true"
    assert _batch(world, lines[:-1], once="b-1").status_code == 409
    assert {result["status"] for result in _batch(world, lines).json["data"]} == {200}
