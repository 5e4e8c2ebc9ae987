"""What makes one customer of a population different from the next beside the story they tell."""

from __future__ import annotations

import random
from dataclasses import replace

from zeroten.simulation import phrases
from zeroten.simulation.scripts import WHATSAPP, Act, Customer


def vary(person: Customer, chance: random.Random, cold: float, taken_over: float) -> Customer:
    """What was added later is drawn from a stream of its own, so that everybody stays who they were."""
    shows, is_cold, is_taken = chance.choice(("both", "number", "user_id")), chance.random(), chance.random()
    if person.channel == WHATSAPP:
        person = replace(person, shows=shows, writes_first=is_cold >= cold)
    if person.kind != "detractor" or is_taken >= taken_over:
        return person
    acts = (
        person.acts[0],
        Act(after=2, person="claim", say=f"Hello {person.name}, I read this and will help."),
        Act(after=3, say=f"Thank you. It was order {person.number}, and I waited."),
        Act(after=3, say=phrases.AFTER_A_PERSON),
        Act(after=3, person="resolve"),
    )
    expected = replace(person.expected, outcome="partial", reason=None, aspect=None)
    return replace(person, kind="taken_over", acts=acts, expected=expected)
