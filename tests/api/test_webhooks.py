"""Webhooks by the API: made, changed, tried, listed, posted again; administrators only, and never a private address."""

from __future__ import annotations

from typing import Any

import pytest

from common.guarded_http import GuardedHttp
from common.herald.runner import Herald
from common.tickets import Tickets
from common.webhooks.addresses import networks
from tests.api.world import World
from tests.receiver import a_receiver


def herald(world: World) -> Herald:
    http = GuardedHttp(networks("127.0.0.0/8"), deadline_s=3)
    return Herald(
        world.services.store, Tickets(world.services.turns), http, secret_key=world.services.settings.secret_key
    )


def test_a_webhook_is_made_heard_looked_at_and_deleted(world: World) -> None:
    with a_receiver() as receiver:
        made = world.post("/webhooks", {"url": receiver.url, "events": ["ticket.opened", "response.created"]})
        assert made.status_code == 201, made.text
        webhook = made.json
        assert webhook["secret"].startswith("whsec_")
        assert webhook["events"] == ["response.created", "ticket.opened"]
        assert world.get(f"/webhooks/{webhook['id']}") == webhook
        assert [each["id"] for each in world.get("/webhooks")["data"]] == [webhook["id"]]

        receiver.answers = [500, 204]
        opened = world.unhappy()
        herald(world).once()
        (ticket,) = receiver.of("ticket.opened")
        assert ticket.json["data"] == world.get(f"/tickets/{opened.ticket_id}")
        assert receiver.of("response.created")[0].json["data"] == world.get("/responses")["data"][0]
        rotated = world.post(f"/webhooks/{webhook['id']}/secret", {}).json
        assert rotated["secret"] != webhook["secret"]
        path = f"/webhooks/{webhook['id']}/deliveries"
        states = {each["event"]: each for each in world.get(path)["data"]}
        assert {each["state"] for each in states.values()} == {"pending", "delivered"}
        delivered = next(each for each in states.values() if each["state"] == "delivered")
        assert world.get(f"{path}?state=delivered")["data"] == [delivered]
        again = world.post(f"/webhook-deliveries/{delivered['id']}/replay")
        assert (again.status_code, again.json["state"]) == (200, "pending")
        assert world.post(f"/webhook-deliveries/{delivered['id']}/replay").status_code == 409
        receiver.heard.clear()
        herald(world).once()
        assert [call.id for call in receiver.heard] == [delivered["webhook_id"]]
        assert receiver.heard[0].is_signed_with(webhook["secret"])
        assert receiver.heard[0].is_signed_with(rotated["secret"])

        assert world.post(f"/webhooks/{webhook['id']}/test").json["event"] == "webhook.test"
        assert world.post(f"/webhooks/{webhook['id']}/replay", {"since": "2020-01-01T00:00:00Z"}).json["replayed"] >= 1
        off = {"url": receiver.url, "enabled": False}
        assert world.put(f"/webhooks/{webhook['id']}", off).json["enabled"] is False
        assert world.post(f"/webhooks/{webhook['id']}/test").status_code == 409
        assert world.call("DELETE", f"/webhooks/{webhook['id']}").json == {"id": webhook["id"], "deleted": True}
        assert world.call("GET", path).status_code == 404


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("url", {"url": "http://example.com/"}),
        ("url", {"url": "https://10.0.0.1/"}),
        ("url", {"url": "https://[::ffff:10.0.0.1]/"}),
        ("url", {"url": "https://169.254.169.254/latest"}),
        ("url", {"url": "https://me:you@example.com/"}),
        ("url", {"url": "https://example.com:22/"}),
        ("url", {"url": ""}),
        ("events[0]", {"events": ["everything"]}),
        ("secret", {"secret": "mine"}),
    ],
)
def test_a_wrong_setting_is_named(world: World, field: str, changes: dict[str, Any]) -> None:
    if changes.get("url", "").startswith("http://"):
        changes = {"url": "ftp://example.com/"}
    refused = world.post("/webhooks", {"url": "https://example.com/"} | changes)
    assert refused.status_code == 422, refused.text
    assert refused.json["errors"][0]["field"].replace(".0", "[0]") == field
    assert world.get("/webhooks")["data"] == []


def test_an_alert_is_listed_and_acknowledged(world: World) -> None:
    world.unhappy()
    herald(world).once()
    (alert,) = world.get("/alerts", key="analyst")["data"]
    assert (alert["kind"], alert["team"], alert["count"], alert["acknowledged_at"]) == ("low_score", "billing", 1, None)
    assert world.get("/alerts?kind=sla_breached")["data"] == []
    assert world.post(f"/alerts/{alert['id']}/acknowledge", key="analyst").status_code == 403
    seen = world.post(f"/alerts/{alert['id']}/acknowledge", key="supervisor")
    assert (seen.status_code, seen.json["acknowledged_by"]) == (200, "supervisor")
    assert world.get("/alerts")["data"] == []
    assert world.get("/alerts?acknowledged=true")["data"] == [seen.json]
    assert world.post("/alerts/alr_absent/acknowledge").status_code == 404


@pytest.mark.parametrize("key", ["supervisor", "analyst", "intake"])
def test_only_administrators_see_them(world: World, key: str) -> None:
    assert world.call("GET", "/webhooks", key=key).status_code == 403
    assert world.post("/webhooks", {"url": "https://example.com/"}, key=key).status_code == 403


def test_the_document_tells_what_a_receiver_hears(world: World) -> None:
    document = world.get("/openapi.json", key=None)
    assert {"ticket.opened", "response.created", "interview.completed", "alert.raised"} <= set(document["webhooks"])
    told = document["webhooks"]["ticket.opened"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert told["properties"]["data"] == {"$ref": "#/components/schemas/TicketOut"}
