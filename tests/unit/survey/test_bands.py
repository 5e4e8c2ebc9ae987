"""The bands of a score."""

from __future__ import annotations

from decimal import Decimal

import pytest

from common.survey.score import Band, band_of


@pytest.mark.parametrize("score", range(11))
def test_every_score_has_its_band(score: int) -> None:
    expected = [Band.DETRACTOR] * 7 + [Band.PASSIVE] * 2 + [Band.PROMOTER] * 2
    assert band_of(score) is expected[score]


@pytest.mark.parametrize("score", [-1, 11, 100, True, False, 7.0, "7", None, Decimal(7), float("nan")])
def test_what_is_not_a_score_gets_no_band(score: object) -> None:
    with pytest.raises(ValueError, match="whole number from 0 to 10"):
        band_of(score)  # type: ignore[arg-type]


def test_bands_are_the_words_of_the_outside_contract() -> None:
    assert [str(band) for band in Band] == ["detractor", "passive", "promoter"]
