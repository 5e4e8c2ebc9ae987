"""The live stream: nothing is missed, nothing is endless, and there are never too many."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from common import clock
from common.bell import FEED
from common.store.schema import feed, metadata
from console import stream
from console.stream import PER_USER, Reader, Streams, lines
from tests.console.factories import World, submit


def changed(text: str) -> dict[str, Any]:
    """The news in an event's text."""
    (data,) = [line.removeprefix("data: ") for line in text.splitlines() if line.startswith("data: ")]
    news: dict[str, Any] = json.loads(data)
    return news


def put(world: World, row_id: int, ticket_id: str, age: timedelta = timedelta()) -> None:
    """A row of the feed with a number of our choice."""
    row = {"id": row_id, "at": clock.now() - age, "kind": "ticket", "ticket_id": ticket_id}
    world.services.store.write(lambda connection: connection.execute(insert(feed).values(**row)) and None)


def listen(world: World, position: int = 0, streams: Streams | None = None) -> tuple[Iterator[str], stream.Slot]:
    slot = (Streams() if streams is None else streams).take("usr_1")
    assert slot is not None
    return lines(Reader(world.services.store, position), world.services.bell, slot, lambda: True), slot


# --- reading the feed -------------------------------------------------------------------------------------------------


def test_each_row_is_news_once(each_world: World) -> None:
    reader = Reader(each_world.services.store, 0)
    assert reader.look() is None
    put(each_world, 1, "a")
    put(each_world, 2, "b")
    put(each_world, 3, "a")
    news = reader.look()
    assert news is not None
    assert (news.tickets, news.position) == (("a", "b"), 3)
    assert reader.look() is None


def test_a_lower_number_that_appears_late_is_not_missed(each_world: World) -> None:
    reader = Reader(each_world.services.store, 0)
    put(each_world, 7, "a")
    assert reader.look() is not None
    put(each_world, 5, "late")  # on PostgreSQL: began first, committed last
    news = reader.look()
    assert news is not None
    assert (news.tickets, news.position) == (("late",), 7)


def test_whoever_comes_back_hears_what_appeared_late_meanwhile(world: World) -> None:
    put(world, 1, "old", timedelta(minutes=5))
    put(world, 5, "late")
    put(world, 7, "known")
    news = Reader(world.services.store, 7).look()
    assert news is not None
    assert news.tickets == ("late", "known")


def test_whoever_comes_back_is_not_told_what_is_old(world: World) -> None:
    put(world, 7, "old", timedelta(minutes=5))
    assert Reader(world.services.store, 7).look() is None


# --- the stream's lines -----------------------------------------------------------------------------------------------


def test_a_ring_brings_the_news_at_once(world: World) -> None:
    text, _ = listen(world)
    assert "event: hello" in next(text)
    ticket_id = ""

    def ring() -> None:
        nonlocal ticket_id
        ticket_id = world.unhappy()

    thread = threading.Thread(target=ring)
    thread.start()
    news = next(text)
    thread.join()
    assert "event: changed\n" in news
    assert changed(news)["tickets"] == [ticket_id]


def test_without_a_ring_the_stream_looks_by_itself(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "LOOK_S", 0.05)
    text, _ = listen(world)
    next(text)
    thread = threading.Thread(target=put, args=(world, 1, "a"))
    thread.start()
    assert changed(next(text))["tickets"] == ["a"]
    thread.join()


def test_a_quiet_stream_says_that_it_is_there(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_S", 0.02)
    text, _ = listen(world)
    next(text)
    assert next(text).startswith(":")


def test_a_stream_ends_with_its_session(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_S", 0.02)
    streams = Streams()
    slot = streams.take("usr_1")
    assert slot is not None
    reader = Reader(world.services.store, 0)
    assert len(list(lines(reader, world.services.bell, slot, lambda: False))) == 1
    assert len(streams) == 0


def test_a_stream_ends_by_itself(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "LIFETIME_S", 0.0)
    text, _ = listen(world)
    assert len(list(text)) == 1


def test_the_database_going_away_ends_the_stream_and_nothing_else(world: World) -> None:
    streams = Streams()
    text, _ = listen(world, streams=streams)
    next(text)
    world.services.store.write(metadata.drop_all)
    assert list(text) == []
    assert len(streams) == 0


# --- how many ---------------------------------------------------------------------------------------------------------


def test_a_seventh_tab_ends_the_first(world: World) -> None:
    streams = Streams()
    text, first = listen(world, streams=streams)
    next(text)
    others = [streams.take("usr_1") for _ in range(PER_USER)]
    assert all(others)
    assert first.is_over.is_set()
    assert list(text) == ["event: replaced\ndata: {}\n\n"]
    assert len(streams) == PER_USER


def test_a_process_that_stops_ends_all_streams_and_their_tabs_come_again(world: World) -> None:
    streams = Streams()
    text, _ = listen(world, streams=streams)
    next(text)
    streams.close()
    assert list(text) == []
    assert len(streams) == 0
    assert streams.take("usr_1") is None


def test_a_full_house_says_when_to_come_back(world: World) -> None:
    world.user()
    streams: Streams = world.app.extensions["zeroten_streams"]
    taken = [streams.take(f"usr_{number}") for number in range(stream.MAX_STREAMS)]
    client = world.signed_in()
    answer = client.get("/console/stream")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert client.get("/console/changes").json == {"tickets": [], "conversations": [], "position": 0}
    assert taken[0] is not None
    taken[0].release()
    taken[0].release()
    with client.get("/console/stream") as opened:
        assert opened.status_code == 200


def test_a_stream_that_is_never_read_gives_its_place_back(world: World) -> None:
    world.user()
    streams: Streams = world.app.extensions["zeroten_streams"]
    with world.signed_in().get("/console/stream"):
        assert len(streams) == 1
    assert len(streams) == 0


# --- the addresses ----------------------------------------------------------------------------------------------------


def test_the_stream_is_a_stream(world: World) -> None:
    world.user()
    with world.signed_in().get("/console/stream") as answer:
        assert answer.mimetype == "text/event-stream"
        assert answer.headers["X-Accel-Buffering"] == "no"
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("after", ["0", "1"])
def test_a_page_without_a_stream_asks_from_where_it_was(world: World, after: str) -> None:
    world.user()
    client = world.signed_in()
    put(world, 1, "old", timedelta(minutes=5))
    put(world, 2, "new")
    news = client.get(f"/console/changes?after={after}").json
    assert news is not None
    assert ("old" in news["tickets"], news["tickets"][-1], news["position"]) == (after == "0", "new", 2)


@pytest.mark.parametrize("after", ["", "x", "-1", "9" * 30, "99", "१"])
def test_an_absurd_position_means_from_now_on(world: World, after: str) -> None:
    world.user()
    client = world.signed_in()
    put(world, 3, "old", timedelta(minutes=5))
    assert client.get("/console/changes", query_string={"after": after}).json == {
        "tickets": [],
        "conversations": [],
        "position": 3,
    }


def test_a_signed_out_tab_is_told(world: World) -> None:
    world.user()
    client = world.signed_in()
    submit(client, "/sign-out", {}, page="/account")
    assert client.get("/console/changes").status_code == 401
    assert client.get("/console/stream").status_code == 401
    world.services.bell.ring(FEED)
