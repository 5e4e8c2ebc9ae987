"""Recordings: fetched, kept for a time, played to those who may, and turned into words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from common.store.schema import answers, recordings
from sandbox.phone_script import Entry
from tests.channels.provider import Answer, Asked, a_provider
from tests.voice.line import ANA, NUMBER, PUBLIC, Line, a_line

BAD: Entry = {"speak": "I waited an hour", "for_s": 6, "end": "#"}
ALL: list[Entry] = ["3#", BAD, "1"]


@pytest.fixture
def hearing(database_url: str, tmp_path: Path) -> Iterator[Line]:
    """A line whose recordings are transcribed by an endpoint that hears what was said, at the second try."""
    with a_provider() as endpoint:
        asked: list[Asked] = []

        def answer(request: Asked) -> Answer:
            asked.append(request)
            if len(asked) == 1:
                return Answer(status=503)
            return Answer(body=json.dumps({"text": " I waited an hour "}).encode())

        endpoint.answer = answer
        settings = {"VOICE_TRANSCRIPTION": "openai", "TRANSCRIPTION_URL": f"{endpoint.url}/v1"}
        with a_line(database_url, tmp_path, **settings, TRANSCRIPTION_API_KEY="sk-test") as made:
            made.survey()
            yield made
            assert {each.path for each in asked} <= {"/v1/audio/transcriptions"}
            assert all(each.headers["authorization"] == "Bearer sk-test" for each in asked)


def test_a_recording_is_fetched_kept_and_deleted_at_the_provider(line: Line) -> None:
    line.dial(ALL)
    assert line.conversation()["reason"] == "[recording]"
    assert line.keeper.fetch_recordings() == 1
    (row,) = line.rows(recordings)
    assert (row["state"], row["duration_s"], row["media_type"]) == ("stored", 6, "audio/mpeg")
    assert row["audio"] == b"MP3 I waited an hour"
    assert line.provider.asked[-1].method == "DELETE"
    assert line.keeper.fetch_recordings() == 0
    (message,) = (each for each in line.conversation()["messages"] if each["kind"] == "recording")
    assert message["id"] == row["message_id"]


def test_audio_goes_when_its_time_is_over_and_the_words_stay(line: Line) -> None:
    line.dial(ALL)
    line.keeper.fetch_recordings()
    line.advance(timedelta(days=89))
    assert line.keeper.let_go() == 0
    line.advance(timedelta(days=2))
    assert line.keeper.let_go() == 1
    (row,) = line.rows(recordings)
    assert (row["state"], row["audio"]) == ("expired", None)
    assert line.conversation()["reason"] == "[recording]"


def test_a_recording_that_cannot_be_had_is_tried_again_and_then_given_up(line: Line) -> None:
    line.dial(ALL)
    audio = dict(line.audio)
    line.audio.clear()
    for _ in range(3):
        line.keeper.fetch_recordings()
        line.advance(timedelta(hours=1))
    line.audio |= audio
    line.keeper.fetch_recordings()
    assert [row["state"] for row in line.rows(recordings)] == ["stored"]


def test_a_recording_that_never_comes_is_given_up(line: Line) -> None:
    line.dial(ALL)
    line.audio.clear()
    for _ in range(12):
        line.keeper.fetch_recordings()
        line.advance(timedelta(hours=2))
    assert [row["state"] for row in line.rows(recordings)] == ["failed"]


def test_a_recording_of_which_no_callback_tells_is_asked_for(line: Line) -> None:
    phone = line.dial(["3#", {"hang_up": 1}], tells_status=False)
    params = line.params(phone.sid, ANA, NUMBER, "inbound")
    line.audio["RE1"] = b"MP3"
    line.post(f"{PUBLIC}/webhooks/voice/step?step=2", params | {"RecordingSid": "RE1", "RecordingDuration": "4"})
    assert line.keeper.fetch_recordings() == 0
    line.advance(timedelta(minutes=3))
    assert line.keeper.fetch_recordings() == 1
    assert [row["state"] for row in line.rows(recordings)] == ["stored"]


def test_a_recording_whose_request_was_lost_counts_all_the_same(line: Line) -> None:
    phone = line.dial(["3#", {"hang_up": 1}], tells_status=False)
    params = line.params(phone.sid, ANA, NUMBER, "inbound")
    told = {"RecordingSid": "RE1", "RecordingStatus": "completed", "RecordingDuration": "4"}
    line.post(f"{PUBLIC}/webhooks/voice/recording", params | told)
    assert line.conversation()["reason"] is None
    line.post(f"{PUBLIC}/webhooks/voice/status", params | {"CallStatus": "completed"})
    shown = line.conversation()
    assert (shown["reason"], shown["outcome"]) == ("[recording]", "partial")


def test_a_recording_told_of_after_the_call_is_a_late_answer(line: Line) -> None:
    phone = line.dial(["3#", {"hang_up": 1}])
    params = line.params(phone.sid, ANA, NUMBER, "inbound")
    told = {"RecordingSid": "RE1", "RecordingStatus": "completed", "RecordingDuration": "4"}
    for _ in range(2):
        line.post(f"{PUBLIC}/webhooks/voice/recording", params | told)
    assert line.conversation()["reason"] == "[recording]"
    assert len(line.rows(recordings)) == 1


def test_an_absent_recording_is_not_waited_for(line: Line) -> None:
    phone = line.dial(["3#", {"hang_up": 1}], tells_status=False)
    params = line.params(phone.sid, ANA, NUMBER, "inbound")
    line.post(f"{PUBLIC}/webhooks/voice/recording", params | {"RecordingSid": "RE1", "RecordingStatus": "absent"})
    line.advance(timedelta(minutes=5))
    assert line.keeper.fetch_recordings() == 0
    assert line.conversation()["reason"] is None


def test_words_come_from_an_endpoint_and_become_the_reason(hearing: Line) -> None:
    hearing.dial(ALL)
    hearing.keeper.fetch_recordings()
    hearing.keeper.fetch_recordings()
    assert hearing.conversation()["reason"] == "[recording]", "the endpoint was away"
    hearing.advance(timedelta(minutes=1))
    hearing.keeper.fetch_recordings()
    shown = hearing.conversation()
    assert shown["reason"] == "I waited an hour"
    assert [each["text"] for each in shown["messages"] if each["kind"] == "recording"] == ["I waited an hour"]
    (answer,) = hearing.rows(answers, question="reason")
    assert (answer["value"], answer["verbatim"]) == ("I waited an hour", "I waited an hour")


def test_words_from_the_provider_count_once(line: Line) -> None:
    phone = line.dial(ALL)
    (row,) = line.rows(recordings)
    params = line.params(phone.sid, ANA, NUMBER, "inbound") | {"RecordingSid": row["provider_id"]}
    for words in ("I waited an hour", "Something else"):
        told = {"TranscriptionText": words, "TranscriptionStatus": "completed"}
        line.post(f"{PUBLIC}/webhooks/voice/transcription", params | told)
    assert line.conversation()["reason"] == "I waited an hour"


def test_the_reason_can_be_recognised_at_once_instead(database_url: str, tmp_path: Path) -> None:
    with a_line(database_url, tmp_path, VOICE_REASON="speech") as line:
        line.survey()
        line.dial(["3#", {"speak": "I waited an hour", "for_s": 4}, "1"])
        shown = line.conversation()
        assert (shown["reason"], shown["outcome"]) == ("I waited an hour", "complete")
        assert [each["kind"] for each in shown["messages"] if each["direction"] == "in"] == ["dtmf", "speech", "dtmf"]
        assert line.rows(recordings) == []
