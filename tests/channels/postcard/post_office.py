"""The other side: a post office that keeps its cards in a list. Shares nothing with the adapter."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from tests.channels.provider import Answer, Asked


@dataclass
class Office:
    """Takes every card. `cards` are the bodies it was sent, in order."""

    seal: str
    cards: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, asked: Asked) -> Answer:
        if asked.headers.get("x-post-seal") != self.seal:
            return Answer(status=401)
        (text,) = asked.form  # the provider of the tests reads forms: JSON comes as one name without a value
        card = json.loads(text)
        self.cards.append(card)
        return Answer(status=201, body=json.dumps({"number": f"card-{len(self.cards)}"}).encode())
