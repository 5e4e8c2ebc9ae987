"""A real browser for the tests, and what axe finds wrong with a page in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Frame, Page, expect, sync_playwright

STILL = """for (const each of document.getAnimations()) {
  try { each.finish(); } catch { each.cancel(); }
}"""
"""Brings a page to rest. Waiting for `finished` could last for ever: a window that is not drawn makes no progress."""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
expect.set_options(timeout=20_000)  # a machine under load is slow, and that is no fault of the page
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@contextmanager
def a_browser() -> Iterator[Browser]:
    """Chromium as the system installed it; the flags keep it from talking to its maker."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next((found for name in names if (found := shutil.which(name))), None)
    assert path, "no Chromium: run tests/prepare-machine"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def faults_in(page: Page | Frame) -> list[str]:
    """What axe finds wrong, once nothing moves any more."""
    page.evaluate(STILL)
    found = Axe().run(page, options=RULES)
    return [f"{fault['id']}: {fault['nodes'][0]['html']}" for fault in found.response["violations"]]
