"""From a prompt's key to the words: whose words win, re-asks, reminders, missing names, choices."""

from __future__ import annotations

import pytest

from common.wording import LOCALES, UnknownPrompt, choice_label, interface, numbered, say
from common.wording.catalogue import shipped
from common.wording.say import Overrides

ENGLISH = shipped("en")


def words(
    prompt: str,
    overrides: Overrides | None = None,
    *,
    locale: str = "en",
    channel: str = "sms",
    attempt: int = 1,
    cause: str = "",
    **values: str,
) -> str:
    return say(
        prompt,
        locale=locale,
        channel=channel,
        brand="Acme",
        overrides=overrides or {},
        values=values,
        attempt=attempt,
        cause=cause,
    )


# --- whose words ----------------------------------------------------------------------------------------------------


def test_a_surveys_own_words_go_before_shipped_words_for_one_channel() -> None:
    assert words("score", {"en": {"score": "0-10 for {brand}?"}}) == "0-10 for Acme?"


def test_own_words_for_one_channel_go_before_own_words_for_all() -> None:
    own = {"en": {"score": "all", "score.voice": "voice"}}
    assert words("score", own, channel="voice") == "voice"
    assert words("score", own, channel="sms") == "all"


def test_the_language_goes_before_the_author() -> None:
    own = {"en": {"score": "own English"}}
    assert words("score", own, locale="nl").startswith("Hoe waarschijnlijk")


@pytest.mark.parametrize("locale", ["nl_BE", "nl-be", "NL", "nl"])
def test_own_words_of_a_region_and_of_its_language(locale: str) -> None:
    own = {"nl": {"reason": "Waarom?"}, "nl-BE": {"score": "Hoe groot is de kans?"}}
    assert words("reason", own, locale=locale) == "Waarom?"
    assert words("score", own, locale=locale).startswith("Hoe groot" if "b" in locale.lower() else "Hoe waar")


def test_a_language_that_is_not_shipped() -> None:
    own = {"sv": {"score": "Hur troligt är det?"}}
    assert words("score", own, locale="sv") == "Hur troligt är det?"
    assert words("score", own, locale="sv", attempt=2) == "Hur troligt är det?"
    assert words("reason", own, locale="sv") == ENGLISH["reason"]


def test_a_locale_that_is_no_locale_speaks_english() -> None:
    assert words("reason", {"": {"reason": "never"}, "!": {}}, locale="../etc") == ENGLISH["reason"]


def test_words_by_band_fall_back_to_the_family() -> None:
    assert words("reason.detractor") == ENGLISH["reason"]
    assert words("reason.detractor", {"en": {"reason.detractor": "What went wrong?"}}) == "What went wrong?"
    assert words("closing.promoter", {"en": {"closing": "Bye."}}) == "Bye."


def test_a_general_closing_never_takes_away_the_promise_to_an_unhappy_customer() -> None:
    assert words("closing.detractor", {"en": {"closing": "Bye."}}) == ENGLISH["closing.detractor"]
    assert words("closing.detractor", {"en": {"closing.detractor": "We read this."}}) == "We read this."


@pytest.mark.parametrize("prompt", ["", "nonsense", "score.", "__class__", "toml"])
def test_a_prompt_without_words_is_an_error(prompt: str) -> None:
    if prompt == "score.":
        assert words(prompt) == words("score")
        return
    with pytest.raises(UnknownPrompt):
        words(prompt)


# --- askings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", ["sms", "webchat", "voice"])
def test_each_asking_has_its_words(channel: str) -> None:
    texts = [words("score", channel=channel, attempt=attempt) for attempt in (1, 2, 3)]
    assert len(set(texts)) == 3
    assert words("score", channel=channel, attempt=4) == texts[2]
    assert words("score", channel=channel, attempt=10**9) == texts[2]


def test_own_first_question_keeps_the_shipped_re_ask() -> None:
    assert words("score", {"en": {"score": "own"}}, attempt=2) == ENGLISH["score.again"]
    own_re_ask: Overrides = {"en": {"score.again": "own again"}}
    assert words("score", own_re_ask, attempt=2) == "own again"
    assert words("score", own_re_ask, attempt=3) == "own again"


def test_a_reminder_and_a_resumed_question() -> None:
    assert words("score", attempt=2, cause="no_input") == ENGLISH["score.reminder"].replace("{brand}", "Acme")
    assert words("reason", attempt=2, cause="no_input") == ENGLISH["reason"]
    assert words("score", attempt=2, cause="resume") == words("score")
    assert words("score", attempt=2, cause="no_match") == ENGLISH["score.again"]


# --- values ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "without_a_name"),
    [
        ("Hi {name}, how was it?", "Hi, how was it?"),
        ("Hi {name}! How was it?", "Hi! How was it?"),
        ("Thank you, {name}!", "Thank you!"),
        ("How was it, {name}?", "How was it?"),
        ("Goodbye {name}", "Goodbye"),
        ("{name}, how was it?", "How was it?"),
        ("{name}, {brand} asks: how was it?", "Acme asks: how was it?"),
        ("{name}", ""),
        ("Hello.\n{name}, how was it?", "Hello.\nHow was it?"),
        ("{name}，您好：", "您好："),
        ("¿Qué tal, {name}?", "¿Qué tal?"),
    ],
)
@pytest.mark.parametrize("name", ["", "  ", "\u200b", "\x00"])
def test_a_missing_name_leaves_no_hole(text: str, without_a_name: str, name: str) -> None:
    assert words("score", {"en": {"score": text}}, name=name) == without_a_name


def test_own_words_for_the_nameless() -> None:
    own = {"en": {"score": "Dear {name}, …", "score.anonymous": "Dear customer, …"}}
    assert words("score", own) == "Dear customer, …"
    assert words("score", own, name="Ana") == "Dear Ana, …"
    assert words("greeting") == "Hello,"
    assert words("greeting", name="Ana") == "Hi Ana,"


def test_words_that_need_an_unknown_agent_give_way() -> None:
    own = {"en": {"score": "How was your call with {agent} about {topic}?"}}
    assert words("score", own, agent="Joost", topic="invoice") == "How was your call with Joost about invoice?"
    assert words("score", own, agent="Joost") == words("score")


def test_without_a_brand_there_are_still_words() -> None:
    text = say("score", locale="en", channel="webchat", brand=" ")
    assert text == "How likely are you to recommend to a friend or colleague?"


# --- choices ----------------------------------------------------------------------------------------------------------


def test_labels() -> None:
    assert choice_label("wait_time", "en") == "Waiting time"
    assert choice_label("wait_time", "nl_BE") == "Wachttijd"
    assert choice_label("wait_time", "sv") == "Waiting time"
    assert choice_label("wait_time", "en", {"en": {"choice.wait_time": "The queue"}}) == "The queue"
    assert choice_label("parking", "nl", {"en": {"choice.parking": "Car park"}}) == "Car park"


@pytest.mark.parametrize(
    ("key", "label"),
    [("call_quality", "Call quality"), ("IT-support", "IT support"), ("__x__", "X"), ("", ""), ("größe", "Größe")],
)
def test_an_unworded_choice_is_called_by_its_key(key: str, label: str) -> None:
    assert choice_label(key, "de") == label


def test_numbered_choices() -> None:
    assert numbered("Which one?", ["Waiting time", "Expertise"]) == "Which one?\n1 Waiting time\n2 Expertise"
    assert numbered("Which?", ["A"], "Reply with the number.") == "Which?\n1 A\nReply with the number."


@pytest.mark.parametrize("locale", LOCALES)
def test_the_words_of_the_web_chat(locale: str) -> None:
    texts = interface(locale, "Acme")
    assert set(texts) >= {"title", "send", "skip", "answer", "closed", "reconnecting", "person_joined", "scale.low"}
    assert "Acme" in texts["title"]
    assert all(text and "{" not in text for text in texts.values())
