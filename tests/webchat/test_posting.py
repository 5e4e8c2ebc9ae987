"""What the page hands in: everything wrong is refused with the field's name, and leaves nothing behind."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from bots.webchat.posting import MAX_BODY, Posting, read_form, read_json
from common.errors import Invalid
from tests.webchat.test_page import count_inbound
from tests.webchat.world import World

ID = "abcdefgh"
WRONG: list[tuple[Any, str]] = [
    ({}, "client_id"),
    ({"text": "hello"}, "client_id"),
    ({"client_id": "short", "text": "hello"}, "client_id"),
    ({"client_id": "a" * 65, "text": "hello"}, "client_id"),
    ({"client_id": "abc def gh", "text": "hello"}, "client_id"),
    ({"client_id": "äbcdefgh", "text": "hello"}, "client_id"),
    ({"client_id": 12345678, "text": "hello"}, "client_id"),
    ({"client_id": ID}, "text"),
    ({"client_id": ID, "text": " \n\t "}, "text"),
    ({"client_id": ID, "text": "x" * 4001}, "text"),
    ({"client_id": ID, "text": ["hello"]}, "text"),
    ({"client_id": ID, "question": "score"}, "choice"),
    ({"client_id": ID, "question": "aspect"}, "choice"),
    ({"client_id": ID, "question": "age", "choice": "9"}, "question"),
    ({"client_id": ID, "choice": "9"}, "question"),
    ({"client_id": ID, "question": "score", "choice": 9}, "choice"),
    ({"client_id": ID, "question": "score", "choice": "9" * 65}, "choice"),
    ({"client_id": ID, "question": "score", "choice": "९"}, "choice"),
    ({"client_id": ID, "question": "aspect", "choice": "<b>"}, "choice"),
    ({"client_id": ID, "opt_out": "yes"}, "opt_out"),
    ({"client_id": ID, "skip": 1}, "skip"),
    ({"client_id": ID, "text": "hello", "admin": True}, "admin"),
]


@pytest.mark.parametrize(("fields", "name"), WRONG, ids=[str(number) for number in range(len(WRONG))])
def test_a_wrong_posting_names_the_field(fields: Any, name: str) -> None:
    with pytest.raises(Invalid) as raised:
        read_json(json.dumps(fields).encode())
    assert raised.value.errors[0][0] == name


BROKEN = [b"", b"{", b"[]", b"7", b"null", b'"text"', b"\xff\xfe{}", b"[" * 9_000, b"1" * 9_000, b"\x00", b"NaN"]


@pytest.mark.parametrize("body", BROKEN, ids=[str(number) for number in range(len(BROKEN))])
def test_what_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(Invalid):
        read_json(body)


@given(body=st.binary(max_size=400) | st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(("client_id", "text", "choice", "question", "skip", "opt_out", "x")), inner),
    max_leaves=8,
).map(lambda value: json.dumps(value).encode()))  # fmt: skip
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        posting = read_json(body)
    except Invalid:
        return
    assert isinstance(posting, Posting)
    posting.text.encode("utf-8")


@given(st.dictionaries(st.text(max_size=12), st.text(max_size=50), max_size=5))
@settings(max_examples=200, deadline=None)
def test_any_form_is_read_or_refused(fields: dict[str, str]) -> None:
    try:
        read_form(MultiDict({"client_id": ID} | fields))
    except Invalid:
        return


def test_a_field_given_twice_is_refused() -> None:
    with pytest.raises(Invalid):
        read_form(MultiDict([("client_id", ID), ("question", "score"), ("choice", "1"), ("choice", "9")]))


def test_what_no_database_can_hold_is_replaced() -> None:
    posting = read_json(b'{"client_id": "abcdefgh", "text": "a\\u0000b\\ud800c\\ud83d\\ude00"}')
    assert posting.text == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c\U0001f600"


def test_the_longest_text_of_any_script_fits(world: World) -> None:
    token, browser = world.invite(), world.client()
    browser.open(token)
    for number, letter in enumerate(("語", "ع", "\U0001f600")):
        form = {"client_id": f"abcdefg{number}", "text": letter * (2000 if number == 2 else 4000)}
        reply = browser.http.post(f"/s/{token}", data=form, content_type="multipart/form-data")
        assert reply.status_code == 303, letter
    assert world.thread()[1][1] == "語" * 4000


@pytest.mark.parametrize("number", range(len(WRONG)))
def test_a_refused_posting_leaves_nothing(world: World, number: int) -> None:
    token = world.invite()
    reply = world.app.test_client().post(f"/s/{token}/messages", json=WRONG[number][0])
    assert reply.status_code == 422
    assert reply.mimetype == "application/problem+json"
    assert reply.json is not None
    assert reply.json["errors"][0]["field"] == WRONG[number][1]
    assert count_inbound(world) == 0


def test_a_form_that_is_incomplete_comes_back_with_the_fault_and_the_words(world: World) -> None:
    token, http = world.invite(), world.app.test_client()
    reply = http.post(f"/s/{token}", data={"client_id": ID, "question": "score"})
    assert reply.status_code == 422
    assert "Please choose a number from 0 to 10." in reply.text
    http.post(f"/s/{token}", data={"client_id": ID, "question": "score", "choice": "7"})
    reply = http.post(f"/s/{token}", data={"client_id": ID, "question": "reason", "text": "x" * 4001})
    assert reply.status_code == 422
    assert "Your message is too long." in reply.text
    assert "x" * 4000 in reply.text
    assert count_inbound(world) == 1


@pytest.mark.parametrize("path", ["", "/messages"])
def test_a_body_that_is_too_large_is_refused_unread(world: World, path: str) -> None:
    token = world.invite()
    body = b"x" * (MAX_BODY + 1)
    for kind in ("application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=x"):
        reply = world.app.test_client().post(f"/s/{token}{path}", data=body, content_type=kind)
        assert reply.status_code == 413 if path == "" or kind == "application/json" else 415
    assert count_inbound(world) == 0


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded", ""])
def test_the_script_s_door_takes_json_only(world: World, kind: str) -> None:
    reply = world.app.test_client().post(f"/s/{world.invite()}/messages", data=b"{}", content_type=kind)
    assert reply.status_code == 415


def test_another_site_cannot_post(world: World) -> None:
    token = world.invite()
    for path in ("", "/messages"):
        headers = {"Sec-Fetch-Site": "cross-site"}
        reply = world.app.test_client().post(f"/s/{token}{path}", json={}, headers=headers)
        assert reply.status_code == 403


def test_too_many_messages_are_slowed_down(world: World) -> None:
    token, http = world.invite(), world.app.test_client()
    statuses = [
        http.post(f"/s/{token}/messages", json={"client_id": f"abcdefgh{number}", "text": f"line {number}"}).status_code
        for number in range(32)
    ]
    assert statuses[:30] == [200] * 30
    assert statuses[-1] == 429
    slow = http.post(f"/s/{token}", data={"client_id": ID, "text": "hello"})
    assert slow.status_code == 429
    assert 1 <= int(slow.headers["Retry-After"]) <= 2
    assert "That was a lot at once." in slow.text
    assert http.get(f"/s/{token}").status_code == 200
    assert world.client().open(world.invite())


@given(body=st.binary(max_size=300))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_no_bytes_break_the_doors(world: World, body: bytes) -> None:
    token = world.invite()
    for path, kind in (("", "application/x-www-form-urlencoded"), ("", "multipart/form-data; boundary=x")):
        status = world.app.test_client().post(f"/s/{token}{path}", data=body, content_type=kind).status_code
        assert status in {303, 422}
    reply = world.app.test_client().post(f"/s/{token}/messages", data=body, content_type="application/json")
    assert reply.status_code in {200, 422}
