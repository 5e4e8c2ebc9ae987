"""What makes one customer of a population different from the next beside the story they tell."""

from __future__ import annotations

import random
from dataclasses import replace
from zlib import crc32

from zeroten.simulation import phrases
from zeroten.simulation.scripts import SMS, TELEGRAM, WEBCHAT, WHATSAPP, Act, Customer


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


def channel_of(drawn: float, webchat: float, telegram: float, whatsapp: float) -> str:
    """The channel of whoever drew this number, 0 to 1; the shares are of all."""
    if drawn < webchat:
        return WEBCHAT
    if drawn < webchat + telegram:
        return TELEGRAM
    return WHATSAPP if drawn >= 1 - whatsapp else SMS


def chat_of(channel: str, prefix: str, number: int) -> str | None:
    """Their chat with the bot, or their number on WhatsApp."""
    run = crc32(prefix.encode())
    if channel == TELEGRAM:
        return f"5{run % 10_000:04d}{number:04d}"
    return f"+3163{run % 1000:03d}{number:04d}" if channel == WHATSAPP else None
