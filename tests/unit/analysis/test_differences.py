"""Differences between groups: signed, exact where small, and many at once."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.analysis.counts import Counts
from common.analysis.differences import (
    SMALL,
    chance_of,
    cochran,
    compare,
    difference,
    holm,
    permutation_p,
)

SOME = st.integers(min_value=0, max_value=400)
FEW = st.integers(min_value=0, max_value=3)


def test_a_difference_has_a_sign_and_is_the_raw_one() -> None:
    worse, better = Counts(30, 20, 10), Counts(10, 20, 30)
    up, down = difference(worse, better), difference(better, worse)
    assert up.points == pytest.approx(200 / 3)
    assert down.points == pytest.approx(-200 / 3)
    assert up.p == pytest.approx(down.p)
    assert up.low == pytest.approx(-down.high)
    assert up.high == pytest.approx(-down.low)


def test_the_interval_is_centred_on_the_adjusted_difference() -> None:
    first, second = Counts(2, 4, 6), Counts(5, 7, 6)
    result = difference(first, second, 0.5)
    centre = (result.low + result.high) / 2
    assert centre == pytest.approx(second.adjusted().score - first.adjusted().score)
    assert abs(centre) < abs(result.points)


@settings(max_examples=200)
@given(SOME, SOME, SOME, SOME, SOME, SOME)
def test_test_and_interval_never_disagree(a: int, b: int, c: int, d: int, e: int, f: int) -> None:
    if a + b + c == 0 or d + e + f == 0:
        return
    result = difference(Counts(a, b, c), Counts(d, e, f))
    assert -200 <= result.low <= result.high <= 200
    if abs(result.p - 0.05) > 1e-9:
        assert (result.p < 0.05) == (not result.low <= 0 <= result.high)


@pytest.mark.parametrize(("first", "second"), [(Counts(0, 0, 0), Counts(1, 0, 0)), (Counts(1, 0, 0), Counts(0, 0, 0))])
def test_nobody_cannot_be_compared(first: Counts, second: Counts) -> None:
    with pytest.raises(ValueError, match="without answers"):
        difference(first, second)


@settings(max_examples=60, deadline=None)
@given(FEW, FEW, FEW, FEW, FEW, FEW)
def test_the_exact_test_is_a_count_of_all_deals(a: int, b: int, c: int, d: int, e: int, f: int) -> None:
    first, second = [-1] * a + [0] * b + [1] * c, [-1] * d + [0] * e + [1] * f
    if not 1 <= len(first) <= 4 or not 1 <= len(second) <= 5:
        return
    pool, seen = first + second, abs(sum(first) * len(second) - sum(second) * len(first))
    deals = list(itertools.combinations(range(len(pool)), len(first)))
    as_far = 0
    for deal in deals:
        balance = sum(pool[place] for place in deal)
        as_far += abs(balance * len(second) - (sum(pool) - balance) * len(first)) >= seen
    assert permutation_p(Counts(a, b, c), Counts(d, e, f)) == pytest.approx(as_far / len(deals))


def test_equal_groups_are_no_surprise() -> None:
    assert permutation_p(Counts(2, 3, 4), Counts(4, 6, 8)) == 1.0


def test_the_exact_test_holds_its_level() -> None:
    rng, rejected = random.Random(3), 0
    for _ in range(1_500):
        one, two = (rng.choices((0, 1, 2), weights=(2, 3, 5), k=12) for _ in range(2))
        groups = [Counts(drawn.count(0), drawn.count(1), drawn.count(2)) for drawn in (one, two)]
        rejected += permutation_p(*groups) < 0.05
    assert rejected / 1_500 <= 0.065


def test_small_groups_are_tested_exactly() -> None:
    few, many = Counts(2, 2, SMALL - 5), Counts(100, 100, 100)
    assert chance_of(few, many) == permutation_p(few, many)
    assert chance_of(many, many) == difference(many, many).p


def test_cochrans_q_is_that_of_numpy_and_scipy() -> None:
    groups = [Counts(10, 20, 30), Counts(12, 18, 33), Counts(9, 20, 40), Counts(20, 15, 25), Counts(8, 22, 44)]
    found = cochran(groups)
    assert found.q == pytest.approx(9.67473751559915, rel=1e-10)
    assert found.degrees == 4
    assert found.p == pytest.approx(0.046277998849575036, rel=1e-9)


def test_one_group_is_not_compared() -> None:
    with pytest.raises(ValueError, match="one group"):
        cochran([Counts(1, 1, 1)])


def test_holm_gives_the_textbook_values() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.6, 0.7]) == [1.0, 1.0]
    assert holm([]) == []


def test_pairs_are_named_only_when_the_whole_differs() -> None:
    alike = {"a": Counts(20, 30, 50), "b": Counts(21, 30, 49), "c": Counts(19, 31, 50)}
    whole, pairs = compare(alike)
    assert whole.p > 0.05
    assert pairs == []
    whole, pairs = compare(alike | {"d": Counts(80, 10, 10)})
    assert whole.p < 0.001
    assert {(pair.first, pair.second) for pair in pairs} == {("a", "d"), ("b", "d"), ("c", "d")}
    assert all(pair.points < 0 and pair.p < 0.05 for pair in pairs)
