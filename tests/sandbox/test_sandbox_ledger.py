"""The record, and what a restarted sandbox knows from it."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

from sandbox.clock import Clock
from sandbox.ledger import Ledger
from tests.sandbox.running import ACCOUNT, ANA, NUMBER, REPOSITORY, Box, Product, eventually, running


def test_lines_tell_who_was_sent_what_and_what_was_acknowledged_when(box: Box, product: Product) -> None:
    box.call("POST", "/_sandbox/clock", {"offset_s": 3_600})
    sid = box.send(body="How likely?", status_callback=f"{product.url}/s").sid
    eventually(lambda: len(product.statuses(sid)) == 4)
    text = box.text("3")
    eventually(lambda: len(box.ledger("webhook")) == 5)
    request = box.ledger("request")[0]
    assert (request["method"], request["status"], request["sid"]) == ("POST", 201, sid)
    assert request["path"] == f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    assert request["fields"]["Body"] == ["How likely?"]
    assert request["message"] | {"to": ANA, "body": "How likely?", "status": "accepted"} == request["message"]
    moved = datetime.fromisoformat(request["virtual_at"]) - datetime.fromisoformat(request["at"])
    assert moved.total_seconds() == 3_600
    assert [(line["number"], line["sid"], line["body"]) for line in box.ledger("handset")] == [
        (ANA, sid, "How likely?")
    ]
    acknowledged = [line for line in box.ledger("webhook") if line["what"] == "inbound"]
    assert [(line["sid"], line["status"], line["attempt"]) for line in acknowledged] == [(text["sid"], 200, 1)]
    assert datetime.fromisoformat(acknowledged[0]["started_at"]) <= datetime.fromisoformat(acknowledged[0]["at"])
    assert [line["message_status"] for line in box.ledger("webhook") if line["what"] == "status"]
    lines = box.ledger()
    assert [line["seq"] for line in lines] == list(range(box.since + 1, box.since + 1 + len(lines)))


def test_reading_goes_on_from_where_it_was(box: Box) -> None:
    for n in range(5):
        box.text(str(n), wait=False)
    page = box.call("GET", f"/_sandbox/ledger?after={box.since}&limit=2&kind=text")
    assert [line["body"] for line in page["data"]] == ["0", "1"]
    rest = box.call("GET", f"/_sandbox/ledger?after={page['next']}&kind=text")
    assert [line["body"] for line in rest["data"]] == ["2", "3", "4"]
    end = box.call("GET", f"/_sandbox/ledger?after={rest['next']}&kind=text")
    assert (end["data"], end["next"]) == ([], rest["next"])
    assert box.raw("GET", "/_sandbox/ledger?after=x")[0] == 400


def test_a_killed_sandbox_remembers(product: Product, tmp_path: Path) -> None:
    with running(tmp_path, product) as box:
        box.call("POST", f"/_sandbox/handsets/{ANA}", {"name": "Ana"})
        sid = box.send().sid
        eventually(lambda: box.client().messages(sid).fetch().status == "delivered")
        box.text("3")
        box.text("STOP")
        box.call("POST", "/_sandbox/webchat", {"name": "Bo", "url": "http://127.0.0.1:8000/s/t"})
        box.call("POST", "/_sandbox/clock", {"offset_s": 60})
        before = [box.call("GET", path) for path in (f"/_sandbox/handsets/{ANA}", "/_sandbox/webchat")]
        listed = [(m.sid, m.status, m.body, m.date_sent) for m in box.client().messages.list()]
        last = box.call("GET", "/healthz")["seq"]
        box.kill()
    with running(tmp_path, product) as box:
        assert [box.call("GET", path) for path in (f"/_sandbox/handsets/{ANA}", "/_sandbox/webchat")] == before
        assert [(m.sid, m.status, m.body, m.date_sent) for m in box.client().messages.list()] == listed
        assert box.call("GET", "/_sandbox/clock")["offset_s"] == 60
        assert next(line["kind"] for line in box.ledger() if line["seq"] > last) == "start"
        status, error = box.raw("POST", f"/_sandbox/handsets/{ANA}/text", {"body": "START"})
        assert (status, error["keyword"]) == (200, "START")


def test_a_killed_sandbox_takes_up_what_was_under_way(product: Product, tmp_path: Path) -> None:
    with running(tmp_path, product, "--status-step", "30") as slow:
        sid = slow.send(from_=NUMBER).sid
        text = slow.text("9", hold=True)
        slow.kill()
    with running(tmp_path, product) as box:
        eventually(lambda: box.arrived(sid))
        eventually(lambda: [call.params["MessageSid"] for call in product.texts()] == [text["sid"]])


def test_a_torn_last_line_is_left_alone(product: Product, tmp_path: Path) -> None:
    with running(tmp_path, product) as box:
        box.text("one")
    ledger = tmp_path / "ledger.jsonl"
    whole = ledger.read_bytes()
    ledger.write_bytes(whole + b'{"seq": 99, "kind": "te')
    with running(tmp_path, product) as box:
        box.text("two")
        assert [entry["body"] for entry in box.inbox()] == ["one", "two"]
    lines = ledger.read_bytes().splitlines()
    assert len([line for line in lines if not line.endswith(b"}")]) == 1
    seqs = [json.loads(line)["seq"] for line in lines if line.endswith(b"}")]
    assert seqs == list(range(1, len(seqs) + 1))


def test_two_sandboxes_do_not_share_a_ledger(product: Product, tmp_path: Path) -> None:
    with running(tmp_path, product):
        second = subprocess.run(
            [sys.executable, "-m", "sandbox", "--port", "0", "--ledger", str(tmp_path / "ledger.jsonl")],
            capture_output=True,
            text=True,
            cwd=REPOSITORY,
            timeout=20,
            check=False,
        )
    assert second.returncode == 2
    assert "another sandbox writes to" in second.stderr


def test_a_taken_port_is_said_in_words(product: Product, tmp_path: Path) -> None:
    with running(tmp_path, product) as box:
        command = [sys.executable, "-m", "sandbox", "--port", box.url.rpartition(":")[2]]
        command += ["--ledger", str(tmp_path / "other.jsonl")]
        second = subprocess.run(command, capture_output=True, text=True, cwd=REPOSITORY, timeout=20, check=False)
    assert second.returncode == 2
    assert "cannot listen on" in second.stderr


def test_many_threads_write_one_order(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl", Clock(tmp_path / "clock"))

    def write(name: int) -> None:
        for n in range(200):
            ledger.append("note", {"name": name, "n": n, "text": "é\n\u2028"})

    threads = [threading.Thread(target=write, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    records = ledger.read(limit=5_000)
    assert [record["seq"] for record in records] == list(range(1, 1_601))
    for name in range(8):
        assert [record["n"] for record in records if record["name"] == name] == list(range(200))
    assert ledger.wait(1_599, 0) is True
    assert ledger.wait(1_600, 0.01) is False
    ledger.close()
    times = [datetime.fromisoformat(record["at"]) for record in records]
    assert times == sorted(times)
    assert times[0].tzinfo == UTC


def test_sigterm_ends_it_cleanly(product: Product, tmp_path: Path) -> None:
    with running(tmp_path, product) as box:
        box.text("9")
        assert box.stop() == 0
