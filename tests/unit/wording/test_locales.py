"""Which language to speak."""

from __future__ import annotations

import pytest

from common.wording import LOCALES, is_right_to_left, resolve_locale


@pytest.mark.parametrize(
    ("wanted", "default", "spoken"),
    [
        ("nl", "en", "nl"),
        ("nl_BE", "en", "nl"),
        ("pt-BR", "en", "pt"),
        ("PT", "en", "pt"),
        ("zh-Hant-TW", "en", "zh"),
        ("cmn-Hans", "en", "zh"),
        ("in", "en", "id"),
        ("de_DE.UTF-8", "en", "de"),
        ("fr@euro", "en", "fr"),
        ("fr-CH, fr;q=0.9", "en", "fr"),
        (" tr ", "en", "tr"),
        ("sv", "de_AT", "de"),
        (None, "fr", "fr"),
        ("", "fr", "fr"),
        ("english", "nl", "nl"),
        ("x" * 10_000, "nl", "nl"),
        ("../../etc/passwd", "nl", "nl"),
        ("nl\x00", "en", "en"),
        ("sv", "xx", "en"),
        (None, "", "en"),
    ],
)
def test_the_nearest_language_we_have(wanted: str | None, default: str, spoken: str) -> None:
    assert resolve_locale(wanted, default) == spoken


def test_languages_that_a_survey_brings_itself_count() -> None:
    offered = ["sv", "pt_BR", "not a locale"]
    assert resolve_locale("sv-FI", "en", offered) == "sv"
    assert resolve_locale("pt-br", "en", offered) == "pt_BR"
    assert resolve_locale("pt-PT", "en", offered) == "pt"


@pytest.mark.parametrize("locale", ["ar", "ar_EG", "he", "fa-IR", "ur", "pa-Arab", "az-Arab-IR", "ckb"])
def test_right_to_left(locale: str) -> None:
    assert is_right_to_left(locale)


@pytest.mark.parametrize("locale", ["en", "ar-Latn", "pa", "", "?", "tr", "zh-Hant", "de-1996"])
def test_left_to_right(locale: str) -> None:
    assert not is_right_to_left(locale)


def test_sixteen_languages_are_shipped() -> None:
    assert sorted(LOCALES) == sorted("en nl de fr es pt it pl tr ru ar hi id zh ja ko".split())  # noqa: SIM905
