"""Alerts on both databases: one for all that is alike, routed, quiet at night, one digest, acknowledged; and a real
service by apprise over real HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from common import clock
from common.alerts import AlertKind, Raised, Urgency
from common.alerts.routes import RouteSettings, from_json, to_json
from common.channels import SendError, SendErrorCode
from common.guarded_http import GuardedHttp
from common.herald.alarms import sound
from common.herald.messenger import Messenger
from common.herald.runner import Herald
from common.notifying import BadAddress, Notifier, checked_address
from common.sealing import Sealer
from common.store import alerts as store
from common.store import subscriptions
from common.store.schema import alert_routes, alert_sends, alerts, events
from common.tickets import Tickets
from common.webhooks.addresses import networks
from tests.integration.world import World
from tests.receiver import Receiver, a_receiver

KEY = "s" * 32
SEALER = Sealer([KEY], "alert route")
MINE = networks("127.0.0.0/8")
ZONE = ZoneInfo("Europe/Amsterdam")


class Service:
    """Somebody's mail or chat: what it was sent, and what it answers."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, str]] = []
        self.answer: str | None = None

    def __call__(self, address: str, title: str, body: str) -> str | None:
        self.sent.append((address, title, body))
        return self.answer

    @property
    def titles(self) -> list[str]:
        return [title for _, title, _ in self.sent]


@pytest.fixture
def service() -> Service:
    return Service()


def herald(world: World) -> Herald:
    return Herald(world.store, Tickets(world.services.turns), GuardedHttp(MINE), secret_key=KEY)


def messenger(world: World, send: Any) -> Messenger:
    return Messenger(world.store, send, sealer=SEALER, console_url="https://console", zone=ZONE)


def add_route(world: World, address: str = "mailto://a", name: str = "Team", **settings: Any) -> str:
    return world.store.write(
        lambda c: store.save_route(
            c,
            None,
            name=name,
            settings=RouteSettings(zone="Europe/Amsterdam", **settings),
            is_on=True,
            now=clock.now(),
            address=("mailto", SEALER.seal(address)),
        )
    )


def subscribe(world: World, receiver: Receiver, name: str, kind: str) -> None:
    world.store.write(lambda c: subscriptions.create(c, url=receiver.url, name=name, types=[kind], now=clock.now()))


def unhappy(world: World, number: int, score: str = "5", team: str = "billing") -> str:
    phone = f"+3161000{number:04d}"
    agent = {"id": "a", "name": "Joost", "team": team}
    conversation_id = world.begin(f"i-{number}", customer=f"c-{number}", phone=phone, agent=agent)
    world.say(score, sender=phone)
    herald(world).once()
    return conversation_id


def raise_one(world: World, severity: Urgency = Urgency.WARNING, **fields: Any) -> None:
    raised = Raised(kind=AlertKind.SLA_BREACHED, severity=severity, **fields)
    world.store.write(lambda c: sound(c, raised, clock.now()))


def at(world: World, hour: int, minute: int = 0) -> None:
    """Move the clock to the next time that clocks in Amsterdam say so."""
    local = clock.now().astimezone(ZONE)
    wanted = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    wanted += timedelta(days=1) if wanted <= local else timedelta(0)
    world.after(seconds=(wanted - local).total_seconds() + 1)


def test_a_flood_of_low_scores_is_one_alert_with_a_count(world: World, service: Service) -> None:
    add_route(world)
    for number in range(5):
        unhappy(world, number)
    messenger(world, service).once()
    alert = world.row(alerts)
    assert (alert["kind"], alert["team"], alert["times"], len(alert["facts"]["tickets"])) == (
        "low_score",
        "billing",
        5,
        5,
    )
    assert service.titles == ["5 low scores in billing"]
    unhappy(world, 6)
    messenger(world, service).once()
    assert len(service.sent) == 1, "told again within the hour"
    world.after(hours=2)
    unhappy(world, 7)
    messenger(world, service).once()
    assert service.titles[1:] == ["7 low scores in billing"]


def test_what_was_acknowledged_begins_anew(world: World, service: Service) -> None:
    add_route(world)
    unhappy(world, 1, team="billing")
    unhappy(world, 2, team="sales")
    assert len(world.rows(alerts)) == 2
    ids = [row["id"] for row in world.rows(alerts) if row["team"] == "billing"]
    assert world.store.write(lambda c: store.see(c, ids, clock.now(), by="usr_1", name="Eva")) == 1
    messenger(world, service).once()
    assert service.titles == ["A low score in sales"]
    unhappy(world, 3, team="billing")
    assert len(world.rows(alerts)) == 3
    with world.store.read() as connection:
        assert store.unseen(connection) == 2


@pytest.mark.parametrize(
    ("name", "kind", "severity"),
    [
        ("sla_warned", "sla_warned", "warning"),
        ("sla_breached", "sla_breached", "critical"),
        ("owner_silent", "owner_silent", "warning"),
    ],
)
def test_what_happens_to_a_ticket_is_an_alert_of_its_team(world: World, name: str, kind: str, severity: str) -> None:
    conversation_id = unhappy(world, 1)
    row = {"conversation_id": conversation_id, "sequence": 900, "customer_id": "c", "at": clock.now()}
    world.store.write(lambda c: c.execute(insert(events).values(**row, name=name, data={})))
    herald(world).once()
    (found,) = [each for each in world.rows(alerts) if each["kind"] == kind]
    assert (found["severity"], found["team"]) == (severity, "billing")


def test_routes_take_by_kind_team_and_severity(world: World, service: Service) -> None:
    add_route(world, "mailto://billing", teams=("billing",))
    add_route(world, "mailto://late", kinds=(AlertKind.SLA_BREACHED,), least=Urgency.CRITICAL)
    add_route(world, "mailto://all", least=Urgency.NOTICE)
    raise_one(world, team="sales")
    raise_one(world, Urgency.CRITICAL, team="billing")
    messenger(world, service).once()
    heard = {(address.removeprefix("mailto://"), title) for address, title, _ in service.sent}
    assert heard == {
        ("billing", "A ticket is late in billing"),
        ("late", "A ticket is late in billing"),
        ("all", "Zeroten: 2 alerts"),
    }


def test_a_night_is_quiet_but_for_what_is_critical_and_leaves_together_at_its_end(
    world: World, service: Service
) -> None:
    quiet = from_json({**to_json(RouteSettings(zone="Europe/Amsterdam")), "quiet": ["22:00", "07:00"]})
    add_route(world, quiet=quiet.quiet)
    at(world, 23)
    raise_one(world, team="a")
    raise_one(world, team="b")
    assert messenger(world, service).once() == 0
    raise_one(world, Urgency.CRITICAL, team="c")
    messenger(world, service).once()
    assert service.titles == ["A ticket is late in c"]
    at(world, 6, 59)
    assert messenger(world, service).once() == 0
    at(world, 7)
    messenger(world, service).once()
    assert service.titles[1:] == ["Zeroten: 2 alerts"]


def test_a_digest_leaves_once_a_day(world: World, service: Service) -> None:
    add_route(world, is_digest=True, least=Urgency.NOTICE)
    at(world, 9)
    for team in ("a", "b", "c"):
        raise_one(world, team=team)
    raise_one(world, team="a")
    at(world, 7, 55)
    assert messenger(world, service).once() == 0
    at(world, 8)
    assert sum(messenger(world, service).once() for _ in range(3)) == 1
    assert service.titles == ["Zeroten: 3 alerts"]
    assert "2 tickets are late in a" in service.sent[0][2]
    assert {row["state"] for row in world.rows(alert_sends)} == {"sent"}
    at(world, 8)
    assert messenger(world, service).once() == 0


def test_a_message_that_fails_is_tried_again_and_the_route_says_so(world: World, service: Service) -> None:
    add_route(world)
    raise_one(world)
    service.answer = "the service answered 403"
    messenger(world, service).once()
    assert world.row(alert_routes)["error"] == "the service answered 403"
    assert messenger(world, service).once() == 0
    service.answer = None
    world.after(minutes=2)
    assert messenger(world, service).once() == 1
    assert world.row(alert_routes)["error"] is None
    assert [row["state"] for row in world.rows(alert_sends)] == ["sent"]


def test_a_real_service_hears_it_and_nobody_can_read_its_address(world: World) -> None:
    with a_receiver() as receiver:
        receiver.answers = [200]
        address = f"mmost://{receiver.url.split('/')[2]}/a1b2c3d4e5f6secret"
        assert checked_address(address, MINE) == "mmost"
        route_id = add_route(world, address)
        world.store.write(lambda c: store.send_test(c, route_id, clock.now()))
        notifier = Notifier(MINE)
        assert messenger(world, notifier).once() == 1
        assert "This is a test" in receiver.heard[0].json["text"]
        raise_one(world, team="<b>billing</b>")
        receiver.answers = [403]
        messenger(world, notifier).once()
        assert world.row(alert_routes)["error"] == "the service answered 403"
    stored = str(world.rows(alert_routes))
    assert "a1b2c3d4" not in stored
    assert SEALER.open(world.row(alert_routes)["address"]) == address


@pytest.mark.parametrize(
    "address",
    [
        "json://example.com/",
        "file:///etc/passwd",
        "syslog://",
        "dbus://",
        "mailto://",
        "slack://",
        "mmost://127.0.0.1/token-of-mattermost",
        "mmosts://[::1]/token-of-mattermost",
        "nonsense",
        "slack://a/b/c\nslack://d/e/f",
        "mailto://" + "a" * 1000,
    ],
)
def test_an_address_that_could_call_anything_is_refused(address: str) -> None:
    with pytest.raises(BadAddress) as fault:
        checked_address(address, ())
    assert "token-of" not in str(fault.value)


def test_a_provider_that_refuses_our_settings_is_one_alert_until_it_is_over(world: World) -> None:
    refused = SendError(SendErrorCode.CONFIG, "no such account")
    world.provider.fates = [refused] * 3
    answer = world.interaction("i-1")
    assert answer["decision"] == "invite"
    world.tick()
    world.dispatch()
    for _ in range(3):
        messenger(world, Service()).look(now=True)
    alert = world.row(alerts)
    assert (alert["kind"], alert["subject"], alert["severity"], alert["times"]) == (
        "provider_errors",
        "sms",
        "critical",
        1,
    )
    world.store.write(lambda c: store.see(c, [alert["id"]], clock.now(), by="usr_1", name="Eva"))
    messenger(world, Service()).look(now=True)
    assert len(world.rows(alerts)) == 1, "seen, it goes on and is not raised anew"
    world.provider.fates = []
    world.after(minutes=30)
    world.dispatch()
    messenger(world, Service()).look(now=True)
    world.provider.fates = [refused] * 3
    world.interaction("i-2", customer="c-2", phone="+31600000002")
    world.tick()
    world.dispatch()
    messenger(world, Service()).look(now=True)
    assert [row["seen_at"] is None for row in world.rows(alerts)] == [False, True], "over, it may begin again"


def test_a_webhook_that_dies_is_an_alert_and_alerts_are_told_by_webhook(world: World) -> None:
    with a_receiver() as dead, a_receiver() as alive:
        dead.answers = [410]
        subscribe(world, dead, "CRM", "ticket.opened")
        subscribe(world, alive, "Pager", "alert.raised")
        unhappy(world, 1)
        herald(world).once()
        told = {call.json["data"]["kind"]: call.json["data"] for call in alive.of("alert.raised")}
    assert set(told) == {"low_score", "webhook_failing"}
    assert told["webhook_failing"]["title"] == "The webhook CRM was switched off"
    assert told["low_score"]["team"] == "billing"
