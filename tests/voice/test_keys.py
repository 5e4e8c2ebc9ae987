"""The table of key timings: whatever a caller's fingers do, no score is ever a wrong one."""

from __future__ import annotations

from typing import Any

import pytest

from common.store.schema import calls
from sandbox.phone import Phone
from sandbox.phone_script import Entry
from tests.voice.line import ANA, NUMBER, PUBLIC, Line

BAD = {"speak": "Bad", "for_s": 3, "end": "#"}
THE_REST: list[Entry] = [{"speak": "It was slow", "for_s": 4, "end": "#"}, "1"]


def _of(line: Line, phone: Phone) -> dict[str, Any]:
    """The conversation of that call."""
    (call,) = line.rows(calls, call_sid=phone.sid)
    return dict(line.call("GET", f"/conversations/{call['conversation_id']}").json)


SCORES: list[tuple[str, list[Entry], int, float | None]] = [
    ("9, then the two seconds", ["9"], 9, 3.1),
    ("9#", ["9#"], 9, 1.5),
    ("0", ["0"], 0, 3.1),
    ("0#", ["0#"], 0, 1.5),
    ("07", ["07"], 7, 1.5),
    ("10, fast", ["10"], 10, 1.5),
    ("10, slow, within the gap", [{"keys": "10", "gap": 1.8}], 10, 2.9),
    ("1, then 0 while the rescue is said", [{"keys": "10", "gap": 2.5}], 10, 3.6),
    ("1, then 0 late in the rescue", [{"keys": "10", "gap": 5.0}], 10, 6.1),
    ("1, and 0 as an answer to the rescue", [{"keys": "1"}, "0"], 10, 5.0),
    ("1#, without a rescue", ["1#"], 1, 1.5),
    ("1, and silence", ["1", None], 1, None),
    ("1, and 1 as an answer to the rescue", ["1", "1"], 1, None),
    ("a key during the first word", [{"keys": "8", "first": 0.1}], 8, 2.2),
    ("10 during the prompt", [{"keys": "10", "first": 0.5, "gap": 0.2}], 10, 0.8),
    ("a first key 6.5 s after the prompt", [{"keys": "8", "first": 13.5}], 8, None),
    ("42, then 4", ["42", "4#"], 4, None),
    ("the star repeats, then 6", ["*", "6#"], 6, None),
    ("a star and a key are no score", ["*5", "5#"], 5, None),
    ("00 is asked again", ["00", "0#"], 0, None),
    ("right at the third try", ["99", "99", "9"], 9, None),
    ("two silences, then 3", [None, None, "3"], 3, None),
    ("another key at the rescue is no answer", ["1", "7", "7#"], 7, None),
]
"""What is pressed; the score; and by when the next question begins, in seconds, where that matters."""


def test_the_right_score(line: Line) -> None:
    wrong = []
    for number, (what, keys, score, seconds) in enumerate(SCORES):
        caller = f"+3161{number:07d}"
        phone = line.dial([*keys, *THE_REST], caller=caller)
        shown = _of(line, phone)
        asked = next(each["at"] for each in phone.transcript if "main reason" in each["text"])
        if (shown["score"], shown["outcome"], phone.ending) != (score, "complete", "hung up"):
            wrong.append(f"{what}: {shown['score']}, {shown['outcome']}, {phone.ending}")
        if seconds is not None and asked > seconds:
            wrong.append(f"{what}: asked on after {asked} s")
    assert wrong == []


NO_SCORES: list[tuple[str, list[Entry], str]] = [
    ("nothing, three times", [], "no_answer"),
    ("42, three times", ["42", "42", "42"], "partial"),
    ("no-match and silence spend one budget", ["42", None, "11"], "partial"),
    ("only the finish key", ["#", "#", "#"], "no_answer"),
]


def test_no_score_rather_than_a_wrong_one(line: Line) -> None:
    for number, (what, keys, outcome) in enumerate(NO_SCORES):
        phone = line.dial(keys, caller=f"+3162{number:07d}")
        shown = _of(line, phone)
        assert (shown["score"], shown["state"], shown["outcome"]) == (None, "closed", outcome), what
        assert phone.ending == "hung up"
        assert "Thank you for your time" in phone.transcript[-1]["text"]
        assert phone.now < 75


def test_silence_and_nonsense_are_told_apart(line: Line) -> None:
    phone = line.dial([None, "42"])
    said = [each["text"] for each in phone.transcript if each["who"] == "system"]
    assert said[1].startswith("Are you still there?")
    assert said[2].startswith("I still did not get a number.")


HUNG_UP: list[tuple[str, list[Entry], tuple[Any, ...]]] = [
    ("before a key", [{"hang_up": 1}], ("no_answer", None, None, None)),
    ("at the rescue: one or ten, nobody knows", ["1", {"hang_up": 1}], ("no_answer", None, None, None)),
    ("at the reason", ["4#", {"hang_up": 1}], ("partial", 4, None, None)),
    ("while speaking", ["4#", {"speak": "Bad", "for_s": 9, "hang_up": 6}], ("partial", 4, "[recording]", None)),
    ("at the aspect", ["4#", BAD, {"hang_up": 1}], ("partial", 4, "[recording]", None)),
    ("never", ["4#", BAD, "2"], ("complete", 4, "[recording]", "expertise")),
]


def test_hanging_up_keeps_what_was_said(line: Line) -> None:
    for number, (what, script, expected) in enumerate(HUNG_UP):
        shown = _of(line, line.dial(script, caller=f"+3163{number:07d}"))
        assert shown["state"] == "closed", what
        assert tuple(shown[name] for name in ("outcome", "score", "reason", "aspect")) == expected, what
        assert bool(shown["ticket_id"]) == (shown["band"] == "detractor"), what


def test_hanging_up_at_the_offer_keeps_score_and_ticket(desk: Line) -> None:
    """ "Press one to talk to someone now": the score is in, its ticket is open, and nobody was rung."""
    for number, at in enumerate((1, 7)):
        phone = desk.dial(["2#", {"hang_up": at}], caller=f"+3164{number:07d}")
        assert any("talk to someone" in each["text"] for each in phone.transcript)
        shown = _of(desk, phone)
        expected = ("closed", "partial", 2, None, None)
        assert tuple(shown[name] for name in ("state", "outcome", "score", "reason", "aspect")) == expected, at
        assert shown["ticket_id"] is not None
    assert [each["reason"] for each in desk.tickets()] == ["detractor"] * 2
    assert all(each["accepted_at"] is None for each in desk.rows(calls))
    assert not any("/whisper" in address for address, _, _ in desk.requests)


def test_hanging_up_where_nobody_was_there_is_a_wish_to_be_called(desk: Line) -> None:
    phone = desk.dial(["2#", "1", {"hang_up": 1}])
    assert any("Nobody is free" in each["text"] for each in phone.transcript)
    shown = _of(desk, phone)
    assert (shown["outcome"], shown["score"], shown["reason"]) == ("partial", 2, None)
    assert [each["reason"] for each in desk.tickets()] == ["callback"]


OPT_OUT_HUNG_UP: list[tuple[str, list[Entry], tuple[Any, ...]]] = [
    ("at the score", ["**", {"hang_up": 1}], ("no_answer", None)),
    ("at the score, twice there and back", ["**", "1", "**", {"hang_up": 1}], ("no_answer", None)),
    ("after it was heard to its end", ["**", {"hang_up": 7}], ("no_answer", None)),
    ("at the aspect", ["8#", {"speak": "Fine", "for_s": 2}, "**", {"hang_up": 1}], ("partial", 8)),
]


def test_hanging_up_at_the_way_out_is_no_opt_out(line: Line) -> None:
    for number, (what, script, expected) in enumerate(OPT_OUT_HUNG_UP):
        caller = f"+3165{number:07d}"
        shown = _of(line, line.dial(script, caller=caller))
        assert (shown["outcome"], shown["score"]) == expected, what
        assert line.interaction(f"later-{number}", phone=caller)["reason"] != "opt_out", what


def test_a_score_is_stored_by_the_request_that_brings_it(line: Line) -> None:
    line.dial(["3#", {"hang_up": 1}], tells_status=False)
    shown = line.conversation()
    assert (shown["state"], shown["score"]) == ("reason", 3)
    assert [each["reason"] for each in line.tickets()] == ["detractor"]


def test_silence_at_the_reason_is_asked_about_and_ends_politely(line: Line) -> None:
    line.dial(["8#", None, {"speak": "Fine", "for_s": 3}, "3"])
    first = line.conversation()
    assert (first["outcome"], first["score"], first["reason"], first["aspect"]) == (
        "complete",
        8,
        "[recording]",
        "solution",
    )
    phone = line.dial(["8#"], caller="+31612345600")
    assert phone.ending == "hung up"
    assert "Thank you" in phone.transcript[-1]["text"]
    second = _of(line, phone)
    assert (second["outcome"], second["score"]) == ("partial", 8)


@pytest.mark.parametrize(
    ("key", "expected"),
    [("7", None), ("#", "skipped"), ("2", "expertise")],
)
def test_the_keys_of_the_aspect(line: Line, key: str, expected: str | None) -> None:
    line.dial(["8#", {"speak": "Fine", "for_s": 2}, key, {"hang_up": 1}])
    shown = line.conversation()
    assert shown["aspect"] == (expected if expected != "skipped" else None)
    assert shown["outcome"] == ("partial" if expected is None else "complete")


def test_zero_at_the_aspect_calls_a_person_and_the_question_stays_open(line: Line) -> None:
    phone = line.dial(["9#", {"speak": "Fine", "for_s": 2}, "0", "4"])
    shown = line.conversation()
    assert (shown["outcome"], shown["aspect"]) == ("complete", "friendliness")
    assert [each["reason"] for each in line.tickets()] == ["human_requested"]
    assert any("will call you back" in each["text"] for each in phone.transcript)


@pytest.mark.parametrize("script", [["**", "9"], ["9#", {"speak": "Fine", "for_s": 2}, "9"]], ids=["score", "aspect"])
def test_nine_on_the_way_out_is_an_opt_out(line: Line, script: list[Entry]) -> None:
    phone = line.dial(script)
    shown = line.conversation()
    assert shown["outcome"] == "refused"
    assert "We will not ask you again" in phone.transcript[-1]["text"]
    assert line.interaction("later")["reason"] == "opt_out"


def test_two_stars_by_mistake_lead_back_to_the_question(line: Line) -> None:
    line.dial(["**", "1", "9#", {"hang_up": 1}])
    assert line.conversation()["score"] == 9


def test_a_star_held_down_for_ever_is_silence_in_the_end(line: Line) -> None:
    line.dial(["*"] * 30)
    assert line.conversation()["outcome"] == "no_answer"


def test_the_finish_key_in_place_of_a_recording_skips_the_reason(line: Line) -> None:
    phone = line.dial(["8#", {"hang_up": 1}], tells_status=False)
    params = line.params(phone.sid, ANA, NUMBER, "inbound")
    heard = line.post(f"{PUBLIC}/webhooks/voice/step?step=2", params | {"Digits": "#", "RecordingDuration": "0"})
    assert b"mattered most" in heard.body
    assert line.conversation()["state"] == "aspect"
