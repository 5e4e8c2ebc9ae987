"""What customers attach on WhatsApp: fetched from the sandbox's Meta over real HTTP, shown in the console, let go."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from common import clock
from common.actors import Role
from common.channels import Channel, FetchesFiles
from common.files.keeper import FileKeeper
from common.store.schema import conversations, files, messages, tickets
from common.telephone.recordings import Audio, TranscriptionFailed
from sandbox.graph_media import sample
from tests.console.factories import World
from tests.e2e.test_templates_at_meta import Site, _site
from tests.sandbox.running import a_product, running
from tests.sandbox.whatsapp_box import Meta
from zeroten.root import create_app, create_file_keeper

PAGE = b"<!doctype html><script>alert(1)</script>"
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with a_product() as product, running(tmp_path, product) as box:
        yield from _site(tmp_path, product, Meta(box=box, product=product))


def attaches(site: Site, kind: str, content: bytes | None = None, **wish: Any) -> dict[str, Any]:
    """Ana answers 3 and attaches a file as the reason; what we know of the file once it was fetched."""
    site.meta.does("text", body="Thanks")
    site.ask(1, "en")
    site.meta.does("text", body="3")
    given = {} if content is None else {"content": base64.b64encode(content).decode("ascii")}
    site.meta.does("media", type=kind, **given, **wish)
    assert create_file_keeper(site.services).fetch() == 1
    return known(site)


def known(site: Site) -> dict[str, Any]:
    with site.services.store.read() as connection:
        return dict(connection.execute(select(files)).mappings().one())


@pytest.mark.parametrize(
    ("kind", "media_type"), [("image", "image/png"), ("audio", "audio/wav"), ("video", "video/mp4")]
)
def test_it_is_fetched_and_known_by_its_content(site: Site, kind: str, media_type: str) -> None:
    file = attaches(site, kind)
    assert (file["state"], file["media_type"], file["content"]) == ("stored", media_type, sample(kind))
    with site.services.store.read() as connection:
        thread = connection.execute(select(conversations)).one()
        came = connection.execute(select(messages.c.kind).where(messages.c.id == file["message_id"])).scalar_one()
    assert (thread.score, thread.reason, came) == (3, "[media]", "media")
    keeper = create_file_keeper(site.services)
    assert keeper.fetch() == 0
    site.services.store.write(lambda c: c.execute(update(files).values(at=clock.now() - timedelta(days=91))))
    assert keeper.let_go() == 1
    assert (known(site)["state"], known(site)["content"]) == ("expired", None)


class Ear:
    """Understands everything at the second attempt."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []

    def transcribe(self, audio: Audio, locale: str) -> str | None:
        self.heard.append((audio.media_type, locale))
        if len(self.heard) == 1:
            raise TranscriptionFailed("not now")
        return " the courier never came "


def test_a_voice_note_becomes_words_in_the_thread_and_as_the_reason(site: Site) -> None:
    attaches(site, "audio")
    site.services.store.write(lambda c: c.execute(update(files).values(state="ready", due_at=clock.now())))
    adapter, ear = site.services.adapters[Channel.WHATSAPP], Ear()
    assert isinstance(adapter, FetchesFiles)
    keeper = FileKeeper(
        site.services.store, site.services.bell, {"whatsapp": adapter}, keep_for=timedelta(1), transcriber=ear
    )
    for _attempt in range(3):  # fetched, not understood, understood
        site.services.store.write(lambda c: c.execute(update(files).values(due_at=clock.now())))
        assert keeper.fetch() == 1
    assert keeper.fetch() == 0
    assert ear.heard == [("audio/wav", "en")] * 2
    with site.services.store.read() as connection:
        assert connection.execute(select(conversations.c.reason)).scalar_one() == "the courier never came"
        last = select(messages.c.text).where(messages.c.id == known(site)["message_id"])
        assert connection.execute(last).scalar_one() == "the courier never came"


def test_what_meta_has_no_more_is_not_asked_for_again(site: Site) -> None:
    attaches(site, "image")
    lost = {"state": "ready", "due_at": clock.now(), "content": None, "provider_id": "404404"}
    site.services.store.write(lambda c: c.execute(update(files).values(lost)))
    keeper = create_file_keeper(site.services)
    assert keeper.fetch() == 1
    assert known(site)["state"] == "failed"
    assert keeper.fetch() == 0


def test_whoever_may_read_the_thread_sees_it_there(site: Site) -> None:
    file = attaches(site, "image")
    world = World(services=site.services, app=create_app(site.services))
    world.user(role=Role.SUPERVISOR)
    address = f"/files/{file['id']}"
    assert world.client().get(address).status_code in {302, 303, 401, 403}
    lotte = world.signed_in()
    answer = lotte.get(address)
    assert (answer.data, answer.content_type) == (sample("image"), "image/png")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    with site.services.store.read() as connection:
        ticket = connection.execute(select(tickets.c.id)).scalar_one()
    page = lotte.get(f"/inbox/{ticket}").text
    assert f'<img src="{address}"' in page
    assert "[image" not in page


@pytest.mark.parametrize("content", [PAGE, DRAWING, b""])
def test_a_page_that_is_called_a_picture_is_only_saved(site: Site, content: bytes) -> None:
    file = attaches(site, "image", content)
    world = World(services=site.services, app=create_app(site.services))
    world.user()
    answer = world.signed_in().get(f"/files/{file['id']}")
    assert answer.content_type == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.data == content
