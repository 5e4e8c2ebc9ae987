"""Webhooks by the whole product in processes of its own, killed with SIGKILL in the middle of a call."""

from __future__ import annotations

from collections import defaultdict

from tests.chaos.installation import Installation
from tests.e2e.test_road import PHONE, interaction, phone, until
from tests.receiver import a_receiver


def test_whoever_posts_may_be_killed_and_everything_is_told_under_one_id(installation: Installation) -> None:
    with a_receiver() as receiver:
        webhook = installation.api.json("POST", "/api/v1/webhooks", {"url": receiver.url})
        victims = ["web"] if installation.is_sqlite else ["dispatcher-1", "dispatcher-2"]
        for name in victims:
            installation.arm(name, "post.after_http=kill")
        installation.wait_until_ready()
        interaction(installation, "call-1", channel="sms", phone=PHONE)
        until(lambda: receiver.of("invitation.sent"))
        for name in victims:
            installation.arm(name, "")
        installation.wait_until_ready()
        until(lambda: len(phone(installation)) == 1)
        installation.sandbox.text(PHONE, "3, waited an hour")
        until(lambda: receiver.of("ticket.opened") and receiver.of("response.created"))
        until(lambda: len(receiver.of("invitation.sent")) > 1)  # the call that was not written down comes once more

        ids = defaultdict(set)
        for call in receiver.heard:
            assert call.is_signed_with(webhook["secret"])
            ids[call.json["type"]].add((call.id, call.body))
        told = ("invitation.sent", "response.created", "ticket.opened")
        assert {name: len(ids[name]) for name in told} == dict.fromkeys(told, 1)
        (ticket,) = installation.api.rows("tickets")
        assert receiver.of("ticket.opened")[0].json["data"]["id"] == ticket["id"]
        path = f"webhooks/{webhook['id']}/deliveries"
        until(lambda: {row["state"] for row in installation.api.rows(path)} == {"delivered"})
