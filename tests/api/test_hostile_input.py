"""What must never be a 5xx, a traceback, or a row in the database."""

from __future__ import annotations

import gzip
import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from common.errors import StoreUnavailable
from common.store.schema import interactions
from tests.api.world import World

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what is refused before any database is asked."""
_START = b'{"id":"x","channel":"sms","ended_at":"2026-11-22T10:04:00Z","customer":{"id":"c"},"attributes":'
BROKEN = {
    "nothing": b"",
    "a space": b" ",
    "cut off": b'{"id": "x"',
    "trailing": b"{} {}",
    "not a number": _START + b"NaN}",
    "infinite": _START + b'{"a":Infinity}}',
    "huge exponent": _START + b'{"a":1e999}}',
    "long integer": _START + b'{"a":' + b"9" * 5000 + b"}}",
    "key twice": b'{"id":"x","id":"y"}',
    "nested lists": b"[" * 100_000,
    "nested objects": b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
    "deep but closed": _START + b"[" * 200 + b"]" * 200 + b"}",
    "half a pair": _START + b'{"a":"\\ud800"}}',
    "half a pair in a key": _START + b'{"\\udfff":1}}',
    "NUL": _START + b'{"a":"\\u0000"}}',
    "NUL in the id": _START.replace(b'"x"', b'"x\\u0000"') + b"{}}",
    "raw NUL": b'{"id":"\x00"}',
    "BOM": b"\xef\xbb\xbf{}",
    "UTF-16": '{"id":"x"}'.encode("utf-16"),
    "latin-1": '{"id":"é"}'.encode("latin-1"),
    "overlong": b'{"id":"\xc0\xaf"}',
    "gzip": gzip.compress(b"{}"),
    "a list": b"[]",
    "a text": b'"text"',
    "a number": b"1",
    "null": b"null",
    "XML": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "a">]><x>&a;</x>',
}


def _rows(world: World) -> int:
    with world.services.store.read() as connection:
        return connection.execute(select(func.count()).select_from(interactions)).scalar_one()


def _assert_refused(response: Any, *statuses: int) -> None:
    assert response.status_code in (statuses or (400, 413, 415, 422)), (response.status_code, response.text[:300])
    assert response.content_type == "application/problem+json"
    assert {"type", "title", "status", "detail"} <= set(response.json)
    assert "Traceback" not in response.text
    assert "site-packages" not in response.text


def test_a_broken_body(world: World, subtests: pytest.Subtests) -> None:
    for name, body in BROKEN.items():
        for method, path in [
            ("POST", "/interactions"),
            ("PUT", "/surveys/other"),
            ("POST", "/tickets/x/reply"),
            ("POST", "/tickets/x/transfer"),
        ]:
            with subtests.test(name, path=path):
                _assert_refused(world.call(method, path, data=body, content_type="application/json"))
    assert _rows(world) == 0


def test_a_broken_line_in_a_batch(world: World, subtests: pytest.Subtests) -> None:
    for number, (name, broken) in enumerate(BROKEN.items(), start=1):
        with subtests.test(name):
            body = json.dumps(world.interaction()).encode() + b"\n" + broken + b"\n"
            response = world.post("/interactions/batch", data=body, content_type="application/jsonl")
            assert response.status_code == 200, response.text[:300]
            first, *others = [line["status"] for line in response.json["data"]]
            assert first == 201
            assert set(others) <= {400, 422}
            assert _rows(world) == number


OTHER_TYPES = [
    "",
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/xml",
    "application/json; charset=utf-16",
    "application/json; charset=" + "x" * 2000,
    "é",
]


@on_sqlite
def test_a_wrong_content_type(world: World, subtests: pytest.Subtests) -> None:
    body = json.dumps(world.interaction()).encode()
    for content_type in OTHER_TYPES:
        with subtests.test(content_type[:40]):
            _assert_refused(world.post("/interactions", data=body, headers={"Content-Type": content_type}), 415)
    assert _rows(world) == 0


@on_sqlite
def test_a_compressed_body_is_not_opened(world: World) -> None:
    bomb = gzip.compress(b" " * 10_000_000)
    _assert_refused(
        world.post("/interactions", data=bomb, content_type="application/json", headers={"Content-Encoding": "gzip"}),
        415,
    )


def test_sizes(world: World) -> None:
    for size, status in [(64_000, 201), (262_144, 201), (262_145, 413), (1_000_000, 413)]:
        body = world.interaction()
        empty = len(json.dumps(body | {"attributes": {"filler": ""}}))
        body["attributes"] = {"filler": "x" * (size - empty)}
        response = world.post("/interactions", body)
        assert response.status_code == status, response.text[:200]
        if status == 413:
            _assert_refused(response, 413)
    assert _rows(world) == 2


@on_sqlite
def test_a_large_batch(world: World) -> None:
    lines = b"\n" * 1_000_000 + json.dumps(world.interaction()).encode()
    response = world.post("/interactions/batch", data=lines, content_type="application/jsonl")
    assert [line["line"] for line in response.json["data"]] == [1_000_001]
    too_much = b"{}\n" * 5_600_000
    _assert_refused(world.post("/interactions/batch", data=too_much, content_type="application/jsonl"), 413)
    too_many = b"{}\n" * 50_001
    _assert_refused(world.post("/interactions/batch", data=too_many, content_type="application/jsonl"), 413)


CODE = ["' OR 1=1 --", "'; DROP TABLE tickets; --", '" OR ""="', "1) UNION SELECT 1", "%", "_", "\\", "\x1b[31m"]


def test_words_of_sql_find_nothing(world: World, subtests: pytest.Subtests) -> None:
    world.answered("3")
    for text in CODE:
        with subtests.test(text):
            _finds_nothing(world, quote(text, safe=""))
    assert len(world.get("/responses")["data"]) == 1


def _finds_nothing(world: World, part: str) -> None:
    for path in (
        f"/conversations/{part}",
        f"/tickets/{part}",
        f"/invitations/{part}",
        f"/surveys/{part}",
        f"/interactions/{part}/decision",
    ):
        assert world.call("GET", path).status_code == 404, path
    for name in ("agent", "team", "topic", "survey"):
        response = world.call("GET", f"/responses?{name}={part}")
        assert response.status_code == 422 or response.json["data"] == [], name
    for name in ("customer_id", "invitation_id", "interaction_id"):
        response = world.call("GET", f"/conversations?{name}={part}")
        assert response.status_code == 422 or response.json["data"] == [], name
    for path in ("/responses", "/tickets", "/conversations"):
        assert world.call("GET", f"{path}?cursor={part}").status_code == 422


ODD_NAMES = ["%00", "%ff", "%ed%a0%80", "..%2f..%2fetc%2fpasswd", "a" * 8000, "%0d%0aX-Evil:%201", "%ef%bf%be"]


def test_odd_names_are_not_there(world: World) -> None:
    for part in ODD_NAMES:
        for path in (f"/conversations/{part}", f"/tickets/{part}", f"/customers/{part}/opt-out"):
            method = "PUT" if path.endswith("opt-out") else "GET"
            _assert_refused(world.call(method, path), 404)


@on_sqlite
def test_addresses_and_methods_that_are_not_there(world: World) -> None:
    for path in ("", "/", "/nowhere", "/tickets/", "/tickets/x/steal", "/interactions", "/customers/x/export"):
        _assert_refused(world.call("GET", path), 404, 405)
    _assert_refused(world.call("GET", "/nowhere"), 404)
    wrong = world.call("DELETE", "/tickets")
    _assert_refused(wrong, 405)
    assert wrong.headers["Allow"] == "GET"
    for method in ("GET", "PATCH", "DELETE"):
        wrong = world.call(method, "/interactions")
        _assert_refused(wrong, 405)
        assert wrong.headers["Allow"] == "POST"
    _assert_refused(world.call("GET", "/nowhere", key=None), 401)


@on_sqlite
def test_a_database_that_is_away(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any) -> Any:
        raise StoreUnavailable("password=hunter2")

    monkeypatch.setattr(world.services.store, "submit", away)
    response = world.post("/interactions", world.interaction())
    _assert_refused(response, 503)
    assert int(response.headers["Retry-After"]) > 0
    assert "hunter2" not in response.text


@on_sqlite
def test_a_fault_of_ours_tells_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Any:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(world.services.store, "submit", broken)
    response = world.post("/interactions", world.interaction())
    _assert_refused(response, 500)
    assert "secret" not in response.text


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_change_of_an_interaction_is_taken_or_refused(world: World, data: st.DataObject) -> None:
    body: Any = world.interaction()
    place = data.draw(st.sampled_from([(), ("customer",), ("agent",)]))
    target = body
    for step in place:
        target = target[step]
    name = data.draw(st.sampled_from(sorted(target)) | st.text(max_size=8))
    target[name] = data.draw(_VALUES)
    response = world.post("/interactions", body)
    assert response.status_code in {200, 201, 400, 409, 422}, response.text


@on_sqlite
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.binary(max_size=200))
def test_any_bytes_are_refused(world: World, raw: bytes) -> None:
    _assert_refused(world.post("/interactions", data=raw, content_type="application/json"))
    response = world.post("/interactions/batch", data=raw, content_type="application/jsonl")
    assert response.status_code == 200
    assert response.json["accepted"] == 0
