"""A colleague's file on the customer's page: given out in its own conversation alone, once it has been sent."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from common import clock
from common.files.offering import outbound
from common.store.schema import files
from common.tickets import Tickets
from tests.webchat.world import JOOST, World

PNG = b"\x89PNG\r\n\x1a\n" + b"a lamp" * 9


@pytest.mark.parametrize(
    ("content", "media_type", "is_saved"), [(PNG, "image/png", False), (b"%PDF-1.7 bill", "application/pdf", True)]
)
def test_a_file_belongs_to_one_page(world: World, content: bytes, media_type: str, *, is_saved: bool) -> None:
    token = world.invite()
    page = world.client()
    page.open(token)
    page.post(token, choice="2", question="score")
    ticket, desk = world.claim(), Tickets(world.services.turns)
    file = outbound(content, "../<b>bill</b>.html")
    done = world.services.store.write(
        lambda c: desk.reply(c, ticket, JOOST, text="", client_id="one", now=clock.now(), file=file)
    )
    world.services.bell.ring(*done.rings)
    assert "<b>bill" not in page.open(token), "a page waits for what is just being sent"
    with world.services.store.read() as connection:
        (file_id,) = connection.execute(select(files.c.id)).scalars()
    address = f"/s/{token}/files/{file_id}"
    assert address in page.html
    answer = page.http.get(address)
    assert (answer.status_code, answer.data, answer.mimetype) == (200, content, media_type)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].startswith("attachment") is is_saved
    other = world.invite()
    assert page.http.get(f"/s/{other}/files/{file_id}").status_code in {404, 409, 410}
    page.open(other)
    for strange in (f"/s/{other}/files/{file_id}", f"/s/{token}/files/fil_none", f"/webchat/visit/files/{file_id}"):
        assert page.http.get(strange).status_code in {401, 404}, strange
    (told,) = [each for each in page.http.get(f"/s/{token}/messages").get_json()["messages"] if "file" in each]
    assert told["file"]["id"] == file_id
