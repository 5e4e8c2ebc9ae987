"""Erasing a person: nothing of them is left anywhere, the figures stand, and they stay away. On both databases."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest
from sqlalchemy import insert, select

from common import clock, failpoints
from common.channels import SendError, SendErrorCode
from common.failpoints import FailpointReached
from common.privacy import erasing
from common.privacy.erasing import PROVIDER_KEEPS, Erasing
from common.search.indexer import catch_up
from common.store.engine import Database
from common.store.schema import (
    call_steps,
    calls,
    conversations,
    customer_refs,
    customers,
    endpoints,
    erasures,
    files,
    inbound,
    interactions,
    messages,
    metadata,
    outbox,
    quarantine,
    receipts,
    recordings,
    saved_views,
    theme_marks,
    tickets,
    tombstones,
)
from common.theme_coder import ThemeCoder
from tests.integration.installation import NUMBER, Installation, an_installation
from tests.integration.telegram_side import TelegramHandset
from tests.integration.test_whatsapp import a_change, a_post
from zeroten import root

CANARY = "QzxKanarie"
PHONE = "+31697531864"
NAME = f"Ana {CANARY} Ñandú"
REF, CHAT = f"crm-{CANARY}-991", 567_531_864
NEEDLES = (CANARY.encode(), CANARY.lower().encode(), PHONE[1:].encode(), str(CHAT).encode(), "Ñandú".encode())
SURVEY = {"brand": "Acme", "quiet_hours": None, "send_after_s": 0, "fatigue_days": 0}
CHANNELS = ("sms", "whatsapp", "telegram", "webchat")


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Iterator[Installation]:
    (tmp_path / "data").mkdir()
    with an_installation(database_url, tmp_path) as made:
        made.call("PUT", "/surveys/support", {"key": "support", "kind": "transactional", **SURVEY})
        yield made


# --- what the person and the installation do ------------------------------------------------------------------------


def an_interaction(ref: str, channel: str = "sms", **changes: Any) -> dict[str, Any]:
    return {
        "id": ref,
        "channel": channel,
        "direction": "inbound",
        "ended_at": clock.now().isoformat(),
        "duration_s": 120,
        "outcome": "answered",
        "survey": "support",
        "customer": {
            "id": REF,
            "name": NAME,
            "phone": PHONE,
            "telegram_chat_id": str(CHAT),
            "locale": "en",
            "timezone": "UTC",
            "consent": True,
        },
        "agent": {"id": "a-7", "name": "Joost", "team": "billing"},
        "topic": "invoice",
        "reference": f"order {CANARY}",
        "attributes": {"note": f"likes {CANARY}"},
    } | changes


class Handset:
    """The person, on every channel."""

    def __init__(self, site: Installation) -> None:
        self.site = site
        self.telegram = TelegramHandset(site, CHAT - 500_000_000)

    def says(self, channel: str, text: str, conversation_id: str = "") -> None:
        if channel == "sms":
            self.says_by_sms(text, f"SM{next(self.site.numbers):032x}")
        elif channel == "whatsapp":
            said = {"from": PHONE[1:], "id": f"wamid.{CANARY}{next(self.site.numbers)}", "timestamp": "1"}
            contact = {"wa_id": PHONE[1:], "profile": {"name": NAME}}
            message = said | {"type": "text", "text": {"body": text}}
            self.site.meta_calls(a_post(a_change(contacts=[contact], messages=[message])))
        elif channel == "telegram":
            self.telegram.say(text, None)
        else:
            self.says_on_a_page(text, conversation_id)
        self.site.deliver()

    def says_by_sms(self, text: str, sid: str) -> None:
        self.site.webhook("/webhooks/sms", {"MessageSid": sid, "From": PHONE, "To": NUMBER, "Body": text})

    def says_on_a_page(self, text: str, conversation_id: str) -> None:
        address = page_of(self.site, conversation_id)
        fields = {"client_id": f"page{next(self.site.numbers):08d}", "text": text}
        answer = self.site.http.post(f"{address}/messages", json=fields)
        assert answer.status_code in (200, 202), answer.text


def page_of(site: Installation, conversation_id: str) -> str:
    from common.pages import page_token

    (row,) = site.rows(conversations, id=conversation_id)
    return f"/s/{page_token(site.services.settings.secret_key, row['invitation_id'])}"


def converse(site: Installation, handset: Handset, channel: str) -> str:
    """An unhappy customer answers on this channel, and a colleague writes back: the conversation."""
    if channel == "whatsapp":
        handset.says(channel, f"Hello, {CANARY} here")  # opens the window
    answer = site.call("POST", "/interactions", an_interaction(f"{channel}-{CANARY}", channel))
    assert answer["decision"] == "invite", answer
    if channel == "webchat":
        page = site.http.get(answer["invitation"]["url"].partition("example")[2])
        assert page.status_code == 200
    site.ticker.once()
    site.deliver()
    (talk,) = [row for row in site.rows(conversations) if row["channel"] == channel]
    for text in ("3", f"{CANARY} waited too long"):
        handset.says(channel, text, talk["id"])
    (talk,) = site.rows(conversations, id=talk["id"])
    assert talk["score"] == 3, talk
    ticket = talk["ticket_id"]
    site.call("POST", f"/tickets/{ticket}/claim")
    site.call("POST", f"/tickets/{ticket}/note", {"text": f"{CANARY} sounds angry", "client_id": f"n-{CANARY}"})
    site.call("POST", f"/tickets/{ticket}/reply", {"text": f"Sorry, {NAME}", "client_id": f"r-{channel}"})
    site.deliver()
    handset.says(channel, f"thanks from {CANARY}", talk["id"])
    return str(talk["id"])


def call_by_telephone(site: Installation, conversation_id: str) -> None:
    """What the telephone leaves behind."""
    (talk,) = site.rows(conversations, id=conversation_id)
    now = clock.now()
    own = {"customer_id": talk["customer_id"]}
    call = {"id": "call_1", "call_sid": f"CA{CANARY}", "conversation_id": conversation_id, "direction": "outbound"}
    times = {"began_at": now, "updated_at": now}
    step = {"call_id": "call_1", "step": 1, "document": f"<Say>Hello {NAME}</Say>", "at": now}
    spoken = {"id": "rec_1", "provider_id": "RE1", "call_id": "call_1", "conversation_id": conversation_id}
    sound = {"state": "stored", "audio": f"RIFF {CANARY}".encode(), "media_type": "audio/wav", "transcript": CANARY}

    def work(connection: Any) -> None:
        connection.execute(insert(calls).values(**own, **call, **times, status="completed"))
        connection.execute(insert(call_steps).values(**own, **step))
        connection.execute(insert(recordings).values(**own, **spoken, **sound, at=now))

    site.services.store.write(work)


def attach_a_file(site: Installation, conversation_id: str) -> None:
    """What a picture leaves behind."""
    (talk,) = site.rows(conversations, id=conversation_id)
    (message, *_) = site.rows(messages, conversation_id=conversation_id, direction="in")
    own = {"customer_id": talk["customer_id"], "conversation_id": conversation_id, "message_id": message["id"]}
    content = {"state": "stored", "media_type": "image/png", "name": f"{CANARY}.png", "content": CANARY.encode()}
    row = {"id": "file_1", "channel": "sms", "provider_id": f"ME{CANARY}", "at": clock.now(), **own, **content}
    site.services.store.write(lambda connection: connection.execute(insert(files).values(row)))


def quarantine_something(site: Installation) -> None:
    """An authentic webhook that nobody understands."""
    strange = {"from": PHONE[1:], "id": "wamid.strange", "type": "text", "text": {"body": [CANARY]}}
    site.meta_calls(a_post(a_change(messages=[strange])))
    assert site.rows(quarantine)


def keep_a_search(site: Installation) -> None:
    """A colleague looks for the person, and keeps the search."""
    view = {"id": "view_1", "user_id": "usr_1", "name": "my case", "query": f"q={quote_plus(NAME)}"}
    added = insert(saved_views).values(**view, is_shared=False, created_at=clock.now())
    site.services.store.write(lambda connection: connection.execute(added))


class Provider:
    """The telephone's provider."""

    def __init__(self, *, refuses: int = 0) -> None:
        self.refuses = refuses
        self.forgotten: list[str] = []

    def forget_recording(self, provider_id: str) -> None:
        if self.refuses:
            self.refuses -= 1
            raise SendError(SendErrorCode.UNREACHABLE)
        self.forgotten.append(provider_id)


def worker(site: Installation, provider: Provider | None = None) -> Erasing:
    services = site.services
    return Erasing(services.store, services.turns, services.erased, services.bell, provider=provider or Provider())


def erase(site: Installation, ref: str = REF) -> dict[str, Any]:
    """Ask for the erasure and let it be done: the receipt."""
    answer: Any = site.http.delete(f"/api/v1/customers/{ref}", headers={"Authorization": f"Bearer {site.key}"})
    assert answer.status_code == 202, answer.text
    assert answer.json["state"] == "queued"
    assert answer.headers["Location"] == answer.json["url"]
    work_off(site, worker(site))
    receipt: dict[str, Any] = site.call("GET", answer.json["url"].partition("/api/v1")[2])
    assert receipt["state"] == "done", receipt
    return receipt


def work_off(site: Installation, work: Erasing) -> None:
    with site.services.store.read() as connection:
        ids = erasing.due(connection)
    for erasure_id in ids:
        work.work(erasure_id)


def make_due(site: Installation) -> None:
    """Let the waiting time of every erasure be over."""
    due = erasures.update().where(erasures.c.due_at.is_not(None)).values(due_at=clock.wall())
    site.services.store.write(lambda connection: connection.execute(due))


# --- what can be seen -----------------------------------------------------------------------------------------------


def remains(database: Database) -> dict[str, list[str]]:
    """Where the needles are: in which files of SQLite, or in which tables of PostgreSQL as COPY gives them."""
    found: dict[str, list[str]] = {}
    for name, content in _contents(database):
        hits = [needle.decode() for needle in NEEDLES if needle in content]
        if hits:
            found[name] = hits
    return found


def _contents(database: Database) -> Iterator[tuple[str, bytes]]:
    if database.is_sqlite:
        path = Path(str(database.url.database))
        for each in sorted(path.parent.glob(path.name + "*")):
            yield each.name, each.read_bytes()
        return
    raw: Any = database.engine.raw_connection()
    try:
        for table in metadata.tables:
            out = io.BytesIO()
            with raw.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT") as copy:
                for data in copy:
                    out.write(bytes(data))
            yield table, out.getvalue()
    finally:
        raw.close()


def figures(site: Installation) -> list[Any]:
    return [
        site.call("GET", f"/metrics/nps?group_by={group}") for group in ("channel", "team", "agent", "topic", "survey")
    ]


def test_nothing_is_left_of_an_erased_person(site: Installation, capfd: pytest.CaptureFixture[str]) -> None:
    handset, herald = Handset(site), root.create_herald(site.services)
    site.call("POST", "/webhooks", {"url": "https://example.com/hooks"})
    talks = [converse(site, handset, channel) for channel in CHANNELS]
    assert herald.announce() > 10
    assert catch_up(site.services.store) > 0
    keep_a_search(site)
    call_by_telephone(site, talks[0])
    attach_a_file(site, talks[0])
    quarantine_something(site)
    other = site.call("POST", "/interactions", somebody_elses("other-1"))
    coder = ThemeCoder(site.services.store, UTC)
    assert coder.all() > 0
    marks = site.rows(theme_marks)
    assert marks, "somebody waited too long"
    before = figures(site)
    database = site.services.store.database
    assert len(remains(database)) >= (1 if database.is_sqlite else 10), "the search finds what is there"

    document = site.call("GET", f"/customers/{REF}/export")
    assert {row["channel"] for row in document["conversations"]} == set(CHANNELS)
    text = str(document)
    for words in ("waited too long", "sounds angry", "Sorry, ", "thanks from", "likes ", "order ", PHONE, str(CHAT)):
        assert words in text, words
    assert document["customer"]["ids"] == [REF]
    assert document["recordings"][0]["audio_url"].endswith("/api/v1/recordings/rec_1")
    (attached,) = document["files"]
    attached = attached["url"].partition("/api/v1")[2]
    assert status_of(site, "GET", attached) == 200
    audio = document["recordings"][0]["audio_url"].partition("/api/v1")[2]
    assert status_of(site, "GET", audio) == 200
    assert document["tickets"][0]["replies"]
    assert document["tickets"][0]["notes"]

    receipt = erase(site)
    herald.announce()
    catch_up(site.services.store)
    assert remains(database) == {}
    assert CANARY not in str(receipt)
    assert receipt["erased"]["messages"] > 10
    coder.all()
    assert site.rows(theme_marks) == marks
    assert figures(site) == before
    assert {row["status"] for row in site.rows(tickets)} == {"resolved"}
    assert {row["state"] for row in site.rows(conversations)} == {"closed"}
    assert not [row for row in site.rows(outbox) if row["state"] not in {"sent", "cancelled", "dead"}]
    assert site.call("GET", "/interactions/other-1/decision")["decision"] == other["decision"]
    assert site.http.get(page_of(site, talks[3])).status_code == 404
    assert status_of(site, "GET", f"/customers/{REF}/export") == status_of(site, "GET", audio) == 404
    assert status_of(site, "GET", attached) == 404
    said = "".join(capfd.readouterr())
    assert not any(needle.decode() in said for needle in NEEDLES)


def somebody_else() -> dict[str, Any]:
    return {"id": "c-2", "name": "Ben", "phone": "+31611111111", "locale": "en", "timezone": "UTC", "consent": True}


def somebody_elses(ref: str) -> dict[str, Any]:
    return an_interaction(ref, customer=somebody_else(), reference=None, attributes={})


def status_of(site: Installation, method: str, path: str) -> int:
    headers = {"Authorization": f"Bearer {site.key}"}
    status: int = site.http.open(f"/api/v1{path}", method=method, headers=headers).status_code
    return status


def test_who_was_erased_stays_away(site: Installation) -> None:
    handset = Handset(site)
    first = an_interaction("i-1")
    site.call("POST", "/interactions", first)
    site.ticker.once()
    site.deliver()
    handset.says("sms", "9")
    (row,) = site.rows(messages, direction="out", provider_id=site.sent[0]["sid"])
    erase(site)
    sent = len(site.sent)

    handset.says("sms", f"late {CANARY}")
    handset.says("sms", "STOP")
    handset.telegram.say(f"late {CANARY}", None)
    handset.telegram.block(is_blocked=True)
    site.webhook("/webhooks/sms/status", {"MessageSid": site.sent[0]["sid"], "MessageStatus": "delivered", "To": PHONE})
    quarantined = {"from": PHONE[1:], "id": "wamid.strange", "type": "text", "text": {"body": [CANARY]}}
    site.meta_calls(a_post(a_change(messages=[quarantined])))
    assert site.rows(inbound) == site.rows(receipts) == site.rows(quarantine) == []
    assert len(site.sent) == sent

    again = site.call("POST", "/interactions", first)
    assert (again["decision"], again["reason"]) == ("suppress", "opt_out")
    new = an_interaction("i-2")
    answer = site.call("POST", "/interactions", new)
    assert (answer["decision"], answer["reason"]) == ("suppress", "opt_out")
    assert site.call("POST", "/interactions", new) == answer
    headers = {"Authorization": f"Bearer {site.key}"}
    assert site.http.post("/api/v1/interactions", json=new | {"topic": "x"}, headers=headers).status_code == 409
    by_number = an_interaction("i-3", customer=somebody_else() | {"phone": PHONE})
    assert site.call("POST", "/interactions", by_number)["reason"] == "opt_out"
    assert site.call("GET", "/interactions/i-2/decision")["reason"] == "opt_out"
    assert remains(site.services.store.database) == {}
    assert site.rows(customer_refs) == []
    assert row["id"]

    again_erased: Any = site.http.delete(f"/api/v1/customers/{REF}", headers=headers)
    assert (again_erased.status_code, again_erased.json["state"]) == (202, "done")
    assert status_of(site, "DELETE", "/customers/nobody") == 404
    lifted = site.call("PUT", f"/customers/{REF}/opt-out", {"opted_out": False})
    assert lifted["opted_out"] is False
    assert site.rows(tombstones) == []
    assert site.call("POST", "/interactions", an_interaction("i-4"))["decision"] == "invite"


def test_whoever_asks_to_be_asked_again_is_new(site: Installation) -> None:
    site.call("POST", "/interactions", an_interaction("i-1"))
    erase(site)
    Handset(site).says("sms", "START")
    assert site.call("POST", "/interactions", an_interaction("i-2"))["decision"] == "invite"


def test_an_erasure_in_the_middle_of_a_conversation_races_its_webhooks(site: Installation) -> None:
    handset = Handset(site)
    site.call("POST", "/interactions", an_interaction("i-1"))
    site.ticker.once()
    site.deliver()
    faults: list[Exception] = []
    begun = threading.Barrier(5)

    def speak(number: int) -> None:
        try:
            begun.wait(timeout=30)
            for turn in range(6):
                handset.says_by_sms(f"{CANARY} {turn}", f"SM{number:016x}{turn:016x}")
        except Exception as error:
            faults.append(error)

    speakers = [threading.Thread(target=speak, args=(number,)) for number in range(4)]
    for thread in speakers:
        thread.start()
    begun.wait(timeout=30)
    erase(site)
    for thread in speakers:
        thread.join(timeout=60)
    assert not faults
    with site.services.store.database.write() as connection:
        assert connection.execute(select(inbound)).all() == []
    assert {row["text"] for row in site.rows(messages)} == {"[erased]"}
    assert [row for row in site.rows(endpoints) if not row["address"].startswith("erased:")] == []
    (person,) = site.rows(customers)
    assert (person["name"], person["opted_out_by"]) == (None, "erased")


@pytest.mark.parametrize(
    "place", ["erasure.before_rows", "erasure.before_commit", "erasure.after_rows", "erasure.before_done"]
)
def test_an_erasure_that_dies_is_taken_up_again(site: Installation, place: str) -> None:
    site.call("POST", "/interactions", an_interaction("i-1"))
    site.ticker.once()
    site.deliver()
    Handset(site).says("sms", f"3 {CANARY}")
    status_of(site, "DELETE", f"/customers/{REF}")
    failpoints.activate(f"{place}=raise")
    try:
        with pytest.raises(FailpointReached):
            work_off(site, worker(site))
    finally:
        failpoints.activate("")
    (row,) = site.rows(erasures)
    assert row["state"] == "failed"
    make_due(site)
    work_off(site, worker(site))
    (row,) = site.rows(erasures)
    assert (row["state"], row["error"]) == ("done", None)
    assert row["counts"]["messages"] > 1
    assert remains(site.services.store.database) == {}


def test_a_message_on_its_way_is_waited_for(site: Installation) -> None:
    site.call("POST", "/interactions", an_interaction("i-1"))
    site.ticker.once()
    leased = {"state": "sending", "lease_until": clock.wall() + timedelta(seconds=30)}
    site.services.store.write(lambda connection: connection.execute(outbox.update().values(leased)))
    status_of(site, "DELETE", f"/customers/{REF}")
    work_off(site, worker(site))
    assert site.rows(erasures)[0]["state"] == "running"
    past = {"lease_until": clock.wall() - timedelta(seconds=1)}
    site.services.store.write(lambda connection: connection.execute(outbox.update().values(past)))
    make_due(site)
    work_off(site, worker(site))
    assert site.rows(erasures)[0]["state"] == "done"
    assert remains(site.services.store.database) == {}


def test_the_provider_is_asked_to_delete_its_recordings(site: Installation) -> None:
    site.call("POST", "/interactions", an_interaction("i-1"))
    site.ticker.once()
    site.deliver()
    call_by_telephone(site, site.rows(conversations)[0]["id"])
    status_of(site, "DELETE", f"/customers/{REF}")
    provider = Provider(refuses=1)
    work_off(site, worker(site, provider))
    (row,) = site.rows(erasures)
    assert (row["state"], row["error"], provider.forgotten) == ("running", PROVIDER_KEEPS, [])
    make_due(site)
    work_off(site, worker(site, provider))
    (row,) = site.rows(erasures)
    assert (row["state"], row["error"], provider.forgotten) == ("done", None, ["RE1"])
    assert site.rows(recordings) == []


def test_the_composition_root_makes_the_worker(site: Installation) -> None:
    site.call("POST", "/interactions", an_interaction("i-1"))
    status_of(site, "DELETE", f"/customers/{REF}")
    assert root.create_privacy_keeper(site.services).erase_what_is_due() == 1
    assert site.rows(erasures)[0]["state"] == "done"
    assert site.rows(interactions)[0]["body"] == {}
