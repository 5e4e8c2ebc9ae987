"""The same seed, the same people; and what must come of them follows from what they say."""

from __future__ import annotations

from collections import Counter

import pytest

from common.survey.reading import Intent, read_correction, read_intent, read_score
from zeroten.simulation import phrases
from zeroten.simulation.population import make_population
from zeroten.simulation.scripts import SMS, TELEGRAM, WEBCHAT, WHATSAPP, Customer

PEOPLE = make_population(300, 7)


def test_a_seed_tells_the_same_people_again() -> None:
    assert make_population(40, 7) == make_population(40, 7)
    assert make_population(40, 7) != make_population(40, 8)


def test_every_story_is_told_and_both_channels_are_used() -> None:
    assert len({customer.kind for customer in PEOPLE}) > 16
    channels = Counter(customer.channel for customer in PEOPLE)
    assert 40 < channels[WEBCHAT] < 120 < channels[SMS]


def test_whatsapp_takes_its_share_and_leaves_the_others_as_they_were() -> None:
    some = make_population(300, 7, telegram=0.2, whatsapp=0.25)
    chats = [customer.chat for customer in some if customer.channel == WHATSAPP]
    assert 40 < len(chats) < 120
    assert len(set(chats)) == len(chats)
    assert all(
        customer.interaction["customer"]["phone"] == customer.chat for customer in some if customer.channel == WHATSAPP
    )
    new = (TELEGRAM, WHATSAPP)
    assert all(theirs == ours for theirs, ours in zip(some, PEOPLE, strict=True) if theirs.channel not in new)


def test_telegram_takes_its_share_and_leaves_the_others_as_they_were() -> None:
    some = make_population(300, 7, telegram=0.2)
    chats = [customer.chat for customer in some if customer.channel == TELEGRAM]
    assert 30 < len(chats) < 100
    assert len(set(chats)) == len(chats)
    assert all(theirs == ours for theirs, ours in zip(some, PEOPLE, strict=True) if theirs.channel not in (TELEGRAM,))


def test_nobody_shares_an_id_or_a_phone() -> None:
    assert len({customer.id for customer in PEOPLE}) == len(PEOPLE)
    phones = [customer.phone for customer in PEOPLE if customer.phone]
    assert len(set(phones)) == len(phones)
    others = {customer.phone for customer in make_population(300, 7, prefix="again")}
    assert not others & set(phones)


@pytest.mark.parametrize("customer", PEOPLE[:80], ids=lambda customer: f"{customer.number}-{customer.kind}")
def test_an_expected_ticket_has_its_cause(customer: Customer) -> None:
    expected = customer.expected
    if expected.score is not None and expected.score <= 6:
        assert expected.ticket
    assert (expected.decision == "suppress") == (expected.outcome is None)
    assert customer.returns == expected.opts_out
    assert [act.after for act in customer.acts] == sorted(act.after for act in customer.acts)


@pytest.mark.parametrize("locale", sorted(set(phrases.LOCALES)))
def test_scores_are_said_so_that_any_reader_takes_them_the_same_way(locale: str) -> None:
    import random

    for seed in range(60):
        score = seed % 11
        words = phrases.score_words(random.Random(seed), locale, score)
        assert read_score(words, locale).score == score, words


def test_wishes_are_beyond_doubt() -> None:
    assert {read_intent(words, "en") for words in phrases.STOP_KEYWORDS + phrases.STOP_WORDS} == {Intent.OPT_OUT}
    assert {read_intent(words, "en") for words in phrases.HUMAN} == {Intent.HUMAN}
    assert {read_intent(words, locale) for locale, words in phrases.SKIPS.items()} == {Intent.SKIP}
    assert {read_intent(words, "en") for words in phrases.UNCLEAR} == {None}
    assert {read_score(words, "en").score for words in phrases.UNCLEAR} == {None}
    assert read_correction(phrases.CORRECTION.format(score=4), "en") == 4
