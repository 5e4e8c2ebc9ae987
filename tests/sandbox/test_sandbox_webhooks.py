"""Status callbacks, and Twilio's rules for a webhook that is not taken."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from twilio.request_validator import RequestValidator

from sandbox.webhooks import Overrides, read_overrides
from tests.sandbox.running import (
    ACCOUNT,
    ANA,
    NUMBER,
    SERVICE,
    TOKEN,
    Box,
    Call,
    Product,
    eventually,
    running,
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize(
    ("sender", "statuses"),
    [
        ({"from_": NUMBER}, ["sending", "sent", "delivered"]),
        ({"messaging_service_sid": SERVICE}, ["queued", "sending", "sent", "delivered"]),
    ],
)
def test_a_callback_for_every_status_but_the_first(
    box: Box, product: Product, sender: dict[str, str], statuses: list[str]
) -> None:
    callback = f"{product.url}/webhooks/sms/status?ref=a%20b&q=1"
    sid = box.send(status_callback=callback + "#rc=2", **sender).sid
    eventually(lambda: len(product.statuses(sid)) == len(statuses))
    assert sorted(product.statuses(sid)) == sorted(statuses)
    tokens = set()
    for call in product.calls:
        assert call.path == "/webhooks/sms/status?ref=a%20b&q=1"
        assert RequestValidator(TOKEN).validate(callback, call.params, call.headers["X-Twilio-Signature"])
        status = call.params["MessageStatus"]
        expected = {"MessageSid": sid, "SmsSid": sid, "SmsStatus": status, "To": ANA, "From": NUMBER}
        expected |= {"AccountSid": ACCOUNT, "ApiVersion": "2010-04-01"}
        assert call.params.items() >= expected.items()
        assert "ErrorCode" not in call.params
        tokens.add(call.headers["I-Twilio-Idempotency-Token"])
    assert len(tokens) == len(statuses)


def test_no_callback_without_an_address(box: Box, product: Product) -> None:
    sid = box.send().sid
    eventually(lambda: box.client().messages(sid).fetch().status == "delivered")
    assert product.calls == []


def test_a_callback_that_fails_is_gone(box: Box, product: Product) -> None:
    product.answer = lambda _call: (503, "text/plain", "down")
    sid = box.send(status_callback=f"{product.url}/s").sid
    eventually(lambda: len([line for line in box.ledger("webhook_end") if line["sid"] == sid]) == 4)
    assert {line["outcome"] for line in box.ledger("webhook_end")} == {"lost"}
    assert len(product.statuses(sid)) == 4


def failing(times: int, status: int | None) -> Callable[[Call], tuple[int, str, str] | None]:
    left = [times]

    def answer(_call: Call) -> tuple[int, str, str] | None:
        left[0] -= 1
        return (200, "text/xml", "<Response/>") if left[0] < 0 else ((status, "text/plain", "no") if status else None)

    return answer


@pytest.mark.parametrize(
    ("fragment", "failures", "status", "tries", "outcome"),
    [
        ("", 1, 500, 1, "lost"),  # by default only a connection that does not come about is tried again
        ("", 1, 404, 1, "lost"),
        ("", 1, None, 1, "lost"),
        ("#rc=2", 1, 500, 1, "lost"),
        ("#rc=2&rp=5xx", 2, 500, 3, "acknowledged"),
        ("#rc=2&rp=5xx", 3, 500, 3, "lost"),
        ("#rc=2&rp=5xx", 1, 404, 1, "lost"),
        ("#rc=2&rp=ct,4xx", 1, 404, 2, "acknowledged"),
        ("#rc=2&rp=4xx", 1, 429, 1, "lost"),
        ("#rc=5&rp=all", 5, 500, 6, "acknowledged"),
        ("#rc=9&rp=all", 6, 429, 6, "lost"),
        ("#rc=1&rp=rt", 1, None, 2, "acknowledged"),
        ("#rc=0&rp=all", 1, 500, 1, "lost"),
    ],
)
def test_retries_follow_the_fragment(
    product: Product, tmp_path: Path, fragment: str, failures: int, status: int | None, tries: int, outcome: str
) -> None:
    with running(tmp_path, product, "--sms-url", f"{product.url}/webhooks/sms{fragment}") as box:
        product.answer = failing(failures, status)
        answer = box.text("6")
        assert answer["webhook"] == outcome
        assert len(answer["webhooks"]) == len(product.texts()) == tries
        assert len({call.headers["I-Twilio-Idempotency-Token"] for call in product.texts()}) == 1
        assert len(box.ledger("alert")) == (outcome == "lost")


def test_a_connection_that_does_not_come_about_is_tried_again(product: Product, tmp_path: Path) -> None:
    with running(tmp_path, product, "--sms-url", f"http://127.0.0.1:{free_port()}/webhooks/sms") as box:
        answer = box.text("6")
        assert [(attempt["attempt"], attempt["error"]) for attempt in answer["webhooks"]] == [(1, "ct"), (2, "ct")]
        assert answer["webhook"] == "lost"
        assert [line["code"] for line in box.ledger("alert")] == [11205]
        assert box.inbox()[-1]["webhook"] == "lost"


def test_the_fallback_is_told_what_went_wrong(product: Product, tmp_path: Path) -> None:
    product.answer = lambda call: (500, "text/plain", "") if call.path == "/webhooks/sms" else (200, "text/xml", "")
    with running(tmp_path, product, "--sms-fallback-url", f"{product.url}/fallback") as box:
        assert box.text("6")["webhook"] == "acknowledged"
        first, fallback = product.calls
        assert (first.path, fallback.path) == ("/webhooks/sms", "/fallback")
        assert fallback.params["ErrorCode"] == "11200"
        assert fallback.params["ErrorUrl"] == f"{product.url}/webhooks/sms"
        assert RequestValidator(TOKEN).validate(
            f"{product.url}/fallback", fallback.params, fallback.headers["X-Twilio-Signature"]
        )


def test_an_answer_that_takes_too_long_is_no_answer(product: Product, tmp_path: Path) -> None:
    with socket.socket() as mute:  # listens, never answers
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        address = f"http://127.0.0.1:{mute.getsockname()[1]}/webhooks/sms#rt=150&rc=1&rp=rt&tt=1000"
        with running(tmp_path, product, "--sms-url", address) as box:
            answer = box.text("6")
            assert [attempt["error"] for attempt in answer["webhooks"]] == ["rt", "rt"]
            assert all(100 <= attempt["took_ms"] < 900 for attempt in answer["webhooks"])


def test_redelivery_goes_on_until_it_is_taken(box: Box, product: Product) -> None:
    product.answer = failing(1, 503)
    answer = box.text("2", redeliver=True)
    assert answer["webhook"] == "acknowledged"
    assert [(a["attempt"], a["status"]) for a in answer["webhooks"]] == [(1, 503), (2, 200)]
    first, second = product.texts()
    assert first.params == second.params
    assert first.headers["I-Twilio-Idempotency-Token"] == second.headers["I-Twilio-Idempotency-Token"]


def test_a_text_can_be_held_and_brought_later_and_twice(box: Box, product: Product) -> None:
    held = box.text("2", hold=True)
    assert (held["webhook"], product.calls) == ("pending", [])
    assert [m.sid for m in box.client().messages.list(from_=ANA)] == [held["sid"]]  # a reconciler could find it
    for copies in (1, 3):
        assert box.call("POST", f"/_sandbox/messages/{held['sid']}/redeliver", {"copies": copies})["webhook"]
    eventually(lambda: len(product.texts()) == 4)
    assert {call.params["MessageSid"] for call in product.texts()} == {held["sid"]}
    assert len({call.headers["I-Twilio-Idempotency-Token"] for call in product.texts()}) == 1


def test_bad_overrides_are_an_alert_and_the_defaults(product: Product, tmp_path: Path) -> None:
    with running(tmp_path, product, "--sms-url", f"{product.url}/webhooks/sms#rp=nonsense") as box:
        assert box.text("6")["webhook"] == "acknowledged"
        assert [line["code"] for line in box.ledger("alert")] == [11243]


def test_overrides_are_kept_in_range() -> None:
    url, overrides = read_overrides("https://h/p?q=1#rc=7&rp=all&ct=5&rt=99999&tt=20000")
    assert url == "https://h/p?q=1"
    assert overrides == Overrides(retries=5, policies=frozenset({"all"}), connect_s=0.1, read_s=15.0, total_s=15.0)
    assert read_overrides("https://h/p")[1] == Overrides()
