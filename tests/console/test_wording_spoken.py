"""Words that are said on the telephone: their page says in which voice, and says them aloud."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import faults_in
from tests.console.approving import ADMIN, Approving
from tests.console.serving import Served, serving

pytestmark = pytest.mark.browser
LISTENS = """window.heard = [];
speechSynthesis.speak = (said) => { heard.push([said.lang, said.text]); speechSynthesis.last = said; };
"""
"""A browser of a test machine has no voices; this one writes down what it was asked to say."""


@pytest.fixture
def served(approving: Approving, browser: Browser) -> Iterator[Served]:
    yield from serving(approving.world, browser)


def test_a_prompt_can_be_heard_as_it_is_being_written(served: Served) -> None:
    page = served.signed_in(ADMIN)
    page.context.add_init_script(LISTENS)
    page.goto(f"{served.url}/wording/support/nl/voice/score")
    sounds = page.get_by_role("region", name="How it sounds")
    expect(sounds).to_contain_text("nl-NL")
    page.locator("#text").fill("Hoe was het bij {brand}?")
    expect(page.locator("#preview .bubble-body")).not_to_contain_text("{brand}")
    expect(page.locator("#preview .bubble-body")).to_contain_text("Hoe was het bij")
    button = sounds.get_by_role("button", name="Hear it")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    ((language, words),) = page.evaluate("heard")
    assert language == "nl-NL"
    assert words.startswith("Hoe was het bij ")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    for scheme in ("light", "dark"):
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
            assert faults_in(page) == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.once("dialog", lambda dialog: dialog.accept())
    page.goto(f"{served.url}/wording/support/nl/sms/score")
    expect(page.get_by_role("region", name="How it sounds")).to_have_count(0)
