"""An erasure in real processes: whoever works on it is killed in the middle, and in the end nothing is left.

Not in the database's files or rows, not in Valkey's keys or its file, not in a log.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis

from common.store.engine import Database
from tests.chaos.installation import Installation, installed
from tests.chaos.test_failpoints import TICKS, Undertaker
from tests.integration.test_erasure import _contents

pytestmark = pytest.mark.chaos

CANARY, PHONE = "QzxKanarie", "+31697531864"
REF = f"crm-{CANARY}"
NEEDLES = (CANARY.encode(), PHONE[1:].encode())
SURVEY = {"brand": "Acme", "quiet_hours": None, "send_after_s": 0, "fatigue_days": 0}
PATIENCE_S = 60.0


def until(is_so: Callable[[], bool], what: str) -> None:
    """Wait for something that another process does."""
    end = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < end, what
        time.sleep(0.1)


def interaction(ref: str) -> dict[str, object]:
    person = {"id": REF, "name": f"Ana {CANARY}", "phone": PHONE, "consent": True, "timezone": "UTC"}
    told = {"id": ref, "channel": "sms", "direction": "inbound", "outcome": "answered", "survey": "support"}
    return told | {"ended_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "duration_s": 90, "customer": person}


def remains(installation: Installation, database_url: str) -> dict[str, list[str]]:
    """Where the canary is."""
    found = {}
    for name, content in _everything(installation, database_url):
        if hits := [needle.decode() for needle in NEEDLES if needle in content]:
            found[name] = hits
    return found


def _everything(installation: Installation, database_url: str) -> Iterator[tuple[str, bytes]]:
    database = Database(database_url)
    yield from _contents(database)
    database.close()
    with redis.Redis.from_url(installation.processes["web"].environment["ZEROTEN_REDIS_URL"]) as client:
        for key in client.scan_iter():
            yield f"redis {key!r}", key + (client.dump(key) or b"")
    for path in installation.folder.rglob("*"):
        theirs = path.name in {"ledger.jsonl", "sandbox.log"}  # the provider's
        if path.is_file() and not theirs:
            yield str(path.relative_to(installation.folder)), path.read_bytes()


def test_nothing_is_left_though_the_worker_dies(database_url: str, tmp_path: Path) -> None:
    is_sqlite = database_url.startswith("sqlite")
    place = "erasure.after_rows=kill@1" if is_sqlite else "erasure.before_commit=kill@1"
    armed = dict.fromkeys(("web",) if is_sqlite else TICKS, place)
    with installed(tmp_path, database_url) as installation:
        api, sandbox = installation.api, installation.sandbox
        api.json("PUT", "/api/v1/surveys/support", SURVEY)
        for name, failpoints in armed.items():
            installation.arm(name, failpoints)
        installation.wait_until_ready()
        assert api.json("POST", "/api/v1/interactions", interaction(f"i-{CANARY}"))["decision"] == "invite"
        until(lambda: bool(api.rows("conversations", customer_id=REF)), "asked")
        sandbox.text(PHONE, "2")
        until(lambda: bool(api.rows("responses")), "the score")
        sandbox.text(PHONE, f"{CANARY} is angry")
        until(lambda: api.rows("responses")[0]["reason"] is not None, "the reason")
        assert remains(installation, database_url)
        with Undertaker(installation, armed) as undertaker:
            receipt = api.json("DELETE", f"/api/v1/customers/{REF}")
            sandbox.text(PHONE, f"late {CANARY}")
            path = receipt["url"].removeprefix(installation.url)
            until(lambda: bool(undertaker.buried), "the worker dies")
            installation.wait_until_ready()
            until(lambda: api.insist("GET", path, patience_s=30).json()["state"] == "done", "erased after all")
        sandbox.text(PHONE, f"later {CANARY}")
        again = api.json("POST", "/api/v1/interactions", interaction("i-2"))
        assert (again["decision"], again["reason"]) == ("suppress", "opt_out")
        assert [row["score"] for row in api.rows("responses")] == [2]
        assert remains(installation, database_url) == {}
