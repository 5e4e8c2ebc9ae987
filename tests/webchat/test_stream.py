"""News for an open page: the stream resumes where it was left, and long polling says the same."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from common import clock
from common.tickets import Tickets
from tests.webchat.world import JOOST, World, a_world

Event = tuple[str, int | None, Any]


class Stream:
    """A page's stream as a browser reads it."""

    def __init__(self, world: World, token: str, after: int | None = None) -> None:
        headers = {} if after is None else {"Last-Event-ID": str(after)}
        self.reply: TestResponse = world.app.test_client().get(f"/s/{token}/stream", headers=headers)
        assert self.reply.status_code == 200, self.reply.text
        self._events = self._read()

    def __iter__(self) -> Iterator[Event]:
        return self._events

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self.reply.close()

    def until(self, name: str) -> list[Event]:
        """The events up to the first called `name`."""
        seen: list[Event] = []
        for event in self._events:
            seen.append(event)
            if event[0] == name:
                return seen
        raise AssertionError(f"the stream ended without {name}: {seen}")

    def texts(self, count: int) -> list[str]:
        """The next `count` messages."""
        found: list[str] = []
        while len(found) < count:
            name, _, data = next(self._events)
            if name == "message":
                found.append(data["text"])
        return found

    def _read(self) -> Iterator[Event]:
        rest = ""
        for chunk in self.reply.response:
            rest += chunk if isinstance(chunk, str) else chunk.decode()
            *blocks, rest = rest.split("\n\n")
            for block in blocks:
                fields = dict(line.partition(": ")[::2] for line in block.split("\n") if not line.startswith(":"))
                if fields:
                    number = int(fields["id"]) if "id" in fields else None
                    yield fields["event"], number, json.loads(fields["data"])


@pytest.fixture
def detractor(world: World) -> str:
    """The page of someone who has answered everything and is unhappy."""
    return answered(world)


def answered(world: World) -> str:
    token, browser = world.invite(), world.client()
    browser.open(token)
    for question, answer in (("score", "3"), ("reason", ""), ("aspect", "")):
        fields = {"choice": answer} if answer else {"skip": "1"}
        browser.post(token, question=question, **fields)
    return token


def post(world: World, token: str, client_id: str, **fields: Any) -> TestResponse:
    return world.app.test_client().post(f"/s/{token}/messages", json={"client_id": client_id, **fields})


def test_a_stream_begins_with_the_thread_and_the_open_question(world: World) -> None:
    token = world.invite()
    world.client().open(token)
    with Stream(world, token) as stream:
        message, state = stream.until("state")
        assert message[2]["text"].startswith("How likely are you")
        assert message[2]["author"] == "bot"
        assert state[2]["question"]["control"] == "scale"
        assert state[2]["question"]["asked"] == message[1] == message[2]["sequence"]
        reply = post(world, token, "client-1", question="score", choice="9")
        assert reply.json == {"id": "client-1", "fresh": True}
        assert post(world, token, "client-1", question="score", choice="9").json == {"id": "client-1", "fresh": False}
        while True:
            name, _, data = next(iter(stream))
            if name == "state" and data["question"]:
                break
            if name == "message" and data["author"] == "customer":
                assert data["id"] == "client-1"
        assert data["question"]["key"] == "reason"
        assert data["question"]["can_skip"] is True


def test_a_stream_resumes_after_the_last_message_seen(world: World, detractor: str) -> None:
    ticket = world.claim()
    with Stream(world, detractor) as stream:
        seen = [number for name, number, _ in stream.until("state") if name == "message"]
    for number in range(5):
        world.reply(ticket, f"reply {number}")
    with Stream(world, detractor, after=seen[-1]) as stream:
        assert stream.texts(5) == [f"reply {number}" for number in range(5)]
    with Stream(world, detractor, after=seen[0]) as stream:
        assert len(stream.texts(len(seen) - 1 + 5)) == len(seen) + 4


def test_a_reply_reaches_the_open_page_by_the_bell(world: World, detractor: str) -> None:
    with Stream(world, detractor) as stream:
        stream.until("state")
        ticket = world.claim()
        taken_over = stream.until("state")[-1][2]
        assert taken_over["owner"] == "Joost"
        world.reply(ticket, "Good morning.")
        name, _, data = next(iter(stream))
        assert (name, data["text"], data["name"], data["author"]) == ("message", "Good morning.", "Joost", "user")


def test_a_stream_ends_when_nothing_more_can_come(world: World) -> None:
    token, browser = world.invite(), world.client()
    browser.open(token)
    browser.post(token, question="score", choice="10")
    browser.post(token, question="reason", skip="1")
    browser.post(token, question="aspect", skip="1")
    with Stream(world, token) as stream:
        events = list(stream)
    assert events[-1][0] == "state"
    assert events[-1][2]["live"] is False
    assert events[-1][2]["can_write"] is True


def test_colleagues_notes_stay_with_colleagues(world: World, detractor: str) -> None:
    ticket = world.claim()
    acts = Tickets(world.services.turns)
    world.services.store.write(
        lambda connection: acts.note(connection, ticket, JOOST, text="a difficult one", client_id="n", now=clock.now())
    )
    world.reply(ticket, "Hello.")
    with Stream(world, detractor) as stream:
        texts = stream.texts(8)
    assert texts[-1] == "Hello."
    assert "a difficult one" not in texts


def test_the_third_stream_of_a_page_ends_the_first(world: World, detractor: str) -> None:
    with Stream(world, detractor) as first:
        first.until("state")
        with Stream(world, detractor) as second, Stream(world, detractor) as third:
            assert [name for name, _, _ in first] == ["leave"]
            second.until("state")
            third.until("state")


def test_streams_are_capped_and_polling_goes_on(tmp_path: Path) -> None:
    with a_world(tmp_path, WEBCHAT_STREAMS="1") as small:
        token, other = answered(small), answered(small)
        with Stream(small, token) as stream:
            stream.until("state")
            full = small.app.test_client().get(f"/s/{other}/stream")
            assert (full.status_code, full.headers["Retry-After"]) == (503, "30")
            news = small.app.test_client().get(f"/s/{other}/messages").json
            assert news is not None
            assert len(news["messages"]) == 7
        assert small.app.test_client().get(f"/s/{other}/stream").status_code == 200


def test_long_polling_waits_for_news(world: World, detractor: str) -> None:
    http = world.app.test_client()
    news = http.get(f"/s/{detractor}/messages").json
    assert news is not None
    last = news["messages"][-1]["sequence"]
    found: list[Any] = []

    def poll() -> None:
        address = f"/s/{detractor}/messages?after={last}&tag={news['tag']}&wait=10"
        found.append(world.app.test_client().get(address).json)

    waiting = threading.Thread(target=poll)
    waiting.start()
    ticket = world.claim()
    waiting.join(timeout=8)
    assert found[0]["state"]["owner"] == "Joost"
    assert found[0]["messages"] == []
    waiting = threading.Thread(target=poll)
    waiting.start()
    world.reply(ticket, "Hello.")
    waiting.join(timeout=8)
    assert found[1]["state"]["owner"] == "Joost"  # another tag than the page named: answered at once
    after = http.get(f"/s/{detractor}/messages?after={last}&tag={found[0]['tag']}&wait=10").json
    assert after is not None
    assert [message["text"] for message in after["messages"]] == ["Hello."]


@pytest.mark.parametrize("query", ["after=x", "after=-1", "after=1e3", "wait=x", "after=" + "9" * 30, "after=%00"])
def test_a_wrong_position_is_refused(world: World, detractor: str, query: str) -> None:
    assert world.app.test_client().get(f"/s/{detractor}/messages?{query}").status_code == 400


def test_a_stream_from_a_wrong_position_is_refused(world: World, detractor: str) -> None:
    for number in ("x", "-1", "9" * 30):
        reply = world.app.test_client().get(f"/s/{detractor}/stream", headers={"Last-Event-ID": number})
        assert reply.status_code == 400


def test_there_is_no_news_before_the_page_was_opened(world: World) -> None:
    token = world.invite()
    for path in ("stream", "messages"):
        assert world.app.test_client().get(f"/s/{token}/{path}").status_code == 409


def test_asking_for_the_stream_s_head_takes_no_seat(world: World, detractor: str) -> None:
    for _ in range(world.services.settings.webchat_streams + 1):
        assert world.app.test_client().head(f"/s/{detractor}/stream").status_code == 200
