"""What goes wrong on purpose, as the SDK and the product see it."""

from __future__ import annotations

import base64
import time
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
from twilio.base.exceptions import TwilioException, TwilioRestException

from sandbox.faults import BadFaults, Fault, Faults
from tests.sandbox.running import ACCOUNT, ANA, NUMBER, TOKEN, Box, Product, eventually


@pytest.mark.parametrize(("fault", "status", "code"), [("500", 500, 20500), ("503", 503, 20503), ("429", 429, 20429)])
def test_a_refusal_creates_nothing(box: Box, fault: str, status: int, code: int) -> None:
    box.faults(script=[{"fault": fault, "times": 2}], retry_after_s=7)
    for _ in range(2):
        with pytest.raises(TwilioRestException) as refused:
            box.send()
        assert (refused.value.status, refused.value.code) == (status, code)
    sid = box.send().sid
    assert [m.sid for m in box.client().messages.list(to=ANA)] == [sid]
    lines = box.ledger("request")
    assert [(line["fault"], line["status"]) for line in lines[:3]] == [(fault, status), (fault, status), (None, 201)]
    assert [line["sid"] for line in lines[:3]] == [None, None, sid]


def test_429_says_when_to_come_back(box: Box) -> None:
    box.faults(script=[{"fault": "429"}], retry_after_s=7)
    path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    auth = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    headers = {"Authorization": f"Basic {auth}", "Content-Type": "application/x-www-form-urlencoded"}
    status, answered, _ = box.fetch("POST", path, urlencode({"To": ANA, "From": NUMBER, "Body": "x"}), headers)
    assert (status, answered["Retry-After"]) == (429, "7")


@pytest.mark.parametrize("fault", ["reset", "accepted-reset"])
def test_a_cut_connection(box: Box, fault: str) -> None:
    box.faults(script=[{"fault": fault}])
    with pytest.raises(requests.ConnectionError):
        box.send()
    assert len(box.client().messages.list(to=ANA)) == (fault == "accepted-reset")
    assert box.ledger("request")[0]["status"] is None


@pytest.mark.parametrize("fault", ["hang", "accepted-hang"])
def test_no_answer_in_time(box: Box, fault: str) -> None:
    box.faults(script=[{"fault": fault}], hang_s=5)
    with pytest.raises(requests.ReadTimeout):
        box.client(timeout=0.3).messages.create(to=ANA, from_=NUMBER, body="x")
    found = box.client().messages.list(to=ANA)
    assert len(found) == (fault == "accepted-hang")
    if found:
        eventually(lambda: box.arrived(found[0].sid))


def test_a_hang_ends(box: Box) -> None:
    box.faults(script=[{"fault": "hang"}], hang_s=0.2)
    started = time.monotonic()
    with pytest.raises(requests.ConnectionError):
        box.send()
    assert time.monotonic() - started >= 0.2


def test_accepted_but_500_is_delivered_and_called_back(box: Box, product: Product) -> None:
    box.faults(script=[{"fault": "accepted-500"}])
    with pytest.raises(TwilioRestException) as refused:
        box.send(status_callback=f"{product.url}/s")
    assert refused.value.status == 500
    (line,) = box.ledger("request")
    assert (line["status"], line["fault"], line["message"]["to"]) == (500, "accepted-500", ANA)
    eventually(lambda: box.arrived(line["sid"]))
    eventually(lambda: len(product.statuses(line["sid"])) == 4)


def test_accepted_but_garbage(box: Box) -> None:
    box.faults(script=[{"fault": "accepted-garbage"}])
    with pytest.raises(ValueError, match="Expecting value"):
        box.send()
    assert len(box.client().messages.list(to=ANA)) == 1


def test_a_step_can_be_for_one_customer_or_let_pass(box: Box) -> None:
    box.faults(script=[{"fault": "500", "to": "+31600000002"}, {"fault": None}, {"fault": "503"}])
    box.send()  # let pass
    with pytest.raises(TwilioRestException) as second:
        box.send()
    assert second.value.status == 503
    with pytest.raises(TwilioRestException) as other:
        box.send(to="+31600000002")
    assert other.value.status == 500
    box.send(to="+31600000002")
    assert box.call("GET", "/_sandbox/faults")["script"] == []


def test_look_ups_are_spared_unless_meant(box: Box) -> None:
    box.faults(probabilities={"500": 1.0})
    box.client().messages.list(to=ANA)
    box.faults(scope="all")
    with pytest.raises(TwilioException):  # the SDK's lists raise the bare class
        box.client().messages.list(to=ANA)
    box.call("DELETE", "/_sandbox/faults")
    box.faults(script=[{"fault": "503", "what": "read"}])
    box.send()
    with pytest.raises(TwilioException):
        box.client().messages.list(to=ANA)


@pytest.mark.parametrize(("fault", "code"), [("undelivered", 30003), ("undelivered", 30006), ("failed", 30007)])
def test_a_message_that_does_not_arrive(box: Box, product: Product, fault: str, code: int) -> None:
    box.faults(script=[{"fault": fault, "error_code": code}])
    sid = box.send(status_callback=f"{product.url}/s").sid
    ended = eventually(lambda: (m := box.client().messages(sid).fetch()).status == fault and m)
    assert ended.error_code == code
    assert ended.error_message
    eventually(lambda: fault in product.statuses(sid))
    call = next(call for call in product.calls if call.params["MessageStatus"] == fault)
    assert call.params["ErrorCode"] == str(code)
    assert not box.arrived(sid)


def test_duplicates_come_at_once_with_one_token(box: Box, product: Product) -> None:
    box.faults(script=[{"fault": "duplicate"}], copies=5)
    box.text("9")
    eventually(lambda: len(product.texts()) == 5)
    assert len({call.headers["I-Twilio-Idempotency-Token"] for call in product.texts()}) == 1
    assert len({str(sorted(call.params.items())) for call in product.texts()}) == 1
    box.text("8", copies=2)
    eventually(lambda: len(product.texts()) == 7)


def test_a_late_webhook(box: Box, product: Product) -> None:
    box.faults(script=[{"fault": "late", "what": "inbound"}], late_s=0.4)
    started = time.monotonic()
    assert box.text("9")["webhook"] == "acknowledged"
    assert product.texts()[0].at - started >= 0.4


def test_reordered_texts(box: Box, product: Product) -> None:
    box.faults(script=[{"fault": "reorder", "what": "inbound"}], hold_s=30)
    box.text("first", wait=False)
    box.text("second")
    eventually(lambda: len(product.texts()) == 2)
    assert [call.params["Body"] for call in product.texts()] == ["second", "first"]


def test_a_held_webhook_leaves_even_when_nothing_overtakes_it(box: Box) -> None:
    box.faults(script=[{"fault": "reorder"}], hold_s=0.1)
    assert box.text("alone")["webhook"] == "acknowledged"


def test_lost_status_callbacks(box: Box, product: Product) -> None:
    box.faults(probabilities={"lost-status": 1.0})
    sid = box.send(status_callback=f"{product.url}/s").sid
    eventually(lambda: box.client().messages(sid).fetch().status == "delivered")
    eventually(lambda: len(box.ledger("webhook_end")) == 4)
    assert product.statuses(sid) == []
    assert {line["outcome"] for line in box.ledger("webhook_end")} == {"dropped"}
    assert box.text("9")["webhook"] == "acknowledged"  # a customer's text is never lost by this switch


@pytest.mark.parametrize(
    "wish",
    [
        {"probabilities": {"500": 1.5}},
        {"probabilities": {"500": "often"}},
        {"probabilities": {"500": True}},
        {"probabilities": {"nonsense": 0.1}},
        {"probabilities": {"500": 0.6, "hang": 0.6}},
        {"probabilities": [1]},
        {"script": {"fault": "500"}},
        {"script": [{"fault": "500", "times": 0}]},
        {"script": [{"fault": "500", "often": 2}]},
        {"script": [{"times": 2}]},
        {"script": [{"fault": "500", "to": 5}]},
        {"script": [{"fault": None, "stage": "nowhere"}]},
        {"hang_s": -1},
        {"copies": 2.5},
        {"copies": 65},
        {"scope": "some"},
        {"seed": "x"},
        {"nonsense": 1},
    ],
)
def test_bad_settings_change_nothing(box: Box, wish: dict[str, Any]) -> None:
    before = box.call("GET", "/_sandbox/faults")
    status, answer = box.raw("POST", "/_sandbox/faults", wish)
    assert status == 400
    assert answer["error"]
    assert box.call("GET", "/_sandbox/faults") == before


def test_the_same_seed_strikes_the_same_customers_in_any_order() -> None:
    def struck(order: list[str]) -> dict[str, list[Fault | None]]:
        faults = Faults(seed=5)
        faults.change({"probabilities": {"500": 0.3, "accepted-hang": 0.2}})
        found: dict[str, list[Fault | None]] = {}
        for customer in order:
            found.setdefault(customer, []).append(faults.api(customer, "create"))
        return found

    customers = [f"+3161234{n:04}" for n in range(200)]
    first = struck(customers + customers)
    assert first == struck([customer for customer in reversed(customers) for _ in range(2)])
    hits = sum(fault is not None for pair in first.values() for fault in pair)
    assert 160 <= hits <= 240  # half of 400
    with pytest.raises(BadFaults):
        Faults(seed=1).change({"seed": 1.5})
