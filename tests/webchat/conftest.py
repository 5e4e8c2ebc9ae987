"""Fixtures of the web chat: a small installation, its address, and a real browser."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from tests.webchat.world import World, a_world

Opens = Callable[..., Page]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with a_world(tmp_path) as made:
        yield made


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The address at which `app` is served; without a slash at the end."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join(timeout=5)


@pytest.fixture
def address(world: World) -> Iterator[str]:
    with serving(world.app) as made:
        yield made


@pytest.fixture
def opens(browser: Browser) -> Iterator[Opens]:
    """Opens addresses in fresh, private windows: `opens(address, width=320, scheme="dark", …)`.

    A page that logs an error, throws, or breaks its own content policy fails the test.
    """
    contexts = []
    faults: list[str] = []

    def open_(address: str, *, width: int = 900, height: int = 760, scheme: Any = "light", **options: Any) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, timezone_id="Europe/Amsterdam", **options
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        page.goto(address)
        return page

    yield open_
    for context in contexts:
        context.close()
    expected = ("Failed to load resource", "Framing ")  # what a test provokes on purpose
    assert not [fault for fault in faults if not fault.startswith(expected)], faults
