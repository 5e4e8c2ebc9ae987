"""From the outbox to the provider: every message has a fate, none is sent twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from common import clock
from common.channels import Channel, Delivery, DeliveryReceipt, SendError, SendErrorCode
from common.receiving import Inbox
from common.store.schema import conversations, customers, invitations, messages, outbox
from common.survey.machine import TakenOver
from common.turns import ConversationEvent
from tests.integration.world import ANA, BEN, World

RETRY = [SendErrorCode.UNREACHABLE, SendErrorCode.THROTTLED, SendErrorCode.CONFIG]
FOR_GOOD = [SendErrorCode.REJECTED, SendErrorCode.UNDELIVERABLE, SendErrorCode.ENDPOINT_BLOCKED]


def test_the_first_question_is_sent_once_and_the_invitation_says_so(world: World) -> None:
    world.begin()
    world.dispatch()
    assert len(world.provider.texts()) == 1
    invitation = world.row(invitations)
    assert invitation["status"] == "sent"
    assert invitation["sent_at"] is not None
    assert world.row(messages)["provider_id"].startswith("SM")


@pytest.mark.parametrize("code", RETRY)
def test_what_surely_was_not_sent_is_sent_later(world: World, code: SendErrorCode) -> None:
    world.provider.fates = [SendError(code)]
    world.begin()
    assert world.provider.texts() == []
    assert world.row(outbox)["state"] == "pending"
    world.after(minutes=2)
    world.dispatch()
    assert len(world.provider.texts()) == 1
    assert world.row(outbox)["attempts"] == 2


def test_the_providers_wish_to_wait_is_heard(world: World) -> None:
    world.provider.fates = [SendError(SendErrorCode.THROTTLED, retry_after=timedelta(minutes=5))]
    world.begin()
    world.after(minutes=4)
    world.dispatch()
    assert world.provider.texts() == []
    world.after(minutes=2)
    world.dispatch()
    assert len(world.provider.texts()) == 1


def test_an_unknown_fate_is_looked_up_and_found(world: World) -> None:
    world.provider.fates = [SendError(SendErrorCode.AMBIGUOUS, "arrives")]
    world.begin()
    assert world.row(outbox)["state"] == "unknown"
    world.after(seconds=10)
    world.dispatch()
    assert world.row(outbox)["state"] == "sent"
    assert len(world.provider.texts()) == 1
    assert world.row(invitations)["status"] == "sent"


def test_an_unknown_fate_is_sent_again_only_when_the_provider_does_not_have_it(world: World) -> None:
    world.provider.fates = [SendError(SendErrorCode.AMBIGUOUS)]
    world.provider.is_settled = False
    world.begin()
    world.after(seconds=10)
    world.dispatch()
    assert world.row(outbox)["state"] == "unknown"
    assert world.provider.texts() == []
    world.provider.is_settled = True
    world.after(seconds=10)
    world.dispatch()
    assert len(world.provider.texts()) == 1
    assert world.provider.look_ups == 2


def test_a_question_of_unknown_fate_is_not_asked_again_once_it_was_answered(world: World) -> None:
    world.provider.fates = [SendError(SendErrorCode.AMBIGUOUS)]
    world.provider.is_settled = False
    world.begin()
    world.say("9")
    world.provider.is_settled = True
    world.after(seconds=30)
    world.dispatch()
    assert world.row(outbox, step=1)["error"] == "answered"
    world.dispatch()  # the next question may go now
    (asked,) = world.provider.texts()
    assert "recommend" not in asked
    assert world.row(conversations)["state"] == "reason"
    assert world.row(invitations)["status"] == "answered"


def test_a_fate_that_stays_unknown_is_left_to_a_person(world: World) -> None:
    world.provider.fates = [SendError(SendErrorCode.AMBIGUOUS)]
    world.provider.is_settled = False
    world.begin()
    world.after(minutes=11)
    world.dispatch()
    assert world.row(outbox)["state"] == "needs_human"
    assert world.provider.texts() == []


@pytest.mark.parametrize("code", FOR_GOOD)
def test_what_can_never_be_sent_ends_the_conversation(world: World, code: SendErrorCode) -> None:
    world.provider.fates = [SendError(code, provider_code="21211")]
    world.begin()
    conversation = world.row(conversations)
    outcome = "refused" if code is SendErrorCode.ENDPOINT_BLOCKED else "unreachable"
    assert (conversation["state"], conversation["outcome"]) == ("closed", outcome)
    assert world.row(messages)["delivery"] == "failed"
    assert world.row(invitations)["status"] == "undeliverable"


def test_a_block_at_the_provider_is_an_opt_out(world: World) -> None:
    world.provider.fates = [SendError(SendErrorCode.ENDPOINT_BLOCKED, provider_code="21610")]
    world.begin()
    assert world.row(customers)["opted_out_at"] is not None
    assert world.interaction("i-2")["reason"] == "opt_out"


def test_messages_of_one_conversation_leave_in_order_one_at_a_time(world: World) -> None:
    world.begin()
    world.provider.fates = [SendError(SendErrorCode.UNREACHABLE)]
    world.say("3")
    world.say("it was slow")
    world.dispatch()
    assert len(world.provider.texts()) == 1, "the second question must wait for the first"
    world.after(seconds=30)
    world.dispatch()
    rows = sorted(world.rows(outbox), key=lambda row: row["sequence"])
    assert world.provider.texts() == [row["prompt"]["text"] for row in rows]


def test_one_slow_conversation_does_not_hold_up_another(world: World) -> None:
    world.provider.fates = [SendError(SendErrorCode.UNREACHABLE)]
    world.begin("i-1")
    world.begin("i-2", customer="c-2", phone=BEN)
    assert len(world.provider.texts(BEN)) == 1


def test_nothing_leaves_after_a_takeover(world: World) -> None:
    conversation = world.begin()
    world.say("3")
    taken = TakenOver(at=clock.now(), user_id="u-1")
    world.services.take(ConversationEvent(conversation_id=conversation, event=taken))
    world.dispatch()
    assert len(world.provider.texts()) == 1
    assert world.rows(outbox, state="cancelled")


def test_nothing_leaves_after_an_opt_out_elsewhere(world: World) -> None:
    world.begin()
    world.say("9")
    customer = world.row(customers)["id"]
    world.store.write(lambda c: world.services.turns.opt_out(c, customer, "api", clock.now()))
    world.dispatch()
    assert len(world.provider.texts()) == 1
    assert world.row(conversations)["outcome"] == "refused"


def test_a_question_that_is_no_longer_useful_is_not_sent(world: World) -> None:
    world.interaction("i-1")
    world.tick()
    world.after(hours=24)
    world.dispatch()
    assert world.provider.texts() == []
    assert world.row(invitations)["status"] == "suppressed"
    assert world.row(conversations)["state"] == "closed"


def test_an_expired_lease_is_looked_up_never_sent_blindly(world: World) -> None:
    world.interaction("i-1")
    world.tick()
    leased, _ = world.store.write(lambda c: world.deliveries.lease(c, {Channel.SMS: 10}))
    assert len(leased) == 1
    world.provider.sent.append((ANA, leased[0].prompt.text, leased[0].prompt.reference))
    assert world.store.write(lambda c: world.deliveries.recover(c, all_leases=True)) == 1
    world.after(seconds=5)
    world.dispatch()
    assert len(world.provider.texts()) == 1
    assert world.row(outbox)["state"] == "sent"


def test_a_receipt_that_overtakes_our_commit_is_applied_later(world: World) -> None:
    world.interaction("i-1")
    world.tick()
    reference = world.row(outbox)["id"]
    _receipt(world, f"SM{reference}", Delivery.DELIVERED)
    world.dispatch()
    assert world.row(messages)["delivery"] == "delivered"


@pytest.mark.parametrize("late", [Delivery.QUEUED, Delivery.SENT, Delivery.FAILED])
def test_delivery_only_moves_forward(world: World, late: Delivery) -> None:
    world.begin()
    provider_id = world.row(messages)["provider_id"]
    _receipt(world, provider_id, Delivery.DELIVERED)
    _receipt(world, provider_id, late)
    assert world.row(messages)["delivery"] == "delivered"


def test_an_undelivered_first_question_gives_the_slot_back(world: World) -> None:
    world.survey(fatigue_days=60)
    world.begin()
    assert world.interaction("i-2")["reason"] == "fatigue"
    _receipt(world, world.row(messages)["provider_id"], Delivery.FAILED, SendErrorCode.UNDELIVERABLE)
    assert world.row(conversations)["outcome"] == "unreachable"
    assert world.interaction("i-3")["decision"] == "invite"


def _receipt(world: World, provider_id: str, delivery: Delivery, fate: SendErrorCode | None = None) -> None:
    receipt = DeliveryReceipt(
        channel=Channel.SMS,
        account="+15005550006",
        provider_id=provider_id,
        delivery=delivery,
        error="30005" if fate else None,
        fate=fate,
    )
    Inbox(world.services).receive([receipt])


def test_bad_news_that_overtakes_our_commit_still_reaches_the_machine(world: World) -> None:
    world.interaction("i-1")
    world.tick()
    _receipt(world, f"SM{world.row(outbox)['id']}", Delivery.FAILED, SendErrorCode.UNDELIVERABLE)
    world.dispatch()
    assert world.row(conversations)["outcome"] == "unreachable"


def test_news_with_our_reference_settles_an_unknown_fate_without_asking(world: World) -> None:
    world.provider.fates = [SendError(SendErrorCode.AMBIGUOUS, "arrives")]
    world.begin()
    reference = world.row(outbox)["id"]
    receipt = DeliveryReceipt(
        channel=Channel.SMS,
        account="+15005550006",
        provider_id="SM-theirs",
        delivery=Delivery.DELIVERED,
        reference=reference,
    )
    Inbox(world.services).receive([receipt])
    world.after(minutes=1)
    world.dispatch()
    row = world.row(outbox)
    assert (row["state"], row["provider_id"]) == ("sent", "SM-theirs")
    assert world.row(messages)["delivery"] == "delivered"
    assert world.provider.look_ups == 0
