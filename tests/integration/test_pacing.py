"""Pace: a thousand chats leave within the provider's limits, however many dispatchers share the work."""

from __future__ import annotations

import threading
import time
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from common import clock
from common.channels import Channel
from common.delivery import pacing
from common.store.engine import Database
from common.store.schema import outbox
from tests.channels.provider import Answer, Asked
from tests.channels.test_telegram import refused
from tests.integration.installation import Installation, an_installation
from tests.integration.telegram_side import BotApiSide
from zeroten import root

LIMIT = 30
START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Bot:
    """A sender as Telegram's adapter is one."""

    channel: Channel = Channel.TELEGRAM
    account: str = "123456789"
    per_second: float = 25.0
    burst: int = 5
    per_address: timedelta = timedelta(seconds=1.1)


def most_within(times: list[float], seconds: float) -> int:
    """The most of these (sorted) that fall into any window of so many seconds."""
    return max(bisect_left(times, at + seconds) - place for place, at in enumerate(times))


def take(database: Database, now: datetime, wanted: int) -> int:
    """One lease of a dispatcher: as many as may leave now."""
    with database.write() as connection:
        free, _ = pacing.room(connection, Bot(), now)
        count = min(free, wanted)
        pacing.spend(connection, Bot(), count, now)
        return count


@pytest.mark.parametrize("dispatchers", [1, 3])
def test_a_thousand_messages_keep_the_limit_in_any_second(database: Database, dispatchers: int) -> None:
    left: list[float] = []
    at = 0.0
    while len(left) < 1_000:
        for _ in range(dispatchers):
            count = take(database, START + timedelta(seconds=at), 1_000 - len(left))
            left += [at] * count
        at += 0.05
    assert most_within(left, 1.0) <= LIMIT
    assert left[-1] <= 1_000 / 25 + 1, "and no slower than the limit allows"


def test_a_quiet_sender_may_send_a_few_at_once_and_no_more(database: Database) -> None:
    assert take(database, START, 100) == 5
    assert take(database, START, 100) == 0
    assert take(database, START + timedelta(seconds=0.2), 100) == 5
    assert take(database, START + timedelta(hours=1), 100) == 5, "what was not used is not saved up"


def test_a_clock_that_was_set_back_stops_nobody(database: Database) -> None:
    assert take(database, START, 5) == 5
    assert take(database, START - timedelta(days=1), 100) == 5


def test_a_pause_holds_everybody_back_and_only_grows(database: Database) -> None:
    def pause(seconds: float | None) -> None:
        wait = None if seconds is None else timedelta(seconds=seconds)
        with database.write() as connection:
            pacing.pause(connection, Bot(), wait)

    pause(5)
    pause(None)  # too fast again, and not for how long: the longer pause stands
    now = clock.wall()
    assert take(database, now + timedelta(seconds=4), 5) == 0
    assert take(database, now + timedelta(seconds=5.5), 5) == 5


def test_one_address_is_left_alone_for_a_moment(database: Database) -> None:
    def rows(*addresses: str) -> list[dict[str, str]]:
        return [{"id": f"out_{n}", "customer_id": f"c_{each}", "address": each} for n, each in enumerate(addresses)]

    def ask(connection: Connection) -> dict[str, datetime]:
        return pacing.too_soon(connection, Bot(), rows("1", "2", "1"), START)

    with database.read() as connection:
        assert ask(connection) == {"out_2": START + timedelta(seconds=1.1)}


# --- the whole road, ten times as fast --------------------------------------------------------------------------------

FASTER = 10


class StrictBotApi(BotApiSide):
    """Refuses what comes too fast, by the clock of its own machine; remembers when it took what."""

    def __init__(self) -> None:
        super().__init__()
        self.lock = threading.Lock()
        self.taken: list[float] = []

    def answer(self, asked: Asked) -> Answer:
        with self.lock:
            if asked.path.endswith("/sendMessage"):
                now = time.monotonic()
                recent = [at for at in self.taken[-LIMIT * FASTER :] if now - at < 1.0]
                if len(recent) >= LIMIT * FASTER:
                    return refused(429, "Too Many Requests: retry after 1", retry_after=1)
                self.taken.append(now)
            return super().answer(asked)


@pytest.fixture
def busy(database_url: str, tmp_path: Path) -> Iterator[Installation]:
    """A thousand customers of Telegram are due, at ten times Telegram's speed."""
    with an_installation(database_url, tmp_path, telegram=StrictBotApi(), telegram_per_second=25 * FASTER) as made:
        survey = {"brand": "Acme", "quiet_hours": None, "send_after_s": 0, "fatigue_days": 0}
        made.call("PUT", "/surveys/support", {"key": "support", "kind": "transactional", **survey})
        now = clock.now()
        bodies = [
            {
                "id": f"i-{number}",
                "channel": "telegram",
                "direction": "inbound",
                "ended_at": now.isoformat(),
                "outcome": "answered",
                "duration_s": 120,
                "customer": {
                    "id": f"c-{number}",
                    "telegram_chat_id": str(500_000_000 + number),
                    "consent": True,
                    "timezone": "UTC",
                },
                "survey": "support",
            }
            for number in range(1_000)
        ]
        intake = made.services.intake
        made.services.store.write(lambda connection: [intake.take(connection, body, now) for body in bodies])
        while made.ticker.once():
            pass
        yield made


def test_a_thousand_chats_are_asked_within_the_limits(busy: Installation) -> None:
    dispatchers = [root.create_dispatcher(busy.services, is_only_one=False) for _ in range(2)]
    threads = [threading.Thread(target=each.run) for each in dispatchers]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 120
    while busy.rows(outbox, state="pending") and time.monotonic() < deadline:
        time.sleep(0.1)
    for each in dispatchers:
        each.stop()
    for thread in threads:
        thread.join()
    assert {row["state"] for row in busy.rows(outbox)} == {"sent"}
    api = busy.telegram
    assert isinstance(api, StrictBotApi)
    assert [len(chat) for chat in api.chats.values()] == [1] * 1_000, "everybody was asked once"
    assert most_within(api.taken, 1.0) <= LIMIT * FASTER
