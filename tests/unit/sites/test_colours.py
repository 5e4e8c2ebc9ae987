"""A brand's colour can be read on our ground, whatever colour it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.sites.colours import DARK_GROUND, LEAST, LIGHT_GROUND, contrast, is_colour, legible, mixed, shades

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.48),
        ("#0000ff", "#ffffff", 8.59),
    ],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.005)


@given(colour=COLOURS, ground=st.sampled_from([LIGHT_GROUND, DARK_GROUND]))
def test_every_colour_has_a_legible_shade_with_legible_text(colour: str, ground: str) -> None:
    shade = shades(colour, ground)
    assert contrast(shade.accent, ground) >= LEAST
    assert contrast(shade.ink, shade.accent) >= LEAST - 0.3
    assert is_colour(shade.tint)


@given(colour=COLOURS)
def test_a_colour_that_can_be_read_stays_as_it_is(colour: str) -> None:
    if contrast(colour, LIGHT_GROUND) >= LEAST:
        assert legible(colour, LIGHT_GROUND) == colour


def test_what_is_no_colour() -> None:
    assert not any(map(is_colour, ["", "red", "#fff", "#GGGGGG", "#24479E", "#24479e;}"]))
    assert mixed("#000000", "#ffffff", 0.5) == "#808080"
