"""The page on both databases: the same survey, the same takeover, the same stream."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.webchat.shop import Shop, add_site
from tests.webchat.test_stream import Stream, answered
from tests.webchat.test_visits import ORIGIN, Tab
from tests.webchat.world import World, a_world_on


@pytest.fixture
def both_worlds(database_url: str) -> Iterator[World]:
    with a_world_on(database_url) as made:
        yield made


def test_a_survey_and_a_takeover(both_worlds: World) -> None:
    token = answered(both_worlds)
    with Stream(both_worlds, token) as stream:
        thread = stream.texts(7)
        ticket = both_worlds.claim()
        both_worlds.reply(ticket, "Good morning.")
        assert stream.texts(1) == ["Good morning."]
    browser = both_worlds.client()
    browser.open(token)
    for _ in range(2):
        html = browser.post(token, text="Good morning to you, and <b>thank you</b>.")
    assert "Good morning to you, and &lt;b&gt;thank you&lt;/b&gt;." in html
    assert [text for _, text in both_worlds.thread()][:8] == [*thread, "Good morning."]
    assert both_worlds.conversation()["score"] == 3


def test_a_form_sent_twice_is_one_message(both_worlds: World) -> None:
    token = both_worlds.invite()
    http = both_worlds.app.test_client()
    for _ in range(3):
        http.post(f"/s/{token}", data={"client_id": "abcdefgh", "question": "score", "choice": "8"})
    assert [text for author, text in both_worlds.thread() if author == "customer"] == ["8"]


def test_a_visit_that_is_opened_and_asked_from_all_sides_at_once_is_one(both_worlds: World) -> None:
    site = add_site(both_worlds, [ORIGIN])
    shop = Shop(site=site, origin=ORIGIN, secret=site.secret(both_worlds.services.settings.secret_key))
    tab, token = Tab(both_worlds, site), shop.token()
    with ThreadPoolExecutor(8) as threads:
        opened = list(threads.map(lambda _: tab.open(token).status_code, range(8)))
        asked = list(threads.map(lambda _: tab.ask().status_code, range(6)))
        answered = list(threads.map(lambda _: tab.answer("3").status_code, range(8)))
    assert set(opened) == set(asked) == set(answered) == {200}
    assert [text for author, text in both_worlds.thread() if author == "customer"] == ["3"]
    assert both_worlds.conversation()["score"] == 3
    thief = Tab(both_worlds, site).open(token)
    assert thief.status_code == 409
