"""The net promoter score and its interval, against published figures, exact coverage and hostile input."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.analysis.nps import METHOD, nps, wilson

COUNTS = st.integers(min_value=0, max_value=100_000)
LEVELS = st.floats(min_value=0.01, max_value=0.999)


@pytest.mark.parametrize(
    ("counts", "point", "low", "high"),
    [
        # From the R package NPS (method "adjusted Wald"), on -1..1; that package does not clip: 1.0634 there is 1 here.
        ((1, 2, 3), 1 / 3, -0.2674, 0.7119),
        ((0, 0, 10), 1.0, 0.4750, 1.0),
        ((40, 110, 350), 0.62, 0.5611, 0.6715),
    ],
)
def test_reference_values(counts: tuple[int, int, int], point: float, low: float, high: float) -> None:
    result = nps(*counts)
    assert result.nps == pytest.approx(100 * point, abs=1e-9)
    assert result.low == pytest.approx(100 * low, abs=0.005)
    assert result.high == pytest.approx(100 * high, abs=0.005)
    assert result.n == sum(counts)
    assert result.method == METHOD


def test_figures_are_not_rounded() -> None:
    assert nps(1, 2, 3).nps == 100 * 2 / 6


def test_one_answer_is_no_evidence_for_100() -> None:
    result = nps(0, 0, 1)
    assert result.nps == 100
    assert result.low == pytest.approx(-48.5, abs=0.01)
    assert result.high == pytest.approx(98.5, abs=0.01)


def test_no_answers_give_no_figure() -> None:
    result = nps(0, 0, 0)
    assert (result.nps, result.low, result.high, result.n) == (None, None, None, 0)


@pytest.mark.parametrize(
    ("population", "n", "coverage"),
    [
        ((0.05, 0.10, 0.85), 5, 0.897),
        ((0.05, 0.10, 0.85), 10, 0.945),
        ((0.05, 0.10, 0.85), 20, 0.963),
        ((0.02, 0.05, 0.93), 10, 0.962),
        ((0.33, 0.34, 0.33), 10, 0.962),
    ],
)
def test_exact_coverage(population: tuple[float, float, float], n: int, coverage: float) -> None:
    """Every possible sample, weighted by its probability: how often the interval holds the true score."""
    d, a, p = population
    covered = 0.0
    for detractors in range(n + 1):
        for passives in range(n + 1 - detractors):
            promoters = n - detractors - passives
            ways = math.comb(n, detractors) * math.comb(n - detractors, passives)
            result = nps(detractors, passives, promoters)
            assert result.low is not None
            assert result.high is not None
            if result.low <= 100 * (p - d) <= result.high:
                covered += ways * d**detractors * a**passives * p**promoters
    assert covered == pytest.approx(coverage, abs=0.0015)


@settings(max_examples=200)
@given(COUNTS, COUNTS, COUNTS, LEVELS)
def test_interval_stays_on_the_scale_and_mirrors(detractors: int, passives: int, promoters: int, level: float) -> None:
    here, mirrored = nps(detractors, passives, promoters, level), nps(promoters, passives, detractors, level)
    if here.nps is None or here.low is None or here.high is None:
        assert detractors + passives + promoters == 0
        return
    assert mirrored.low is not None
    assert mirrored.high is not None
    assert -100 <= here.low <= here.high <= 100
    assert -100 <= here.nps <= 100
    assert here.low == pytest.approx(-mirrored.high)
    assert here.high == pytest.approx(-mirrored.low)


@settings(max_examples=100)
@given(COUNTS, COUNTS, COUNTS)
def test_a_higher_level_gives_a_wider_interval(detractors: int, passives: int, promoters: int) -> None:
    narrow, wide = nps(detractors, passives, promoters, 0.8), nps(detractors, passives, promoters, 0.99)
    if narrow.low is None or narrow.high is None or wide.low is None or wide.high is None:
        assert detractors + passives + promoters == 0
        return
    assert wide.low <= narrow.low
    assert narrow.high <= wide.high


def test_enormous_counts_do_not_lose_their_variance() -> None:
    result = nps(0, 0, 2**53)
    assert result.nps == 100
    assert result.high == 100
    assert result.low is not None
    assert 99.99 < result.low < 100


@pytest.mark.parametrize("level", [1e-300, 1 - 2**-53])
def test_extreme_levels_are_finite(level: float) -> None:
    result = nps(1, 2, 3, level)
    assert result.low is not None
    assert result.high is not None
    assert math.isfinite(result.low)
    assert math.isfinite(result.high)


@pytest.mark.parametrize("count", [-1, True, False, 1.0, float("nan"), float("inf"), "3", None, 2**53 + 1, 10**400])
@pytest.mark.parametrize("position", [0, 1, 2])
def test_what_is_not_a_count_is_refused_by_name(count: object, position: int) -> None:
    counts: list[object] = [1, 2, 3]
    counts[position] = count
    with pytest.raises(ValueError, match=("detractors", "passives", "promoters")[position]):
        nps(*counts)  # type: ignore[arg-type]


@pytest.mark.parametrize("level", [0, 1, 0.0, 1.0, -0.5, 1.5, 95, True, float("nan"), float("inf"), "0.95", None])
def test_what_is_not_a_level_is_refused(level: object) -> None:
    with pytest.raises(ValueError, match="level"):
        nps(1, 2, 3, level)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="level"):
        wilson(1, 2, level)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        # Newcombe (1998), Statistics in Medicine 17, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_against_published_values(successes: int, n: int, low: float, high: float) -> None:
    result = wilson(successes, n)
    assert result.share == successes / n
    assert result.low == pytest.approx(low, abs=0.00005)
    assert result.high == pytest.approx(high, abs=0.00005)


def test_wilson_says_exactly_nothing_and_exactly_all() -> None:
    assert wilson(0, 7).low == 0.0
    assert wilson(7, 7).high == 1.0
    nothing = wilson(0, 0)
    assert (nothing.share, nothing.low, nothing.high, nothing.n) == (None, None, None, 0)


@given(st.integers(0, 10_000), st.integers(0, 10_000), LEVELS)
def test_wilson_holds_its_own_share(one: int, other: int, level: float) -> None:
    successes, n = sorted((one, other))
    result = wilson(successes, n, level)
    if result.share is None or result.low is None or result.high is None:
        assert n == 0
        return
    assert 0 <= result.low <= result.share <= result.high <= 1


def test_wilson_refuses_the_impossible() -> None:
    with pytest.raises(ValueError, match="impossible"):
        wilson(3, 2)
    with pytest.raises(ValueError, match="successes"):
        wilson(-1, 2)
    with pytest.raises(ValueError, match="n must"):
        wilson(0, -2)
