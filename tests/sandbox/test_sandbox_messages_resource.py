"""The Message resource through Twilio's own SDK: fields, list, pages, filters, cancel, redact, delete."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlencode

import pytest
from twilio.base.exceptions import TwilioRestException

from tests.sandbox.running import ACCOUNT, ANA, NUMBER, SECOND_NUMBER, SERVICE, TOKEN, Box, eventually

AUTH = {"Authorization": "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()}
ROOT = f"/2010-04-01/Accounts/{ACCOUNT}"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def test_fields_of_a_new_message(box: Box) -> None:
    body = urlencode({"To": ANA, "From": NUMBER, "Body": "Grüße", "ValidityPeriod": "14400"})
    status, headers, _ = box.fetch("POST", f"{ROOT}/Messages.json", body, AUTH | FORM)
    assert status == 201
    assert headers["Content-Type"] == "application/json"
    status, message = box.raw("POST", f"{ROOT}/Messages.json", body, AUTH | FORM)
    sid = message["sid"]
    assert len(sid) == 34
    made = parsedate_to_datetime(message.pop("date_created"))
    assert abs(made - datetime.now(UTC)) < timedelta(seconds=30)
    assert message.pop("date_updated").endswith("+0000")
    assert message == {
        "account_sid": ACCOUNT,
        "api_version": "2010-04-01",
        "body": "Grüße",
        "date_sent": None,
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": NUMBER,
        "messaging_service_sid": None,
        "num_media": "0",
        "num_segments": "1",
        "price": None,
        "price_unit": "USD",
        "sid": sid,
        "status": "queued",
        "subresource_uris": {
            "media": f"{ROOT}/Messages/{sid}/Media.json",
            "feedback": f"{ROOT}/Messages/{sid}/Feedback.json",
        },
        "to": ANA,
        "uri": f"{ROOT}/Messages/{sid}.json",
    }


def test_a_messaging_service_chooses_the_sender_later(box: Box) -> None:
    message = box.send(body="ç" * 71)
    assert (message.status, message.from_, message.num_segments) == ("accepted", None, "0")
    assert message.messaging_service_sid == SERVICE
    fetched = eventually(lambda: (m := box.client().messages(message.sid).fetch()).status == "delivered" and m)
    assert (fetched.from_, fetched.num_segments) == (NUMBER, "2")
    assert fetched.date_sent is not None
    assert box.inbox()[-1]["body"] == "ç" * 71


def test_dates_follow_the_moved_clock(box: Box) -> None:
    box.call("POST", "/_sandbox/clock", {"offset_s": 86_400})
    message = box.send()
    assert timedelta(hours=23) < message.date_created - datetime.now(UTC) < timedelta(hours=25)


def test_list_filters_by_parties_newest_first(box: Box) -> None:
    first, second = box.send(), box.send(from_=SECOND_NUMBER)
    other = box.send(to="+31600000002")
    inbound = box.text("9")["sid"]
    messages = box.client().messages
    assert [m.sid for m in messages.list(to=ANA)] == [second.sid, first.sid]
    assert [m.sid for m in messages.list()] == [inbound, other.sid, second.sid, first.sid]
    assert [m.sid for m in messages.list(from_=SECOND_NUMBER)] == [second.sid]
    assert [(m.sid, m.direction, m.status) for m in messages.list(from_=ANA)] == [(inbound, "inbound", "received")]
    assert messages.list(to="+31600000003") == []


def test_list_filters_by_date_sent(box: Box) -> None:
    box.call("POST", "/_sandbox/clock", {"offset_s": -3 * 86_400})
    old = box.send()
    eventually(lambda: box.arrived(old.sid))
    box.call("POST", "/_sandbox/clock", {"offset_s": 0})
    new = box.send()
    eventually(lambda: box.client().messages(new.sid).fetch().status == "delivered")
    messages, now = box.client().messages, datetime.now(UTC)
    sent = messages(new.sid).fetch().date_sent

    def sids(**wish: object) -> list[str]:
        return [str(m.sid) for m in messages.list(to=ANA, **wish)]

    assert sids(date_sent_after=now - timedelta(hours=1)) == [new.sid]
    assert sids(date_sent_after=sent) == [new.sid]
    assert sids(date_sent_after=sent + timedelta(seconds=1)) == []
    assert sids(date_sent_before=now - timedelta(hours=1)) == [old.sid]
    assert sids(date_sent_before=sent) == [new.sid, old.sid]
    assert sids(date_sent_after=now - timedelta(days=4), date_sent_before=now - timedelta(days=1)) == [old.sid]
    assert sids(date_sent=date.fromordinal(now.date().toordinal() - 3)) == [old.sid]
    day = (now.date() - timedelta(days=1)).isoformat()
    _, document = box.raw("GET", f"{ROOT}/Messages.json?{urlencode({'DateSent>': day})}", headers=AUTH)
    assert [m["sid"] for m in document["messages"]] == [new.sid]


def test_a_message_not_sent_yet_has_no_date_to_be_found_by(box: Box) -> None:
    at = (datetime.now(UTC) + timedelta(hours=1)).replace(microsecond=0)
    waiting = box.send(schedule_type="fixed", send_at=at)
    messages = box.client().messages
    assert messages.list(to=ANA, date_sent_after=datetime.now(UTC) - timedelta(days=1)) == []
    assert [m.sid for m in messages.list(to=ANA)] == [waiting.sid]


def test_pages(box: Box) -> None:
    sids = [box.send(body=f"message {n}").sid for n in range(7)]
    path = f"{ROOT}/Messages.json?{urlencode({'To': ANA, 'PageSize': 3})}"
    seen: list[str] = []
    pages = 0
    while path:
        document = box.call("GET", path, headers=AUTH)
        assert document["page"] == pages
        assert document["page_size"] == 3
        if pages == 0:
            assert document["previous_page_uri"] is None
            box.send(body="comes between two pages and must not shift them")
        seen += [m["sid"] for m in document["messages"]]
        path, pages = document["next_page_uri"], pages + 1
    assert (seen, pages) == (sids[::-1], 3)
    assert [m.sid for m in box.client().messages.list(to=ANA, page_size=2, limit=5)][1:] == sids[::-1][:4]
    assert len(list(box.client().messages.stream(to=ANA, page_size=2))) == 8


@pytest.mark.parametrize(
    "query", ["PageSize=0", "PageSize=x", "Page=-1", "DateSent=yesterday", "DateSent%3E=2026-13-01", "Foo=1"]
)
def test_bad_list_parameters(box: Box, query: str) -> None:
    status, error = box.raw("GET", f"{ROOT}/Messages.json?{query}", headers=AUTH)
    assert (status, error["code"]) == (400, 20001)


def test_a_page_size_beyond_the_largest_is_the_largest(box: Box) -> None:
    assert box.call("GET", f"{ROOT}/Messages.json?PageSize=5000", headers=AUTH)["page_size"] == 1000


def test_cancel_takes_back_a_scheduled_message_only(box: Box) -> None:
    at = (datetime.now(UTC) + timedelta(hours=1)).replace(microsecond=0)
    waiting, gone = box.send(schedule_type="fixed", send_at=at), box.send()
    assert waiting.status == "scheduled"
    assert box.client().messages(waiting.sid).update(status="canceled").status == "canceled"
    eventually(lambda: box.arrived(gone.sid))
    with pytest.raises(TwilioRestException) as late:
        box.client().messages(gone.sid).update(status="canceled")
    assert late.value.code == 30409
    assert not box.arrived(waiting.sid)


def test_a_scheduled_message_leaves_when_the_moved_clock_says_so(box: Box) -> None:
    at = (datetime.now(UTC) + timedelta(hours=2)).replace(microsecond=0)
    waiting = box.send(schedule_type="fixed", send_at=at)
    box.call("POST", "/_sandbox/clock", {"advance_s": 7_300})
    eventually(lambda: box.arrived(waiting.sid))


def test_redact_and_delete(box: Box) -> None:
    sid = box.send().sid
    eventually(lambda: box.client().messages(sid).fetch().status == "delivered")
    with pytest.raises(TwilioRestException) as refused:
        box.client().messages(sid).update(body="changed")
    assert refused.value.code == 30400
    assert box.client().messages(sid).update(body="").body == ""
    assert box.client().messages(sid).delete()
    with pytest.raises(TwilioRestException) as gone:
        box.client().messages(sid).fetch()
    assert (gone.value.status, gone.value.code) == (404, 20404)
    assert box.client().messages.list(to=ANA) == []


def test_what_is_under_way_cannot_be_deleted(box: Box) -> None:
    at = (datetime.now(UTC) + timedelta(hours=1)).replace(microsecond=0)
    sid = box.send(schedule_type="fixed", send_at=at).sid
    with pytest.raises(TwilioRestException) as early:
        box.client().messages(sid).delete()
    assert early.value.code == 20009


@pytest.mark.parametrize("sid", ["SM" + "0" * 32, "SMxyz", "CA" + "0" * 32])
def test_unknown_messages(box: Box, sid: str) -> None:
    status, error = box.raw("GET", f"{ROOT}/Messages/{sid}.json", headers=AUTH)
    assert (status, error["code"]) == (404, 20404)
