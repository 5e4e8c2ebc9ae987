"""How a customer is introduced to a provider, and says something there: by a text, a tap or a button."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from zeroten.simulation.doors import Refused, Sandbox
from zeroten.simulation.phrases import ASPECTS
from zeroten.simulation.scripts import TELEGRAM, WHATSAPP, Act, Customer

GOODBYE = "Thanks, bye"
"""What a chat ended with: said before anybody asks, so it belongs to no conversation of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Introduced:
    """person: how the caller names this customer's addresses. goodbye: the id of what the customer wrote just now."""

    person: Mapping[str, Any] = field(default_factory=dict)
    goodbye: str | None = None


def introduce(sandbox: Sandbox, customer: Customer) -> Introduced:
    """Let the provider know this person, as it would by now."""
    if customer.phone:
        sandbox.name(customer.phone, customer.name)
    if customer.channel == TELEGRAM and customer.chat:
        sandbox.meet(customer.chat, customer.name, customer.locale)
    if customer.channel != WHATSAPP or not customer.chat:
        return Introduced()
    user_id = sandbox.set_up(customer.chat, customer.name, customer.shows)
    person = {"phone": None, "whatsapp_user_id": user_id} if customer.shows == "user_id" else {}
    goodbye = sandbox.chat(customer.chat, GOODBYE) if customer.writes_first else None
    return Introduced(person=person, goodbye=goodbye)


def say(sandbox: Sandbox, customer: Customer, act: Act) -> str:
    """By SMS, or in a chat by a button where the act is a tap and the button is there: the message's id."""
    if customer.chat is None:
        return sandbox.text(customer.phone or "", act.say)
    if customer.channel == WHATSAPP:
        tapped = sandbox.choose(customer.chat, act.tap) if act.tap else None
        return tapped or sandbox.chat(customer.chat, act.say)
    if act.tap:
        place = -1 if act.tap == "skip" else ASPECTS.index(act.tap) if act.tap in ASPECTS else int(act.tap)
        with contextlib.suppress(Refused):  # the buttons went away under the finger
            if (tapped := sandbox.tap(customer.chat, place)) is not None:
                return tapped
    return sandbox.write(customer.chat, act.say)
