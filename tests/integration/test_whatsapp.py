"""WhatsApp through the whole product: batches, people of two names, wishes made at Meta, answers that got lost."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from common import clock
from common.store.schema import answers, conversations, customers, endpoints, inbound, messages, outbox, quarantine
from tests.channels.provider import Answer
from tests.integration.installation import NUMBER_ID, Installation, an_installation

SURVEY = {"brand": "Acme", "quiet_hours": None, "send_after_s": 0, "fatigue_days": 0}


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Iterator[Installation]:
    with an_installation(database_url, tmp_path) as made:
        now = clock.now()
        made.services.store.write(lambda c: made.services.surveys.save(c, "support", SURVEY, now))
        yield made


class Person:
    """A customer on WhatsApp. known: how the caller knows the person; named: how Meta does."""

    numbers = count(1)

    def __init__(self, site: Installation, *, known: Mapping[str, str], named: Mapping[str, str], ref: str) -> None:
        self.site, self.known, self.named, self.ref = site, known, named, ref

    def message(self, text: str, **changes: Any) -> dict[str, Any]:
        key = f"wamid.p{next(self.numbers)}"
        return {**self.named, "id": key, "timestamp": "1", "type": "text", "text": {"body": text}, **changes}

    def writes(self, text: str, **changes: Any) -> None:
        self.site.meta_calls(a_post(a_change(messages=[self.message(text, **changes)])))

    def is_asked(self, **customer: Any) -> str:
        """An interaction has ended and its customer is asked: the conversation's id."""
        person = {"id": self.ref, "locale": "en", "timezone": "UTC", "consent": True, **self.known, **customer}
        body = {
            "id": f"{self.ref}-{next(self.numbers)}",
            "channel": "whatsapp",
            "ended_at": clock.now().isoformat(),
            "duration_s": 120,
            "outcome": "answered",
            "customer": person,
            "survey": "support",
        }
        answer = self.site.call("POST", "/interactions", body)
        assert answer["decision"] == "invite", answer
        assert self.site.ticker.once() > 0
        self.site.deliver()
        (row,) = self.site.rows(conversations, invitation_id=answer["invitation"]["id"])
        return str(row["id"])

    def shown(self, conversation_id: str) -> Mapping[str, Any]:
        self.site.deliver()
        shown: Mapping[str, Any] = self.site.call("GET", f"/conversations/{conversation_id}")
        return shown


def a_change(field: str = "messages", **lists: Any) -> dict[str, Any]:
    value = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": NUMBER_ID}, **lists}
    return {"field": field, "value": value}


def a_post(*changes: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": list(changes)}], **more}


def somebody(site: Installation, number: int, *, knows: str = "phone", shows: str = "number") -> Person:
    """A person with a number and a user id, of which the caller knows one and Meta shows one, or both."""
    phone, user_id = f"3163{number:07d}", f"NL.{number:015d}"
    known = {"phone": {"phone": f"+{phone}"}, "user_id": {"whatsapp_user_id": user_id}}
    named = {"number": {"from": phone}, "user_id": {"from_user_id": user_id}}
    return Person(
        site,
        known=known["phone"] | known["user_id"] if knows == "both" else known[knows],
        named=named["number"] | named["user_id"] if shows == "both" else named[shows],
        ref=f"c-{number}",
    )


# --- batches --------------------------------------------------------------------------------------------------------


def a_busy_post(people: list[Person], texts: list[str], taken: list[dict[str, Any]]) -> dict[str, Any]:
    """Four messages of four people and three statuses, over two entries."""
    said = [person.message(text) for person, text in zip(people, texts, strict=True)]
    told = [
        {"id": f"wamid.told{n}", "status": status, "timestamp": "1", "biz_opaque_callback_data": each["reference"]}
        for n, (each, status) in enumerate(zip(taken, ("sent", "delivered", "read"), strict=False))
    ]
    first = [a_change(messages=said[:2]), a_change(statuses=told[:2])]
    second = [a_change(messages=said[2:3]), a_change(messages=said[3:], statuses=told[2:])]
    entries = [{"id": "1", "changes": first}, {"id": "1", "changes": second}]
    return {"object": "whatsapp_business_account", "entry": entries}


def four_who_are_asked(site: Installation) -> tuple[list[Person], list[str], list[dict[str, Any]]]:
    people = [somebody(site, number) for number in range(4)]
    for person in people:
        person.writes("Thanks")
    asked = [person.is_asked() for person in people]
    # What Meta says of messages comes by their ids; here by those that it gave.
    sent = [{"reference": "", "id": row["provider_id"]} for row in site.rows(outbox, state="sent")]
    return people, asked, sent


@pytest.mark.parametrize("poison", [None, {"type": "text", "text": {"body": ["x"]}}, "a text"])
def test_a_post_of_four_people_and_three_statuses_counts_once(site: Installation, poison: Any) -> None:
    people, asked, sent = four_who_are_asked(site)
    payload = a_busy_post(people, ["9", "3", "7", "0"], sent)
    for item, each in zip(_statuses(payload), sent, strict=False):
        item |= {"id": each["id"], "biz_opaque_callback_data": None}
    messages_in = payload["entry"][1]["changes"][0]["value"]["messages"]
    if poison is not None:
        messages_in[0] = {**messages_in[0], **poison} if isinstance(poison, dict) else poison
    threads = [threading.Thread(target=site.meta_calls, args=(payload,)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    scores = [person.shown(key)["score"] for person, key in zip(people, asked, strict=True)]
    assert scores == [9, 3, None if poison else 7, 0]
    assert len(site.rows(answers)) == (3 if poison else 4)
    assert len(site.rows(inbound)) == 4 + (3 if poison else 4)
    assert len(site.rows(messages, direction="in")) == (3 if poison else 4)
    assert {row["delivery"] for row in site.rows(messages, direction="out", prompt="score")} > {"delivered", "read"}
    assert len(site.rows(quarantine)) == int(poison is not None)  # one, however often it came


def _statuses(payload: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for entry in payload["entry"]:
        for change in entry["changes"]:
            yield from change["value"].get("statuses", [])


# --- people ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("knows", ["phone", "user_id", "both"])
@pytest.mark.parametrize("shows", ["number", "user_id", "both"])
def test_an_answer_finds_its_conversation_however_the_person_is_named(
    site: Installation, knows: str, shows: str
) -> None:
    ana = somebody(site, 7, knows=knows, shows=shows)
    somebody(site, 7, shows="user_id" if knows == "user_id" else "number").writes("Thanks")
    key = ana.is_asked()
    somebody(site, 7, shows="both").writes("3")  # Meta names both at least once
    assert ana.shown(key)["score"] == 3
    ana.writes("Waited an hour")
    shown = ana.shown(key)
    assert (shown["reason"], shown["state"]) == ("Waited an hour", "aspect")
    assert len(site.rows(customers)) == 1


def test_a_person_without_a_number_is_asked_and_heard(site: Installation) -> None:
    ana = somebody(site, 8, knows="user_id", shows="user_id")
    ana.writes("Thanks")
    key = ana.is_asked()
    assert site.taken[-1]["recipient"] == "NL.000000000000008"
    ana.writes("10")
    assert ana.shown(key)["score"] == 10


def test_two_records_of_a_caller_become_one_person_when_meta_says_so(site: Installation) -> None:
    by_phone, by_id = somebody(site, 9), somebody(site, 9, knows="user_id", shows="user_id")
    by_id.ref = "c-other"
    by_phone.writes("Thanks")
    by_id.writes("Thanks")
    first = by_phone.is_asked()
    second = by_id.is_asked()
    assert len(site.rows(customers)) == 2
    somebody(site, 9, shows="both").writes("8")
    assert len(site.rows(customers)) == 1
    assert (by_id.shown(second)["score"], by_phone.shown(first)["score"]) == (8, None)
    by_id.writes("STOP")
    (person,) = site.rows(customers)
    assert person["opted_out_at"] is not None


def test_what_meta_calls_a_recipient_leads_back(site: Installation) -> None:
    """In Brazil and Mexico a number is known to WhatsApp by other digits than the ones that people write."""
    ana = somebody(site, 10)
    ana.writes("Thanks")
    site.names_recipients = {"wa_id": "31699999999", "user_id": "NL.77"}
    key = ana.is_asked()
    ana.named = {"from": "31699999999"}
    ana.writes("6")
    ana.named = {"from_user_id": "NL.77"}
    ana.writes("Too slow")
    assert (ana.shown(key)["score"], ana.shown(key)["reason"]) == (6, "Too slow")


def test_a_new_number_is_the_same_person(site: Installation) -> None:
    ana = somebody(site, 11)
    ana.writes("Thanks")
    key = ana.is_asked()
    system = {"body": "changed", "wa_id": "31688888888", "type": "user_changed_number"}
    site.meta_calls(a_post(a_change(messages=[ana.message("", type="system", system=system)])))
    ana.named = {"from": "31688888888"}
    ana.writes("2")
    shown = ana.shown(key)
    assert (shown["score"], site.taken[-1]["to"]) == (2, "31688888888")
    assert [row["address"] for row in site.rows(endpoints, channel="whatsapp")] == ["+31688888888"]
    stranger = Person(site, known={}, named={"from": "31630000011"}, ref="c-new")
    stranger.writes("Who is this?")
    assert "Who is this?" not in [entry["text"] for entry in ana.shown(key)["messages"]]


# --- wishes ---------------------------------------------------------------------------------------------------------


def prefers(ana: Person, wish: str, at: int = 1) -> None:
    names = {"from": "wa_id", "from_user_id": "user_id"}
    item = {names[name]: value for name, value in ana.named.items()}
    item |= {"category": "marketing_messages", "value": wish, "timestamp": str(at)}
    ana.site.meta_calls(a_post(a_change("user_preferences", user_preferences=[item])))


def decision_by_text(ana: Person) -> Mapping[str, Any]:
    """Whether the person would be asked by text message now."""
    body = {
        "id": f"sms-{next(Person.numbers)}",
        "channel": "sms",
        "ended_at": clock.now().isoformat(),
        "duration_s": 120,
        "outcome": "answered",
        "customer": {"id": ana.ref, "phone": "+31630000012", "locale": "en", "timezone": "UTC", "consent": True},
        "survey": "support",
    }
    answer: Mapping[str, Any] = ana.site.call("POST", "/interactions", body)
    return answer


def test_the_native_stop_ends_all_sending_on_every_channel(site: Installation) -> None:
    ana = somebody(site, 12)
    ana.writes("Thanks")
    key = ana.is_asked()
    before = len(site.taken)
    prefers(ana, "stop")
    assert (ana.shown(key)["state"], ana.shown(key)["outcome"]) == ("closed", "refused")
    assert len(site.taken) == before  # it is not confirmed: the customer did not write
    assert decision_by_text(ana)["reason"] == "opt_out"
    prefers(ana, "resume", 2)
    assert decision_by_text(ana)["decision"] == "invite"


def test_resuming_marketing_does_not_undo_a_stop_in_words(site: Installation) -> None:
    ana = somebody(site, 12)
    ana.writes("Thanks")
    ana.is_asked()
    ana.writes("stop texting me")
    prefers(ana, "resume")
    assert decision_by_text(ana)["reason"] == "opt_out"


def test_a_stranger_s_stop_is_kept_for_later(site: Installation) -> None:
    ana = somebody(site, 12)
    prefers(ana, "stop")
    prefers(ana, "stop", 2)
    assert decision_by_text(ana)["reason"] == "opt_out"


def test_a_refusal_because_of_a_stop_opts_out(site: Installation) -> None:
    ana = somebody(site, 12)
    ana.writes("Thanks")
    key = ana.is_asked()
    (row,) = site.rows(outbox, conversation_id=key)
    failed = {"id": row["provider_id"], "status": "failed", "errors": [{"code": 131050}]}
    site.meta_calls(a_post(a_change(statuses=[failed])))
    assert decision_by_text(ana)["reason"] == "opt_out"


# --- taps -----------------------------------------------------------------------------------------------------------


def test_a_tap_from_an_earlier_conversation_answers_nothing(site: Installation) -> None:
    ana = somebody(site, 13)
    ana.writes("Thanks")
    first = ana.is_asked()
    ana.writes("maybe")  # asked again, with two lists
    ana.shown(first)
    rows = site.taken[-2]["interactive"]["action"]["sections"][0]["rows"]
    second = ana.is_asked()
    reply = {"type": "list_reply", "list_reply": rows[0]}
    ana.writes("", type="interactive", interactive=reply)
    shown = ana.shown(second)
    assert (shown["state"], shown["score"]) == ("score", None)
    ana.writes("9")
    assert ana.shown(second)["score"] == 9
    assert ana.shown(first)["score"] is None


def test_a_tap_of_the_question_that_is_asked_again_counts(site: Installation) -> None:
    ana = somebody(site, 13)
    ana.writes("Thanks")
    key = ana.is_asked()
    ana.writes("maybe")
    ana.shown(key)
    lists = [each["interactive"]["action"]["sections"][0]["rows"] for each in site.taken[-2:]]
    assert [len(rows) for rows in lists] == [6, 5]
    ana.writes("", type="interactive", interactive={"type": "list_reply", "list_reply": lists[1][4]})
    shown = ana.shown(key)
    assert (shown["score"], shown["messages"][-2]["kind"], shown["messages"][-2]["text"]) == (10, "choice", "10")


def test_a_voice_note_is_kept_as_the_reason(site: Installation) -> None:
    ana = somebody(site, 14)
    ana.writes("Thanks")
    key = ana.is_asked()
    ana.writes("4")
    ana.writes("", type="audio", audio={"mime_type": "audio/ogg; codecs=opus", "id": "77", "voice": True})
    shown = ana.shown(key)
    assert shown["reason"] == "[media]"
    said = [entry for entry in shown["messages"] if entry["direction"] == "in"]
    assert (said[-1]["kind"], said[-1]["text"]) == ("media", "[audio/ogg; codecs=opus]")
    (row,) = [row for row in site.rows(inbound) if row["fields"].get("type") == "audio"]
    assert row["fields"]["audio"]["id"] == "77"


# --- lost answers, and the window -----------------------------------------------------------------------------------


def test_a_status_settles_a_send_whose_answer_was_lost(site: Installation) -> None:
    ana = somebody(site, 15)
    ana.writes("Thanks")
    site.next_answers = [Answer(status=500, body=b"{}")]
    key = ana.is_asked()
    (row,) = site.rows(outbox, conversation_id=key)
    assert row["state"] == "unknown"
    site.advance(timedelta(hours=2))
    assert site.dispatcher.once() >= 0  # it is asked about, and a moved clock settles nothing
    site.dispatcher.once()
    (row,) = site.rows(outbox, conversation_id=key)
    assert row["state"] in {"unknown", "needs_human"}
    status = {"id": "wamid.lost", "status": "sent", "biz_opaque_callback_data": row["id"]}
    site.meta_calls(a_post(a_change(statuses=[status])))
    (row,) = site.rows(outbox, conversation_id=key)
    assert (row["state"], row["provider_id"]) == ("sent", "wamid.lost")
    assert len([each for each in site.taken if each["biz_opaque_callback_data"] == row["id"]]) <= 1
    ana.writes("9")
    assert ana.shown(key)["score"] == 9


def test_a_status_that_comes_before_a_lost_answer_settles_the_send(site: Installation) -> None:
    ana = somebody(site, 27)
    ana.writes("Thanks")

    def tells_first(message: dict[str, Any]) -> None:
        for status in ("sent", "delivered", "read"):
            about = {"id": "wamid.early", "status": status, "recipient_user_id": "NL.1234567890123"}
            about["biz_opaque_callback_data"] = message["biz_opaque_callback_data"]
            site.meta_calls(a_post(a_change(statuses=[about])))

    site.before_answering, site.next_answers = tells_first, [Answer(status=500, body=b"{}")]
    key = ana.is_asked()
    site.before_answering = None
    (row,) = site.rows(outbox, conversation_id=key)
    assert (row["state"], row["provider_id"]) == ("sent", "wamid.early")
    assert site.call("GET", f"/conversations/{key}")["messages"][-1]["delivery"] == "read"
    ana.named = {"from_user_id": "NL.1234567890123"}  # known from the status alone
    ana.writes("9")
    assert ana.shown(key)["score"] == 9


def test_who_wrote_before_being_reported_can_be_answered_freely(site: Installation) -> None:
    ana = somebody(site, 16)
    ana.writes("My box is broken")
    key = ana.is_asked()
    assert site.taken[-1]["type"] == "text"
    assert json.dumps(ana.shown(key)["messages"]).count("My box is broken") == 0
