"""Whose queue, and how urgent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.queue.priority import VALUE_WORDS, Weight, customer_value, priority, rises_at
from common.queue.routing import Arrival, Rule, route

ARRIVAL = Arrival(team="Billing", language="pt-BR", survey="support", reason="detractor")


@pytest.mark.parametrize(
    ("score", "value", "asked", "share", "level"),
    [
        (0, 0, False, 0.0, 1),
        (3, 0, False, 0.0, 1),
        (4, 0, False, 0.0, 2),
        (6, 0, False, 0.0, 2),
        (6, 0, False, 0.99, 2),
        (6, 0, False, 1.0, 1),
        (6, 100, False, 0.0, 1),
        (4, 33, False, 0.0, 2),
        (4, 34, False, 0.0, 1),
        (7, 0, False, 0.0, 3),
        (7, 0, False, 0.5, 2),
        (10, 100, False, 0.0, 3),
        (None, 0, False, 0.0, 3),
        (None, 0, True, 0.0, 1),
        (9, 0, True, 0.0, 1),
    ],
)
def test_the_formula(score: int | None, value: int, asked: bool, share: float, level: int) -> None:
    assert priority(Weight(score=score, value=value, asked=asked), share) == level


def test_a_missed_deadline_comes_first() -> None:
    assert priority(Weight(score=10), 0.0, is_late=True) == 1


@given(st.none() | st.integers(0, 10), st.integers(0, 100), st.booleans(), st.floats(0, 1))
def test_waiting_raises_and_never_lowers(score: int | None, value: int, asked: bool, share: float) -> None:
    weight = Weight(score=score, value=value, asked=asked)
    now, rising = priority(weight, share), rises_at(weight, share)
    assert priority(weight, 1.0) <= now <= priority(weight, 0.0)
    if rising is None:
        assert priority(weight, 1.0) == now
    else:
        assert share < rising <= 1.0
        assert priority(weight, min(rising + 1e-9, 1.0)) == now - 1


@pytest.mark.parametrize(
    ("given_value", "value"),
    [(0, 0), (80, 80), (79.6, 80), (1000, 100), (-5, 0), ("VIP", 100), (" high ", 75), ("?", 0), (True, 0), (None, 0)],
)
def test_what_a_customer_is_worth(given_value: object, value: int) -> None:
    assert customer_value(given_value) == value
    assert max(VALUE_WORDS.values()) == 100


@pytest.mark.parametrize(
    ("rule", "fits"),
    [
        (Rule(name="all"), True),
        (Rule(name="team", teams=frozenset({"billing"})), True),
        (Rule(name="team", teams=frozenset({"Sales", "Shop"})), False),
        (Rule(name="language", languages=frozenset({"pt"})), True),
        (Rule(name="language", languages=frozenset({"PT_br"})), True),
        (Rule(name="language", languages=frozenset({"pt-PT", "p"})), False),
        (Rule(name="survey", surveys=frozenset({"support"})), True),
        (Rule(name="survey", surveys=frozenset({"shop"})), False),
        (Rule(name="reason", reasons=frozenset({"callback"})), False),
        (Rule(name="two", teams=frozenset({"Billing"}), reasons=frozenset({"callback"})), False),
    ],
)
def test_when_a_rule_fits(rule: Rule, fits: bool) -> None:
    assert rule.fits(ARRIVAL) is fits


def test_the_first_rule_that_fits_decides() -> None:
    other = Rule(name="no", surveys=frozenset({"shop"}), to_team="Shop")
    first = Rule(name="Brazil", languages=frozenset({"pt"}), to_team="Lisbon")
    second = Rule(name="all", to_team="Everybody")
    assert route([other, first, second], ARRIVAL) == ("Lisbon", first)
    assert route([other], ARRIVAL) == ("Billing", None)
    assert route([], Arrival(team=None, language="en", survey="s", reason="callback")) == (None, None)
    everyone = Rule(name="everyone", reasons=frozenset({"detractor"}))
    assert route([everyone], ARRIVAL) == (None, everyone)
