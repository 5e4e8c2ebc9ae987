"""The doors: what is not proven, what comes twice, what cannot be understood, and a database that is away."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection
from twilio.request_validator import RequestValidator

from common.errors import StoreUnavailable
from common.store.schema import call_steps, calls, conversations, inbound, interactions
from tests.voice.line import ACCOUNT, ANA, NUMBER, PUBLIC, TOKEN, Line

DOORS = [
    "",
    "/answered?ref=x",
    "/step?step=1",
    "/status",
    "/recording",
    "/transcription",
    "/whisper?call=x",
    "/whisper/accepted?call=x",
    "/bridge?ref=x",
    "/bridge/accepted?ref=x",
    "/bridge/done?ref=x",
]


def call_params(line: Line) -> dict[str, str]:
    return line.params(line.sid(), ANA, NUMBER, "inbound")


def nothing_is_stored(line: Line) -> bool:
    return not any(line.rows(table) for table in (calls, call_steps, conversations, interactions, inbound))


def test_what_is_not_signed_is_refused_and_leaves_nothing(line: Line) -> None:
    for door in DOORS:
        for signature in ("", "AAAA", "x" * 600, "RSOYDt4T1cUTdK1PDd93/VVr8B8="):
            heard = line.post(f"{PUBLIC}/webhooks/voice{door}", call_params(line), signature=signature)
            assert heard.status == 403, door
    assert nothing_is_stored(line)


def test_the_signature_covers_the_query(line: Line) -> None:
    params = call_params(line)
    line.post(f"{PUBLIC}/webhooks/voice?survey=support", params)
    genuine = line.requests[-1]
    assert genuine[2].status == 200
    proof = RequestValidator(TOKEN).compute_signature(f"{PUBLIC}/webhooks/voice?survey=support", params)
    assert line.post(f"{PUBLIC}/webhooks/voice?survey=other", params, signature=proof).status == 403


def test_other_methods_and_bodies_are_refused(line: Line) -> None:
    assert line.http.get("/webhooks/voice").status_code == 405
    assert line.http.post("/webhooks/voice", data=b"x" * 70_000).status_code == 413
    assert nothing_is_stored(line)


@pytest.mark.parametrize("params", [{}, {"CallSid": ""}, {"CallSid": "a b"}, {"CallSid": "C" * 99}])
def test_a_request_that_is_no_call_is_hung_up(line: Line, params: dict[str, str]) -> None:
    for door in ("", "/step?step=1", "/status"):
        heard = line.post(f"{PUBLIC}/webhooks/voice{door}", {"AccountSid": ACCOUNT, **params})
        assert (heard.status, b"<Hangup" in heard.body) == (200, True)
    assert nothing_is_stored(line)


def test_a_step_of_a_call_that_we_do_not_know_is_hung_up(line: Line) -> None:
    heard = line.post(f"{PUBLIC}/webhooks/voice/step?step=3", call_params(line) | {"Digits": "9"})
    assert b"<Hangup" in heard.body
    assert nothing_is_stored(line)


def test_every_request_that_comes_twice_hears_the_same_and_changes_nothing(line: Line) -> None:
    line.dial(["1", "0", {"speak": "Fine", "for_s": 3, "end": "#"}, "7", "2"])
    before = line.conversation()
    first = [each for each in line.requests if not each[0].endswith(("/status", "/recording"))]
    assert len(first) == 6
    for address, fields, heard in [*first, *reversed(first)]:
        assert line.post(PUBLIC + address, fields) == heard
    for address, fields, _ in list(line.requests):
        line.post(PUBLIC + address, fields)
    assert line.conversation() == before
    assert len(line.rows(conversations)) == 1


def test_the_same_step_with_other_keys_is_still_the_same_step(line: Line) -> None:
    phone = line.dial(["9#", {"hang_up": 1}], tells_status=False)
    params = line.params(phone.sid, ANA, NUMBER, "inbound")
    line.post(f"{PUBLIC}/webhooks/voice/step?step=1", params | {"Digits": "2"})
    assert line.conversation()["score"] == 9


def test_while_the_database_is_away_twilio_is_told_to_come_again(line: Line) -> None:
    params = call_params(line)
    write, store = line.services.store.write_apart, line.services.store

    def away(_work: object) -> None:
        raise StoreUnavailable("away")

    store.write_apart = away  # type: ignore[method-assign,assignment]
    assert line.post(f"{PUBLIC}/webhooks/voice", params).status == 503
    store.write_apart = write  # type: ignore[method-assign]
    assert line.post(f"{PUBLIC}/webhooks/voice", params).status == 200
    assert len(line.rows(calls)) == 1


def test_a_crash_in_the_middle_of_a_step_leaves_the_step_to_be_heard_again(line: Line) -> None:
    phone = line.dial([{"hang_up": 1}], tells_status=False)
    params = line.params(phone.sid, ANA, NUMBER, "inbound") | {"Digits": "9", "FinishedOnKey": "#"}

    store = line.services.store
    write = store.write_apart

    def half(work: object) -> object:
        def both(connection: Connection) -> object:
            work(connection)  # type: ignore[operator]
            raise StoreUnavailable("in the middle")

        return write(both)

    store.write_apart = half  # type: ignore[method-assign,assignment]
    assert line.post(f"{PUBLIC}/webhooks/voice/step?step=1", params).status == 503
    store.write_apart = write  # type: ignore[method-assign]
    assert line.conversation()["score"] is None
    assert b"main reason" in line.post(f"{PUBLIC}/webhooks/voice/step?step=1", params).body
    assert line.conversation()["score"] == 9


def test_an_address_that_is_no_door_is_not_there(line: Line) -> None:
    assert line.http.post("/webhooks/voice/nothing").status_code == 404
