"""Leasing, settling and recording work on groups: nobody's fate may become another's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert, update

from common import clock
from common.channels import (
    Channel,
    Delivery,
    DeliveryReceipt,
    InboundMessage,
    Lookup,
    Payload,
    SendError,
    SendErrorCode,
    SendResult,
)
from common.delivery import Fate, Leased, receipts
from common.delivery.recheck import Asked, recheck
from common.outreach.decision import Reason, SendNow, Suppress
from common.reconcile import reconcile
from common.store.engine import Database
from common.store.schema import conversations, customers, invitations, messages, outbox
from common.store.schema import receipts as receipt_rows
from tests.integration.world import ListProvider, World

HOW_MANY = 5


def number(place: int) -> str:
    return f"+3161000000{place}"


def asked(world: World, count: int = HOW_MANY) -> None:
    """So many people whose first question waits in the outbox, in the order of their numbers."""
    for place in range(count):
        world.interaction(f"i-{place}", customer=f"c-{place}", phone=number(place))
    world.tick()


def leased(world: World) -> list[Leased]:
    """Everything that is due, by the recipient's number."""
    found, _ = world.store.write(lambda c: world.deliveries.lease(c, {Channel.SMS: 100}))
    return sorted(found, key=lambda one: one.address)


def settled(world: World, fates: list[Fate]) -> frozenset[str]:
    return world.store.write(lambda c: world.deliveries.settle(c, fates))


def sent(one: Leased) -> Fate:
    return Fate(leased=one, result=SendResult(provider_id=f"SM{one.outbox_id}"))


def failed(one: Leased, code: SendErrorCode) -> Fate:
    return Fate(leased=one, error=SendError(code, provider_code="1"))


def states(world: World) -> list[str]:
    """The states of the outbox, by the recipient's number."""
    return [row["state"] for row in sorted(world.rows(outbox), key=lambda row: row["address"])]


def receipt(provider_id: str, delivery: Delivery, fate: SendErrorCode | None = None) -> DeliveryReceipt:
    return DeliveryReceipt(
        channel=Channel.SMS,
        account="+15005550006",
        provider_id=provider_id,
        delivery=delivery,
        error="30005" if fate else None,
        fate=fate,
    )


def recorded(world: World, *news: DeliveryReceipt) -> list[frozenset[str]]:
    return world.store.write(lambda c: receipts.record(c, world.services.turns, news))


# --- leasing ----------------------------------------------------------------------------------------------------------


def test_one_who_opted_out_is_left_out_of_the_group(world: World) -> None:
    asked(world)
    owner = next(row for row in world.rows(outbox) if row["address"] == number(2))["customer_id"]
    gone = update(customers).where(customers.c.id == owner).values(opted_out_at=clock.now(), opted_out_by="api")
    world.store.write(lambda c: c.execute(gone))
    assert [one.address for one in leased(world)] == [number(0), number(1), number(3), number(4)]
    assert states(world) == ["sending", "sending", "cancelled", "sending", "sending"]
    ended = world.row(conversations, address=number(2))
    assert ended["state"] == "closed"
    assert world.row(invitations, id=ended["invitation_id"])["status"] == "suppressed"
    assert world.row(messages, conversation_id=ended["id"])["delivery"] == "failed"


def test_each_channel_has_its_own_limit(world: World) -> None:
    asked(world)
    found, _ = world.store.write(lambda c: world.deliveries.lease(c, {Channel.SMS: 2, Channel.WEBCHAT: 0}))
    assert len(found) == 2
    assert len({one.lease for one in found}) == 1
    assert sorted(states(world)).count("sending") == 2


def test_a_suppressed_invitation_gives_its_slot_to_the_next_in_the_group(world: World) -> None:
    world.survey(fatigue_days=60)
    for place in range(2):
        world.interaction(f"i-{place}", customer=f"c-{place}", phone=number(place))
    first, second = world.rows(invitations)
    person = world.row(customers, id=first["customer_id"])
    theirs = update(invitations).where(invitations.c.id == second["id"]).values(customer_id=person["id"])
    world.store.write(lambda c: c.execute(theirs))

    def both(given_up: tuple[str, ...]) -> list[object]:
        wanted = [
            Asked(
                invitation_id=row["id"],
                interaction_id=row["interaction_id"],
                survey=("support", row["survey_version"]),
                customer=person,
                address=number(0),
                adapter=world.provider,
            )
            for row in (first, second)
        ]
        with world.store.read() as connection:
            found = recheck(connection, world.services.surveys, wanted, given_up=given_up, zone="UTC", now=clock.now())
        return [verdict.reason if isinstance(verdict, Suppress) else type(verdict) for verdict in found]

    assert both(()) == [Reason.FATIGUE, SendNow]
    assert both((second["id"],)) == [SendNow, Reason.FATIGUE]


# --- settling ---------------------------------------------------------------------------------------------------------


def test_fates_of_all_kinds_in_one_group_stay_apart(world: World) -> None:
    asked(world)
    group = leased(world)
    kinds: list[Callable[[Leased], Fate]] = [
        sent,
        lambda one: failed(one, SendErrorCode.UNREACHABLE),
        lambda one: failed(one, SendErrorCode.AMBIGUOUS),
        lambda one: failed(one, SendErrorCode.REJECTED),
        lambda one: failed(one, SendErrorCode.ENDPOINT_BLOCKED),
    ]
    settled(world, [kind(one) for kind, one in zip(kinds, group, strict=True)])
    assert states(world) == ["sent", "pending", "unknown", "dead", "dead"]
    by_address = {row["address"]: row for row in world.rows(conversations)}
    found = [by_address[number(place)] for place in range(HOW_MANY)]
    assert [row["outcome"] for row in found] == [None, None, None, "unreachable", "refused"]
    status = [world.row(invitations, id=row["invitation_id"])["status"] for row in found]
    assert status == ["sent", "scheduled", "scheduled", "undeliverable", "undeliverable"]
    delivery = [world.row(messages, conversation_id=row["id"])["delivery"] for row in found]
    assert delivery == ["queued", "queued", "queued", "failed", "failed"]
    opted_out = [world.row(customers, id=row["customer_id"])["opted_out_at"] is not None for row in found]
    assert opted_out == [False] * 4 + [True]
    errors = [row["error"] for row in sorted(world.rows(outbox), key=lambda row: row["address"])]
    assert errors == [None, "unreachable 1", "ambiguous 1", "rejected 1", "endpoint_blocked 1"]


def test_one_lost_lease_among_many_changes_nothing_of_its_row(world: World) -> None:
    asked(world)
    group = leased(world)
    taken = update(outbox).where(outbox.c.id == group[1].outbox_id).values(lease="lea_another")
    world.store.write(lambda c: c.execute(taken))
    settled(world, [sent(one) for one in group])
    assert states(world) == ["sent", "sending", "sent", "sent", "sent"]
    assert world.row(outbox, id=group[1].outbox_id)["provider_id"] is None


def test_a_fate_that_comes_twice_counts_once(world: World) -> None:
    asked(world, 2)
    group = leased(world)
    settled(world, [sent(one) for one in group])
    rings = settled(world, [failed(one, SendErrorCode.REJECTED) for one in group])
    assert (states(world), rings) == (["sent", "sent"], frozenset())


def test_look_ups_in_one_group_are_told_apart(world: World) -> None:
    asked(world, 3)
    settled(world, [failed(one, SendErrorCode.AMBIGUOUS) for one in leased(world)])
    world.after(seconds=10)
    group = leased(world)
    assert all(one.is_look_up and one.attempts == 1 for one in group)
    lookups = [
        Lookup(result=SendResult(provider_id="SM-found")),
        Lookup(result=None),
        Lookup(result=None, settled=False),
    ]
    settled(world, [Fate(leased=one, lookup=lookup) for one, lookup in zip(group, lookups, strict=True)])
    assert states(world) == ["sent", "pending", "unknown"]
    assert world.row(outbox, id=group[0].outbox_id)["provider_id"] == "SM-found"


def test_what_the_provider_said_before_we_settled_counts_for_its_own_message(world: World) -> None:
    asked(world, 4)
    group = leased(world)
    ids = [f"SM{one.outbox_id}" for one in group]
    recorded(
        world,
        receipt(ids[1], Delivery.SENT),
        receipt(ids[1], Delivery.DELIVERED),
        receipt(ids[2], Delivery.FAILED, SendErrorCode.UNDELIVERABLE),
        receipt("SM-of-nobody", Delivery.DELIVERED),
    )
    settled(world, [sent(one) for one in group])
    assert states(world) == ["sent"] * 4
    found = [world.row(messages, provider_id=provider_id) for provider_id in ids]
    assert [row["delivery"] for row in found] == ["queued", "delivered", "failed", "queued"]
    outcomes = [world.row(conversations, id=row["conversation_id"])["outcome"] for row in found]
    assert outcomes == [None, None, "unreachable", None]
    applied = {row["provider_id"] for row in world.rows(receipt_rows) if row["applied"]}
    assert applied == {ids[1], ids[2]}


@dataclass
class OddProvider(ListProvider):
    """Gives one message an id that no database of ours was promised."""

    odd: str = ""

    def send(self, payload: Payload, *, before_request: Callable[[], None]) -> SendResult:
        result = super().send(payload, before_request=before_request)
        return SendResult(provider_id="SM" * 200) if payload.to == self.odd else result


def test_a_fate_that_cannot_be_settled_does_not_hold_up_the_others(database: Database, tmp_path: Path) -> None:
    world = World(database, tmp_path, adapters=[OddProvider(odd=number(1))])
    world.survey()
    asked(world, 3)
    world.dispatch()
    kept = states(world)
    assert (kept[0], kept[2]) == ("sent", "sent")
    assert kept[1] in {"sent", "sending"}, "SQLite keeps any length; else the lease runs out and it is looked up"
    world.close()


# --- the provider's news ----------------------------------------------------------------------------------------------


def test_two_failures_of_one_conversation_in_one_group(world: World) -> None:
    world.begin()
    world.answer("3")
    ids = [row["provider_id"] for row in world.rows(outbox)]
    assert len(ids) == 2
    recorded(world, *(receipt(key, Delivery.FAILED, SendErrorCode.UNDELIVERABLE) for key in ids))
    conversation = world.row(conversations)
    assert conversation["score"] == 3, "what was answered stays"
    assert [row["delivery"] for row in world.rows(messages, direction="out")] == ["failed", "failed"]
    assert sum(1 for row in world.rows(receipt_rows) if row["applied"]) == 2


def test_news_of_many_messages_moves_each_as_far_as_its_own(world: World) -> None:
    asked(world, 3)
    group = leased(world)
    settled(world, [sent(one) for one in group])
    ids = [f"SM{one.outbox_id}" for one in group]
    delivered = receipt(ids[0], Delivery.DELIVERED)
    news = [receipt(ids[0], Delivery.READ), delivered, receipt(ids[1], Delivery.SENT), delivered]
    rings = recorded(world, *news, receipt("SM-of-nobody", Delivery.SENT))
    assert [world.row(messages, provider_id=key)["delivery"] for key in ids] == ["read", "sent", "queued"]
    mine = {f"conversation:{world.row(messages, provider_id=key)['conversation_id']}" for key in ids[:2]}
    assert mine <= frozenset().union(*rings)
    assert rings[-1] == frozenset()
    assert recorded(world, *news) == [frozenset()] * 4


def test_bad_news_that_nobody_applied_reaches_the_machine_from_the_reconciler(world: World) -> None:
    world.begin()
    row = {
        "channel": "sms",
        "provider_id": world.row(outbox)["provider_id"],
        "delivery": "failed",
        "error": "30005",
        "fate": SendErrorCode.UNDELIVERABLE.value,
        "at": clock.now(),
        "applied": False,
    }
    world.store.write(lambda c: c.execute(insert(receipt_rows).values(row)))
    assert world.store.write(lambda c: reconcile(c, world.services.turns)) == 1
    assert world.row(conversations)["outcome"] == "unreachable"
    assert world.store.write(lambda c: reconcile(c, world.services.turns)) == 0


# --- turns ------------------------------------------------------------------------------------------------------------


def test_an_opt_out_in_the_middle_of_a_group_holds_for_the_persons_other_conversation(world: World) -> None:
    """One person with two numbers, both asked; between answers of the first number a STOP comes from the second."""
    for place in range(2):
        world.begin(f"i-{place}", customer="c-1", phone=number(place))
    world.begin("i-9", customer="c-9", phone=number(9))
    said = [(0, "8"), (1, "STOP"), (0, "it was quick"), (9, "10")]
    group = [
        InboundMessage(
            channel=Channel.SMS, account="+15005550006", provider_id=f"m{place}", sender=number(who), text=words
        )
        for place, (who, words) in enumerate(said)
    ]
    world.store.write(lambda c: world.services.turns.run(c, group))
    first, second, other = (world.row(conversations, address=number(who)) for who in (0, 1, 9))
    assert (first["score"], first["state"], second["outcome"]) == (8, "closed", "refused")
    assert first["customer_id"] == second["customer_id"]
    assert world.row(customers, id=first["customer_id"])["opted_out_at"] is not None
    assert (other["score"], other["state"]) == (10, "reason")
    before = len(world.provider.sent)
    world.dispatch()
    later = world.provider.sent[before:]
    assert not [address for address, _, _ in later if address == number(0)]
    assert [address for address, _, _ in later if address == number(9)] == [number(9)]


def test_a_stop_outside_any_conversation_in_one_group_with_an_answer_of_the_same_person(world: World) -> None:
    world.begin("i-0", customer="c-1", phone=number(0))
    short = world.interaction("i-1", customer="c-1", phone=number(1), duration_s=1)
    assert short["reason"] == "too_short", "known by this number, never asked on it"
    group = [
        InboundMessage(channel=Channel.SMS, account="+15005550006", provider_id=key, sender=who, text=words)
        for key, who, words in (("m1", number(0), "2"), ("m2", number(1), "STOP"))
    ]
    world.store.write(lambda c: world.services.turns.run(c, group))
    conversation = world.row(conversations)
    assert conversation["score"] == 2
    assert conversation["ticket_id"] is not None
    assert conversation["state"] == "closed"
    assert world.row(customers, id=conversation["customer_id"])["opted_out_at"] is not None


def test_a_message_due_later_is_not_leased_with_the_group(world: World) -> None:
    asked(world, 2)
    later = update(outbox).where(outbox.c.address == number(0)).values(due_at=clock.now() + timedelta(minutes=1))
    world.store.write(lambda c: c.execute(later))
    assert [one.address for one in leased(world)] == [number(1)]
