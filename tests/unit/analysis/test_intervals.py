"""Tango's interval, and what every interval here must do: hold its level, stay on the scale, mirror."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.analysis.counts import Counts, counts_of, together
from common.analysis.differences import difference
from common.analysis.normal import chi_square_tail, quantile, two_sided
from common.analysis.nps import nps, wilson
from common.analysis.tango import METHOD, tango

COUNTS = st.integers(min_value=0, max_value=5_000)


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        # R package NPS, test = "iterative", on -1..1.
        ((1, 2, 3), -0.3111, 0.7540),
        ((0, 0, 10), 0.4449, 1.0),
        ((40, 110, 350), 0.5614, 0.6718),
    ],
)
def test_tango_gives_the_published_values(counts: tuple[int, int, int], low: float, high: float) -> None:
    result = tango(*counts)
    assert result.low == pytest.approx(100 * low, abs=0.005)
    assert result.high == pytest.approx(100 * high, abs=0.005)
    assert (result.method, result.n) == (METHOD, sum(counts))
    assert result.nps == pytest.approx(nps(*counts).nps)


@pytest.mark.parametrize(
    ("population", "n", "coverage"),
    [((0.05, 0.10, 0.85), 5, 0.958), ((0.05, 0.10, 0.85), 10, 0.953), ((0.02, 0.05, 0.93), 10, 0.962)],
)
def test_tango_holds_its_level_exactly(population: tuple[float, float, float], n: int, coverage: float) -> None:
    d, a, p = population
    covered = 0.0
    for detractors in range(n + 1):
        for passives in range(n + 1 - detractors):
            promoters = n - detractors - passives
            result = tango(detractors, passives, promoters)
            assert result.low is not None
            assert result.high is not None
            if result.low - 1e-9 <= 100 * (p - d) <= result.high + 1e-9:
                ways = math.comb(n, detractors) * math.comb(n - detractors, passives)
                covered += ways * d**detractors * a**passives * p**promoters
    assert covered == pytest.approx(coverage, abs=0.0015)


def test_nobody_has_no_interval() -> None:
    assert (tango(0, 0, 0).nps, tango(0, 0, 0).low, tango(0, 0, 0).high) == (None, None, None)


def test_all_of_one_mind_ends_at_the_end_of_the_scale() -> None:
    assert tango(0, 0, 10).high == 100
    assert tango(10, 0, 0).low == -100


@pytest.mark.parametrize("bad", [-1, True, 2.0, "3", None])
def test_tango_takes_counts_only(bad: object) -> None:
    with pytest.raises(ValueError, match="passives"):
        tango(1, bad, 1)  # type: ignore[arg-type]


@settings(max_examples=100, deadline=None)
@given(COUNTS, COUNTS, COUNTS)
def test_tango_stays_on_the_scale_and_mirrors(detractors: int, passives: int, promoters: int) -> None:
    here, mirrored = tango(detractors, passives, promoters), tango(promoters, passives, detractors)
    if here.nps is None or here.low is None or here.high is None:
        return
    assert mirrored.low is not None
    assert -100 <= here.low <= here.nps <= here.high <= 100
    assert here.high == pytest.approx(-mirrored.low, abs=1e-6)


@pytest.mark.parametrize("n", [30, 120, 600])
@pytest.mark.parametrize("population", [(0.3, 0.3, 0.4), (0.1, 0.2, 0.7), (0.15, 0.6, 0.25)])
def test_coverage_lies_between_93_and_97_percent(population: tuple[float, float, float], n: int) -> None:
    """Simulated: 2,000 samples, a standard error of half a point of percentage."""
    rng, truth = random.Random(f"{population}{n}"), 100 * (population[2] - population[0])
    hits = {"adjusted": 0, "tango": 0, "difference": 0}
    rounds = 2_000
    for _ in range(rounds):
        one, two = _sample(rng, population, n), _sample(rng, population, n)
        for name, result in (("adjusted", nps(*one)), ("tango", tango(*one))):
            assert result.low is not None
            assert result.high is not None
            hits[name] += result.low <= truth <= result.high
        apart = difference(Counts(*one), Counts(*two))
        hits["difference"] += apart.low <= 0 <= apart.high
    for name, count in hits.items():
        assert 0.93 <= count / rounds <= 0.97, name


def _sample(rng: random.Random, population: tuple[float, float, float], n: int) -> tuple[int, int, int]:
    drawn = rng.choices((0, 1, 2), weights=population, k=n)
    return drawn.count(0), drawn.count(1), drawn.count(2)


def test_wilson_gives_what_statsmodels_gives() -> None:
    share = wilson(15, 100)
    assert share.low == pytest.approx(0.0931, abs=5e-5)
    assert share.high == pytest.approx(0.2328, abs=5e-5)


# --- the distributions ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "degrees", "tail"),
    [
        # scipy 1.17.1, stats.chi2.sf
        (3.7, 1, 0.054412467991601404),
        (3.7, 2, 0.1572371663136276),
        (9.2, 3, 0.026746636122088566),
        (9.2, 4, 0.056290280169948054),
        (30.0, 7, 9.495972508134177e-05),
        (0.0, 1, 1.0),
        (0.0, 2, 1.0),
        (0.0, 5, 1.0),
        (120.5, 50, 9.406414925324682e-08),
        (0.3, 9, 0.9999966858902002),
    ],
)
def test_chi_square_tails_are_those_of_scipy(value: float, degrees: int, tail: float) -> None:
    assert chi_square_tail(value, degrees) == pytest.approx(tail, rel=1e-9)


@pytest.mark.parametrize(("value", "degrees"), [(1.0, 0), (-0.1, 3)])
def test_there_is_no_such_chi_square(value: float, degrees: int) -> None:
    with pytest.raises(ValueError, match="degree"):
        chi_square_tail(value, degrees)


def test_normal_tails_are_those_of_scipy() -> None:
    assert two_sided(2.3) == pytest.approx(0.021448220043351618, rel=1e-12)
    assert two_sided(-2.3) == two_sided(2.3)
    assert quantile(0.95) == pytest.approx(1.959963984540054, rel=1e-12)
    assert quantile(0.99) == pytest.approx(2.5758293035489004, rel=1e-12)


# --- counts -----------------------------------------------------------------------------------------------------------


def test_the_variance_is_that_of_the_r_package() -> None:
    assert Counts(1, 1, 1).variance == pytest.approx(10_000 * 2 / 3)
    assert Counts(1, 2, 3).variance == pytest.approx(10_000 * 5 / 9)
    assert math.sqrt(Counts(1, 2, 3).squared_error) == pytest.approx(30.4, abs=0.05)


def test_a_distribution_becomes_counts() -> None:
    assert counts_of([1] * 11) == Counts(7, 2, 2)
    assert counts_of([0, 0, 0, 0, 0, 0, 5, 7, 1, 9, 2]) == Counts(5, 8, 11)
    with pytest.raises(ValueError, match="eleven"):
        counts_of([1] * 10)


def test_groups_add_up() -> None:
    assert together([Counts(1, 2, 3), Counts(4, 5, 6)]) == Counts(5, 7, 9)
    assert together([]).n == 0
