"""Recorded prompts: played in place of words to whoever calls, fetched as Twilio fetches, and versioned like words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from common import clock
from common.errors import Invalid
from common.speech.sounds import read_sound
from common.store import sounds
from common.store.schema import sounds as sounds_table
from common.survey_wording import resound, reword, said
from sandbox.phone import PLAYED
from tests.unit.speech.test_sounds import mp3, wav
from tests.voice.line import ANA, DESK, PUBLIC, Line

BAD = {"speak": "Bad", "for_s": 3, "end": "#"}
ADDRESS = "/webhooks/voice/sounds/"


def upload(line: Line, prompt: str, content: bytes, locale: str = "en") -> str:
    """Play this for the prompt from now on; the sound's id."""
    now = clock.now()

    def work(connection: Any) -> str:
        kept = sounds.keep(connection, content, read_sound(content), name="a.wav", now=now)
        resound(connection, line.services.surveys, "support", locale=locale, prompt=prompt, sound=kept, now=now)
        return kept

    return str(line.services.store.write(work))


def heard(phone: Any) -> list[str]:
    """What the caller heard: words, or the id of what was played."""
    lines = [each for each in phone.transcript if each["who"] == "system" and each["text"] != "[beep]"]
    return [each["sound"].rpartition("/")[2] if each["sound"] else each["text"] for each in lines]


def test_a_recording_is_played_in_place_of_the_words(line: Line) -> None:
    score, reason = upload(line, "score", wav(4)), upload(line, "reason", mp3(3))
    closing, goodbye = upload(line, "closing.promoter", wav(2)), upload(line, "aspect.again", wav(2))
    phone = line.dial(["9#", BAD, "7", "1"])
    assert heard(phone)[:2] == [score, reason]
    assert heard(phone)[-1] == closing
    assert goodbye in heard(phone)
    shown = line.conversation()
    assert (shown["outcome"], shown["score"]) == ("complete", 9)
    said_words = [each["text"] for each in shown["messages"] if each["author"] == "bot"]
    assert said_words[0].startswith("How likely are you to recommend Acme")
    (_, _, first), *_ = line.requests
    assert f"<Play>{PUBLIC}{ADDRESS}{score}</Play>".encode() in first.body


def test_a_key_stops_the_recording_and_the_pause_begins_at_its_end(line: Line) -> None:
    upload(line, "score", wav(20))
    early = line.dial([{"keys": "8#", "first": 1.0}, {"hang_up": 1}])
    assert next(each["at"] for each in early.transcript if "main reason" in each["text"]) < 2
    late = line.dial([{"keys": "8#", "first": 26.0}, {"hang_up": 1}], caller="+31612345600")
    assert any("main reason" in each["text"] for each in late.transcript)


def test_words_that_are_nearer_to_what_is_asked_go_before_it(line: Line) -> None:
    score = upload(line, "score", wav(4))
    phone = line.dial([None, "42", "9#", {"hang_up": 1}])
    assert heard(phone)[0] == score
    assert heard(phone)[1].startswith("Are you still there?")
    assert heard(phone)[2].startswith("I still did not get a number.")
    again = upload(line, "score.again", wav(2))
    second = line.dial(["42", "9#", {"hang_up": 1}], caller="+31612345601")
    assert heard(second)[:2] == [score, again]


def test_another_language_is_said(line: Line) -> None:
    upload(line, "score", wav(4), locale="nl")
    line.interaction(customer={"locale": "nl-BE"})
    line.interaction("call-2", phone="+31612345602", customer={"locale": "de"})
    line.dispatch()
    dutch, german = sorted(line.placed, key=lambda wish: wish["To"] != ANA)
    line.placed = [dutch]
    assert PLAYED in [each["text"] for each in line.ring(["9#"]).transcript]
    line.placed = [german]
    assert PLAYED not in [each["text"] for each in line.ring(["9#"]).transcript]


def test_colleagues_and_what_only_a_telephone_says(desk: Line) -> None:
    offer, whisper = upload(desk, "voice.offer", wav(2)), upload(desk, "voice.whisper", wav(1))
    from sandbox.phone import Person

    phone = desk.dial(["2#", "1"], people={DESK: Person()})
    played = [each["sound"].rpartition("/")[2] for each in phone.transcript if each["sound"]]
    assert played == [offer, whisper]


def test_a_conversation_keeps_the_version_it_began_with(line: Line) -> None:
    old = upload(line, "reason", wav(2))
    phone = line.dial(["9#", {"hang_up": 1}], tells_status=False)
    assert heard(phone)[1] == old
    new = upload(line, "reason", wav(3))
    assert heard(line.dial(["9#", {"hang_up": 1}], caller="+31612345603"))[1] == new
    document = line.post(f"{PUBLIC}/webhooks/voice/step?step=1", line.requests[0][1] | {"Digits": "9"}).body
    assert old.encode() in document
    for each in (old, new):
        assert line.http.get(ADDRESS + each).status_code == 200


def test_removed_it_is_said_again(line: Line) -> None:
    upload(line, "score", wav(4))
    now = clock.now()
    line.services.store.write(
        lambda c: resound(c, line.services.surveys, "support", locale="en", prompt="score", sound=None, now=now)
    )
    assert heard(line.dial(["9#", {"hang_up": 1}]))[0].startswith("How likely")
    assert "voice" not in line.call("GET", "/surveys/support").json


def test_words_that_differ_from_customer_to_customer_stay_words(line: Line) -> None:
    surveys, now, place = line.services.surveys, clock.now(), {"locale": "en", "channel": "voice"}
    line.services.store.write(
        lambda c: reword(c, surveys, "support", prompt="score", text="Hi {name}?", seen_version=None, now=now, **place)
    )
    with pytest.raises(Invalid):
        upload(line, "score", wav(1))
    assert line.rows(sounds_table) == []
    upload(line, "reason", wav(1))
    with pytest.raises(Invalid):
        line.services.store.write(
            lambda c: reword(
                c, surveys, "support", prompt="reason", text="Why, {name}?", seen_version=None, now=now, **place
            )
        )
    with line.services.store.read() as connection:
        found = surveys.find(connection, "support")
    assert found is not None
    assert said(found, "reason", "en", "voice").sound is not None


def test_how_it_is_fetched(line: Line) -> None:
    content = wav(4)
    address = ADDRESS + upload(line, "score", content)
    whole = line.http.get(address)
    assert (whole.status_code, whole.data, whole.headers["Content-Type"]) == (200, content, "audio/wav")
    assert "immutable" in whole.headers["Cache-Control"]
    assert "max-age=31536000" in whole.headers["Cache-Control"]
    assert whole.headers["X-Content-Type-Options"] == "nosniff"
    head = line.http.head(address)
    assert (head.status_code, head.data, head.headers["Content-Length"]) == (200, b"", str(len(content)))
    part = line.http.get(address, headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.data) == (206, content[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(content)}"
    assert line.http.get(address, headers={"If-None-Match": whole.headers["ETag"]}).status_code == 304
    assert line.http.get(address, headers={"Range": "bytes=999999-"}).status_code == 416
    assert line.http.get(ADDRESS + "snd_" + "0" * 26).status_code == 404
    assert line.http.post(address).status_code == 405


def test_a_survey_names_only_sounds_that_are_there(line: Line) -> None:
    survey = line.call("GET", "/surveys/support").json
    body = {name: survey[name] for name in ("brand", "quiet_hours", "send_after_s", "fatigue_days")}
    wrong = line.call("PUT", "/surveys/support", body | {"voice": {"sounds": {"en": {"score": "snd_" + "0" * 26}}}})
    assert (wrong.status_code, wrong.json["errors"][0]["field"]) == (422, "voice.sounds")
    known = upload(line, "score", wav(1))
    right = line.call("PUT", "/surveys/support", body | {"voice": {"sounds": {"en": {"reason": known}}}})
    assert right.status_code in {200, 201}, right.json
    assert heard(line.dial(["9#", {"hang_up": 1}]))[1] == known


def test_a_voice_of_its_own_speaks_each_language(line: Line) -> None:
    line.survey(voice={"voices": {"en": "Polly.Joanna-Neural", "nl": "Google.nl-NL-Wavenet-B"}})
    line.dial(["9#", {"hang_up": 1}])
    assert b'<Say voice="Polly.Joanna-Neural">How likely' in line.requests[0][2].body
    line.advance(timedelta(minutes=1))
    line.interaction(phone="+31612345604", customer={"locale": "nl"})
    line.dispatch()
    line.requests.clear()
    line.ring(["9#", {"hang_up": 1}])
    body = next(answer.body for _, _, answer in line.requests if b"<Say" in answer.body)
    assert b'<Say language="nl-NL" voice="Google.nl-NL-Wavenet-B">' in body
