"""`Idempotency-Key`: a request that is repeated does its work once."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import func, select

from common.store.schema import idempotency_keys, interactions, messages
from tests.api.world import World


def test_the_first_answer_comes_again(world: World) -> None:
    body = world.interaction()
    first = world.post("/interactions", body, once="k-1")
    again = world.post("/interactions", body, once="k-1")
    assert (first.status_code, again.status_code) == (201, 201)  # not 200: it is the first answer
    assert again.json == first.json
    assert again.headers["Idempotency-Replayed"] == "true"
    reordered = dict(reversed(list(body.items())))
    assert world.post("/interactions", reordered, once="k-1").status_code == 201
    other = world.post("/interactions", body | {"topic": "x"}, once="k-1")
    assert (other.status_code, other.json["code"]) == (409, "idempotency_key_reused")


def test_a_key_belongs_to_one_request_of_one_actor(world: World) -> None:
    body = world.interaction()
    world.post("/interactions", body, once="k-1")
    assert world.post(f"/interactions/{body['id']}/reopen", once="k-1").status_code == 409
    assert world.post("/interactions", world.interaction(), once="k-1", key="intake").status_code == 201


def test_an_answer_that_says_no_is_an_answer(world: World) -> None:
    case = world.unhappy()
    path = f"/tickets/{case.ticket_id}"
    world.post(f"{path}/claim", key="supervisor")
    refused = world.post(f"{path}/claim", once="k-1")
    assert refused.status_code == 409
    world.post(f"{path}/release", key="supervisor")
    again = world.post(f"{path}/claim", once="k-1")
    assert (again.status_code, again.json) == (409, refused.json)
    assert again.content_type == "application/problem+json"
    assert world.post(f"{path}/claim", once="k-2").status_code == 200


def test_a_refused_body_leaves_the_key_free(world: World) -> None:
    body = world.interaction(survey="not yet")
    assert world.post("/interactions", body, once="k-1").status_code == 422
    assert world.post("/interactions", world.interaction(), once="k-1").status_code == 201
    with world.services.store.read() as connection:
        assert connection.execute(select(func.count()).select_from(idempotency_keys)).scalar_one() == 1


def test_many_at_once_do_it_once(world: World) -> None:
    case = world.unhappy()
    world.post(f"/tickets/{case.ticket_id}/claim")
    answers: list[Any] = []
    gate = threading.Barrier(16)

    def reply() -> None:
        gate.wait()
        answers.append(world.post(f"/tickets/{case.ticket_id}/reply", {"text": "Sorry"}, once="k-1"))

    threads = [threading.Thread(target=reply) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(answer.status_code for answer in answers) == {200: 16}
    assert len({answer.json["message"]["id"] for answer in answers}) == 1
    with world.services.store.read() as connection:
        written = select(func.count()).select_from(messages).where(messages.c.author == "user")
        assert connection.execute(written).scalar_one() == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_no_key(world: World) -> None:
    for key in ("", "x" * 256, "é", "tab\tin it"):
        response = world.post("/interactions", world.interaction(), once=key)
        assert (response.status_code, response.json["errors"][0]["field"]) == (422, "Idempotency-Key"), key
    with world.services.store.read() as connection:
        assert connection.execute(select(func.count()).select_from(interactions)).scalar_one() == 0


def test_a_put_too(world: World) -> None:
    first = world.put("/surveys/other", {"brand": "One"}, once="k-1")
    world.put("/surveys/other", {"brand": "Two"})
    again = world.put("/surveys/other", {"brand": "One"}, once="k-1")
    assert (again.status_code, again.json) == (201, first.json)
    assert world.get("/surveys/other")["brand"] == "Two"
