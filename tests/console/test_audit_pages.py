"""The audit log as people fill it and read it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from common.actors import Role
from common.store import audit as store
from common.store.schema import audit
from tests.console.factories import World, submit
from tests.console.page import Page

WORDS = ("I waited an hour", "Joris Bakker", "+3161234", "We are sorry", "call me back")


def entries(world: World) -> list[Any]:
    with world.services.store.read() as connection:
        return list(connection.execute(select(audit).order_by(audit.c.position)).all())


def test_who_did_what_is_in_the_log(each_world: World) -> None:
    world = each_world
    ana = world.user(role=Role.ADMIN)
    ticket_id = world.unhappy()
    client, page = world.signed_in(), f"/inbox/{ticket_id}"
    assert [entry.act for entry in entries(world)] == ["user.created", "session.opened"], "turns write nothing"
    for act, fields in (
        ("claim", {}),
        ("reply", {"text": "We are sorry", "client_id": "one"}),
        ("reply", {"text": "We are sorry", "client_id": "one"}),  # a double click
        ("note", {"text": "call me back"}),
        ("release", {}),
        ("claim", {}),
        ("resolve", {"resolution": "explained"}),
    ):
        assert submit(client, f"{page}/{act}", fields, page=page).status_code == 303
    submit(client, "/sign-in", {"email": "ana@example.com", "password": "wrong"}, page="/account")
    client.post("/sign-out", data={"csrf_token": Page(client.get("/account").text).form_token})
    found = entries(world)[2:]
    acts = [entry.act for entry in found]
    assert acts == [
        *("ticket.claimed", "ticket.replied", "ticket.noted", "ticket.released", "ticket.claimed", "ticket.resolved"),
        *("session.refused", "session.closed"),
    ]
    assert {entry.actor for entry in found} == {ana.id}
    assert {entry.about for entry in found[:6]} == {ticket_id}
    assert {entry.network for entry in found} == {"127.0.0.0/24"}
    assert len({entry.session for entry in found[:6]}) == 1
    assert found[0].session
    assert not [word for word in WORDS for entry in entries(world) if word in str(entry)]
    with world.services.store.read() as connection:
        assert store.verify(connection).count == len(entries(world))


def test_the_page_searches_pages_and_verifies(each_world: World) -> None:
    world = each_world
    world.user("root@example.com", "Root Admin", Role.ADMIN)
    ben = world.user("ben@example.com", "Ben Carter")
    ticket_id = world.unhappy()
    submit(world.signed_in("ben@example.com"), f"/inbox/{ticket_id}/claim", {}, page=f"/inbox/{ticket_id}")
    root = world.signed_in("root@example.com")

    def rows(query: str) -> list[str]:
        page = Page(root.get(f"/settings/audit?{query}").text)
        return [" ".join(row.text.split()) for row in page.all("tr")[1:]]

    assert len(rows("")) == len(entries(world))
    assert len(rows(f"who={ben.id}")) == 2
    assert len(rows("act=ticket")) == 1
    assert "Ticket claimed" in rows(f"about={ticket_id}")[0]
    assert rows("act=ticket%") == rows("who=' OR 1=1") == rows("about=%00")[:0] == []
    assert rows("from=2020-01-01&to=2020-01-02") == []
    assert len(rows("from=nonsense&before=nonsense")) == len(entries(world))
    assert len(rows("before=3")) == 2
    assert "The log is whole: 5 entries" in submit(root, "/settings/audit/verify", {}, page="/settings/audit").text
    change = update(audit).where(audit.c.position == 3).values(about="tkt_another")
    world.services.store.write(lambda connection: connection.execute(change) and None)
    assert "tampered with at entry 3" in submit(root, "/settings/audit/verify", {}, page="/settings/audit").text
    assert world.signed_in("ben@example.com").get("/settings/audit").status_code == 403
