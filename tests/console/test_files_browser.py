"""A file from the composer to the customer's page, in real browsers: dropped, named, taken away, sent once, seen."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect
from sqlalchemy import select

from common.actors import Role
from common.store.schema import files, messages
from common.users import create_user
from console import register_console
from tests.browser import faults_in
from tests.console.factories import PASSWORD
from tests.console.serving import Served, serving
from tests.webchat.test_browser import answer_score
from tests.webchat.world import World, a_world

pytestmark = pytest.mark.browser


def a_picture(width: int = 64, height: int = 40) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = b"".join(b"\0" + bytes((20, 110, 90)) * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest.fixture
def served(tmp_path: Path, browser: Browser) -> Iterator[Served]:
    with a_world(tmp_path) as world:
        register_console(world.app, world.services)
        yield from serving(world, browser)  # type: ignore[arg-type]  # it only serves the app


def a_thread(served: Served) -> tuple[World, Page, Page]:
    """The world, the customer's page, and the supervisor's thread, claimed."""
    world: Any = served.world
    world.services.store.write(
        lambda c: create_user(c, "ana@example.com", "Ana Castro", Role.SUPERVISOR, PASSWORD) and None
    )
    customer = served.window(size=(390, 760))
    customer.goto(f"{served.url}/s/{world.invite()}")
    answer_score(customer, 2)
    expect(customer.get_by_role("textbox")).to_be_visible()
    desk = served.signed_in()
    desk.locator("li.ticket a").first.click()
    desk.get_by_role("button", name="Claim").click()
    expect(desk.locator("#reply-text")).to_be_enabled()
    return world, customer, desk


def test_a_picture_goes_from_the_composer_to_the_customers_page_once(served: Served) -> None:
    world, customer, desk = a_thread(served)
    field = desk.locator("#reply-file")
    field.set_input_files({"name": "lamp.png", "mimeType": "image/png", "buffer": a_picture()})
    expect(desk.locator("#attached-name")).to_have_text("lamp.png")
    assert faults_in(desk) == []
    desk.get_by_role("button", name="Remove the file").click()
    expect(desk.locator("#attached")).to_be_hidden()
    field.set_input_files({"name": "lamp.png", "mimeType": "image/png", "buffer": a_picture()})
    desk.locator("#reply-text").fill("Is it this one?")
    desk.evaluate("const f = document.querySelector('form.reply'); f.requestSubmit(); f.requestSubmit()")
    shown = desk.locator("a.picture img")
    expect(shown).to_be_visible()
    expect(desk.locator("#attached")).to_be_hidden()
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 64
    seen = customer.locator(".attached img")
    expect(seen).to_be_visible()
    assert seen.evaluate("image => image.decode().then(() => image.naturalWidth)") == 64
    expect(customer.locator("#entries li", has_text="Is it this one?")).to_have_count(1)
    with world.services.store.read() as connection:
        sent = connection.execute(select(messages.c.id).where(messages.c.kind == "media")).all()
        kept = connection.execute(select(files.c.name, files.c.media_type)).all()
    assert (len(sent), [tuple(row) for row in kept]) == (1, [("lamp.png", "image/png")])
    customer.reload()
    expect(customer.locator(".attached img")).to_be_visible()
    assert faults_in(customer) == []


def test_what_cannot_be_sent_is_said_and_the_words_stay(served: Served) -> None:
    _world, customer, desk = a_thread(served)
    hostile = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
    desk.locator("#reply-file").set_input_files({"name": "logo.png", "mimeType": "image/png", "buffer": hostile})
    desk.locator("#reply-text").fill("Our new logo")
    desk.get_by_role("button", name="Send", exact=True).click()
    expect(desk.locator(".notices")).to_contain_text("the file is none of them")
    expect(desk.locator("#reply-text")).to_have_value("Our new logo")
    large: FilePayload = {"name": "film.mp4", "mimeType": "video/mp4", "buffer": bytes(11 * 1024 * 1024)}
    desk.locator("#reply-file").set_input_files(large)
    expect(desk.locator(".notices")).to_contain_text("too large")
    assert customer.locator(".attached img").count() == 0
