"""Webhooks, alerts and closing the loop in the console: what is saved, what is never shown, what is acknowledged."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

from common import clock
from common.actors import Role
from common.alerts import AlertKind, Raised, Urgency
from common.guarded_http import GuardedHttp
from common.herald.alarms import sound
from common.herald.runner import Herald
from common.store import alerts, posts, subscriptions
from common.tickets import Tickets
from common.webhooks.addresses import networks
from tests.console.factories import World, submit
from tests.receiver import a_receiver

T = TypeVar("T")
SECRET = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"


def herald(world: World) -> Herald:
    services = world.services
    http = GuardedHttp(networks("127.0.0.0/8"))
    return Herald(services.store, Tickets(services.turns), http, secret_key=services.settings.secret_key)


def test_a_webhook_is_set_up_tried_and_posted_again(world: World) -> None:
    world.user(role=Role.ADMIN)
    client = world.signed_in()
    refused = submit(client, "/settings/webhooks/new", {"url": "http://10.0.0.1/", "which": "all"})
    assert refused.status_code == 422
    assert "begins with https://" in refused.text
    fields = {"url": "https://example.com/hooks", "name": "<i>CRM</i>", "which": "some", "types": "ticket.opened"}
    made = submit(client, "/settings/webhooks/new", {**fields, "is_on": "1"})
    assert made.status_code == 303
    path = made.headers["Location"]
    page = client.get(path).text
    assert "<i>CRM</i>" not in page
    assert "whsec_" in page
    with a_receiver() as receiver:
        receiver.answers = [500]
        (found,) = _read(world, subscriptions.listed)
        _write(
            world,
            lambda c: subscriptions.change(
                c, found.id, url=receiver.url, name="CRM", types=["ticket.opened"], is_on=True, now=clock.now()
            ),
        )
        assert submit(client, f"{path}/test", {}, page=path).status_code == 303
        herald(world).once()
        shown = client.get(path).text
        assert "answered 500" in shown
        (post,) = _read(world, lambda c: posts.list_page(c, found.id, state=None, cursor=None, limit=9)).rows
        delivery = f"{path}/deliveries/{post.id}"
        assert "webhook.test" in client.get(delivery).text
        _write(world, lambda c: posts.give_up_all(c, found.id, clock.now(), "tried enough"))
        receiver.answers = [200]
        assert submit(client, f"{delivery}/replay", {}, page=delivery).status_code == 303
        herald(world).once()
        assert "Delivered" in client.get(delivery).text
    assert submit(client, f"{path}/delete", {}, page=path).status_code == 303
    assert "No webhook yet" in client.get("/settings/webhooks").text


def test_an_alert_is_seen_acknowledged_and_opened_again(world: World) -> None:
    world.user()
    ticket_id = world.unhappy()
    herald(world).once()
    client = world.signed_in()
    assert client.get("/alerts/count").json == {"unseen": 1}
    page = client.get("/alerts").text
    assert "Low scores" in page
    assert f"/inbox/{ticket_id}" in page
    (alert,) = _read(
        world, lambda c: alerts.list_page(c, is_seen=False, kind=None, team=None, severity=None, cursor=None, limit=9)
    ).rows
    assert submit(client, "/alerts/seen", {"alert": alert.id}, page="/alerts").status_code == 303
    assert "All is well" in client.get("/alerts").text
    assert "acknowledged by" in client.get("/alerts?seen=yes").text
    assert submit(client, f"/alerts/{alert.id}/unseen", {}, page="/alerts?seen=yes").status_code == 303
    assert client.get("/alerts/count").json == {"unseen": 1}
    assert "All is well" in client.get("/alerts?kind=sla_breached").text


def test_the_address_of_a_route_is_never_shown_again(world: World) -> None:
    world.user(role=Role.ADMIN)
    client = world.signed_in()
    fields = {
        "name": "Night",
        "least": "warning",
        "zone": "Europe/Amsterdam",
        "which": "all",
        "when": "now",
        "is_on": "1",
    }
    for wrong, why in (("json://example.com", "begins with one of"), ("", "Please fill this in")):
        refused = submit(client, "/settings/alerts/new", {**fields, "address": wrong})
        assert refused.status_code == 422
        assert why in refused.text
    made = submit(client, "/settings/alerts/new", {**fields, "address": SECRET})
    assert made.status_code == 303, made.text
    path = made.headers["Location"]
    for shown in (client.get(path).text, client.get("/settings/alerts").text):
        assert "T1JJ3T3L2" not in shown
        assert "Slack" in shown
    (before,) = _read(world, alerts.routes)
    quiet = {"has_quiet": "1", "quiet_from": "22:00", "quiet_to": "07:00", "teams": "Billing\nSales"}
    assert submit(client, path, {**fields, **quiet}).status_code == 303
    (after,) = _read(world, alerts.routes)
    assert (after.address, after.settings.teams) == (before.address, ("Billing", "Sales"))
    assert submit(client, path, {**fields, "zone": "Nowhere/Land"}).status_code == 422
    assert submit(client, path, {**fields, "has_quiet": "1", "quiet_from": "x", "quiet_to": "y"}).status_code == 422
    assert submit(client, f"{path}/test", {}, page=path).status_code == 303


def test_hostile_words_in_an_alert_are_text(world: World) -> None:
    world.user()
    subject = "<script>alert(1)</script>"
    raised = Raised(
        kind=AlertKind.TEMPLATE_STATE,
        severity=Urgency.WARNING,
        subject=subject,
        team=subject,
        facts={"reason": subject},
    )
    _write(world, lambda c: sound(c, raised, clock.now()))
    assert "<script>alert" not in world.signed_in().get("/alerts").text


def test_closing_the_loop_shows_what_there_is(world: World) -> None:
    world.user()
    client = world.signed_in()
    assert "No tickets in this time" in client.get("/closing-the-loop").text
    world.unhappy()
    page = client.get("/closing-the-loop?days=7").text
    assert "By team" in page
    assert "Billing" in page
    assert client.get("/closing-the-loop?days=x&team=%3Cb%3E&from=never").status_code == 200


def _read(world: World, work: Callable[[Connection], T]) -> T:
    with world.services.store.read() as connection:
        return work(connection)


def _write(world: World, work: Callable[[Connection], T]) -> T:
    return world.services.store.write(work)
