"""Languages, and answers that are said instead of pressed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.voice.line import ANA, NUMBER, PUBLIC, Line, a_line


@pytest.mark.parametrize("locale", ["nl", "ar", "ja", "zh"])
def test_a_whole_call_in_another_language(line: Line, locale: str) -> None:
    line.interaction("call-1", customer={"locale": locale})
    phone = line.dial(
        ["2#", {"speak": "x", "for_s": 3, "end": "#"}, "1"], url="/webhooks/voice?interaction=call-1", caller=ANA
    )
    assert line.conversation()["outcome"] == "complete"
    assert {each["language"] for each in phone.transcript if each["language"]} == {
        {"nl": "nl-NL", "ar": "ar-AE", "ja": "ja-JP", "zh": "cmn-CN"}[locale]
    }


@pytest.fixture
def ears(database_url: str, tmp_path: Path) -> Iterator[Line]:
    """A line that takes words as well as keys."""
    with a_line(database_url, tmp_path, VOICE_REASON="speech", VOICE_ANSWERS="keys_and_speech") as made:
        made.survey()
        yield made


def test_every_question_can_be_answered_in_words(ears: Line) -> None:
    ears.dial([{"speak": "nine"}, {"speak": "You were quick"}, {"speak": "expertise"}])
    shown = ears.conversation()
    assert (shown["score"], shown["reason"], shown["aspect"]) == (9, "You were quick", "expertise")
    assert shown["outcome"] == "complete"
    assert [each["kind"] for each in shown["messages"] if each["direction"] == "in"] == ["speech"] * 3


def test_who_may_speak_may_press_as_well(ears: Line) -> None:
    ears.dial(["10", "#", "2"])
    shown = ears.conversation()
    assert (shown["score"], shown["reason"], shown["aspect"], shown["outcome"]) == (10, None, "expertise", "complete")


@pytest.mark.parametrize(("script", "outcome"), [(["7#", "9"], "refused"), ([{"speak": "stop calling me"}], "refused")])
def test_the_way_out_is_open_at_every_question(ears: Line, script: list[object], outcome: str) -> None:
    ears.dial(script)  # type: ignore[arg-type]
    assert ears.conversation()["outcome"] == outcome


def test_words_that_were_hardly_understood_are_no_score(ears: Line) -> None:
    phone = ears.dial([{"hang_up": 1}], tells_status=False)
    params = ears.params(phone.sid, ANA, NUMBER, "inbound")
    doubtful = params | {"SpeechResult": "ten", "Confidence": "0.21"}
    heard = ears.post(f"{PUBLIC}/webhooks/voice/step?step=1", doubtful)
    assert b"Sorry, I did not get that" in heard.body
    ears.post(f"{PUBLIC}/webhooks/voice/step?step=2", params | {"SpeechResult": "ten", "Confidence": "0.87"})
    assert ears.conversation()["score"] == 10


@pytest.mark.parametrize(("setting", "heard"), [("off", "Dear , how likely?"), ("on", "Dear Ana, how likely?")])
def test_a_name_is_said_aloud_only_where_that_is_allowed(
    database_url: str, tmp_path: Path, setting: str, heard: str
) -> None:
    with a_line(database_url, tmp_path, VOICE_NAMES=setting) as line:
        line.survey(wording={"en": {"score.voice": "Dear {name}, how likely?"}})
        line.interaction("call-1")
        phone = line.dial([{"hang_up": 1}], url="/webhooks/voice?interaction=call-1")
        assert phone.transcript[0]["text"].replace("Dear,", "Dear ,") == heard
