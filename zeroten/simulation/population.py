"""A seeded population: the same seed, the same people saying the same things."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from zlib import crc32

from zeroten.simulation import phrases
from zeroten.simulation.scripts import ANYTHING, BUTTONS, SMS, TELEGRAM, WEBCHAT, WHATSAPP, Act, Customer, Expected
from zeroten.simulation.variations import channel_of, chat_of, vary

DETRACTOR, HUMAN, AFTER_CLOSE = "detractor", "human_requested", "reply_after_close"
QUESTIONS = ("score", "reason", "aspect")
NAMES = ("Ana", "Bram", "Chloé", "Daan", "Elif", "Femke", "Goran", "Hanna", "Igor", "Jules", "Kadir", "Lena")
TEAMS = (("a-1", "Joost", "billing"), ("a-2", "Maya", "billing"), ("a-3", "Rui", "technical"), ("a-4", "Nina", "sales"))
TOPICS = ("invoice", "outage", "move", "new order")
WEBCHAT_SHARE = 0.25
ECHO_SHARE = 0.08
"""How many of those who are asked have contact twice."""

Story = tuple[tuple[Act, ...], Expected]


class _Teller:
    """Writes the story of one customer."""

    def __init__(self, chance: random.Random, number: int, channel: str, locale: str) -> None:
        self.chance = chance
        self.number = number
        self.channel = channel
        self.locale = locale

    # --- single acts ----------------------------------------------------------------------------------------------

    def _wait(self) -> float:
        return round(self.chance.choice((0.5, 1, 2, 5, 15)) * self.chance.uniform(0.5, 1.5), 1)

    def _score(self, after: int, score: int, *, times: int = 1, is_late: bool = False) -> Act:
        words = phrases.score_words(self.chance, self.locale, score)
        return Act(
            after=after,
            say=words,
            tap=str(score) if self.channel in BUTTONS and self.chance.random() < 0.7 and not is_late else "",
            question="score",
            times=times,
            wait_min=self._wait(),
            is_late=is_late,
        )

    def _reason(self, after: int, words: str, *, times: int = 1, is_late: bool = False) -> Act:
        return Act(after=after, say=words, question="reason", times=times, wait_min=self._wait(), is_late=is_late)

    def _aspect(self, after: int, key: str, *, times: int = 1) -> Act:
        number = str(phrases.ASPECTS.index(key) + 1)
        tap = key if self.channel in BUTTONS else ""
        return Act(after=after, say=number, tap=tap, question="aspect", times=times, wait_min=self._wait())

    def _skip(self, after: int, question: str) -> Act:
        tap = "skip" if self.channel in BUTTONS else ""
        return Act(after=after, say=phrases.SKIPS[self.locale], tap=tap, question=question, wait_min=self._wait())

    def _say(self, after: int, words: str) -> Act:
        return Act(after=after, say=words, wait_min=self._wait())

    # --- whole stories --------------------------------------------------------------------------------------------

    def _figures(self, low: int, high: int) -> tuple[int, str, str]:
        score = self.chance.randint(low, high)
        return score, phrases.reason_words(self.chance, score, self.number), self.chance.choice(phrases.ASPECTS)

    def full(self, low: int, high: int) -> Story:
        score, reason, aspect = self._figures(low, high)
        acts = (self._score(1, score), self._reason(2, reason), self._aspect(3, aspect))
        return acts, _complete(score, reason, aspect)

    def promoter(self) -> Story:
        return self.full(9, 10)

    def passive(self) -> Story:
        return self.full(7, 8)

    def detractor(self) -> Story:
        return self.full(0, 6)

    def one_message(self) -> Story:
        score, reason, aspect = self._figures(0, 10)
        joint = self.chance.choice((", ", " - "))
        acts = (self._say(1, f"{score}{joint}{reason}"), self._aspect(2, aspect))
        return acts, _complete(score, reason, aspect)

    def unclear(self) -> Story:
        score, reason, aspect = self._figures(0, 10)
        first, second = self.chance.sample(phrases.UNCLEAR, 2)
        if self.chance.random() < 0.5:
            said: tuple[Act, ...] = (self._say(1, first),)
        else:
            said = (self._say(1, first), self._say(2, second))
        after = len(said)
        acts = (self._score(after + 1, score), self._reason(after + 2, reason), self._aspect(after + 3, aspect))
        return said + acts, _complete(score, reason, aspect)

    def unclear_to_the_end(self) -> Story:
        acts = tuple(self._say(n, words) for n, words in enumerate(self.chance.sample(phrases.UNCLEAR, 3), start=1))
        return acts, Expected(outcome="partial", reason=ANYTHING)

    def skips(self) -> Story:
        score, reason, aspect = self._figures(0, 10)
        if self.chance.random() < 0.5:
            acts = (self._score(1, score), self._skip(2, "reason"), self._aspect(3, aspect))
            return acts, _complete(score, None, aspect)
        return (self._score(1, score), self._reason(2, reason), self._skip(3, "aspect")), _complete(score, reason, None)

    def stops(self) -> Story:
        """By the carrier's own word, or by the page's own form."""
        if self.channel == WEBCHAT:
            return self._told_until(lambda after: Act(after=after, stop=True, wait_min=self._wait()))
        return self._told_until(lambda after: self._say(after, self.chance.choice(phrases.STOP_KEYWORDS)))

    def stops_in_words(self) -> Story:
        """In words that no carrier acts upon: it is ours to obey them."""
        return self._told_until(lambda after: self._say(after, self.chance.choice(phrases.STOP_WORDS)))

    def _told_until(self, stop: Callable[[int], Act]) -> Story:
        """Nothing, the score, or score and reason, and then the opt-out."""
        score, reason, _ = self._figures(0, 10)
        told = self.chance.randint(0, 2)
        acts = (self._score(1, score), self._reason(2, reason))[:told]
        expected = Expected(
            outcome="refused",
            score=score if told > 0 else None,
            reason=reason if told > 1 else None,
            ticket=DETRACTOR if told > 0 and score <= 6 else None,
            opts_out=True,
        )
        return (*acts, stop(told + 1)), expected

    def silent(self) -> Story:
        return (), Expected(outcome="no_answer")

    def silent_later(self) -> Story:
        score, reason, _ = self._figures(0, 10)
        told = self.chance.randint(1, 2)
        expected = replace(_complete(score, reason if told > 1 else None, None), outcome="partial")
        return (self._score(1, score), self._reason(2, reason))[:told], expected

    def corrects(self) -> Story:
        """Upwards or downwards, while the reason is awaited: it is asked for once more."""
        first, reason, aspect = self._figures(0, 10)
        second = self.chance.choice([score for score in range(11) if score != first])
        acts = (
            self._score(1, first),
            self._say(2, phrases.CORRECTION.format(score=second)),
            self._reason(3, reason),
            self._aspect(4, aspect),
        )
        expected = replace(_complete(second, reason, aspect), asked={"score": 1, "reason": 2, "aspect": 1})
        return acts, replace(expected, ticket=DETRACTOR if min(first, second) <= 6 else None)

    def corrects_at_the_end(self) -> Story:
        acts, expected = self.full(7, 10)
        second = self.chance.randint(0, 6)
        return (*acts, self._say(4, phrases.CORRECTION.format(score=second))), replace(
            expected, score=second, ticket=DETRACTOR
        )

    def sends_twice(self) -> Story:
        score, reason, aspect = self._figures(0, 10)
        times = [1, 1, 1]
        times[self.chance.randrange(3)] = 2
        acts = (
            self._score(1, score, times=times[0]),
            self._reason(2, reason, times=times[1]),
            self._aspect(3, aspect, times=times[2]),
        )
        return acts, _complete(score, reason, aspect)

    def wants_human(self) -> Story:
        """And then answers all the same, or not."""
        wish = self._say(1, self.chance.choice(phrases.HUMAN))
        if self.chance.random() < 0.5:
            return (wish,), Expected(outcome="partial", ticket=HUMAN)
        score, reason, aspect = self._figures(0, 10)
        acts = (wish, self._score(2, score), self._reason(3, reason), self._aspect(4, aspect))
        return acts, replace(_complete(score, reason, aspect), ticket=HUMAN)

    def late_score(self) -> Story:
        score, _, _ = self._figures(0, 10)
        expected = replace(_complete(score, None, None), outcome="partial")
        return (self._score(1, score, is_late=True),), expected

    def late_reason(self) -> Story:
        score, reason, _ = self._figures(0, 10)
        acts = (self._score(1, score), self._reason(2, reason, is_late=True))
        return acts, replace(_complete(score, reason, None), outcome="partial")


_STORIES: tuple[tuple[Callable[[_Teller], Story], int], ...] = (
    (_Teller.promoter, 15),
    (_Teller.passive, 9),
    (_Teller.detractor, 16),
    (_Teller.one_message, 8),
    (_Teller.unclear, 7),
    (_Teller.unclear_to_the_end, 2),
    (_Teller.skips, 5),
    (_Teller.stops, 5),
    (_Teller.stops_in_words, 5),
    (_Teller.silent, 6),
    (_Teller.silent_later, 4),
    (_Teller.corrects, 5),
    (_Teller.corrects_at_the_end, 3),
    (_Teller.sends_twice, 6),
    (_Teller.wants_human, 4),
    (_Teller.late_score, 4),
    (_Teller.late_reason, 2),
)
_TURNED_AWAY: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("no_consent", {"customer": {"consent": False}}),
    ("too_short", {"duration_s": 5}),
    ("no_endpoint", {"customer": {"phone": None}}),
    ("not_substantive", {"direction": "outbound", "outcome": "no_answer"}),
)
TURNED_AWAY_SHARE = 0.05
_ENGLISH_ONLY = {
    *(_Teller.stops, _Teller.stops_in_words, _Teller.wants_human),
    *(_Teller.unclear, _Teller.unclear_to_the_end, _Teller.corrects, _Teller.corrects_at_the_end),
}
"""What they say is worded in English only."""


def make_population(
    count: int,
    seed: int,
    *,
    prefix: str = "sim",
    webchat: float = WEBCHAT_SHARE,
    telegram: float = 0.0,
    whatsapp: float = 0.0,
    cold: float = 0.0,
    taken_over: float = 0.0,
) -> list[Customer]:
    """`count` customers. `prefix` begins all their ids; `webchat` of them, 0 to 1, are asked on a page.

    telegram, whatsapp: that many of them, 0 to 1, are asked there; the others are who they would be without.
    cold: that many of those on WhatsApp have not written there before they are asked. taken_over: that many of the
    plain detractors are taken over by a person after their score.

    Every story is told at least once if there are enough customers; beyond that, chance decides by weight.
    """
    chance = random.Random(f"{seed} population")  # noqa: S311 - seeded play, no secret
    stories = [story for story, _ in _STORIES]
    drawn = [*stories, *chance.choices(stories, [weight for _, weight in _STORIES], k=count)][:count]
    chance.shuffle(drawn)
    each = [random.Random(f"{seed} {number}") for number in range(len(drawn))]  # noqa: S311 - seeded play
    shares = (webchat, telegram, whatsapp)
    people = [_make(number, drawn[number], each[number], prefix, shares) for number in range(len(drawn))]
    return [vary(person, random.Random(f"{seed} {person.number} more"), cold, taken_over) for person in people]  # noqa: S311 - seeded play


def _make(
    number: int,
    story: Callable[[_Teller], Story],
    chance: random.Random,
    prefix: str,
    shares: tuple[float, float, float],
) -> Customer:
    channel = channel_of(chance.random(), *shares)
    locale = "en" if story in _ENGLISH_ONLY else chance.choice(phrases.LOCALES)
    acts, expected = story(_Teller(chance, number, channel, locale))
    phone = f"+3161{crc32(prefix.encode()) % 1000:03d}{number:04d}" if channel == SMS else None
    customer = Customer(
        number=number,
        kind=story.__name__,
        id=f"{prefix}-c{number}",
        name=f"{chance.choice(NAMES)} {phrases.word_of(number).capitalize()}",
        phone=phone,
        chat=chat_of(channel, prefix, number),
        channel=channel,
        locale=locale,
        acts=acts,
        expected=expected,
        interaction=_interaction(number, chance, prefix, channel),
        returns=expected.opts_out,
    )
    customer = replace(customer, interaction=dict(customer.interaction) | {"customer": _person(customer)})
    if chance.random() < TURNED_AWAY_SHARE and channel == SMS:
        return _turn_away(customer, *chance.choice(_TURNED_AWAY))
    if chance.random() < ECHO_SHARE:
        other = f"{prefix}-c{number}-other" if channel == SMS and chance.random() < 0.5 else customer.id
        return replace(customer, echo=other)
    return customer


def _complete(score: int, reason: str | None, aspect: str | None) -> Expected:
    ticket = DETRACTOR if score <= 6 else None
    return Expected(outcome="complete", score=score, reason=reason, aspect=aspect, ticket=ticket)


def _interaction(number: int, chance: random.Random, prefix: str, channel: str) -> dict[str, Any]:
    agent, name, team = chance.choice(TEAMS)
    return {
        "id": f"{prefix}-i{number}",
        "channel": channel,
        "direction": "inbound",
        "duration_s": chance.randint(40, 900),
        "outcome": "answered",
        "agent": {"id": agent, "name": name, "team": team},
        "topic": chance.choice(TOPICS),
    }


def _person(customer: Customer) -> dict[str, Any]:
    return {
        "id": customer.id,
        "name": customer.name,
        "phone": customer.chat if customer.channel == WHATSAPP else customer.phone,
        "telegram_chat_id": customer.chat if customer.channel == TELEGRAM else None,
        "locale": customer.locale,
        "timezone": "Europe/Amsterdam",
        "consent": True,
    }


def _turn_away(customer: Customer, reason: str, changes: Mapping[str, Any]) -> Customer:
    changed = dict(customer.interaction) | {name: value for name, value in changes.items() if name != "customer"}
    changed["customer"] = dict(customer.interaction["customer"]) | dict(changes.get("customer", {}))
    expected = Expected(decision="suppress", decision_reason=reason, asked=dict.fromkeys(QUESTIONS, 0))
    return replace(
        customer,
        kind=reason,
        acts=(),
        expected=expected,
        interaction=changed,
        phone=changed["customer"]["phone"],
        returns=False,
    )
