"""Survey definitions: defaults filled in, every wrong field named."""

from __future__ import annotations

from typing import Any

import pytest

from common.errors import Invalid
from common.surveys import define


def test_a_brand_is_enough() -> None:
    survey = define("support", 1, {"brand": "Acme"})
    assert [question.key for question in survey.survey.questions] == ["score", "reason", "aspect"]
    assert survey.body["fatigue_days"] == 60
    assert survey.channel_for("sms") == "sms"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "brand"),
        ({"brand": ""}, "brand"),
        ({"kind": "yearly"}, "kind"),
        ({"questions": [{"key": "reason"}]}, "questions"),
        ({"questions": "score"}, "questions"),
        ({"questions": [{"key": "score"}, {"key": "score"}]}, "questions"),
        ({"questions": [{"key": "score"}, {"key": "aspect", "choices": ["one"]}]}, "questions[1].choices"),
        ({"questions": [{"key": "score"}, {"key": "aspect", "choices": ["a", "a"]}]}, "questions[1].choices"),
        ({"questions": [{"key": "score", "choices": ["a", "b"]}]}, "questions[0].choices"),
        ({"questions": [{"key": "score", "weight": 2}]}, "questions[0].weight"),
        ({"channels": {"fax": "sms"}}, "channels.fax"),
        ({"channels": {"voice": "pigeon"}}, "channels.voice"),
        ({"channels": []}, "channels"),
        ({"send_after_s": -1}, "send_after_s"),
        ({"send_after_s": True}, "send_after_s"),
        ({"send_after_s": 80_000, "latest_after_s": 60_000}, "send_after_s"),
        ({"latest_after_s": 86_401}, "latest_after_s"),
        ({"max_attempts": 0}, "max_attempts"),
        ({"quiet_hours": ["21:00"]}, "quiet_hours"),
        ({"quiet_hours": ["21:00", "24:00"]}, "quiet_hours"),
        ({"reminder_after_s": 5}, "reminder_after_s"),
        ({"wording": {"en": {"score": "{{7*7}}{x.__class__}"}}}, "wording.en.score"),
        ({"wording": {"en": {"score": 7}}}, "wording.en.score"),
        ({"wording": "hello"}, "wording"),
        ({"colour": "red"}, "colour"),
        ({"key": "other"}, "key"),
    ],
)
def test_every_wrong_field_is_named(body: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        define("support", 1, {"brand": "Acme"} | body if body else {})
    assert field in {name for name, _ in refusal.value.errors}


def test_a_fourth_question_is_refused_with_the_reason() -> None:
    questions = [{"key": key} for key in ("score", "reason", "aspect", "more")]
    with pytest.raises(Invalid, match="costs answers"):
        define("support", 1, {"brand": "Acme", "questions": questions})


@pytest.mark.parametrize("key", ["", "Support", "a b", "x" * 65])
def test_a_key_is_plain(key: str) -> None:
    with pytest.raises(Invalid):
        define(key, 1, {"brand": "Acme"})


@pytest.mark.parametrize(
    ("forms", "field"),
    [
        (None, "forms"),
        ([], "forms"),
        ({"whatsapp": "123"}, "forms"),
        ({"fax": {"en": "123"}}, "forms.fax"),
        ({"whatsapp": {"en": 123}}, "forms.whatsapp.en"),
        ({"whatsapp": {"en": ""}}, "forms.whatsapp.en"),
        ({"whatsapp": {"en": "1/2"}}, "forms.whatsapp.en"),
        ({"whatsapp": {"?": "123"}}, "forms.whatsapp.?"),
        ({"whatsapp": {"pt_BR": "1", "pt-br": "2"}}, "forms.whatsapp.pt-br"),
    ],
)
def test_a_form_is_named_by_channel_and_language(forms: object, field: str) -> None:
    with pytest.raises(Invalid) as raised:
        define("support", 1, {"brand": "Acme", "forms": forms})
    assert field in [name for name, _ in raised.value.errors]


def test_a_form_is_shown_in_the_customers_language_or_not_at_all() -> None:
    definition = define("support", 1, {"brand": "Acme", "forms": {"whatsapp": {"pt_BR": "1", "en": "2"}}})
    wanted = [definition.form_for("whatsapp", locale) for locale in ("pt-BR", "pt", "en-GB", "nl")]
    assert wanted == ["1", None, "2", None]
    assert definition.form_for("sms", "en") is None
