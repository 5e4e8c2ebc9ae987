"""The shipped words: complete, consistent in all languages, and of a size that a text message bears."""

from __future__ import annotations

import re
import unicodedata
from importlib.resources import files

import pytest

from common.wording import LOCALES, Encoding, check_wording, is_right_to_left, say, sms_segments
from common.wording.catalogue import shipped
from common.wording.placeholders import placeholders_in

KEYS = sorted(shipped("en"))
SCRIPTS = {"ru": "CYRILLIC", "ar": "ARABIC", "hi": "DEVANAGARI", "zh": "CJK", "ja": "HIRAGANA", "ko": "HANGUL"}


def test_every_file_is_a_language_and_every_language_a_file() -> None:
    names = {entry.name for entry in files("common.wording").joinpath("catalogues").iterdir()}
    assert names == {f"{locale}.toml" for locale in LOCALES}
    assert not shipped("../../pyproject")


@pytest.mark.parametrize("locale", LOCALES)
def test_every_language_has_every_key_with_the_same_placeholders(locale: str) -> None:
    words = shipped(locale)
    assert sorted(words) == KEYS
    for key in KEYS:
        check_wording(words[key])
        assert placeholders_in(words[key]) == placeholders_in(shipped("en")[key]), key
        assert words[key] == words[key].strip()
        assert unicodedata.is_normalized("NFC", words[key]), key


@pytest.mark.parametrize("locale", LOCALES)
def test_nothing_is_left_in_english(locale: str) -> None:
    same = [key for key in KEYS if shipped(locale)[key] == shipped("en")[key]]
    assert locale == "en" or same in ([], ["ui.conversation"])  # French has the same word
    script = SCRIPTS.get(locale)
    if script:
        for text in shipped(locale).values():
            letters = re.sub(r"\{\w+\}|STOP|START", "", text)
            assert any(script in unicodedata.name(letter, "") for letter in letters) or locale == "ja", text


@pytest.mark.parametrize("locale", LOCALES)
def test_numbers_and_carrier_words_are_where_they_must_be(locale: str) -> None:
    words = shipped(locale)
    for key in KEYS:
        asks_for_a_number = key.startswith("score") and not key.endswith(".webchat")
        if asks_for_a_number or key in {"score.again.webchat", "scale.hint", "ui.choose_score"}:
            assert re.findall(r"\d+", words[key]) == ["0", "10"], key
    assert "STOP" in words["score.sms"]
    assert "STOP" in words["opted_in"]
    assert "START" in words["opted_out"]
    assert "STOP" not in words["opted_out"]


@pytest.mark.parametrize("locale", LOCALES)
def test_the_first_text_message_is_short(locale: str) -> None:
    size = sms_segments(say("score", locale=locale, channel="sms", brand="Acme Bank"))
    # Alphabets outside GSM-7 have 70 characters for one part; nothing natural fits in several of them.
    assert size.parts == (2 if locale in {"pl", "tr", "ru", "ar", "hi"} else 1), size
    in_gsm = {"en", "nl", "de", "fr", "es", "pt", "it", "id"}
    assert size.encoding is (Encoding.GSM_7 if locale in in_gsm else Encoding.UCS_2)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("key", [key for key in KEYS if key.startswith(("reason", "closing", "opted", "human"))])
def test_no_other_message_is_longer_than_two_parts(locale: str, key: str) -> None:
    assert sms_segments(say(key, locale=locale, channel="sms", brand="Acme Bank")).parts <= 2


@pytest.mark.parametrize("locale", LOCALES)
def test_labels_fit_the_buttons_of_every_channel(locale: str) -> None:
    for key in KEYS:
        if key.startswith("choice.") and key != "choice.hint":
            assert len(shipped(locale)[key]) <= 20  # WhatsApp's reply buttons, the narrowest


def test_the_default_conversation_of_the_outside_contract() -> None:
    def words(prompt: str, channel: str = "whatsapp") -> str:
        return say(prompt, locale="en", channel=channel, brand="Acme")

    question = "How likely are you to recommend Acme to a friend or colleague?"
    assert words("score") == f"{question} Reply with a number from 0 to 10."
    assert words("score", "sms") == f"{question} Reply with a number from 0 to 10. STOP to opt out."
    assert words("score", "webchat") == question
    assert "press" in words("score", "voice").lower()
    assert "eply" not in words("score", "voice")
    assert words("reason") == "What is the main reason for your score?"
    assert "A person will read this and may reply to you here." in words("closing.detractor")


def test_only_arabic_runs_from_right_to_left() -> None:
    assert [locale for locale in LOCALES if is_right_to_left(locale)] == ["ar"]
