"""The human queue: one owner, and what only the owner may do."""

from __future__ import annotations

import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from common import clock
from common.actors import Actor, Role
from common.channels import Channel
from common.store.schema import conversations, feed, messages, outbox, tickets, users
from common.store.templates import put_approval
from common.templates.shipped import shipped_templates
from tests.api.world import World

TICKET = {
    "id",
    "conversation_id",
    "customer_id",
    "channel",
    "status",
    "owner",
    "opened_at",
    "due_at",
    "reason",
    "score",
    "priority",
    "resolution",
    "window_closes_at",
}


def _count(world: World, table: Any, *where: Any) -> int:
    with world.services.store.read() as connection:
        return connection.execute(select(func.count()).select_from(table).where(*where)).scalar_one()


def test_the_life_of_a_ticket(world: World) -> None:
    case = world.unhappy()
    path = f"/tickets/{case.ticket_id}"
    ticket = world.get(path)
    assert set(ticket) == TICKET
    assert (ticket["status"], ticket["owner"], ticket["reason"], ticket["score"]) == ("open", None, "detractor", 3)
    assert (ticket["customer_id"], ticket["window_closes_at"]) == (case.customer_id, None)

    claimed = world.post(f"{path}/claim", key="supervisor")
    assert (claimed.status_code, claimed.json["status"], claimed.json["owner"]) == (200, "claimed", "supervisor")
    assert world.get(f"/conversations/{case.conversation_id}")["state"] == "handoff"

    replied = world.post(f"{path}/reply", {"text": "Sorry, Ana.", "client_id": "r-1"}, key="supervisor")
    assert replied.status_code == 200, replied.text
    assert replied.json["ticket"]["status"] == "waiting"
    assert (replied.json["message"]["author"], replied.json["message"]["delivery"]) == ("user", "queued")
    world.says(case.phone, "Thank you")
    assert world.get(path)["status"] == "claimed"

    resolved = world.post(f"{path}/resolve", {"resolution": "recovered"}, key="supervisor")
    assert (resolved.status_code, resolved.json["status"], resolved.json["resolution"]) == (
        200,
        "resolved",
        "recovered",
    )
    assert resolved.json["owner"] == "supervisor"
    assert world.get(f"/conversations/{case.conversation_id}")["state"] == "closed"
    world.says(case.phone, "One more thing")
    ticket = world.get(path)
    assert (ticket["status"], ticket["owner"], ticket["resolution"]) == ("open", None, None)


@pytest.mark.parametrize("callers", [32, 64])
def test_many_claims_at_once_have_one_owner(world: World, callers: int) -> None:
    case = world.unhappy()
    names = [f"key {number}" for number in range(callers)]
    for name in names:
        world.add_key(name, Role.SUPERVISOR)
    answers: dict[str, Any] = {}
    gate = threading.Barrier(callers)

    def claim(name: str) -> None:
        gate.wait()
        answers[name] = world.post(f"/tickets/{case.ticket_id}/claim", key=name)

    threads = [threading.Thread(target=claim, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(answer.status_code for answer in answers.values()) == {200: 1, 409: callers - 1}
    owner = next(name for name, answer in answers.items() if answer.status_code == 200)
    assert world.get(f"/tickets/{case.ticket_id}")["owner"] == owner
    assert {answer.json["owner"] for answer in answers.values()} == {owner}
    assert _count(world, conversations, conversations.c.owner_epoch == 1) == 1


def test_claiming_ones_own_ticket_again_changes_nothing(world: World) -> None:
    case = world.unhappy()
    first = world.post(f"/tickets/{case.ticket_id}/claim")
    fed = _count(world, feed)
    again = world.post(f"/tickets/{case.ticket_id}/claim")
    assert (again.status_code, again.json) == (200, first.json)
    assert _count(world, feed) == fed
    lost = world.post(f"/tickets/{case.ticket_id}/claim", key="supervisor")
    assert (lost.status_code, lost.json["owner"], lost.json["code"]) == (409, "admin", "already_claimed")


def test_the_bot_is_silent_once_a_person_has_the_thread(world: World) -> None:
    case = world.unhappy()
    waiting = _count(world, outbox, outbox.c.state == "pending", outbox.c.kind != "reply")
    assert waiting == 2
    world.post(f"/tickets/{case.ticket_id}/claim")
    assert _count(world, outbox, outbox.c.state == "pending", outbox.c.kind != "reply") == 0
    world.says(case.phone, "waited an hour")
    assert _count(world, outbox, outbox.c.state == "pending") == 0


def test_release_gives_the_thread_back_to_the_bot(world: World) -> None:
    case = world.unhappy()
    path = f"/tickets/{case.ticket_id}"
    world.post(f"{path}/claim", key="supervisor")
    assert world.post(f"{path}/release").status_code == 403
    released = world.post(f"{path}/release", key="supervisor")
    assert (released.status_code, released.json["status"], released.json["owner"]) == (200, "open", None)
    assert world.get(f"/conversations/{case.conversation_id}")["state"] == "reason"
    assert world.post(f"{path}/claim").status_code == 200


def test_only_the_owner_acts(world: World) -> None:
    case = world.unhappy()
    path = f"/tickets/{case.ticket_id}"
    acts: list[tuple[str, Any]] = [
        ("reply", {"text": "Hello", "client_id": "1"}),
        ("release", None),
        ("resolve", {"resolution": "explained"}),
        ("template", {"name": "hello", "language": "en"}),
        ("call", None),
    ]
    for act, body in acts:  # nobody has it yet
        assert world.post(f"{path}/{act}", body).status_code == 403, act
    world.post(f"{path}/claim", key="supervisor")
    for act, body in acts:  # another has it, and being an admin does not help
        assert world.post(f"{path}/{act}", body).status_code == 403, act
    assert _count(world, messages, messages.c.author == "user") == 0
    for act, body in acts:
        assert world.post(f"/tickets/nobody/{act}", body).status_code == 404, act


def test_a_double_click_is_one_message(world: World) -> None:
    case = world.unhappy()
    path = f"/tickets/{case.ticket_id}"
    world.post(f"{path}/claim")
    first = world.post(f"{path}/reply", {"text": "Sorry", "client_id": "r-1"})
    again = world.post(f"{path}/reply", {"text": "Sorry", "client_id": "r-1"})
    assert (again.status_code, again.json) == (200, first.json)
    assert world.post(f"{path}/reply", {"text": "Other", "client_id": "r-1"}).status_code == 409
    assert world.post(f"{path}/note", {"text": "Sorry", "client_id": "r-1"}).status_code == 409
    assert world.post(f"{path}/reply", {"text": "Sorry"}).json["message"]["id"] != first.json["message"]["id"]
    assert _count(world, outbox, outbox.c.kind == "reply") == 2


def test_a_text_that_cannot_be_sent(world: World) -> None:
    case = world.unhappy()
    path = f"/tickets/{case.ticket_id}"
    world.post(f"{path}/claim")
    for text in ("", "  \n", "x" * 1601, "x" * 5000, None, 7):
        response = world.post(f"{path}/reply", {"text": text, "client_id": "1"})
        assert (response.status_code, response.json["errors"][0]["field"]) == (422, "text"), text
    assert world.post(f"{path}/reply", {"client_id": "1"}).status_code == 422


def test_nothing_is_sent_after_a_stop(world: World) -> None:
    case = world.unhappy()
    path = f"/tickets/{case.ticket_id}"
    world.post(f"{path}/claim")
    world.says(case.phone, "STOP")
    refused = world.post(f"{path}/reply", {"text": "But", "client_id": "1"})
    assert (refused.status_code, refused.json["code"]) == (409, "opted_out")
    assert _count(world, outbox, outbox.c.kind == "reply") == 0


def approve(world: World, name: str, language: str) -> None:
    """Let the provider have approved this shipped template."""
    template = shipped_templates()[name, language]
    columns = {
        "provider_id": "1",
        "approval": "approved",
        "category": template.category.value,
        "asked": template.category.value,
        "components": list(template.components),
        "changed_at": clock.now(),
    }
    world.services.store.write(lambda c: put_approval(c, "whatsapp", (name, language), columns))


def test_outside_the_window_only_templates_are_left(world: World, clock_file: Path) -> None:
    world.put("/surveys/support", {"brand": "Acme", "quiet_hours": None, "fatigue_days": 0})
    case = world.unhappy(channel="whatsapp")
    path = f"/tickets/{case.ticket_id}"
    assert world.get(path)["window_closes_at"] is not None
    world.post(f"{path}/claim")
    clock_file.write_text(str(24 * 3600 - 60))
    threading.Event().wait(0.25)  # the clock file is read again five times a second
    assert world.post(f"{path}/reply", {"text": "In time", "client_id": "1"}).status_code == 200
    clock_file.write_text(str(24 * 3600 + 5))
    threading.Event().wait(0.25)
    refused = world.post(f"{path}/reply", {"text": "Too late", "client_id": "2"})
    assert (refused.status_code, refused.json["code"], refused.json["templates"]) == (409, "window_closed", [])
    approve(world, "feedback_follow_up", "en")
    refused = world.post(f"{path}/reply", {"text": "Too late", "client_id": "2"})
    assert refused.json["templates"] == [{"name": "feedback_follow_up", "language": "en"}]
    assert refused.headers["Content-Type"].startswith("application/problem+json")
    sent = world.post(f"{path}/template", {"name": "feedback_follow_up", "language": "en", "client_id": "t"})
    assert (sent.status_code, sent.json["message"]["kind"]) == (200, "template"), sent.text
    assert "Acme" in sent.json["message"]["text"]
    unknown = world.post(f"{path}/template", {"name": "feedback_follow_up", "language": "nl"})
    assert (unknown.status_code, unknown.json["code"]) == (409, "template_not_approved")
    wrong = world.post(f"{path}/template", {"name": "feedback_follow_up", "language": "en", "values": {"size": "1"}})
    assert (wrong.status_code, wrong.json["errors"][0]["field"]) == (422, "values.size")
    held = [world.post(f"{path}/reply", {"text": text, "client_id": text, "hold": True}) for text in ("One", "Two")]
    assert [each.status_code for each in held] == [200, 200]
    back = {"message_id": held[0].json["message"]["id"]}
    assert world.post(f"{path}/cancel-held", back).status_code == 200
    assert world.post(f"{path}/cancel-held", back).json["code"] == "not_held"
    world.says(case.phone, "Are you there?", Channel.WHATSAPP)
    assert world.post(f"{path}/cancel-held", {"message_id": held[1].json["message"]["id"]}).status_code == 409
    assert world.post(f"{path}/reply", {"text": "Yes", "client_id": "3"}).status_code == 200


def test_what_no_channel_has_yet(world: World) -> None:
    case = world.unhappy()
    path = f"/tickets/{case.ticket_id}"
    world.post(f"{path}/claim")
    template = world.post(f"{path}/template", {"name": "hello", "language": "en"})
    assert (template.status_code, template.json["code"], template.json["templates"]) == (409, "no_templates", [])
    call = world.post(f"{path}/call")
    assert (call.status_code, call.json["code"]) == (409, "no_calls")


def test_notes_stay_between_colleagues(world: World) -> None:
    case = world.unhappy()
    before = len(world.get(f"/conversations/{case.conversation_id}")["messages"])
    noted = world.post(f"/tickets/{case.ticket_id}/note", {"text": "Knows Joost", "client_id": "n"}, key="supervisor")
    assert noted.status_code == 200, noted.text
    assert noted.json["note"]["text"] == "Knows Joost"
    again = world.post(f"/tickets/{case.ticket_id}/note", {"text": "Knows Joost", "client_id": "n"}, key="supervisor")
    assert again.json["note"] == noted.json["note"]
    shown = world.get(f"/conversations/{case.conversation_id}")
    assert len(shown["messages"]) == before
    notes = [event["data"]["text"] for event in shown["events"] if event["name"] == "noted"]
    assert notes == ["Knows Joost"]
    assert _count(world, outbox, outbox.c.kind == "reply") == 0
    world.says(case.phone, "and late, too")  # the thread's numbers go on without a clash


def test_transfer(world: World) -> None:
    case = world.unhappy()
    path = f"/tickets/{case.ticket_id}"
    user = {"id": "usr_1", "email": "bo@example.org", "name": "Bo", "role": "supervisor"}
    with world.services.store.database.write() as connection:
        connection.execute(users.insert().values(**user, password_hash="x", created_at=clock.now()))
    world.post(f"{path}/claim", key="supervisor")
    world.post(f"{path}/reply", {"text": "One moment", "client_id": "1"}, key="supervisor")
    for name in ("analyst", "intake", "nobody", ""):
        assert world.post(f"{path}/transfer", {"to": name}, key="supervisor").status_code == 422, name
    world.add_key("other", Role.SUPERVISOR)
    assert world.post(f"{path}/transfer", {"to": "other"}, key="other").status_code == 403
    moved = world.post(f"{path}/transfer", {"to": "other"}, key="supervisor")
    assert (moved.status_code, moved.json["owner"], moved.json["status"]) == (200, "other", "claimed")
    assert world.post(f"{path}/reply", {"text": "x", "client_id": "2"}, key="supervisor").status_code == 403
    assert world.post(f"{path}/reply", {"text": "x", "client_id": "2"}, key="other").status_code == 200
    assert world.post(f"{path}/transfer", {"to": "Bo@example.org"}).json["owner"] == "Bo"  # by an admin
    with world.services.store.read() as connection:
        assert connection.execute(select(conversations.c.owner_epoch)).scalar_one() == 3


def test_a_transfer_of_an_open_ticket_is_a_takeover(world: World) -> None:
    case = world.unhappy()
    assert world.post(f"/tickets/{case.ticket_id}/transfer", {"to": "supervisor"}).json["owner"] == "supervisor"
    assert world.get(f"/conversations/{case.conversation_id}")["state"] == "handoff"


def test_a_resolved_ticket_is_done(world: World) -> None:
    case = world.unhappy()
    path = f"/tickets/{case.ticket_id}"
    world.post(f"{path}/claim")
    assert world.post(f"{path}/resolve", {"resolution": "happy"}).status_code == 422
    first = world.post(f"{path}/resolve", {"resolution": "escalated"})
    assert world.post(f"{path}/resolve", {"resolution": "escalated"}).json == first.json
    for act, body in [
        ("resolve", {"resolution": "recovered"}),
        ("claim", None),
        ("release", None),
        ("reply", {"text": "x", "client_id": "1"}),
        ("transfer", {"to": "supervisor"}),
    ]:
        assert world.post(f"{path}/{act}", body).status_code == 409, act


def test_tickets_are_listed_by_status_in_pages(world: World) -> None:
    cases = [world.unhappy() for _ in range(5)]
    world.post(f"/tickets/{cases[1].ticket_id}/claim")
    assert [ticket["id"] for ticket in world.get("/tickets?status=claimed")["data"]] == [cases[1].ticket_id]
    found, cursor = [], ""
    while cursor is not None:
        page = world.get(f"/tickets?status=open&limit=2{cursor and f'&cursor={cursor}'}")
        found += [ticket["id"] for ticket in page["data"]]
        cursor = page["next_cursor"]
    assert found == [cases[number].ticket_id for number in (0, 2, 3, 4)]
    assert len(world.get("/tickets")["data"]) == 5
    wrong = ("status=done", "limit=0", "limit=1001", "limit=x", "cursor=x", "colour=red", "status=open&status=open")
    for query in wrong:
        assert world.call("GET", f"/tickets?{query}").status_code == 422, query


def test_every_change_is_in_the_feed(world: World) -> None:
    case = world.unhappy()
    path = f"/tickets/{case.ticket_id}"
    for act, body in [
        ("claim", None),
        ("note", {"text": "n", "client_id": "1"}),
        ("reply", {"text": "r", "client_id": "2"}),
        ("transfer", {"to": "supervisor"}),
        ("transfer", {"to": "admin"}),
        ("release", None),
        ("claim", None),
        ("resolve", {"resolution": "no_contact"}),
    ]:
        before = _count(world, feed, feed.c.ticket_id == case.ticket_id)
        with world.services.bell.listening("feed", f"conversation:{case.conversation_id}") as rung:
            assert world.post(f"{path}/{act}", body).status_code == 200, act
            assert rung.is_set(), act
        assert _count(world, feed, feed.c.ticket_id == case.ticket_id) > before, act


def test_a_claim_is_a_conditional_update(world: World) -> None:
    """Even a process that forgot the lock finds one owner only."""
    from common.store import tickets as store

    case = world.unhappy()
    now = clock.now()
    me = Actor(id="u-1", name="Bo", role=Role.SUPERVISOR)

    def take(owner: str) -> bool:
        return world.services.store.write(
            lambda c: store.take(c, case.ticket_id, owner=owner, owner_name=me.name, now=now)
        )

    assert [take("u-1"), take("u-2"), take("u-1")] == [True, False, False]
    with world.services.store.database.write() as connection:
        connection.execute(update(tickets).values(status="open"))
    assert take("u-2") is False
