"""Shares, states by their rule, rising themes, and candidates that are offered once."""

from __future__ import annotations

import pytest

from common.themes.candidates import Candidate, Comment, likeness, propose, unlike
from common.themes.shares import Reach, change_of_share
from common.themes.tracking import ThemeState, is_rising, judge


def reach(count: int, base: int = 100) -> Reach:
    return Reach(count=count, base=base)


def test_too_few_are_not_shown() -> None:
    assert [reach(4).is_shown, reach(5).is_shown, reach(5, 251).is_shown] == [False, True, False]
    assert (reach(15).rate.low, reach(15).rate.high) == pytest.approx((0.0931, 0.2328), abs=1e-4)
    # 30 of 200 against 15 of 200: z = 2.373, p = 0.0176
    assert change_of_share(reach(30, 200), reach(15, 200)) == pytest.approx(0.0176, abs=2e-4)


@pytest.mark.parametrize(
    ("state", "after", "becomes"),
    [
        (ThemeState.SHIPPED, [], ThemeState.SHIPPED),
        (ThemeState.SHIPPED, [reach(5)], ThemeState.WATCHING),  # one wave is not enough
        (ThemeState.SHIPPED, [reach(5), reach(4)], ThemeState.RESOLVED),
        (ThemeState.WATCHING, [reach(2, 10), reach(1, 10)], ThemeState.WATCHING),  # too few comments
        (ThemeState.WATCHING, [reach(28), reach(30)], ThemeState.WATCHING),
        (ThemeState.RESOLVED, [reach(5), reach(4), reach(30), reach(28)], ThemeState.REGRESSED),
        (ThemeState.RESOLVED, [reach(5), reach(4), reach(6), reach(5)], ThemeState.RESOLVED),
        (ThemeState.REGRESSED, [reach(30), reach(28), reach(3), reach(4)], ThemeState.RESOLVED),
        (ThemeState.OPEN, [reach(5), reach(4)], ThemeState.FADED),
        (ThemeState.FADED, [reach(30), reach(31)], ThemeState.OPEN),
        (ThemeState.PLANNED, [reach(5), reach(4)], ThemeState.PLANNED),
    ],
)
def test_the_figures_say_what_became_of_it(state: ThemeState, after: list[Reach], becomes: ThemeState) -> None:
    assert judge(state, reach(30), after) is becomes


def test_a_theme_rises_by_more_than_chance() -> None:
    assert is_rising([reach(10), reach(11), reach(9), reach(10), reach(25)])
    assert not is_rising([reach(10), reach(11), reach(9), reach(10), reach(14)])
    assert not is_rising([reach(10), reach(11), reach(9), reach(10), reach(2, 10)])
    assert not is_rising([reach(25), reach(25), reach(25), reach(25), reach(10)])


def comments() -> list[Comment]:
    parking = [f"the parking garage was full again level {number}" for number in range(30)]
    gifts = [f"my voucher and gift card code expired number {number}" for number in range(25)]
    return [Comment(id=f"c-{place}", text=text) for place, text in enumerate([*parking, *gifts])]


def test_candidates_have_words_and_quotes_and_are_not_offered_again() -> None:
    first = propose(comments())
    assert [len(each.members) for each in first] == [30, 25]
    assert {"parking", "garage"} <= set(first[0].words)
    assert {"voucher", "gift"} <= set(first[1].words)
    assert all(set(each.quotes) <= each.members for each in first)
    more = [
        *comments(),
        *(
            Comment(id=f"n-{number}", text=f"the parking garage was full again level {number + 30}")
            for number in range(6)
        ),
    ]
    assert unlike(propose(more), first) == []  # a tenth more comments is no new theme
    assert unlike(propose(comments()), []) == first
    assert propose(comments()[:10]) == []


def test_likeness_is_the_larger_of_members_and_words() -> None:
    one = Candidate(words={"a": 1.0}, members=frozenset("xy"), quotes=())
    other = Candidate(words={"b": 1.0}, members=frozenset("xyz"), quotes=())
    assert likeness(one, other) == pytest.approx(2 / 3)
    assert likeness(one, Candidate(words={"a": 2.0}, members=frozenset("q"), quotes=())) == pytest.approx(1)
