"""A window that only the provider knows to be closed: it says so at once, or long after it took the message."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from common.channels import Channel, Delivery, DeliveryReceipt, SendError, SendErrorCode
from common.errors import Conflict
from common.receiving import Inbox
from common.store.engine import Database
from common.store.schema import conversations, invitations, messages, outbox, receipts
from common.tickets import Resolution
from tests.integration.test_window import FOLLOW_UP, LOTTE, Desk, Windows, _customer
from tests.integration.world import ANA


@pytest.fixture
def windows(database: Database, tmp_path: Path) -> Iterator[Windows]:
    made = Windows(database, tmp_path)
    made.survey(channels={"whatsapp": "whatsapp"}, default_locale="en")
    yield made
    made.close()


@pytest.fixture
def desk(windows: Windows) -> Desk:
    return Desk(windows)


def closed_by_receipt(windows: Windows) -> None:
    """Meta took the newest message, and says by webhook that the customer's window was closed."""
    receipt = DeliveryReceipt(
        channel=Channel.WHATSAPP,
        account=windows.reviewer.account,
        provider_id=windows.rows(messages, direction="out")[-1]["provider_id"],
        delivery=Delivery.FAILED,
        error="131047",
        fate=SendErrorCode.WINDOW_CLOSED,
        reference=windows.rows(outbox)[-1]["id"],
    )
    Inbox(windows.services).receive([receipt, receipt])


@pytest.mark.parametrize("is_late", [True, False])
def test_a_first_question_outside_a_window_we_thought_open_leaves_as_a_template(
    windows: Windows, is_late: bool
) -> None:
    windows.approved()
    windows.ask()
    windows.writes("10")
    windows.after(hours=2)
    windows.hand_in("i-2", _customer(1, "en") | {"phone": ANA})
    windows.tick()
    if not is_late:
        windows.reviewer.fates = [SendError(SendErrorCode.WINDOW_CLOSED, provider_code="131047")]
    windows.dispatch()
    if is_late:
        assert windows.reviewer.used[-1] is None
        closed_by_receipt(windows)
        stale = DeliveryReceipt(
            channel=Channel.WHATSAPP,
            account=windows.reviewer.account,
            provider_id=windows.rows(receipts)[-1]["provider_id"],
            delivery=Delivery.SENT,
            reference=windows.rows(outbox)[-1]["id"],
        )
        Inbox(windows.services).receive([stale])
    windows.dispatch()
    assert windows.reviewer.used[-1] is not None
    assert windows.rows(outbox)[-1]["state"] == "sent"
    assert windows.rows(conversations)[-1]["state"] == "score"
    assert windows.rows(messages, direction="out")[-1]["delivery"] != "failed"
    windows.writes("4")
    assert windows.rows(conversations)[-1]["score"] == 4


def test_without_a_template_it_is_suppressed_with_the_reason(windows: Windows) -> None:
    windows.writes("hello")
    windows.ask()
    assert windows.reviewer.used == [None]
    closed_by_receipt(windows)
    windows.dispatch()
    invitation = windows.row(invitations)
    assert (invitation["status"], invitation["reason"]) == ("suppressed", "template_not_approved")


@pytest.mark.parametrize("is_late", [True, False])
def test_a_persons_words_outside_it_wait_for_the_customer(desk: Desk, is_late: bool) -> None:
    desk.windows.writes("hello?")
    if not is_late:
        desk.windows.reviewer.fates = [SendError(SendErrorCode.WINDOW_CLOSED, provider_code="131047")]
    desk.reply("May I call you?")
    desk.windows.dispatch()
    if is_late:
        closed_by_receipt(desk.windows)
    shown = desk.windows.row(messages, author="user")
    assert (shown["error"], shown["delivery"]) == ("held", "queued")
    desk.windows.approved(FOLLOW_UP)
    with pytest.raises(Conflict) as refusal:
        desk.reply("Are you there?")
    assert refusal.value.code == "window_closed"
    desk.windows.after(minutes=5)
    desk.windows.writes("yes?")
    assert desk.windows.reviewer.texts()[-1] == "May I call you?"
    assert desk.windows.row(messages, author="user")["error"] is None


def test_of_a_resolved_ticket_nothing_waits(desk: Desk) -> None:
    desk.windows.writes("hello?")
    desk.reply("Goodbye!")
    desk.windows.dispatch()
    desk.act("resolve", LOTTE, Resolution.NO_CONTACT)
    closed_by_receipt(desk.windows)
    shown = desk.windows.row(messages, author="user")
    assert (shown["delivery"], shown["error"]) == ("failed", "131047")
