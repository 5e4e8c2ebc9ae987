"""The menu of languages: asked first where nobody knows the caller's language, and no question of the survey."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.phone_script import Entry
from tests.voice.line import Line

MENU = ["For English, press 1.", "Para español, pulse 2.", "Voor Nederlands, toets 3."]
ENGLISH, SPANISH = "How likely are you", "¿Qué probabilidad hay"


@pytest.fixture
def three(line: Line) -> Line:
    """A survey that offers three languages."""
    line.survey(voice={"languages": ["en", "es", "nl"], "voices": {"es": "Polly.Lucia"}})
    return line


def heard(phone: Any) -> list[str]:
    return [each["text"] for each in phone.transcript if each["who"] == "system"]


def test_the_chosen_language_holds_for_the_conversation(three: Line) -> None:
    phone = three.dial(["2", "9#", {"speak": "Muy bien", "for_s": 3, "end": "#"}, "1"])
    said = heard(phone)
    assert said[:3] == MENU
    assert said[3].startswith(SPANISH)
    assert said[4].startswith("¿Cuál es el motivo")
    assert [each["language"] for each in phone.transcript[:3]] == ["en-US", None, "nl-NL"]  # Polly knows its own
    shown = three.conversation()
    assert (shown["locale"], shown["score"], shown["outcome"]) == ("es", 9, "complete")
    bot = [each["text"] for each in shown["messages"] if each["author"] == "bot"]
    assert bot[0].startswith(SPANISH)
    assert not any(each.startswith(ENGLISH) for each in bot)
    assert "Gracias" in said[-1]


KEYS: list[tuple[str, list[Entry], str, str, int]] = [
    ("the first", ["1"], "en", ENGLISH, 1),
    ("the last, during the first word", [{"keys": "3", "first": 0.1}], "nl", "Hoe waarschijnlijk", 1),
    ("silence, then a key", [None, "2"], "es", SPANISH, 2),
    ("a key that is no language, then one that is", ["7", "2"], "es", SPANISH, 2),
    ("a star repeats", ["*", "2"], "es", SPANISH, 2),
    ("silence three times: the survey's own", [None, None, None], "en", ENGLISH, 3),
    ("nonsense and silence share the budget", ["8", None, "#"], "en", ENGLISH, 3),
]


def test_what_keys_do_in_the_menu(three: Line) -> None:
    for number, (what, keys, locale, question, menus) in enumerate(KEYS):
        phone = three.dial([*keys, "9#", {"hang_up": 1}], caller=f"+3161{number:07d}")
        said = heard(phone)
        assert said.count(MENU[0]) == menus, what
        assert said[3 * menus].startswith(question), what
        shown = three.conversations()[0]
        assert (shown["locale"], shown["score"], shown["outcome"]) == (locale, 9, "partial"), what


def test_silence_all_the_way_ends_politely(three: Line) -> None:
    phone = three.dial([])
    assert phone.ending == "hung up"
    assert three.conversation()["outcome"] == "no_answer"
    assert phone.now < 120


def test_hanging_up_at_the_menu_is_no_answer(three: Line) -> None:
    three.dial([{"hang_up": 1}])
    shown = three.conversation()
    assert (shown["state"], shown["outcome"], shown["score"]) == ("closed", "no_answer", None)


def test_nine_and_zero_mean_what_they_mean_everywhere(three: Line) -> None:
    phone = three.dial(["9"])
    assert "We will not ask you again" in heard(phone)[-1]
    assert three.conversation()["outcome"] == "refused"
    three.dial(["0", "2", "8#", {"hang_up": 1}], caller="+31612345600")
    assert [each["reason"] for each in three.tickets()] == ["human_requested"]


def test_whose_language_is_known_is_not_asked(three: Line) -> None:
    three.interaction(customer={"locale": "es"})
    three.dispatch()
    phone = three.ring(["9#", {"hang_up": 1}])
    assert not set(MENU) & set(heard(phone))
    assert any(each.startswith(SPANISH) for each in heard(phone))


def test_somebody_whom_we_ring_is_greeted_and_asked(three: Line) -> None:
    three.interaction()
    three.dispatch()
    said = heard(three.ring(["3", "10", {"hang_up": 1}]))
    assert said[0].startswith("Hello, this is Acme")
    assert said[1:4] == MENU
    assert said[4].startswith("Hoe waarschijnlijk")
    assert (three.conversation()["locale"], three.conversation()["score"]) == ("nl", 10)


def test_without_a_list_there_is_no_menu(line: Line) -> None:
    assert heard(line.dial(["9#", {"hang_up": 1}]))[0].startswith(ENGLISH)


def test_a_request_that_comes_twice_hears_the_same(three: Line) -> None:
    three.dial(["2", {"hang_up": 1}], tells_status=False)
    (_, menu_params, menu), (step, params, answer), *_ = three.requests
    assert three.post(f"https://zeroten.example{step}", params).body == answer.body
    assert three.post("https://zeroten.example/webhooks/voice", menu_params).body == menu.body
    assert three.conversation()["locale"] == "es"
