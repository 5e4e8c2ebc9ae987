"""Webhooks that we call, on both databases and by real HTTP: each thing told once, signed, tried again, given up."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from common import clock, failpoints
from common.actors import Actor, Role
from common.channels import Channel
from common.guarded_http import GuardedHttp
from common.herald.runner import Herald
from common.herald.testing import announce_test
from common.store import posts as post_store
from common.store import subscriptions as store
from common.store.posts import forget_old
from common.store.schema import announcements, occurrences, post_tries, posts, subscriptions, tickets
from common.store.subscriptions import Subscription
from common.template_news import move
from common.tickets import Resolution, Tickets
from common.webhooks.addresses import networks
from tests.integration.world import World
from tests.receiver import Receiver, a_receiver

KEY = "s" * 32
MINE = networks("127.0.0.0/8")
EVA = Actor(id="usr_eva", name="Eva", role=Role.SUPERVISOR)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with a_receiver() as made:
        yield made


def herald(world: World, *, http: GuardedHttp | None = None) -> Herald:
    return Herald(world.store, Tickets(world.services.turns), http or GuardedHttp(MINE), secret_key=KEY)


def subscribe(world: World, receiver: Receiver, *types: str) -> Subscription:
    return world.store.write(
        lambda c: store.create(c, url=receiver.url, name="CRM", types=list(types), now=clock.now())
    )


def act(world: World, act: str, ticket_id: str, *more: Any) -> None:
    desk = Tickets(world.services.turns)
    world.store.write(lambda c: getattr(desk, act)(c, ticket_id, EVA, *more, clock.now()))


def test_the_whole_road_is_told_once_and_signed(world: World, receiver: Receiver) -> None:
    subscription = subscribe(world, receiver)
    conversation_id = world.begin()
    world.answer("3")
    world.answer("I waited an hour")
    world.answer("1")
    ticket = world.row(tickets)
    act(world, "claim", ticket["id"])
    act(world, "resolve", ticket["id"], Resolution.RECOVERED)
    world.answer("STOP")
    herald(world).once()

    assert sorted(receiver.types()) == [
        "alert.raised",
        "customer.opted_out",
        "invitation.sent",
        "response.created",
        "response.updated",
        "response.updated",
        "ticket.opened",
        "ticket.resolved",
    ]
    assert len({call.id for call in receiver.heard}) == 8
    assert all(call.is_signed_with(subscription.secret(KEY)) for call in receiver.heard)
    opened = receiver.of("ticket.opened")[0].json["data"]
    assert (opened["id"], opened["conversation_id"], opened["reason"]) == (ticket["id"], conversation_id, "detractor")
    assert receiver.of("ticket.resolved")[0].json["data"]["resolution"] == "recovered"
    told = receiver.of("response.created")[0].json["data"]
    assert (told["customer_id"], told["interaction_id"], told["score"]) == ("c-1", "i-1", 3)
    assert receiver.of("customer.opted_out")[0].json["data"]["customer_id"] == "c-1"
    assert herald(world).once() == 0
    assert world.rows(occurrences) == []


def test_what_is_one_turn_is_one_announcement(world: World, receiver: Receiver) -> None:
    subscribe(world, receiver, "response.created", "response.updated")
    world.begin()
    world.answer("3 because I waited an hour")
    herald(world).once()
    assert receiver.types() == ["response.created"]
    assert receiver.heard[0].json["data"]["reason"]
    world.answer("2")
    herald(world).once()
    assert receiver.types() == ["response.created", "response.updated"]
    assert receiver.heard[1].json["data"]["outcome"] == "complete"


def test_a_turn_that_is_rolled_back_tells_nothing(world: World, receiver: Receiver) -> None:
    subscribe(world, receiver)
    world.begin()
    herald(world).once()
    receiver.heard.clear()
    failpoints.activate("turn.after_step=raise")
    with pytest.raises(failpoints.FailpointReached):
        world.say("3")
    failpoints.activate("")
    herald(world).once()
    assert receiver.heard == []


def test_a_template_that_is_paused_is_told(world: World, receiver: Receiver) -> None:
    subscribe(world, receiver, "template.status_changed")
    columns = {"approval": "paused", "category": "utility", "asked": "utility", "provider_id": "1", "reason": "spam"}
    world.store.write(
        lambda c: move(
            c, Channel.WHATSAPP.value, ("survey", "en"), None, columns | {"edits": []}, clock.now(), "news", {}
        )
    )
    herald(world).once()
    assert [call.json["data"]["status"] for call in receiver.heard] == ["paused"]


def test_who_subscribed_to_one_thing_hears_nothing_else(world: World, receiver: Receiver) -> None:
    subscribe(world, receiver, "ticket.opened")
    world.begin()
    world.answer("3")
    herald(world).once()
    assert receiver.types() == ["ticket.opened"]


def test_a_failure_is_tried_again_with_the_same_id_and_then_given_up(world: World, receiver: Receiver) -> None:
    subscription = subscribe(world, receiver, "ticket.opened")
    receiver.answers = [500]
    world.begin()
    world.answer("3")
    begun, tries = clock.now(), herald(world).once()
    while world.row(posts)["state"] != "dead":
        world.after(hours=3)
        tries += herald(world).once()
        assert tries <= 10
    assert tries == 10
    assert clock.now() - begun >= timedelta(hours=24)
    assert len({(call.id, call.body) for call in receiver.heard}) == 1
    assert [row["status"] for row in world.rows(post_tries)] == [500] * 10
    assert world.row(subscriptions)["failing_since"] is not None

    receiver.answers = [204]
    assert world.store.write(lambda c: post_store.replay_all(c, subscription.id, clock.now())) == 1
    herald(world).once()
    assert world.row(posts)["state"] == "delivered"
    assert world.row(subscriptions)["failing_since"] is None
    assert len({call.id for call in receiver.heard}) == 1


def test_a_process_that_dies_after_the_call_posts_again_with_the_same_id(world: World, receiver: Receiver) -> None:
    subscribe(world, receiver, "ticket.opened")
    world.begin()
    world.answer("3")
    failpoints.activate("post.after_http=raise@1")
    herald(world).once()
    failpoints.activate("")
    assert world.row(posts)["state"] == "posting"
    assert herald(world).once() == 0  # its lease holds
    world.store.write(lambda c: c.execute(posts.update().values(lease_until=clock.wall() - timedelta(seconds=1))))
    assert herald(world).once() == 1
    assert len(receiver.heard) == 2
    assert len({call.id for call in receiver.heard}) == 1
    assert world.row(posts)["state"] == "delivered"


def test_a_process_that_dies_while_it_words_loses_and_doubles_nothing(world: World, receiver: Receiver) -> None:
    subscribe(world, receiver, "ticket.opened", "response.created")
    world.begin()
    world.answer("3")
    failpoints.activate("announce.before_commit=raise@1")
    with pytest.raises(failpoints.FailpointReached):
        herald(world).once()
    failpoints.activate("")
    herald(world).once()
    assert sorted(receiver.types()) == ["response.created", "ticket.opened"]


_PROCESS = """
import sys
from common import failpoints
from common.guarded_http import GuardedHttp
from common.herald.runner import Herald
from common.store.engine import Database
from common.store.writer import Store
from common.surveys import Surveys
from common.tickets import Tickets
from common.turns import Turns
from common.webhooks.addresses import networks

failpoints.activate(sys.argv[2])
store = Store(Database(sys.argv[1]))
desk = Tickets(Turns(Surveys(), {}))
Herald(store, desk, GuardedHttp(networks("127.0.0.0/8")), secret_key="s" * 32).once()
"""


@pytest.mark.parametrize(
    ("place", "calls"), [("announce.before_commit", 1), ("post.before_http", 1), ("post.after_http", 2)]
)
def test_a_process_that_is_killed_loses_nothing_and_repeats_only_the_id(
    world: World, receiver: Receiver, database_url: str, place: str, calls: int
) -> None:
    subscribe(world, receiver, "ticket.opened")
    world.begin()
    world.answer("3")
    ended = subprocess.run([sys.executable, "-c", _PROCESS, database_url, f"{place}=kill"], check=False, timeout=60)
    assert ended.returncode == -signal.SIGKILL
    world.store.write(lambda c: c.execute(posts.update().values(lease_until=clock.wall() - timedelta(seconds=1))))
    herald(world).once()
    assert len(receiver.heard) == calls
    assert len({call.id for call in receiver.heard}) == 1
    assert world.row(posts)["state"] == "delivered"


def test_several_heralds_at_once_tell_everything_once(world: World, receiver: Receiver) -> None:
    subscribe(world, receiver, "ticket.opened")
    for number in range(12):
        phone = f"+3161000{number:04d}"
        world.begin(f"i-{number}", customer=f"c-{number}", phone=phone)
        world.say("2", sender=phone)
    crowd = [threading.Thread(target=herald(world).once) for _ in range(4)]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    herald(world).once()
    assert len(receiver.heard) == 12
    assert len({call.json["data"]["id"] for call in receiver.heard}) == 12


def test_an_overloaded_receiver_is_left_alone_for_as_long_as_it_asks(world: World, receiver: Receiver) -> None:
    subscription = subscribe(world, receiver, "ticket.opened")
    receiver.answers = [(429, {"Retry-After": "600"}), 204]
    world.begin()
    world.answer("3")
    herald(world).once()
    world.store.write(lambda c: announce_test(c, store.find(c, subscription.id), clock.now()))
    world.after(minutes=9)
    assert herald(world).once() == 0
    world.after(minutes=2)
    assert herald(world).once() == 2


@pytest.mark.parametrize(("answers", "days", "why"), [([410], 0, "gone"), ([500], 5, "failing")])
def test_an_address_that_is_gone_or_fails_for_days_is_switched_off(
    world: World, receiver: Receiver, answers: list[Any], days: int, why: str
) -> None:
    subscription = subscribe(world, receiver, "ticket.opened")
    receiver.answers = answers
    world.begin()
    world.answer("3")
    herald(world).once()
    for _ in range(days):
        world.after(days=1)
        world.store.write(lambda c: announce_test(c, store.find(c, subscription.id), clock.now()))
        herald(world).once()
    row = world.row(subscriptions)
    assert (row["is_on"], row["why_off"]) == (False, why)
    assert {each["state"] for each in world.rows(posts)} == {"dead"}


def test_a_redirect_is_not_followed_and_a_private_address_not_called(world: World, receiver: Receiver) -> None:
    subscribe(world, receiver, "ticket.opened")
    receiver.answers = [(302, {"Location": receiver.url})]
    world.begin()
    world.answer("3")
    herald(world, http=GuardedHttp()).once()
    assert receiver.heard == []
    assert world.row(posts)["error"] == "this address is not allowed"
    world.after(hours=1)
    herald(world).once()
    assert len(receiver.heard) == 1
    assert (world.row(posts)["state"], world.row(posts)["status"]) == ("pending", 302)


def test_old_announcements_are_forgotten(world: World, receiver: Receiver) -> None:
    subscribe(world, receiver, "ticket.opened")
    world.begin()
    world.answer("3")
    herald(world).once()
    world.after(days=31)
    world.store.write(lambda c: forget_old(c, clock.now() - timedelta(days=30)))
    assert world.rows(announcements) == world.rows(posts) == world.rows(post_tries) == []
