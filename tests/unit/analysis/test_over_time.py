"""Trends and control charts: run lengths against the published ones, slopes against scipy."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from common.analysis.control import Baseline, Cusum, Ewma, baseline_of, cusum, ewma
from common.analysis.counts import Counts
from common.analysis.trend import slope

BASE = Baseline(score=40.0, variance=6_500.0)
NOTHING = Counts(0, 0, 0)


def bucket(score: float, n: float = 100) -> Counts:
    """A bucket with this score."""
    return Counts(n * (0.5 - score / 200), 0, n * (0.5 + score / 200))


def run_length(rng: random.Random, chart: str, shift: float, longest: int) -> int:
    """How many buckets until the chart signals, when the truth lies `shift` standard errors off."""
    error = (BASE.variance / 10_000) ** 0.5
    for start in range(200, longest + 1, 200):
        state = rng.getstate()
        buckets = [bucket(BASE.score + error * rng.gauss(shift, 1), 10_000) for _ in range(start)]
        points: Sequence[Ewma | Cusum] = ewma(buckets, BASE) if chart == "ewma" else cusum(buckets, BASE)
        for place, point in enumerate(points, start=1):
            if point.is_signal:
                return place
        if start < longest:
            rng.setstate(state)
    return longest


@pytest.mark.parametrize(
    ("chart", "shift", "published", "within"),
    [("ewma", 1.0, 10.5, 0.15), ("ewma", 0.5, 41.8, 0.15), ("cusum", 1.0, 10.0, 0.15)],
)
def test_a_shift_is_seen_as_soon_as_published(chart: str, shift: float, published: float, within: float) -> None:
    """R package spc: one standard error after 10.5 buckets (EWMA), half of one after 41.8."""
    rng = random.Random(chart)
    lengths = [run_length(rng, chart, shift, 1_000) for _ in range(600)]
    assert sum(lengths) / len(lengths) == pytest.approx(published, rel=within)


@pytest.mark.parametrize(("chart", "published"), [("ewma", 499.7), ("cusum", 370.1)])
def test_false_alarms_are_as_rare_as_published(chart: str, published: float) -> None:
    """Per 200 buckets of nothing: 1 - (1 - 1/ARL)^200 of the charts cry wolf, within three standard errors."""
    rng, rounds = random.Random(chart), 500
    alarms = sum(run_length(rng, chart, 0.0, 200) < 200 for _ in range(rounds)) / rounds
    expected = 1 - (1 - 1 / published) ** 200
    assert alarms == pytest.approx(expected, abs=3 * (expected * (1 - expected) / rounds) ** 0.5)


def test_an_empty_bucket_carries_over() -> None:
    one, two = ewma([bucket(90), NOTHING], BASE)
    assert one == two
    first, second = cusum([bucket(90), NOTHING], BASE)
    assert first == second


def test_larger_buckets_have_narrower_limits() -> None:
    (small,), (large,) = ewma([bucket(40, 50)], BASE), ewma([bucket(40, 5_000)], BASE)
    assert large.high - large.low < (small.high - small.low) / 9


def test_the_variance_of_unequal_buckets_is_exact() -> None:
    *_, last = ewma([bucket(40, 50), bucket(40, 400)], BASE)
    variance = 0.2**2 * 6_500 / 400 + 0.8**2 * (0.2**2 * 6_500 / 50)
    assert last.high - 40 == pytest.approx(2.962 * variance**0.5)


def test_a_baseline_takes_eight_buckets_and_200_answers() -> None:
    assert baseline_of([bucket(40, 100)] * 7 + [NOTHING] * 5) is None
    assert baseline_of([bucket(40, 20)] * 8) is None
    base = baseline_of([bucket(40, 25)] * 8)
    assert base is not None
    assert base.score == pytest.approx(40)


def test_the_slope_is_that_of_scipy() -> None:
    """curve_fit with sigma; its error with absolute_sigma=False, since these buckets scatter more than chance."""
    found = slope([Counts(10, 20, 30), Counts(12, 18, 33), Counts(9, 20, 40), Counts(20, 15, 25), Counts(8, 22, 44)])
    assert found is not None
    assert found.per_bucket == pytest.approx(1.99550338, rel=1e-6)
    assert (found.high - found.low) / 2 == pytest.approx(1.959963984540054 * 5.072687028526728, rel=1e-5)
    assert found.p > 0.05


def test_quiet_buckets_keep_the_plain_error() -> None:
    found = slope([bucket(10), bucket(20), NOTHING, bucket(40)])
    assert found is not None
    assert found.per_bucket == pytest.approx(10, abs=0.1)
    assert found.low < 10 < found.high


def test_two_buckets_have_no_slope() -> None:
    assert slope([bucket(10), NOTHING, bucket(20)]) is None
