"""Closed choices: by number, by words, by key."""

from __future__ import annotations

import pytest

from common.survey.reading import Option, read_choice

ASPECTS = [
    Option(key="wait_time", label="Waiting time"),
    Option(key="expertise", label="Expertise"),
    Option(key="solution", label="Solution"),
    Option(key="friendliness", label="Friendliness"),
]
DUTCH = [
    Option(key="wait_time", label="Wachttijd"),
    Option(key="expertise", label="Deskundigheid"),
    Option(key="solution", label="Oplossing"),
    Option(key="friendliness", label="Vriendelijkheid"),
]
FRENCH = [
    Option(key="wait_time", label="Temps d'attente"),
    Option(key="expertise", label="Compétence"),
    Option(key="solution", label="Résolution"),
    Option(key="friendliness", label="Amabilité"),
]
JAPANESE = [
    Option(key="wait_time", label="待ち時間"),
    Option(key="expertise", label="専門知識"),
    Option(key="solution", label="解決"),
    Option(key="friendliness", label="親切さ"),
]

ENGLISH_TABLE = [
    ("1", "wait_time"),
    ("2", "expertise"),
    ("4", "friendliness"),
    ("2️⃣", "expertise"),
    ("٣", "solution"),
    ("３", "solution"),
    ("③", "solution"),
    ("3.", "solution"),
    ("3)", "solution"),
    ("#2", "expertise"),
    (" 2 ", "expertise"),
    ("2 please", "expertise"),
    ("2 thanks", "expertise"),
    ("option 2", "expertise"),
    ("number 3", "solution"),
    ("one", "wait_time"),
    ("two", "expertise"),
    ("the second one", "expertise"),
    ("first", "wait_time"),
    ("4th", "friendliness"),
    ("1. Waiting time", "wait_time"),
    ("1 waiting time", "wait_time"),
    ("Waiting time", "wait_time"),
    ("waiting TIME!", "wait_time"),
    ("wait_time", "wait_time"),
    ("wait", "wait_time"),
    ("the waiting", "wait_time"),
    ("waiting", "wait_time"),
    ("Expertise", "expertise"),
    ("expert", "expertise"),
    ("it was the solution", "solution"),
    ("friendly", "friendliness"),
    ("the friendly staff", "friendliness"),
    ("0", None),
    ("5", None),
    ("11", None),
    ("-1", None),
    ("1.5", None),
    ("1-2", None),
    ("1 or 2", None),
    ("1 and 2", None),
    ("50%", None),
    ("1½", None),
    ("2 hours", None),
    ("1 expertise", None),
    ("wait and expertise", None),
    ("not the waiting time", None),
    ("none of these", None),
    ("", None),
    ("   ", None),
    ("👍", None),
    ("everything was fine", None),
    ("s", None),
]


@pytest.mark.parametrize(("text", "key"), ENGLISH_TABLE, ids=[row[0] or "empty" for row in ENGLISH_TABLE])
def test_english(text: str, key: str | None) -> None:
    assert read_choice(text, ASPECTS) == key


@pytest.mark.parametrize(
    ("text", "options", "locale", "key"),
    [
        ("wachttijd", DUTCH, "nl", "wait_time"),
        ("twee", DUTCH, "nl", "expertise"),
        ("een", DUTCH, "nl", "wait_time"),
        ("de tweede", DUTCH, "nl", "expertise"),
        ("oplossing graag", DUTCH, "nl", "solution"),
        ("deskundig", DUTCH, "nl", "expertise"),
        ("vriendelijk", DUTCH, "nl", "friendliness"),
        ("competence", FRENCH, "fr", "expertise"),
        ("COMPÉTENCE", FRENCH, "fr", "expertise"),
        ("l'attente", FRENCH, "fr", "wait_time"),
        ("attente", FRENCH, "fr", "wait_time"),
        ("deux", FRENCH, "fr", "expertise"),
        ("la deuxième", FRENCH, "fr", "expertise"),
        ("待ち時間", JAPANESE, "ja", "wait_time"),
        ("待ち", JAPANESE, "ja", "wait_time"),
        ("2番", JAPANESE, "ja", "expertise"),
        ("二", JAPANESE, "ja", "expertise"),
        ("二番", JAPANESE, "ja", "expertise"),
        ("3", JAPANESE, "ja", "solution"),
        ("解決です", JAPANESE, "ja", "solution"),
        ("dos", ASPECTS, "es", "expertise"),
        ("zwei", ASPECTS, "de", "expertise"),
        ("اثنين", ASPECTS, "ar", "expertise"),
        ("два", ASPECTS, "ru", "expertise"),
        ("drei", ASPECTS, "en", "solution"),
    ],
)
def test_other_languages(text: str, options: list[Option], locale: str, key: str | None) -> None:
    assert read_choice(text, options, locale) == key


def test_ambiguous_part_of_two_labels() -> None:
    options = [Option(key="a", label="Waiting time"), Option(key="b", label="Response time")]
    assert read_choice("time", options) is None
    assert read_choice("response", options) == "b"


def test_articles_of_a_label_choose_nothing() -> None:
    options = [Option(key="wait_time", label="Waiting time"), Option(key="solution", label="The solution")]
    assert read_choice("and the waiting time was over an hour", options) == "wait_time"
    assert read_choice("the staff", options) is None


def test_no_options() -> None:
    assert read_choice("1", []) is None
