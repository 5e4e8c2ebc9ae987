"""The server is killed in the middle of a conversation: both sides go on talking, and nothing is lost or doubled."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from common import clock
from tests.servers import free_port
from tests.webchat.conftest import Opens
from tests.webchat.shop import a_shop
from tests.webchat.test_browser import finish, texts
from tests.webchat.test_widget import finish as finish_in
from tests.webchat.test_widget import frame_of, press_launcher
from tests.webchat.world import SURVEY, World, create_services, create_world

pytestmark = pytest.mark.browser
START_WITHIN_S = 60.0
CAUGHT_UP_WITHIN_S = 20.0
"""From the first answer of the new server to the last message on the page."""


class Server:
    """`zeroten web` on an SQLite database, as it runs in production."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self._environment = {**os.environ, **environment}
        self._log = log
        self.address = f"http://127.0.0.1:{environment['ZEROTEN_PORT']}"
        self.process = self._start()

    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()
        while self._answers():  # its children follow it a moment later
            time.sleep(0.02)

    def start(self) -> float:
        """Start again; when it answered first."""
        self.process = self._start()
        return time.monotonic()

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "zeroten", "web"]
        with self._log.open("ab") as log:
            process = subprocess.Popen(command, env=self._environment, stdout=log, stderr=log, start_new_session=True)
        end = time.monotonic() + START_WITHIN_S
        while not self._answers():
            assert process.poll() is None, self._log.read_text()
            assert time.monotonic() < end, self._log.read_text()
            time.sleep(0.02)
        return process

    def _answers(self) -> bool:
        try:
            urllib.request.urlopen(f"{self.address}/healthz", timeout=2).close()  # noqa: S310 - our own address
        except (urllib.error.URLError, OSError):
            return False
        return True


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {
        "ZEROTEN_DATABASE_URL": f"sqlite:///{tmp_path}/zeroten.db",
        "ZEROTEN_SECRET_KEY": "tests only",
        "ZEROTEN_PORT": str(free_port()),
    }


@pytest.fixture
def colleague(environment: dict[str, str]) -> Iterator[World]:
    """The people's side, working on the same database from a process of their own."""
    services = create_services(environment)
    services.store.write(lambda connection: services.surveys.save(connection, "support", SURVEY, clock.now()))
    yield create_world(services)
    services.close()


@pytest.fixture
def server(environment: dict[str, str], colleague: World, tmp_path: Path) -> Iterator[Server]:
    started = Server(environment, tmp_path / "log")
    yield started
    os.killpg(started.process.pid, signal.SIGKILL)
    started.process.wait()


def test_messages_queued_both_ways_over_a_kill_arrive_once_and_in_order(
    server: Server, colleague: World, opens: Opens
) -> None:
    page = opens(f"{server.address}/s/{colleague.invite()}")
    finish(page, 3)
    ticket = colleague.claim()
    box = page.get_by_role("textbox", name="Your message")
    for round_ in range(2):
        server.kill()
        for number in range(5):
            colleague.reply(ticket, f"person {round_}.{number}")
        for number in range(5):
            box.fill(f"customer {round_}.{number}")
            page.keyboard.press("Enter")
        expect(page.locator(".sending")).to_have_count(5)
        expect(page.get_by_role("status")).to_have_text("Reconnecting…")
        back = server.start()
        expect(page.locator("#entries li")).to_have_count(7 + 10 * (round_ + 1), timeout=30_000)
        expect(page.locator(".sending")).to_have_count(0, timeout=30_000)
        caught_up = time.monotonic() - back
        print(f"caught up {caught_up:.2f} s after the restart")  # noqa: T201 - a figure for the reader of -s
        assert caught_up < CAUGHT_UP_WITHIN_S
    for who in ("person", "customer"):
        said = [text for text in texts(page) if text.startswith(who)]
        assert said == [f"{who} {round_}.{number}" for round_ in range(2) for number in range(5)]
    assert texts(page) == [text for _, text in colleague.thread()]
    page.reload()
    assert texts(page) == [text for _, text in colleague.thread()]


def test_a_chat_inside_a_site_survives_the_same(server: Server, colleague: World, opens: Opens) -> None:
    with a_shop(colleague, server.address) as shop:
        page = opens(shop.origin)
        frame = press_launcher(page)
        finish_in(frame, 3)
        ticket = colleague.claim()
        box = frame.get_by_role("textbox", name="Your message")
        server.kill()
        for number in range(5):
            colleague.reply(ticket, f"person {number}")
        for number in range(5):
            box.fill(f"customer {number}")
            page.keyboard.press("Enter")
        expect(frame.locator(".sending")).to_have_count(5)
        page.reload()  # while nobody answers: the queue outlives the page, though not the frame
        back = server.start()
        page.reload()
        frame = frame_of(page)
        expect(frame.locator("#entries li")).to_have_count(17, timeout=30_000)
        expect(frame.locator(".sending")).to_have_count(0, timeout=30_000)
        caught_up = time.monotonic() - back
        print(f"caught up {caught_up:.2f} s after the restart")  # noqa: T201 - a figure for the reader of -s
        assert caught_up < CAUGHT_UP_WITHIN_S
        said = frame.locator("#entries .words").all_inner_texts()
    for who in ("person", "customer"):
        assert [text for text in said if text.startswith(who)] == [f"{who} {number}" for number in range(5)]
    assert said == [text for _, text in colleague.thread()]
