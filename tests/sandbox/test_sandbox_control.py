"""The clock, the control API's manners, the stream, and the page's headers."""

from __future__ import annotations

import http.client
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from sandbox.clock import Clock
from tests.sandbox.running import ANA, Box


def test_the_clock_file_holds_one_number(box: Box) -> None:
    file = box.folder / "clock"
    assert box.call("POST", "/_sandbox/clock", {"offset_s": 5_400})["offset_s"] == 5_400
    assert int(file.read_text()) == 5_400
    assert box.call("POST", "/_sandbox/clock", {"advance_s": 900})["offset_s"] == 6_300
    assert box.call("POST", "/_sandbox/clock", {"advance_s": -300})["offset_s"] == 6_000
    assert int(file.read_text()) == 6_000
    now = datetime.fromisoformat(box.call("GET", "/_sandbox/clock")["now"])
    assert abs((now - datetime.now(UTC)).total_seconds() - 6_000) < 30
    assert [line["offset_s"] for line in box.ledger("clock")] == [5_400, 6_300, 6_000]
    assert {path.name for path in box.folder.iterdir()} == {"clock", "ledger.jsonl"}  # no draft is left behind


@pytest.mark.parametrize("text", ["", "12x", "1.5"])
def test_a_clock_file_that_cannot_be_read_is_no_reason_to_jump(tmp_path: Path, text: str) -> None:
    file = tmp_path / "clock"
    assert Clock(file).offset_s() == 0
    file.write_text("70\n")
    assert Clock(file).offset_s() == 70
    file.write_text(text)
    assert Clock(file).offset_s() == 0


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"offset_s": "1"},
        {"offset_s": 1.5},
        {"offset_s": True},
        {"offset_s": 10**12},
        {"offset_s": 1, "advance_s": 1},
    ],
)
def test_a_bad_clock_wish(box: Box, wish: dict[str, Any]) -> None:
    status, answer = box.raw("POST", "/_sandbox/clock", wish)
    assert status == 400
    assert answer["error"]
    assert box.call("GET", "/_sandbox/clock")["offset_s"] == 0


@pytest.mark.parametrize(
    ("path", "wish"),
    [
        (f"/_sandbox/handsets/{ANA}/text", {}),
        (f"/_sandbox/handsets/{ANA}/text", {"body": ""}),
        (f"/_sandbox/handsets/{ANA}/text", {"body": 5}),
        (f"/_sandbox/handsets/{ANA}/text", {"body": "x" * 5_001}),
        (f"/_sandbox/handsets/{ANA}/text", {"body": "x", "colour": "red"}),
        (f"/_sandbox/handsets/{ANA}/text", {"body": "x", "wait": "yes"}),
        (f"/_sandbox/handsets/{ANA}/text", {"body": "x", "copies": 0}),
        (f"/_sandbox/handsets/{ANA}/text", {"body": "x", "to": "nobody"}),
        ("/_sandbox/handsets/ana/text", {"body": "x"}),
        (f"/_sandbox/handsets/{ANA}", {"name": ""}),
        ("/_sandbox/webchat", {"url": "javascript:alert(1)"}),
        ("/_sandbox/webchat", {"name": "x"}),
        ("/_sandbox/reset", {"really": True}),
    ],
)
def test_bad_wishes_are_refused_with_the_reason(box: Box, path: str, wish: dict[str, Any]) -> None:
    status, answer = box.raw("POST", path, wish)
    assert status == 400
    assert answer["error"]
    assert box.ledger("text", "webchat", "handset_name") == []


def test_a_form_of_another_origin_changes_nothing(box: Box) -> None:
    headers = {"Content-Type": "text/plain"}
    assert box.raw("POST", "/_sandbox/clock", '{"offset_s": 5}', headers)[0] == 415
    assert box.raw("POST", "/_sandbox/reset", "{}", headers)[0] == 415
    assert box.raw("POST", "/_sandbox/clock", "{", {"Content-Type": "application/json"})[0] == 400
    assert box.raw("POST", "/_sandbox/clock", "[1]", {"Content-Type": "application/json"})[0] == 400


def test_unknown_things(box: Box) -> None:
    assert box.raw("GET", "/_sandbox/nothing")[0] == 404
    assert box.raw("POST", f"/_sandbox/messages/SM{'0' * 32}/redeliver", {})[0] == 404
    assert box.raw("PUT", "/_sandbox/clock", {})[0] == 405
    assert box.raw("POST", "/_sandbox/webchat", {"url": "x" * 300_000})[0] == 413


def test_reset_forgets_but_the_ledger_goes_on(box: Box) -> None:
    box.text("STOP")
    box.faults(probabilities={"500": 1.0})
    box.call("POST", "/_sandbox/clock", {"offset_s": 9})
    state = box.call("POST", "/_sandbox/reset", {})
    assert (state["handsets"], state["faults"]["probabilities"], state["clock"]["offset_s"]) == ([], {}, 0)
    box.send()
    assert len(box.ledger("text")) == 1


def test_the_stream_resumes_where_it_was_left(box: Box) -> None:
    box.text("one")
    seen = stream(box, f"/_sandbox/stream?after={box.since}", {}, until="webhook_end")
    assert [(event, data.get("body")) for _, event, data in seen] == [("text", "one"), ("webhook_end", None)]
    box.text("two")
    seen = stream(box, "/_sandbox/stream", {"Last-Event-ID": str(seen[-1][0])}, until="webhook_end")
    assert [(event, data.get("body")) for _, event, data in seen] == [("text", "two"), ("webhook_end", None)]


def stream(box: Box, path: str, headers: dict[str, str], *, until: str) -> list[tuple[int, str, Any]]:
    """Events up to the first of kind `until`."""
    connection = http.client.HTTPConnection(urlsplit(box.url).netloc, timeout=10)
    seen: list[tuple[int, str, Any]] = []
    try:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        assert response.getheader("Content-Type", "").startswith("text/event-stream")
        fields: dict[str, str] = {}
        while not seen or seen[-1][1] != until:
            line = response.readline().decode().rstrip("\n")
            if line:
                name, _, value = line.partition(": ")
                fields[name] = value
            elif "data" in fields:
                seen.append((int(fields["id"]), fields["event"], json.loads(fields["data"])))
                fields = {}
        response.close()
    finally:
        connection.close()
    return seen


def test_the_page_is_served_under_a_strict_policy(box: Box) -> None:
    status, headers, page = box.fetch("GET", "/")
    assert status == 200
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "style=" not in page
    assert "onclick" not in page
    for name in ("../views.py", "nothing.js", "%2e%2e/views.py"):
        assert box.fetch("GET", f"/phones/{name}")[0] == 404


def test_health(box: Box) -> None:
    assert box.call("GET", "/healthz")["status"] == "ok"
