"""A full call by a real SIP caller: RTP audio both ways, keys as RFC 2833 events, a recording with sound in it."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

from common.store.schema import recordings
from tests.channels.provider import Answer, Asked
from tests.servers import free_port
from tests.voice.line import ACCOUNT, ANA, NUMBER, TOKEN, Line, a_line
from tests.voice.sip.audio import loudness
from zeroten import root

pytestmark = [
    pytest.mark.sip,
    pytest.mark.skipif(importlib.util.find_spec("pjsua2") is None, reason="PJSIP has no wheel for this platform"),
]
SCRIPT = [{"keys": "10"}, {"speak_s": 2.5, "keys": "#"}, {"keys": "2"}]
"""A score of two keys, the reason by voice and the hash, the second aspect."""


@pytest.fixture
def served(tmp_path: Path, sqlite_template: Path) -> Iterator[tuple[Line, str]]:
    """An installation that listens on a port, and its address."""
    port = free_port()
    public = f"http://127.0.0.1:{port}"
    shutil.copyfile(sqlite_template, tmp_path / "sip.db")
    with a_line(f"sqlite:///{tmp_path}/sip.db", tmp_path, PUBLIC_URL=public) as line:
        line.survey()
        server = make_server("127.0.0.1", port, root.create_app(line.services), threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield line, public
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def test_a_real_caller_gives_a_ten_a_reason_and_an_aspect(served: tuple[Line, str], tmp_path: Path) -> None:
    line, public = served
    params = line.params(line.sid(), ANA, NUMBER, "inbound")
    wish = {
        "url": f"{public}/webhooks/voice",
        "status_url": f"{public}/webhooks/voice/status",
        "params": params,
        "token": TOKEN,
        "folder": str(tmp_path),
        "script": SCRIPT,
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.voice.sip.call", json.dumps(wish)],
        capture_output=True,
        text=True,
        timeout=40,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    log = [json.loads(each) for each in done.stdout.splitlines() if each.startswith("{")]
    shown = line.conversation()
    assert (shown["score"], shown["aspect"], shown["outcome"]) == (10, "expertise", "complete"), as_text(log)
    keys = [each["what"] for each in log if each["who"] == "gateway" and each["what"].startswith("RFC 2833")]
    assert keys == [f"RFC 2833 key {key}" for key in "10#2"]

    (recording,) = line.rows(recordings)
    path = tmp_path / f"{recording['provider_id']}.wav"
    seconds, share = loudness(path)
    assert 2.5 <= seconds <= 6
    assert share > 0.4, "the caller's voice is in it"
    heard_s, heard = loudness(tmp_path / "heard.wav")
    assert heard_s > 5
    assert heard > 0.2, "the caller has heard the prompts"

    usual = line.provider.answer

    def with_audio(asked: Asked) -> Answer:
        if asked.method == "GET" and "/Recordings/" in asked.path:
            assert f"/Accounts/{ACCOUNT}/" in asked.path
            return Answer(body=path.read_bytes(), headers={"Content-Type": "audio/x-wav"})
        return usual(asked)

    line.provider.answer = with_audio
    assert line.keeper.fetch_recordings() == 1
    (kept,) = line.rows(recordings)
    assert (kept["state"], bytes(kept["audio"])) == ("stored", path.read_bytes())
    (tmp_path / "call.log").write_text(as_text(log), encoding="utf-8")


def as_text(log: list[dict[str, Any]]) -> str:
    """The log as it stands in docs/channels/voice.md."""
    return "\n".join(f"{each['at']:6.2f}  {each['who']:<8} {each['what']}" for each in log)
