"""The door-bell: rings in this process and through Redis, and its silence costs nothing but time."""

from __future__ import annotations

from pathlib import Path

from common.bell import FEED, OUTBOX, Bell
from tests import servers


def test_a_ring_wakes_who_listens_to_its_topic() -> None:
    bell = Bell(None)
    with bell.listening(OUTBOX) as outbox, bell.listening(FEED) as feed:
        bell.ring(OUTBOX)
        assert outbox.wait(1)
        assert not feed.is_set()
    bell.ring(OUTBOX)
    bell.close()


def test_a_ring_reaches_another_process_through_redis(redis_url: str) -> None:
    here, there = Bell(redis_url), Bell(redis_url)
    with there.listening(FEED) as event:
        event.wait(5)  # a subscription that begins wakes everyone once
        event.clear()
        here.ring(FEED)
        assert event.wait(5)
    here.close()
    there.close()


def test_redis_may_die_and_come_back(tmp_path: Path) -> None:
    url, process = servers.start_valkey(tmp_path / "valkey")
    port = int(url.rpartition(":")[2].partition("/")[0])
    here, there = Bell(url), Bell(url)
    with there.listening(FEED) as event:
        event.wait(5)
        servers.stop(process)
        here.ring(FEED, OUTBOX)
        event.clear()
        _, process = servers.start_valkey(tmp_path / "valkey", port)
        assert event.wait(10), "coming back, it wakes everyone to look for what was missed"
    here.close()
    there.close()
    servers.stop(process)


def test_closing_wakes_everyone() -> None:
    bell = Bell(None)
    with bell.listening("conversation:1") as event:
        bell.close()
        assert event.is_set()
        assert bell.is_closing
