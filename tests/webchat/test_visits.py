"""Visitors of a site, over HTTP: who is let in, who is asked, and that everything may come twice."""

from __future__ import annotations

import base64
import json
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from common import clock
from common.reconcile import reconcile
from common.sites.site import Site, checked
from common.store import sites
from common.store.schema import conversations, customers, interactions, invitations, nonces, visits
from tests.webchat.shop import Shop, add_site
from tests.webchat.world import SURVEY, World, a_world

ORIGIN = "https://shop.example"
OURS = {"Origin": "http://localhost"}


def is_quiet(reply: TestResponse) -> bool:
    """The visit is open, and there is nothing to show."""
    return reply.status_code == 200 and {"asked": False, "thread": None}.items() <= (reply.json or {}).items()


def a_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).rstrip(b"=").decode()


@dataclass(slots=True)
class Tab:
    """A visitor's tab without a browser: what the frame's script does, step by step."""

    world: World
    site: Site
    key: str = field(default_factory=a_key)

    @property
    def http(self) -> FlaskClient:
        return self.world.app.test_client()

    @property
    def right(self) -> dict[str, str]:
        return {**OURS, "Authorization": f"Bearer {self.key}"}

    def ticket(self, origin: str = ORIGIN) -> str:
        html = self.http.get(f"/webchat/frame/{self.site.key}?origin={origin}").text
        found = re.search(r"data-config='([^']+)'", html)
        assert found is not None, html
        return str(json.loads(found[1])["ticket"])

    def open(self, identity: str | None = None, **changes: Any) -> TestResponse:
        body = {"key": self.key, "ticket": self.ticket(), "identity": identity} | changes
        return self.http.post(f"/webchat/sites/{self.site.key}/visits", json=body, headers=OURS)

    def ask(self, **changes: Any) -> TestResponse:
        body = {"id": "asking-1", "timezone": "Europe/Amsterdam", "locale": "en"} | changes
        return self.http.post("/webchat/visit/asks", json=body, headers=self.right)

    def answer(self, choice: str, client_id: str = "client-id-1", question: str = "score") -> TestResponse:
        body = {"client_id": client_id, "question": question, "choice": choice}
        return self.http.post("/webchat/visit/messages", json=body, headers=self.right)

    def news(self) -> dict[str, Any]:
        """The thread, once nothing is on its way any more."""
        reply = self.http.get("/webchat/visit", headers=self.right)
        assert reply.status_code == 200, reply.text
        return dict((reply.json or {})["thread"])


@pytest.fixture
def site(world: World) -> Site:
    return add_site(world, [ORIGIN])


@pytest.fixture
def shop(world: World, site: Site) -> Shop:
    return Shop(site=site, origin=ORIGIN, secret=site.secret(world.services.settings.secret_key))


@pytest.fixture
def tab(world: World, site: Site) -> Tab:
    return Tab(world, site)


def rows(world: World, table: Any) -> list[dict[str, Any]]:
    with world.services.store.read() as connection:
        return [dict(row) for row in connection.execute(select(table)).mappings()]


# --- being asked ------------------------------------------------------------------------------------------------------


def test_an_anonymous_visitor_is_asked_as_a_customer_of_their_own(world: World, tab: Tab) -> None:
    opened = tab.open()
    assert is_quiet(opened)
    asked = tab.ask(topic="checkout").json
    assert asked is not None
    assert asked["asked"]
    assert asked["thread"]["state"]["question"]["key"] == "score"
    assert tab.answer("3").status_code == 200
    assert tab.news()["state"]["question"]["key"] == "reason"
    (interaction,) = rows(world, interactions)
    assert interaction["topic"] == "checkout"
    assert interaction["customer_ref"].startswith("visitor:")
    assert interaction["body"]["attributes"] == {"site": tab.site.key, "origin": ORIGIN, "signed": False}
    assert world.conversation()["score"] == 3


def test_a_signed_visitor_is_the_site_s_own_customer(world: World, tab: Tab, shop: Shop) -> None:
    ended_at = (clock.now() - timedelta(minutes=2)).isoformat()
    about = {"id": "chat-77", "ended_at": ended_at, "topic": "invoice", "agent": {"id": "a-7", "team": "billing"}}
    assert tab.open(shop.token(interaction=about, locale="nl")).status_code == 200
    assert tab.ask(topic="something else").json["asked"]  # type: ignore[index]
    (interaction,) = rows(world, interactions)
    assert (interaction["ref"], interaction["customer_ref"]) == ("chat-77", "c-991")
    assert (interaction["topic"], interaction["team"]) == ("invoice", "billing")  # the token, not the page
    assert world.conversation()["locale"] == "nl"


def test_everything_may_come_twice(world: World, tab: Tab, shop: Shop) -> None:
    token = shop.token()
    first, again = tab.open(token), tab.open(token)
    assert first.status_code == again.status_code == 200
    asked = [tab.ask().json for _ in range(3)]
    assert asked[0] == asked[1] == asked[2]
    for _ in range(2):
        assert tab.answer("9").status_code == 200
    assert [len(rows(world, table)) for table in (visits, nonces, interactions, conversations)] == [1, 1, 1, 1]
    assert [text for author, text in world.thread() if author == "customer"] == ["9"]


def test_a_wish_under_another_id_goes_on_with_the_open_thread(world: World, tab: Tab) -> None:
    tab.open()
    first = tab.ask(id="asking-1").json
    assert tab.ask(id="asking-2").json == first
    assert len(rows(world, interactions)) == 1


def test_a_customer_is_found_again_from_another_device(world: World, site: Site, shop: Shop) -> None:
    phone, laptop = Tab(world, site), Tab(world, site)
    phone.open(shop.token())
    phone.ask()
    phone.answer("2")
    found = laptop.open(shop.token()).json
    assert found is not None
    assert found["asked"]
    assert found["thread"] == phone.news()


def test_what_the_api_has_prepared_is_found_and_begun(world: World, tab: Tab, shop: Shop) -> None:
    tab.open(shop.token(sub="c-1"))
    assert is_quiet(tab.http.get("/webchat/visit", headers=tab.right))
    world.invite()  # for the customer c-1, by the API
    found = tab.http.get("/webchat/visit", headers=tab.right).json
    assert found is not None
    assert found["asked"]
    assert found["thread"]["state"]["question"]["key"] == "score"


def test_an_interaction_that_the_api_has_reported_is_gone_on_with(world: World, tab: Tab, shop: Shop) -> None:
    world.invite(id="chat-9", customer={"id": "c-991", "consent": True})
    tab.open(shop.token(interaction={"id": "chat-9", "topic": "differs"}))
    assert tab.ask().json["asked"]  # type: ignore[index]
    assert len(rows(world, interactions)) == 1


def test_an_interaction_of_somebody_else_is_not_taken_over(world: World, tab: Tab, shop: Shop) -> None:
    world.invite(id="chat-9", customer={"id": "c-1", "consent": True})
    tab.open(shop.token(interaction={"id": "chat-9"}))
    assert is_quiet(tab.ask())


# --- not being asked --------------------------------------------------------------------------------------------------


@pytest.fixture
def strict(tmp_path: Any) -> Iterator[World]:
    """A world that asks a person once in sixty days."""
    (tmp_path / "strict").mkdir()
    with a_world(tmp_path / "strict", SURVEY | {"fatigue_days": 60}) as made:
        yield made


def test_nobody_is_asked_twice_within_the_fatigue_limit(strict: World) -> None:
    site = add_site(strict, [ORIGIN])
    shop = Shop(site=site, origin=ORIGIN, secret=site.secret(strict.services.settings.secret_key))
    first, later = Tab(strict, site), Tab(strict, site)
    first.open(shop.token())
    first.ask()
    for number, (question, choice) in enumerate([("score", "10"), ("reason", "skip"), ("aspect", "skip")]):
        first.answer(choice, f"client-id-{number}", question)
    assert strict.conversation()["state"] == "closed"
    later.open(shop.token())
    assert is_quiet(later.ask())
    assert first.ask(id="asking-2").json["asked"] is False  # type: ignore[index]
    assert {row["reason"] for row in rows(strict, interactions)} == {None, "fatigue"}


@pytest.mark.parametrize(
    ("consent", "by_visitor", "asked"), [(None, False, False), (None, True, True), (False, True, False)]
)
def test_consent_is_the_site_s_word_or_the_visitor_s_act(
    tab: Tab, shop: Shop, consent: bool | None, by_visitor: bool, asked: bool
) -> None:
    tab.open(shop.token(consent=consent))
    assert tab.ask(by_visitor=by_visitor).json["asked"] is asked  # type: ignore[index]


def test_whoever_opted_out_is_not_asked(world: World, tab: Tab, shop: Shop) -> None:
    tab.open(shop.token())
    tab.ask()
    body = {"client_id": "client-id-9", "opt_out": True}
    assert tab.http.post("/webchat/visit/messages", json=body, headers=tab.right).status_code == 200
    assert rows(world, customers)[0]["opted_out_at"] is not None
    later = Tab(world, tab.site)
    later.open(shop.token())
    assert later.ask(by_visitor=True).json["asked"] is False  # type: ignore[index]


def test_a_site_for_signed_visitors_lets_in_nobody_else(world: World) -> None:
    site = add_site(world, [ORIGIN], allows_anonymous=False)
    tab = Tab(world, site)
    refused = tab.open()
    assert (refused.status_code, refused.json["code"]) == (403, "sign_in")  # type: ignore[index]
    shop = Shop(site=site, origin=ORIGIN, secret=site.secret(world.services.settings.secret_key))
    assert tab.open(shop.token()).status_code == 200
    assert tab.ask().json["asked"]  # type: ignore[index]


# --- being refused ----------------------------------------------------------------------------------------------------


def test_a_token_opens_one_visit(world: World, site: Site, shop: Shop) -> None:
    token = shop.token()
    assert Tab(world, site).open(token).status_code == 200
    thief = Tab(world, site).open(token)
    assert (thief.status_code, thief.json["code"]) == (409, "token_used")  # type: ignore[index]
    assert len(rows(world, visits)) == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"aud": "another0site0key"}, "token_site"),
        ({"iat": 1, "exp": 2}, "token_expired"),
        ({"sub": ""}, "token_claims"),
    ],
)
def test_a_wrong_token_is_refused_by_name(
    world: World, tab: Tab, shop: Shop, changes: dict[str, Any], code: str
) -> None:
    refused = tab.open(shop.token(**changes))
    assert (refused.status_code, refused.json["code"]) == (401, code)  # type: ignore[index]
    assert tab.open("not a token").status_code == 401
    assert tab.open({"not": "text"}).status_code == 422  # type: ignore[arg-type]
    assert rows(world, visits) == []


def test_a_rotated_secret_counts_for_a_day_or_not_at_all(world: World, site: Site, shop: Shop) -> None:
    store = world.services.store
    store.write(lambda c: sites.rotate_secret(c, site.key, clock.wall(), at_once=False))
    assert Tab(world, site).open(shop.token()).status_code == 200
    store.write(lambda c: sites.rotate_secret(c, site.key, clock.wall(), at_once=True))
    refused = Tab(world, site).open(shop.token())
    assert (refused.status_code, refused.json["code"]) == (401, "token_signature")  # type: ignore[index]


def test_a_secret_of_another_visitor_opens_nothing(world: World, site: Site, shop: Shop, tab: Tab) -> None:
    tab.open(shop.token())
    other = Tab(world, site, key=tab.key).open(shop.token(sub="c-2"))
    assert (other.status_code, other.json["code"]) == (409, "visit_taken")  # type: ignore[index]


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": ORIGIN}, {"Origin": "null"}, OURS | {"Sec-Fetch-Site": "cross-site"}]
)
def test_nobody_but_our_own_frame_sends_anything(world: World, tab: Tab, headers: dict[str, str]) -> None:
    body = {"key": tab.key, "ticket": tab.ticket(), "identity": None}
    assert tab.http.post(f"/webchat/sites/{tab.site.key}/visits", json=body, headers=headers).status_code == 403
    tab.open()
    tab.ask()
    right = {"Authorization": f"Bearer {tab.key}", **headers}
    for path in ("asks", "messages"):
        assert tab.http.post(f"/webchat/visit/{path}", json={"id": "asking-1"}, headers=right).status_code == 403
    if "Sec-Fetch-Site" in headers:
        for path in ("", "/messages", "/stream"):
            assert tab.http.get(f"/webchat/visit{path}", headers=right).status_code == 403
    assert [author for author, _ in world.thread()] == ["bot"]


@pytest.mark.parametrize("right", [None, "", "Bearer", "Bearer short", f"Bearer {'A' * 43}", f"Basic {'A' * 43}"])
def test_without_the_secret_there_is_no_thread(tab: Tab, right: str | None) -> None:
    headers = OURS | ({"Authorization": right} if right is not None else {})
    for method, path in (
        ("GET", ""),
        ("GET", "/messages"),
        ("GET", "/stream"),
        ("POST", "/messages"),
        ("POST", "/asks"),
    ):
        assert tab.http.open(f"/webchat/visit{path}", method=method, json={}, headers=headers).status_code == 401


def test_a_visit_ends_with_its_day_its_site_and_its_origin(world: World, tab: Tab, site: Site) -> None:
    store = world.services.store
    tab.open()
    tab.ask()
    off = checked(
        {"name": "Lamps", "survey_key": "support", "origins": [ORIGIN], "allows_anonymous": True, "is_on": False}
    )
    elsewhere = checked({"name": "Lamps", "survey_key": "support", "origins": ["https://b.example"]})
    on = checked({"name": "Lamps", "survey_key": "support", "origins": [ORIGIN], "allows_anonymous": True})
    for settings, status in ((off, 401), (elsewhere, 401), (on, 200)):
        store.write(partial(sites.change, key=site.key, settings=settings, now=clock.wall()))
        assert tab.http.get("/webchat/visit/messages", headers=tab.right).status_code == status
    store.write(lambda c: c.execute(update(visits).values(expires_at=clock.wall() + timedelta(hours=1))))
    assert tab.answer("9").status_code == 200  # who is still talking is given another day
    with store.read() as connection:
        assert connection.execute(select(func.min(visits.c.expires_at))).scalar_one() > clock.wall() + timedelta(
            hours=23
        )
    store.write(lambda c: c.execute(update(visits).values(expires_at=clock.wall() - timedelta(seconds=1))))
    assert tab.http.get("/webchat/visit/messages", headers=tab.right).status_code == 401
    store.write(partial(reconcile, turns=world.services.turns))
    assert rows(world, visits) == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"not json", 400),
        (b"[]", 422),
        (b"{}", 422),
        (b'{"id":"short"}', 422),
        (b'{"id":"asking-1","topic":7}', 422),
        (b'{"id":"asking-1","topic":"a\\u0000b"}', 422),
        (b'{"id":"asking-1","by_visitor":"yes"}', 422),
        (b'{"id":"asking-1","agent":"x"}', 422),
        (b"\xff\xfe", 400),
        (b"[" * 20_000, 413),
    ],
)
def test_a_wrong_wish_leaves_no_trace(world: World, tab: Tab, body: bytes, status: int) -> None:
    tab.open()
    reply = tab.http.post("/webchat/visit/asks", data=body, headers=tab.right, content_type="application/json")
    assert reply.status_code == status
    assert rows(world, interactions) == []


def test_a_place_that_nobody_knows_is_left_out(world: World, tab: Tab) -> None:
    tab.open()
    assert tab.ask(timezone="Mars/Olympus", locale="<script>").json["asked"]  # type: ignore[index]
    assert rows(world, interactions)[0]["body"]["customer"]["timezone"] is None
    assert rows(world, invitations)[0]["locale"] == "en"


def test_visits_and_wishes_have_a_pace(world: World, site: Site, tab: Tab) -> None:
    tab.open()
    statuses = [tab.ask(id=f"asking-{number}").status_code for number in range(8)]
    assert statuses[0] == 200
    assert statuses[-1] == 429
    opened = [Tab(world, site).open() for _ in range(40)]
    assert opened[-1].status_code == 429
    assert int(opened[-1].headers["Retry-After"]) >= 1
