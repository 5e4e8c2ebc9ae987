"""The telephone of the sandbox in a real browser: every state of it is readable, and what is played can be heard."""

from __future__ import annotations

import io
import wave
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import faults_in
from tests.sandbox.running import ANA, NUMBER, Box, Call, Product, eventually

pytestmark = pytest.mark.browser
GATHER = (
    '<Response><Gather action="/webhooks/voice/step?step=1" numDigits="1" timeout="60" actionOnEmptyResult="true">{}'
    "</Gather></Response>"
)
BYE = "<Response><Say>Thank you. Goodbye.</Say><Hangup/></Response>"


def sound(seconds: float = 1.0) -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(8000)
        wav.writeframes(bytes(int(seconds * 8000) * 2))
    return made.getvalue()


def says(product: Product, inside: str) -> None:
    def answer(call: Call) -> tuple[int, str, str]:
        if "/status" in call.path:
            return 200, "text/xml", "<Response/>"
        return 200, "text/xml", BYE if "/step" in call.path else GATHER.format(inside)

    product.answer = answer


def is_readable(page: Page) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
        for width in (320, 1440):
            page.set_viewport_size({"width": width, "height": 1000})
            assert faults_in(page) == [], (scheme, width)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (scheme, width)


def test_every_state_of_the_telephone_is_readable(page: Page, box: Box, product: Product) -> None:
    product.audio["/sounds/a"] = ("audio/wav", sound(2))
    says(product, f'<Say language="en-GB">How likely?</Say><Play>{product.url}/sounds/a</Play>')
    line = page.locator("#voice-line")
    is_readable(page)
    place(box, product)
    expect(line).to_contain_text("Ringing")
    is_readable(page)
    page.locator("#voice-answer").click()
    expect(line).to_contain_text("On the line")
    heard = page.locator("#voice-thread")
    expect(heard).to_contain_text("How likely?")
    played = heard.locator("audio")
    expect(played).to_have_attribute("src", f"{product.url}/sounds/a")
    eventually(lambda: played.evaluate("each => each.duration") == pytest.approx(2))
    is_readable(page)
    page.locator("#voice-keys").get_by_role("button", name="9").click()
    expect(line).to_contain_text("Call ended")
    expect(heard).to_contain_text("Goodbye")
    is_readable(page)


def place(box: Box, product: Product) -> None:
    """A call as the product places it."""
    box.client().calls.create(to=ANA, from_=NUMBER, url=f"{product.url}/webhooks/voice/answered?ref=1")


@pytest.mark.parametrize(
    ("audio", "code"),
    [(None, 11200), (("text/html", b"<html>"), 12300), (("audio/mpeg", b"no audio at all"), 13520)],
)
def test_what_cannot_be_played_is_a_fault_of_the_document(box: Box, product: Product, audio: Any, code: int) -> None:
    if audio is not None:
        product.audio[f"/sounds/{code}"] = audio
    says(product, f"<Play>{product.url}/sounds/{code}</Play>")
    done = box.call("POST", f"/_sandbox/handsets/{ANA}/call", {"script": ["9"]})
    assert "application error" in done["lines"][-1]["text"]
    assert [each["code"] for each in box.ledger("alert")] == [code]


def test_a_recording_takes_its_time_and_a_key_stops_it(box: Box, product: Product) -> None:
    product.audio["/sounds/a"] = ("audio/wav", sound(20))
    says(product, f"<Play>{product.url}/sounds/a</Play>")
    early = box.call("POST", f"/_sandbox/handsets/{ANA}/call", {"script": ["9"]})
    assert early["lines"][-1]["after_s"] < 3
    late = box.call("POST", f"/_sandbox/handsets/{ANA}/call", {"script": [{"keys": "9", "first": 70}]})
    assert [each["text"] for each in late["lines"]][:2] == ["[recording]", "[9]"]
