"""Outside the 24 hours: only an approved template leaves, the nearest one, or another channel, or nothing and why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from common import clock
from common.actors import Actor, Role
from common.channels import Channel, Delivery, DeliveryReceipt, InboundMessage, SendError, SendErrorCode
from common.errors import Conflict, Forbidden, Invalid
from common.receiving import Inbox
from common.store.engine import Database
from common.store.schema import (
    approvals,
    conversations,
    events,
    invitations,
    messages,
    outbox,
    template_changes,
    tickets,
)
from common.templates.approval import Category
from common.tickets import Done, Resolution, Tickets
from tests.integration.test_template_book import KEY, NL, Books
from tests.integration.world import ANA, ListProvider


class Windows(Books):
    """A world in which people are asked on a channel with a window."""

    @property
    def sms(self) -> ListProvider:
        found = self.adapters[Channel.SMS]
        assert isinstance(found, ListProvider)
        return found

    def ask(self, ref: str = "i-1", *, locale: str = "en", **fields: Any) -> dict[str, Any]:
        """An interaction on WhatsApp whose question is due and, if it may, sent; its invitation."""
        self.hand_in(ref, _customer(1, locale) | {"phone": ANA}, **fields)
        self.tick()
        self.dispatch()
        return self.row(invitations)

    def hand_in(self, ref: str, customer: dict[str, Any], **fields: Any) -> None:
        """An interaction on WhatsApp that will be asked about."""
        body: dict[str, Any] = {
            "id": ref,
            "channel": "whatsapp",
            "direction": "inbound",
            "ended_at": clock.now().isoformat(),
            "duration_s": 120,
            "outcome": "answered",
            "customer": customer,
            "agent": {"id": "a-7", "name": "Joost", "team": "billing"},
            "topic": "invoice",
            "survey": "support",
        } | fields
        answer = self.store.write(lambda c: self.services.intake.take(c, body, clock.now()))
        assert answer.body["decision"] == "invite", answer

    def writes(self, text: str) -> None:
        """The customer writes on WhatsApp."""
        self._messages += 1
        message = InboundMessage(
            channel=Channel.WHATSAPP,
            account=self.reviewer.account,
            provider_id=f"wamid-{self._messages}",
            sender=ANA,
            text=text,
        )
        self.services.take(message)
        self.dispatch()

    def logged(self, name: str) -> list[dict[str, Any]]:
        return [row["data"] for row in self.rows(events, name=name)]


@pytest.fixture
def windows(database: Database, tmp_path: Path) -> Iterator[Windows]:
    made = Windows(database, tmp_path)
    made.survey(channels={"whatsapp": "whatsapp"}, default_locale="en")
    yield made
    made.close()


def test_the_first_question_leaves_as_the_approved_template(windows: Windows) -> None:
    windows.approved()
    assert windows.ask(reference="order 4711")["status"] == "sent"
    (use,) = windows.reviewer.used
    assert use is not None
    assert (use.name, use.language) == KEY
    assert use.values["brand"] == "Acme"
    assert use.values["about"] == "order 4711"
    message = windows.row(messages)
    assert message["kind"] == "template"
    assert "Acme" in message["text"]
    assert "order 4711" in message["text"]
    assert "{{" not in message["text"]
    assert windows.logged("template_fallback") == []


def test_and_the_answer_goes_on_in_free_text(windows: Windows) -> None:
    windows.approved()
    windows.ask()
    windows.writes("9")
    assert windows.row(conversations)["score"] == 9
    assert windows.reviewer.used[1] is None
    assert windows.rows(messages, author="bot")[-1]["kind"] == "text"


def test_the_name_of_a_value_is_never_left_empty(windows: Windows) -> None:
    windows.approved()
    windows.ask(topic=None, agent=None)
    (use,) = windows.reviewer.used
    assert use is not None
    assert all(use.values.values())
    assert use.values["about"] == "WhatsApp"


@pytest.mark.parametrize("state", ["none", "pending", "rejected", "paused", "recategorised"])
def test_what_is_not_approved_is_never_sent(windows: Windows, state: str) -> None:
    if state != "none":
        windows.book.submit(KEY, "Ana")
    if state not in {"none", "pending"}:
        windows.told("APPROVED")
    if state == "recategorised":
        windows.told("template_category_update", category=Category.MARKETING)
    elif state in {"paused", "rejected"}:
        windows.told(state.upper())
    invitation = windows.ask()
    assert (invitation["status"], invitation["reason"]) == ("suppressed", "template_not_approved")
    assert windows.reviewer.sent == []
    assert windows.row(outbox)["state"] == "cancelled"
    assert windows.row(messages)["delivery"] == "failed"
    assert windows.logged("undeliverable")[0]["code"] == "template_not_approved"


def test_a_paused_one_gives_way_to_the_next_language_and_says_so(windows: Windows) -> None:
    windows.approved(NL)
    windows.approved(KEY)
    windows.told("PAUSED", NL)
    for number in range(3):
        windows.hand_in(f"i-{number}", _customer(number, "nl-BE"))
    windows.tick()
    windows.dispatch()
    assert [use and use.language for use in windows.reviewer.used] == ["en"] * 3
    assert (
        windows.logged("template_fallback")
        == [{"template": KEY[0], "language": "en", "passed": [{"language": "nl", "why": "paused"}]}] * 3
    )
    assert len(windows.rows(template_changes, what="fallback")) == 1  # one alert, not a flood


def test_paused_between_planning_and_sending(windows: Windows) -> None:
    windows.approved(NL)
    windows.approved(KEY)
    windows.hand_in("i-1", _customer(1, "nl"))
    windows.tick()
    windows.told("PAUSED", NL)
    windows.dispatch()
    assert [use and use.language for use in windows.reviewer.used] == ["en"]


def test_inside_the_window_no_template_is_needed(windows: Windows) -> None:
    windows.approved()
    windows.ask()
    windows.writes("10")
    windows.told("PAUSED")
    windows.after(hours=2)
    windows.hand_in("i-2", _customer(1, "en") | {"phone": ANA})
    windows.tick()
    windows.dispatch()
    assert windows.reviewer.used[-1] is None
    assert "recommend Acme" in windows.reviewer.texts()[-1]


def test_the_question_is_asked_on_another_channel_that_the_survey_uses(windows: Windows) -> None:
    windows.survey(channels={"whatsapp": "whatsapp", "sms": "sms"})
    windows.book.submit(KEY, "Ana")
    windows.told("REJECTED")
    invitation = windows.ask()
    windows.dispatch()
    assert (windows.reviewer.sent, len(windows.sms.texts())) == ([], 1)
    assert "STOP" in windows.sms.texts()[0]
    invitation = windows.row(invitations)
    assert (invitation["status"], invitation["channel"]) == ("sent", "sms")
    (told,) = windows.logged("asked_elsewhere")
    assert (told["from"], told["to"], told["why"]) == ("whatsapp", "sms", "template_not_approved")
    assert told["passed"] == [{"language": "en", "why": "rejected"}]
    windows.answer("7")
    conversation = windows.row(conversations)
    assert (conversation["score"], conversation["channel"]) == (7, "sms")


def test_no_other_channel_is_tried_against_the_survey_or_without_an_address(windows: Windows) -> None:
    windows.survey(channels={"whatsapp": "whatsapp", "sms": "sms"})
    customer = _customer(1, "en") | {"phone": None, "whatsapp_user_id": "US.123"}
    windows.hand_in("i-1", customer)
    windows.tick()
    windows.dispatch()
    assert windows.row(invitations)["status"] == "suppressed"
    assert windows.sms.sent == []


def test_a_second_attempt_is_the_same_template_and_one_line_of_log(windows: Windows) -> None:
    windows.approved(NL)
    windows.approved(KEY)
    windows.told("PAUSED", NL)
    windows.reviewer.fates = [SendError(SendErrorCode.THROTTLED)]
    windows.ask(locale="nl")
    assert windows.reviewer.sent == []
    windows.after(minutes=2)
    windows.dispatch()
    assert [use and use.language for use in windows.reviewer.used] == ["en"]
    assert len(windows.logged("template_fallback")) == 1


def test_a_refusal_at_sending_is_news_too(windows: Windows) -> None:
    windows.approved(NL)
    windows.approved(KEY)
    windows.reviewer.fates = [SendError(SendErrorCode.TEMPLATE_NOT_APPROVED, provider_code="132015")]
    assert windows.ask(locale="nl")["status"] == "sent"
    assert [use and use.language for use in windows.reviewer.used] == ["en"]
    assert windows.entry(NL).obstacle == "paused"
    assert windows.logged("template_fallback")[0]["passed"] == [{"language": "nl", "why": "paused"}]
    windows.after(minutes=1)
    windows.book.sync()  # its list is the truth
    assert windows.entry(NL).obstacle is None


def test_a_template_that_only_a_receipt_refuses_ends_the_asking(windows: Windows) -> None:
    windows.approved()
    windows.ask()
    receipt = DeliveryReceipt(
        channel=Channel.WHATSAPP,
        account=windows.reviewer.account,
        provider_id=windows.row(messages)["provider_id"],
        delivery=Delivery.FAILED,
        error="132015",
        fate=SendErrorCode.TEMPLATE_NOT_APPROVED,
    )
    Inbox(windows.services).receive([receipt])
    assert windows.row(conversations)["outcome"] == "unreachable"
    assert windows.row(invitations)["status"] == "undeliverable"


def test_a_template_edited_to_ask_for_what_nobody_knows_is_not_sent(windows: Windows) -> None:
    windows.approved()
    odd = [{"type": "BODY", "text": "Hello {{shoe_size}} there, would you recommend us at all? 0 to 10 please."}]
    windows.store.write(lambda c: c.execute(update(approvals).values(components=odd)) and None)
    assert windows.ask()["status"] == "suppressed"
    assert windows.reviewer.sent == []


def _customer(number: int, locale: str) -> dict[str, Any]:
    phone = f"+3161234560{number}"
    return {"id": f"c-{number}", "name": "Ana", "phone": phone, "locale": locale, "timezone": "UTC", "consent": True}


# --- tickets ----------------------------------------------------------------------------------------------------------

FOLLOW_UP = ("feedback_follow_up", "en")
CHANGED = ("you_said_we_changed", "en")
LOTTE = Actor(id="usr_lotte", name="Lotte", role=Role.SUPERVISOR)
ANOTHER = Actor(id="usr_ben", name="Ben", role=Role.SUPERVISOR)


class Desk:
    """A supervisor's desk with one claimed ticket of an unhappy customer, a day and an hour later."""

    def __init__(self, windows: Windows) -> None:
        self.windows = windows
        self.tickets = Tickets(windows.services.turns)
        windows.approved()
        windows.ask()
        windows.writes("2")
        windows.writes("waited an hour")
        self.id = str(windows.row(tickets)["id"])
        self.act("claim", LOTTE)
        windows.after(hours=25)

    def act(self, what: str, *arguments: Any, **options: Any) -> Done:
        def work(connection: Any) -> Done:
            done: Done = getattr(self.tickets, what)(connection, self.id, *arguments, now=clock.now(), **options)
            return done

        return self.windows.store.write(work)

    def reply(self, text: str = "May I call you?", **options: Any) -> Done:
        return self.act("reply", LOTTE, text=text, client_id=options.pop("client_id", None), **options)

    def template(self, key: tuple[str, str] = FOLLOW_UP, **options: Any) -> Done:
        given = {"values": options.pop("values", {}), "client_id": options.pop("client_id", None)}
        return self.act("send_template", options.pop("actor", LOTTE), name=key[0], language=key[1], **given)


@pytest.fixture
def desk(windows: Windows) -> Desk:
    return Desk(windows)


def test_a_reply_after_a_day_is_refused_with_what_may_be_sent(desk: Desk) -> None:
    desk.windows.approved(FOLLOW_UP)
    desk.windows.book.submit(CHANGED, "Ana")
    with pytest.raises(Conflict) as refusal:
        desk.reply()
    assert refusal.value.code == "window_closed"
    names = [each["name"] for each in refusal.value.facts["templates"]]  # type: ignore[attr-defined]
    assert names == [FOLLOW_UP[0], KEY[0]]  # the follow-up first; what is only submitted is not there


def test_the_follow_up_leaves_as_a_template_in_one_click(desk: Desk) -> None:
    desk.windows.approved(FOLLOW_UP)
    done = desk.template(client_id="once")
    assert desk.template(client_id="once").message == done.message
    desk.windows.dispatch()
    use = desk.windows.reviewer.used[-1]
    assert use is not None
    assert (use.name, use.values["person"], use.values["brand"]) == (FOLLOW_UP[0], "Lotte", "Acme")
    assert done.message is not None
    assert done.message["kind"] == "template"
    assert "Lotte" in done.message["text"]
    assert done.ticket["status"] == "waiting"
    assert len(desk.windows.rows(messages, author="user")) == 1


def test_only_an_approved_template_and_only_by_the_owner(desk: Desk) -> None:
    with pytest.raises(Conflict) as unknown:
        desk.template()
    assert unknown.value.code == "template_not_approved"
    desk.windows.approved(FOLLOW_UP)
    desk.windows.told("PAUSED", FOLLOW_UP)
    with pytest.raises(Conflict, match="paused"):
        desk.template()
    with pytest.raises(Forbidden):
        desk.template(actor=ANOTHER)
    assert desk.windows.rows(messages, author="user") == []


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"change": ""},
        {"change": "a\nb"},
        {"change": "a     b"},
        {"change": "x" * 1025},
        {"change": "ok", "no": "x"},
    ],
    ids=str,
)
def test_values_that_the_provider_would_refuse_are_refused_here(desk: Desk, values: dict[str, str]) -> None:
    desk.windows.approved(CHANGED)
    with pytest.raises(Invalid) as refusal:
        desk.template(CHANGED, values=values)
    assert refusal.value.errors[0][0].startswith("values.")


def test_a_persons_words_fill_the_template(desk: Desk) -> None:
    desk.windows.approved(CHANGED)
    done = desk.template(CHANGED, values={"change": "we answer until 8 p.m."})
    assert done.message is not None
    assert "we answer until 8 p.m." in done.message["text"]
    assert "invoice" in done.message["text"]  # the topic, which was known


def test_a_template_paused_before_it_left_is_not_sent(desk: Desk) -> None:
    desk.windows.approved(FOLLOW_UP)
    desk.template()
    desk.windows.told("PAUSED", FOLLOW_UP)
    sent = len(desk.windows.reviewer.sent)
    desk.windows.dispatch()
    assert len(desk.windows.reviewer.sent) == sent
    assert desk.windows.rows(messages, author="user")[0]["error"] == "template_not_approved"


def test_a_held_reply_waits_and_leaves_by_itself(desk: Desk) -> None:
    done = desk.reply(hold=True, client_id="held")
    assert done.message is not None
    assert done.ticket["status"] == "waiting"
    desk.windows.dispatch()
    assert desk.windows.reviewer.texts()[-1] != "May I call you?"
    assert desk.windows.row(messages, author="user")["error"] == "held"
    desk.windows.after(days=2)
    desk.windows.writes("are you still there?")
    assert desk.windows.reviewer.texts()[-1] == "May I call you?"
    assert desk.windows.reviewer.used[-1] is None
    assert desk.windows.row(messages, author="user")["error"] is None
    desk.windows.writes("yes")
    assert desk.windows.reviewer.texts().count("May I call you?") == 1


def test_inside_the_window_nothing_is_held(desk: Desk) -> None:
    desk.windows.writes("hello?")
    desk.reply(hold=True)
    desk.windows.dispatch()
    assert desk.windows.reviewer.texts()[-1] == "May I call you?"


def test_a_held_reply_can_be_taken_back(desk: Desk) -> None:
    done = desk.reply(hold=True)
    assert done.message is not None
    desk.act("cancel_held", LOTTE, done.message["id"])
    with pytest.raises(Conflict) as again:
        desk.act("cancel_held", LOTTE, done.message["id"])
    assert again.value.code == "not_held"
    desk.windows.writes("hello?")
    assert "May I call you?" not in desk.windows.reviewer.texts()


@pytest.mark.parametrize("end", ["stop", "resolve"])
def test_stop_and_resolving_end_what_is_held(desk: Desk, end: str) -> None:
    desk.reply(hold=True)
    if end == "stop":
        desk.windows.writes("STOP")
    else:
        desk.act("resolve", LOTTE, Resolution.EXPLAINED)
    desk.windows.writes("hello?")
    assert "May I call you?" not in desk.windows.reviewer.texts()
    assert desk.windows.rows(messages, author="user")[0]["delivery"] == "failed"
    if end == "stop":
        for again in (desk.reply, desk.template):
            with pytest.raises(Conflict) as refusal:
                again()
            assert refusal.value.code == "opted_out"
