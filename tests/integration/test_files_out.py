"""A colleague's file through the whole product: one message, one upload that counts, the same fate as words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from common import clock
from common.actors import Actor, Role
from common.channels import OutboundFile
from common.errors import Conflict, Invalid
from common.files.keeping import expire
from common.files.offering import outbound
from common.store.schema import files, messages, outbox, tickets
from common.tickets import Tickets
from common.users import create_user
from tests.channels.provider import Answer
from tests.integration.installation import Installation, an_installation
from tests.integration.test_whatsapp import SURVEY, Person

PNG = b"\x89PNG\r\n\x1a\n" + b"a receipt" * 20


class Desk:
    """A supervisor who has an unhappy customer's ticket on WhatsApp."""

    def __init__(self, site: Installation) -> None:
        self.site, self.desk = site, Tickets(site.services.turns)
        store = site.services.store
        self.actor: Actor = store.write(
            lambda c: create_user(c, "ana@example.com", "Ana", Role.SUPERVISOR, "a quiet morning at sea")
        ).actor
        self.customer = Person(site, known={"phone": "+31630000011"}, named={"from": "31630000011"}, ref="c-1")
        self.customer.writes("Thanks")  # the window is open
        self.customer.is_asked()
        self.customer.writes("2")
        (ticket,) = site.rows(tickets)
        self.ticket = ticket["id"]
        store.write(lambda c: self.desk.claim(c, self.ticket, self.actor, clock.now()))
        site.deliver()
        site.taken.clear()

    def sends(self, file: OutboundFile, client_id: str = "click-1", text: str = "Your receipt") -> Any:
        return self.site.services.store.write(
            lambda c: self.desk.reply(
                c, self.ticket, self.actor, text=text, client_id=client_id, now=clock.now(), file=file
            )
        )

    def message(self) -> dict[str, Any]:
        (found,) = self.site.rows(messages, kind="media")
        return found


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[Desk]:
    with an_installation(database_url, tmp_path) as site:
        site.services.store.write(lambda c: site.services.surveys.save(c, "support", SURVEY, clock.now()))
        yield Desk(site)


def test_a_file_leaves_once_however_often_it_is_clicked(desk: Desk) -> None:
    first = desk.sends(outbound(PNG, "receipt.png"))
    again = desk.sends(outbound(PNG, "receipt.png"))
    assert first.message["id"] == again.message["id"]
    with pytest.raises(Conflict) as refusal:
        desk.sends(outbound(PNG + b"another", "receipt.png"))
    assert refusal.value.code == "client_id_reused"
    with pytest.raises(Conflict):
        desk.site.services.store.write(
            lambda c: desk.desk.reply(
                c, desk.ticket, desk.actor, text="Your receipt", client_id="click-1", now=clock.now()
            )
        )
    desk.site.deliver()
    (taken,) = desk.site.taken
    assert (taken["type"], taken["image"]["caption"]) == ("image", "Your receipt")
    (uploaded,) = desk.site.uploaded
    assert PNG in uploaded
    (kept,) = desk.site.rows(files)
    assert (bytes(kept["content"]), kept["message_id"], kept["state"]) == (PNG, desk.message()["id"], "stored")
    (row,) = desk.site.rows(outbox, message_id=desk.message()["id"])
    assert (row["state"], "content" in row["prompt"]["file"]) == ("sent", False)


def test_a_failed_file_is_sent_again_with_its_bytes(desk: Desk) -> None:
    desk.sends(outbound(PNG, "receipt.png"))
    desk.site.next_answers = [Answer(status=400, body=b'{"error": {"code": 131026, "message": "no"}}')]
    desk.site.deliver()
    failed = desk.message()
    assert failed["delivery"] == "failed"
    for _click in range(2):
        desk.site.services.store.write(lambda c: desk.desk.retry(c, desk.ticket, desk.actor, failed["id"], clock.now()))
    desk.site.deliver()
    assert [taken["type"] for taken in desk.site.taken] == ["image"]
    assert len(desk.site.rows(files)) == 2


def test_an_upload_that_fails_is_done_again_and_the_message_sent_once(desk: Desk) -> None:
    desk.sends(outbound(PNG, "receipt.png"))
    take = desk.site.answer_as_provider
    fails = [Answer(fault="cut"), Answer(status=503)]
    uploads: list[bytes] = []

    def answer(asked: Any) -> Answer:
        if asked.path.endswith("/media"):
            uploads.append(asked.body)
            if fails:
                return fails.pop(0)
        return take(asked)

    desk.site.provider.answer = answer
    for _ in range(4):
        desk.site.dispatcher.once()
        desk.site.advance(timedelta(minutes=1))
    assert len(uploads) == 3
    assert [taken["type"] for taken in desk.site.taken] == ["image"]
    assert desk.message()["error"] is None


def test_a_file_that_is_gone_is_not_sent_and_said_so(desk: Desk) -> None:
    desk.sends(outbound(PNG, "receipt.png"))
    desk.site.services.store.write(lambda c: expire(c, clock.now() + timedelta(seconds=1)))
    desk.site.dispatcher.once()
    assert desk.site.uploaded == []
    message = desk.message()
    assert (message["delivery"], message["error"]) == ("failed", "file_gone")


def test_outside_the_window_and_for_the_wrong_kind_nothing_is_kept(desk: Desk) -> None:
    with pytest.raises(Invalid) as unfit:
        desk.sends(outbound(b"<html>", "page.png"))
    assert unfit.value.code == "file_kind"
    desk.site.advance(timedelta(hours=25))
    with pytest.raises(Conflict) as closed:
        desk.sends(outbound(PNG, "receipt.png"))
    assert closed.value.code == "window_closed"
    assert (desk.site.rows(files), desk.site.rows(messages, kind="media")) == ([], [])
