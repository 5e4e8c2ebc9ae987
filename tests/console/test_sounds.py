"""Recorded prompts in the editor of wording: uploaded, heard, removed, refused, in versions and in the audit log."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from common.actors import Role
from common.store.schema import audit, sounds
from tests.browser import faults_in
from tests.console.approving import ADMIN, Approving
from tests.console.factories import World, submit
from tests.console.page import Page
from tests.console.serving import Served, serving
from tests.unit.speech.test_sounds import mp3, wav

REASON = "/wording/support/nl/voice/reason"


@pytest.fixture
def served(approving: Approving, browser: Browser) -> Iterator[Served]:
    yield from serving(approving.world, browser)


def upload(client: Any, content: bytes, *, name: str = "Reden.wav", place: str = REASON) -> Page:
    """Upload a file on the page of a prompt; the page after that."""
    token = Page(client.get("/account").text).form_token
    fields = {"sound": (io.BytesIO(content), name, "audio/wav"), "csrf_token": token}
    answer = client.post(f"{place}/sound", data=fields, content_type="multipart/form-data", follow_redirects=True)
    assert answer.status_code == 200
    return Page(answer.text)


def post(client: Any, path: str, **fields: str) -> Any:
    return submit(client, path, fields, page="/account")


def rows(world: World, statement: Any) -> list[Any]:
    with world.services.store.read() as connection:
        return list(connection.execute(statement).all())


def test_a_recording_is_uploaded_heard_and_removed(approving: Approving) -> None:
    client = approving.world.signed_in(ADMIN)
    shown = upload(client, wav(2.5))
    assert "Callers hear this recording" in shown.markup
    (player,) = shown.all("audio")
    heard = client.get(player.attributes["src"])
    assert (heard.status_code, heard.headers["Content-Type"]) == (200, "audio/wav")
    assert client.get(player.attributes["src"], headers={"Range": "bytes=0-9"}).status_code == 206
    assert "Reden.wav" in shown.markup
    assert "2.5 s" in shown.markup
    assert "Recorded" in client.get("/wording/support/nl/voice").text
    upload(client, mp3(1), name="Anders.mp3")
    assert len(rows(approving.world, select(sounds.c.id))) == 2
    answer = post(client, f"{REASON}/sound/remove")
    assert answer.status_code == 303
    assert Page(client.get(REASON).text).all("audio") == []
    assert "Reden.wav" in client.get(REASON).text  # among the versions
    acts = [row.act for row in rows(approving.world, select(audit.c.act).order_by(audit.c.position))]
    assert [act for act in acts if act.startswith("wording.")] == [
        "wording.sound_added",
        "wording.sound_added",
        "wording.sound_removed",
    ]


def test_an_earlier_version_brings_its_recording_back(approving: Approving) -> None:
    client = approving.world.signed_in(ADMIN)
    first = upload(client, wav(2)).all("audio")[0].attributes["src"]
    post(client, f"{REASON}/sound/remove")
    text = "Waarom?"
    post(client, REASON, text=text, version="1", do="save")
    assert Page(client.get(REASON).text).all("audio") == []
    seen = Page(client.get(REASON).text).all("input", name="version")[0].attributes["value"]
    post(client, REASON, text=text, version=seen, do="save", sound=first.rpartition("/")[2])
    assert Page(client.get(REASON).text).all("audio")[0].attributes["src"] == first


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Choose a file first"),
        (b"<html>", "neither a WAV nor an MP3"),
        (wav(1)[:-10], "damaged or incomplete"),
        (wav(1, rate=96000), "cannot be played on a telephone"),
        (wav(0.05), "hardly anything to hear"),
        (wav(61), "longer than 60 seconds"),
        (b"RIFF\0\0\0\0WAVE" + bytes(5 * 1024 * 1024), "larger than 5 MB"),
    ],
)
def test_a_file_that_is_no_recording_leaves_no_trace(approving: Approving, content: bytes, words: str) -> None:
    client = approving.world.signed_in(ADMIN)
    assert words in upload(client, content, name="voice.mp3").markup
    assert rows(approving.world, select(sounds.c.id)) == []


def test_words_with_a_name_cannot_be_recorded(approving: Approving) -> None:
    client = approving.world.signed_in(ADMIN)
    post(client, REASON, text="Waarom, {name}?", version="1", do="save")
    assert "differ from customer to customer" in client.get(REASON).text
    assert "differ from customer to customer" in upload(client, wav(1)).markup
    assert rows(approving.world, select(sounds.c.id)) == []
    choice = "/wording/support/nl/voice/choice.wait_time"
    assert "A recording instead" not in client.get(choice).text
    upload(client, wav(1), place=choice)
    assert rows(approving.world, select(sounds.c.id)) == []


def test_only_administrators_and_only_where_words_are_said(approving: Approving) -> None:
    world = approving.world
    world.user("ann@example.com", "Ann Ek", Role.ANALYST)
    analyst = world.signed_in("ann@example.com")
    token = Page(analyst.get("/account").text).form_token
    fields = {"sound": (io.BytesIO(wav(1)), "a.wav"), "csrf_token": token}
    assert analyst.post(f"{REASON}/sound", data=fields, content_type="multipart/form-data").status_code == 403
    assert analyst.get("/sounds/snd_" + "0" * 26).status_code == 403
    client = world.signed_in(ADMIN)
    assert post(client, "/wording/support/nl/sms/reason/sound/remove").status_code == 404
    assert client.get("/sounds/snd_" + "0" * 26).status_code == 404


def test_voice_and_languages_are_set_and_checked(approving: Approving) -> None:
    client = approving.world.signed_in(ADMIN)
    place = "/wording/support/nl"
    assert post(client, f"{place}/voice", voice="Google.nl-NL-Wavenet-B").status_code == 303
    assert post(client, f"{place}/languages", languages="en, nl es").status_code == 303
    with approving.services.store.read() as connection:
        found = approving.services.surveys.find(connection, "support")
    assert found.body["voice"] == {"voices": {"nl": "Google.nl-NL-Wavenet-B"}, "languages": ["en", "nl", "es"]}
    shown = client.get(f"{place}/voice").text
    assert 'value="Google.nl-NL-Wavenet-B"' in shown
    assert 'value="en nl es"' in shown
    post(client, f"{place}/voice", voice='Polly.X" loop="9')
    post(client, f"{place}/languages", languages="en")
    assert "Not saved" in client.get(f"{place}/voice").text
    post(client, f"{place}/voice", voice="")
    post(client, f"{place}/languages", languages="")
    with approving.services.store.read() as connection:
        assert approving.services.surveys.find(connection, "support").body["voice"] is None


@pytest.mark.browser
def test_a_recording_in_the_browser(served: Served, tmp_path: Path) -> None:
    (tmp_path / "Reden.wav").write_bytes(wav(2))
    page = served.signed_in(ADMIN)
    page.goto(f"{served.url}{REASON}")
    section = page.get_by_role("region", name="A recording instead")
    section.get_by_label("Recording").set_input_files(tmp_path / "Reden.wav")
    section.get_by_role("button", name="Upload").click()
    player = section.locator("audio")
    expect(player).to_be_visible()
    page.wait_for_function("Math.abs(document.querySelector('#recording audio').duration - 2) < 0.1")
    for address in (REASON, "/wording/support/nl/voice"):
        page.goto(f"{served.url}{address}")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
            for width in (320, 1280):
                page.set_viewport_size({"width": width, "height": 800})
                assert faults_in(page) == []
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto(f"{served.url}{REASON}")
    section.get_by_role("button", name="Remove the recording").click()
    expect(player).to_have_count(0)
