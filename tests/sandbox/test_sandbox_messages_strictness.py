"""What the Messages API refuses, in Twilio's words and codes."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from twilio.base.exceptions import TwilioRestException

from tests.sandbox.running import ACCOUNT, ANA, NUMBER, SERVICE, TOKEN, Box

PATH = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
GOOD = {"To": ANA, "From": NUMBER, "Body": "Hello"}


def post(
    box: Box, form: dict[str, Any] | list[tuple[str, str]], path: str = PATH, auth: str | None = f"{ACCOUNT}:{TOKEN}"
) -> tuple[int, Any]:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if auth is not None:
        headers["Authorization"] = "Basic " + base64.b64encode(auth.encode()).decode()
    return box.raw("POST", path, urlencode(form), headers)


def in_future(**delta: int) -> str:
    return (datetime.now(UTC) + timedelta(**delta)).strftime("%Y-%m-%dT%H:%M:%SZ")


SCHEDULED = {"MessagingServiceSid": SERVICE, "From": None, "ScheduleType": "fixed"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"To": None}, 21604),
        ({"To": ""}, 21604),
        ({"From": None}, 21603),
        ({"Body": None}, 21602),
        ({"Body": ""}, 21602),
        ({"Body": " \n"}, 21602),
        ({"Body": "a" * 1601}, 21617),
        ({"To": "0612345678"}, 21211),
        ({"To": "31612345678"}, 21211),
        ({"To": "+0612345678"}, 21211),
        ({"To": "+1bad"}, 21211),
        ({"To": "+1555123456"}, 21211),
        ({"To": "+1234567890123456"}, 21211),
        ({"To": "ana"}, 21211),
        ({"To": "+15005550001"}, 21211),
        ({"To": "+15005550002"}, 21612),
        ({"To": "+15005550003"}, 21408),
        ({"To": "+15005550004"}, 21610),
        ({"To": "+15005550009"}, 21614),
        ({"To": NUMBER}, 21266),
        ({"From": "+15005550099"}, 21606),
        ({"From": "Acme"}, 21606),
        ({"From": "not a number!"}, 21212),
        ({"From": "+1x"}, 21212),
        ({"From": None, "MessagingServiceSid": "MG" + "0" * 32}, 21701),
        ({"StatusCallback": "not a url"}, 21609),
        ({"StatusCallback": "ftp://example.com/x"}, 21609),
        ({"StatusCallback": "http://under_score.example.com/x"}, 21609),
        ({"StatusCallback": "http:///x"}, 21609),
        ({"StatusCallback": ""}, 21609),
        ({"ValidityPeriod": "0"}, 90014),
        ({"ValidityPeriod": "-1"}, 90014),
        ({"ValidityPeriod": "1.5"}, 90014),
        ({"ValidityPeriod": "36001"}, 90007),
        ({"SmartEncoded": "maybe"}, 20001),
        ({"RiskCheck": "perhaps"}, 20001),
        ({"MediaUrl": "file:///etc/passwd"}, 21620),
        ({"ContentSid": "HX" + "0" * 32}, 21655),
        ({"IdempotencyKey": "x"}, 20001),
        ({"body": "lower case"}, 20001),
        ({"Status": "canceled"}, 20001),
        ({"ScheduleType": "fixed"}, 35111),
        ({"ScheduleType": "optimize", "SendAt": in_future(hours=1)}, 35126),
        ({"SendAt": in_future(hours=1)}, 35127),
        ({"ScheduleType": "fixed", "SendAt": in_future(hours=1)}, 35118),
        (SCHEDULED | {"SendAt": in_future(minutes=2)}, 35115),
        (SCHEDULED | {"SendAt": in_future(days=36)}, 35115),
        (SCHEDULED | {"SendAt": "tomorrow"}, 35115),
    ],
)
def test_refuses(box: Box, change: dict[str, str | None], code: int) -> None:
    form = {name: value for name, value in (GOOD | change).items() if value is not None}
    status, error = post(box, form)
    assert (status, error["code"]) == (400, code)
    assert set(error) == {"code", "message", "more_info", "status"}
    assert error["status"] == 400
    assert error["more_info"] == f"https://www.twilio.com/docs/errors/{code}"
    (line,) = box.ledger("request")
    assert (line["status"], line["code"], line["sid"]) == (400, code, None)
    assert "message" not in line


@pytest.mark.parametrize(
    "change",
    [
        {"Body": "a" * 1600},
        {"Body": "😀"},
        {"ValidityPeriod": "1"},
        {"ValidityPeriod": "36000"},
        {"StatusCallback": "http://127.0.0.1:9/x?y=1#rc=2"},
        {"StatusCallback": "https://example.com/sms/status"},
        {"SmartEncoded": "true", "RiskCheck": "disable", "ContentRetention": "retain", "Attempt": "2"},
        {"From": None, "MessagingServiceSid": SERVICE},
        {"MessagingServiceSid": SERVICE},
        {"From": SERVICE},
        {"To": "+15551234567"},
        SCHEDULED | {"SendAt": in_future(minutes=10)},
    ],
)
def test_takes(box: Box, change: dict[str, str | None]) -> None:
    status, message = post(box, {name: value for name, value in (GOOD | change).items() if value is not None})
    assert status == 201, message
    assert message["sid"].startswith("SM")


def test_a_parameter_given_twice_is_refused(box: Box) -> None:
    status, error = post(box, [*GOOD.items(), ("Body", "again")])
    assert (status, error["code"]) == (400, 20001)


@pytest.mark.parametrize(
    "auth", [None, f"{ACCOUNT}:wrong", f"{ACCOUNT}:", f":{TOKEN}", f"AC{'0' * 32}:{TOKEN}", f"{ACCOUNT}:{TOKEN} "]
)
def test_wrong_credentials(box: Box, auth: str | None) -> None:
    status, error = post(box, GOOD, auth=auth)
    assert (status, error["code"], error["message"]) == (401, 20003, "Authenticate")
    status, headers, _ = box.fetch("POST", PATH, urlencode(GOOD))
    assert headers["WWW-Authenticate"].startswith("Basic")


@pytest.mark.parametrize("header", ["Basic", "Basic ###", "Basic /w==", "Bearer abc", "Basic é"])
def test_broken_credentials(box: Box, header: str) -> None:
    status, error = box.raw("POST", PATH, urlencode(GOOD), {"Authorization": header.encode().decode("latin-1")})
    assert (status, error["code"]) == (401, 20003)


def test_another_account_and_unknown_paths(box: Box) -> None:
    status, error = post(box, GOOD, path=f"/2010-04-01/Accounts/AC{'0' * 32}/Messages.json")
    assert (status, error["code"]) == (404, 20404)
    status, error = post(box, GOOD, path=f"/2010-04-01/Accounts/{ACCOUNT}/Nonsense.json")
    assert (status, error["code"]) == (404, 20404)


def test_the_sdk_sees_the_codes(box: Box) -> None:
    with pytest.raises(TwilioRestException) as refused:
        box.send(to="+1bad")
    assert (refused.value.status, refused.value.code) == (400, 21211)
    with pytest.raises(TwilioRestException) as stranger:
        box.client(token="wrong").messages.create(to=ANA, from_=NUMBER, body="x")
    assert (stranger.value.status, stranger.value.code) == (401, 20003)


def test_a_json_body_has_no_parameters(box: Box) -> None:
    auth = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    status, error = box.raw("POST", PATH, dict(GOOD), {"Authorization": f"Basic {auth}"})
    assert (status, error["code"]) == (400, 21604)
