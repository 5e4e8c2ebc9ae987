"""Calls of addresses that people typed in, over real sockets: pinned, never private, and over in time."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from common.guarded_http import GuardedHttp
from common.webhooks.addresses import networks
from tests.receiver import a_receiver

MINE = networks("127.0.0.0/8")


def entry(address: str, port: int) -> tuple[Any, ...]:
    return (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))


def test_a_name_that_changes_its_mind_reaches_nobody() -> None:
    """It is resolved once: what was checked is what is called, whatever the name stands for a moment later."""
    with a_receiver() as receiver:
        port = int(receiver.url.split(":")[2].partition("/")[0])
        asked: list[str] = []

        def resolve(host: str, wanted: int, **_: Any) -> list[Any]:
            asked.append(host)
            return [entry("127.0.0.1" if len(asked) == 1 else "127.0.0.2", wanted)]

        reply = GuardedHttp(MINE, resolve=resolve).post(f"http://rebind.example:{port}/x", b"{}", {})
        assert reply.status == 204
        assert asked == ["rebind.example"]
        assert receiver.heard[0].headers["host"] == f"rebind.example:{port}"


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["93.184.216.34", "10.0.0.1"], ["169.254.169.254"]])
def test_one_private_address_of_a_name_is_enough_to_refuse_it(addresses: list[str]) -> None:
    http = GuardedHttp((), resolve=lambda _host, port, **_: [entry(each, port) for each in addresses])
    reply = http.post("https://innocent.example/", b"{}", {})
    assert (reply.status, reply.error) == (None, "this address is not allowed")


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "localhost", "[::1]", "[::ffff:127.0.0.1]"])
def test_this_machine_by_any_other_name(host: str) -> None:
    assert GuardedHttp(()).post(f"https://{host}/", b"{}", {}).status is None


@contextlib.contextmanager
def a_drip() -> Iterator[int]:
    """A server that sends a byte of its headers now and then, for ever."""
    server = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def serve() -> None:
        with contextlib.suppress(OSError):
            taken, _ = server.accept()
            with taken:
                while not ended.wait(0.05):
                    taken.sendall(b"H")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield server.getsockname()[1]
    ended.set()
    thread.join()
    server.close()


def test_a_receiver_that_drips_is_cut_off_in_time() -> None:
    with a_drip() as port:
        begun = time.monotonic()
        reply = GuardedHttp(MINE, deadline_s=0.5).post(f"http://127.0.0.1:{port}/", b"{}", {})
        assert (reply.status, reply.error) == (None, "it took too long")
        assert time.monotonic() - begun < 5


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert GuardedHttp(MINE).post(f"http://127.0.0.1:{port}/", b"{}", {}).error == "nobody listens there"
