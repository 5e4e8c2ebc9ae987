"""Fair comparison: standardisation, the split of a gap, shrinkage, planning, show rules, response rates, repeats."""

from __future__ import annotations

import math
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.analysis.clusters import clustered_error
from common.analysis.counts import Counts, together
from common.analysis.planning import answers_for_change, answers_for_margin
from common.analysis.response_rate import Verdict, bounds_with_the_silent, response_rate
from common.analysis.shown import Shown, shown
from common.analysis.shrinkage import shrunk
from common.analysis.standardise import NotComparable, expected, kitagawa, mix_of, standardise
from common.analysis.trend import is_too_early

# The trap: both channels score +80 for praise and -40 for complaints, but the telephone gets the complaints.
PHONE = {"complaint": Counts(60, 20, 20), "praise": Counts(2, 6, 32)}
CHAT = {"complaint": Counts(24, 8, 8), "praise": Counts(5, 15, 80)}


def test_the_trap_is_seen_through() -> None:
    raw = together(CHAT.values()).score - together(PHONE.values()).score
    assert raw == pytest.approx(49.29, abs=0.01)  # "chat is better by 49 points"
    mix = mix_of({key: PHONE[key] + CHAT[key] for key in PHONE})
    assert standardise(CHAT, mix).score == pytest.approx(standardise(PHONE, mix).score)
    split = kitagawa(PHONE, CHAT)
    assert split.rate == pytest.approx(0, abs=1e-9)
    assert split.mix == pytest.approx(raw)
    everyone = {key: PHONE[key] + CHAT[key] for key in PHONE}
    assert expected(PHONE, everyone) == pytest.approx(together(PHONE.values()).score)


def test_standardising_to_its_own_mix_changes_nothing() -> None:
    result = standardise(PHONE, mix_of(PHONE))
    assert result.score == pytest.approx(together(PHONE.values()).score)
    assert result.low < result.score < result.high


def test_the_standard_error_is_the_weighted_one() -> None:
    mix = {"complaint": 0.25, "praise": 0.75}
    result = standardise(PHONE, mix)
    squared = sum(weight**2 * PHONE[key].adjusted().squared_error for key, weight in mix.items())
    assert (result.high - result.low) / 2 == pytest.approx(1.959963984540054 * math.sqrt(squared))


@pytest.mark.parametrize("given_strata", [{"praise": Counts(1, 1, 1)}, {**CHAT, "complaint": Counts(0, 0, 0)}])
def test_an_empty_stratum_is_refused_by_name(given_strata: dict[str, Counts]) -> None:
    with pytest.raises(NotComparable) as refused:
        standardise(given_strata, {"complaint": 0.5, "praise": 0.5})
    assert refused.value.stratum == "complaint"


def test_a_stratum_without_weight_may_be_empty() -> None:
    assert standardise({"a": Counts(0, 0, 9)}, {"a": 1.0, "b": 0.0}).score == 100


def test_no_answers_have_no_mix() -> None:
    with pytest.raises(ValueError, match="no answers"):
        mix_of({"a": Counts(0, 0, 0)})


@settings(max_examples=100)
@given(st.lists(st.tuples(*[st.integers(0, 50)] * 6), min_size=1, max_size=5))
def test_a_split_adds_up_to_the_gap(rows: list[tuple[int, ...]]) -> None:
    first = {str(place): Counts(*row[:3]) for place, row in enumerate(rows)}
    second = {str(place): Counts(*row[3:]) for place, row in enumerate(rows)}
    one, two = together(first.values()), together(second.values())
    if one.n and two.n:
        split = kitagawa(first, second)
        assert split.gap == pytest.approx(two.score - one.score, abs=1e-6)


def test_small_groups_are_pulled_towards_everyone() -> None:
    everyone = Counts(200, 300, 500)
    assert shrunk(Counts(0, 0, 3), everyone).score == pytest.approx((300 + 10 * 30) / 13)
    assert shrunk(Counts(0, 0, 3000), everyone).score == pytest.approx(99.77, abs=0.01)
    assert shrunk(Counts(0, 0, 0), everyone).score == pytest.approx(everyone.score)


# --- planning ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("margin", "worst", "typical"), [(10, 385, 250), (15, 171, 111), (20, 97, 63), (25, 62, 40)])
def test_answers_for_a_margin(margin: float, worst: int, typical: int) -> None:
    assert answers_for_margin(margin) == worst
    assert answers_for_margin(margin, variance=6_500) == typical


@pytest.mark.parametrize(("points", "answers"), [(10, 1021), (20, 256), (30, 114)])
def test_answers_for_a_change(points: float, answers: int) -> None:
    assert answers_for_change(points) == answers


@pytest.mark.parametrize("plan", [answers_for_margin, answers_for_change])
def test_no_plan_reaches_nothing(plan: object) -> None:
    with pytest.raises(ValueError, match="greater than nothing"):
        plan(0)  # type: ignore[operator]


# --- what may be shown ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("n", "rule"),
    [
        (0, Shown.HIDDEN),
        (4, Shown.HIDDEN),
        (5, Shown.COUNTS),
        (9, Shown.COUNTS),
        (10, Shown.INDICATIVE),
        (29, Shown.INDICATIVE),
        (30, Shown.FULL),
    ],
)
def test_how_much_is_shown(n: int, rule: Shown) -> None:
    assert shown(n) is rule
    assert rule.has_counts == (n >= 5)
    assert rule.has_score == (n >= 10)


@pytest.mark.parametrize(
    ("first_on", "kind", "too_early"),
    [
        (None, "transactional", True),
        (date(2026, 11, 1), "transactional", True),
        (date(2026, 10, 29), "transactional", False),
        (date(2026, 10, 29), "relational", True),
    ],
)
def test_a_change_is_not_judged_too_early(first_on: date | None, kind: str, too_early: bool) -> None:
    assert is_too_early(first_on, date(2026, 10, 29) + timedelta(weeks=4), kind) is too_early


# --- response rates ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scores", "delivered", "verdict"),
    [
        (0, 0, Verdict.TOO_FEW),
        (1, 49, Verdict.TOO_FEW),
        (6, 50, Verdict.MAY_BE_LOW),
        (60, 600, Verdict.LOW),
        (150, 1000, Verdict.FAIR),
        (199, 1000, Verdict.FAIR),
        (200, 1000, Verdict.GOOD),
        (900, 1000, Verdict.GOOD),
    ],
)
def test_the_interval_chooses_the_words(scores: int, delivered: int, verdict: Verdict) -> None:
    assert response_rate(scores, delivered).verdict is verdict


def test_the_silent_could_change_everything() -> None:
    assert list(bounds_with_the_silent(40, 0.15)) == pytest.approx([-79, 91])


# --- customers who answer more than once ------------------------------------------------------------------------------


def test_the_clustered_error_is_the_sandwich() -> None:
    """By hand: mean 20, residues of the customers 240, -240, -20, 60, -120, 80; 6/5 · Σ² = 166,080."""
    customers = [
        Counts(0, 0, 3),
        Counts(2, 0, 0),
        Counts(0, 1, 0),
        Counts(0, 1, 1),
        Counts(1, 0, 0),
        Counts(0, 0, 1),
        Counts(0, 0, 0),
    ]
    squares = 240**2 + 240**2 + 20**2 + 60**2 + 120**2 + 80**2
    assert clustered_error(customers) == pytest.approx(math.sqrt(6 / 5 * squares) / 10)


def test_customers_who_repeat_themselves_make_the_error_larger() -> None:
    same = [Counts(0, 0, 4), Counts(4, 0, 0)] * 10
    apart = [Counts(0, 0, 1), Counts(1, 0, 0)] * 40
    assert together(same) == together(apart)
    assert clustered_error(same) > 1.9 * clustered_error(apart)


def test_one_customer_has_no_error() -> None:
    with pytest.raises(ValueError, match="nobody to vary from"):
        clustered_error([Counts(1, 2, 3)])
