"""The queue by the API: passing tickets on, handing threads back, and what nobody else may do."""

from __future__ import annotations

import os
import threading
from collections import Counter

import pytest
from sqlalchemy import select

from common.actors import Role
from common.store.schema import conversations, events, outbox, tickets
from tests.api.world import World

ROUNDS = int(os.environ.get("ZEROTEN_CLAIM_ROUNDS", "4"))
"""200 have been seen to pass on both databases; four are enough to notice that the lock is gone."""


def _bot_spoke(world: World) -> int:
    with world.services.store.read() as connection:
        return len(connection.execute(select(outbox.c.id).where(outbox.c.kind == "prompt")).all())


def _log(world: World) -> list[str]:
    with world.services.store.read() as connection:
        return list(connection.execute(select(events.c.name).order_by(events.c.sequence)).scalars())


def test_a_returned_ticket_is_open_and_the_bot_stays_silent(world: World) -> None:
    case = world.unhappy()
    path, said = f"/tickets/{case.ticket_id}", _bot_spoke(world)
    world.post(f"{path}/claim", key="supervisor")
    assert world.post(f"{path}/return").status_code == 403
    returned = world.post(f"{path}/return", key="supervisor")
    assert (returned.status_code, returned.json["status"], returned.json["owner"]) == (200, "open", None)
    assert world.get(f"/conversations/{case.conversation_id}")["state"] == "closed"
    world.says(case.phone, "Is anybody there?")
    assert world.get(f"/conversations/{case.conversation_id}")["reason"] is None
    assert _bot_spoke(world) == said


def test_whoever_hands_back_has_the_bot_ask_where_it_stood_once(world: World) -> None:
    case = world.unhappy()
    path, said = f"/tickets/{case.ticket_id}", _bot_spoke(world)
    for act in ("claim", "return", "claim", "release"):
        assert world.post(f"{path}/{act}").status_code == 200, act
    shown = world.get(f"/conversations/{case.conversation_id}")
    assert (shown["state"], shown["outcome"]) == ("reason", None)
    assert _bot_spoke(world) == said + 1
    assert world.post(f"{path}/release").status_code == 403  # it is nobody's now: nothing is asked twice
    assert _bot_spoke(world) == said + 1
    world.says(case.phone, "I waited an hour")
    assert world.get(f"/conversations/{case.conversation_id}")["reason"] == "I waited an hour"


def test_a_ticket_goes_to_a_team(world: World) -> None:
    case = world.unhappy()
    path = f"/tickets/{case.ticket_id}"
    team = "Shop"
    assert world.post(f"{path}/transfer", {"team": team}).status_code == 422  # nobody has heard of it
    world.unhappy(agent={"id": "a-9", "name": "Mo", "team": team})
    world.post(f"{path}/claim", key="supervisor")
    for body in ({}, {"to": "supervisor", "team": team}, {"team": "Nowhere"}, {"team": ""}, {"team": None}):
        assert world.post(f"{path}/transfer", body, key="supervisor").status_code == 422, body
    passed = world.post(f"{path}/transfer", {"team": team}, key="supervisor")
    assert (passed.status_code, passed.json["status"], passed.json["owner"]) == (200, "open", None)
    assert world.get(f"/conversations/{case.conversation_id}")["state"] == "closed"
    with world.services.store.read() as connection:
        found = connection.execute(select(tickets.c.team).where(tickets.c.id == case.ticket_id)).scalar_one()
    assert found == team
    assert "ticket_passed" in _log(world)
    refused = world.post(f"{path}/reply", {"text": "x", "client_id": "1"}, key="supervisor")
    assert refused.status_code == 403
    assert world.post(f"{path}/transfer", {"team": team}, key="supervisor").status_code == 403
    assert world.post(f"{path}/transfer", {"team": team}).json["status"] == "open"  # an admin, and nothing to do


def test_every_handing_over_is_a_new_epoch(world: World) -> None:
    case = world.unhappy()
    path = f"/tickets/{case.ticket_id}"
    for act, body in [
        ("claim", None),
        ("transfer", {"to": "supervisor"}),
        ("transfer", {"to": "admin"}),
        ("release", None),
        ("claim", None),
        ("return", None),
    ]:
        with world.services.store.read() as connection:
            before = connection.execute(select(conversations.c.owner_epoch)).scalar_one()
        assert world.post(f"{path}/{act}", body).status_code == 200, act
        with world.services.store.read() as connection:
            assert connection.execute(select(conversations.c.owner_epoch)).scalar_one() == before + 1, act


@pytest.mark.parametrize("thanks", ["Thank you!", "👍", "ok", "Danke, tschüss"])
def test_thanks_to_a_resolved_ticket_are_kept_and_open_nothing(world: World, thanks: str) -> None:
    case = world.unhappy()
    path = f"/tickets/{case.ticket_id}"
    world.post(f"{path}/claim")
    world.post(f"{path}/resolve", {"resolution": "recovered"})
    world.says(case.phone, thanks)
    assert world.get(path)["status"] == "resolved"
    assert world.get(f"/conversations/{case.conversation_id}")["messages"][-1]["text"] == thanks
    world.says(case.phone, f"{thanks} But it is still broken")
    assert (world.get(path)["status"], world.get(path)["owner"]) == ("open", None)


def test_fifty_claims_at_once_have_one_owner(world: World) -> None:
    """Fifty keys, as many rounds as ZEROTEN_CLAIM_ROUNDS says; after each, one owner and one takeover."""
    for number in range(50):
        world.add_key(f"key-{number}", Role.SUPERVISOR)
    for number in range(ROUNDS):
        case = world.unhappy()
        path, answers = f"/tickets/{case.ticket_id}/claim", Counter[int]()
        ready = threading.Barrier(50)

        def claim(name: str, path: str = path, ready: threading.Barrier = ready, found: Counter[int] = answers) -> None:
            ready.wait(30)
            found[world.post(path, key=name).status_code] += 1

        claimants = [threading.Thread(target=claim, args=(f"key-{each}",)) for each in range(50)]
        for each in claimants:
            each.start()
        for each in claimants:
            each.join()
        assert answers == {200: 1, 409: 49}, number
        with world.services.store.read() as connection:
            mine = conversations.c.id == case.conversation_id
            assert connection.execute(select(conversations.c.owner_epoch).where(mine)).scalar_one() == 1
            taken = events.c.conversation_id == case.conversation_id, events.c.name == "taken_over"
            assert len(connection.execute(select(events.c.sequence).where(*taken)).all()) == 1
