"""`zeroten demo`, as somebody meets it who has just cloned the project: the whole sample day, and Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from common import clock
from common.channels import Channel
from tests.servers import free_port
from zeroten.demo import sample_interactions

READY_WITHIN_S = 60.0


@contextmanager
def a_demo(folder: Path, port: int, sandbox_port: int) -> Iterator[subprocess.Popen[str]]:
    """The command in a terminal of its own, and what it prints."""
    command = [sys.executable, "-m", "zeroten", "demo", "--port", str(port), "--sandbox-port", str(sandbox_port)]
    given = {name: value for name, value in os.environ.items() if not name.startswith("ZEROTEN_")}
    process = subprocess.Popen(
        [*command, "--directory", str(folder / "demo")],
        env=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    too_late = threading.Timer(3 * READY_WITHIN_S, lambda: os.killpg(process.pid, signal.SIGKILL))
    too_late.start()
    try:
        yield process
    finally:
        too_late.cancel()
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def channels_asked(port: int, key: str) -> set[str]:
    """The channels on which somebody has a conversation."""
    address = f"http://127.0.0.1:{port}/api/v1/conversations?limit=1000"
    call = urllib.request.Request(address, headers={"Authorization": f"Bearer {key}"})
    with urllib.request.urlopen(call, timeout=10) as answer:  # noqa: S310 - our own address
        return {row["channel"] for row in json.load(answer)["data"]}


def move_clock(sandbox_port: int, *, by_s: int) -> None:
    """As the button on the page of phones does."""
    body = json.dumps({"offset_s": by_s}).encode()
    address = f"http://127.0.0.1:{sandbox_port}/_sandbox/clock"
    call = urllib.request.Request(address, data=body, headers={"Content-Type": "application/json"})
    urllib.request.urlopen(call, timeout=10).close()  # noqa: S310 - our own address


def test_the_sample_day_is_asked_on_every_channel_and_ctrl_c_ends_it(tmp_path: Path) -> None:
    port, sandbox_port = free_port(), free_port()
    with a_demo(tmp_path, port, sandbox_port) as demo:
        assert demo.stdout is not None
        printed: list[str] = []
        for line in demo.stdout:
            printed.append(line)
            if "Ctrl-C" in line:
                break
        assert "Ctrl-C" in printed[-1], "".join(printed)
        assert not [line for line in printed if line.startswith("{")], "a log line stands between the words of welcome"
        key = (tmp_path / "demo" / "api-key").read_text().strip()
        move_clock(sandbox_port, by_s=90 * 60)  # the telephone rings ninety minutes after its customer's call
        wanted = {channel.value for channel in Channel}
        until = time.monotonic() + READY_WITHIN_S
        while (asked := channels_asked(port, key)) != wanted and time.monotonic() < until:
            threading.Event().wait(0.2)
        assert asked == wanted
        demo.send_signal(signal.SIGINT)
        demo.communicate(timeout=15)
        assert demo.returncode == 0


def test_no_two_sample_interactions_have_one_id() -> None:
    ids = [body["id"] for body in sample_interactions(clock.now())]
    assert len(ids) == len(set(ids))


def test_a_directory_of_somebody_elses_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    command = [sys.executable, "-m", "zeroten", "demo", "--directory", str(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 2
    assert "holds no demo" in ended.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
