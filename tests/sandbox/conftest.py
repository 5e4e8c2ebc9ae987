"""Fixtures: one shared sandbox process, emptied for each test, and a product for it to call."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.sandbox.running import Box, Product, a_product, running


@pytest.fixture(scope="session")
def product_server() -> Iterator[Product]:
    with a_product() as product:
        yield product


@pytest.fixture
def product(product_server: Product) -> Product:
    product_server.calls.clear()
    product_server.answer = lambda _call: (200, "text/xml", "<Response/>")
    return product_server


@pytest.fixture(scope="session")
def shared_box(tmp_path_factory: pytest.TempPathFactory, product_server: Product) -> Iterator[Box]:
    with running(tmp_path_factory.mktemp("sandbox"), product_server) as box:
        yield box


@pytest.fixture
def box(shared_box: Box, product: Product) -> Box:
    """The shared sandbox with nothing in it."""
    shared_box.since = shared_box.call("POST", "/_sandbox/reset", {})["seq"]
    return shared_box


@pytest.fixture
def page(browser: Browser, box: Box) -> Iterator[Page]:
    """The page, open; anything that the console complains of fails the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 860}, locale="en-GB", timezone_id="Europe/London")
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(box.url)
    expect(opened.locator("#clock-date")).not_to_be_empty()
    yield opened
    context.close()
    assert complaints == []
